// Links with data-dialog open in a <dialog>. The page behind the link needs to know nothing of it: its <main> is shown, its
// form is sent, and a redirect is followed by the whole page. Without script, or when anything is odd, the link just opens.
import { texts } from "./texts.js";

let box = null;

function build() {
  box = document.createElement("dialog");
  box.className = "dialog";
  box.setAttribute("aria-labelledby", "dialog-title");
  const head = document.createElement("div");
  head.className = "dialog-head";
  const title = document.createElement("h2");
  title.id = "dialog-title";
  const close = document.createElement("button");
  close.type = "button";
  close.className = "dialog-close";
  close.setAttribute("aria-label", texts("close"));
  close.textContent = "✕";
  close.addEventListener("click", () => box.close());
  head.append(title, close);
  const body = document.createElement("div");
  body.className = "dialog-body";
  box.append(head, body);
  box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
  box.addEventListener("submit", send);
  document.body.append(box);
}

/** Shows nodes in the dialog under a title. */
export function showDialog(title, ...nodes) {
  if (!box) build();
  box.querySelector("#dialog-title").textContent = title;
  box.querySelector(".dialog-body").replaceChildren(...nodes);
  if (!box.open) box.showModal();
  const shown = (one) => one.getClientRects().length > 0;
  (box.querySelector("[data-errors], [autofocus]") ?? [...box.querySelectorAll(".dialog-body :is(input:not([type=hidden]), select, textarea, button, a)")].find(shown))?.focus();
  document.dispatchEvent(new CustomEvent("minfu:content", { detail: box }));
}

function showPage(html, url) {
  const page = new DOMParser().parseFromString(html, "text/html");
  const main = page.querySelector("main");
  if (!main) throw new Error("no main part");
  const heading = main.querySelector("h1")?.textContent.trim() ?? page.title;
  for (const form of main.querySelectorAll("form")) form.action = new URL(form.getAttribute("action") || url, url).href;
  showDialog(heading, ...[...main.childNodes].map((node) => document.importNode(node, true)));
}

async function open(link) {
  link.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(link.href, { credentials: "same-origin" });
    if (answer.redirected) { location.assign(answer.url); return; }
    showPage(await answer.text(), answer.url);
  } catch {
    if (navigator.onLine) location.assign(link.href); else showDialog(link.textContent.trim(), note(texts("noSignal")));
  } finally {
    link.removeAttribute("aria-busy");
  }
}

async function send(event) {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-whole-page")) return;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  try {
    const answer = await fetch(form.action, { method: "POST", body: data, credentials: "same-origin", headers: { "X-Dialog": "1" } });
    if (answer.headers.has("X-Location")) { location.assign(new URL(answer.headers.get("X-Location"), answer.url).href); return; }
    if (answer.redirected) { location.assign(answer.url); return; }
    const html = await answer.text();
    const wrong = new DOMParser().parseFromString(html, "text/html").querySelector(".wrong-sentence");
    if (wrong) say(form, wrong.textContent); else showPage(html, answer.url);
  } catch {
    say(form, texts("notSent"));
  }
}

function note(sentence) {
  const line = document.createElement("p");
  line.className = "message tone-red";
  line.setAttribute("role", "alert");
  line.textContent = sentence;
  return line;
}

// An error page has no form: what was typed stays where it is, under the sentence, and can be sent again.
function say(form, sentence) {
  form.dispatchEvent(new Event("minfu:release", { bubbles: true }));
  form.querySelector("[data-not-sent]")?.remove();
  const line = note(sentence);
  line.dataset.notSent = "";
  form.prepend(line);
}

/** Opens links with data-dialog in place; a click with a modifier key opens the page as usual. */
export function startDialogs() {
  if (!("HTMLDialogElement" in window)) return;
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-dialog]");
    if (!link || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    open(link);
  });
}
