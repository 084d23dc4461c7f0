"""What the entry page says: how much is owed, what was returned, what became of each row, what a file lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dashboards.components.entry import COLOURS, SHAPES
from dashboards.libraries import Component, dmc, html
from kpi.core.errors import Problem
from kpi.core.period import Period
from kpi.core.text import t
from kpi.readmodel.due import DueRow, DueState, count_states

LONGEST_LIST = 100


@dataclass(frozen=True)
class Outcome:
    """What became of one row that was sent."""

    key: str
    message: str
    done: bool = False
    conflict: bool = False
    problems: Mapping[str, str] = field(default_factory=dict)


def answer(sent: Mapping[str, Any], outcomes: Sequence[Outcome], fresh: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """What the grid merges: rows that were saved as they stand now, problems of the others, conflicts to be chosen."""
    return {
        "sent": sent,
        "fresh": {each.key: fresh[each.key] for each in outcomes if each.done and each.key in fresh},
        "problems": {each.key: dict(each.problems) for each in outcomes if not each.done and each.problems},
        "conflicts": {each.key: fresh[each.key] for each in outcomes if each.conflict and each.key in fresh},
    }


def summary(rows: Sequence[DueRow]) -> list[Component]:
    """How many are in which state, those that ask for something first."""
    counts = count_states(rows)
    chips: list[Component] = [
        html.Span(
            [html.Span(SHAPES[state] + " ", **{"aria-hidden": "true"}), t("{state}{n}项", state=state.label, n=n)],
            className=f"chip tone-{COLOURS[state]}",
        )
        for state in DueState
        if (n := counts[state])
    ]
    if late := sum(row.late for row in rows):
        chips.append(html.Span(t("其中{n}项已过应报日期", n=late), className="hint"))
    return chips


def returned(rows: Sequence[DueRow]) -> Component | None:
    """What reviewers gave back, with their words: it must not hide in a tooltip."""
    found = [row for row in rows if row.return_reason]
    if not found:
        return None
    lines = [
        html.Li(
            t("{name}（{period}）：{reason}", name=row.facts.name, period=row.period.label, reason=row.return_reason)
        )
        for row in found
    ]
    return html.Section(
        [html.B(t("审核退回，请修改后重新提交：")), html.Ul(lines, className="results")], className="callout tone-amber"
    )


def nothing_due(month: str) -> Component:
    return dmc.Alert(
        t("{month}没有需要填报的指标。可换一个月份或单位查看；如认为有遗漏，请联系管理员核对填报安排。",
          month=Period.parse(month).label),
        title=t("没有待填内容"),
        color="blue",
    )  # fmt: skip


def results(outcomes: Sequence[Outcome], fresh: Mapping[str, dict[str, Any]], *, submit: bool) -> Component:
    """Row by row: what was saved and what was not, and why."""
    done = sum(each.done for each in outcomes)
    title = t("已提交{n}项", n=done) if submit else t("已保存{n}项", n=done)
    return _result_list(title, t("，{n}项没有保存", n=len(outcomes) - done), outcomes, fresh)


def discarded(outcomes: Sequence[Outcome], fresh: Mapping[str, dict[str, Any]]) -> Component:
    """Row by row: which drafts are gone, and why the others are not."""
    done = sum(each.done for each in outcomes)
    return _result_list(t("已删除{n}项草稿", n=done), t("，{n}项没有删除", n=len(outcomes) - done), outcomes, fresh)


def _result_list(
    title: str, refused: str, outcomes: Sequence[Outcome], fresh: Mapping[str, dict[str, Any]]
) -> Component:
    """`refused` is said when anything was."""
    if not all(each.done for each in outcomes):
        title += refused
    ordered = sorted(outcomes, key=lambda each: each.done)
    return html.Section(
        [
            html.H2(title, className="section-title"),
            html.Ul([_result_line(each, fresh) for each in ordered], className="results"),
        ]
    )


def _result_line(outcome: Outcome, fresh: Mapping[str, dict[str, Any]]) -> Component:
    row = fresh.get(outcome.key, {})
    name = t("{text}（{note}）", text=row["name"], note=row["period"]) if row else outcome.key
    sign = "✓" if outcome.done else "✗"
    told: list[Any] = [html.B(f"{sign} {name}"), html.Span(outcome.message)]
    if outcome.conflict and row:
        told += [
            dmc.Button(
                t("采用现有内容"), id={"type": "entry-theirs", "key": outcome.key}, size="compact-sm", variant="default"
            ),
            dmc.Button(
                t("保留我填的"), id={"type": "entry-mine", "key": outcome.key}, size="compact-sm", variant="default"
            ),
            html.Span(t("保留后请再次保存或提交。"), className="hint"),
        ]
    return html.Li(told, className="result " + ("result-ok" if outcome.done else "result-bad"))


def problem_list(message: str, problems: Sequence[Problem]) -> Component:
    """What keeps a workbook from being taken: row, field, reason; and the way to the same list inside the workbook."""
    rows = [
        html.Tr([html.Td(str(p.row) if p.row is not None else "—"), html.Td(p.field or "—"), html.Td(p.reason)])
        for p in problems[:LONGEST_LIST]
    ]
    more = len(problems) - len(rows)
    head = html.Thead(
        html.Tr([html.Th(t("行"), scope="col"), html.Th(t("项目"), scope="col"), html.Th(t("原因"), scope="col")])
    )
    return html.Section(
        [
            html.H2(message, className="section-title"),
            dmc.Button(
                t("下载标注后的表格"), id={"type": "entry-marked", "id": 0}, variant="default", size="compact-md"
            ),
            html.Div(
                html.Table([head, html.Tbody(rows)], className="plain-table"),
                className="table-box",
                tabIndex=0,
                role="region",
                **{"aria-label": t("问题清单")},
            ),
            html.P(t("另有{n}处，见标注后的表格。", n=more), className="hint") if more > 0 else None,
        ]
    )
