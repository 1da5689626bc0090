// The way to the one page shows only where it works: it needs scripts and a store on the phone.
(() => {
  "use strict";
  if (window.indexedDB) document.getElementById("one-page").hidden = false;
})();
