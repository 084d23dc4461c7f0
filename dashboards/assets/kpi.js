// Small helpers for callbacks that only move things already on the page.
(function () {
  function cookie(name) {
    const found = document.cookie.split("; ").find((part) => part.startsWith(name + "="));
    return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
  }

  function post(action, fields) {
    const form = document.createElement("form");
    form.method = "post";
    form.action = action;
    Object.entries({ ...fields, csrf_token: cookie("_csrf_token") }).forEach(([name, value]) => {
      const input = document.createElement("input");
      input.type = "hidden";
      input.name = name;
      input.value = value;
      form.appendChild(input);
    });
    document.body.appendChild(form);
    form.submit();
  }

  // The own menu closes when one goes on elsewhere, and by Escape.
  function closeMenus(except) {
    document.querySelectorAll("details.who-menu[open]").forEach((menu) => {
      if (!except || !menu.contains(except)) menu.open = false;
    });
  }
  document.addEventListener("click", (event) => closeMenus(event.target));
  document.addEventListener("focusin", (event) => closeMenus(event.target));
  document.addEventListener("keydown", (event) => {
    const menu = document.querySelector("details.who-menu[open]");
    if (event.key !== "Escape" || !menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    toggleMenu: function (opened) {
      const moved = window.dash_clientside.callback_context.triggered.some((t) => t.prop_id.startsWith("burger"));
      return { width: 208, breakpoint: "sm", collapsed: { mobile: !(moved && opened) } };
    },
    closeDialog: function () {
      return false;
    },
    signOut: function (clicks) {
      if (clicks) post("/sign-out", {});
      return window.dash_clientside.no_update;
    },
    switchLanguage: function (clicks) {
      if (clicks) {
        const next = document.documentElement.lang === "en" ? "zh" : "en";
        post("/language", { language: next, next: location.pathname + location.search });
      }
      return window.dash_clientside.no_update;
    },
  });
})();
