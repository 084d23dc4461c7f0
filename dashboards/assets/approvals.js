// Approving by keyboard: j and k move between the cards, a approves, r returns, x picks.
(function () {
  const cards = () => [...document.querySelectorAll("#waiting-list .waiting-card")];
  const BUTTONS = { a: ".sheet button:nth-of-type(1)", r: ".sheet button:nth-of-type(2)", x: "input[type=checkbox]" };

  function isTyping(target) {
    return target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true], [role=dialog]");
  }

  function go(step) {
    const all = cards();
    const at = all.indexOf(document.activeElement.closest(".waiting-card"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    if (next) {
      next.focus();
      next.scrollIntoView({ block: "nearest" });
    }
  }

  document.addEventListener("keydown", (event) => {
    if (!document.getElementById("waiting-list") || isTyping(event.target)) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (BUTTONS[event.key]) {
      const card = document.activeElement.closest(".waiting-card");
      const part = card && card.querySelector(BUTTONS[event.key]);
      if (part && !part.disabled) part.click();
    } else return;
    event.preventDefault();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    waitingAll: function (all, disabled) {
      return disabled.map((off) => Boolean(all) && !off);
    },
  });
})();
