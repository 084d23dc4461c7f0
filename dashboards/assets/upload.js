// A file over the limit is refused before it is read: nothing travels, and the person is told why.
(function () {
  function tooLarge(event) {
    const zone = event.target.closest && event.target.closest("[data-limit]");
    if (!zone) return;
    const files = event.type === "drop" ? event.dataTransfer.files : event.target.files;
    if (![...(files || [])].some((file) => file.size > Number(zone.dataset.limit))) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    if (event.type === "change") event.target.value = "";
    window.dash_clientside.set_props("notices", {
      sendNotifications: [
        {
          action: "show",
          title: zone.dataset.title,
          message: zone.dataset.refusal,
          color: "red",
          autoClose: 12000,
          position: "top-right",
        },
      ],
    });
  }
  document.addEventListener("change", tooLarge, true);
  document.addEventListener("drop", tooLarge, true);

  // The hidden file input is named like the button that opens it.
  function nameInputs() {
    document.querySelectorAll("[data-limit] input[type=file]:not([aria-label])").forEach((input) => {
      input.setAttribute("aria-label", input.closest("[data-limit]").dataset.label);
    });
  }
  new MutationObserver(nameInputs).observe(document.documentElement, { childList: true, subtree: true });

  window.dash_clientside = window.dash_clientside || {};
  window.dash_clientside.kpi = Object.assign(window.dash_clientside.kpi || {}, {
    documentsUploading: function (name, words) {
      return name ? words.replace("{name}", name) : "";
    },
  });
})();
