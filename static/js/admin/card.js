// Shows the card of an article beside its form as the form has it now: made by the server, like those of readers.
"use strict";

const WAIT = 300; // milliseconds without typing
// What a card is made of, with the token of the form.
const SENT = /^(csrfmiddlewaretoken|title|excerpt|type|provider|web_url|original_url|date|slug|published_date_time_\d|images-.*|topic_links-.*)$/;
const MAX_SIDE = 2000; // pixels of a stored picture
const CHOSEN = /\/assets\/uploads\/chosen-(\d+)\.png$/;

const textOf = (file) => new Promise((resolve, reject) => {
  const reader = new FileReader();
  reader.onload = () => resolve(reader.result);
  reader.onerror = reject;
  reader.readAsDataURL(file);
});

// The pictures that are chosen in a form, which the server gets only when it is saved: cards are made with an address for each,
// which is replaced by the picture.
const chosenPictures = () => {
  const pictures = new Map(); // by row of fields, such as images-0
  const addresses = []; // data: addresses of all that were chosen
  return {
    async choose(input) {
      const row = input.name.replace(/-file$/, "");
      const [file] = input.files;
      pictures.delete(row);
      if (!file) return;
      try {
        const picture = new Image();
        picture.src = await textOf(file);
        await picture.decode();
        if (input.files[0] !== file) return;
        const scale = Math.min(1, MAX_SIDE / Math.max(picture.naturalWidth, picture.naturalHeight));
        const [width, height] = [picture.naturalWidth, picture.naturalHeight].map((side) => Math.max(1, Math.round(side * scale)));
        pictures.set(row, { width, height, url: `/assets/uploads/chosen-${addresses.push(picture.src) - 1}.png` });
      } catch {
        // No picture: the form says so when it is saved.
      }
    },
    fill(data) {
      for (const [row, picture] of pictures) for (const [key, value] of Object.entries(picture)) data.set(`${row}-${key}`, value);
    },
    show(main) {
      for (const image of main.querySelectorAll("img")) {
        const number = image.getAttribute("src").match(CHOSEN)?.[1];
        if (number) image.setAttribute("src", addresses[number]);
      }
    },
  };
};

const followForm = (details, form) => {
  const frame = details.querySelector("iframe");
  const note = details.querySelector("[role=status]");
  let asked = "";
  let answer = null; // the last card, until the frame has loaded
  let timer = 0;
  let running = null;
  const pictures = chosenPictures();

  const values = () => {
    const data = new FormData();
    for (const [name, value] of new FormData(form)) if (SENT.test(name) && typeof value === "string") data.append(name, value);
    pictures.fill(data);
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
      pictures.show(main);
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
  form.addEventListener("change", async ({ target }) => {
    if (!/^images-\d+-file$/.test(target.name)) return;
    await pictures.choose(target);
    soon();
  });
  window.django?.jQuery?.(form).on("change", soon);
  if (!("typed" in details.dataset)) asked = written(values());
  // Also what a browser filled in again after the page was loaded.
  addEventListener("pageshow", soon);
};

addEventListener("DOMContentLoaded", () => {
  const details = document.querySelector(".form-looks[data-follow]");
  if (details) followForm(details, details.closest("form"));
});
