// Records a voice on the page, where the browser allows it (only over HTTPS, or on the laptop itself);
// anywhere else the file field opens the phone's own recorder. Says at once when a file is too large.
(() => {
  "use strict";
  for (const input of document.querySelectorAll("[data-recorder]")) {
    input.addEventListener("change", () => check(input));
    if (window.isSecureContext && navigator.mediaDevices && window.MediaRecorder) offer(input);
  }

  function check(input) {
    const file = input.files[0];
    const large = file && file.size > Number(input.dataset.most);
    input.setCustomValidity(large ? input.dataset.large : "");
    if (large) input.reportValidity();
  }

  function offer(input) {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "button" });
    const player = Object.assign(document.createElement("audio"), { controls: true });
    const row = Object.assign(document.createElement("p"), { className: "buttons" });
    button.textContent = input.dataset.record;
    row.append(button);
    input.before(row);
    let recorder = null;
    let began = 0;
    // How long it has lasted stands on the button; what is longer than what is kept ends by itself.
    const count = () => {
      if (!recorder || recorder.state !== "recording") return;
      const seconds = Math.floor((performance.now() - began) / 1000);
      button.textContent = `${input.dataset.stop} ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      if (seconds >= Number(input.dataset.longest)) recorder.stop();
      else setTimeout(count, 500);
    };
    button.addEventListener("click", async () => {
      if (recorder && recorder.state === "recording") {
        recorder.stop();
        return;
      }
      try {
        const heard = await navigator.mediaDevices.getUserMedia({ audio: true });
        recorder = new MediaRecorder(heard, { audioBitsPerSecond: 32000 });
        const parts = [];
        recorder.ondataavailable = (event) => parts.push(event.data);
        recorder.onstop = () => {
          for (const track of heard.getTracks()) track.stop();
          button.textContent = input.dataset.record;
          const kind = recorder.mimeType.split(";")[0];
          const file = new File(parts, "voice", { type: kind });
          const given = new DataTransfer();
          given.items.add(file);
          input.files = given.files;
          player.src = URL.createObjectURL(file);
          row.after(player);
          check(input);
          input.dispatchEvent(new Event("change", { bubbles: true }));
        };
        recorder.start();
        began = performance.now();
        count();
      } catch {
        row.remove(); // no microphone, or it was not allowed: the file field stays
        input.click();
      }
    });
  }
})();
