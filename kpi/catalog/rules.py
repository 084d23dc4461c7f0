"""Words of the catalog, and when a value is due."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from kpi.core.period import Frequency, Period, statistical_year_start


class Accumulates(StrEnum):
    """How the values of one indicator add up over time."""

    SUM = "sum"  # 当月数: each period's own number
    RUNNING = "running"  # 累计数: the total so far
    LEVEL = "level"  # 期末数: the level at period end
    RATIO = "ratio"  # summed numerators over summed denominators


class RollUp(StrEnum):
    """Where the value of the whole comes from when units report parts of it."""

    OWN = "own"  # reported for the whole itself
    SUM = "sum"
    RATIO = "ratio"


def due_date(period: Period, lag_days: int) -> date:
    """The last day on which a value for `period` is still in time."""
    return period.end + timedelta(days=lag_days)


def periods_owed(frequency: Frequency, first: date, last: date, year_start_month: int = 1) -> list[Period]:
    """The periods of a plan that runs from `first` to `last`, in order.

    A yearly indicator with its own statistical year still reports one number for the calendar year in which
    that statistical year ends.
    """
    begin = statistical_year_start(first, year_start_month) if year_start_month != 1 else first
    period = Period.containing(max(begin, first), frequency)
    periods = []
    while period.start <= last:
        periods.append(period)
        period = period.next()
    return periods
