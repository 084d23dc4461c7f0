"""The statistician's part of the page of one target: flag, forecast, limit, history, process, districts, formulas."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dashboards.components.graph import graph
from dashboards.components.panels import data_table, panel, table_box
from dashboards.components.statistics_charts import funnel_figure, process_figure
from dashboards.libraries import Component, html
from kpi.assessment.rules import Light
from kpi.assessment.rules_forecast_words import outlook_label, say_forecast, say_pace
from kpi.assessment.rules_process import Process, assurance_label, cause_label, variation_label
from kpi.assessment.rules_spc import FEWEST_POINTS, Assurance, Cause, Variation
from kpi.assessment.rules_trend import Place
from kpi.assessment.rules_working import operand_label, say_room, working_of
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.quantity import show_number, show_quantity
from kpi.core.text import t
from kpi.readmodel.target_districts import District, Districts
from kpi.readmodel.target_statistics import Statistics, Window
from kpi.readmodel.target_strip import StripMonth

STRIP_MONTHS = 18

# --- beside the light ---------------------------------------------------------------------------------------------


def flags(found: Statistics | None) -> list[Component]:
    """Beside the light, never in its place: where it is heading, and how long it has been late."""
    if found is None:
        return []
    shown = []
    outlook = found.forecast.outlook
    if outlook is not None:
        shown.append(_flag(outlook.shape, outlook_label(outlook), f"outlook-{outlook.value}", _forecast_words(found)))
    if found.strikes > 1:
        words = t("连续{n}期滞后", n=found.strikes)
        shown.append(_flag("≡", words, "strikes", t("截至{period}，{words}", period=found.latest, words=words)))
    return shown


def _flag(shape: str, words: str, kind: str, title: str) -> Component:
    sign = html.Span(shape, className="light-shape", **{"aria-hidden": "true"})
    return html.Span([sign, words], className=f"flag flag-{kind}", title=title)


def _forecast_words(found: Statistics) -> str:
    return say_forecast(found.forecast, found.facts)


# --- side panels --------------------------------------------------------------------------------------------------


def forecast_panel(found: Statistics) -> Component:
    words = [html.P(t("{words}。", words=_forecast_words(found)), id="forecast-words")]
    pace = say_pace(found.forecast.pace, found.facts)
    if pace and found.forecast.silence is None:
        words.append(html.P(html.B(pace), id="forecast-pace"))
    if found.forecast.silence is None:
        note = t("按已报的{n}期推算，假定今后与以往一样。预测不是亮灯，也不影响亮灯。", n=found.forecast.points)
        words.append(html.P(note, className="hint"))
    return panel(t("预测"), words, "panel-forecast")


def limit_panel(found: Statistics) -> Component | None:
    """What is held: since the statistical year began, and over three years."""
    if not found.windows:
        return None
    unit = found.facts.unit
    head = [t("统计期"), t("数值"), t("例数/基数")]
    rows = [_window_row(window, unit, found.facts.rules.pooled_years) for window in found.windows]
    own = found.facts.rules.pooled_years
    note = t("亮灯按本统计年度判断。") if own == 1 else t("亮灯按{n}个统计年度合并判断。", n=own)
    return panel(t("控制情况"), [data_table(head, rows, t("控制情况")), html.P(note, className="hint")], "panel-limit")


def _window_row(window: Window, unit: str, own: int) -> list[Any]:
    years = t("{n}年合并", n=window.years) if window.years > 1 else t("本统计年度")
    name = html.B(years) if window.years == own else years
    interval = t("95%区间{low}—{high}", low=window.interval[0], high=window.interval[1]) if window.interval else ""
    events = "—" if window.events is None else f"{show_number(window.events)} / {show_number(window.base)}"
    return [
        _over(name, t("{day}起", day=window.begins.isoformat())),
        _over(show_quantity(window.value, unit), interval),
        _over(events, _room(window)),
    ]


def _over(first: Any, second: str) -> Component:
    return html.Span([first, html.Br(), html.Span(second, className="hint")])


def _room(window: Window) -> str:
    return "—" if window.room is None else say_room(window.room)


def history_panel(found: Statistics) -> Component | None:
    """Each month twice: as it was known then, and as it is known now."""
    months = found.strip[-STRIP_MONTHS:]
    if not months:
        return None
    head = [html.Th(t("月份"), scope="col"), *(html.Th(_short(each), scope="col") for each in months)]
    rows = [
        html.Tr([html.Th(word, scope="row"), *(html.Td(cell) for cell in cells)])
        for word, cells in (
            (t("当时"), [_small(each.then) for each in months]),
            (t("现在"), [_small(each.now, corrected=each.differs) for each in months]),
        )
    ]
    table = html.Table([html.Thead(html.Tr(head)), html.Tbody(rows)], className="plain-table strip-table")
    box = table_box(table, t("历史亮灯"))
    red = [each for each in months if each.was_red]
    notes = [html.Li(_was_red(each)) for each in red]
    body = [box, html.Ul(notes, className="plain-list", id="once-red") if notes else None]
    return panel(t("历史亮灯"), body, "panel-history")


def _short(each: StripMonth) -> str:
    return f"{each.month.year % 100:02d}-{each.month.index:02d}"


def _small(light: Light, *, corrected: bool = False) -> Component:
    """One sign, with its word for those who hear it; a frame where a correction changed it."""
    kind = f"strip-light light-{light.colour}" + (" strip-corrected" if corrected else "")
    words = t("{light}（有更正）", light=light.label) if corrected else light.label
    return html.Span(light.shape, className=kind, title=words, role="img", **{"aria-label": words})


def _was_red(each: StripMonth) -> str:
    when = each.corrected_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d") if each.corrected_at else ""
    return t("{month}曾为严重滞后，{day}更正后为{light}", month=each.month.label, day=when, light=each.now.label)


# --- main panels --------------------------------------------------------------------------------------------------

_VARIATION_SIGNS = {
    Variation.COMMON: "～",
    Variation.IMPROVEMENT: "▲",
    Variation.CONCERN: "▼",
    Variation.HIGH: "H",
    Variation.LOW: "L",
}
_ASSURANCE_SIGNS = {Assurance.MET: "P", Assurance.MISSED: "F", Assurance.INCONSISTENT: "?"}


def process_panel(found: Statistics) -> Component | None:
    """From twelve points on; before that it says how many are missing, once there are any."""
    if found.process is None:
        if not found.process_points:
            return None
        text = t("过程图至少需要{n}期数值，目前有{have}期。", n=FEWEST_POINTS, have=found.process_points)
        return panel(t("统计过程"), [html.P(text, className="hint")], "panel-process")
    process = found.process
    label = t("单期值的控制图，特殊信号见下表")
    chart = html.Div(
        graph(process_figure(process, found.facts.unit), style={"height": "320px"}),
        role="group",
        **{"aria-label": label},
    )
    return panel(t("统计过程"), [_icons(process), chart, _marks(process, found.facts.unit)], "panel-process")


def _icons(process: Process) -> Component:
    latest, judged = process.latest, process.assurance
    kind = judged.value if judged else "none"
    return html.Div(
        [
            _icon(_VARIATION_SIGNS[latest], latest.value, t("变化"), variation_label(latest)),
            _icon(_ASSURANCE_SIGNS[judged] if judged else "–", kind, t("保证"), assurance_label(judged)),
        ],
        className="spc-icons",
    )


def _icon(sign: str, kind: str, what: str, words: str) -> Component:
    round_sign = html.Span(sign, className=f"spc-icon spc-{kind}", **{"aria-hidden": "true"})
    return html.Div([round_sign, html.Span([html.B(t("{what}：", what=what)), words])], className="spc-said")


def _marks(process: Process, unit: str) -> Component:
    limits = process.limits
    said = t(
        "均值{mean}，控制限{low}—{high}（均值±2.66×平均移动极差）",
        mean=f"{limits.mean:,.4g}",
        low=f"{limits.low:,.4g}",
        high=f"{limits.high:,.4g}",
    )
    marked = [point for point in process.points if point.cause is not Cause.COMMON]
    if not marked:
        return html.P(t("{said}；没有特殊信号。", said=said), className="hint")
    rows = [
        [p.period.label, show_quantity(p.value, unit, 4), cause_label(p.cause), variation_label(p.variation)]
        for p in reversed(marked)
    ]
    head = [t("期间"), t("单期值"), t("信号"), t("含义")]
    return html.Div(
        [
            html.P(said, className="hint"),
            html.Details(
                [
                    html.Summary(t("特殊信号（{n}处）", n=len(rows))),
                    data_table(head, rows, t("特殊信号")),
                ]
            ),
        ]
    )


def districts_panel(found: Statistics) -> Component | None:
    """Who has reported, who ranks where, and who stands out from what its size explains."""
    districts = found.districts
    if districts is None:
        return None
    done = districts.completeness
    said = t("{n}个单位中{done}个已报", n=done.expected, done=done.reported)
    if districts.period:
        said = t("{said}{period}", said=said, period=districts.period)
    body: list[Any] = [html.P(html.B(said), id="districts-complete"), _ranking(districts)]
    if districts.funnel is not None:
        label = t("各单位的漏斗图，数值见上表")
        chart = graph(funnel_figure(districts, districts.funnel), style={"height": "340px"})
        body += [
            html.Div(chart, role="group", **{"aria-label": label}),
            html.P(t("界限之内的高低可以由单位大小带来的偶然解释；三角标出的单位超出95%界限。"), className="hint"),
        ]
    return panel(t("单位比较"), body, "panel-districts")


def _ranking(districts: Districts) -> Component:
    """Columns that no unit fills are left out."""
    in_parts = any(row.numerator is not None for row in districts.rows)
    head = [t("位次"), t("单位"), t("完成率") if districts.by_share else t("数值"), t("截至")]
    head += [t("分子/分母")] if in_parts else []
    head += [t("与合计比")] if districts.funnel is not None else []
    rows = [_ranked(row, districts)[: len(head)] for row in districts.rows]
    return data_table(head, rows, t("单位比较"))


def _ranked(row: District, districts: Districts) -> list[Any]:
    parts = f"{show_number(row.numerator)} / {show_number(row.denominator)}" if row.numerator is not None else "—"
    as_of = row.as_of if row.is_current else t("{period}（未报最新期）", period=row.as_of) if row.as_of else t("未报")
    rank = "—" if row.rank is None else str(row.rank)
    return [rank, row.name, show_quantity(row.score, districts.unit), as_of, parts, _place(row.place)]


def _place(place: Place | None) -> str:
    match place:
        case Place.FAR_ABOVE:
            return t("明显偏高（99.8%）")
        case Place.ABOVE:
            return t("偏高（95%）")
        case Place.BELOW:
            return t("偏低（95%）")
        case Place.FAR_BELOW:
            return t("明显偏低（99.8%）")
        case Place.INSIDE:
            return t("无显著差别")
    return "—"


# --- why ----------------------------------------------------------------------------------------------------------


def formulas(operands: Mapping[str, Any]) -> Component | None:
    """Every formula with its numbers put in."""
    steps = working_of(operands)
    if not steps:
        return None
    return html.Dl(
        [part for what, how in steps for part in (html.Dt(what), html.Dd(how))], className="fact-list formulas"
    )


def operand_rows(operands: Mapping[str, Any]) -> Sequence[Sequence[str]]:
    return [[operand_label(name), str(value)] for name, value in operands.items()]
