// Shows the card of an article beside its form as the form has it now: made by the server, like those of readers.
"use strict";

const WAIT = 300; // milliseconds without typing
// What a card is made of, with the token of the form.
const SENT = /^(csrfmiddlewaretoken|title|excerpt|type|provider|web_url|original_url|date|slug|published_date_time_\d|images-.*|topic_links-.*)$/;

const followForm = (details, form) => {
  const frame = details.querySelector("iframe");
  const note = details.querySelector("[role=status]");
  let asked = "";
  let answer = null; // the last card, until the frame has loaded
  let timer = 0;
  let running = null;

  const values = () => {
    const data = new FormData();
    for (const [name, value] of new FormData(form)) if (SENT.test(name) && typeof value === "string") data.append(name, value);
    return data;
  };
  const written = (data) => JSON.stringify([...data]);

  const fit = () => {
    const main = frame.contentDocument?.querySelector("main");
    if (main) frame.style.blockSize = `${Math.ceil(main.getBoundingClientRect().bottom) + 20}px`;
  };

  const show = () => {
    const main = frame.contentDocument?.querySelector("main");
    if (!main || !answer) return;
    main.replaceChildren(...[...answer.childNodes].map((node) => frame.contentDocument.importNode(node, true)));
    for (const picture of main.querySelectorAll("img")) picture.addEventListener("load", fit);
    fit();
  };

  const ask = async () => {
    const data = values();
    if (written(data) === asked) return;
    asked = written(data);
    running?.abort();
    running = new AbortController();
    const { signal } = running;
    try {
      const response = await fetch(details.dataset.follow, { method: "POST", body: data, signal });
      const main = response.ok && new DOMParser().parseFromString(await response.text(), "text/html").querySelector(".looks main");
      if (!main) throw new Error(response.status);
      note.textContent = "";
      answer = main;
      show();
    } catch {
      if (!signal.aborted) note.textContent = note.dataset.text;
    }
  };

  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  };

  frame.addEventListener("load", () => {
    show();
    fit();
  });
  fit();
  addEventListener("resize", fit);
  details.addEventListener("toggle", fit);
  // The shortcuts for dates change a field, then give it the focus; autocompletes only tell jQuery.
  for (const event of ["input", "change", "click", "focusin", "formset:added", "formset:removed"]) form.addEventListener(event, soon);
  window.django?.jQuery?.(form).on("change", soon);
  if (!("typed" in details.dataset)) asked = written(values());
  // Also what a browser filled in again after the page was loaded.
  addEventListener("pageshow", soon);
};

addEventListener("DOMContentLoaded", () => {
  const details = document.querySelector(".form-looks[data-follow]");
  if (details) followForm(details, details.closest("form"));
});
