"""The options that every grid shares: Chinese words, keyboard, comfortable rows."""

from __future__ import annotations

from typing import Any

from dashboards.libraries import Component, dag

ROW_HEIGHT = 38
WRAPPED = {"wrapHeaderText": True, "autoHeaderHeight": True}


def grid(
    grid_id: str, columns: list[dict[str, Any]], *, options: dict[str, Any] | None = None, **more: Any
) -> Component:
    """A grid of plain JSON rows that have a `key`; it grows with its rows and scrolls sideways inside its box."""
    return dag.AgGrid(
        id=grid_id,
        columnDefs=columns,
        getRowId="params.data.key",
        defaultColDef={
            "resizable": True,
            "sortable": True,
            "suppressHeaderMenuButton": True,
            "cellDataType": False,
            **WRAPPED,
        },
        dashGridOptions={
            "getLocaleText": {"function": "kpiLocaleText(params)"},
            "domLayout": "autoHeight",
            "rowHeight": ROW_HEIGHT,
            "headerHeight": ROW_HEIGHT,
            "tooltipShowDelay": 200,
            "animateRows": False,
            "suppressDragLeaveHidesColumns": True,
            "suppressColumnVirtualisation": True,
            **(options or {}),
        },
        className="ag-theme-alpine grid-box",
        style={"height": None},
        **more,
    )
