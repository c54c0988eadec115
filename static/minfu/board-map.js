// The leader's map: drawn grids shaded by what is in hand. Without it, or when it fails, the tiles say the same.
const L = window.L;
const DEPTH = [0.06, 0.2, 0.35, 0.5, 0.68];

async function start(box) {
  const tiles = document.querySelector("[data-board-tiles]");
  const answer = await fetch(box.dataset.url).catch(() => null);
  if (!answer || !answer.ok) { box.after(box.dataset.lost); return; }
  const { grids } = await answer.json();
  if (!grids.length) return;
  box.hidden = false;
  const map = L.map(box, { center: [35, 105], zoom: 4, maxZoom: 18, scrollWheelZoom: false, attributionControl: Boolean(box.dataset.tiles) });
  if (box.dataset.tiles) L.tileLayer(box.dataset.tiles, { maxZoom: 18, attribution: box.dataset.credit }).addTo(map);
  const shapes = L.featureGroup().addTo(map);
  for (const grid of grids) {
    const layer = L.geoJSON(grid.geometry, { style: { color: "#14579e", weight: 1, fillOpacity: DEPTH[grid.shade] } });
    layer.bindTooltip(grid.text);
    if (grid.url) layer.on("click", () => { location.href = grid.url; });
    layer.addTo(shapes);
  }
  map.fitBounds(shapes.getBounds(), { padding: [12, 12] });
  tiles.classList.add("board-tiles-below");
}

for (const box of document.querySelectorAll("[data-board-map]")) if (L) start(box);
