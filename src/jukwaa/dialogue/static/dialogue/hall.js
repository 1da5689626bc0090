// Comfort for whoever runs a gathering. Without it every page works: the clock is a time, a list has buttons.

// The clock ticks: data-ends is the moment, data-left and data-over the words around the time.
const clocks = document.querySelectorAll("[data-ends]");
function tick() {
  for (const clock of clocks) {
    const seconds = Math.round((Date.parse(clock.dataset.ends) - Date.now()) / 1000);
    const whole = Math.abs(seconds);
    const time = `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
    clock.textContent = (seconds >= 0 ? clock.dataset.left : clock.dataset.over).replace("{time}", time);
  }
}
if (clocks.length) {
  tick();
  setInterval(tick, 1000);
}

// A step can be dragged to another place; the buttons beside it do the same.
const form = document.getElementById("dragged");
let dragged = null;
for (const step of form ? document.querySelectorAll("[data-step]") : []) {
  step.draggable = true;
  step.addEventListener("dragstart", (event) => {
    dragged = step;
    event.dataTransfer.setData("text/plain", step.dataset.step);
    event.dataTransfer.effectAllowed = "move";
  });
  step.addEventListener("dragend", () => {
    dragged = null;
  });
}
for (const list of form ? document.querySelectorAll("[data-drag]") : []) {
  list.addEventListener("dragover", (event) => {
    if (dragged) event.preventDefault();
  });
  list.addEventListener("drop", (event) => {
    if (!dragged) return;
    event.preventDefault();
    const others = [...list.querySelectorAll("[data-step]")].filter((each) => each !== dragged);
    const below = others.findIndex((each) => {
      const box = each.getBoundingClientRect();
      return event.clientY < box.top + box.height / 2;
    });
    form.action = dragged.dataset.move;
    form.elements.day.value = list.dataset.drag;
    form.elements.place.value = below < 0 ? others.length : below;
    form.submit();
  });
}
