"""Charts of a target's statistics: the XmR chart and the funnel, as plain dict figures."""

from __future__ import annotations

from typing import Any

from dashboards.components.graph import base_layout
from kpi.assessment.rules_funnel import Funnel, Line
from kpi.assessment.rules_process import Point, Process, cause_label
from kpi.assessment.rules_spc import Cause, Variation
from kpi.assessment.rules_trend import Place
from kpi.core.text import t
from kpi.readmodel.target_districts import Districts

CALM, GOOD, BAD, APART = "#55636f", "#1864ab", "#b3541e", "#5b4a9e"
COLOURS = {
    Variation.COMMON: CALM,
    Variation.IMPROVEMENT: GOOD,
    Variation.CONCERN: BAD,
    Variation.HIGH: APART,
    Variation.LOW: APART,
}
"""The colours of Making Data Count: blue for better, orange for worse. Never the lights' own."""

SHAPES = {True: "triangle-up", False: "triangle-down"}


def process_figure(process: Process, unit: str) -> dict[str, Any]:
    days = [point.period.end.isoformat() for point in process.points]
    limits = process.limits
    data = [_level(days, t("上控制限"), limits.high), _level(days, t("下控制限"), limits.low)]
    data.append(_level(days, t("均值"), limits.mean, dashed=False))
    if process.target is not None:
        line = {"color": APART, "width": 2, "dash": "dot"}
        data.append(_level(days, t("目标值"), float(process.target)) | {"line": line})
    data.append(_points(process.points, days))
    layout = base_layout(
        height=320,
        hovermode="closest",
        yaxis={"title": {"text": unit}, "gridcolor": "#e4e9ee", "automargin": True},
        xaxis={"type": "date", "tickformat": "%Y-%m", "gridcolor": "#e4e9ee", "automargin": True},
    )
    return {"data": data, "layout": layout}


def _level(days: list[str], name: str, value: float, *, dashed: bool = True) -> dict[str, Any]:
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [days[0], days[-1]],
        "y": [value, value],
        "line": {"color": "#9aa7b2", "width": 1.5, "dash": "dash" if dashed else "solid"},
        "hovertemplate": name + " %{y:,.4~g}<extra></extra>",
    }


def _points(points: tuple[Point, ...], days: list[str]) -> dict[str, Any]:
    marked = [point.cause is not Cause.COMMON for point in points]
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "name": t("单期值"),
        "x": days,
        "y": [float(point.value) for point in points],
        "text": [f"{point.period.label} {cause_label(point.cause)}" for point in points],
        "line": {"color": "#7d8a96", "width": 1.5},
        "marker": {
            "symbol": [
                SHAPES[point.cause.sign > 0] if special else "circle"
                for point, special in zip(points, marked, strict=True)
            ],
            "color": [COLOURS[point.variation] for point in points],
            "size": [12 if special else 8 for special in marked],
            "line": {"color": "#fff", "width": 1},
        },
        "hovertemplate": "%{text} %{y:,.6~g}<extra></extra>",
    }


def funnel_figure(districts: Districts, funnel: Funnel) -> dict[str, Any]:
    scale = float(districts.scale)
    data = [_limit(line, scale) for line in funnel.lines]
    ends = [point[0] for line in funnel.lines for point in line.points]
    data.append(
        {
            "type": "scatter",
            "mode": "lines",
            "name": t("各单位合计"),
            "x": [min(ends), max(ends)],
            "y": [funnel.average * scale] * 2,
            "line": {"color": CALM, "width": 1.5},
            "hovertemplate": "%{y:,.4~g}<extra></extra>",
        }
    )
    data.append(_units(districts, scale))
    layout = base_layout(
        height=340,
        hovermode="closest",
        yaxis={"title": {"text": districts.unit}, "gridcolor": "#e4e9ee", "automargin": True},
        xaxis={"title": {"text": t("分母（单位规模）")}, "gridcolor": "#e4e9ee", "automargin": True},
    )
    return {"data": data, "layout": layout}


def _limit(line: Line, scale: float) -> dict[str, Any]:
    inner = line.confidence < 0.99
    name = t("95%界限") if inner else t("99.8%界限")
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "legendgroup": name,
        "showlegend": line.upper,
        "x": [base for base, _ in line.points],
        "y": [share * scale for _, share in line.points],
        "line": {"color": "#9aa7b2", "width": 1.5, "dash": "dash" if inner else "solid"},
        "hoverinfo": "skip",
    }


def _units(districts: Districts, scale: float) -> dict[str, Any]:
    rows = districts.in_funnel
    inside = [row.place is Place.INSIDE for row in rows]
    above = [row.place in (Place.ABOVE, Place.FAR_ABOVE) for row in rows]
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": t("单位"),
        "x": [float(row.denominator or 0) for row in rows],
        "y": [float(row.numerator or 0) / float(row.denominator or 1) * scale for row in rows],
        "text": ["" if calm else row.name for row, calm in zip(rows, inside, strict=True)],
        "customdata": [row.name for row in rows],
        "textposition": "top center",
        "marker": {
            "symbol": ["circle" if calm else SHAPES[up] for calm, up in zip(inside, above, strict=True)],
            "color": [CALM if calm else BAD for calm in inside],
            "size": [9 if calm else 13 for calm in inside],
            "line": {"color": "#fff", "width": 1},
        },
        "hovertemplate": "%{customdata} %{y:,.4~g}<extra></extra>",
        "cliponaxis": False,
    }
