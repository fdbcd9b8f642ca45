// Articles on pages: reading them from the markup, saving them, and marking them as read.
import { address, readAddresses, save, savedAddresses, setAllRead, setRead, unsave } from "./marks.js";

const LISTED = "main :is(.h-entry:not(.story), .account, .related__item)";
const PROVIDERS = ".p-author .p-name, .account__meta [dir], .related__meta [dir]";
const toast = document.querySelector("#toast");
let toastTimer = 0;

// The article that the page is about, if any.
export const own = () => document.querySelector("main .story.h-entry");

// What the keys step through: cards; on an article's page, the links beside the article.
export function stops() {
  const cards = [...document.querySelectorAll("main .h-entry:not(.story)")];
  const found = cards.length ? cards : [...document.querySelectorAll("main .account, main .related__item")];
  return found.filter((entry) => entry.checkVisibility());
}

export const linkOf = (entry) => entry.querySelector(".u-url, .account__link, .related__link");

export function urlOf(entry) {
  const link = linkOf(entry);
  return address(link?.getAttribute("href") || link?.getAttribute("value"));
}

// The article's address at its provider.
export function sourceOf(entry) {
  return address(entry.querySelector("[data-source]")?.dataset.source || linkOf(entry)?.getAttribute("href"));
}

const textOf = (entry, selector) => entry.querySelector(selector)?.textContent.trim() || "";

function imageOf(entry) {
  const image = entry.querySelector("img.u-photo");
  const number = (name) => Number(image.getAttribute(name));
  return image && { url: image.getAttribute("src"), width: number("width"), height: number("height") };
}

function itemOf(entry) {
  const topics = entry.querySelectorAll("a.p-category, .story__footer .topics a");
  return {
    url: urlOf(entry),
    // In a link the title comes first, before the icon for external links.
    title: textOf(entry, ".p-name") || linkOf(entry).firstChild.textContent,
    source: sourceOf(entry),
    provider: textOf(entry, PROVIDERS) || textOf(entry.closest(".coverage__group") || entry, ".coverage__name"),
    time: entry.querySelector("time")?.dateTime,
    topics: [...topics].map((link) => ({ name: link.textContent.trim(), url: link.getAttribute("href") })),
    excerpt: textOf(entry, ".p-summary"),
    image: imageOf(entry),
  };
}

// Announces one of the page's translated messages.
export function say(name) {
  clearTimeout(toastTimer);
  toast.textContent = toast.dataset[name];
  toastTimer = setTimeout(() => (toast.textContent = ""), 4000);
}

export function toggleSaved(entry) {
  const isSaved = savedAddresses().has(urlOf(entry));
  const isDone = isSaved ? unsave(urlOf(entry)) : save(itemOf(entry));
  say(isDone ? (isSaved ? "removed" : "saved") : "failed");
}

export function toggleRead(entry) {
  const isRead = readAddresses().has(urlOf(entry));
  say(setRead(urlOf(entry), !isRead) ? (isRead ? "unread" : "read") : "failed");
}

// Marks the articles before an element as read.
export function readBefore(element) {
  const entries = [...document.querySelectorAll(LISTED)];
  const before = entries.filter((each) => each.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING);
  say(setAllRead(before.map(urlOf)) ? "allRead" : "failed");
}

// Marks the saved and read articles of the page.
export function show() {
  const saved = savedAddresses();
  const read = readAddresses();
  for (const button of document.querySelectorAll(".save")) {
    const entry = button.closest(".h-entry");
    button.setAttribute("aria-pressed", saved.has(urlOf(entry)));
    button.setAttribute("aria-label", `${button.textContent.trim()}: ${textOf(entry, ".p-name")}`);
  }
  for (const entry of document.querySelectorAll(LISTED)) showRead(entry, read.has(urlOf(entry)));
  for (const count of document.querySelectorAll("[data-count]")) {
    count.textContent = (count.dataset.count === "saved" ? saved : read).size;
  }
}

function showRead(entry, isRead) {
  entry.classList.toggle("is-read", isRead);
  const mark = entry.querySelector(".read-mark");
  if (!isRead) return mark?.remove();
  if (mark) return;
  // For screen readers, which do not notice dimming; beside the title, not in it, since it is not part of the name.
  const words = document.createElement("span");
  words.className = "read-mark visually-hidden";
  words.textContent = ` (${toast.dataset.mark})`;
  (entry.querySelector(".p-name") || linkOf(entry)).after(words);
}
