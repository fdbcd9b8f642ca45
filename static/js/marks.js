// The saved and read articles, stored in this browser only and never sent anywhere.
// Each change first reads the storage again, so that tabs do not overwrite each other.
const SAVED = "newsreader.saved";
const READ = "newsreader.read";
const FORMAT = "newsreader-marks";
const VERSION = 1;
export const MAX_SAVED = 500;
export const MAX_READ = 2000;

const listeners = new Set();

// Calls back after every change, here or in another tab, and when a page is restored from the back/forward cache.
export function onChange(callback) {
  listeners.add(callback);
}

const changed = () => listeners.forEach((callback) => callback());

addEventListener("storage", ({ key }) => {
  if (key === SAVED || key === READ || key === null) changed();
});
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) changed();
});

// The stored value may be missing, from another version, or broken: anything but a list counts as an empty one.
function load(key) {
  try {
    const { items } = JSON.parse(localStorage.getItem(key));
    return Array.isArray(items) ? items : [];
  } catch {
    return [];
  }
}

// Returns whether that succeeded: storage may be switched off or full.
function store(key, items) {
  try {
    localStorage.setItem(key, JSON.stringify({ version: VERSION, items }));
  } catch {
    return false;
  }
  changed();
  return true;
}

// An address as it is stored: a path for our own pages, in full for others, empty for unsafe schemes.
export function address(value) {
  if (typeof value !== "string" || !value) return "";
  try {
    const url = new URL(value, location.origin);
    url.hash = "";
    if (url.origin === location.origin) return url.pathname + url.search;
    return /^https?:$/.test(url.protocol) ? url.href : "";
  } catch {
    return "";
  }
}

const text = (value, length) => (typeof value === "string" ? value.trim().slice(0, length) : "");
const list = (value) => (Array.isArray(value) ? value : []);
const isTime = (value) => typeof value === "string" && !Number.isNaN(Date.parse(value));
const isSize = (value) => Number.isInteger(value) && value > 0;

function cleanImage(image) {
  const url = address(image?.url);
  return url && isSize(image.width) && isSize(image.height) ? { url, width: image.width, height: image.height } : null;
}

// A saved article's record with only valid values, or null without an address or title.
export function clean(item) {
  const url = address(item?.url);
  const title = text(item?.title, 500);
  if (!url || !title) return null;
  return {
    url,
    title,
    source: address(item.source),
    provider: text(item.provider, 200),
    time: isTime(item.time) ? item.time : "",
    topics: list(item.topics)
      .slice(0, 10)
      .map((topic) => ({ name: text(topic?.name, 100), url: address(topic?.url) }))
      .filter((topic) => topic.name && topic.url),
    excerpt: text(item.excerpt, 600),
    image: cleanImage(item.image),
    saved: isTime(item.saved) ? item.saved : "1970-01-01T00:00:00.000Z",
  };
}

// Newest first, without duplicate addresses.
export function savedItems() {
  return unique(load(SAVED).map(clean).filter(Boolean));
}

function unique(items) {
  const newestFirst = items.sort((one, other) => Date.parse(other.saved) - Date.parse(one.saved));
  const seen = new Set();
  return newestFirst.filter(({ url }) => !seen.has(url) && seen.add(url)).slice(0, MAX_SAVED);
}

export const savedAddresses = () => new Set(savedItems().map(({ url }) => url));

export function save(item) {
  const record = clean({ ...item, saved: new Date().toISOString() });
  return Boolean(record) && store(SAVED, unique([record, ...savedItems()]));
}

export function unsave(url) {
  return store(SAVED, savedItems().filter((item) => item.url !== url));
}

// Oldest first.
export function readAddresses() {
  return new Set(load(READ).map(address).filter(Boolean).slice(-MAX_READ));
}

export function setRead(url, isRead) {
  const urls = readAddresses();
  if (urls.has(url) === isRead) return true;
  if (isRead) urls.add(url);
  else urls.delete(url);
  return store(READ, [...urls].slice(-MAX_READ));
}

export const setAllRead = (urls) => store(READ, [...new Set([...readAddresses(), ...urls])].slice(-MAX_READ));

export const exported = () =>
  JSON.stringify({ format: FORMAT, version: VERSION, saved: savedItems(), read: [...readAddresses()] }, null, 2);

// Adds the articles of an exported file. Returns the number of new ones, or -1 if the file is not such an export
// or cannot be stored.
export function importText(content) {
  let file;
  try {
    file = JSON.parse(content);
  } catch {
    return -1;
  }
  if (file?.format !== FORMAT || !Array.isArray(file.saved)) return -1;
  const before = savedItems();
  const after = unique([...before, ...file.saved.map(clean).filter(Boolean)]);
  const read = [...new Set([...list(file.read).map(address).filter(Boolean), ...readAddresses()])].slice(-MAX_READ);
  return store(SAVED, after) && store(READ, read) ? after.length - before.length : -1;
}

export const clearSaved = () => store(SAVED, []);

// Deletes all that this site stores in the browser: marks, theme, keys and pages for offline reading.
export async function forget() {
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith("newsreader.")) localStorage.removeItem(key);
  } catch {
    // Nothing was stored.
  }
  // Updates this page as if another tab had done it.
  dispatchEvent(new StorageEvent("storage", { key: null }));
  if (!globalThis.caches) return;
  for (const name of await caches.keys()) if (/^newsreader-(pages|images)-/.test(name)) await caches.delete(name);
}
