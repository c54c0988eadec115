// Keys: j/k move in a [data-list], Enter opens, / searches, ? lists the keys, g then a letter goes to a page,
// and a key named in data-key presses what carries it. Nothing happens while one is typing, but for Ctrl Enter, which sends.
import { showDialog } from "./dialog.js";
import { texts } from "./texts.js";

const typing = (element) => element.isContentEditable || (element.matches("input, textarea, select") && !element.matches("[type=checkbox], [type=radio], [type=button]"));
const shown = (element) => element.getClientRects().length > 0;
let going = 0;

function rows() {
  const lists = [...document.querySelectorAll("[data-list]")].filter(shown);
  const list = lists.find((one) => one.contains(document.activeElement)) ?? lists[0];
  return list ? [...list.querySelectorAll("[data-row]")].filter(shown) : [];
}

function target(row) {
  return row.matches("a, button") ? row : row.querySelector("a[href]") ?? row;
}

function move(by) {
  const all = rows();
  if (!all.length) return;
  const marked = all.findIndex((row) => row.classList.contains("is-current"));
  const focused = all.findIndex((row) => row.contains(document.activeElement));
  const at = focused >= 0 ? focused : marked;
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)] ?? all[0];
  for (const row of all) row.classList.toggle("is-current", row === next);
  target(next).focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

// The cap of the key itself, drawn on many buttons, is no part of what they are called.
const words = (element) => { const copy = element.cloneNode(true); copy.querySelectorAll("kbd").forEach((cap) => cap.remove()); return copy.textContent; };
const label = (element) => (element.getAttribute("aria-label") ?? words(element)).trim().replace(/\s+/g, " ");

/** Lists every key that does something on this page. */
export function showKeys() {
  const list = document.createElement("dl");
  list.className = "keys";
  const add = (keys, text) => {
    const pair = document.createElement("div");
    const term = document.createElement("dt");
    for (const key of keys) {
      const cap = document.createElement("kbd");
      cap.textContent = key;
      term.append(cap, " ");
    }
    const what = document.createElement("dd");
    what.textContent = text;
    pair.append(term, what);
    list.append(pair);
  };
  if (rows().length) { add(["j"], texts("down")); add(["k"], texts("up")); add(["Enter"], texts("open")); }
  if (document.querySelector(".desk-tick")) add(["x"], texts("tick"));
  if (document.querySelector("[data-search]")) add(["/"], texts("search"));
  for (const element of document.querySelectorAll("[data-key]")) if (shown(element)) add([element.dataset.key], label(element));
  for (const element of document.querySelectorAll("[data-go]")) add(["g", element.dataset.go], texts("go") + label(element.querySelector("span") ?? element));
  add(["Ctrl", "Enter"], texts("send"));
  add(["Esc"], texts("close"));
  add(["?"], texts("help"));
  showDialog(texts("keys"), list);
}

function press(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
  if (document.querySelector("dialog[open]")) return;
  const key = event.key;
  if (going && Date.now() - going < 1500) {
    going = 0;
    const link = document.querySelector(`[data-go="${CSS.escape(key)}"]`);
    if (link) { event.preventDefault(); link.click(); }
    return;
  }
  if (key === "g") { going = Date.now(); return; }
  const actions = { j: () => move(1), k: () => move(-1), "?": showKeys, "/": () => document.querySelector("[data-search]")?.focus() };
  const named = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)].find(shown);
  const action = actions[key] ?? (named && (() => (named.matches("input, textarea, select") ? named.focus() : named.click())));
  if (!action) return;
  event.preventDefault();
  action();
}

function send(event) {
  const form = event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.closest?.("form[method=post]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit(form.querySelector("button.btn-primary, button.btn-danger"));
}

export function startKeyboard() {
  document.addEventListener("keydown", press);
  document.addEventListener("keydown", send);
  for (const button of document.querySelectorAll("[data-keys-help]")) button.addEventListener("click", showKeys);
}
