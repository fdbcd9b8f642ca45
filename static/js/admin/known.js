// Shows, while an article's address is typed, whether an article with that address exists already.
"use strict";

const watchAddress = (input) => {
  const own = location.pathname.match(/\/article\/(\d+)\/change\//)?.[1] ?? "";
  const endpoint = location.pathname.replace(/\/article\/.*/, "/article/known/");
  const note = document.createElement("p");
  note.className = "known";
  note.id = "known-note";
  note.setAttribute("role", "status");
  note.setAttribute("aria-live", "polite");
  // Below the field, before its help.
  (input.closest(".flex-container") ?? input).after(note);
  input.setAttribute("aria-describedby", `${input.getAttribute("aria-describedby") ?? ""} ${note.id}`.trim());
  let timer = 0;
  let asked = input.value;

  const show = (known) => {
    note.replaceChildren();
    if (!known.length) return;
    note.append(`${input.dataset.known} `);
    for (const each of known) {
      const link = document.createElement("a");
      link.href = each.url;
      link.textContent = each.title;
      note.append(link, " ");
    }
  };

  const ask = async () => {
    const address = input.value.trim();
    if (address === asked) return;
    asked = address;
    const query = new URLSearchParams({ address, without: own });
    const response = await fetch(`${endpoint}?${query}`, { headers: { Accept: "application/json" } });
    if (response.ok && address === asked) show((await response.json()).known);
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    show([]);
    timer = setTimeout(ask, 300);
  });
  input.addEventListener("change", ask);
};

addEventListener("DOMContentLoaded", () => {
  const input = document.getElementById("id_web_url");
  if (input) watchAddress(input);
});
