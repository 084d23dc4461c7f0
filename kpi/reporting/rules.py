"""What the monthly report says: facts of a month in, headings, sentences and tables out.

Every number is one of the facts; every sentence about causes and measures is what a department entered, or says
that nothing was entered. Nothing is made up here.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from kpi.assessment.rules import Light, Reporting
from kpi.core.period import Period
from kpi.core.quantity import plain, round_half_up, show_number
from kpi.core.text import speaking, t
from kpi.readmodel.rules import MonthRow

CUT_OFF_DAY = 10
FORMAT = 1
"""Raised when the same facts would give other words, so that fingerprints of different formats differ."""


def default_cut_off(period: Period) -> date:
    """The 10th of the month after: the last day whose knowledge goes into the report."""
    return period.last_month.end + timedelta(days=CUT_OFF_DAY)


@dataclass(frozen=True)
class ReportFacts:
    plan_title: str
    region: str
    issuer: str
    period: Period
    cut_off: date
    issue_year: int
    issue_number: int
    demo: bool
    rows: tuple[MonthRow, ...]


_GOODNESS = {Light.OFF_TRACK: 0, Light.BEHIND: 1, Light.ON_TRACK: 2, Light.ACHIEVED: 3}


def compose(facts: ReportFacts) -> dict[str, Any]:
    """The report's content: plain JSON, the same for the same facts, in Chinese.

    Keys: format, title, masthead, issue, organ, date, demo_note, notes, sections [{heading, parts: [{heading,
    paragraphs}]}], targets {head, rows}, silent {head, rows}, summary {head, rows}, counts.
    """
    with speaking("zh"):
        return {
            "format": FORMAT,
            "title": t("{period}目标进展月报", period=facts.period.label),
            "masthead": t("{region}卫生健康工作目标监测月报", region=facts.region),
            "issue": t("{year}年第{number}期", year=facts.issue_year, number=facts.issue_number),
            "plan": facts.plan_title,
            "organ": facts.issuer,
            "period": str(facts.period),
            "date": _day(facts.cut_off),
            "demo_note": t("演示数据：本报告中的城市、机构和数值均为虚构，仅供演示。") if facts.demo else "",
            "sections": [_overall(facts), _progress(facts), _problems(facts), _next(facts)],
            "targets": _target_table(facts.rows),
            "silent": _silent_table(_silent(facts.rows)),
            "summary": _summary_table(facts.rows),
            "counts": {light.value: count for light, count in sorted(_counts(facts.rows).items())},
        }


def fingerprint(content: dict[str, Any]) -> str:
    """Same content, same fingerprint; whatever a reader could notice changes it."""
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _counts(rows: Iterable[MonthRow]) -> Counter[Light]:
    return Counter(row.light for row in rows)


def _day(day: date) -> str:
    return t("{year}年{month}月{day}日", year=day.year, month=day.month, day=day.day)


def _silent(rows: Iterable[MonthRow]) -> list[MonthRow]:
    """Nothing, or nothing usable, came in; what waits for its reviewer is not the department's silence."""
    return [row for row in rows if row.due and row.reporting not in (Reporting.REPORTED, Reporting.SUBMITTED)]


def _share(part: int, whole: int) -> str:
    return f"{show_number(round_half_up(Decimal(part * 100) / whole, 1))}%" if whole else t("无")


def _moved(rows: Iterable[MonthRow], better: bool) -> list[MonthRow]:
    """Rows whose light was judged in both months and changed in the wanted direction."""
    found = []
    for row in rows:
        if row.previous in _GOODNESS and row.light in _GOODNESS:
            change = _GOODNESS[row.light] - _GOODNESS[row.previous]
            if change > 0 if better else change < 0:
                found.append(row)
    return found


