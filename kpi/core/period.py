"""Business periods: year, half, quarter, month. Written 2026, 2026H1, 2026Q3, 2026-10."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache, cached_property, lru_cache, total_ordering

from kpi.core.errors import BadInput, Problem
from kpi.core.text import current_language, t


class Frequency(StrEnum):
    MONTH = "month"
    QUARTER = "quarter"
    HALF = "half"
    YEAR = "year"

    @property
    def months(self) -> int:
        """How many months one period lasts."""
        return _MONTHS[self]


_MONTHS = {Frequency.MONTH: 1, Frequency.QUARTER: 3, Frequency.HALF: 6, Frequency.YEAR: 12}


_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12]))?")


@total_ordering
@dataclass(frozen=True)
class Period:
    """`index` counts from 1 within the calendar year; a year has index 1."""

    frequency: Frequency
    year: int
    index: int = 1

    def __post_init__(self) -> None:
        if not (1900 <= self.year <= 2200 and 1 <= self.index <= 12 // self.frequency.months):
            raise BadInput.of(Problem(t("没有这样的期间"), field=t("期间")))

    @classmethod
    def parse(cls, written: str) -> Period:
        """From 2026, 2026H1, 2026Q3 or 2026-10; raises BadInput for anything else."""
        return _parsed(written)

    @classmethod
    def month(cls, year: int, month: int) -> Period:
        return cls(Frequency.MONTH, year, month)

    @classmethod
    def containing(cls, day: date, frequency: Frequency = Frequency.MONTH) -> Period:
        return cls(frequency, day.year, (day.month - 1) // frequency.months + 1)

    @cached_property
    def start(self) -> date:
        return date(self.year, (self.index - 1) * self.frequency.months + 1, 1)

    @cached_property
    def end(self) -> date:
        """The last day of the period."""
        return self.next().start - timedelta(days=1)

    @cached_property
    def last_month(self) -> Period:
        """The month in which this period ends."""
        return Period.containing(self.end)

    def next(self, count: int = 1) -> Period:
        """The period `count` later (earlier when negative)."""
        per_year = 12 // self.frequency.months
        serial = self.year * per_year + self.index - 1 + count
        return Period(self.frequency, serial // per_year, serial % per_year + 1)

    def months(self) -> Iterator[Period]:
        """The months inside, in order."""
        first = Period.containing(self.start)
        return (first.next(i) for i in range(self.frequency.months))

    @property
    def label(self) -> str:
        """As leadership reads it: 2026年10月, 2026年第三季度, 2026年上半年, 2026年."""
        match self.frequency:
            case Frequency.MONTH:
                return t("{year}年{month}月", year=self.year, month=self.index)
            case Frequency.QUARTER:
                return t("{year}年第{quarter}季度", year=self.year, quarter=t("一 二 三 四").split()[self.index - 1])
            case Frequency.HALF:
                return t("{year}年上半年" if self.index == 1 else "{year}年下半年", year=self.year)
            case Frequency.YEAR:
                return t("{year}年", year=self.year)

    @cached_property
    def written(self) -> str:
        """2026-10, 2026Q3, 2026H1, 2026: what `parse` reads."""
        match self.frequency:
            case Frequency.MONTH:
                return f"{self.year}-{self.index:02d}"
            case Frequency.QUARTER:
                return f"{self.year}Q{self.index}"
            case Frequency.HALF:
                return f"{self.year}H{self.index}"
            case Frequency.YEAR:
                return str(self.year)

    def __str__(self) -> str:
        return self.written

    def __lt__(self, other: Period) -> bool:
        return (self.end, self.start) < (other.end, other.start)


@lru_cache(maxsize=4096)
def _parsed(written: str) -> Period:
    """The few hundred periods in use are read again and again, out of every row."""
    found = _WRITTEN.fullmatch(written.strip().upper())
    if not found:
        raise BadInput.of(
            Problem(t("“{written}”不是期间，请写成 2026-10、2026Q3、2026H1 或 2026", written=written), t("期间"))
        )
    year = int(found["year"])
    if found["month"]:
        return Period(Frequency.MONTH, year, int(found["month"]))
    if found["quarter"]:
        return Period(Frequency.QUARTER, year, int(found["quarter"]))
    if found["half"]:
        return Period(Frequency.HALF, year, int(found["half"]))
    return Period(Frequency.YEAR, year)


def months_between(first: Period, last: Period) -> list[Period]:
    """Every month from `first` to `last`, both included; empty when last is before first."""
    count = (last.year - first.year) * 12 + last.index - first.index + 1
    return [first.next(i) for i in range(max(0, count))]


def statistical_year_start(day: date, start_month: int = 1) -> date:
    """First day of the statistical year that holds `day` (maternal and child health: start_month 10)."""
    return date(day.year if day.month >= start_month else day.year - 1, start_month, 1)


def month_name(month: int) -> str:
    """10月, in English Oct: for days and months whose year is clear."""
    return _month_names(current_language())[month - 1]


@cache
def _month_names(_language: str) -> list[str]:
    """Once for each language: every sentence about a light names a month."""
    return t("1月 2月 3月 4月 5月 6月 7月 8月 9月 10月 11月 12月").split()
