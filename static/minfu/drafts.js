// Keeps half-typed forms (<form data-draft="name">) on this machine, by user, until they are sent.
// Fields marked data-sensitive live only as long as the tab; passwords, files and hidden fields are never kept.
import { texts } from "./texts.js";

const user = document.body.dataset.user ?? "";
const SENT = "minfu:sent";
const keyOf = (form) => `minfu:draft:${user}:${form.dataset.draft}`;
const kept = (field) => field.name && !field.disabled && !["password", "file", "hidden", "submit", "button"].includes(field.type);
const fieldsOf = (form) => [...form.elements].filter(kept);
const untouched = (field) => {
  if (field.type === "checkbox" || field.type === "radio") return field.checked === field.defaultChecked;
  if (field.tagName === "SELECT") return [...field.options].every((option) => option.selected === option.defaultSelected || (!option.defaultSelected && option.index === 0));
  return field.value === field.defaultValue;
};

function read(store, key) {
  try { return JSON.parse(store.getItem(key) ?? "{}"); } catch { return {}; }
}

function write(store, key, values) {
  try {
    if (Object.keys(values).length) store.setItem(key, JSON.stringify(values));
    else store.removeItem(key);
  } catch { /* storage is full or switched off: the form still works */ }
}

function save(form) {
  const open = {};
  const secret = {};
  for (const field of fieldsOf(form)) {
    if (untouched(field)) continue;
    const values = field.matches("[data-sensitive]") ? secret : open;
    if (field.type === "checkbox" || field.type === "radio") (values[field.name] ??= []).push([field.value, field.checked]);
    else values[field.name] = field.value;
  }
  write(localStorage, keyOf(form), open);
  write(sessionStorage, keyOf(form), secret);
}

/** Forgets what was kept of a form. */
export function forget(key) {
  localStorage.removeItem(key);
  sessionStorage.removeItem(key);
}

function note(form) {
  const box = document.createElement("p");
  box.className = "draft-note";
  box.setAttribute("role", "status");
  box.append(texts("restored"));
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = texts("discard");
  button.addEventListener("click", () => { forget(keyOf(form)); form.reset(); box.remove(); });
  box.append(button);
  form.prepend(box);
}

function restore(form) {
  const values = { ...read(localStorage, keyOf(form)), ...read(sessionStorage, keyOf(form)) };
  let any = false;
  for (const field of fieldsOf(form)) {
    const value = values[field.name];
    if (value === undefined || !untouched(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      const pair = value.find?.(([name]) => name === field.value);
      if (pair) { field.checked = pair[1]; any = true; }
    } else if (field.value !== value) { field.value = value; any = true; }
  }
  if (any) {
    note(form);
    form.dispatchEvent(new Event("minfu:restored", { bubbles: true }));
  }
}

function adopt(form) {
  if (form.dataset.draftOn) return;
  form.dataset.draftOn = "1";
  restore(form);
  let timer = 0;
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(() => save(form), 300); });
  form.addEventListener("change", () => save(form));
  form.addEventListener("submit", () => { clearTimeout(timer); save(form); sessionStorage.setItem(SENT, keyOf(form)); });
}

function settle() {
  // The form was sent and the same user now sees an ordinary page without it: it arrived.
  const key = sessionStorage.getItem(SENT);
  if (!key || document.body.hasAttribute("data-error-page") || !key.startsWith(`minfu:draft:${user}:`) || !user) return;
  sessionStorage.removeItem(SENT);
  const here = [...document.querySelectorAll("form[data-draft]")].some((form) => keyOf(form) === key);
  if (!here || document.querySelector("[data-draft-done]")) forget(key);
}

/** Restores and keeps every form with data-draft, also those that arrive in a dialog. */
export function startDrafts() {
  settle();
  const all = (root) => root.querySelectorAll("form[data-draft]").forEach(adopt);
  all(document);
  document.addEventListener("minfu:release", () => sessionStorage.removeItem(SENT)); // it did not arrive after all
  document.addEventListener("minfu:content", (event) => all(event.detail));
  document.addEventListener("htmx:load", (event) => { if (event.target.querySelectorAll) all(event.target); });
}
