// The ledger's cells, keyboard and search. Every number comes printed from the server.
(function () {
  const narrow = () => window.innerWidth < 700;
  const h = (...parts) => window.React.createElement(...parts);
  const cells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

  function light(row) {
    return h("span", { className: "grid-light ink-" + row.colour },
      h("span", { className: "light-shape", "aria-hidden": "true" }, row.shape), row.light);
  }

  function link(row) {
    const follow = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
      event.preventDefault();
      event.stopPropagation();
      window.kpiBoard.go(row.href);
    };
    return h("a", { href: row.href, className: "name-link", tabIndex: -1, onClick: follow }, row.name);
  }

  function latest(row) {
    return h("span", null, h("b", null, row.latest), row.as_of ? h("span", { className: "as-of" }, row.as_of) : null);
  }

  function progress(row) {
    if (row.progress === null) return h("span", { className: "hint" }, "—");
    const width = Math.max(0, Math.min(100, row.progress));
    return h("span", { className: "progress" },
      h("span", { className: "progress-track", "aria-hidden": "true" },
        h("span", { className: "progress-fill fill-" + row.colour, style: { width: width + "%" } })),
      h("span", { className: "progress-text" }, row.progress_text));
  }

  function trend(row) {
    const values = row.trend;
    if (values.length < 2) return h("span", { className: "hint" }, "—");
    const low = Math.min(...values), high = Math.max(...values), wide = 92, tall = 26;
    const x = (i) => 3 + (i * (wide - 6)) / (values.length - 1);
    const y = (v) => (high === low ? tall / 2 : tall - 4 - ((v - low) / (high - low)) * (tall - 8));
    const last = values.length - 1;
    return h("svg", { width: wide, height: tall, className: "spark ink-" + row.colour, "aria-hidden": "true" },
      h("polyline", { points: values.map((v, i) => x(i) + "," + y(v)).join(" "), fill: "none",
        stroke: "currentColor", strokeWidth: 1.6 }),
      h("circle", { cx: x(last), cy: y(values[last]), r: 2.6, fill: "currentColor" }));
  }

  Object.assign(cells, {
    KpiLedgerName: (props) => link(props.data),
    KpiLedgerLight: (props) => light(props.data),
    KpiLedgerLatest: (props) => latest(props.data),
    KpiLedgerProgress: (props) => progress(props.data),
    KpiLedgerTrend: (props) => trend(props.data),
    KpiLedgerReporting: (props) =>
      h("span", null, h("span", { "aria-hidden": "true" }, props.data.sign + " "), props.data.reporting),
    KpiLedgerCard: (props) => {
      const row = props.data;
      return h("div", { className: "ledger-card edge-" + row.colour },
        h("div", { className: "ledger-card-head" }, light(row), link(row)),
        h("div", null, h("span", { className: "hint" }, row.demand + "　"), latest(row)),
        h("div", { className: "ledger-card-foot" }, progress(row), trend(row)),
        h("div", { className: "hint" }, row.lead + " · " + row.sign + " " + row.reporting),
        row.waived ? h("div", { className: "ledger-card-why" }, row.reason) : null);
    },
  });

  Object.assign(functions, {
    kpiByRank: (_a, _b, one, other) => one.data.rank - other.data.rank,
    kpiNothing: () => "",
    kpiLedgerHeight: (params) => (!narrow() ? 44 : params.data.waived ? 196 : 132),
    kpiLedgerWords: (params) => {
      const row = params.data;
      return [row.name, row.code, row.lead, row.reason, row.demand, row.clause, row.light, row.reporting].join(" ");
    },
    kpiLedgerKey: (params) => {
      if (params.event.key === "Enter" && params.data) window.kpiBoard.go(params.data.href);
    },
    kpiLedgerClick: (params) => {
      if (params.data && !String(window.getSelection())) window.kpiBoard.go(params.data.href);
    },
  });

  // A quick filter keeps what stands in the search box.
  document.addEventListener("click", (event) => {
    const chip = event.target.closest && event.target.closest("#ledger-chips a");
    const words = new URLSearchParams(location.search).get("q");
    if (!chip || !words || chip.classList.contains("quiet-link") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    const href = new URL(chip.href);
    href.searchParams.set("q", words);
    window.kpiBoard.go(href.pathname + href.search);
  }, true);

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    ledgerColumns: (columns) => (narrow() ? columns.narrow : columns.wide),
    ledgerSearch: function (words, options) {
      window.kpiBoard.remember({ q: words });
      return { ...options, quickFilterText: words || "" };
    },
    ledgerShown: (shown, all, words) => (shown && all && shown.length < all.length ? words.replace("0", shown.length) : ""),
    ledgerChosen: function (clicks, rows, scope) {
      if (!clicks || !scope) return window.dash_clientside.no_update;
      return { clicks, scope, codes: (rows || []).map((row) => row.key) };
    },
  });
})();
