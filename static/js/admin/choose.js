// Choosing rows of a table or list: all that are shown, or a range with the shift key (clicking, or with the space bar);
// and how many are chosen.

for (const form of document.querySelectorAll('[data-choose]')) {
  const boxes = [...form.querySelectorAll('.action-select')];
  const all = form.querySelector('[data-choose-all]');
  const count = form.querySelector('[data-choose-count]');
  let last = null;

  const show = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    for (const box of boxes) box.closest('tr, [data-choose-row]').classList.toggle('selected', box.checked);
    if (count) count.textContent = chosen ? ` (${chosen})` : '';
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
  };

  form.addEventListener('click', (event) => {
    const place = boxes.indexOf(event.target);
    if (place < 0) return;
    if (event.shiftKey && last !== null) {
      const [start, end] = [Math.min(last, place), Math.max(last, place)];
      for (const box of boxes.slice(start, end + 1)) box.checked = event.target.checked;
    }
    last = place;
    show();
  });

  if (all && boxes.length) {
    (all.closest('label') ?? all).hidden = false;
    all.addEventListener('change', () => {
      for (const box of boxes) box.checked = all.checked;
      show();
    });
  }
  // Browsers remember boxes when somebody comes back from the preview.
  window.addEventListener('pageshow', show);
}
