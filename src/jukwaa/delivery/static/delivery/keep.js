// Keeps what an owner types until it is sent: a lost network or a closed page loses no word.
"use strict";
(() => {
  const form = document.querySelector("form[data-keep]");
  if (!form) return;
  const key = `report-${form.dataset.keep}`;
  const fields = [...form.elements].filter((one) => one.matches("textarea, input[type=url], input[type=date]"));
  const refused = document.querySelector(".wrong");
  try {
    const kept = JSON.parse(sessionStorage.getItem(key) || "{}");
    if (!refused) fields.forEach((one) => { if (one.name in kept) one.value = kept[one.name]; });
    form.addEventListener("input", () => {
      sessionStorage.setItem(key, JSON.stringify(Object.fromEntries(fields.map((one) => [one.name, one.value]))));
    });
  } catch {
    // A browser that keeps nothing: what was typed stays in the form, as without scripts.
  }
})();
