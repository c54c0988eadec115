// What stays on a phone for opening the field without a signal (field-worker.js): started there, emptied when someone signs
// out or another person signs in. A page that was kept says so.
const PAGES = "minfu-pages";
const OWNER = "X-Minfu-Owner"; // person.post
const able = "serviceWorker" in navigator && "caches" in window;

/** Drops the pages that were kept on this phone. What waits to be sent stays: it belongs to whoever wrote it. */
export async function forgetPages() {
  if (!able) return;
  for (const one of await navigator.serviceWorker.getRegistrations()) one.active?.postMessage("forget");
  await caches.delete(PAGES);
}

async function keptByAnother(user) {
  if (!(await caches.has(PAGES))) return false;
  const pages = await (await caches.open(PAGES)).matchAll();
  return pages.some((page) => page.headers.get(OWNER)?.split(".")[0] !== user);
}

function sayKept(at) {
  const band = document.querySelector("[data-kept-band]");
  if (!band) return;
  const time = band.querySelector("time");
  time.dateTime = at;
  time.textContent = new Date(at).toLocaleString("zh-CN", { month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Shanghai" });
  band.hidden = false;
  band.querySelector("[data-reload]").addEventListener("click", () => location.reload());
  document.querySelector("[data-offline]")?.remove();
}

/** Says on the form that is good for any demand which one it is about: the list that was kept knows. */
async function sayWhich() {
  const box = document.querySelector("[data-which]");
  const list = box && (await caches.match(box.getAttribute("href")));
  if (!list) return;
  const page = new DOMParser().parseFromString(await list.text(), "text/html");
  const title = page.querySelector(`a[href="${location.pathname.replace("done/", "")}"] .field-title`)?.textContent.trim();
  if (title) document.querySelector("h1").textContent += `：${title}`;
}

function offerInstalling() {
  const button = document.querySelector("[data-install]");
  window.addEventListener("beforeinstallprompt", (event) => {
    if (!button) return;
    event.preventDefault();
    button.hidden = false;
    button.addEventListener("click", () => { button.hidden = true; event.prompt(); }, { once: true });
  });
}

/** Starts the service worker on pages that name one (<body data-worker>), and keeps it honest about whose pages it holds. */
export async function startKeeping() {
  const { user, worker, kept } = document.body.dataset;
  if (kept) sayKept(kept);
  if (!able) return;
  if (kept) sayWhich();
  document.addEventListener("submit", (event) => { if (event.target.hasAttribute("data-sign-out")) forgetPages(); });
  offerInstalling();
  if (user && !kept && (await keptByAnother(user))) await forgetPages();
  if (!worker) return;
  // After what was waiting was sent, the list from before is of no more use.
  if (kept) document.addEventListener("minfu:flushed", () => { if (!document.querySelector("form[data-queue]")) location.reload(); });
  else {
    await navigator.serviceWorker.register(worker, { updateViaCache: "none" });
    (await navigator.serviceWorker.ready).active.postMessage("look");
  }
}
