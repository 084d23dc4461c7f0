"""Parts of the page of one target."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from dashboards.components.graph import graph
from dashboards.components.lights import light_badge
from dashboards.components.links import address, target_address
from dashboards.components.panels import data_table, panel
from dashboards.components.target_chart import target_figure
from dashboards.components.target_statistics import (
    districts_panel,
    flags,
    forecast_panel,
    formulas,
    history_panel,
    limit_panel,
    operand_rows,
    process_panel,
)
from dashboards.libraries import Component, dcc, dmc, html
from kpi.assessment.rules_numbers import show_period
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.quantity import show_number
from kpi.core.text import t
from kpi.readmodel.target import Head, MonthOfTarget, Part, TargetSheet, Working
from kpi.readmodel.target_history import ActualVersion, Revision
from kpi.readmodel.target_source import Source
from kpi.readmodel.target_statistics import Statistics


def sheet_view(sheet: TargetSheet, statistics: Statistics | None = None, actions: Component | None = None) -> Component:
    """`statistics`: None for a target that is watched no more; `actions`: what the reader may do with it."""
    main = [_chart(sheet), *_main_statistics(statistics), _months(sheet), _actuals(sheet.actuals, sheet.head.starts_on)]
    side = [*_side_statistics(statistics), _facts(sheet.head), _parts(sheet), _source(sheet.source)]
    side += [_working(sheet), _revisions(sheet)]
    return html.Div(
        [
            _head(sheet, statistics, actions),
            html.Div(
                [html.Div(_given(main), className="target-main"), html.Div(_given(side), className="target-side")],
                className="target-columns",
            ),
        ]
    )


def _given(parts: Iterable[Component | None]) -> list[Component]:
    return [part for part in parts if part is not None]


def _main_statistics(found: Statistics | None) -> list[Component | None]:
    return [] if found is None else [history_panel(found), process_panel(found), districts_panel(found)]


def _side_statistics(found: Statistics | None) -> list[Component | None]:
    return [] if found is None else [forecast_panel(found), limit_panel(found)]


# --- head ---------------------------------------------------------------------------------------------------------


def _head(sheet: TargetSheet, statistics: Statistics | None, actions: Component | None) -> Component:
    head, now = sheet.head, sheet.now
    light = [light_badge(now.light, "lg")] if now else []
    return html.Div(
        [
            html.Div(
                [
                    dcc.Link(head.plan_title, href=address("/targets", plan=head.plan_code), className="quiet-link"),
                    html.Span(head.code, className="hint"),
                ],
                className="target-path",
            ),
            html.Div(
                [html.H1(head.name, className="page-title"), *light, *flags(statistics), actions],
                className="target-title",
            ),
            html.P(_why(sheet), className="target-reason", id="target-reason"),
            *_withdrawn(head),
            *_explained(now),
        ],
        className="target-head",
    )


def _why(sheet: TargetSheet) -> str:
    if sheet.now is None:
        return t("{month}还没有评价结果。", month=sheet.month.label)
    return t("{label}：{words}", label=sheet.month.label, words=sheet.now.reason)


def _withdrawn(head: Head) -> list[Component]:
    if not head.is_withdrawn:
        return []
    return [dmc.Alert(t("这个目标的采纳已被撤回，不再评价；已报数据仍在。"), color="gray", title=t("已撤回"))]


def _explained(now: MonthOfTarget | None) -> list[Component]:
    """Cause, measure and date as the department entered them."""
    actual = now.actual if now else None
    if actual is None:
        return []
    return _said((t("原因"), actual.cause), (t("措施"), actual.measure), (t("预计"), _day(actual.expected_on)))


def _said(*pairs: tuple[str, str]) -> list[Component]:
    said = [html.Span([html.B(word), " ", text], className="said-part") for word, text in pairs if text]
    return [html.P(said, className="said")] if said else []


def _facts(head: Head) -> Component:
    pairs = [
        (t("目标要求"), head.demand),
        (t("原文写法"), head.written),
        (t("评价单位"), head.unit),
        (t("牵头单位"), head.lead),
        (t("配合单位"), t("、").join(head.supports)),
        (t("起止"), f"{_day(head.starts_on)} — {_day(head.deadline)}"),
        (t("指标编码"), head.indicator_code),
        (t("分子"), head.numerator),
        (t("分母"), head.denominator),
        (t("口径"), head.definition),
    ]
    rows = [part for word, text in pairs if text for part in (html.Dt(word), html.Dd(text))]
    return panel(t("基本情况"), [html.Dl(rows, className="fact-list")], "panel-facts")


# --- chart and months ---------------------------------------------------------------------------------------------


def _chart(sheet: TargetSheet) -> Component:
    figure = target_figure(sheet)
    if not figure["data"]:
        return panel(t("进展"), [html.P(t("还没有数值可画；下面的表会随填报出现。"), className="hint")], "panel-chart")
    label = t("{name}的实绩、计划进度和目标，数值见下表", name=sheet.head.name)
    chart = html.Div(graph(figure, style={"height": "360px"}), role="group", **{"aria-label": label})
    return panel(t("进展"), [chart], "panel-chart")


def _months(sheet: TargetSheet) -> Component:
    if not sheet.months:
        return panel(t("逐月评价"), [html.P(t("还没有评价结果。"), className="hint")], "panel-months")
    head = [t("月份"), t("亮灯"), t("实绩"), t("应达到"), t("分子/分母"), t("说明")]
    rows = [_month_row(month, sheet) for month in reversed(sheet.months)]
    return panel(t("逐月评价"), [data_table(head, rows, t("逐月评价"))], "panel-months")


def _month_row(month: MonthOfTarget, sheet: TargetSheet) -> list[Any]:
    href = target_address(sheet.head.code, str(month.month), "" if sheet.head.is_own_unit else _unit_of(sheet))
    since = t("截至{period}", period=show_period(month.data_period, month.month)) if month.data_period else ""
    return [
        dcc.Link(month.month.label, href=href, className="quiet-link nowrap"),
        light_badge(month.light, "sm"),
        html.Span([month.shown, html.Br(), html.Span(since, className="hint")]),
        month.shown_expected,
        _fraction(month.actual),
        month.reason,
    ]


def _unit_of(sheet: TargetSheet) -> str:
    """The code of the part looked at."""
    return next((part.code for part in sheet.parts if part.name == sheet.head.unit), "")


def _fraction(actual: ActualVersion | None) -> str:
    if actual is None or actual.numerator is None:
        return "—"
    return f"{show_number(actual.numerator)} / {show_number(actual.denominator)}"


# --- values -------------------------------------------------------------------------------------------------------


def _actuals(actuals: Sequence[ActualVersion], since: date) -> Component:
    """Those of the plan, and folded away those of the years before it."""
    if not actuals:
        text = t("还没有报送过数值。到“数据填报”中填写，审核通过后这里会出现。")
        return panel(t("报送记录"), [html.P(text, className="hint")], "panel-actuals")
    of_plan = [actual for actual in actuals if actual.period.end >= since]
    former = [actual for actual in actuals if actual.period.end < since]
    body = [_actual_table(of_plan, t("报送记录"))] if of_plan else []
    if former:
        told = html.Summary(t("以前年度（{n}项）", n=len(former)))
        body.append(html.Details([told, _actual_table(former, t("以前年度"))]))
    return panel(t("报送记录（含全部修订）"), body, "panel-actuals")


def _actual_table(actuals: Sequence[ActualVersion], label: str) -> Component:
    head = [t("期间"), t("版本"), t("数值"), t("状态"), t("来源")]
    notes = {place: _said_with(actual) for place, actual in enumerate(actuals)}
    return data_table(head, [_actual_row(actual) for actual in actuals], label, notes)


def _actual_row(actual: ActualVersion) -> list[Any]:
    shown = (
        actual.value if actual.numerator is None else t("{text}（{note}）", text=actual.value, note=_fraction(actual))
    )
    return [
        actual.period.label,
        str(actual.version),
        shown,
        actual.state.label if actual.current else t("{state}（已被取代）", state=actual.state.label),
        f"{actual.source_kind.label} {actual.source}".strip(),
    ]


def _said_with(actual: ActualVersion) -> list[Component]:
    """Who entered and decided it, and what was said with it."""
    people = [t("{who} {when} 填报", who=actual.entered_by or t("系统"), when=instant(actual.recorded_at))]
    if actual.decided_at:
        people.append(t("{who} {when} 审核", who=actual.decided_by or t("系统"), when=instant(actual.decided_at)))
    return [
        html.Div([html.Span(text, className="said-part") for text in people], className="hint"),
        *_said(
            (t("备注"), actual.note),
            (t("变动说明"), actual.jump_reason),
            (t("原因"), actual.cause),
            (t("措施"), actual.measure),
            (t("预计"), _day(actual.expected_on)),
            (t("退回"), actual.return_reason),
        ),
    ]


# --- parts, source, working, revisions -------------------------------------------------------------------------------


def _parts(sheet: TargetSheet) -> Component | None:
    if not sheet.parts:
        return None
    rows = [_part_row(part, sheet) for part in sheet.parts]
    head = [t("单位"), t("亮灯"), t("目标"), t("实绩")]
    whole = dcc.Link(t("看合计"), href=target_address(sheet.head.code, str(sheet.month)), className="quiet-link")
    back = None if sheet.head.is_own_unit else whole
    return panel(t("分解到各单位"), [data_table(head, rows, t("分解")), back], "panel-parts")


def _part_row(part: Part, sheet: TargetSheet) -> list[Any]:
    href = target_address(sheet.head.code, str(sheet.month), part.code)
    return [
        dcc.Link(part.name, href=href, className="quiet-link"),
        light_badge(part.light, "sm"),
        part.demand,
        html.Span([part.latest, html.Br(), html.Span(part.as_of, className="hint")]),
    ]


def _source(source: Source | None) -> Component:
    if source is None:
        text = t("这个目标没有关联的原文条款。")
        return panel(t("出处"), [html.P(text, className="hint")], "panel-source")
    title = dcc.Link(f"《{source.title}》", href=f"/documents/{source.document_id}", className="quiet-link")
    where = " ".join(part for part in (source.issuer, source.number, source.clause) if part)
    return panel(t("出处"), [html.P([title, " ", html.Span(where, className="hint")]), _quoted(source)], "panel-source")


def _quoted(source: Source) -> Component:
    if source.mark is None:
        return html.Blockquote(source.text, className="clause-text")
    start, end = source.mark
    marked = [source.text[:start], html.Mark(source.text[start:end]), source.text[end:]]
    return html.Blockquote(marked, className="clause-text")


def _working(sheet: TargetSheet) -> Component:
    working = sheet.working
    if working is None:
        return panel(t("评价依据"), [html.P(t("这个月没有评价结果。"), className="hint")], "panel-working")
    body = [formulas(working.operands), _working_list(working), _operands(working)]
    return panel(t("评价依据"), body, "panel-working")


def _working_list(working: Working) -> Component:
    pairs = [
        (t("规则"), working.rule),
        (t("规则版本"), working.rule_version),
        (t("数据截至"), instant(working.cut_off)),
        (t("计算时间"), instant(working.computed_at)),
    ]
    return html.Dl([part for word, text in pairs for part in (html.Dt(word), html.Dd(text))], className="fact-list")


def _operands(working: Working) -> Component:
    rows = operand_rows(working.operands)
    return html.Details(
        [html.Summary(t("全部参数（{n}个）", n=len(rows))), data_table([t("参数"), t("值")], rows, t("全部参数"))]
    )


def _revisions(sheet: TargetSheet) -> Component:
    return panel(t("目标与基线的修订"), [revision_list(sheet.revisions)], "panel-revisions")


def revision_list(revisions: Sequence[Revision]) -> Component:
    items = [_revision(revision) for revision in revisions]
    return html.Ul(items, className="plain-list") if items else html.P(t("没有修订。"), className="hint")


def _revision(revision: Revision) -> Component:
    state = [] if revision.current else [html.Span(t("已被取代"), className="hint")]
    who = f"{revision.by or t('系统')} {instant(revision.at)}"
    why = [html.Span(revision.reason, className="said")] if revision.reason else []
    return html.Li(
        [
            html.B(t("{about} 第{version}版", about=revision.about, version=revision.version)),
            html.Span(revision.words),
            *state,
            *_by_this_version(revision),
            html.Span(who, className="hint"),
            *why,
        ]
    )


def _by_this_version(revision: Revision) -> list[Component]:
    """Old and new are judged side by side, by the same values."""
    if revision.light is None:
        return []
    return [
        html.Span([t("按此版本："), light_badge(revision.light, "sm")], className="said", title=revision.light_reason)
    ]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def instant(moment: datetime | None) -> str:
    return moment.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M") if moment else ""
