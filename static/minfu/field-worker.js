// Service worker of the field (scope /field/): what a phone needs to open the field and to report without a signal.
// It keeps the files pages are made of, and three pages of whoever is signed in: the last list seen, the empty form of a report,
// and the empty form of "done", which is good for any demand. Nothing else. They are dropped when the session ends, when someone
// signs out (keep.js) and when another person or post comes.
// `self.minfu` ({version, files, list, report, done, offline}) comes from the view that names this file: /field/sw.js.
const { version, files, list, report, done, offline } = self.minfu;
const FILES = "minfu-files-";
const PAGES = "minfu-pages";
const OWNER = "X-Minfu-Owner"; // of a page: person and post
const KEPT_AT = "X-Minfu-Kept";
const KEPT_BY = "X-Minfu-Version";
const PATIENCE = 6000; // milliseconds until a page that was kept is shown instead of a slow one
const FRESH = 12 * 3600_000; // milliseconds until a form is fetched anew: categories and grids change seldom
let forgotten = 0; // how often pages were dropped: an answer asked for before that is not kept

async function install() {
  const cache = await caches.open(FILES + version);
  await cache.addAll(files);
  await cache.put(offline, await fetch(offline, { credentials: "omit" })); // the same for everyone
}

async function forget() {
  forgotten += 1;
  await caches.delete(PAGES);
}

async function keep(path, answer, turn) {
  const owner = answer.headers.get(OWNER);
  if (answer.type === "opaqueredirect" || answer.redirected || answer.status === 403) return forget();
  if (!answer.ok || !owner || turn !== forgotten) return;
  let cache = await caches.open(PAGES);
  if ((await cache.matchAll()).some((page) => page.headers.get(OWNER) !== owner)) {
    await caches.delete(PAGES);
    cache = await caches.open(PAGES);
  }
  const headers = new Headers(answer.headers);
  for (const name of ["Vary", "Content-Encoding", "Content-Length"]) headers.delete(name);
  headers.set(KEPT_AT, new Date().toISOString());
  headers.set(KEPT_BY, version);
  const page = new Response(await answer.blob(), { headers });
  if (turn === forgotten) await cache.put(path, page);
}

/** Fetches the pages where they are missing, old, or name files of an older version; then older files may go. */
async function look() {
  const cache = await caches.open(PAGES);
  for (const path of [list, report, done]) {
    const page = await cache.match(path);
    const age = page ? Date.now() - Date.parse(page.headers.get(KEPT_AT)) : Infinity;
    if (age < FRESH && page.headers.get(KEPT_BY) === version) continue;
    const turn = forgotten;
    await keep(path, await fetch(path, { credentials: "same-origin" }), turn);
  }
  for (const name of await caches.keys()) if (name.startsWith(FILES) && name !== FILES + version) await caches.delete(name);
}

async function keptPage(path) {
  const page = path && (await (await caches.open(PAGES)).match(path));
  if (!page) return null;
  const html = (await page.text()).replace("<body", `<body data-kept="${page.headers.get(KEPT_AT)}"`);
  return new Response(html, { headers: page.headers });
}

const tired = () => new Promise((_good, bad) => { setTimeout(bad, PATIENCE, new Error("slow")); });

/** Names the kept page that can stand in for an address: the page itself, or the form that is good for any demand. */
function standIn({ method, url }) {
  const { pathname, search } = new URL(url);
  if (method !== "GET" || search) return "";
  if (/^\d+\/done\/$/.test(pathname.slice(list.length))) return done;
  return [list, report].includes(pathname) ? pathname : "";
}

async function navigate(event) {
  const path = standIn(event.request);
  const turn = forgotten;
  const asked = fetch(event.request);
  if (path && path !== done) event.waitUntil(asked.then((answer) => keep(path, answer.clone(), turn)).catch(() => {}));
  const page = await keptPage(path);
  try {
    const answer = await (page ? Promise.race([asked, tired()]) : asked);
    return page && answer.status >= 502 ? page : answer;
  } catch {
    return page ?? (await caches.match(offline)) ?? Response.error();
  }
}

async function file(request) {
  const { pathname } = new URL(request.url);
  return (await caches.match(pathname, { cacheName: FILES + version, ignoreVary: true })) ?? (await caches.match(pathname, { ignoreVary: true })) ?? fetch(request);
}

self.addEventListener("install", (event) => { event.waitUntil(install().then(() => self.skipWaiting())); });
self.addEventListener("activate", (event) => { event.waitUntil(self.clients.claim()); });
self.addEventListener("message", (event) => {
  if (event.data === "look") event.waitUntil(look().catch(() => {}));
  if (event.data === "forget") event.waitUntil(forget());
});
self.addEventListener("fetch", (event) => {
  const { origin, pathname } = new URL(event.request.url);
  if (origin !== self.location.origin) return;
  if (event.request.mode === "navigate") event.respondWith(navigate(event));
  else if (event.request.method === "GET" && files.includes(pathname)) event.respondWith(file(event.request));
});
