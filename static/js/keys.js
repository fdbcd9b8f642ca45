// Keyboard shortcuts, which readers can switch off.
import { linkOf, own, sourceOf, stops, toggleRead, toggleSaved } from "./entries.js";

const KEY = "newsreader.keys";
const SEQUENCE = 1500; // milliseconds within which the second key of a sequence must follow
const comforts = document.querySelector("#comforts");
const dialog = document.querySelector("#keys");

let isOff = remembered() === "off";
let current = null;
let goesSince = 0;

function remembered() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function switchKeys(isOn) {
  isOff = !isOn;
  try {
    if (isOn) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, "off");
  } catch {
    // Then the setting applies to this page only.
  }
  check();
}

function check() {
  for (const box of document.querySelectorAll("[data-keys-switch]")) box.checked = !isOff;
}

// The article that a key applies to: the focused one, else the last one stepped to, else the page's own.
function subject() {
  const found = stops();
  return found.find((stop) => stop.contains(document.activeElement)) || found.find((stop) => stop === current) || own();
}

function step(direction) {
  const found = stops();
  const place = found.indexOf(subject());
  // Without a current one, the first that is in view or below it.
  const from = found.findIndex((stop) => stop.getBoundingClientRect().bottom > 0);
  const next = place < 0 ? found[from < 0 ? found.length - 1 : from] : found[place + direction];
  if (!next) return;
  current = next;
  linkOf(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  const field = [...document.querySelectorAll('input[type="search"][name="q"]')].find((each) => each.checkVisibility());
  if (!field) return location.assign(comforts.dataset.search);
  field.focus();
  field.select();
}

// To the article before or after the page's own: in its main topic, which comes last, or else in its story.
const move = (where) => () => [...document.querySelectorAll(`[data-step="${where}"]`)].at(-1)?.click();

const about = (action) => () => subject() && action(subject());

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  o: about((entry) => linkOf(entry).click?.()),
  v: about((entry) => sourceOf(entry) && open(sourceOf(entry), "_blank", "noopener")),
  s: about(toggleSaved),
  m: about(toggleRead),
  n: move("later"),
  p: move("earlier"),
  "/": search,
  "?": () => (dialog.open ? dialog.close() : help()),
  g: () => (goesSince = performance.now()),
};
// Not by an attribute: browsers look for what has it when a page is there, and complain if the reader was faster.
function help() {
  dialog.showModal();
  dialog.querySelector("button").focus();
}

const PLACES = { h: "home", t: "topics" };

// The key's letter; on a non-Latin keyboard, the Latin letter at that position.
function letterOf({ key, code, shiftKey }) {
  if (/^[a-z]$/i.test(key)) return shiftKey ? "" : key.toLowerCase();
  if (/^[\x20-\x7e]$/.test(key)) return key;
  if (key === "؟" || (code === "Slash" && shiftKey)) return "?";
  if (key.length !== 1 || shiftKey) return "";
  return code === "Slash" ? "/" : code.replace(/^Key/, "").toLowerCase();
}

function isForSomethingElse(event) {
  const { target } = event;
  const isTyping = target.isContentEditable || target.closest?.("input, textarea, select, [role=textbox]");
  return isTyping || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey;
}

addEventListener("keydown", (event) => {
  const letter = letterOf(event);
  if (isOff || isForSomethingElse(event) || (dialog.open && letter !== "?")) return;
  const place = performance.now() - goesSince < SEQUENCE && goesSince && PLACES[letter];
  goesSince = 0;
  if (!place && !Object.hasOwn(ACTIONS, letter)) return;
  event.preventDefault();
  if (place) location.assign(comforts.dataset[place]);
  else if (!event.repeat || letter === "j" || letter === "k") ACTIONS[letter]();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-keys-help]")) help();
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-keys-switch]")) switchKeys(target.checked);
});
addEventListener("storage", ({ key }) => {
  if (key !== KEY && key !== null) return;
  isOff = remembered() === "off";
  check();
});
check();
