// The page of saved articles, drawn from this browser's storage.
import { say, show } from "./entries.js";
import { clearSaved, importText, onChange, readAddresses, savedItems, setRead, unsave } from "./marks.js";
import { timeElement } from "./times.js";

const page = document.querySelector("[data-saved-page]");
const template = page.querySelector("template");
const part = (name) => page.querySelector(`[data-part="${name}"]`);

function link(element, url, text) {
  element.textContent = text;
  if (url) element.href = url;
}

function fill(item, isRead) {
  const card = template.content.cloneNode(true).firstElementChild;
  const find = (selector) => card.querySelector(selector);
  card.dataset.url = item.url;
  link(find(".u-url"), item.url, item.title);
  find(".p-summary").textContent = item.excerpt;
  find(".p-author .p-name").textContent = item.provider;
  find(".kicker").replaceChildren(...item.topics.map(topicLink));
  find("[data-time]").replaceWith(item.time ? timeElement(item.time) : "");
  find("[data-source]").dataset.source = item.source;
  if (item.source && item.source !== item.url) find("[data-source]").href = item.source;
  else find("[data-source]").hidden = true;
  find(isRead ? "[data-act=read]" : "[data-act=unread]").hidden = true;
  picture(card, item);
  return card;
}

function topicLink({ name, url }) {
  const topic = document.createElement("a");
  topic.className = "p-category";
  topic.dir = "auto";
  link(topic, url, name);
  return topic;
}

function picture(card, { url, image }) {
  const media = card.querySelector(".media");
  if (!image) return media.remove();
  card.classList.add("card--pictured");
  media.classList.toggle("media--cover", image.width >= 600 && image.height >= 340);
  media.href = url;
  const { width, height, url: src } = image;
  const drawn = { className: "u-photo", alt: "", loading: "lazy", referrerPolicy: "no-referrer", width, height, src };
  media.append(Object.assign(new Image(), drawn));
}

function draw() {
  const items = savedItems();
  const read = readAddresses();
  const groups = { unread: items.filter(({ url }) => !read.has(url)), read: items.filter(({ url }) => read.has(url)) };
  for (const [name, members] of Object.entries(groups)) {
    part(name).hidden = !members.length;
    part(name).querySelector("[data-list]").replaceChildren(...members.map((item) => fill(item, name === "read")));
  }
  part("empty").hidden = items.length > 0;
  for (const button of page.querySelectorAll("[data-needs-saved]")) button.disabled = !items.length;
  show();
}

// Redraws the lists and keeps the focus at the same position.
function redraw() {
  const cards = [...page.querySelectorAll("[data-url]")];
  const place = cards.findIndex((card) => card.contains(document.activeElement));
  draw();
  if (place < 0) return;
  const after = [...page.querySelectorAll("[data-url]")];
  const same = after.find((card) => card.dataset.url === cards[place].dataset.url);
  const next = same || after[Math.min(place, after.length - 1)];
  (next?.querySelector(".u-url") || document.querySelector("h1")).focus({ preventScroll: Boolean(same) });
}

const ACTS = {
  remove: (url) => say(unsave(url) ? "removed" : "failed"),
  read: (url) => say(setRead(url, true) ? "read" : "failed"),
  unread: (url) => say(setRead(url, false) ? "unread" : "failed"),
};

page.addEventListener("click", ({ target }) => {
  const act = target.closest("[data-act]");
  if (act) ACTS[act.dataset.act](act.closest("[data-url]").dataset.url);
  const clears = target.closest("[data-clear]");
  if (clears && confirm(clears.dataset.clear)) say(clearSaved() ? "forgotten" : "failed");
});

page.querySelector("[type=file]").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  target.value = "";
  if (!file) return;
  const number = importText(await file.text().catch(() => ""));
  say(number < 0 ? "refused" : "imported");
});

onChange(redraw);
draw();
