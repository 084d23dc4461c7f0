"""What a change would do, drawn: the light before and after, the months that move, the curve with the values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.components.graph import base_layout, graph
from dashboards.components.lights import COLOURS, light_badge
from dashboards.components.target_chart import MARKERS
from dashboards.libraries import Component, html
from kpi.assessment.rules import Light, Result, TargetFacts
from kpi.core.period import Period, months_between
from kpi.core.quantity import plain, show_quantity
from kpi.core.text import t
from kpi.operations.actions_outlook import Outlook
from kpi.targets.rules_curve import PlanCurve, drawn, due_at, expected_at


def outlook_view(outlook: Outlook, units: Mapping[int, str]) -> Component:
    """`units` are the names of the units that the target is handed down to."""
    return html.Div(
        [
            *_lights(outlook),
            *_derived(outlook.after.facts),
            *_moved(outlook),
            *_chart(outlook),
            *_parts(outlook, units),
            *_schedule(outlook.after.facts),
        ],
        className="edit-stack",
        id="edit-outlook",
    )


def _lights(outlook: Outlook) -> list[Component]:
    before, after = outlook.before.last, outlook.after.last
    if before is None or after is None:
        return [html.P(t("计划尚未开始，还没有亮灯。"), className="hint")]
    if before == after:
        return [html.Div([light_badge(before.light, "lg"), t("不变")], className="effect", id="edit-effect"),
                html.P(before.reason)]  # fmt: skip
    arrow = html.Span("→", className="arrow", **{"aria-label": t("变为")})
    return [
        html.Div([light_badge(before.light, "lg"), arrow, light_badge(after.light, "lg")], className="effect",
                 id="edit-effect"),
        html.P([html.B(t("现在：")), before.reason], className="hint"),
        html.P([html.B(t("保存后：")), after.reason]),
    ]  # fmt: skip


def _derived(facts: TargetFacts) -> list[Component]:
    if not facts.derived or facts.value is None:
        return []
    level = show_quantity(facts.value, facts.unit, facts.places)
    return [html.P(t("目标值由基线推算：{formula} = {level}", formula=facts.derived, level=level), id="edit-derived")]


def _moved(outlook: Outlook) -> list[Component]:
    if not outlook.months or outlook.before == outlook.after:
        return []
    if not outlook.moved:
        return [html.P(t("各月亮灯都不变。"), className="hint", id="edit-moved")]
    items = [_moved_month(*each) for each in outlook.moved]
    summary = html.Summary(t("有{n}个月的亮灯会变", n=len(items)))
    return [html.Details([summary, html.Ul(items, className="plain-list")], open=len(items) <= 4, id="edit-moved")]


def _moved_month(month: Period, before: Result, after: Result) -> Component:
    arrow = html.Span("→", className="arrow", **{"aria-hidden": "true"})
    return html.Li([html.Span(month.label), light_badge(before.light, "sm"), arrow, light_badge(after.light, "sm")])


def _parts(outlook: Outlook, units: Mapping[int, str]) -> list[Component]:
    if not outlook.after.parts:
        return []
    rows = [_part(units.get(unit, ""), result) for unit, result in outlook.after.parts.items()]
    return [html.Details([html.Summary(t("各单位的亮灯")), html.Ul(rows, className="plain-list")], open=True)]


def _part(name: str, result: Result) -> Component:
    return html.Li([html.Span(name), light_badge(result.light, "sm"), html.Span(result.reason, className="hint")])


# --- chart --------------------------------------------------------------------------------------------------------


def _chart(outlook: Outlook) -> list[Component]:
    figure = outlook_figure(outlook)
    if not figure["data"]:
        return []
    chart = graph(figure, style={"height": "300px"})
    return [html.Div(chart, role="group", **{"aria-label": t("计划进度与实绩，数值见下表")}, id="edit-chart")]


def outlook_figure(outlook: Outlook) -> dict[str, Any]:
    """A plain dict figure: the plan as it is (where it changes), as it would be, and the values with their lights."""
    before, after = outlook.before.facts.curve, outlook.after.facts.curve
    data = []
    if before is not None and before != after:
        data.append(_line(t("现在的计划"), before, "#8795a1", "dash"))
    if after is not None:
        data.append(_line(t("保存后的计划") if before != after else t("计划进度"), after, "#1864ab", "solid"))
    data += _values(outlook)
    axis = {"type": "date", "tickformat": "%Y-%m", "gridcolor": "#e4e9ee", "automargin": True}
    layout = base_layout(height=300, hovermode="x unified", xaxis=axis, annotations=[_unit(outlook.after.facts.unit)])
    return {"data": data, "layout": layout}


def _unit(unit: str) -> dict[str, Any]:
    """Upright above the axis: a sign of one character lying on its side is not read."""
    corner = {"xref": "paper", "yref": "paper", "x": 0, "y": 1, "xanchor": "right", "yanchor": "bottom"}
    return {"text": unit, "showarrow": False, **corner}


def _line(name: str, curve: PlanCurve, colour: str, dash: str) -> dict[str, Any]:
    points = drawn(curve)
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [day.isoformat() for day, _ in points],
        "y": [float(due) for _, due in points],
        "line": {"color": colour, "width": 2, "dash": dash},
        "hovertemplate": "%{y:,.6~g}",
    }


def _values(outlook: Outlook) -> list[dict[str, Any]]:
    """One point for each reported period, in the colour it would have."""
    seen = {result.period: result for result in reversed(outlook.after.results) if result.period is not None}
    found = [(period.end, result) for period, result in sorted(seen.items()) if result.value is not None]
    if not found:
        return []
    lights = [_unwaived(result) for _, result in found]
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": t("实绩"),
            "x": [day.isoformat() for day, _ in found],
            "y": [float(result.value or 0) for _, result in found],
            "text": [f"{light.shape} {light.label}" for light in lights],
            "line": {"color": "#55636f", "width": 1.5},
            "marker": {
                "symbol": [MARKERS[light] for light in lights],
                "color": [COLOURS[light.colour] for light in lights],
                "size": 11,
                "line": {"color": "#fff", "width": 1},
            },
            "hovertemplate": "%{y:,.6~g}（%{text}）",
        }
    ]


def _unwaived(result: Result) -> Light:
    return Light(result.operands.get("light_without_waiver", result.light))


# --- the plan in numbers ------------------------------------------------------------------------------------------


def _schedule(facts: TargetFacts) -> list[Component]:
    """What is due at each month's end, exact and as it counts."""
    curve = facts.curve
    if curve is None or curve.deadline < curve.start:
        return []
    months = months_between(Period.containing(curve.start), Period.containing(curve.deadline))
    rows = [_month_due(curve, min(month.end, curve.deadline), month, facts) for month in months]
    head = [t("截至"), t("应达到")] + ([t("取整前")] if curve.whole else [])
    table = html.Table(
        [
            html.Thead(html.Tr([html.Th(word, scope="col") for word in head])),
            html.Tbody([html.Tr([html.Th(month, scope="row"), *map(html.Td, dues)]) for month, *dues in rows]),
        ],
        className="plain-table number-table",
    )
    return [html.Details([html.Summary(t("各月末应达到")), *_rounding(facts, curve), table])]


def _month_due(curve: PlanCurve, day: date, month: Period, facts: TargetFacts) -> list[str]:
    shown = [month.label, show_quantity(expected_at(curve, day), facts.unit, facts.shown_places)]
    return [*shown, _exact(due_at(curve, day))] if curve.whole else shown


def _exact(due: Decimal | None) -> str:
    return "—" if due is None else plain(round(due, 2))


def _rounding(facts: TargetFacts, curve: PlanCurve) -> list[Component]:
    if not curve.whole:
        return []
    words = t(
        "按整数计（{unit}）：应达到的数量取整时有利于填报单位，例如应完成8.33{unit}按8{unit}要求。", unit=facts.unit
    )
    return [html.P(words, className="hint")]
