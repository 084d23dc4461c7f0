"""What is owed for a period of a target: one answer for the entry page, the overview, the ledger and the report."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from kpi.actuals.rules import ActualState
from kpi.assessment.rules import Light, Reporting, reporting_state
from kpi.core.period import Period


@dataclass(frozen=True, slots=True)
class Span:
    """The days for which a target asks for values."""

    begins: date
    ends: date

    def asks_for(self, period: Period) -> bool:
        return self.begins <= period.end and period.start <= self.ends


def span_of(target_starts_on: date, deadline: date, plan_ends_on: date) -> Span:
    """While the plan or the target runs: one that was missed is watched on until the plan is over."""
    return Span(target_starts_on, max(deadline, plan_ends_on))


def within(span: Span, starts_on: date, ends_on: date) -> Span:
    """The part of it that falls to somebody who reports between two days."""
    return Span(max(span.begins, starts_on), min(span.ends, ends_on))


def needs_no_more(light: Light | None) -> bool:
    """A target that is achieved as a whole needs no further values, of nobody."""
    return light is Light.ACHIEVED


def reporting_of(
    period: Period, lag_days: int, today: date, state: ActualState | None, *, asked: bool, light: Light | None
) -> Reporting:
    """Where the value of a period stands; `light` is that of the whole target in the month looked at.

    What somebody wrote is shown even where nothing is asked for.
    """
    if state is None and (not asked or needs_no_more(light)):
        return Reporting.NOT_DUE
    return reporting_state(period, lag_days, today, state.value if state is not None else None)
