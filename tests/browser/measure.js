// Measurements that tests take in a page. Each returns a list of findings, empty when all is well.
globalThis.measure = (() => {
  const name = (element) => {
    const text = (element.getAttribute("src") || element.textContent || "").trim().slice(0, 60);
    return `<${element.localName} class="${element.className}"> ${text}`;
  };
  const ancestors = (element) => {
    const found = [];
    for (let each = element.parentElement; each && each !== document.body; each = each.parentElement) found.push(each);
    return found;
  };
  const clips = (element) => getComputedStyle(element).overflowX !== "visible";
  const isShown = (element) => element.checkVisibility({ visibilityProperty: true });

  // What reaches over the left or right edge of the window, unless something around it clips or scrolls it.
  function overflows() {
    const root = document.documentElement;
    const width = root.clientWidth;
    const found = root.scrollWidth > width ? [`the page is ${root.scrollWidth} wide in a window of ${width}`] : [];
    for (const element of document.body.querySelectorAll("*")) {
      const box = element.getBoundingClientRect();
      if (!box.width || (box.left >= -0.5 && box.right <= width + 0.5) || ancestors(element).some(clips)) continue;
      found.push(`${name(element)} from ${box.left} to ${box.right}`);
    }
    return found;
  }

  // Pictures without a declared size, broken ones, and ones drawn larger than they are.
  async function pictures() {
    const found = [];
    for (const image of document.images) image.loading = "eager";
    await Promise.all([...document.images].map((image) => image.decode().catch(() => {})));
    for (const image of document.images) {
      if (!image.hasAttribute("width") || !image.hasAttribute("height")) found.push(`${name(image)} has no size`);
      if (!image.hasAttribute("alt")) found.push(`${name(image)} has no alt`);
      if (!image.naturalWidth) {
        found.push(`${name(image)} is broken`);
        continue;
      }
      const scale = drawnScale(image);
      if (scale > 1.001) found.push(`${name(image)} is drawn ${scale} times its size`);
    }
    return found;
  }

  function drawnScale(image) {
    const style = getComputedStyle(image);
    const width = image.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    const height = image.clientHeight - parseFloat(style.paddingTop) - parseFloat(style.paddingBottom);
    const scales = [width / image.naturalWidth, height / image.naturalHeight];
    if (style.objectFit === "scale-down") return Math.min(1, ...scales);
    return style.objectFit === "contain" ? Math.min(...scales) : Math.max(...scales);
  }

  // Shown elements that are smaller than a finger needs.
  function smallTargets(selector, size) {
    const found = [];
    for (const element of document.querySelectorAll(selector)) {
      const box = element.getBoundingClientRect();
      if (isShown(element) && (box.width < size || box.height < size)) {
        found.push(`${name(element)}: ${box.width} by ${box.height}`);
      }
    }
    return found;
  }

  // How the focused element shows that it is: an outline that nothing cuts off, in the window.
  function focusFlaws() {
    const element = document.activeElement;
    const style = getComputedStyle(element);
    const reach = Math.max(0, parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth));
    const box = element.getBoundingClientRect();
    const outline = { left: box.left - reach, right: box.right + reach, top: box.top - reach, bottom: box.bottom + reach };
    const found = [];
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) found.push(`${name(element)} has no outline`);
    if (box.bottom <= 0 || box.top >= innerHeight || box.right <= 0 || box.left >= innerWidth) {
      found.push(`${name(element)} is outside the window`);
    }
    for (const each of ancestors(element).filter(clips)) {
      const edge = each.getBoundingClientRect();
      const cut = [edge.left - outline.left, outline.right - edge.right, edge.top - outline.top, outline.bottom - edge.bottom];
      if (Math.max(...cut) > 1) found.push(`${name(each)} cuts the outline of ${name(element)} by ${cut}`);
    }
    if (element.closest("[aria-hidden=true]")) found.push(`${name(element)} is hidden from screen readers`);
    return found;
  }

  // Links and controls that the Tab key should reach.
  const tabStops = () =>
    [...document.querySelectorAll("a[href], button, input, summary")].filter((each) => each.tabIndex >= 0 && isShown(each)).length;

  // What moved after it had been drawn, and how far: nothing is an empty list.
  function layoutShifts() {
    return new Promise((resolve) => {
      const shifts = [];
      const box = (rect) => [rect.x, rect.y, rect.width, rect.height].map(Math.round).join(" ");
      const source = ({ node, previousRect, currentRect }) =>
        `${node?.outerHTML?.slice(0, 80) ?? node?.nodeName} from ${box(previousRect)} to ${box(currentRect)}`;
      new PerformanceObserver((list) =>
        list.getEntries().forEach(({ value, sources }) => shifts.push(`${value}: ${sources.map(source).join(", ")}`)),
      ).observe({ type: "layout-shift", buffered: true });
      requestAnimationFrame(() => setTimeout(() => resolve(shifts), 50));
    });
  }

  // The items of the page's feeds as a microformats parser reads them: only what belongs to the item itself.
  function entries(root) {
    const own = (entry, selector) =>
      [...entry.querySelectorAll(selector)].filter((each) => each.parentElement.closest(".h-entry, .h-card") === entry);
    return [...root.querySelectorAll(".h-entry")].map((entry) => ({
      names: own(entry, ".p-name").map((each) => each.textContent.trim()),
      urls: own(entry, ".u-url").map((each) => each.getAttribute("href") || each.getAttribute("value")),
      published: own(entry, ".dt-published").map((each) => each.getAttribute("datetime")),
      authors: own(entry, ".p-author").map((each) => each.querySelector(".p-name").textContent.trim()),
    }));
  }

  return { overflows, pictures, smallTargets, focusFlaws, tabStops, layoutShifts, entries };
})();
