"""Words of the catalog, what an indicator must be like, and when a value is due."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum

from kpi.core.errors import Problem
from kpi.core.period import Frequency, Period
from kpi.core.text import t


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


def measuring_problems(
    accumulates: Accumulates | None, has_parts: bool, lag_days: int, year_start_month: int, places: int
) -> list[Problem]:
    """What keeps an indicator from being reported and printed."""
    problems = []
    if not 0 <= lag_days <= 366:
        problems.append(Problem(t("应在0到366天之间"), t("报送时限")))
    if not 0 <= places <= 6:
        problems.append(Problem(t("应在0到6之间"), t("小数位数")))
    if not 1 <= year_start_month <= 12:
        problems.append(Problem(t("应在1到12之间"), t("统计年度起始月")))
    if accumulates is Accumulates.RATIO and not has_parts:
        problems.append(Problem(t("按分子分母累计的指标须填分子、分母"), t("累计方式")))
    return problems


def due_date(period: Period, lag_days: int) -> date:
    """The last day on which a value for `period` is still in time."""
    return period.end + timedelta(days=lag_days)


def periods_owed(frequency: Frequency, first: date, last: date) -> list[Period]:
    """The periods of a plan that runs from `first` to `last`, in order.

    A yearly indicator with its own statistical year still reports one number for the calendar year in which
    that statistical year ends.
    """
    period, periods = Period.containing(first, frequency), []
    while period.start <= last:
        periods.append(period)
        period = period.next()
    return periods
