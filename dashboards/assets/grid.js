// AG Grid in Chinese, by the table of assets/vendor.
(function () {
  const functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});
  functions.kpiLocaleText = function (params) {
    const words = document.documentElement.lang === "en" ? {} : window.AG_GRID_LOCALE_CN || {};
    return words[params.key] || params.defaultValue;
  };
})();
