"""The chart of one target: baseline, plan curve, the line to reach, values and the light of each month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from dashboards.components.graph import base_layout
from dashboards.components.lights import COLOURS
from kpi.assessment.rules import Light
from kpi.core.text import t
from kpi.readmodel.target import Head, MonthOfTarget, PlanLine, TargetSheet

MARKERS = {
    Light.ACHIEVED: "star",
    Light.ON_TRACK: "circle",
    Light.BEHIND: "triangle-up",
    Light.OFF_TRACK: "square",
    Light.WAIVED: "diamond",
    Light.NOT_ASSESSABLE: "circle-open",
}
"""The same shapes as the words beside them have."""


def target_figure(sheet: TargetSheet) -> dict[str, Any]:
    """A plain dict figure; its `data` is empty when there is neither a value nor a plan to draw."""
    seen = [month for month in sheet.months if month.value is not None and month.data_period is not None]
    data = [
        *_plan(sheet.line),
        *_edges(sheet.line, sheet.head.starts_on, sheet.head.deadline),
        *_baseline(sheet.line),
        *_interval(seen),
        *_values(_own_periods(seen)),
    ]
    layout = base_layout(
        height=360,
        hovermode="x unified",
        yaxis={
            **{"title": {"text": sheet.line.unit}, "gridcolor": "#e4e9ee", "automargin": True, "rangemode": "normal"},
            **_room(sheet.line, seen),
        },
        # A month's value stands on its last day: the label belongs to the month, not to its first day.
        xaxis={
            **{"type": "date", "tickformat": "%Y-%m", "ticklabelmode": "period", "dtick": "M1"},
            **{"ticklabelstep": _months_a_label(sheet.head), "gridcolor": "#e4e9ee", "automargin": True},
        },
    )
    return {"data": data, "layout": layout}


def _months_a_label(head: Head) -> int:
    """So that seven labels stand below the chart at the most."""
    months = (head.deadline.year - head.starts_on.year) * 12 + head.deadline.month - head.starts_on.month + 1
    return -(-months // 7)


def _room(line: PlanLine, months: Sequence[MonthOfTarget]) -> dict[str, Any]:
    """The interval of a few events reaches so high that the values would lie flat: it is cut at three times them."""
    tops = [month.interval[1] for month in months if month.interval is not None]
    levels = [level for level in (line.low, line.high, line.baseline, *(month.value for month in months)) if level]
    if not tops or not levels or max(tops) <= 3 * max(levels):
        return {}
    return {"range": [0, float(3 * max(levels))]}


def _own_periods(months: Sequence[MonthOfTarget]) -> list[MonthOfTarget]:
    """One point for each value reported: a month that only repeats an older value has none of its own."""
    latest = {month.data_period: month for month in reversed(months)}
    return sorted(latest.values(), key=lambda month: month.month)


def _day(month: MonthOfTarget) -> str:
    return (month.data_period or month.month).end.isoformat()


def _plan(line: PlanLine) -> list[dict[str, Any]]:
    if len(line.curve) < 2:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": t("计划进度"),
            "x": [day.isoformat() for day, _ in line.curve],
            "y": [float(value) for _, value in line.curve],
            "line": {"color": "#55636f", "width": 2, "dash": "dot"},
            "hovertemplate": "%{y:,.6~g}",
        }
    ]


def _edges(line: PlanLine, start: date, end: date) -> list[dict[str, Any]]:
    """The level to be reached, or both edges of a band."""
    levels = [(t("目标值"), line.low)] if line.low == line.high or line.high is None else []
    if not levels and line.low is None:
        levels = [(t("目标值"), line.high)]
    if not levels:
        levels = [(t("目标下限"), line.low), (t("目标上限"), line.high)]
    return [_level(name, value, start, end) for name, value in levels if value is not None]


def _level(name: str, value: Decimal, start: date, end: date) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [start.isoformat(), end.isoformat()],
        "y": [float(value), float(value)],
        "line": {"color": "#5b4a9e", "width": 2, "dash": "dash"},
        "hovertemplate": "%{y:,.6~g}",
    }


def _baseline(line: PlanLine) -> list[dict[str, Any]]:
    if line.baseline is None or line.baseline_day is None:
        return []
    return [
        {
            "type": "scatter",
            "mode": "markers",
            "name": t("基线"),
            "x": [line.baseline_day.isoformat()],
            "y": [float(line.baseline)],
            "marker": {"symbol": "x", "size": 11, "color": "#55636f"},
            "hovertemplate": "%{y:,.6~g}",
        }
    ]


def _interval(months: Sequence[MonthOfTarget]) -> list[dict[str, Any]]:
    """The 95 % interval of rates with a numerator, as a shaded band."""
    known = [(_day(month), month.interval) for month in months if month.interval is not None]
    if not known:
        return []
    days = [day for day, _ in known]
    low, high = [float(pair[0]) for _, pair in known], [float(pair[1]) for _, pair in known]
    edge = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    return [
        {**edge, "x": days, "y": low, "showlegend": False},
        {
            **edge,
            "x": days,
            "y": high,
            "name": t("95%置信区间"),
            "fill": "tonexty",
            "fillcolor": "rgba(24,100,171,.12)",
        },
    ]


def _values(months: Sequence[MonthOfTarget]) -> list[dict[str, Any]]:
    if not months:
        return []
    return [
        {
            "type": "scatter",
            "mode": "lines+markers",
            "name": t("实绩"),
            "x": [_day(month) for month in months],
            "y": [float(month.value) for month in months if month.value is not None],
            "text": [f"{month.light.shape} {month.light.label}" for month in months],
            "line": {"color": "#1864ab", "width": 2},
            "marker": {
                "symbol": [MARKERS[month.light] for month in months],
                "color": [COLOURS[month.light.colour] for month in months],
                "size": 11,
                "line": {"color": "#fff", "width": 1},
            },
            "hovertemplate": "%{y:,.6~g}（%{text}）",
        }
    ]