def _overall(facts: ReportFacts) -> dict[str, Any]:
    rows, count = facts.rows, _counts(facts.rows)
    judged = [row for row in rows if row.light in _GOODNESS]
    good = count[Light.ACHIEVED] + count[Light.ON_TRACK]
    due = [row for row in rows if row.due]
    paragraphs = [
        t(
            "《{plan}》共纳入监测目标{n}项。按截至{cut_off}审核通过的数据评价，{period}各项目标亮灯情况为："
            "已完成{a}项、正常{b}项、滞后{c}项、严重滞后{d}项；已调整或豁免{e}项，无法评价{f}项。",
            plan=facts.plan_title,
            n=len(rows),
            cut_off=_day(facts.cut_off),
            period=facts.period.label,
            a=count[Light.ACHIEVED],
            b=count[Light.ON_TRACK],
            c=count[Light.BEHIND],
            d=count[Light.OFF_TRACK],
            e=count[Light.WAIVED],
            f=count[Light.NOT_ASSESSABLE],
        ),
        t(
            "在可评价的{m}项中，正常及已完成{g}项，占{share}。与上月相比，{better}项好转，{worse}项转差。",
            m=len(judged),
            g=good,
            share=_share(good, len(judged)),
            better=len(_moved(rows, True)),
            worse=len(_moved(rows, False)),
        ),
        t(
            "本期应报送{due}项，截至{cut_off}已报并审核通过{done}项，已报待审{waiting}项，未报（含退回）{silent}项。",
            due=len(due),
            cut_off=_day(facts.cut_off),
            done=sum(row.reporting is Reporting.REPORTED for row in due),
            waiting=sum(row.reporting is Reporting.SUBMITTED for row in due),
            silent=len(_silent(rows)),
        ),
    ]
    return {"heading": t("一、总体情况"), "parts": [{"heading": "", "paragraphs": paragraphs}]}


def _progress(facts: ReportFacts) -> dict[str, Any]:
    rows = facts.rows
    parts = [
        _part(t("（一）已完成的目标"), _lines(rows, Light.ACHIEVED), t("本期暂无已完成的目标。")),
        _part(t("（二）较上月好转的目标"), _change_lines(_moved(rows, True)), t("本期没有较上月好转的目标。")),
        _part(t("（三）按序时推进的目标"), _names(rows, Light.ON_TRACK), t("本期没有按序时推进的目标。")),
    ]
    return {"heading": t("二、主要进展"), "parts": parts}


def _problems(facts: ReportFacts) -> dict[str, Any]:
    rows = facts.rows
    silent = [
        t("{n}.{name}（{lead}）：{state}。", n=n, name=row.name, lead=row.lead, state=row.reporting.label)
        for n, row in enumerate(_silent(rows), 1)
    ]
    parts = [
        _part(t("（一）严重滞后的目标"), _lines(rows, Light.OFF_TRACK, cause=True), t("本期没有严重滞后的目标。")),
        _part(t("（二）滞后的目标"), _lines(rows, Light.BEHIND, cause=True), t("本期没有滞后的目标。")),
        _part(t("（三）较上月转差的目标"), _change_lines(_moved(rows, False)), t("本期没有较上月转差的目标。")),
        _part(t("（四）未按期报送的目标"), silent, t("本期应报目标均已报送。")),
        _part(t("（五）无法评价的目标"), _lines(rows, Light.NOT_ASSESSABLE), t("本期没有无法评价的目标。")),
    ]
    return {"heading": t("三、存在问题"), "parts": parts}


def _next(facts: ReportFacts) -> dict[str, Any]:
    rows = [row for row in facts.rows if row.light in (Light.OFF_TRACK, Light.BEHIND)]
    measures = [_measure_line(n, row) for n, row in enumerate(_worst_first(rows), 1)]
    silent = sorted({row.lead for row in _silent(facts.rows)})
    paragraphs = [t("请{units}尽快补报，补报数据计入下期月报。", units="、".join(silent))] if silent else []
    parts = [
        _part(t("（一）各责任单位填报的整改措施"), measures, t("本期没有需要整改的目标。")),
        _part(t("（二）数据补报"), paragraphs, t("本期没有需要补报的数据。")),
    ]
    return {"heading": t("四、下一步工作"), "parts": parts}


def _worst_first(rows: Iterable[MonthRow]) -> list[MonthRow]:
    return sorted(rows, key=lambda row: _GOODNESS[row.light])


def _part(heading: str, paragraphs: list[str], otherwise: str) -> dict[str, Any]:
    return {"heading": heading, "paragraphs": paragraphs or [otherwise]}


