"""The process behind a target: what each period brought on an XmR chart, and whether it meets the target as it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.assessment.rules_facts import TargetFacts
from kpi.assessment.rules_series import Observation, quotient, window_start
from kpi.assessment.rules_spc import (
    FEWEST_POINTS,
    Assurance,
    Cause,
    Limits,
    Variation,
    assurance,
    causes,
    variation,
    xmr_limits,
)
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.targets.rules import JudgedAs

MOST_POINTS = 60
"""Five years of months: older points say nothing about the process as it is."""


@dataclass(frozen=True, slots=True)
class Point:
    period: Period
    value: Decimal
    cause: Cause
    variation: Variation


@dataclass(frozen=True, slots=True)
class Process:
    """`assurance` is None where the target is a total: no single period can be held against it."""

    points: tuple[Point, ...]
    limits: Limits
    target: Decimal | None
    assurance: Assurance | None

    @property
    def latest(self) -> Variation:
        return self.points[-1].variation


def process_of(
    facts: TargetFacts,
    observations: Sequence[Observation],
    accumulates: Accumulates,
    as_of: Period,
    *,
    year_start_month: int = 1,
) -> tuple[Process | None, int]:
    """The process up to `as_of` and how many points it has; None with fewer than twelve, whose limits mean too little.

    `observations` are the reported values themselves, not the standings.
    """
    seen = sorted((each for each in observations if each.period.end <= as_of.end), key=lambda each: each.period)
    own = _own_values(facts, seen, accumulates, year_start_month)[-MOST_POINTS:]
    if len(own) < FEWEST_POINTS:
        return None, len(own)
    numbers = [float(value) for _, value in own]
    limits = xmr_limits(numbers)
    found = causes(numbers, limits)
    points = [
        Point(period, value, cause, variation(cause, facts.direction))
        for (period, value), cause in zip(own, found, strict=True)
    ]
    line = None if _is_total(facts, accumulates) or facts.goal is None else facts.goal
    judged = assurance(limits, float(line), facts.direction) if line is not None else None
    return Process(tuple(points), limits, line, judged), len(own)


def _is_total(facts: TargetFacts, accumulates: Accumulates) -> bool:
    """Whether the target is a sum over periods: ten clinics a year are no demand on a month."""
    adds = accumulates in (Accumulates.SUM, Accumulates.RUNNING)
    return facts.judged_as is JudgedAs.DELIVER or (adds and facts.kind in (Kind.COUNT, Kind.AMOUNT))


def _own_values(
    facts: TargetFacts, seen: Sequence[Observation], accumulates: Accumulates, year_start_month: int
) -> list[tuple[Period, Decimal]]:
    """What each period was by itself: of a running total the difference to the one before."""
    found, running = [], accumulates is Accumulates.RUNNING
    before: tuple[date, Observation] | None = None
    for each in seen:
        of_plan = facts.judged_as is JudgedAs.DELIVER and each.period.end >= facts.start
        begins = facts.start if of_plan else window_start(each.period, year_start_month)
        earlier = before[1] if before is not None and before[0] == begins else None
        follows = earlier is None or earlier.period.next() == each.period
        value = _own_value(facts, each, earlier, accumulates) if follows or not running else None
        if value is not None:
            found.append((each.period, value))
        before = (begins, each)
    return found


def _own_value(
    facts: TargetFacts, seen: Observation, before: Observation | None, accumulates: Accumulates
) -> Decimal | None:
    in_parts = seen.numerator is not None and seen.denominator is not None
    if accumulates is not Accumulates.RUNNING:
        return (
            quotient(seen.numerator, seen.denominator, facts.scale) if seen.value is None and in_parts else seen.value
        )
    if in_parts and facts.scale is not None:
        earlier = (before.numerator, before.denominator) if before else (Decimal(0), Decimal(0))
        if seen.numerator is None or seen.denominator is None or None in earlier:
            return None
        return quotient(seen.numerator - (earlier[0] or 0), seen.denominator - (earlier[1] or 0), facts.scale)
    if facts.kind not in (Kind.COUNT, Kind.AMOUNT) or seen.value is None:
        return seen.value
    return seen.value - (before.value or 0) if before else seen.value


def cause_label(cause: Cause) -> str:
    match cause:
        case Cause.COMMON:
            return t("正常波动")
        case Cause.ABOVE_LIMIT:
            return t("超出上控制限")
        case Cause.BELOW_LIMIT:
            return t("低于下控制限")
        case Cause.RISING:
            return t("连续7点上升")
        case Cause.FALLING:
            return t("连续7点下降")
        case Cause.TWO_ABOVE:
            return t("3点中2点接近上限")
        case Cause.TWO_BELOW:
            return t("3点中2点接近下限")
        case Cause.SEVEN_ABOVE:
            return t("连续7点高于均值")
        case Cause.SEVEN_BELOW:
            return t("连续7点低于均值")


def variation_label(found: Variation) -> str:
    match found:
        case Variation.COMMON:
            return t("近期是正常波动，不必为单月涨落找理由")
        case Variation.IMPROVEMENT:
            return t("好转信号：变化不像偶然")
        case Variation.CONCERN:
            return t("恶化信号：变化不像偶然，应查原因")
        case Variation.HIGH:
            return t("偏高信号：变化不像偶然")
        case Variation.LOW:
            return t("偏低信号：变化不像偶然")


def assurance_label(found: Assurance | None) -> str:
    match found:
        case Assurance.MET:
            return t("照现在的过程，能稳定达到目标")
        case Assurance.MISSED:
            return t("照现在的过程达不到目标，需要改变做法")
        case Assurance.INCONSISTENT:
            return t("目标在控制限之间，单期能否达到看偶然")
    return t("目标是累计数或没有方向，不与单期值比较")
