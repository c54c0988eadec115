// A form is sent once: a second click while the first is under way does nothing.
const sent = new WeakSet();

function release(form) {
  sent.delete(form);
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

/** Guards every POST form of the page, also those that arrive later (dialogs, htmx). */
export function startOnce() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (sent.has(form)) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    // After the other listeners: one of them may have refused.
    setTimeout(() => {
      if (event.defaultPrevented && !form.hasAttribute("hx-post") && !form.closest("dialog")) return;
      sent.add(form);
      (event.submitter ?? form.querySelector("button:not([type=button])"))?.setAttribute("aria-busy", "true");
    }, 0);
  }, true);
  // The browser's back button may bring the page back as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form").forEach(release);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.target.closest?.("form");
    if (form) release(form);
  });
  document.addEventListener("minfu:release", (event) => release(event.target));
}
