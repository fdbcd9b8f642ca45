// The list of pages stored in this browser, newest first, on the page that is shown without a network.
import { timeElement } from "./times.js";

async function keptPages() {
  const found = [];
  for (const name of await caches.keys()) {
    if (!name.startsWith("newsreader-pages-")) continue;
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const page = new DOMParser().parseFromString(await (await cache.match(request)).text(), "text/html");
      found.push({ url: request.url, title: page.title, kept: page.documentElement.dataset.kept });
    }
  }
  return found.sort((one, other) => (one.kept < other.kept ? 1 : -1));
}

const list = document.querySelector("[data-kept-pages]");
const template = list.querySelector("template");
const pages = globalThis.caches ? await keptPages().catch(() => []) : [];
// Each title ends with the site's name, as this page's title does.
const ending = document.title.slice(document.title.lastIndexOf(" · "));
for (const { url, title, kept } of pages) {
  const row = template.content.cloneNode(true);
  row.querySelector("a").href = url;
  row.querySelector("a").textContent = title.endsWith(ending) ? title.slice(0, -ending.length) : title;
  row.querySelector("[data-time]").replaceWith(timeElement(kept));
  list.append(row);
}
document.querySelector("[data-none-kept]").hidden = pages.length > 0;
