/* Statements are put in order by dragging, by thumb or by mouse (drag.js). It only fills in the number fields
   that the page has anyway, and presses the same button. */
"use strict";

const now = document.getElementById("now");

function addHandles() {
  const list = document.querySelector("[data-order]");
  for (const item of list ? list.children : []) {
    const place = item.querySelector(".place");
    if (!place || item.querySelector(".handle")) continue;
    const handle = handleOf(item, [list], () => dropped(item, place.querySelector("input")));
    // The list is not exchanged under a hand.
    handle.addEventListener("pointerdown", () => {
      now.dataset.busy = "";
    });
    place.before(handle);
  }
}

function dropped(item, field) {
  delete now.dataset.busy;
  const number = String([...item.parentElement.children].indexOf(item) + 1);
  if (number === field.defaultValue) return;
  field.value = number;
  document.getElementById("act").requestSubmit();
}

addHandles();
now.addEventListener("refreshed", addHandles);
