// The ground of a map: tiles where the county set an address for them, else a plain ground; a scale to judge distances by.
// A tile server that cannot be reached leaves the plain ground and a sentence, not a field of holes.
export function ground(L, map, box) {
  L.control.scale({ imperial: false }).addTo(map);
  if (!box.dataset.tiles) return;
  const tiles = L.tileLayer(box.dataset.tiles, { maxZoom: 19, attribution: box.dataset.credit }).addTo(map);
  let seen = false;
  tiles.on("tileload", () => { seen = true; });
  tiles.on("tileerror", () => {
    if (seen || !map.hasLayer(tiles)) return;
    map.removeLayer(tiles);
    const note = document.createElement("p");
    note.className = "quiet";
    note.setAttribute("role", "status");
    note.textContent = box.dataset.noTiles;
    box.after(note);
  });
}
