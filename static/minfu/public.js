// Residents' pages: nothing here is needed; it only saves a second tap from sending twice.
import { startOnce } from "./once.js";
import { startPhotos } from "./photo.js";

startOnce();
startPhotos();
document.querySelector("[data-errors]")?.focus();
