// Counts a turn at a shared tablet down, where scripts run; the page itself ends it after a minute.
(() => {
  "use strict";
  try {
    localStorage.clear(); // what this browser kept when it was somebody's phone
  } catch {
    // Nothing was kept.
  }
  const line = document.querySelector("[data-idle]");
  if (!line) return;
  // Nothing of the turn stays to be read while the next page comes, or when it cannot come.
  const over = () => {
    document.querySelector(".page").replaceChildren();
    location.replace(line.dataset.over);
  };
  const ends = Date.now() + Number(line.dataset.idle) * 1000;
  const count = line.querySelector("span");
  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    count.textContent = left;
    line.hidden = left > 15;
    if (!left) over();
    else setTimeout(tick, 500);
  };
  tick();
  // A page that the browser kept alive shows the one before: ask for the present.
  addEventListener("pageshow", (event) => event.persisted && over());
})();
