"""Parts of the reports page."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from dashboards.libraries import Component, dcc, dmc, html
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.period import Period
from kpi.core.text import t
from kpi.reporting.listing import ReportLine
from kpi.reporting.rules import default_cut_off


def draft_form(plans: Sequence[tuple[int, str]], month: Period) -> Component:
    """Choose plan, month and cut-off; says so when there is no plan yet."""
    if not plans:
        return dmc.Alert(
            t("还没有在用的计划。请先在“文件”中导入工作要点并采纳目标。"), title=t("暂不能生成月报"), color="gray"
        )
    return dmc.Paper(
        withBorder=True,
        p="md",
        children=dmc.Group(
            align="flex-end",
            children=[
                dmc.Select(
                    id="report-plan",
                    label=t("计划"),
                    data=[{"value": str(plan_id), "label": title} for plan_id, title in plans],
                    value=str(plans[0][0]),
                    allowDeselect=False,
                    className="grow",
                ),
                dmc.MonthPickerInput(
                    id="report-month",
                    label=t("月份"),
                    value=month.start.isoformat(),
                    maxDate=month.start.isoformat(),
                    valueFormat=t("YYYY年M月"),
                    w=150,
                ),
                dmc.DatePickerInput(
                    id="report-cut-off",
                    label=t("数据截止日"),
                    value=default_cut_off(month).isoformat(),
                    valueFormat=t("YYYY年M月D日"),
                    w=170,
                ),
                dmc.Button(t("生成草稿"), id="report-make"),
            ],
        ),
    )


def report_list(lines: Sequence[ReportLine], may_make: bool) -> Component:
    """One card a plan and month: the newest version in front, older ones folded away."""
    if not lines:
        hint = t("选择计划和月份，点“生成草稿”。") if may_make else t("签发后会出现在这里。")
        return dmc.Alert(hint, title=t("还没有月报"), color="gray")
    months = groupby(lines, key=lambda line: (line.plan, line.period))
    return dmc.Stack([_card(list(versions), may_make) for _, versions in months])


def _card(versions: list[ReportLine], may_make: bool) -> Component:
    newest, *older = versions
    return dmc.Paper(
        withBorder=True,
        p="md",
        className="report-card",
        children=[
            dmc.Group(
                justify="space-between",
                children=[
                    html.Div(
                        [
                            dmc.Title(_heading(newest), order=2, size="h4"),
                            dmc.Text(newest.plan, size="sm", c="dimmed"),
                        ]
                    ),
                    _badges(newest),
                ],
            ),
            dmc.Text(_history(newest), size="sm", my="xs"),
            _buttons(newest, may_make),
            *([_older(older)] if older else []),
        ],
    )


def _heading(line: ReportLine) -> str:
    return t(
        "{year}年第{number}期 · {period}", year=line.issue_year, number=line.issue_number, period=line.period.label
    )


def _badges(line: ReportLine) -> Component:
    state = (
        dmc.Badge(t("✓ 已签发"), color="green", variant="outline")
        if line.issued
        else dmc.Badge(t("✎ 草稿"), color="gray", variant="outline")
    )
    return dmc.Group(
        [state, *([dmc.Badge(t("演示数据"), color="yellow", className="demo-badge")] if line.demo else [])]
    )


def _history(line: ReportLine) -> str:
    made = t(
        "第{version}版，数据截止{day}，{who}于{when}生成",
        version=line.version,
        day=_day(line.cut_off.year, line.cut_off.month, line.cut_off.day),
        who=line.created_by,
        when=line.created_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M"),
    )
    if line.issued_at is None:
        return made + t("。")
    when = line.issued_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M")
    return made + t("，{who}于{when}签发。", who=line.issued_by or t("系统"), when=when)


def _day(year: int, month: int, day: int) -> str:
    return t("{year}年{month}月{day}日", year=year, month=month, day=day)


def _buttons(line: ReportLine, may_make: bool) -> Component:
    buttons = [
        _link(line, "html", t("预览"), "filled", show=True),
        _link(line, "docx", "Word", "default"),
        _link(line, "xlsx", "Excel", "default"),
        _link(line, "html", t("网页"), "default"),
    ]
    if may_make and not line.issued and not line.superseded:
        buttons.append(dmc.Button(t("签发"), id={"issue": line.report_id}, variant="light", color="green", size="xs"))
    return dmc.Group(buttons, gap="xs")


def _link(line: ReportLine, suffix: str, label: str, look: str, *, show: bool = False) -> Component:
    return html.A(
        label,
        href=f"/files/reports/{line.report_id}.{suffix}" + ("?show" if show else ""),
        target="_blank" if show else None,
        className=f"button-link button-{look}",
    )


def _older(older: Sequence[ReportLine]) -> Component:
    return html.Details(
        [
            html.Summary(t("更早的{n}版", n=len(older))),
            *(html.Div([dmc.Text(_history(line), size="sm"), _buttons(line, False)]) for line in older),
        ],
        className="older-versions",
    )


def issue_dialog() -> Component:
    """Issuing is final, so it is asked once more."""
    return dmc.Modal(
        id="issue-dialog",
        title=t("签发月报"),
        opened=False,
        children=[
            dcc.Store(id="issue-which"),
            dmc.Text(id="issue-text", fw=600),
            dmc.Text(t("签发后全体人员可见，且不能再改；以后的更正会成为新的一版。"), size="sm", my="sm"),
            dmc.Group(
                [
                    dmc.Button(t("取消"), id="issue-cancel", variant="default"),
                    dmc.Button(t("确认签发"), id="issue-confirm", color="green"),
                ],
                justify="flex-end",
            ),
        ],
    )
