// Approving by keyboard: j and k move between the cards, a approves, r returns, x picks.
(function () {
  const cards = () => [...document.querySelectorAll("#waiting-list .waiting-card")];
  const BUTTONS = { a: "[data-verb=approve]", r: "[data-verb=return]", x: "input[type=checkbox]" };

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

  const setProps = (id, props) => window.dash_clientside.set_props(id, props);
  const noUpdate = () => window.dash_clientside.no_update;
  const boxOf = (card) => card.querySelector("input[type=checkbox]");
  const picked = () => cards().filter((card) => boxOf(card).checked).map((card) => Number(card.dataset.actual));

  // What is clicked: the verb of the button, and the value of its card or else the picked ones.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#waiting-list [data-verb], #waiting-bar [data-verb]");
    if (!button || button.disabled) return;
    const card = button.closest(".waiting-card");
    const ids = card ? [Number(card.dataset.actual)] : picked();
    setProps("waiting-asked", { data: { verb: button.dataset.verb, ids, at: Date.now() } });
  });
  document.addEventListener("change", (event) => {
    if (event.target.closest("#waiting-list")) setProps("waiting-picked", { data: picked() });
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    waitingAll: function (all) {
      cards()
        .map(boxOf)
        .filter((box) => !box.disabled && box.checked !== Boolean(all))
        .forEach((box) => box.click());
      return noUpdate();
    },
    waitingPicked: function (ids, seen, words) {
      const none = !ids || !ids.length;
      const said = words.replace("{n}", Object.keys(seen || {}).length).replace("{picked}", (ids || []).length);
      return [none, none, said];
    },
    waitingReturn: function (asked) {
      const asks = asked && asked.verb === "return" && asked.ids.length;
      return asks ? [true, ""] : [noUpdate(), noUpdate()];
    },
  });
})();
