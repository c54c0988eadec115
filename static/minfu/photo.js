// Choosing photos and files: a button one cannot miss, what was chosen with a small picture, each can be taken out again.
// Photos are made smaller before they are sent (<input type="file" data-downscale>): a village's signal is slow. The server
// checks and shrinks again; without script, or where a browser cannot do it, the plain field works and the photo goes as it is.
import { texts } from "./texts.js";

const EDGE = 2048; // pixels, longer edge
const SMALL = 600 * 1024; // bytes: not worth the work
const THUMB = 64; // CSS pixels
const PHOTO = /^image\/(jpeg|png|webp|gif)$/;

async function shrink(file) {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type) || file.size <= SMALL) return file;
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  if (!blob || blob.size >= file.size) return file;
  return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
}

/** What each field holds: choosing again adds to it (a camera gives one photo at a time). */
const held = new WeakMap();
const same = (one, other) => one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;

const carry = (files) => { const carrier = new DataTransfer(); for (const file of files) carrier.items.add(file); return carrier.files; };

async function change(input) {
  const before = input.multiple ? held.get(input) ?? [] : [];
  const chosen = [...input.files].filter((file) => !before.some((one) => same(one, file)));
  if (input.hasAttribute("data-downscale")) {
    for (const [place, file] of chosen.entries()) chosen[place] = await shrink(file).catch(() => file); // as it is
  }
  input.files = carry([...before, ...chosen]);
  draw(input);
}

async function picture(file, box) {
  try {
    const image = await createImageBitmap(file, { imageOrientation: "from-image" });
    const side = Math.min(image.width, image.height);
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = THUMB * 2;
    canvas.getContext("2d").drawImage(image, (image.width - side) / 2, (image.height - side) / 2, side, side, 0, 0, THUMB * 2, THUMB * 2);
    box.prepend(canvas);
  } catch { /* a name is enough */ }
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function row(input, file, index) {
  const line = document.createElement("li");
  const words = document.createElement("span");
  words.textContent = `${file.name} · ${size(file.size)}`;
  const out = document.createElement("button");
  out.type = "button";
  out.className = "picker-out";
  out.textContent = "✕";
  out.setAttribute("aria-label", `${texts("takeOut")} ${file.name}`);
  out.addEventListener("click", () => {
    input.files = carry([...input.files].filter((_one, place) => place !== index));
    draw(input);
    input.focus();
  });
  line.append(words, out);
  if (PHOTO.test(file.type)) picture(file, line);
  return line;
}

function draw(input) {
  held.set(input, [...input.files]);
  const list = input.parentElement.querySelector(".picker-list");
  list?.replaceChildren(...[...input.files].map((file, index) => row(input, file, index)));
}

/** Puts a button and a list beside a file field; the field itself stays, for the keyboard and for the form. */
function adopt(input) {
  if (input.closest(".picker")) return;
  const box = document.createElement("div");
  box.className = "picker";
  const button = document.createElement("label");
  button.className = "btn picker-button";
  button.htmlFor = input.id;
  button.textContent = texts(input.multiple ? "pickMany" : "pickOne");
  const list = document.createElement("ul");
  list.className = "picker-list";
  input.replaceWith(box);
  input.classList.add("picker-input");
  box.append(input, button, list);
  input.form?.addEventListener("reset", () => setTimeout(() => draw(input), 0));
  draw(input);
}

/** Takes over every file field, also those that arrive in a dialog. */
export function startPhotos() {
  if (!("createImageBitmap" in window) || !("DataTransfer" in window)) return;
  const all = (root) => root.querySelectorAll("input[type=file]").forEach(adopt);
  all(document);
  document.addEventListener("minfu:content", (event) => all(event.detail));
  document.addEventListener("change", (event) => { if (event.target.matches(".picker-input")) change(event.target); });
}
