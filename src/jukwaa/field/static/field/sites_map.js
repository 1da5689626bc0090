// The map of districts with Leaflet: nearer and farther by buttons and keys, and what the table says of a district.
// Without this, and where anything of it fails, the drawing of the page stays. Nothing is asked of another server.
(async () => {
  const figure = document.querySelector("[data-districts]");
  if (!figure || !window.L) return;
  const words = figure.dataset;
  const drawing = figure.querySelector("svg");
  const frame = document.createElement("div");
  frame.className = "districts-map";
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  // No point is finer than a tenth of a degree, so there is nothing to see nearer than this.
  const NEAREST = 11;
  // As much as the drawing shows at the least, in degrees.
  const LEAST_SPAN = 1.2;

  try {
    const answer = await fetch(words.districts);
    if (!answer.ok) return;
    const found = (await answer.json()).features.filter((feature) => feature.geometry);
    if (!found.length) return;
    drawing.replaceWith(frame);
    show(found);
  } catch (wrong) {
    console.warn(wrong);
    if (frame.isConnected) frame.replaceWith(drawing);
  }

  function show(found) {
    const map = L.map(frame, {
      attributionControl: false,
      zoomControl: false,
      scrollWheelZoom: false, // the wheel scrolls the page
      zoomSnap: 0.5,
      maxZoom: NEAREST,
      zoomAnimation: !calm,
      fadeAnimation: !calm,
      markerZoomAnimation: !calm,
      inertia: !calm,
    });
    frame.setAttribute("role", "group");
    frame.setAttribute("aria-label", words.label);
    const buttons = { zoomInTitle: words.nearer, zoomOutTitle: words.farther, position: "bottomright" };
    L.control.zoom(buttons).addTo(map);
    L.control.scale({ imperial: false, position: "bottomleft" }).addTo(map);

    const all = wideEnough(L.latLngBounds(found.map(at)));
    map.fitBounds(all, { padding: [40, 40], animate: false });
    map.setMinZoom(map.getZoom() - 1);
    map.setMaxBounds(all.pad(1));
    const degrees = L.layerGroup().addTo(map);
    drawDegrees(map, degrees);
    map.on("moveend", () => drawDegrees(map, degrees));
    for (const feature of found) mark(map, feature);
    map.on("popupopen", ({ popup }) => {
      popup.getElement().querySelector(".leaflet-popup-close-button")?.setAttribute("aria-label", words.close);
    });
  }

  function at(feature) {
    const [east, north] = feature.geometry.coordinates;
    return [north, east];
  }

  function wideEnough(bounds) {
    const { lat, lng } = bounds.getCenter();
    const half = LEAST_SPAN / 2;
    return bounds.extend([lat - half, lng - half]).extend([lat + half, lng + half]);
  }

  // Lines of latitude and longitude over what the map shows now, each with its words at the edge.
  function drawDegrees(map, layer) {
    layer.clearLayers();
    const shown = map.getBounds();
    const span = Math.max(shown.getNorth() - shown.getSouth(), shown.getEast() - shown.getWest());
    const step = span < 3.5 ? 0.5 : span < 8 ? 1 : 5;
    const [north, south, east, west] = words.sides.split(" ");
    const far = shown.pad(1);
    const inside = shown.pad(-0.12);
    for (let y = Math.ceil(far.getSouth() / step) * step; y <= far.getNorth(); y += step) {
      line(layer, [y, far.getWest()], [y, far.getEast()]);
      if (y < inside.getSouth() || y > inside.getNorth()) continue;
      word(layer, [y, shown.getWest()], `${Math.abs(y)}° ${y >= 0 ? north : south}`);
    }
    for (let x = Math.ceil(far.getWest() / step) * step; x <= far.getEast(); x += step) {
      line(layer, [far.getSouth(), x], [far.getNorth(), x]);
      if (x < inside.getWest() || x > inside.getEast()) continue;
      word(layer, [shown.getNorth(), x], `${Math.abs(x)}° ${x >= 0 ? east : west}`);
    }
  }

  function line(layer, ...ends) {
    L.polyline(ends, { className: "degree", interactive: false }).addTo(layer);
  }

  function word(layer, place, text) {
    const icon = L.divIcon({ className: "degree-words", html: said("span", text), iconSize: [0, 0] });
    L.marker(place, { icon, interactive: false, keyboard: false }).addTo(layer);
  }

  function mark(map, feature) {
    const { district, sites, visited } = feature.properties;
    const icon = L.divIcon({
      className: visited ? "district district-visited" : "district",
      html: said("span", String(sites)),
      iconSize: [30, 30],
    });
    const one = L.marker(at(feature), { icon }).addTo(map);
    const rows = counts(district);
    one.getElement().setAttribute("aria-label", [district, ...rows.map((row) => row.join(" "))].join(", "));
    const under = { direction: "bottom", offset: [0, 10], permanent: true, className: "district-name" };
    one.bindTooltip(said("span", district), under);
    const popup = said("div", "");
    popup.append(said("strong", district));
    for (const row of rows) popup.append(said("p", row.join(" ")));
    one.bindPopup(popup, { closeButton: true });
  }

  // What the table says of a district in figures, each with the head of its column.
  function counts(district) {
    const row = [...document.querySelectorAll("[data-district]")].find((one) => one.dataset.district === district);
    if (!row) return [];
    const heads = [...row.closest("table").tHead.rows[0].cells].map((cell) => cell.textContent);
    return [...row.cells].flatMap((cell, n) => (cell.classList.contains("number") ? [[`${heads[n]}:`, cell.textContent]] : []));
  }

  function said(tag, text) {
    const element = document.createElement(tag);
    element.textContent = text;
    return element;
  }
})();
