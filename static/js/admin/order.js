// Drag and drop for rows of the same group, in addition to their buttons, which work without scripts. Alt with an arrow key
// on a button does as the buttons; afterwards the same button has the focus again, to go on from there.
const marks = [...document.querySelectorAll("[data-order]")];
const FOCUS = "order-focus";
let dragged = null;

const rowOf = (mark) => mark.closest("tr, li");
const isBeside = (mark) => dragged && mark !== dragged && mark.dataset.orderGroup === dragged.dataset.orderGroup;
const isBelow = (event, row) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

function clear() {
  document.querySelectorAll(".order-before, .order-after").forEach((row) => row.classList.remove("order-before", "order-after"));
}

function siblingAfter(mark) {
  const beside = marks.filter((each) => each.dataset.orderGroup === mark.dataset.orderGroup && each !== dragged);
  return beside[beside.indexOf(mark) + 1];
}

function send(before) {
  const url = new URL(dragged.dataset.orderUrl, location.href);
  url.searchParams.set("to", before);
  const button = document.createElement("button");
  button.hidden = true;
  button.formAction = url;
  const form = dragged.closest("form");
  form.append(button);
  form.requestSubmit(button);
}

for (const mark of marks) {
  const row = rowOf(mark);
  const [up, down] = mark.querySelectorAll("button");
  row.draggable = true;
  row.classList.add("order-row");
  row.addEventListener("dragstart", (event) => {
    dragged = mark;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", mark.dataset.order);
  });
  row.addEventListener("dragend", clear);
  row.addEventListener("dragover", (event) => {
    if (!isBeside(mark)) return;
    event.preventDefault();
    clear();
    row.classList.add(isBelow(event, row) ? "order-after" : "order-before");
  });
  row.addEventListener("drop", (event) => {
    if (!isBeside(mark)) return;
    event.preventDefault();
    clear();
    const target = isBelow(event, row) ? siblingAfter(mark) : mark;
    send(target ? target.dataset.order : 0);
  });
  mark.addEventListener("keydown", (event) => {
    const button = event.altKey && { ArrowUp: up, ArrowDown: down }[event.key];
    if (!button) return;
    event.preventDefault();
    button.click();
  });
  mark.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) sessionStorage.setItem(FOCUS, `${mark.dataset.order} ${button === up ? 0 : 1}`);
  });
}

const [order, index] = (sessionStorage.getItem(FOCUS) ?? "").split(" ");
sessionStorage.removeItem(FOCUS);
marks.find((mark) => mark.dataset.order === order)?.querySelectorAll("button")[index]?.focus();
