// Says when the network is gone or an answer failed; what was typed stays (drafts.js).
import { texts } from "./texts.js";

export function startOffline() {
  const band = document.querySelector("[data-offline]");
  if (!band) return;
  const show = () => { band.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
  const main = document.querySelector("main");
  const failed = () => {
    document.querySelector("[data-failed]")?.remove();
    const note = document.createElement("p");
    note.className = "message tone-red";
    note.dataset.failed = "";
    note.setAttribute("role", "alert");
    note.textContent = texts("failed");
    main.prepend(note);
  };
  document.addEventListener("htmx:sendError", failed);
  document.addEventListener("htmx:responseError", failed);
}
