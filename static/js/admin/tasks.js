// Keeps the start page's list of tasks up to date while some of them wait or run.
"use strict";

const EVERY = 2000;

const follow = (section) => {
  const again = async () => {
    if (document.hidden || section.contains(document.activeElement)) {
      setTimeout(again, EVERY);
      return;
    }
    try {
      const response = await fetch(section.dataset.now, { headers: { Accept: "text/html" } });
      if (!response.ok || response.redirected) return;
      section.innerHTML = await response.text();
      if (response.headers.get("X-Is-Moving") !== "1") return;
    } catch {
      // The site may be restarting.
    }
    setTimeout(again, EVERY);
  };
  setTimeout(again, EVERY);
};

for (const section of document.querySelectorAll("[data-now]")) follow(section);
