// Keys of lists at the desk: j and k step through the rows, x ticks one, e opens it, / goes to the search.

const rows = () => [...document.querySelectorAll("#result_list tbody tr, .results ol > li")];
const linkOf = (row) => row.querySelector("th a, td a, a[href]");
let current = null;

const subject = () => rows().find((row) => row.contains(document.activeElement)) ?? rows().find((row) => row === current);

function step(direction) {
  const all = rows();
  const place = all.indexOf(subject());
  const next = place < 0 ? all[direction > 0 ? 0 : all.length - 1] : all[place + direction];
  if (!next) return;
  current?.classList.remove("current");
  current = next;
  current.classList.add("current");
  (linkOf(next) ?? next.querySelector("input"))?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  const field = document.querySelector("#searchbar");
  field?.focus();
  field?.select();
}

const ACTIONS = {
  j: () => step(1),
  k: () => step(-1),
  x: () => subject()?.querySelector("input.action-select")?.click(),
  e: () => linkOf(subject() ?? document.createElement("p"))?.click(),
  "/": search,
};

// The key's letter; on a keyboard with other letters, the Latin one at that place.
function letterOf({ key, code, shiftKey }) {
  if (/^[\x20-\x7e]$/.test(key)) return key === "/" || !shiftKey ? key : "";
  if (key.length !== 1 || shiftKey) return "";
  return code === "Slash" ? "/" : code.replace(/^Key/, "").toLowerCase();
}

addEventListener("keydown", (event) => {
  const { target } = event;
  const isTyping = target.isContentEditable || target.closest?.("input:not([type=checkbox]), textarea, select, [role=textbox], [role=combobox]");
  if (isTyping || event.defaultPrevented || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
  const letter = letterOf(event);
  if (!Object.hasOwn(ACTIONS, letter) || (event.repeat && !"jk".includes(letter))) return;
  event.preventDefault();
  ACTIONS[letter]();
});

for (const keys of document.querySelectorAll(".list-keys")) keys.hidden = false;

// Escape closes the drawer of filters.
const drawer = document.querySelector(".drawer");
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !drawer?.open || !drawer.contains(event.target)) return;
  drawer.open = false;
  drawer.querySelector("summary").focus();
});
