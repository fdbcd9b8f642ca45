// Drag and drop for topics with the same parent, in addition to the buttons that work without scripts.
const marks = [...document.querySelectorAll(".topic-order")];
const form = document.getElementById("changelist-form");
let dragged = null;

const rowOf = (mark) => mark.closest("tr");
const isBeside = (mark) => dragged && mark !== dragged && mark.dataset.parent === dragged.dataset.parent;
const isBelow = (event, row) => event.clientY > row.getBoundingClientRect().top + row.offsetHeight / 2;

function clear() {
  document.querySelectorAll(".topic-drop-before, .topic-drop-after").forEach((row) => row.classList.remove("topic-drop-before", "topic-drop-after"));
}

function siblingAfter(mark) {
  const beside = marks.filter((each) => each.dataset.parent === mark.dataset.parent && each !== dragged);
  return beside[beside.indexOf(mark) + 1];
}

function send(before) {
  const button = document.createElement("button");
  button.hidden = true;
  button.formAction = `${dragged.dataset.url}?to=${before}`;
  form.append(button);
  form.requestSubmit(button);
}

for (const mark of form ? marks : []) {
  const row = rowOf(mark);
  row.draggable = true;
  row.classList.add("topic-row");
  row.addEventListener("dragstart", (event) => {
    dragged = mark;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", mark.dataset.topic);
  });
  row.addEventListener("dragend", clear);
  row.addEventListener("dragover", (event) => {
    if (!isBeside(mark)) return;
    event.preventDefault();
    clear();
    row.classList.add(isBelow(event, row) ? "topic-drop-after" : "topic-drop-before");
  });
  row.addEventListener("drop", (event) => {
    if (!isBeside(mark)) return;
    event.preventDefault();
    clear();
    const target = isBelow(event, row) ? siblingAfter(mark) : mark;
    send(target ? target.dataset.topic : 0);
  });
}
