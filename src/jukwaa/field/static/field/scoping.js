// A comfort for a hand with a pointer: drag a stakeholder to another cell. The form of each does the same.
(() => {
  const map = document.querySelector(".stakeholders[data-moves]");
  const form = document.getElementById("move");
  if (!map || !form) return;
  const svg = map.querySelector("svg");
  let held = null;

  const cellUnder = (event) =>
    document.elementsFromPoint(event.clientX, event.clientY).find((each) => each.dataset && each.dataset.power);

  const light = (cell) => {
    for (const each of svg.querySelectorAll(".cell-there")) each.classList.remove("cell-there");
    if (cell) cell.classList.add("cell-there");
  };

  // From the screen's pixels to the drawing's own units.
  const moved = (event) => {
    const scale = svg.getScreenCTM();
    return [(event.clientX - held.x) / scale.a, (event.clientY - held.y) / scale.d];
  };

  svg.addEventListener("pointerdown", (event) => {
    const point = event.target.closest("a[data-move]");
    if (!point || event.button !== 0) return;
    held = { point, x: event.clientX, y: event.clientY, far: false };
    point.setPointerCapture(event.pointerId);
  });
  svg.addEventListener("pointermove", (event) => {
    if (!held) return;
    const [x, y] = moved(event);
    held.far = held.far || Math.hypot(x, y) > 6;
    if (!held.far) return;
    held.point.setAttribute("transform", `translate(${x} ${y})`);
    light(cellUnder(event));
  });
  svg.addEventListener("pointerup", (event) => {
    if (!held) return;
    const { point, far } = held;
    const cell = cellUnder(event);
    held = null;
    light(null);
    if (!far) return;
    // The click that follows a drag must not open the form.
    point.addEventListener("click", (click) => click.preventDefault(), { once: true });
    if (!cell) return point.removeAttribute("transform");
    form.action = point.dataset.move;
    form.elements.power.value = cell.dataset.power;
    form.elements.interest.value = cell.dataset.interest;
    form.submit();
  });
  svg.addEventListener("pointercancel", () => {
    if (held) held.point.removeAttribute("transform");
    held = null;
    light(null);
  });
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  map.classList.add("by-hand");
  map.querySelector(".by-hand").hidden = false;
})();
