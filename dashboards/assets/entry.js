// The entry grid: which cells take what, what a check said about them, and collecting what was typed.
// Words stand in the rows as the server wrote them; nothing here makes sentences.
(function () {
  const TYPED = ["main", "bottom", "note", "jump_reason", "cause", "measure", "expected_on"];
  const ASKED = ["jump_reason", "cause", "measure", "expected_on"];
  const GRID = "entry-grid";
  const noUpdate = () => window.dash_clientside.no_update;
  const setProps = (id, props) => window.dash_clientside.set_props(id, props);

  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

  function api() {
    try {
      return window.dash_ag_grid.getApi(GRID);
    } catch (error) {
      return null; // not drawn yet
    }
  }

  function rows() {
    const found = [];
    const grid = api();
    if (grid && !grid.isDestroyed()) grid.forEachNode((node) => found.push(node));
    return found;
  }

  const written = (value) => (value === null || value === undefined ? "" : String(value).trim());
  const changedIn = (data, column) => written(data[column]) !== written((data.saved || {})[column]);
  const isChanged = (data) => TYPED.some((column) => changedIn(data, column));

  functions.kpiEntryEditable = function (params) {
    return params.colDef.field !== "bottom" || params.data.mode === "parts";
  };
  functions.kpiEntryClass = function (params) {
    const { field } = params.colDef;
    if ((params.data.problems || {})[field]) return "cell-problem";
    if (field === "bottom" && params.data.mode !== "parts") return "cell-off";
    if (changedIn(params.data, field)) return "cell-changed";
    return written(params.value) ? "cell-typed" : "cell-typed cell-hint";
  };
  functions.kpiEntryShown = function (params) {
    return written(params.value) || (params.data.hints || {})[params.colDef.field] || "";
  };
  functions.kpiEntryTip = function (params) {
    const { field } = params.colDef;
    const problem = (params.data.problems || {})[field];
    if (problem) return problem;
    if (field === "light") return params.data.light ? params.data.light.reason : "";
    if (field === "state") return params.data.return_reason || params.data.due;
    if (field === "last") return params.data.last_tip;
    if (field === "plan") return params.data.plan_tip;
    return (params.data.hints || {})[field] || written(params.value);
  };

  components.KpiEntryState = function (props) {
    const data = props.data;
    return React.createElement(
      "span",
      { className: "grid-state tone-" + data.state_colour },
      React.createElement("span", { "aria-hidden": true }, data.state_shape + " "),
      data.state_label
    );
  };
  components.KpiEntryLight = function (props) {
    const light = props.data.light;
    if (!light) return null;
    return React.createElement(
      "span",
      { className: "grid-light tone-" + light.colour },
      React.createElement("span", { "aria-hidden": true }, light.shape + " "),
      light.label
    );
  };
  components.KpiEntryName = function (props) {
    const { target, name } = props.data;
    if (!target) return name;
    return React.createElement("a", { href: "/targets/" + encodeURIComponent(target), className: "quiet-link", tabIndex: -1 }, name);
  };

  const element = (type, props) => ({ namespace: "dash_html_components", type, props });

  // What the checks found, in words below the grid: colour and tooltip alone reach nobody without a mouse.
  // Each is a button that leads to its cell.
  function listProblems() {
    const items = [];
    rows().forEach(({ data }) => {
      const found = Object.entries(data.problems || {});
      if (!found.length) return;
      const jumps = found.map(([column, reason]) =>
        element("Button", { className: "jump", children: reason, type: "button", "data-key": data.key, "data-column": column })
      );
      const name = element("B", { children: data.name + "（" + data.period + "）" });
      items.push(element("Li", { className: "result result-bad", children: [name, ...jumps] }));
    });
    setProps("entry-problems", { children: items });
  }

  document.addEventListener("click", (event) => {
    const jump = event.target.closest("#entry-problems .jump");
    const grid = jump && api();
    if (!grid) return;
    const node = rows().find((one) => one.data.key === jump.dataset.key);
    if (!node) return;
    grid.ensureIndexVisible(node.rowIndex);
    grid.ensureColumnVisible(jump.dataset.column);
    grid.setFocusedCell(node.rowIndex, jump.dataset.column);
    if (TYPED.includes(jump.dataset.column)) {
      grid.startEditingCell({ rowIndex: node.rowIndex, colKey: jump.dataset.column });
    }
  });

  function showAsked() {
    const grid = api();
    const open = rows().some(
      ({ data }) => data.asks || ASKED.some((column) => (data.problems || {})[column] || written(data[column]))
    );
    if (grid && open) grid.setColumnsVisible(ASKED, true);
  }

  function refresh(nodes) {
    const grid = api();
    if (grid && nodes.length) grid.refreshCells({ rowNodes: nodes, force: true });
    showAsked();
    listProblems();
  }

  function put(key, change) {
    const node = rows().find((one) => one.data.key === key);
    if (node) Object.assign(node.data, change(node.data));
    return node;
  }

  window.addEventListener("DOMContentLoaded", () => {
    window.kpiUnsaved.watch(() => Boolean(document.getElementById(GRID)) && rows().some(({ data }) => isChanged(data)));
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key === "s" && document.getElementById("entry-save")) {
      event.preventDefault();
      document.getElementById("entry-save").click();
    }
  });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    // Changing month or department asks first when something typed is not saved; the address follows.
    entryAsk: function (month, unit, earlier, asked) {
      if (!month) return [noUpdate(), noUpdate(), noUpdate(), noUpdate()];
      const next = { month, unit: unit || "", earlier: Boolean(earlier) };
      const same = asked && asked.month === next.month && asked.unit === next.unit && asked.earlier === next.earlier;
      if (same) return [noUpdate(), noUpdate(), noUpdate(), noUpdate()];
      if (asked && !window.kpiUnsaved.mayLeave()) {
        return [noUpdate(), asked.month, asked.unit, asked.earlier];
      }
      const query = new URLSearchParams({ month: next.month });
      if (next.unit) query.set("unit", next.unit);
      if (!next.earlier) query.set("earlier", "0");
      window.history.replaceState(window.history.state, "", location.pathname + "?" + query.toString());
      return [next, noUpdate(), noUpdate(), noUpdate()];
    },
    entryCollect: function (_save, _submit) {
      const triggered = window.dash_clientside.callback_context.triggered_id;
      const grid = api();
      if (!triggered || !grid) return noUpdate();
      grid.stopEditing();
      const submit = triggered === "entry-submit";
      const selected = grid.getSelectedNodes();
      const wanted = submit
        ? selected.length
          ? selected
          : rows().filter(({ data }) => written(data.main) && (isChanged(data) || data.state === "draft"))
        : rows().filter(({ data }) => isChanged(data));
      const sent = wanted.map(({ data }) => {
        const row = { key: data.key, revision: data.revision };
        TYPED.forEach((column) => (row[column] = written(data[column])));
        return row;
      });
      return { submit, rows: sent, at: Date.now() };
    },
    // The ticked rows that are drafts: what is to be thrown away is named before it is asked for.
    entryDrafts: function (clicks) {
      const grid = api();
      if (!clicks || !grid) return noUpdate();
      grid.stopEditing();
      const drafts = grid.getSelectedNodes().filter(({ data }) => data.state === "draft");
      return { rows: drafts.map(({ data }) => ({ key: data.key, revision: data.revision })), at: Date.now() };
    },
    // What the server answered: rows as they stand now. What was typed since the click stays typed.
    entryMerge: function (answer) {
      const touched = [];
      Object.entries((answer && answer.fresh) || {}).forEach(([key, fresh]) => {
        const sent = answer.sent[key] || {};
        touched.push(
          put(key, (data) => {
            const kept = {};
            TYPED.forEach((column) => {
              if (!answer.whole && written(data[column]) !== written(sent[column])) kept[column] = data[column];
            });
            return { ...fresh, light: data.light, ...kept };
          })
        );
      });
      Object.entries((answer && answer.problems) || {}).forEach(([key, problems]) => {
        touched.push(put(key, () => ({ problems })));
      });
      refresh(touched.filter(Boolean));
      return noUpdate();
    },
    entryTold: function (told) {
      if (told) window.setTimeout(() => document.getElementById("entry-results").scrollIntoView({ block: "nearest" }), 50);
      return noUpdate();
    },
    entryChecked: function (checks) {
      refresh((checks || []).map((check) => put(check.key, () => check)).filter(Boolean));
      return noUpdate();
    },
    // A conflict: take what stands there, or keep one's own and save it over that.
    entryChoose: function (_theirs, _mine, answer) {
      const chosen = window.dash_clientside.callback_context.triggered_id;
      const clicked = window.dash_clientside.callback_context.triggered.some((one) => one.value);
      const fresh = clicked && answer && (answer.conflicts || {})[chosen.key];
      if (!fresh) return noUpdate();
      const mine = chosen.type === "entry-mine";
      const own = {};
      const node = put(chosen.key, (data) => {
        TYPED.forEach((column) => (own[column] = data[column]));
        return mine ? { ...fresh, ...own } : fresh;
      });
      if (node) refresh([node]);
      return noUpdate();
    },
    entryLoaded: function (_rows) {
      window.setTimeout(() => {
        const grid = api();
        if (grid) grid.setColumnsVisible(ASKED, false);
        showAsked();
        listProblems();
      }, 0);
      return noUpdate();
    },
  });
})();
