/* Parts of a page that keep themselves fresh by polling.

   <div data-refresh="/address/of/the/fragment/" data-every="5">…the same fragment…</div>

   data-refresh  where the fragment is; it answers with an ETag, and 304 while nothing changed
   data-every    seconds between two questions, 5 if not said; after a failure it waits longer, up to a minute

   The element's content is replaced only when it changed, and never while somebody is at work in it: while the
   focus is inside, something was typed, ticked or chosen, or it is marked with data-busy (a script that drags).
   It asks again as soon as they leave. <details id="…"> that were open stay open. A hidden tab does not ask.
   While the server cannot be reached the element has data-lost, and what it shows stays; css may say so.
   After a replacement the element gets the event "refreshed", for scripts that add to what is inside.

   Without scripts the page shows what it showed when it was loaded; Reload does the rest. */
"use strict";

for (const element of document.querySelectorAll("[data-refresh]")) keepFresh(element);

function keepFresh(element) {
  const every = 1000 * (Number(element.dataset.every) || 5);
  let etag = "";
  let wait = every;
  let timer = 0;

  async function ask() {
    clearTimeout(timer);
    if (!document.hidden && !atWork(element)) {
      try {
        const answer = await fetch(element.dataset.refresh, {
          credentials: "same-origin",
          cache: "no-store",
          headers: etag ? { "If-None-Match": etag } : {},
        });
        // A redirect leads to another page: somebody logged out, or the card was taken back.
        if (answer.redirected || !(answer.ok || answer.status === 304)) throw new Error(answer.status);
        if (answer.status !== 304) {
          const fresh = await answer.text();
          // Whoever began to work meanwhile is not disturbed; the old etag brings it again.
          if (!atWork(element)) {
            etag = answer.headers.get("ETag") || "";
            replace(element, fresh);
          }
        }
        delete element.dataset.lost;
        wait = every;
      } catch {
        element.dataset.lost = "";
        wait = Math.min(wait * 2, 60000);
      }
    }
    timer = setTimeout(ask, wait);
  }

  element.addEventListener("focusout", () => setTimeout(ask, 0));
  document.addEventListener("visibilitychange", ask);
  addEventListener("online", ask);
  timer = setTimeout(ask, every);
}

function atWork(element) {
  if ("busy" in element.dataset || element.contains(document.activeElement)) return true;
  return [...element.querySelectorAll("input, textarea, select")].some(
    (field) =>
      field.checked !== field.defaultChecked ||
      (field.options
        ? [...field.options].some((o) => o.selected !== o.defaultSelected && o.defaultSelected)
        : field.value !== field.defaultValue),
  );
}

function replace(element, fresh) {
  const open = [...element.querySelectorAll("details[open][id]")].map((details) => details.id);
  element.innerHTML = fresh;
  for (const id of open) {
    const details = document.getElementById(id);
    if (details && element.contains(details)) details.open = true;
  }
  element.dispatchEvent(new Event("refreshed"));
}
