// Says when the network is gone; what was typed stays (drafts.js).
export function startOffline() {
  const band = document.querySelector("[data-offline]");
  if (!band) return;
  const show = () => { band.hidden = navigator.onLine; };
  window.addEventListener("online", show);
  window.addEventListener("offline", show);
  show();
}
