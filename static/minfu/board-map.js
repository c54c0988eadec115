// The leader's map: drawn grids shaded by what is in hand. Without it, or when it fails, the tiles say the same.
import { ground } from "./map-base.js";

const L = window.L;
const DEPTH = [0.06, 0.2, 0.35, 0.5, 0.68];

async function start(box) {
  const tiles = document.querySelector("[data-board-tiles]");
  const answer = await fetch(box.dataset.url).catch(() => null);
  if (!answer || !answer.ok) { box.after(box.dataset.lost); return; }
  const { grids } = await answer.json();
  if (!grids.length) return;
  box.hidden = false;
  document.querySelector("[data-board-partly]").hidden = false;
  const map = L.map(box, { center: [35, 105], zoom: 4, maxZoom: 18, scrollWheelZoom: false, attributionControl: Boolean(box.dataset.tiles) });
  ground(L, map, box);
  const shapes = L.featureGroup().addTo(map);
  const places = new Map();
  for (const grid of grids) {
    const layer = L.geoJSON(grid.geometry, { style: { color: "#14579e", weight: 1, fillOpacity: DEPTH[grid.shade] } });
    layer.bindTooltip(grid.text);
    if (grid.url) layer.on("click", () => { location.href = grid.url; });
    layer.addTo(shapes);
    if (grid.place) places.set(grid.place, [...(places.get(grid.place) ?? []), layer]);
  }
  map.fitBounds(shapes.getBounds(), { padding: [12, 12] });
  // One name for each place, at its middle, with its number.
  for (const [name, layers] of places) {
    const label = L.divIcon({ className: "board-map-name", iconSize: null, html: "" });
    const at = L.marker(L.featureGroup(layers).getBounds().getCenter(), { icon: label, interactive: false, keyboard: false }).addTo(map);
    at.getElement().textContent = name;
  }
  tiles.classList.add("board-tiles-below");
}

for (const box of document.querySelectorAll("[data-board-map]")) if (L) start(box);
