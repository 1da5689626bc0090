// The reading room: how fast a recording runs, a tap on a time jumps to it, keys put the present time into the text.
// Without this the player is the browser's own, and times are typed.
(() => {
  const player = document.getElementById("player");
  if (!player) return;

  const speeds = document.querySelector(".speeds");
  if (speeds) {
    speeds.hidden = false;
    speeds.addEventListener("click", (event) => {
      const pressed = event.target.closest("[data-speed]");
      if (!pressed) return;
      player.playbackRate = player.defaultPlaybackRate = Number(pressed.dataset.speed);
      for (const one of speeds.querySelectorAll("[data-speed]")) {
        one.setAttribute("aria-pressed", String(one === pressed));
      }
    });
  }

  document.addEventListener("click", (event) => {
    const time = event.target.closest("a[data-at]");
    if (!time) return;
    event.preventDefault();
    jump(Number(time.dataset.at));
  });

  function jump(seconds) {
    const go = () => {
      player.currentTime = Math.max(0, seconds);
      player.play().catch(() => {}); // the browser may wait for a press of its own button
    };
    if (player.readyState > 0) return go();
    player.addEventListener("loadedmetadata", go, { once: true });
    player.preload = "metadata";
    player.load();
  }

  const text = document.querySelector("textarea[data-times]");
  const tools = document.querySelector("[data-tools]");
  if (!text || !tools) return;
  tools.hidden = false;

  const clock = (seconds) => {
    const whole = Math.floor(seconds);
    const pad = (number) => String(number).padStart(2, "0");
    const minutes = Math.floor(whole / 60);
    const short = `${minutes % 60}:${pad(whole % 60)}`;
    return minutes < 60 ? short : `${Math.floor(minutes / 60)}:${pad(minutes % 60)}:${pad(whole % 60)}`;
  };

  const deeds = {
    time() {
      const at = text.selectionStart;
      const begins = at === 0 || text.value[at - 1] === "\n" ? "" : "\n";
      text.setRangeText(`${begins}${clock(player.currentTime)} `, at, text.selectionEnd, "end");
      text.focus();
    },
    play() {
      if (player.paused) player.play().catch(() => {});
      else player.pause();
    },
    back() {
      player.currentTime = Math.max(0, player.currentTime - 3);
    },
  };
  const keys = { j: "time", k: "play", h: "back" };

  tools.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-do]");
    if (pressed) deeds[pressed.dataset.do]();
  });
  text.addEventListener("keydown", (event) => {
    const wanted = event.ctrlKey && !event.altKey && !event.shiftKey && keys[event.key.toLowerCase()];
    if (!wanted) return;
    event.preventDefault();
    deeds[wanted]();
  });
})();
