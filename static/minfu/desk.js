// The desk: a row opens its demand beside the list without moving it; x ticks the row one is at; "next" goes on from the open one.
// Everything is an ordinary link or form without it.
const typing = (element) => element.isContentEditable || (element.matches("input, textarea, select") && !element.matches("[type=checkbox]"));
const wide = () => matchMedia("(min-width: 768px)").matches;
let asked = 0;

function markRow(link) {
  for (const row of document.querySelectorAll("[data-row]")) {
    row.classList.toggle("is-current", row === link);
    if (row === link) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
  }
}

async function open(link, push) {
  const turn = (asked += 1);
  const matter = document.querySelector("#matter");
  matter.setAttribute("aria-busy", "true");
  markRow(link);
  try {
    const answer = await fetch(link.href, { credentials: "same-origin", headers: { "HX-Request": "true" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    const html = await answer.text();
    if (turn !== asked) return;
    const page = new DOMParser().parseFromString(html, "text/html");
    for (const id of ["matter", "next"]) document.getElementById(id).replaceWith(document.importNode(page.getElementById(id), true));
    const heading = document.querySelector("#matter h1");
    document.title = heading.textContent;
    document.querySelector("[data-announce]")?.replaceChildren(heading.textContent);
    document.querySelector(".desk").classList.add("has-matter");
    if (push) history.pushState({ desk: true }, "", link.href);
    document.dispatchEvent(new CustomEvent("minfu:content", { detail: document.querySelector(".desk") }));
  } catch {
    location.assign(link.href);
  }
}

function following() {
  const rows = [...document.querySelectorAll(".desk [data-row]")];
  const at = rows.findIndex((row) => row.classList.contains("is-current"));
  return rows[at + 1];
}

function click(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0 || !wide()) return;
  const next = event.target.closest?.("[data-following]");
  const link = next ? following() : event.target.closest?.(".desk [data-row]");
  if (next && !link) return;
  if (!link) return;
  event.preventDefault();
  link.focus({ preventScroll: true });
  link.scrollIntoView({ block: "nearest" });
  open(link, true);
}

function tick(event) {
  if (event.key !== "x" || event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || document.querySelector("dialog[open]")) return;
  const row = event.target.closest(".desk-row") ?? document.querySelector(".desk-row:has(.is-current)");
  const box = row?.querySelector(".desk-tick:not(:disabled)");
  if (!box) return;
  event.preventDefault();
  box.click();
}

/** Starts the desk when the page is one. */
export function startDesk() {
  if (!document.querySelector(".desk .rows") || !document.querySelector("#matter")) return;
  document.addEventListener("click", click);
  document.addEventListener("keydown", tick);
  window.addEventListener("popstate", () => location.reload());
  const first = document.querySelector(".desk [data-row]");
  if (first && !document.querySelector(".desk.has-matter") && matchMedia("(min-width: 1280px)").matches) {
    open(first, false).then(() => document.querySelector(".desk").classList.remove("has-matter"));
  }
}
