// Scripts of every page: saved and read articles, keyboard shortcuts, local times, and pages for offline reading.
import { own, readBefore, say, show, toggleSaved, urlOf } from "./entries.js";
import { exported, forget, onChange, setRead } from "./marks.js";
import { timeElement } from "./times.js";
import "./keys.js";

function download(text) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  link.download = `newsreader-${new Date().toISOString().slice(0, 10)}.json`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const sharing = document.querySelector("[data-share]");
if (sharing) sharing.hidden = !navigator.share;

// The page's address as search engines and others have it; copied where the browser has nothing to share with.
async function share(isAsked) {
  const url = document.querySelector("link[rel=canonical]")?.href || location.href;
  if (isAsked) return navigator.share({ title: document.title, url }).catch(() => {});
  const copied = navigator.clipboard?.writeText(url) || Promise.reject();
  return copied.then(() => say("copied"), () => say("uncopied"));
}

document.addEventListener("click", async ({ target }) => {
  const button = target.closest(".save");
  if (button) return toggleSaved(button.closest(".h-entry"));
  if (target.closest("[data-export]")) return download(exported());
  if (target.closest("[data-share]")) return share(navigator.share);
  if (target.closest("[data-copy]")) return share();
  const marks = target.closest("[data-mark-read]");
  if (marks) return readBefore(marks);
  const forgets = target.closest("[data-forget]");
  if (!forgets || !confirm(forgets.dataset.forget)) return;
  await forget();
  say("forgotten");
});

// Articles opened at their provider from a list count as read, too, by a middle click as well.
for (const kind of ["click", "auxclick"]) {
  document.addEventListener(kind, ({ target, button }) => {
    const entry = target.closest("a[rel~=external]")?.closest(".account, .related__item, .h-entry");
    if (entry && button < 2) setRead(urlOf(entry), true);
  });
}

onChange(show);
show();

// A picture that does not come closes its box, and its card is laid out as one without a picture.
function close(picture) {
  picture.closest(".media, .picture")?.setAttribute("hidden", "");
  picture.closest(".card")?.classList.remove("card--pictured");
  picture.closest(".front--hero")?.classList.remove("front--hero");
  const lead = picture.closest(".lead");
  lead?.classList.remove("lead--hero", "lead--wide", "lead--small");
  lead?.classList.add("lead--plain");
}

document.addEventListener("error", ({ target }) => target.matches("img.u-photo") && close(target), { capture: true });
for (const picture of document.querySelectorAll("img.u-photo")) {
  if (picture.complete && !picture.naturalWidth) close(picture);
}

// A prerendered page does not count as read before it is shown.
const opened = () => own() && setRead(urlOf(own()), true);
if (document.prerendering) document.addEventListener("prerenderingchange", opened, { once: true });
else opened();

// A stored copy shows when it was stored.
const { kept } = document.documentElement.dataset;
if (kept) document.querySelector("[data-kept-time]").replaceWith(timeElement(kept, true));

// Most readers search for nothing: what suggests is fetched when the field is entered.
document.querySelector(".tools__search")?.addEventListener("focusin", () => import("./suggest.js"), { once: true });

if (isSecureContext && navigator.serviceWorker) {
  const { worker } = document.querySelector("#comforts").dataset;
  addEventListener("load", () => navigator.serviceWorker.register(worker).catch(() => {}));
}
