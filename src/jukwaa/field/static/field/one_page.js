// The way to the one page shows only where it works: it needs scripts and a store on the phone. A person with a
// card is shown it over https only: there “Leave” empties that store, which browsers do not do over plain http.
(() => {
  "use strict";
  const way = document.getElementById("one-page");
  way.hidden = !window.indexedDB || !("team" in way.dataset || window.isSecureContext);
})();
