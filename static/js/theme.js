// The reader's theme, set before anything is drawn: a separate blocking script in <head>.
(() => {
  const KEY = "newsreader.theme";
  const THEMES = ["auto", "light", "dark"];
  const root = document.documentElement;
  const colours = [...document.querySelectorAll('meta[name="theme-color"]')].map((meta) => meta.content);

  function remembered() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage may be switched off
    }
  }

  function remember(theme) {
    try {
      if (theme === "auto") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, theme);
    } catch {
      // Then the theme applies to this page only.
    }
  }

  const current = () => root.dataset.theme || "auto";

  function apply(theme) {
    const isForced = theme === "light" || theme === "dark";
    if (isForced) root.dataset.theme = theme;
    else delete root.dataset.theme;
    document.querySelector('meta[name="color-scheme"]').content = isForced ? theme : "light dark";
    document.querySelectorAll('meta[name="theme-color"]').forEach((meta, place) => {
      meta.content = colours[isForced ? THEMES.indexOf(theme) - 1 : place];
    });
    check();
  }

  function check() {
    for (const radio of document.querySelectorAll("[data-theme-choice]")) radio.checked = radio.value === current();
  }

  function choose(theme) {
    remember(theme);
    apply(theme);
  }

  root.dataset.js = "";
  apply(remembered());
  document.addEventListener("DOMContentLoaded", check);
  addEventListener("storage", ({ key }) => {
    if (key === KEY || key === null) apply(remembered());
  });
  addEventListener("pageshow", ({ persisted }) => {
    if (persisted) apply(remembered());
  });
  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-theme-switch]")) choose(THEMES[(THEMES.indexOf(current()) + 1) % THEMES.length]);
  });
  document.addEventListener("change", ({ target }) => {
    if (target.matches("[data-theme-choice]")) choose(target.value);
  });
})();
