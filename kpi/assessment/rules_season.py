"""What each month of a year brought: the seasonal profile that a plan of the next year may follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from kpi.assessment.rules_series import ZERO, Observation
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period, months_between, statistical_year_start


def brought_by_month(
    standing: Sequence[Observation],
    accumulates: Accumulates,
    first: date,
    last: date,
    *,
    year_start_month: int = 1,
    falling: bool = False,
) -> dict[int, Decimal]:
    """How far each calendar month between two days carried the indicator on, from values combined over time.

    Totals begin anew with the statistical year, levels go on from the former period; what lies between two reported
    periods is spread evenly over their months. `falling`: fewer is further.
    """
    adds_up = accumulates in (Accumulates.SUM, Accumulates.RUNNING)
    found: dict[int, Decimal] = {}
    before: Observation | None = None
    for seen in standing:
        if seen.value is None:
            continue
        begins, start = _since(seen, before, adds_up, year_start_month)
        before = seen
        if start is None or not first <= seen.period.end <= last:
            continue
        months = months_between(begins, seen.period.last_month)
        step = (start - seen.value if falling else seen.value - start) / len(months)
        for month in months:
            found[month.index] = found.get(month.index, ZERO) + step
    return found


def _since(
    seen: Observation, before: Observation | None, adds_up: bool, year_start_month: int
) -> tuple[Period, Decimal | None]:
    """The first month since the former value, and that value: zero at the start of a year of totals, None when nobody
    knows it."""
    year = statistical_year_start(seen.period.end, year_start_month)
    if before is not None and (not adds_up or before.period.end >= year):
        return before.period.last_month.next(), before.value
    return Period.containing(year if adds_up else seen.period.start), ZERO if adds_up else None
