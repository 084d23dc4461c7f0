// Overview and ledger: what is chosen goes into the address, so that a view can be shared.
(function () {
  const keys = ["plan", "month", "department", "region"];

  function remember(changed) {
    const query = new URLSearchParams(location.search);
    Object.entries(changed).forEach(([key, value]) => (value ? query.set(key, value) : query.delete(key)));
    const written = query.toString();
    history.replaceState(history.state, "", location.pathname + (written ? "?" + written : ""));
    return Object.fromEntries(query.entries());
  }

  function go(href) {
    history.pushState({}, "", href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  window.kpiBoard = { remember, go };
  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    boardChosen: function (plan, month, department, region, scope) {
      const nothing = window.dash_clientside.no_update;
      if (!scope) return nothing;
      const chosen = { plan, month, department: department || "", region: region || "" };
      if (keys.every((key) => chosen[key] === scope[key])) return nothing;
      // Another plan has its own months and units.
      const asked = plan === scope.plan ? chosen : { plan, month: "", department: "", region: "" };
      window.dash_clientside.set_props(scope.page + "-query", { data: remember(asked) });
      return nothing;
    },
  });
})();
