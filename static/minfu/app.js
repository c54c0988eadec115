// Staff pages: starts each module; every page also works without them.
import { startCombos } from "./combo.js";
import { startDesk } from "./desk.js";
import { startDialogs } from "./dialog.js";
import { startDrafts } from "./drafts.js";
import { startIntake } from "./intake.js";
import { startKeeping } from "./keep.js";
import { startKeyboard } from "./keyboard.js";
import { startMenus } from "./menus.js";
import { startOffline } from "./offline.js";
import { startOnce } from "./once.js";
import { startPhotos } from "./photo.js";
import { startQueue } from "./queue.js";

startMenus();
startDialogs();
startOnce();
startCombos();
startDrafts();
startDesk();
startIntake();
startKeyboard();
startOffline();
startPhotos();
startQueue();
startKeeping();
document.querySelector("[data-errors]")?.focus();
