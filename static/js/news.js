// News while the front page is open: a button says how many, so that nothing that is being read moves.
const EVERY = 60_000; // milliseconds
const button = document.querySelector("#news button");
const links = (page) => [...page.querySelectorAll("main .u-url")].map((link) => link.getAttribute("href"));
const shown = new Set(links(document));
let etag, asked = Date.now();

async function ask() {
  if (document.hidden || Date.now() - asked < EVERY) return;
  asked = Date.now();
  // The browser sends the ETag of its copy: without news, the answer is a 304.
  const response = await fetch(location.href, { cache: "no-cache" }).catch(() => null);
  if (!response?.ok || etag === (etag = response.headers.get("ETag"))) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const count = new Set(links(page).filter((url) => !shown.has(url))).size;
  button.hidden = !count;
  button.textContent = button.dataset.text.replace("#", new Intl.NumberFormat(document.documentElement.lang).format(count));
}

button.addEventListener("click", () => {
  history.scrollRestoration = "manual";
  location.reload();
});
// A copy for reading offline has no news.
if (!document.documentElement.dataset.kept) {
  setInterval(ask, EVERY);
  document.addEventListener("visibilitychange", ask);
}
