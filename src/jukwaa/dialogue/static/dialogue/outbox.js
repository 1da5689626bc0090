// An answer goes into an outbox on the phone first, then to the server, again and again until it is there.
// Everything works without this file; with it nothing that was pressed is lost when the Wi-Fi goes away.
// The outbox is one person's (`data-whose`): another person's page empties it, and so does "Leave".
(() => {
  "use strict";
  const BOX = "jukwaa-outbox";
  const DECK = "jukwaa-deck";
  const DOUBLE_TAP = 500; // ms in which a second tap was meant for the card before
  const AT_ONCE = 400; // ms within which "received" alone is said, not "saved" before it
  const LONGEST_PAUSE = 30000;
  const LONGEST_WAIT = 20000;
  const whose = document.body.dataset.whose;

  const read = (name, otherwise) => {
    try {
      return JSON.parse(localStorage.getItem(name)) || otherwise;
    } catch {
      return otherwise;
    }
  };
  const write = (name, value) => {
    try {
      localStorage.setItem(name, JSON.stringify(value));
      return true;
    } catch {
      return false; // no storage here: the answer goes as it does without scripts
    }
  };
  const empty = () => {
    for (const name of [BOX, DECK]) if (read(name)) localStorage.removeItem(name);
  };
  const box = () => read(BOX, { items: [] });
  const late = () => box().late || [];
  const keep = (items, came = late()) => write(BOX, { whose, items, late: came });
  if (box().whose !== whose) empty();

  const votes = () => document.querySelector("form.votes");
  const buttons = () => [...document.querySelectorAll("form.votes .vote")];
  const waits = () => buttons().length > 0 && buttons().every((button) => button.disabled);
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]");
  const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");
  // The line lives beside the page that is swapped, so that a screen reader hears it change.
  const line = Object.assign(document.createElement("p"), { className: "outbox" });
  line.setAttribute("role", "status");
  document.body.prepend(line);
  const say = (what, count) => ((read(DECK, {}).words || {})[what] || "").replace("%", count);
  // What stands there already is not said again: a vote that is received at once is told once, not twenty times.
  const tell = (what) => {
    clearTimeout(saying);
    const words = say(what, box().items.length);
    if (line.textContent !== words) line.textContent = words;
  };
  let saying = 0;

  let shownAt = -Infinity;
  let pause = 1000;
  let timer = 0;
  let sending = null;

  // ---- pressing and leaving ----

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (/\/(leave|forget)\/$/.test(form.getAttribute("action") || location.pathname)) leave(event);
    else if (form === votes() && event.submitter && event.submitter.name === "choice") press(event);
  });

  function press(event) {
    if (event.timeStamp - shownAt < DOUBLE_TAP) {
      event.preventDefault();
      return;
    }
    const said = new FormData(event.target);
    const statement = said.get("statement");
    const path = new URL(event.target.action).pathname;
    const text = document.querySelector(".card h1").textContent;
    const pressed = event.submitter.textContent.trim();
    const item = { path, statement, choice: event.submitter.value, asked: said.get("asked"), text, pressed };
    if (!keep([...box().items.filter((other) => other.statement !== statement), item])) return;
    event.preventDefault();
    forgetAnswered(statement);
    for (const button of buttons()) button.disabled = true;
    saying = setTimeout(() => tell("saved"), AT_ONCE);
    send();
  }

  // Without a network a link leads to the browser's own error page: the page that works stays.
  document.addEventListener("click", (event) => {
    if (navigator.onLine || !box().items.length || !event.target.closest("a[href]")) return;
    event.preventDefault();
    tell("saved");
    scrollTo(0, 0);
  });

  // What waits is sent first; whoever leaves all the same is told what is lost.
  async function leave(event) {
    if (!box().items.length) {
      empty();
      return;
    }
    event.preventDefault();
    const form = event.target;
    await send();
    if (box().items.length && !confirm((form.dataset.waits || "%").replace("%", box().items.length))) return;
    empty();
    form.submit();
  }

  // ---- sending ----

  function send() {
    clearTimeout(timer);
    sending = sending || sendAll().finally(() => (sending = null));
    return sending;
  }

  async function sendAll() {
    let last = null;
    try {
      while (box().items.length) last = (await post(box().items[0])) || last;
      pause = 1000;
      if (!last) return;
      const closed = last.querySelector("[data-closed]");
      tell(closed ? "" : "received");
      if (closed || waits()) show(last);
      showLate();
    } catch {
      tell("saved");
      timer = setTimeout(send, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE);
      if (waits()) offerNext();
    }
  }

  // Gives the page that answers, after the item has left the outbox; throws while it must stay in it.
  async function post(item, again = false) {
    const body = new URLSearchParams({ statement: item.statement, choice: item.choice, asked: item.asked || "" });
    const headers = { "X-CSRFToken": token() ? token().value : "" };
    const answer = await ask(item.path, { method: "POST", body, headers });
    const page = await parse(answer);
    const own = page.body.dataset.whose === whose && !answer.redirected;
    if (answer.status === 403 && !again) {
      // The page was open for too long: its token is another one now.
      await renew(item.path);
      return post(item, true);
    }
    if (own && page.querySelector("[data-paused]")) {
      if (votes()) show(page);
      throw new Error("paused");
    }
    if (own && (answer.ok || answer.status === 409)) {
      const missed = page.querySelector("[data-closed]") ? [...late(), item] : late();
      keep(box().items.filter((other) => !same(other, item)), missed);
      return page;
    }
    if (answer.status === 404 || answer.status === 400) {
      // It is not put to the vote any more.
      keep(box().items.filter((other) => !same(other, item)));
      return renew(item.path);
    }
    // It asks for the card, or for a yes; what waits is kept until then. Other pages stay as they are.
    if (!own && answer.ok && votes()) show(page);
    throw new Error("not now");
  }

  // What came after the vote had closed is not counted; it stays to be read until the phone is left.
  function showLate() {
    const closed = document.querySelector("[data-closed]");
    const old = document.querySelector(".late");
    if (old) old.remove();
    if (!closed || !late().length) return;
    const told = Object.assign(document.createElement("section"), { className: "late notice" });
    told.append(Object.assign(document.createElement("p"), { textContent: say("late", late().length) }));
    const list = document.createElement("ul");
    for (const item of late()) {
      list.append(Object.assign(document.createElement("li"), { textContent: `${item.text} ${item.pressed}` }));
    }
    told.append(list);
    closed.after(told);
  }

  const same = (one, other) => one.statement === other.statement && one.choice === other.choice;

  function ask(path, more) {
    const gone = new AbortController();
    setTimeout(() => gone.abort(), LONGEST_WAIT);
    return fetch(path, { credentials: "same-origin", signal: gone.signal, ...more });
  }

  // The page as the server gives it now; throws when it is not this person's any more.
  async function renew(path) {
    const answer = await ask(path);
    const page = await parse(answer);
    if (!answer.ok || answer.redirected || page.body.dataset.whose !== whose) {
      if (answer.ok && votes()) show(page);
      throw new Error("not theirs");
    }
    const fresh = page.querySelector("[name=csrfmiddlewaretoken]");
    if (fresh && token()) token().value = fresh.value;
    return page;
  }

  function show(page) {
    const fresh = page.querySelector(".page");
    const pressed = document.activeElement && document.activeElement !== document.body;
    document.querySelector(".page").replaceWith(document.adoptNode(fresh));
    shownAt = performance.now();
    scrollTo(0, 0);
    const heading = fresh.querySelector("h1");
    if (!heading || !pressed) return;
    heading.tabIndex = -1;
    heading.focus();
  }

  // ---- the next questions, when there is no connection ----

  const language = document.documentElement.lang;

  // All that this person has not answered travels once, with the first visit.
  async function take() {
    const path = new URL(votes().action).pathname;
    const had = read(DECK, {});
    if (had.path === path && had.language === language && had.cards.length) return;
    try {
      const answer = await ask(path.replace(/vote\/$/, "ahead.json"));
      const deck = await answer.json();
      if (deck.whose === whose) write(DECK, { path, language, cards: deck.cards, words: deck.words });
    } catch {
      // The page does without.
    }
  }

  // One of those that this person has not answered, each with the same chance; that is said with the answer.
  function offerNext() {
    const form = votes();
    if (!form) return;
    const deck = read(DECK, { cards: [] });
    const waiting = new Set(box().items.map((item) => item.statement));
    const cards = deck.path === new URL(form.action).pathname ? deck.cards : [];
    const open = cards.filter((card) => !waiting.has(card.statement));
    if (!open.length) return tell("all");
    const card = open[Math.floor(Math.random() * open.length)];
    const said = { statement: card.statement, asked: String(1 / open.length) };
    for (const [name, value] of Object.entries(said)) {
      if (form.elements[name]) form.elements[name].value = value;
    }
    const heading = document.querySelector(".card h1");
    for (const other of document.querySelectorAll(".card > :not(h1), .main .said, .counter")) other.remove();
    heading.textContent = card.text;
    heading.lang = card.lang;
    for (const button of buttons()) button.disabled = false;
    shownAt = performance.now();
  }

  // What was answered is not offered again.
  function forgetAnswered(statement) {
    const deck = read(DECK, null);
    if (deck) write(DECK, { ...deck, cards: deck.cards.filter((card) => card.statement !== statement) });
  }

  // Another tab of this phone sent what waited here too, or has another person's card now.
  async function heard(event) {
    if (event.key !== BOX || sending || box().items.length || !line.textContent) return;
    if (box().whose !== whose) return tell("");
    tell("received");
    if (waits()) await renew(location.pathname).then(show, () => {});
  }

  showLate();
  addEventListener("storage", heard);
  addEventListener("online", send);
  addEventListener("pageshow", send);
  if (votes()) take();
})();
