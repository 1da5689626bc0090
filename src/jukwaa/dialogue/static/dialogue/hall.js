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

// A step can be dragged to another place, by thumb or by mouse (drag.js); the buttons beside it do the same.
const form = document.getElementById("dragged");
const lists = form ? [...document.querySelectorAll("[data-drag]")] : [];
const placeOf = (step) => [...step.parentElement.querySelectorAll("[data-step]")].indexOf(step);
for (const step of lists.flatMap((list) => [...list.querySelectorAll("[data-step]")])) {
  const [day, place] = [step.parentElement, placeOf(step)];
  const dropped = () => {
    if (step.parentElement === day && placeOf(step) === place) return;
    form.action = step.dataset.move;
    form.elements.day.value = step.parentElement.dataset.drag;
    form.elements.place.value = placeOf(step);
    form.submit();
  };
  step.querySelector(".step-when").append(handleOf(step, lists, dropped));
}
