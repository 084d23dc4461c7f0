"""Tables of the shared words: numbers, periods, the catalogue."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.core import clock
from kpi.core.errors import BadInput
from kpi.core.period import Frequency, Period, months_between, statistical_year_start
from kpi.core.quantity import parse_number, plain, round_half_up, show_number, show_quantity
from kpi.core.text import speaking, t


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("46000", "46000"),
        ("4,600", "4600"),
        ("-12，345，678.5", "-12345678.5"),
        ("４６．５", "46.5"),
        (" 17 ", "17"),
        ("-0.5", "-0.5"),
        (60, "60"),
        (0.1, "0.1"),
        (D("17.123456"), "17.123456"),
        ("1e3", "1000"),
        ("0", "0"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_numbers_are_taken_exactly(written: object, number: str) -> None:
    assert parse_number(written) == D(number)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", "不是数字"),
        (None, "不是数字"),
        (True, "不是数字"),
        ("六十", "不是数字"),
        ("NaN", "不是数字"),
        ("inf", "不是数字"),
        (float("nan"), "不是数字"),
        ("2026-10-31", "不是数字"),
        ("1_000", "不是数字"),
        ("3,5", "逗号"),  # 3.5 as some write it, or a slip: certainly not 35
        ("3，5", "逗号"),
        ("1,23,456", "逗号"),
        ("1,000,", "逗号"),
        ("1" * 16, "过大"),
        ("1e15", "过大"),
        ("-1e999999999", "过大"),
        ("1e-999999999", "小数位数过多"),
        ("0.1234567", "小数位数过多"),
    ],
)
def test_what_is_no_number_is_refused_with_field_and_row(written: object, reason: str) -> None:
    with pytest.raises(BadInput, match=reason) as caught:
        parse_number(written, "数值", 7)
    assert caught.value.problems[0].field == "数值"
    assert caught.value.problems[0].row == 7


@pytest.mark.parametrize(
    ("value", "places", "shown"),
    [
        ("46000", None, "46,000"),
        ("0.8", None, "0.8"),
        ("17.50", None, "17.5"),
        ("1.005", 2, "1.01"),
        ("-0.004", 2, "0"),
        ("-1234.5", 1, "-1,234.5"),
        ("99.995", 2, "100"),
        ("1E+3", None, "1,000"),
    ],
)
def test_numbers_are_printed_one_way(value: str, places: int | None, shown: str) -> None:
    assert show_number(D(value), places) == shown


def test_quantities_carry_their_unit_and_nothing_is_a_dash() -> None:
    assert show_quantity(D("17"), "/10万") == "17/10万"
    assert show_quantity(None, "家") == "—"


@given(st.decimals(min_value=-(10**14), max_value=10**14, places=6))
def test_a_printed_number_reads_back_as_itself(value: D) -> None:
    assert parse_number(show_number(value)) == value
    assert parse_number(plain(value)) == value


def test_rounding_is_half_up() -> None:
    assert round_half_up(D("2.5"), 0) == 3
    assert round_half_up(D("-2.5"), 0) == -3


@pytest.mark.parametrize(
    ("written", "start", "end", "label"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026年10月"),
        ("2026Q3", date(2026, 7, 1), date(2026, 9, 30), "2026年第三季度"),
        ("2026h1", date(2026, 1, 1), date(2026, 6, 30), "2026年上半年"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024年2月"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_periods(written: str, start: date, end: date, label: str) -> None:
    period = Period.parse(written)
    assert (period.start, period.end, period.label) == (start, end, label)
    assert Period.parse(str(period)) == period
    assert Period.containing(end, period.frequency) == period
    assert period.next(-1).next() == period


@pytest.mark.parametrize("written", ["", "2026-13", "2026-1", "2026Q5", "十月", "26-10", "2026-10-01", "0000-01"])
def test_what_is_no_period_is_refused(written: str) -> None:
    with pytest.raises(BadInput):
        Period.parse(written)


def test_months_and_order() -> None:
    january, march = Period.month(2026, 1), Period.month(2026, 3)
    assert [str(m) for m in months_between(january, march)] == ["2026-01", "2026-02", "2026-03"]
    assert months_between(march, january) == []
    assert sorted([Period.parse("2026Q1"), march, january]) == [january, Period.parse("2026Q1"), march]
    assert list(Period.parse("2026Q1").months()) == months_between(january, march)
    assert Period.parse("2026").last_month == Period.month(2026, 12)
    assert Frequency.QUARTER.months == 3


@pytest.mark.parametrize(
    ("day", "month", "start"),
    [
        (date(2026, 9, 30), 10, date(2025, 10, 1)),
        (date(2026, 10, 1), 10, date(2026, 10, 1)),
        (date(2026, 5, 1), 1, date(2026, 1, 1)),
    ],
)
def test_statistical_years(day: date, month: int, start: date) -> None:
    assert statistical_year_start(day, month) == start


def test_business_days_are_those_of_shanghai() -> None:
    late = datetime(2026, 10, 31, 17, 0, tzinfo=UTC)
    assert clock.business_date(late) == date(2026, 11, 1)
    assert clock.end_of_business_day(date(2026, 10, 31)) == datetime(2026, 10, 31, 16, 0, tzinfo=UTC)


def test_the_clock_starts_where_it_is_told() -> None:
    instant = datetime(2026, 11, 12, 1, 0, tzinfo=UTC)
    clock.start_at(instant)
    assert abs((clock.now() - instant).total_seconds()) < 5


def test_a_sentence_without_translation_stays_chinese() -> None:
    with speaking("en"):
        assert t("这一句没有英文{n}", n=1) == "这一句没有英文1"
