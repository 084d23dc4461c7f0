"""Boxes of a page: a panel with its heading, a table that scrolls inside its own box."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from dashboards.libraries import Component, html
from kpi.core.text import t


def panel(title: str, children: Iterable[Any], panel_id: str) -> Component:
    return html.Section(
        [html.H2(title, className="panel-title", id=f"{panel_id}-title"), *(c for c in children if c is not None)],
        className="panel",
        id=panel_id,
        **{"aria-labelledby": f"{panel_id}-title"},
    )


def table_box(table: Component, label: str) -> Component:
    """A wide table scrolls inside its box, by keyboard too."""
    named = {"aria-label": t("表格：{label}", label=label)}
    return html.Div(table, className="table-box", tabIndex=0, role="region", **named)


def data_table(
    head: Sequence[Any],
    rows: Sequence[Sequence[Any]],
    label: str,
    under: Mapping[int, list[Component]] | None = None,
) -> Component:
    """`under` holds what is said below a row, over its whole width, by the row's place."""
    header = html.Thead(html.Tr([html.Th(word, scope="col") for word in head]))
    body = []
    for place, row in enumerate(rows):
        said = (under or {}).get(place)
        body.append(html.Tr([html.Td(cell) for cell in row], className="has-more" if said else ""))
        if said:
            body.append(html.Tr(html.Td(said, colSpan=len(head)), className="more"))
    return table_box(html.Table([header, html.Tbody(body)], className="plain-table target-table"), label)
