"""The series of one target as a forecast sees it: what each period brought, and what is still to come."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from kpi.assessment.rules_facts import TargetFacts
from kpi.assessment.rules_series import Observation, window_start
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from kpi.core.quantity import PROPORTION_SCALES, Kind, round_half_up
from kpi.targets.rules import JudgedAs, Shape
from kpi.targets.rules_curve import share_at

ONE_DAY = timedelta(days=1)
PACED = frozenset({Shape.MONTHS, Shape.SEASONAL, Shape.S_CURVE})
"""Shapes that say how work spreads; steps, points and "all at the deadline" only say when it is due."""


class Nature(StrEnum):
    """What a series is, and so what is fitted to it."""

    COUNTS = "counts"  # things or events that add up: gamma-Poisson, wider where the periods vary more
    AMOUNTS = "amounts"  # money, persons-times in fractions: Student's t of what the periods brought
    LEVELS = "levels"  # a level at period end: local level with drift
    RATES = "rates"  # rare events over a base: gamma-Poisson
    SHARES = "shares"  # a part of a whole: beta-binomial


@dataclass(frozen=True, slots=True)
class Step:
    """What one reported period brought: `count` (or the level), over `base`, in `time` (days of the plan's pace)."""

    count: float
    base: float
    time: float


@dataclass(frozen=True, slots=True)
class Series:
    """Steps up to now; `kept` of `kept_base` is what already counts on the deadline, `time_left` what is to come."""

    nature: Nature
    steps: tuple[Step, ...]
    kept: float = 0.0
    kept_base: float = 0.0
    time_left: float = 0.0
    months_left: int = 0
    periods_left: int = 0
    scale: Decimal | None = None
    cap: float = math.inf
    floor: float = -math.inf
    ceiling: float = math.inf
    places: int = 2

    @property
    def time(self) -> float:
        return math.fsum(step.time for step in self.steps)

    @property
    def count(self) -> float:
        return math.fsum(step.count for step in self.steps)

    @property
    def base(self) -> float:
        return math.fsum(step.base for step in self.steps)

    @property
    def base_left(self) -> float:
        """The base to come, when it grows as it has."""
        return self.base * self.time_left / self.time

    @property
    def base_at_the_end(self) -> float:
        return self.kept_base + self.base_left if self.nature in (Nature.RATES, Nature.SHARES) else 1.0

    @property
    def monthly(self) -> Decimal | None:
        """What a month brought until now; of a level, how it moved."""
        if self.nature is Nature.SHARES or not self.time:
            return None
        moved = self.steps[-1].count - self.steps[0].count if self.nature is Nature.LEVELS else self.count
        time = self.time - self.steps[0].time if self.nature is Nature.LEVELS else self.time
        places = max(1, self.places) if self.nature is not Nature.COUNTS else 1
        return round_half_up(Decimal(repr(moved / time * 365.25 / 12)), places) if time else None


def nature_of(facts: TargetFacts, seen: Sequence[Observation], accumulates: Accumulates) -> Nature:
    """What the series is, from how its values add up and whether they come in parts."""
    in_parts = bool(seen) and all(each.numerator is not None and each.denominator for each in seen)
    if facts.judged_as is JudgedAs.COVER and in_parts:
        return Nature.COUNTS
    if in_parts and _scale(facts) is not None and accumulates in (Accumulates.RATIO, Accumulates.RUNNING):
        parts = all((each.numerator or 0) <= (each.denominator or 0) for each in seen)
        return Nature.SHARES if parts and (facts.kind is not Kind.RATE or facts.unit == "%") else Nature.RATES
    if accumulates in (Accumulates.SUM, Accumulates.RUNNING) and facts.kind in (Kind.COUNT, Kind.AMOUNT):
        return Nature.COUNTS if facts.whole else Nature.AMOUNTS
    return Nature.LEVELS


def _scale(facts: TargetFacts) -> Decimal | None:
    return facts.scale or PROPORTION_SCALES.get(facts.unit)


def series_of(
    facts: TargetFacts,
    seen: Sequence[Observation],
    nature: Nature,
    accumulates: Accumulates,
    year_start_month: int = 1,
) -> Series:
    """The steps that `seen` (standings within single years, oldest first) were made of; without any, no steps."""
    if not seen:
        return Series(nature, ())
    left = _periods_left(seen[-1].period, facts.deadline)
    usual = Series(
        nature,
        (),
        periods_left=left,
        months_left=max(1, left * seen[-1].period.frequency.months),
        places=facts.shown_places,
    )
    if nature is Nature.LEVELS:
        return _with_levels(usual, facts, seen)
    return _with_steps(usual, facts, seen, accumulates, year_start_month)


def _with_levels(series: Series, facts: TargetFacts, seen: Sequence[Observation]) -> Series:
    """The latest run without a gap: over a gap nobody knows how the level moved."""
    run = [seen[-1]]
    for each in reversed(seen[:-1]):
        if each.period.next() != run[0].period:
            break
        run.insert(0, each)
    days = [float((each.period.end - each.period.start).days + 1) for each in run]
    steps = tuple(Step(float(each.value or 0), 1.0, time) for each, time in zip(run, days, strict=True))
    low, high = (0.0, 100.0) if facts.unit == "%" else (-math.inf, math.inf)
    return replace(series, steps=steps, kept=steps[-1].count, floor=low, ceiling=high)


def _with_steps(
    series: Series,
    facts: TargetFacts,
    seen: Sequence[Observation],
    accumulates: Accumulates,
    year_start_month: int,
) -> Series:
    """What the periods brought, and how much of it counts in the window that the deadline closes."""
    covers = facts.judged_as is JudgedAs.COVER and series.nature is Nature.COUNTS
    parts = series.nature in (Nature.RATES, Nature.SHARES) or (covers and seen[-1].numerator is not None)
    last, at_the_end = seen[-1].period, window_at_the_end(facts, year_start_month)
    pace = _Pace(facts, at_the_end)
    running = accumulates is Accumulates.RUNNING or covers
    steps = _steps(seen, pace, parts, running, lambda period: _window(period, facts, year_start_month))
    kept = [step for step, each in zip(steps, seen, strict=True) if each.period.end >= at_the_end]
    return replace(
        series,
        steps=steps,
        kept=math.fsum(step.count for step in kept),
        kept_base=math.fsum(step.base for step in kept),
        time_left=pace.between(max(last.end + ONE_DAY, at_the_end), facts.deadline),
        scale=_scale(facts) if parts else None,
        cap=_numbers(seen[-1], parts)[1] if covers and parts else math.inf,
    )


def window_at_the_end(facts: TargetFacts, year_start_month: int) -> date:
    """From when on values count on the deadline: of the plan, or of so many statistical years as are pooled."""
    years = facts.rules.pooled_years if facts.judged_as is JudgedAs.HOLD else 1
    if facts.judged_as in (JudgedAs.DELIVER, JudgedAs.COVER):
        return facts.start
    return window_start(Period.containing(facts.deadline), year_start_month, years=years)


def _periods_left(last: Period, deadline: date) -> int:
    per_year = 12 // last.frequency.months
    final = Period.containing(deadline, last.frequency)
    return (final.year - last.year) * per_year + final.index - last.index


def _numbers(seen: Observation, parts: bool) -> tuple[float, float]:
    if parts:
        return float(seen.numerator or 0), float(seen.denominator or 0)
    return float(seen.value or 0), 1.0


@dataclass(frozen=True, slots=True)
class _Pace:
    """Time as the plan spreads its work; days where it does not say."""

    facts: TargetFacts
    begins: date

    def between(self, first: date, last: date) -> float:
        """From the morning of `first` to the evening of `last`; 0 when that is earlier."""
        return max(0.0, self._until(last) - self._until(first - ONE_DAY))

    def _until(self, day: date) -> float:
        facts, days = self.facts, (self.facts.deadline - self.begins).days + 1
        if facts.shape.shape in PACED and self.begins == facts.start and day <= facts.deadline:
            return float(share_at(facts.start, facts.deadline, facts.shape, day)) * days
        return float((day - self.begins).days + 1)


def _steps(
    seen: Sequence[Observation], pace: _Pace, parts: bool, running: bool, window_of: Callable[[Period], date]
) -> tuple[Step, ...]:
    """What each period brought: the difference to the standing before it, within one window. A running total that
    skips a period brings what both had."""
    found = []
    before: Observation | None = None
    for each in seen:
        begins = window_of(each.period)
        if before is not None and window_of(before.period) != begins:
            before = None
        count, base = _numbers(each, parts)
        earlier, earlier_base = _numbers(before, parts) if before is not None else (0.0, 0.0)
        since = before.period.end + ONE_DAY if before is not None else begins
        time = pace.between(since if running else max(begins, each.period.start), each.period.end)
        found.append(Step(count - earlier, base - earlier_base, time))
        before = each
    return tuple(found)


def _window(period: Period, facts: TargetFacts, year_start_month: int) -> date:
    if facts.judged_as in (JudgedAs.DELIVER, JudgedAs.COVER):
        return facts.start
    return window_start(period, year_start_month)