def _lines(rows: Iterable[MonthRow], light: Light, *, cause: bool = False) -> list[str]:
    return [_line(n, row, cause) for n, row in enumerate((row for row in rows if row.light is light), 1)]


def _names(rows: Iterable[MonthRow], light: Light) -> list[str]:
    """One paragraph of names: nobody acts on these, and the table has their numbers."""
    names = [row.name for row in rows if row.light is light]
    return [t("共{n}项：{names}。详见附表1。", n=len(names), names="；".join(names))] if names else []


def _line(n: int, row: MonthRow, cause: bool) -> str:
    text = t("{n}.{name}（{lead}）：{reason}", n=n, name=row.name, lead=row.lead, reason=_ended(row.reason))
    if cause:
        text += t("原因：{cause}", cause=_ended(row.cause)) if row.cause else t("责任单位未填报原因。")
        # A forecast comes after what the department says, and is marked as one: it is no light.
        text += t("预测（供参考）：{words}", words=_ended(row.outlook)) if row.outlook else ""
    return text


def _change_lines(rows: Sequence[MonthRow]) -> list[str]:
    return [
        t(
            "{n}.{name}（{lead}）：由“{before}”转为“{after}”。",
            n=n,
            name=row.name,
            lead=row.lead,
            before=row.previous.label if row.previous else "",
            after=row.light.label,
        )
        for n, row in enumerate(rows, 1)
    ]


def _measure_line(n: int, row: MonthRow) -> str:
    if not row.measure:
        return t("{n}.{name}（{lead}）：责任单位未填报措施。", n=n, name=row.name, lead=row.lead)
    text = t("{n}.{name}（{lead}）：{measure}", n=n, name=row.name, lead=row.lead, measure=_ended(row.measure))
    if row.expected_on:
        text += t("预计{day}前赶上进度。", day=_day(row.expected_on))
    return text


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith(("。", "！", "？", "…")) else sentence + "。"


def _target_table(rows: Iterable[MonthRow]) -> dict[str, Any]:
    head = [t("序号"), t("目标"), t("条款"), t("牵头单位"), t("目标值"), t("应达到"), t("实际"), t("数据截至")]
    head += [t("亮灯"), t("说明")]
    body = [
        {
            "cells": [
                str(n),
                row.name,
                row.clause,
                row.lead,
                row.target_text,
                row.expected_text,
                row.actual_text,
                row.data_text,
                f"{row.light.shape} {row.light.label}",
                row.reason,
            ],
            "light": row.light.value,
            "code": row.code,
            "deadline": row.deadline.isoformat(),
            "reporting": row.reporting.label,
            "cause": row.cause,
            "measure": row.measure,
            "expected_on": row.expected_on.isoformat() if row.expected_on else "",
            "numbers": {
                "target": _exact(row.target),
                "expected": _exact(row.expected),
                "actual": _exact(row.actual),
                "unit": row.unit,
            },
        }
        for n, row in enumerate(rows, 1)
    ]
    return {"caption": t("附表1 全部目标进展情况"), "head": head, "rows": body}


def _exact(value: Decimal | None) -> str | None:
    return None if value is None else plain(value)


def _silent_table(rows: Iterable[MonthRow]) -> dict[str, Any]:
    return {
        "caption": t("附表2 未报送情况"),
        "head": [t("序号"), t("目标"), t("责任单位"), t("状态"), t("未报送原因")],
        "rows": [[str(n), row.name, row.lead, row.reporting.label, t("未填报")] for n, row in enumerate(rows, 1)],
    }


def _summary_table(rows: Sequence[MonthRow]) -> dict[str, Any]:
    lights = list(Light)
    leads = sorted({row.lead for row in rows})
    body = []
    for lead in leads:
        own = [row for row in rows if row.lead == lead]
        count = _counts(own)
        body.append([lead, len(own), *(count[light] for light in lights), len(_silent(own))])
    count = _counts(rows)
    body.append([t("合计"), len(rows), *(count[light] for light in lights), len(_silent(rows))])
    head = [t("牵头单位"), t("目标数"), *(f"{light.shape} {light.label}" for light in lights), t("未报")]
    return {"caption": t("各单位亮灯汇总"), "head": head, "rows": body}
