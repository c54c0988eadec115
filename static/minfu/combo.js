// A select one types in (<select data-combo>): the list narrows to what was typed, arrows choose, Enter takes. Options are found
// by their text, their group and their data-words. The select stays in the form and carries the value; without script it is used as it is.
import { texts } from "./texts.js";

const MOST = 60; // rows drawn at once
let count = 0;

const fold = (text) => text.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
const found = (option, words) => {
  const group = option.parentElement.tagName === "OPTGROUP" ? option.parentElement.label : "";
  const text = fold(`${option.text} ${group} ${option.dataset.words ?? ""}`);
  return words.every((word) => text.includes(word));
};
const rank = (option, text) => { const name = fold(option.text); return name === text ? 0 : name.startsWith(text) ? 1 : name.includes(text) ? 2 : 3; };

function build(select) {
  const id = `combo-${(count += 1)}`;
  const input = document.createElement("input");
  const list = document.createElement("ul");
  const box = document.createElement("div");
  box.className = "combo";
  input.type = "text";
  input.id = `${id}-input`;
  input.className = select.className.replace("form-select", "form-control");
  input.autocomplete = "off";
  input.spellcheck = false;
  for (const [name, value] of Object.entries({ role: "combobox", "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-autocomplete": "list" })) input.setAttribute(name, value);
  for (const name of ["aria-describedby", "aria-invalid"]) if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  input.autofocus = select.autofocus;
  input.placeholder = texts("typeToFind");
  list.id = `${id}-list`;
  list.className = "combo-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", texts("choices"));
  list.hidden = true;
  const label = select.labels?.[0];
  if (label) label.htmlFor = input.id;
  select.hidden = true;
  select.required = false;
  select.after(box);
  box.append(input, list);
  if (input.autofocus) { select.autofocus = false; input.focus(); }
  return { select, input, list, id };
}

const chosenText = (select) => (select.value ? select.selectedOptions[0].text : "");

function rows(combo, all) {
  const text = all ? "" : fold(combo.input.value);
  const words = text.split(" ").filter(Boolean);
  const options = [...combo.select.options].filter((option) => option.value && found(option, words));
  return (words.length ? options.sort((a, b) => rank(a, text) - rank(b, text)) : options).slice(0, MOST);
}

function draw(combo, all = false) {
  let group = null;
  const items = [];
  const options = rows(combo, all);
  options.forEach((option, index) => {
    const name = option.parentElement.tagName === "OPTGROUP" ? option.parentElement.label : "";
    const item = document.createElement("li");
    item.id = `${combo.id}-${index}`;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", String(option.value === combo.select.value));
    item.dataset.value = option.value;
    item.append(option.text);
    if (name && name !== group) {
      const small = document.createElement("span");
      small.className = "combo-group";
      small.textContent = name;
      item.append(small);
    }
    group = name;
    items.push(item);
  });
  if (!items.length) {
    const none = document.createElement("li");
    none.className = "combo-none";
    none.textContent = texts("notFound");
    items.push(none);
  }
  combo.list.replaceChildren(...items);
  combo.list.hidden = false;
  combo.input.setAttribute("aria-expanded", "true");
  mark(combo, Math.max(options.findIndex((option) => option.value === combo.select.value), 0));
}

function mark(combo, at) {
  const items = [...combo.list.querySelectorAll("[role=option]")];
  items.forEach((item, index) => item.classList.toggle("is-marked", index === at));
  const item = items[at];
  if (item) { combo.input.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); } else combo.input.removeAttribute("aria-activedescendant");
}

function close(combo) {
  combo.list.hidden = true;
  combo.input.setAttribute("aria-expanded", "false");
  combo.input.removeAttribute("aria-activedescendant");
}

function take(combo, value) {
  const changed = combo.select.value !== value;
  combo.select.value = value;
  combo.input.value = chosenText(combo.select);
  close(combo);
  if (changed) { combo.select.dispatchEvent(new Event("input", { bubbles: true })); combo.select.dispatchEvent(new Event("change", { bubbles: true })); }
}

function press(combo, event) {
  if (event.isComposing) return;
  const items = [...combo.list.querySelectorAll("[role=option]")];
  const at = items.findIndex((item) => item.classList.contains("is-marked"));
  const open = !combo.list.hidden;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    if (!open) draw(combo, true);
    else mark(combo, Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), items.length - 1));
  } else if (event.key === "Enter" && open) {
    event.preventDefault();
    if (items[at]) take(combo, items[at].dataset.value);
  } else if (event.key === "Escape" && open) {
    event.preventDefault();
    event.stopPropagation();
    take(combo, combo.select.value);
  }
}

function leave(combo) {
  const exact = rows(combo, false).filter((option) => option.text === combo.input.value.trim());
  take(combo, !combo.input.value.trim() ? "" : exact.length ? exact[0].value : combo.select.value);
}

function adopt(select) {
  if (select.dataset.comboOn) return;
  select.dataset.comboOn = "1";
  const combo = build(select);
  combo.input.value = chosenText(select);
  combo.input.addEventListener("input", () => draw(combo));
  combo.input.addEventListener("focus", () => combo.input.select());
  combo.input.addEventListener("click", () => { if (combo.list.hidden) draw(combo, true); });
  combo.input.addEventListener("keydown", (event) => press(combo, event));
  combo.input.addEventListener("blur", () => leave(combo));
  combo.list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const item = event.target.closest("[role=option]");
    if (item) take(combo, item.dataset.value);
  });
  select.form?.addEventListener("minfu:restored", () => { combo.input.value = chosenText(select); });
  select.form?.addEventListener("reset", () => setTimeout(() => { combo.input.value = chosenText(select); }, 0));
  select.addEventListener("change", () => { if (document.activeElement !== combo.input) combo.input.value = chosenText(select); });
}

/** Turns every select with data-combo into one that can be typed in, also those that arrive later. */
export function startCombos() {
  const all = (root) => root.querySelectorAll("select[data-combo]").forEach(adopt);
  all(document);
  document.addEventListener("minfu:content", (event) => all(event.detail));
  document.addEventListener("htmx:load", (event) => { if (event.target.querySelectorAll) all(event.target); });
}
