// Nothing typed is lost by going elsewhere: forms and dialogs whose fields differ from what they showed at first, and
// whatever watches itself (kpiUnsaved.watch), ask before their page or dialog is left.
(function () {
  const FORMS = "#panel-form, #review-form, [role=dialog]";
  const FIELDS = "input:not([type=file]):not([type=search]), textarea, select";
  const watched = [];
  const shown = new Map(); // form → what its fields held when a person first touched it
  let here = location.href;
  let agreed = false; // to leave, a moment ago: the browser need not ask again

  const written = (form) =>
    JSON.stringify([...form.querySelectorAll(FIELDS)].map((field) => (field.matches("[type=checkbox], [type=radio]") ? field.checked : field.value)));
  const isChanged = (form) => form.isConnected && written(form) !== shown.get(form);
  const anyChanged = () => [...shown.keys()].some(isChanged) || watched.some((changed) => changed());
  const ask = () => window.confirm(document.getElementById("unsaved").dataset.question);

  // Whether what was typed may be lost: nothing was, or the person says so.
  function mayLeave(changed = anyChanged) {
    if (!changed()) return true;
    if (!ask()) return false;
    shown.clear();
    agreed = true;
    window.setTimeout(() => (agreed = false), 1000);
    return true;
  }

  function touched(event) {
    const form = event.target.closest && event.target.closest(FORMS);
    if (form && !shown.has(form)) {
      shown.set(form, written(form));
      here = location.href;
    }
  }
  for (const kind of ["pointerdown", "keydown", "beforeinput"]) window.addEventListener(kind, touched, true);

  function stop(event) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  // Closing a dialog by its cross, by Escape or by a click beside it.
  const dialogOf = (target) => target.closest(".mantine-Modal-root") && target.closest(".mantine-Modal-root").querySelector("[role=dialog]");
  function closing(event, dialog) {
    if (dialog && shown.has(dialog) && !mayLeave(() => isChanged(dialog))) stop(event);
  }

  window.addEventListener(
    "click",
    (event) => {
      const link = event.target.closest("a[href]");
      const elsewhere = link && ["", "_self"].includes(link.target) && !link.hasAttribute("download") && !link.getAttribute("href").startsWith("#");
      if (elsewhere && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        if (!mayLeave()) stop(event);
      } else if (event.target.closest(".mantine-Modal-close") || event.target.matches(".mantine-Modal-inner, .mantine-Modal-overlay")) {
        closing(event, dialogOf(event.target));
      }
    },
    true
  );
  window.addEventListener(
    "keydown",
    (event) => {
      const list = [...document.querySelectorAll("[role=listbox]")].some((one) => one.checkVisibility()); // closes first
      const open = event.key === "Escape" && !list && event.target.closest("[role=dialog]");
      if (open) closing(event, open);
    },
    true
  );

  // The page has changed its address by the time it is told: refused, it goes back to where it was.
  window.addEventListener(
    "popstate",
    (event) => {
      if (mayLeave()) return;
      event.stopImmediatePropagation();
      history.pushState(history.state, "", here);
    },
    true
  );
  window.addEventListener("beforeunload", (event) => {
    if (!agreed && anyChanged()) event.preventDefault();
  });

  window.kpiUnsaved = { mayLeave, watch: (changed) => watched.push(changed) };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    // The server drew a form anew: after saving, or for something else.
    formDrawn: function () {
      shown.clear();
      return window.dash_clientside.no_update;
    },
  });
})();
