// The whole form on one page: shows what is asked, keeps what was filled in on the phone, and sends it until
// the hub says that it has it. What waits outlives the browser; what is half filled in does too.
// What waits is one person's (`data-keeper`): another's page sends nothing of it and shows only how much there is.
(() => {
  "use strict";
  const form = document.getElementById("whole");
  if (!form || !window.indexedDB) return;
  const words = form.dataset;
  // Over plain http “Leave” does not empty the store of a phone that several people with cards share.
  if (!("team" in words || window.isSecureContext)) {
    document.getElementById("outbox-says").textContent = words.nothing;
    return;
  }
  const LONGEST_PAUSE = 60000;
  const LONGEST_WAIT = 60000;
  const IN_ONE_FILE = 15000000; // bytes of recordings and photos; the page that takes files in takes 30 MB
  const line = document.getElementById("outbox-says");
  const say = (text) => {
    if (line.textContent !== text) line.textContent = text;
  };

  // ---- the phone's store ----

  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("jukwaa-field", 1);
    asked.onupgradeneeded = () => {
      for (const name of ["waiting", "arrived", "half"]) asked.result.createObjectStore(name, { keyPath: "instance" });
    };
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  // Resolves when it is on the phone's disk, not before.
  const change = async (names, what) => {
    const store = await opened;
    return new Promise((resolve, reject) => {
      const act = store.transaction(names, "readwrite", { durability: "strict" });
      act.oncomplete = () => resolve();
      act.onabort = act.onerror = () => reject(act.error);
      what(act);
    });
  };
  const all = async (name) => {
    const store = await opened;
    return new Promise((resolve, reject) => {
      const asked = store.transaction(name).objectStore(name).getAll();
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  };

  // ---- what is asked ----

  const controls = (path) => [...form.elements].filter((each) => each.name === path);
  const valueOf = (path) => {
    const chosen = controls(path).filter((each) => !/radio|checkbox/.test(each.type) || each.checked);
    return chosen.map((each) => each.value).join(" ");
  };
  // Nothing is asked before what it depends on was answered: also where the form says only “not under 18”.
  const holds = ([path, how, value]) => {
    const said = valueOf(path);
    if (how === "has") return said.split(" ").includes(value);
    return said !== "" && (how === "=") === (said === value);
  };
  const isAsked = (element) => JSON.parse(element.dataset.when || "[]").every(holds);

  function showWhatIsAsked() {
    for (const element of form.querySelectorAll("[data-when]")) element.hidden = !isAsked(element);
    for (const part of form.querySelectorAll(".asks")) {
      if (!part.querySelector(".ask:not([hidden])")) part.hidden = true;
    }
  }

  // A group that may come again: its questions once more, with the next number.
  for (const part of form.querySelectorAll("[data-repeat]")) {
    const more = Object.assign(document.createElement("button"), { type: "button", className: "button" });
    more.textContent = words.more;
    more.addEventListener("click", () => addOneMore(part, more));
    part.append(more);
  }
  function addOneMore(part, more) {
    const number = part.querySelectorAll(".ask").length / part.querySelectorAll(".ask:not(.again)").length + 1;
    for (const ask of part.querySelectorAll(".ask:not(.again)")) {
      const copy = ask.cloneNode(true);
      copy.classList.add("again");
      for (const extra of copy.querySelectorAll("button, audio, .wrong")) extra.remove();
      const called = copy.querySelector("legend, label");
      if (called) called.innerHTML = called.innerHTML.replace("(1)", `(${number})`);
      for (const each of copy.querySelectorAll("*")) {
        for (const name of ["name", "id", "for"]) {
          const said = each.getAttribute(name);
          if (said) each.setAttribute(name, said.replace(name === "name" ? "[1]" : "-1-", name === "name" ? `[${number}]` : `-${number}-`));
        }
        if (each.matches("input:not([type=radio]):not([type=checkbox]), textarea")) each.value = "";
        if (each.checked) each.checked = false;
      }
      copy.dataset.ask = copy.dataset.ask.replace("[1]", `[${number}]`);
      more.before(copy);
    }
  }

  // ---- filling in ----

  let instance = newInstance();
  let started = now();
  function newInstance() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const hex = [...b].map((n) => n.toString(16).padStart(2, "0")).join("");
    return "uuid:" + hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  }
  function now() {
    const at = new Date();
    const off = -at.getTimezoneOffset();
    const two = (n) => String(Math.floor(Math.abs(n))).padStart(2, "0");
    const here = new Date(at.getTime() + off * 60000).toISOString().slice(0, 19);
    return `${here}${off < 0 ? "-" : "+"}${two(off / 60)}:${two(off % 60)}`;
  }

  // Only what is asked is kept: what was written and is asked no more goes, as on a phone with Collect.
  function filledIn() {
    const item = { instance, keeper: words.keeper, title: words.title, at: started, send: form.getAttribute("action"), answers: [], files: [] };
    item.answers.push(["edition", form.elements.edition.value], ["instance", instance], ["started", started]);
    for (const ask of form.querySelectorAll(".ask")) {
      if (ask.hidden || ask.closest(".asks").hidden) continue;
      for (const control of ask.querySelectorAll("input, select, textarea")) {
        if (control.type === "file") {
          for (const file of control.files) item.files.push([control.name, file]);
        } else if (!/radio|checkbox/.test(control.type) || control.checked) {
          if (control.value) item.answers.push([control.name, control.value]);
        }
      }
    }
    return item;
  }

  function whatIsMissing() {
    let first = null;
    for (const old of form.querySelectorAll(".missing")) old.remove();
    for (const ask of form.querySelectorAll(".ask")) {
      ask.classList.remove("field-wrong");
      if (ask.hidden || ask.closest(".asks").hidden) continue;
      const inputs = [...ask.querySelectorAll("input, select, textarea")];
      const bad = inputs.find((each) => !each.checkValidity());
      if (!bad && (!("required" in ask.dataset) || valueOf(ask.dataset.ask))) continue;
      const told = Object.assign(document.createElement("p"), { className: "wrong missing" });
      told.textContent = bad ? bad.validationMessage : words.needed;
      (ask.querySelector("legend, label") || ask).after(told);
      ask.classList.add("field-wrong");
      first = first || inputs[0];
    }
    return first;
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const first = whatIsMissing();
    if (first) {
      first.focus();
      return;
    }
    const item = filledIn();
    try {
      await change(["waiting", "half"], (act) => {
        act.objectStore("waiting").put(item);
        act.objectStore("half").delete(words.keeper + item.send);
      });
    } catch {
      say(words.nothing);
      return;
    }
    beginAnew();
    say(words.saved);
    await list();
    send();
  });

  function beginAnew() {
    for (const copy of form.querySelectorAll(".again, .asks audio")) copy.remove();
    form.reset();
    instance = newInstance();
    started = now();
    showWhatIsAsked();
    scrollTo(0, 0);
  }
  document.getElementById("anew").addEventListener("click", async () => {
    if (!confirm(words.again)) return;
    beginAnew();
    await change(["half"], (act) => act.objectStore("half").delete(words.keeper + form.getAttribute("action")));
  });

  // ---- what is half filled in ----

  let keeping = 0;
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
  function changed() {
    showWhatIsAsked();
    clearTimeout(keeping);
    keeping = setTimeout(keepHalf, 300);
  }
  function keepHalf() {
    const half = filledIn();
    half.same = half.instance;
    half.instance = words.keeper + half.send;
    change(["half"], (act) => act.objectStore("half").put(half)).catch(() => say(words.nothing));
  }
  async function takeUpHalf() {
    const found = (await all("half")).find((each) => each.instance === words.keeper + form.getAttribute("action"));
    if (!found) return;
    instance = found.same;
    started = found.at;
    for (const [name, value] of [...found.answers, ...found.files]) {
      const number = Number((/\[(\d+)\]/.exec(name) || [])[1] || 1);
      while (number > 1 && !controls(name).length) {
        const part = [...form.querySelectorAll("[data-repeat]")].find((each) => name.startsWith(each.dataset.repeat));
        if (!part) break;
        addOneMore(part, part.lastElementChild);
      }
      for (const control of controls(name)) {
        if (control.type === "file") {
          const given = new DataTransfer();
          given.items.add(value);
          control.files = given.files;
        } else if (/radio|checkbox/.test(control.type)) control.checked = control.checked || control.value === value;
        else if (control.type !== "hidden") control.value = value;
      }
    }
    showWhatIsAsked();
  }

  // ---- sending ----

  let pause = 2000;
  let timer = 0;
  let sending = null;
  function send() {
    clearTimeout(timer);
    sending = sending || sendAll().finally(() => (sending = null));
    return sending;
  }

  async function sendAll() {
    let stays = false;
    for (const item of (await all("waiting")).filter((each) => each.keeper === words.keeper)) {
      try {
        await post(item);
        pause = 2000;
        say(words.sent);
        await list();
      } catch (why) {
        stays = true;
        if (why.message in words) say(words[why.message]);
        if (why.message !== "refused") break;
      }
    }
    if (!stays) return;
    timer = setTimeout(send, pause);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }

  // The item leaves the phone when the hub has said that it is on its disk.
  async function post(item, again = false) {
    const body = new FormData();
    for (const [name, value] of item.answers) body.append(name, value);
    for (const [name, file] of item.files) body.append(name, file, file.name || "file");
    const token = form.elements.csrfmiddlewaretoken.value;
    const gone = new AbortController();
    const late = setTimeout(() => gone.abort(), LONGEST_WAIT);
    let answer;
    try {
      answer = await fetch(item.send, { method: "POST", body, headers: { "X-CSRFToken": token }, signal: gone.signal });
    } catch {
      throw new Error("saved");
    } finally {
      clearTimeout(late);
    }
    if (answer.status === 403 && !again) {
      await renew();
      return post(item, true);
    }
    if (answer.redirected) throw new Error("login");
    if (answer.status >= 500 || answer.status === 429) throw new Error("saved");
    if (!answer.ok) throw new Error("refused");
    const told = await answer.json();
    if (!["kept", "here", "forgotten"].includes(told.state)) throw new Error("refused");
    const arrived = { instance: item.instance, keeper: item.keeper, title: item.title, at: item.at, state: told.state };
    await change(["waiting", "arrived"], (act) => {
      act.objectStore("waiting").delete(item.instance);
      act.objectStore("arrived").put(arrived);
    });
  }

  // The page was open for too long: its token is another one now.
  async function renew() {
    let page;
    try {
      page = await fetch(location.pathname);
    } catch {
      throw new Error("saved");
    }
    const found = new DOMParser().parseFromString(await page.text(), "text/html");
    const whole = found.getElementById("whole");
    if (page.redirected || !whole || whole.dataset.keeper !== words.keeper) throw new Error("login");
    form.elements.csrfmiddlewaretoken.value = whole.elements.csrfmiddlewaretoken.value;
  }

  // ---- what is where ----

  async function list() {
    const waiting = await all("waiting");
    const own = waiting.filter((each) => each.keeper === words.keeper);
    const others = waiting.length - own.length;
    if (others) say(words.others.replace("%", others));
    fill("waiting", own, true);
    fill("arrived", (await all("arrived")).filter((each) => each.keeper === words.keeper).slice(-20), false);
  }
  function fill(id, items, waits) {
    const section = document.getElementById(id);
    section.hidden = !items.length;
    section.querySelector("ul").replaceChildren(
      ...items.sort((a, b) => (a.at < b.at ? 1 : -1)).map((item) => {
        const made = document.getElementById("line").content.cloneNode(true);
        made.querySelector(".list-title").textContent = item.title;
        made.querySelector(".small").textContent = item.at.slice(0, 16).replace("T", " ");
        const button = made.querySelector("button");
        if (waits) button.addEventListener("click", () => drop(item));
        else button.remove();
        return made;
      }),
    );
  }
  async function drop(item) {
    if (!confirm(words.delete)) return;
    await change(["waiting"], (act) => act.objectStore("waiting").delete(item.instance));
    await list();
  }

  // ---- what waits, as files that a stick or a cable carries ----

  document.getElementById("send-now").addEventListener("click", send);
  document.getElementById("to-file").addEventListener("click", async () => {
    const own = (await all("waiting")).filter((each) => each.keeper === words.keeper);
    let items = [];
    let size = 0;
    for (const item of own) {
      const bytes = item.files.reduce((sum, [, file]) => sum + file.size, 0);
      if (items.length && size + bytes > IN_ONE_FILE) {
        save(items);
        items = [];
        size = 0;
      }
      size += bytes;
      const files = [];
      for (const [name, file] of item.files) files.push([name, file.name, file.type, await base64(file)]);
      items.push({ title: item.title, answers: item.answers, files });
    }
    if (items.length) save(items);
  });
  function base64(file) {
    return new Promise((resolve, reject) => {
      const reader = new FileReader();
      reader.onload = () => resolve(String(reader.result).split(",")[1] || "");
      reader.onerror = () => reject(reader.error);
      reader.readAsDataURL(file);
    });
  }
  let number = 0;
  function save(items) {
    number += 1;
    const link = document.createElement("a");
    const text = JSON.stringify({ jukwaa: "unsent", version: 1, items });
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = `jukwaa-unsent-${now().slice(0, 10)}-${number}.json`;
    link.click();
  }

  opened.then(
    async () => {
      if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
      await takeUpHalf();
      // Only now: nothing that is not asked yet is seen, not for a moment.
      showWhatIsAsked();
      form.hidden = false;
      await list();
      send();
      addEventListener("online", send);
      document.addEventListener("visibilitychange", () => document.hidden || send());
    },
    () => say(words.nothing),
  );
})();
