// Drawing a grid on the map. The text field below holds the GeoJSON and works alone, without this script.
// Coordinates are WGS 84; nothing is asked from outside unless the county set an address for tiles.
import { ground } from "./map-base.js";

const L = window.L;
const SNAP_PX = 12;

function ring(text) {
  // Returns the corners of a plain polygon, [] for an empty field, or null for what cannot be drawn here.
  if (!text.trim()) return [];
  try {
    const shape = JSON.parse(text);
    if (shape.type !== "Polygon" || shape.coordinates.length !== 1) return null;
    return shape.coordinates[0].slice(0, -1).map(([lng, lat]) => L.latLng(lat, lng));
  } catch {
    return null;
  }
}

function start(box) {
  const field = document.getElementById("id_geometry");
  const bar = document.querySelector("[data-grid-bar]");
  const hint = document.querySelector("[data-grid-hint]");
  const folded = document.querySelector("[data-grid-text]");
  box.hidden = bar.hidden = false;
  if (folded) folded.open = false;

  const map = L.map(box, { center: [35, 105], zoom: 4, maxZoom: 19, doubleClickZoom: false, attributionControl: Boolean(box.dataset.tiles) });
  ground(L, map, box);
  const neighbours = L.layerGroup().addTo(map);
  const area = L.polygon([], { color: "#14579e", weight: 3 }).addTo(map);
  const handles = L.layerGroup().addTo(map);
  let corners = [];
  let fixed = null;
  let around = [];
  const steps = [];

  function save() {
    const points = corners.map((at) => [Number(at.lng.toFixed(7)), Number(at.lat.toFixed(7))]);
    field.value = points.length > 2 ? JSON.stringify({ type: "Polygon", coordinates: [[...points, points[0]]] }) : "";
    const crs = document.getElementById("id_crs");
    if (crs) crs.value = "wgs84";
  }

  function draw() {
    area.setLatLngs(corners);
    handles.clearLayers();
    corners.forEach((at, index) => {
      const icon = L.divIcon({ className: "grid-corner", iconSize: [16, 16] });
      const handle = L.marker(at, { icon, draggable: true, keyboard: true }).addTo(handles);
      handle.on("dragstart", remember);
      handle.on("drag", () => { corners[index] = handle.getLatLng(); area.setLatLngs(corners); });
      handle.on("dragend", () => { corners[index] = snap(handle.getLatLng()); save(); draw(); });
      handle.on("click", () => { remember(); corners.splice(index, 1); save(); draw(); });
    });
    hint.textContent = fixed ? hint.dataset.fixed : hint.dataset.drawing;
  }

  function remember() {
    steps.push([...corners]);
  }

  function snap(at) {
    // A corner near a neighbour's corner becomes the same corner, so that no slit is left between the two.
    const here = map.latLngToContainerPoint(at);
    const near = around.find((other) => map.latLngToContainerPoint(other).distanceTo(here) < SNAP_PX);
    return near || at;
  }

  function read() {
    const found = ring(field.value);
    if (fixed) { map.removeLayer(fixed); fixed = null; }
    corners = found || [];
    if (found === null) {
      try { fixed = L.geoJSON(JSON.parse(field.value)).addTo(map); } catch { fixed = null; }
    }
    draw();
  }

  function fit() {
    const shown = L.featureGroup([area, fixed, ...neighbours.getLayers()].filter(Boolean));
    const bounds = shown.getBounds();
    if (bounds.isValid()) map.fitBounds(bounds, { padding: [24, 24], maxZoom: 17 });
  }

  function village() {
    const chosen = document.getElementById(box.dataset.villageField);
    return chosen ? chosen.value.trim() : box.dataset.village;
  }

  async function load() {
    neighbours.clearLayers();
    around = [];
    const answer = await fetch(`${box.dataset.url}?village=${encodeURIComponent(village())}`).catch(() => null);
    if (!answer || !answer.ok) { hint.textContent = hint.dataset.lost; return; }
    const data = await answer.json();
    for (const one of data.grids.filter((grid) => grid.code !== box.dataset.code)) {
      const style = { color: one.own ? "#8a5300" : "#687684", weight: 2, fillOpacity: 0.12, bubblingMouseEvents: true };
      const layer = L.geoJSON(one.geometry, { style }).addTo(neighbours);
      layer.bindTooltip(one.name, { permanent: one.own, sticky: !one.own, direction: "center", className: "grid-name" });
      layer.eachLayer((part) => around.push(...part.getLatLngs().flat(Infinity)));
    }
    for (const one of data.places) {
      L.circleMarker([one.lat, one.lng], { radius: 4, color: "#19703e", interactive: false }).bindTooltip(one.name).addTo(neighbours);
    }
    fit();
    if (!neighbours.getLayers().length && !corners.length && data.box) {
      map.fitBounds([[data.box[1], data.box[0]], [data.box[3], data.box[2]]], { maxZoom: 13 });
    }
  }

  map.on("click", (event) => {
    if (fixed) return;
    remember();
    corners.push(snap(event.latlng));
    save();
    draw();
  });
  bar.querySelector("[data-undo]").addEventListener("click", () => {
    if (!steps.length) return;
    corners = steps.pop();
    save();
    draw();
  });
  bar.querySelector("[data-clear]").addEventListener("click", () => {
    remember();
    if (fixed) { map.removeLayer(fixed); fixed = null; }
    corners = [];
    save();
    draw();
  });
  bar.querySelector("[data-fit]").addEventListener("click", fit);
  bar.querySelector("[data-jump]").addEventListener("change", (event) => {
    const [lng, lat] = event.target.value.split(/[,，\s]+/).map(Number);
    if (Number.isFinite(lng) && Number.isFinite(lat)) map.setView([lat, lng], 16);
  });
  bar.querySelector("[data-jump]").addEventListener("keydown", (event) => {
    if (event.key === "Enter") { event.preventDefault(); event.target.dispatchEvent(new Event("change")); }
  });
  field.addEventListener("change", () => { remember(); read(); fit(); });
  const chosen = document.getElementById(box.dataset.villageField);
  if (chosen) chosen.addEventListener("change", load);
  read();
  load();
}

for (const box of document.querySelectorAll("[data-grid-map]")) if (L) start(box);
