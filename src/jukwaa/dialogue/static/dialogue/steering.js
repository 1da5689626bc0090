/* Statements are put in order by dragging, by thumb or by mouse. It only fills in the number fields that the
   page has anyway, and presses the same button. */
"use strict";

const now = document.getElementById("now");

function addHandles() {
  for (const item of document.querySelectorAll("[data-order] > li")) {
    const place = item.querySelector(".place");
    if (!place || item.querySelector(".handle")) continue;
    const handle = document.createElement("span");
    handle.className = "button handle";
    // For the eye and the hand only: the fields and buttons beside it do the same by key and by ear.
    handle.setAttribute("aria-hidden", "true");
    handle.textContent = "⠿";
    handle.addEventListener("pointerdown", (event) => drag(event, item, place.querySelector("input")));
    place.before(handle);
  }
}

function drag(event, item, field) {
  event.preventDefault();
  const list = item.parentElement;
  now.dataset.busy = "";
  item.classList.add("dragged");

  const move = (moved) => {
    const others = [...list.children].filter((each) => each !== item);
    const below = others.find((each) => {
      const box = each.getBoundingClientRect();
      return moved.clientY < box.top + box.height / 2;
    });
    if (below !== item.nextElementSibling) list.insertBefore(item, below || null);
    const edge = 60;
    if (moved.clientY < edge) scrollBy(0, -12);
    if (moved.clientY > innerHeight - edge) scrollBy(0, 12);
  };
  const end = () => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    item.classList.remove("dragged");
    delete now.dataset.busy;
    const number = String([...list.children].indexOf(item) + 1);
    if (number === field.defaultValue) return;
    field.value = number;
    document.getElementById("act").requestSubmit();
  };
  // On the document: the handle moves along in the list, and loses the pointer each time that it does.
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}

addHandles();
now.addEventListener("refreshed", addHandles);
