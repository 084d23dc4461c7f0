"""The one way to put a chart on a page: nothing in it may reach for another host."""

from __future__ import annotations

from typing import Any

from dashboards.libraries import Component, dcc
from kpi.core.text import current_language

CONFIG = {
    "displaylogo": False,
    "showSendToCloud": False,
    "plotlyServerURL": "",
    "responsive": True,
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d"],
}
LOCALES = {"zh": "zh-CN", "en": "en"}
"""What plotly calls our languages; English is built in."""
FONT = '"Microsoft YaHei", "PingFang SC", "Noto Sans CJK SC", "Noto Sans SC", sans-serif'


def graph(figure: dict[str, Any], **options: Any) -> Component:
    """A chart from a plain dict figure (see `base_layout`)."""
    return dcc.Graph(figure=figure, config=CONFIG | {"locale": LOCALES[current_language()]}, **options)


def base_layout(**more: Any) -> dict[str, Any]:
    """Layout shared by all charts: our font, quiet grid, room for labels."""
    axis = {"gridcolor": "#e4e9ee", "zerolinecolor": "#9aa7b2", "automargin": True}
    return {
        "font": {"family": FONT, "size": 13, "color": "#1c2733"},
        "paper_bgcolor": "#fff",
        "plot_bgcolor": "#fff",
        "margin": {"l": 48, "r": 16, "t": 24, "b": 40},
        "xaxis": axis,
        "yaxis": axis,
        "legend": {"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},  # its rows push the plot down
        **more,
    }
