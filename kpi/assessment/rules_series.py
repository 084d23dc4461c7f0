"""Reported values combined over time: what an indicator stands at by the end of each period."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from kpi.catalog.rules import Accumulates
from kpi.core.period import Period, statistical_year_start

ZERO = Decimal(0)


class Observation(NamedTuple):
    """An approved value of a period; after `combine`, what the indicator stands at by the end of it.

    `missing` counts periods of the window that were not reported, so a sum over them is too small.
    """

    period: Period
    value: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    happened_on: date | None = None
    missing: int = 0


def combine(
    observations: Iterable[Observation],
    accumulates: Accumulates,
    *,
    scale: Decimal | None = None,
    year_start_month: int = 1,
    plan_start: date | None = None,
    years: int = 1,
) -> tuple[Observation, ...]:
    """The standing at the end of each reported period, oldest first.

    SUM adds the periods since the window began, RATIO divides summed numerators by summed denominators
    (a mean of percentages would mean nothing), RUNNING and LEVEL are taken as reported. The window begins with the
    statistical year (`years` of them when several are pooled) or, when `plan_start` is given, with the plan.
    """
    ordered = sorted(observations, key=lambda seen: seen.period.start)
    if accumulates in (Accumulates.RUNNING, Accumulates.LEVEL):
        return tuple(_with_quotient(seen, scale) for seen in ordered)
    windows = [window_start(seen.period, year_start_month, plan_start, years) for seen in ordered]
    if years == 1 or plan_start is not None:
        return _running(ordered, windows, accumulates, scale)
    return tuple(
        _running(
            [s for s in ordered[: i + 1] if s.period.start >= windows[i]], [windows[i]] * (i + 1), accumulates, scale
        )[-1]
        for i in range(len(ordered))
    )


def window_start(period: Period, year_start_month: int = 1, plan_start: date | None = None, years: int = 1) -> date:
    """The first day whose values count for a standing at the end of `period`."""
    if plan_start is not None:
        return plan_start
    begins = statistical_year_start(period.end, year_start_month)
    if period.frequency.months == 12:
        # A yearly number is the whole of the statistical year that ends in it.
        begins = period.start
    return date(begins.year - years + 1, begins.month, 1)


def _running(
    ordered: Sequence[Observation], windows: Sequence[date], accumulates: Accumulates, scale: Decimal | None
) -> tuple[Observation, ...]:
    """One pass: totals are carried on within a window and start again with the next."""
    found: list[Observation] = []
    window: date | None = None
    taken: list[Observation] = []
    for seen, begins in zip(ordered, windows, strict=False):
        if begins != window:
            window, taken = begins, []
        if seen.period.end < begins:
            found.append(seen)
            continue
        taken.append(seen)
        found.append(_total(taken, found[-1] if len(taken) > 1 else None, begins, accumulates, scale))
    return tuple(found)


def _total(
    taken: Sequence[Observation],
    before: Observation | None,
    begins: date,
    accumulates: Accumulates,
    scale: Decimal | None,
) -> Observation:
    seen = taken[-1]
    missing = _missing(taken, begins)
    numerator = _plus(before.numerator, seen.numerator) if before else seen.numerator
    denominator = _plus(before.denominator, seen.denominator) if before else seen.denominator
    if accumulates is Accumulates.SUM:
        value = _plus(before.value, seen.value) if before else seen.value
        return seen._replace(value=value, numerator=numerator, denominator=denominator, missing=missing)
    value = quotient(numerator, denominator, scale)
    if value is None and before is None and numerator is None and denominator is None:
        # A first period that came as a mere percentage stands for itself; a second one can not be added to it.
        value = seen.value
    return seen._replace(value=value, numerator=numerator, denominator=denominator, missing=missing)


def _missing(taken: Sequence[Observation], begins: date) -> int:
    last = taken[-1].period
    first = Period.containing(begins, last.frequency)
    per_year = 12 // last.frequency.months
    expected = (last.year - first.year) * per_year + last.index - first.index + 1
    return max(0, expected - len(taken))


def _plus(total: Decimal | None, more: Decimal | None) -> Decimal | None:
    """A sum with an unknown part is unknown."""
    return None if total is None or more is None else total + more


def quotient(numerator: Decimal | None, denominator: Decimal | None, scale: Decimal | None = None) -> Decimal | None:
    """numerator ÷ denominator × scale; nothing when a part is missing or the denominator is zero."""
    if numerator is None or not denominator:
        return None
    return numerator / denominator * (scale or 1)


def _with_quotient(seen: Observation, scale: Decimal | None) -> Observation:
    if seen.value is not None or seen.numerator is None:
        return seen
    return seen._replace(value=quotient(seen.numerator, seen.denominator, scale))
