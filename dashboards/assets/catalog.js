// Which row of the catalog is to be changed: `data-edit` names the store, `data-id` the thing (0: a new one).
(function () {
  const components = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});
  components.KpiEdit = function (props) {
    const { kind, id, words, label } = props.value;
    const told = { className: "jump", type: "button", "aria-label": label, "data-edit": kind, "data-id": id };
    return React.createElement("button", told, words);
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-edit]");
    if (!button) return;
    const data = { id: Number(button.dataset.id), at: Date.now() };
    window.dash_clientside.set_props("catalog-" + button.dataset.edit, { data });
  });
})();
