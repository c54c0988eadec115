// Residents' pages: nothing here is needed; it only saves a second tap from sending twice.
import { startOnce } from "./once.js";
import { startPhotos } from "./photo.js";

startOnce();
startPhotos();
for (const plain of document.querySelectorAll("[data-plain]")) plain.hidden = true; // only needed without script
document.querySelector("[data-errors]")?.focus();
// Who signed out, or was signed out, leaves nothing of theirs on the phone.
if ("signedOut" in document.body.dataset) import("./keep.js").then((keep) => keep.forgetPages());
