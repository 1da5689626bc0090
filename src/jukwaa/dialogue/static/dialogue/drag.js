/* What lies in a list follows the thumb or the mouse that holds its handle, also into another of the lists.
   For the eye and the hand only: fields and buttons beside it do the same by key and by ear. */
"use strict";

function handleOf(item, lists, dropped) {
  const handle = document.createElement("span");
  handle.className = "button handle";
  handle.setAttribute("aria-hidden", "true");
  handle.textContent = "⠿";
  handle.addEventListener("pointerdown", (event) => follow(event, item, lists, dropped));
  return handle;
}

function follow(event, item, lists, dropped) {
  event.preventDefault();
  const home = item.parentElement;
  const next = item.nextElementSibling;
  item.classList.add("dragged");

  const move = (moved) => {
    const inside = (list) => {
      const box = list.getBoundingClientRect();
      return box.top <= moved.clientY && moved.clientY <= box.bottom;
    };
    const list = lists.find(inside) || item.parentElement;
    const others = [...list.children].filter((each) => each !== item);
    const below = others.find((each) => {
      const box = each.getBoundingClientRect();
      return moved.clientY < box.top + box.height / 2;
    });
    if (list !== item.parentElement || (below || null) !== item.nextElementSibling) {
      list.insertBefore(item, below || null);
    }
    const edge = 60;
    if (moved.clientY < edge) scrollBy(0, -12);
    if (moved.clientY > innerHeight - edge) scrollBy(0, 12);
  };
  const end = (ended) => {
    document.removeEventListener("pointermove", move);
    document.removeEventListener("pointerup", end);
    document.removeEventListener("pointercancel", end);
    item.classList.remove("dragged");
    if (ended.type === "pointercancel") home.insertBefore(item, next);
    dropped();
  };
  // On the document: the handle moves along in the list, and loses the pointer each time that it does.
  document.addEventListener("pointermove", move);
  document.addEventListener("pointerup", end);
  document.addEventListener("pointercancel", end);
}
