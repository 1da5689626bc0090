// The wall asks the laptop every three seconds what to show. What it showed stays until the next answer comes.
"use strict";

const EVERY = 3000;
const CALM = 30000;
let etag = "";
let heard = Date.now();
let turning = false;

function show(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const scene = page.getElementById("wall");
  // A hotel's log-in page is an answer too, but not ours.
  if (!scene) return false;
  document.getElementById("wall").replaceWith(document.adoptNode(scene));
  document.documentElement.lang = page.documentElement.lang;
  document.title = page.title;
  return true;
}

async function ask(address) {
  const stop = new AbortController();
  const limit = setTimeout(() => stop.abort(), 8000);
  try {
    const known = address === location.href && etag ? { "If-None-Match": etag } : {};
    const answer = await fetch(address, { headers: known, cache: "no-store", signal: stop.signal });
    if (answer.status === 304) heard = Date.now();
    else if (answer.ok && show(await answer.text())) {
      heard = Date.now();
      etag = answer.headers.get("ETag") || "";
      history.replaceState(null, "", address);
    }
  } catch {
    // Nobody answers: the server was stopped, or the Wi-Fi is gone. It is asked again.
  } finally {
    clearTimeout(limit);
    document.getElementById("waiting").hidden = Date.now() - heard < CALM;
  }
}

async function turn(rel) {
  const link = document.querySelector(`#wall a[rel="${rel}"]`);
  if (!link || turning) return;
  turning = true;
  await ask(link.href);
  turning = false;
}

document.addEventListener("keydown", (press) => {
  if (["ArrowRight", "PageDown"].includes(press.key)) turn("next");
  if (["ArrowLeft", "PageUp"].includes(press.key)) turn("prev");
});

document.addEventListener("click", (press) => {
  const link = press.target.closest("#wall a[rel]");
  if (!link) return;
  press.preventDefault();
  turn(link.rel);
});

async function follow() {
  if (!turning) await ask(location.href);
  setTimeout(follow, EVERY);
}

setTimeout(follow, EVERY);
