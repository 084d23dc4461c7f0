// The editors of a target: parts of a form that belong to a choice, and saving from the keyboard.
(function () {
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    shapeParts: function (shape) {
      return "shape-" + shape;
    },
    ownRules: function (own) {
      return "own-" + own;
    },
  });

  // The save button reads what was typed: a debounced field is told first by leaving it.
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("#panel-form");
    const save = form && form.querySelector(".save-button");
    if (!save) return;
    event.preventDefault();
    save.focus();
    setTimeout(() => save.click(), 50);
  });
})();
