"""What may be entered as a value: tables of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from kpi.actuals.rules import (
    Entry,
    IndicatorFacts,
    LastValue,
    check,
    complete,
    explanation_problems,
    impossible,
    jump,
    too_long,
)
from kpi.catalog.rules import Accumulates
from kpi.core.period import Frequency, Period
from kpi.core.quantity import Kind

TODAY = date(2026, 11, 12)
OCTOBER = Period.parse("2026-10")
SEPTEMBER = Period.parse("2026-09")

COUNT = IndicatorFacts("新建站点", Kind.COUNT, "家", Frequency.MONTH, Accumulates.RUNNING)
SHARE = IndicatorFacts(
    "设科比例", Kind.RATIO, "%", Frequency.MONTH, has_parts=True, scale=Decimal(100), largest=Decimal(100)
)
DEATHS = IndicatorFacts(
    "孕产妇死亡率", Kind.RATE, "/10万", Frequency.MONTH, Accumulates.RATIO, has_parts=True, scale=Decimal(100_000)
)
GROWTH = IndicatorFacts("收入增幅", Kind.RATIO, "%", Frequency.MONTH, smallest=None)
STAGE = IndicatorFacts("中心成立", Kind.MILESTONE, "", Frequency.MONTH, Accumulates.RUNNING)


def entry(value: object = None, top: object = None, bottom: object = None, **more: Any) -> Entry:
    def number(written: Any) -> Decimal | None:
        return None if written is None else Decimal(str(written))

    return Entry(
        1, 1, **{"period": OCTOBER} | more, value=number(value), numerator=number(top), denominator=number(bottom)
    )


def fields(problems: list[Any]) -> list[str | None]:
    return [problem.field for problem in problems]


@pytest.mark.parametrize(
    ("indicator", "given", "expected"),
    [
        (COUNT, entry(8), []),
        (COUNT, entry(0), []),
        (COUNT, entry("7.5"), ["数值"]),
        (COUNT, entry(-1), ["数值"]),
        (COUNT, entry(10**15), ["数值"]),
        (COUNT, entry(8, 4, 5), ["分子"]),
        (COUNT, entry(8, happened_on=date(2026, 10, 3)), ["完成日期"]),
        (COUNT, entry(), ["数值"]),
        (SHARE, entry(60), []),
        (SHARE, entry("100.1"), ["数值"]),
        (SHARE, entry(None, 30, 50), []),
        (SHARE, entry(60, 30, 50), []),
        (SHARE, entry(61, 30, 50), ["数值"]),
        (SHARE, entry(None, 51, 50), ["分子"]),
        (SHARE, entry(None, -1, -2), ["分子", "分母"]),
        (SHARE, entry(None, 3, 0), ["分母"]),
        (SHARE, entry(None, 0, 0), []),
        (SHARE, entry(5, 0, 0), ["数值"]),
        (SHARE, entry(60, 30), ["分母"]),
        (SHARE, entry(60, None, 50), ["分子"]),
        (SHARE, entry("33.33", 1, 3), []),
        (SHARE, entry("33.3", 1, 3), []),
        (SHARE, entry("33.34", 1, 3), ["数值"]),
        (DEATHS, entry(None, 2, 30_000), []),
        (DEATHS, entry("6.67"), ["分子"]),
        (DEATHS, entry(None, 30_000, 2), ["分子"]),
        (GROWTH, entry("-3.2"), []),
        (GROWTH, entry(140), []),
        (STAGE, entry(happened_on=date(2026, 10, 3)), []),
        (STAGE, entry(0), []),
        (STAGE, entry("0.5"), ["数值"]),
        (STAGE, entry(0, happened_on=date(2026, 10, 3)), ["完成日期"]),
        (STAGE, entry(1, happened_on=date(2026, 11, 3)), ["完成日期"]),
        (STAGE, entry(1, happened_on=date(2027, 1, 1)), ["完成日期"]),
        (COUNT, entry(8, period=Period.parse("2026-12")), ["期间"]),
        (COUNT, entry(8, period=Period.parse("2026-11")), []),
        (COUNT, entry(8, period=Period.parse("2026Q3")), ["期间"]),
    ],
)
def test_what_is_wrong_is_named(indicator: IndicatorFacts, given: Entry, expected: list[str]) -> None:
    assert fields(check(given, indicator, None, TODAY)) == expected


def test_a_draft_may_lack_what_a_submission_needs() -> None:
    assert impossible(entry(), COUNT, TODAY) == []
    assert impossible(entry(None, 30), SHARE, TODAY) == []


@pytest.mark.parametrize(
    ("indicator", "given", "value"),
    [
        (SHARE, entry(None, 30, 50), Decimal(60)),
        (SHARE, entry("33.33", 1, 3), Decimal("33.333333")),
        (SHARE, entry(61, 30, 50), Decimal(61)),
        (SHARE, entry(60), Decimal(60)),
        (DEATHS, entry(None, 2, 30_000), Decimal("6.666667")),
        (STAGE, entry(happened_on=date(2026, 10, 3)), Decimal(1)),
        (COUNT, entry(), None),
    ],
)
def test_what_follows_is_filled_in(indicator: IndicatorFacts, given: Entry, value: Decimal | None) -> None:
    assert complete(given, indicator).value == value


def last(value: object, period: Period = SEPTEMBER) -> LastValue:
    return LastValue(period, Decimal(str(value)))


SUM = replace(COUNT, accumulates=Accumulates.SUM, unit="人次")


@pytest.mark.parametrize(
    ("indicator", "given", "before", "asked"),
    [
        (SHARE, entry(90), last(60), False),
        (SHARE, entry(91), last(60), True),
        (SHARE, entry(29), last(60), True),
        (SHARE, entry(91, jump_reason="口径调整"), last(60), False),
        (replace(SHARE, jump_percent=Decimal(10)), entry(67), last(60), True),
        (SHARE, entry(91), None, False),
        (SHARE, entry(50), last(0), False),
        (SUM, entry(300), last(100), True),
        (SUM, entry(3), last(1), False),
        # Running totals are compared with the pace so far: 90 in nine months leads to 100 in ten.
        (COUNT, entry(150), last(90), False),
        (COUNT, entry(151), last(90), True),
        (COUNT, entry(89), last(90), True),
        (COUNT, entry(90), last(90), False),
        (COUNT, entry(89, jump_reason="剔除重复"), last(90), False),
        # A new year begins with a new total.
        (COUNT, entry(1, period=Period.parse("2026-01")), last(90, Period.parse("2025-12")), False),
        (
            replace(COUNT, year_start_month=10),
            entry(1),
            last(90),
            False,
        ),
        (STAGE, entry(1), last(0), False),
    ],
)
def test_a_jump_asks_for_a_reason(
    indicator: IndicatorFacts, given: Entry, before: LastValue | None, asked: bool
) -> None:
    assert fields(check(given, indicator, before, TODAY)) == (["变动原因"] if asked else [])


def test_a_jump_is_measured_against_what_was_to_be_expected() -> None:
    assert jump(Decimal(80), OCTOBER, SHARE, last(50)) == 60
    assert jump(Decimal(120), OCTOBER, COUNT, last(90)) == 20
    assert jump(Decimal(5), OCTOBER, SHARE, last(0)) is None


def test_an_amber_light_wants_cause_measure_and_a_later_day() -> None:
    assert fields(explanation_problems(entry(3))) == ["滞后原因", "改进措施", "预计日期"]
    told = entry(3, cause="延期", measure="赶工", expected_on=date(2026, 10, 31))
    assert fields(explanation_problems(told)) == ["预计日期"]
    assert explanation_problems(replace(told, expected_on=date(2026, 11, 30))) == []


def test_words_have_an_end() -> None:
    assert fields(too_long(entry(3, note="长" * 2001, cause="短"))) == ["备注"]
