"""Parts of the audit page: the trail as a table whose changes can be read."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.components.panels import table_box
from dashboards.libraries import Component, dmc, html
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.text import t
from kpi.readmodel.trail import FieldChange, TrailLine, TrailPage

LONG = 120


def trail_table(found: TrailPage) -> Component:
    if not found.lines:
        return dmc.Alert(t("没有符合条件的记录，请放宽时间范围或去掉部分条件。"), title=t("没有找到"), color="gray")
    head = [t("时间和操作人"), t("操作和对象"), t("变更")]
    table = dmc.Table(
        [
            dmc.TableThead(dmc.TableTr([dmc.TableTh(text) for text in head])),
            dmc.TableTbody([_row(line) for line in found.lines]),
        ],
        striped=True,
        verticalSpacing="xs",
        miw=620,
    )
    return table_box(table, t("审计记录"))


def _row(line: TrailLine) -> Component:
    moment = line.at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    thing = f"{line.entity_text} #{line.entity_id} · {line.action}"
    cells = [
        dmc.TableTd([html.Div(moment, className="nowrap"), html.Div(line.actor)]),
        dmc.TableTd(
            [
                html.Div(html.Strong(line.action_text)),
                html.Div(line.what),
                dmc.Text(thing, size="xs", c="dimmed"),
            ]
        ),
        dmc.TableTd(_changes(line.changes, line.why)),
    ]
    return dmc.TableTr(cells)


def _changes(changes: Sequence[FieldChange], why: str) -> list[Component]:
    lines = [_change(change) for change in changes]
    if why:
        lines.append(html.Div([dmc.Text(t("原因："), span=True, fw=600, size="sm"), why], className="trail-why"))
    return lines or [dmc.Text("—", c="dimmed")]


def _change(change: FieldChange) -> Component:
    """Field: old struck through, then new; a new thing has no old."""
    old = [] if change.old == "—" else [html.Del(_short(change.old)), html.Span(" → ", **{"aria-label": t("改为")})]
    return html.Div(
        [
            dmc.Text(change.field + t("："), span=True, c="dimmed", size="sm"),
            *old,
            html.Ins(_short(change.new), title=change.new),
        ],
        className="trail-change",
    )


def _short(text: str) -> str:
    return text if len(text) <= LONG else text[: LONG - 1] + "…"
