// The clerk's form and the one in the field: what the text suggests appears while one types. Without script the form is whole.
const WAIT = 500; // milliseconds after the last key

const token = (form) => form.querySelector("[name=csrfmiddlewaretoken]").value;

async function fill(place, url, options) {
  const turn = (place.turn = (place.turn ?? 0) + 1);
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...options });
    if (!answer.ok || answer.redirected) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (turn !== place.turn) return;
    place.replaceChildren(...[...page.body.childNodes].map((node) => document.importNode(node, true)));
  } catch { /* suggestions only: the form works without them */ }
}

function send(form, place, url, names) {
  const data = new FormData();
  data.set("csrfmiddlewaretoken", token(form));
  for (const name of names) if (form.elements[name]) data.set(name, form.elements[name].value);
  return fill(place, url, { method: "POST", body: data });
}

function pick(form, button) {
  const select = form.elements[button.dataset.pick];
  select.value = button.dataset.value;
  if (button.dataset.grid) select.dataset.grid = button.dataset.grid;
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

function start(form) {
  const hints = form.querySelector("[data-hints]");
  const earlier = form.querySelector("[data-earlier-here]");
  const questions = form.querySelector("[data-questions-here]");
  const told = ["description", "address", "village", "category", "joins", ...(form.elements.village ? [] : ["grid"])];
  const suggest = () => send(form, hints, form.dataset.suggest, told);
  let timer = 0;
  form.addEventListener("input", (event) => {
    if (!["description", "address"].includes(event.target.name)) return;
    clearTimeout(timer);
    timer = setTimeout(suggest, WAIT);
  });
  form.addEventListener("change", (event) => {
    const field = event.target;
    if (field.name === "phone" && earlier) { if (field.value.trim()) send(form, earlier, form.dataset.earlier, ["phone"]); else earlier.replaceChildren(); }
    if (["village", "category", "joins"].includes(field.name) || (field.name === "grid" && told.includes("grid"))) suggest();
    if (field.name === "category" && questions) fill(questions, `${form.dataset.questions}?category=${encodeURIComponent(field.value)}`);
  });
  form.addEventListener("click", (event) => { const button = event.target.closest("[data-pick]"); if (button) pick(form, button); });
  form.addEventListener("keydown", (event) => {
    // One key takes a suggestion: Alt and its number. The code names the key whatever the input method makes of it.
    const button = event.altKey && !event.ctrlKey && !event.metaKey && hints.querySelector(`[data-key="${event.code.replace("Digit", "")}"]`);
    if (button) { event.preventDefault(); pick(form, button); }
  });
  if (!hints.childElementCount && form.elements.description.value.trim()) suggest();
  form.addEventListener("minfu:restored", () => {
    suggest();
    if (questions && form.elements.category.value) fill(questions, `${form.dataset.questions}?category=${encodeURIComponent(form.elements.category.value)}`);
  });
}

// The grids of a village follow the village that was chosen, in any form that has both.
async function followVillage(event) {
  const select = event.target;
  if (!select.matches?.("select[data-grids-url]")) return;
  const grids = select.form.elements.grid;
  const holder = document.createElement("div");
  try {
    const answer = await fetch(`${select.dataset.gridsUrl}?village=${encodeURIComponent(select.value)}`, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) return;
    holder.innerHTML = `<select>${await answer.text()}</select>`;
    grids.replaceChildren(...holder.querySelectorAll("option"));
    if (select.dataset.grid) grids.value = select.dataset.grid; // of a suggestion that was taken
    delete select.dataset.grid;
  } catch { /* the grid may be left open */ }
}

/** Starts the clerk's form and the pickers of places. */
export function startIntake() {
  document.querySelectorAll("form[data-intake]").forEach(start);
  document.addEventListener("change", followVillage);
}
