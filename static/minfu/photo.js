// Makes photos smaller before they are sent (<input type="file" data-downscale>): a village's signal is slow.
// The server checks and shrinks again; where a browser cannot do it, the photo goes as it is.
import { texts } from "./texts.js";

const EDGE = 2048; // pixels, longer edge
const SMALL = 600 * 1024; // bytes: not worth the work

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

async function change(input) {
  try {
    const carrier = new DataTransfer();
    const before = [...input.files];
    for (const file of before) carrier.items.add(await shrink(file));
    if ([...carrier.files].some((file, index) => file !== before[index])) {
      input.files = carrier.files;
      input.title = texts("shrunk");
    }
  } catch { /* as it is */ }
}

export function startPhotos() {
  if (!("createImageBitmap" in window) || !("DataTransfer" in window)) return;
  document.addEventListener("change", (event) => { if (event.target.matches("input[type=file][data-downscale]")) change(event.target); });
}
