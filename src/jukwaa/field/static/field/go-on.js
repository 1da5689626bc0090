// Presses "Go on" by itself, so that whoever imports may have a tea.
document.querySelector("[data-go-on]").requestSubmit();
