// Forms with data-queue survive a lost signal: what could not be sent is kept on this phone (IndexedDB, photos too), counted
// in the band at the top, and sent when the signal is back. Each carries a token, so that arriving twice it counts once.
import { forget } from "./drafts.js";
import { texts } from "./texts.js";

const user = document.body.dataset.user ?? "";
const STORE = "unsent";
const TIMEOUT = 30_000; // milliseconds until a request without an answer counts as not sent
const busy = new WeakSet();

function open() {
  return new Promise((good, bad) => {
    const request = indexedDB.open("minfu", 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
    request.onsuccess = () => good(request.result);
    request.onerror = () => bad(request.error);
  });
}

async function act(mode, what) {
  const database = await open();
  try {
    const transaction = database.transaction(STORE, mode);
    const request = what(transaction.objectStore(STORE));
    await new Promise((good, bad) => { transaction.oncomplete = good; transaction.onerror = transaction.onabort = () => bad(transaction.error); });
    return request.result;
  } finally {
    database.close();
  }
}

const put = (entry) => act("readwrite", (store) => store.put(entry));
const drop = (id) => act("readwrite", (store) => store.delete(id));
const mine = async () => (await act("readonly", (store) => store.getAll())).filter((entry) => entry.user === user).sort((a, b) => a.at - b.at);
const headers = (body) => JSON.parse(body.getAttribute("hx-headers") || "{}");
const fresh = () => crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;

/** Returns the token that lets a form in; a page that was kept on the phone asks for today's. Null when one must sign in anew. */
async function csrf() {
  if ("kept" in document.body.dataset) {
    const answer = await fetch(location.href, { credentials: "same-origin", signal: AbortSignal.timeout(TIMEOUT) });
    const { body } = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (answer.redirected || !answer.ok || body.dataset.user !== user) return null;
    document.body.setAttribute("hx-headers", body.getAttribute("hx-headers"));
    for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = headers(body)["X-CSRFToken"];
    delete document.body.dataset.kept;
  }
  return headers(document.body)["X-CSRFToken"] ?? "";
}

/** Gives a form another token: what is typed into it from now on is another report. */
function renew(form) {
  const token = form.elements[form.dataset.token];
  if (token) token.value = fresh();
}

/** Sends fields; returns {url} when they arrived, {problems} when the server refused, null when there is no connection. */
async function post(url, fields) {
  const body = new FormData();
  for (const [name, value, filename] of fields) {
    if (name !== "csrfmiddlewaretoken") filename === undefined ? body.append(name, value) : body.append(name, value, filename);
  }
  let answer;
  try {
    const token = await csrf();
    if (token === null) return { problems: [texts("signIn")] };
    answer = await fetch(url, { method: "POST", body, credentials: "same-origin", headers: { Accept: "application/json", "X-CSRFToken": token }, signal: AbortSignal.timeout(TIMEOUT) });
  } catch { return null; }
  if (answer.status >= 500) return null;
  const isJson = (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (answer.redirected || !isJson) return { problems: [texts("signIn")] };
  return answer.json();
}

async function draw() {
  const entries = await mine();
  const band = document.querySelector("[data-unsent]");
  if (band) {
    band.hidden = !entries.length;
    band.querySelector("[data-unsent-count]").textContent = String(entries.length);
  }
  const box = document.querySelector("[data-unsent-list]");
  if (!box) return;
  box.hidden = !entries.length;
  box.querySelector("ul").replaceChildren(...entries.map(line));
}

function line(entry) {
  const row = document.createElement("li");
  const what = document.createElement("p");
  what.textContent = `${new Date(entry.at).toLocaleString("zh-CN", { dateStyle: "short", timeStyle: "short", timeZone: "Asia/Shanghai" })} ${entry.what}`;
  row.append(what);
  for (const said of entry.problems ?? []) {
    const problem = document.createElement("p");
    problem.className = "problem";
    problem.textContent = said;
    row.append(problem);
  }
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn btn-quiet";
  button.textContent = texts("drop");
  button.addEventListener("click", async () => {
    if (button.dataset.sure) { await drop(entry.id); await draw(); return; }
    button.dataset.sure = "1";
    button.textContent = texts("dropSure");
  });
  row.append(button);
  return row;
}

/** Sends what was kept, one after the other, oldest first; one tab at a time. */
async function flush() {
  const work = async () => {
    for (const entry of await mine()) {
      const answer = await post(entry.url, entry.fields);
      if (!answer) break;
      if (answer.url) await drop(entry.id);
      else await put({ ...entry, problems: answer.problems });
    }
  };
  if (navigator.locks) await navigator.locks.request("minfu-unsent", { ifAvailable: true }, (lock) => lock && work());
  else await work();
  await draw();
  document.dispatchEvent(new CustomEvent("minfu:flushed"));
}

function say(form, text) {
  document.querySelector("[data-said]")?.remove();
  const note = document.createElement("p");
  note.className = "message tone-amber";
  note.dataset.said = "";
  note.setAttribute("role", "status");
  note.textContent = text;
  form.before(note);
  note.scrollIntoView({ block: "center" });
}

async function keep(form, fields) {
  const named = new Map(fields.filter((field) => typeof field[1] === "string").map(([name, value]) => [name, value]));
  const id = named.get(form.dataset.token) || form.action;
  await put({ id, user, url: form.action, at: Date.now(), what: (named.get("description") || named.get("text") || "").slice(0, 60), fields });
  forget(`minfu:draft:${user}:${form.dataset.draft}`);
  form.reset();
  renew(form);
  say(form, texts("kept"));
  await draw();
}

async function send(event) {
  const form = event.target;
  if (!form.matches?.("form[data-queue]")) return;
  event.preventDefault();
  if (busy.has(form)) return;
  busy.add(form);
  const button = event.submitter;
  button?.setAttribute("aria-busy", "true");
  const fields = [...new FormData(form)].map(([name, value]) => (value instanceof File ? [name, value, value.name] : [name, value])).filter(([, value]) => !(value instanceof File) || value.size);
  try {
    const answer = navigator.onLine ? await post(form.action, fields) : null;
    if (answer?.url) { forget(`minfu:draft:${user}:${form.dataset.draft}`); renew(form); location.assign(answer.url); return; }
    if (answer && !("kept" in document.body.dataset)) { form.submit(); return; } // the server shows what is wrong, at its fields
    await keep(form, fields);
  } catch {
    say(form, texts("notSent"));
  }
  busy.delete(form);
  button?.removeAttribute("aria-busy");
}

/** Takes over forms with data-queue and sends what an earlier page had to keep. */
export function startQueue() {
  if (!user || !("indexedDB" in window) || !("timeout" in AbortSignal)) return;
  // A page that was kept is opened many times: its token would make one report of all that is written there.
  if ("kept" in document.body.dataset) document.querySelectorAll("form[data-queue][data-token]").forEach(renew);
  document.addEventListener("submit", send);
  window.addEventListener("online", () => flush());
  document.querySelector("[data-unsent-send]")?.addEventListener("click", () => flush());
  draw().then(() => navigator.onLine && flush()).catch(() => {});
}
