"""What may be entered as a value: pure checks, the same for the page as one types, for files, the API and jobs."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from kpi.catalog.rules import Accumulates
from kpi.core.errors import Problem
from kpi.core.period import Frequency, Period, statistical_year_start
from kpi.core.quantity import (
    LARGEST,
    PROPORTION_SCALES,
    Kind,
    is_whole_unit,
    round_half_up,
    show_number,
    show_quantity,
)
from kpi.core.text import t

ANY_REVISION = -1
"""For writers that never looked at the cell (files of others, jobs): no lock is asked for."""

USUAL_JUMP = Decimal(50)
"""Per cent against the last value from which on a reason is asked for, unless the indicator says otherwise."""

SMALLEST_JUMP = Decimal(3)
"""Whole things: from 1 to 2 is 100 % and no news."""

STORED_PLACES = 6


class ActualState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    APPROVED = "approved"
    RETURNED = "returned"

    @property
    def label(self) -> str:
        return {
            "draft": t("草稿"),
            "submitted": t("待审"),
            "approved": t("已审核"),
            "returned": t("已退回"),
        }[self.value]


class SourceKind(StrEnum):
    MANUAL = "manual"
    SHEET = "sheet"
    API = "api"
    JOB = "job"

    @property
    def label(self) -> str:
        return {
            "manual": t("手工填报"),
            "sheet": t("表格导入"),
            "api": t("接口写入"),
            "job": t("自动采集"),
        }[self.value]


@dataclass(frozen=True)
class Entry:
    """A value somebody wants to put into a cell: indicator × unit × period.

    `revision` is what the writer saw there: None for an empty cell, ANY_REVISION for not having looked.
    """

    indicator_id: int
    unit_id: int
    period: Period
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    happened_on: date | None = None
    note: str = ""
    jump_reason: str = ""
    cause: str = ""
    measure: str = ""
    expected_on: date | None = None
    revision: int | None = None
    source_kind: SourceKind = SourceKind.MANUAL
    source: str = ""

    @cached_property
    def key(self) -> tuple[int, int, str]:
        """The cell, as the database keys it."""
        return self.indicator_id, self.unit_id, str(self.period)

    @property
    def is_empty(self) -> bool:
        return self.value is None and self.numerator is None and self.denominator is None and self.happened_on is None


@dataclass(frozen=True, slots=True)
class IndicatorFacts:
    """What the checks need to know of an indicator."""

    name: str
    kind: Kind
    unit: str
    frequency: Frequency
    accumulates: Accumulates = Accumulates.LEVEL
    has_parts: bool = False
    scale: Decimal | None = None
    smallest: Decimal | None = Decimal(0)
    largest: Decimal | None = None
    places: int = 2
    year_start_month: int = 1
    jump_percent: Decimal = USUAL_JUMP

    @property
    def is_share(self) -> bool:
        """Whether the numerator is a part of the denominator, so that it can not be the larger one."""
        if self.scale is None:
            return False
        if self.kind is Kind.RATE and self.unit in PROPORTION_SCALES and self.unit != "%":
            return True
        return self.largest is not None and self.largest <= self.scale


@dataclass(frozen=True, slots=True)
class LastValue:
    """The latest value of an earlier period in the same series."""

    period: Period
    value: Decimal


def complete(entry: Entry, indicator: IndicatorFacts) -> Entry:
    """The entry with what follows from it filled in: the value from its parts, a reached milestone as 1."""
    if indicator.has_parts and entry.numerator is not None and entry.denominator:
        worked_out = entry.numerator / entry.denominator * (indicator.scale or 1)
        if abs(worked_out) < LARGEST:
            exact = round_half_up(worked_out, STORED_PLACES)
            if entry.value != exact and (entry.value is None or _agrees(entry.value, worked_out, indicator)):
                return replace(entry, value=exact)
    if indicator.kind is Kind.MILESTONE and entry.happened_on is not None and entry.value is None:
        return replace(entry, value=Decimal(1))
    return entry


def _agrees(value: Decimal, worked_out: Decimal, indicator: IndicatorFacts) -> bool:
    """Equal at the decimals that are stored, at those that were written, or at those shown."""
    if value == round_half_up(worked_out, STORED_PLACES):
        return True
    exponent = value.as_tuple().exponent
    written = max(0, -exponent) if isinstance(exponent, int) else 0
    places = min(written, indicator.places) if written else 0
    return round_half_up(worked_out, places) == round_half_up(value, places)


def check(entry: Entry, indicator: IndicatorFacts, last: LastValue | None, today: date) -> list[Problem]:
    """Everything that keeps an entry from being submitted; empty when it is fine.

    `last` is the latest value of an earlier period, if there is one.
    """
    return check_complete(complete(entry, indicator), indicator, last, today)


def check_complete(entry: Entry, indicator: IndicatorFacts, last: LastValue | None, today: date) -> list[Problem]:
    """The same for an entry that `complete` has been over."""
    found = [*impossible(entry, indicator, today), *_missing(entry, indicator)]
    return found or unexplained(entry, indicator, last)


def impossible(entry: Entry, indicator: IndicatorFacts, today: date) -> list[Problem]:
    """What can not be true of a complete entry, whatever the explanation: refused even as a draft."""
    return [
        *problems_of_period(entry, indicator, today),
        # A value worked out from wrong parts is no second mistake.
        *(_problems_of_parts(entry, indicator) or _problems_of_value(entry, indicator)),
        *_problems_of_day(entry, indicator, today),
    ]


def problems_of_period(entry: Entry, indicator: IndicatorFacts, today: date) -> list[Problem]:
    """A period of another frequency, or one that has not begun."""
    period = entry.period
    if period.frequency is not indicator.frequency:
        expected = Period.containing(min(period.end, today), indicator.frequency)
        return [
            Problem(t("“{period}”与该指标的报送频率不符，应类似{example}", period=period, example=expected), t("期间"))
        ]
    if period.start > today:
        return [Problem(t("{period}还没有开始，不能填报", period=period.label), t("期间"))]
    return []


def _problems_of_parts(entry: Entry, indicator: IndicatorFacts) -> list[Problem]:
    top, bottom = entry.numerator, entry.denominator
    if not indicator.has_parts:
        if top is not None or bottom is not None:
            return [Problem(t("该指标不填分子、分母，请只填数值"), t("分子"))]
        return []
    problems = []
    if top is not None and top < 0:
        problems.append(Problem(t("不能为负"), t("分子")))
    if bottom is not None and bottom < 0:
        problems.append(Problem(t("不能为负"), t("分母")))
    if problems or top is None or bottom is None:
        return problems
    if bottom == 0 and top > 0:
        return [Problem(t("分母为0时分子也应为0"), t("分母"))]
    if top > bottom and indicator.is_share:
        shown = {"top": show_number(top), "bottom": show_number(bottom)}
        return [Problem(t("分子{top}大于分母{bottom}，请核对是否填反", **shown), t("分子"))]
    return []


def _problems_of_value(entry: Entry, indicator: IndicatorFacts) -> list[Problem]:
    value = entry.value
    if value is None:
        return []
    if indicator.has_parts and entry.numerator is not None and entry.denominator is not None:
        if entry.denominator == 0:
            return [Problem(t("分母为0，算不出数值，请清空数值"), t("数值"))]
        worked_out = entry.numerator / entry.denominator * (indicator.scale or 1)
        if not _agrees(value, worked_out, indicator):
            shown = show_quantity(worked_out, indicator.unit, indicator.places)
            return [Problem(t("与分子÷分母算出的{shown}不一致", shown=shown), t("数值"))]
    reason = _wrong_size(value, indicator)
    return [Problem(reason, t("数值"))] if reason else []


def _wrong_size(value: Decimal, indicator: IndicatorFacts) -> str:
    if abs(value) >= LARGEST:
        return t("数字过大（应小于10的15次方）")
    if indicator.smallest is not None and value < indicator.smallest:
        return t("不应小于{low}", low=show_quantity(indicator.smallest, indicator.unit))
    if indicator.largest is not None and value > indicator.largest:
        return t("不应大于{high}", high=show_quantity(indicator.largest, indicator.unit))
    comes_whole = indicator.kind is Kind.MILESTONE or (indicator.kind is Kind.COUNT and is_whole_unit(indicator.unit))
    if comes_whole and value != value.to_integral_value():
        return t("应为整数")
    return ""


def _problems_of_day(entry: Entry, indicator: IndicatorFacts, today: date) -> list[Problem]:
    day = entry.happened_on
    if day is None:
        return []
    field = t("完成日期")
    if indicator.kind is not Kind.MILESTONE:
        return [Problem(t("只有节点类指标填完成日期"), field)]
    if day > today:
        return [Problem(t("不能晚于今天"), field)]
    if day > entry.period.end:
        return [Problem(t("晚于所填期间，请填在完成当期"), field)]
    if entry.value is not None and entry.value <= 0:
        return [Problem(t("数值为0表示未完成，请清空完成日期"), field)]
    return []


def _missing(entry: Entry, indicator: IndicatorFacts) -> list[Problem]:
    if indicator.has_parts and (entry.numerator is None) != (entry.denominator is None):
        field = t("分子") if entry.numerator is None else t("分母")
        return [Problem(t("分子、分母须同时填写"), field)]
    if indicator.accumulates is Accumulates.RATIO and entry.numerator is None:
        return [Problem(t("该指标按分子、分母累计，请填写分子和分母"), t("分子"))]
    nothing_to_divide = entry.denominator is not None and entry.denominator == 0
    if entry.value is None and not nothing_to_divide:
        return [Problem(t("请填写数值"), t("数值"))]
    return []


def unexplained(entry: Entry, indicator: IndicatorFacts, last: LastValue | None) -> list[Problem]:
    """What may be true of a complete entry but needs a reason in words; nothing once the reason is given."""
    value = entry.value
    if value is None or last is None or entry.jump_reason.strip():
        return []
    if indicator.accumulates is Accumulates.RUNNING:
        if not _same_year(last.period, entry.period, indicator):
            return []
        if value < last.value:
            reason = t("累计数{value}小于{period}的{last}，请说明原因", **_compared(value, indicator, last))
            return [Problem(reason, t("变动原因"))]
    percent = jump(value, entry.period, indicator, last)
    if percent is None or percent <= indicator.jump_percent:
        return []
    reason = t("与{period}的{last}相比变动过大（{value}），请说明原因或核对", **_compared(value, indicator, last))
    return [Problem(reason, t("变动原因"))]


def _compared(value: Decimal, indicator: IndicatorFacts, last: LastValue) -> dict[str, str]:
    return {
        "value": show_quantity(value, indicator.unit, indicator.places),
        "last": show_quantity(last.value, indicator.unit, indicator.places),
        "period": last.period.label,
    }


def jump(value: Decimal, period: Period, indicator: IndicatorFacts, last: LastValue) -> Decimal | None:
    """By how many per cent a value departs from what the last one leads to expect; None where that says nothing.

    A running total is compared with the total its pace so far leads to; a last value of zero has no percentage.
    """
    usual = last.value
    if indicator.accumulates is Accumulates.RUNNING:
        usual = usual / _place_in_year(last.period, indicator) * _place_in_year(period, indicator)
    if usual == 0 or indicator.kind is Kind.MILESTONE:
        return None
    difference = abs(value - usual)
    if difference < SMALLEST_JUMP and is_whole_unit(indicator.unit):
        return None
    return difference / abs(usual) * 100


def _same_year(one: Period, other: Period, indicator: IndicatorFacts) -> bool:
    start = indicator.year_start_month
    return statistical_year_start(one.end, start) == statistical_year_start(other.end, start)


def _place_in_year(period: Period, indicator: IndicatorFacts) -> int:
    begins = statistical_year_start(period.end, indicator.year_start_month)
    months = (period.end.year - begins.year) * 12 + period.end.month - begins.month + 1
    return max(1, months // period.frequency.months)


def explanation_problems(entry: Entry) -> list[Problem]:
    """What is still owed when the light that follows is amber or red: cause, measure and an expected date."""
    problems = []
    if not entry.cause.strip():
        problems.append(Problem(t("亮灯为滞后，请填写原因"), t("滞后原因")))
    if not entry.measure.strip():
        problems.append(Problem(t("亮灯为滞后，请填写改进措施"), t("改进措施")))
    if entry.expected_on is None:
        problems.append(Problem(t("亮灯为滞后，请填写预计赶上进度的日期"), t("预计日期")))
    elif entry.expected_on <= entry.period.end:
        problems.append(Problem(t("应晚于所填期间"), t("预计日期")))
    return problems


_LONGEST = 2000
_BREAKS = re.compile(r"\r\n?|[\v\f\x85\u2028\u2029]")
_NO_SIGNS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def printable(entry: Entry) -> Entry:
    """The entry with words that a report can print: what is copied out of other programs may hold signs it can not."""
    together = entry.note + entry.jump_reason + entry.cause + entry.measure
    if not together or not (_BREAKS.search(together) or _NO_SIGNS.search(together)):
        return entry
    return replace(
        entry,
        note=_printed(entry.note),
        jump_reason=_printed(entry.jump_reason),
        cause=_printed(entry.cause),
        measure=_printed(entry.measure),
    )


def _printed(words: str) -> str:
    return _NO_SIGNS.sub("", _BREAKS.sub("\n", words))


def too_long(entry: Entry) -> list[Problem]:
    """Words that go on for too long."""
    if max(map(len, (entry.note, entry.jump_reason, entry.cause, entry.measure))) <= _LONGEST:
        return []
    words = {
        t("备注"): entry.note,
        t("变动原因"): entry.jump_reason,
        t("滞后原因"): entry.cause,
        t("改进措施"): entry.measure,
    }
    return [Problem(t("最多{n}个字", n=_LONGEST), field) for field, written in words.items() if len(written) > _LONGEST]
