// Stores the last pages read for offline reading. While there is a network, every page comes from it.
// /sw.js sets `config` and loads this file: version, shell (pages stored at installation), offline, files (folder).
const { config } = self;
const MOST_PAGES = 30;
const MOST_IMAGES = 60;
const PATIENCE = 10_000; // milliseconds without a response after which the stored page is shown
const [PAGES, SHELL, FILES, IMAGES] = ["pages", "shell", "files", "images"].map(
  (kind) => `newsreader-${kind}-${config.version}`,
);
const ROOT = new URL(self.registration.scope).pathname;
// The front page, topics, stories and articles.
const WORTH_KEEPING = /^(topics\/[^/]+\/|stories\/[^/]+\/|\d{4}\/\d\d\/\d\d\/[^/]+\/)?$/;

const isShell = (url) => config.shell.includes(url.pathname);
const isWorthKeeping = (url) => isShell(url) || WORTH_KEEPING.test(url.pathname.slice(ROOT.length));

function addressOf(text) {
  const url = new URL(text, location.origin);
  url.hash = "";
  return url;
}

async function trim(name, most) {
  const cache = await caches.open(name);
  const keys = await cache.keys();
  await Promise.all(keys.slice(0, Math.max(keys.length - most, 0)).map((key) => cache.delete(key)));
}

// The scripts, styles and icons that a page refers to.
async function keepFiles(html) {
  const cache = await caches.open(FILES);
  const names = [...html.matchAll(/(?:href|src)="?([^"\s>]+\.(?:css|js|svg))/g)].map(([, name]) => name);
  const missing = [];
  for (const name of new Set(names.filter((each) => each.startsWith(config.files)))) {
    if (!(await cache.match(name))) missing.push(cache.add(name).catch(() => {}));
  }
  await Promise.all(missing);
}

async function keep(url, response) {
  const type = response.headers.get("Content-Type") || "";
  const isPrivate = /no-store/.test(response.headers.get("Cache-Control"));
  if (!isWorthKeeping(url) || response.status !== 200 || response.redirected || isPrivate) return;
  if (!type.startsWith("text/html")) return;
  const html = await response.text();
  await keepFiles(html);
  const headers = new Headers(response.headers);
  for (const name of ["Content-Encoding", "Content-Length", "Vary"]) headers.delete(name);
  // Marks the copy as stored, with its time.
  const copy = isShell(url) ? html : html.replace("<html", `<html data-kept="${new Date().toISOString()}"`);
  const name = isShell(url) ? SHELL : PAGES;
  const cache = await caches.open(name);
  await cache.delete(url.href);
  await cache.put(url.href, new Response(copy, { headers }));
  await trim(name, MOST_PAGES);
}

async function kept(url) {
  const name = isShell(url) ? SHELL : PAGES;
  return isWorthKeeping(url) ? caches.match(url.href, { cacheName: name }) : undefined;
}

async function network(event) {
  return (await event.preloadResponse) || fetch(event.request);
}

function soon(promise) {
  return new Promise((resolve, reject) => {
    promise.then(resolve, reject);
    setTimeout(() => reject(new Error("no answer")), PATIENCE);
  });
}

async function page(event) {
  const url = addressOf(event.request.url);
  const answer = network(event);
  const copy = await kept(url).catch(() => undefined);
  try {
    const response = await (copy ? soon(answer) : answer);
    event.waitUntil(remember(url, response.clone()));
    return response;
  } catch {
    return copy || (await caches.match(config.offline, { cacheName: SHELL })) || Response.error();
  }
}

// Stores the current version, or deletes the copy of a page that is gone.
async function remember(url, response) {
  if ([404, 410].includes(response.status)) await (await caches.open(PAGES)).delete(url.href);
  else await keep(url, response).catch(() => {});
}

async function file(request) {
  try {
    return await fetch(request);
  } catch {
    return (await caches.match(request.url, { cacheName: FILES })) || Response.error();
  }
}

async function image(event) {
  const { request } = event;
  try {
    const response = await fetch(request);
    if (response.status === 200) event.waitUntil(keepImage(request.url, response.clone()));
    return response;
  } catch {
    return (await caches.match(request.url, { cacheName: IMAGES })) || Response.error();
  }
}

async function keepImage(url, response) {
  const cache = await caches.open(IMAGES);
  if (await cache.match(url)) return;
  await cache.put(url, response).catch(() => {});
  await trim(IMAGES, MOST_IMAGES);
}

async function install() {
  await Promise.all(
    config.shell.map(async (path) => keep(addressOf(path), await fetch(path, { cache: "reload" }))),
  );
  await self.skipWaiting();
}

async function activate() {
  const ours = [PAGES, SHELL, FILES, IMAGES];
  const names = (await caches.keys()).filter((name) => name.startsWith("newsreader-") && !ours.includes(name));
  await Promise.all(names.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
  // Pages that were opened before this worker was active.
  for (const { url } of await self.clients.matchAll({ type: "window" })) {
    const address = addressOf(url);
    if (isWorthKeeping(address) && !isShell(address)) await keep(address, await fetch(address)).catch(() => {});
  }
}

addEventListener("install", (event) => event.waitUntil(install()));
addEventListener("activate", (event) => event.waitUntil(activate()));
addEventListener("fetch", (event) => {
  const { method, mode, destination, url } = event.request;
  if (new URL(url).origin !== location.origin) return;
  // A form may change what pages show: the reader's settings, or who is logged in.
  if (method !== "GET") {
    if (method !== "HEAD") event.waitUntil(caches.delete(PAGES));
  } else if (mode === "navigate") event.respondWith(page(event));
  else if (["style", "script", "font"].includes(destination)) event.respondWith(file(event.request));
  else if (destination === "image") event.respondWith(image(event));
});
