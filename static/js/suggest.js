// Search suggestions: forms with data-suggest="address" get an ARIA combobox with a list of suggestions.
// The form works without this script.

const DELAY = 120; // milliseconds after the last key before a request
const MIN_LENGTH = 2;

class Suggestions {
  constructor(form, number) {
    this.form = form;
    this.input = form.querySelector("input[type=search]");
    this.url = form.dataset.suggest;
    this.options = [];
    this.active = -1;
    this.list = document.createElement("ul");
    this.list.id = `suggestions-${number}`;
    this.list.className = "suggestions";
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels[0]?.textContent ?? "");
    this.list.hidden = true;
    form.append(this.list);
    const attributes = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id };
    for (const [name, value] of Object.entries(attributes)) this.input.setAttribute(name, value);
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    // Before the field loses the focus, which would close the list before the click.
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.choose(this.options.indexOf(event.target.closest("[role=option]"))));
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY);
  }

  async ask() {
    this.asking?.abort();
    const text = this.input.value;
    if (text.trim().length < MIN_LENGTH) return this.close();
    this.asking = new AbortController();
    try {
      const response = await fetch(`${this.url}?${new URLSearchParams({ q: text })}`, { signal: this.asking.signal });
      if (response.ok) this.show(await response.json(), text);
    } catch {
      // Aborted by the next key, or no network: the form still works.
    }
  }

  show(found, text) {
    if (this.input.value !== text || document.activeElement !== this.input) return;
    const queries = found.queries.filter((query) => query !== text).map((query) => [query, "", query]);
    const pages = [...found.topics, ...found.providers].map(({ name, url }) => [name, url, ""]);
    this.options = [...queries, ...pages].map(([name, url, query], index) => this.option(name, url, query, index));
    this.list.replaceChildren(...this.options);
    this.mark(-1);
    this.list.hidden = this.options.length === 0;
    this.input.setAttribute("aria-expanded", String(!this.list.hidden));
  }

  option(name, url, query, index) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${index}`;
    option.className = "suggestions__option";
    option.setAttribute("role", "option");
    const label = document.createElement("span");
    label.dir = "auto";
    label.textContent = name;
    option.append(label);
    if (url) {
      const arrow = document.createElement("span");
      arrow.className = "suggestions__kind";
      arrow.setAttribute("aria-hidden", "true");
      arrow.textContent = "→";
      option.append(arrow);
      option.dataset.url = url;
    } else {
      option.dataset.query = query;
    }
    return option;
  }

  mark(index) {
    this.active = index;
    this.options.forEach((option, at) => option.setAttribute("aria-selected", String(at === index)));
    if (index < 0) return this.input.removeAttribute("aria-activedescendant");
    this.input.setAttribute("aria-activedescendant", this.options[index].id);
    this.options[index].scrollIntoView({ block: "nearest" });
  }

  press(event) {
    if (event.isComposing || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.active >= 0) {
      event.preventDefault();
      this.choose(this.active);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !this.list.hidden) {
      event.preventDefault();
      const positions = this.options.length + 1; // including the field itself
      const step = event.key === "ArrowDown" ? 1 : -1;
      this.mark(((this.active + 1 + step + positions) % positions) - 1);
    }
  }

  choose(index) {
    const option = this.options[index];
    if (!option) return;
    if (option.dataset.url) {
      location.assign(option.dataset.url);
      return;
    }
    this.input.value = option.dataset.query;
    this.close();
    this.form.requestSubmit();
  }

  close() {
    clearTimeout(this.timer);
    this.asking?.abort();
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(-1);
  }
}

document.querySelectorAll("form[data-suggest]").forEach((form, number) => new Suggestions(form, number));
