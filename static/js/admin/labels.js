// Accessible names for fields of the stock admin that have none: autocompletes, and fields in lists.
"use strict";

const nameFields = () => {
  for (const box of document.querySelectorAll(".select2-container")) {
    const select = box.previousElementSibling;
    if (!select?.id) continue;
    const column = select.closest("td")?.className.match(/field-(\w+)/)?.[1];
    const label = document.querySelector(`label[for="${select.id}"]`) ?? document.querySelector(`th.column-${column}`);
    const text = (label?.textContent ?? column ?? select.name).trim().replace(/:$/, "");
    for (const part of box.querySelectorAll("[role=combobox], [role=textbox]")) {
      part.removeAttribute("aria-labelledby");
      part.setAttribute("aria-label", text);
    }
  }
  const fields = "#result_list td input, #result_list td select, .inline-group td input, .inline-group td select";
  for (const field of document.querySelectorAll(fields)) {
    const cell = field.closest("td");
    const head = cell.closest("table").tHead?.rows[0].cells[cell.cellIndex];
    if (head && !field.labels?.length && !field.hasAttribute("aria-label")) {
      field.setAttribute("aria-label", head.textContent.trim().replace(/[?:]$/, ""));
    }
  }
};

// A head of a column that says nothing is none.
const dropEmptyHeads = () => {
  for (const head of document.querySelectorAll("th.original:empty")) {
    const cell = document.createElement("td");
    cell.className = head.className;
    head.replaceWith(cell);
  }
};

addEventListener("load", () => {
  dropEmptyHeads();
  nameFields();
  setTimeout(nameFields);
});
document.addEventListener("formset:added", () => setTimeout(nameFields));
