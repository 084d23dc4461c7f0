"""The plan curve: how much is due by the end of a day (序时进度)."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import lru_cache

from kpi.core.errors import Problem
from kpi.core.period import Frequency, Period, months_between
from kpi.core.quantity import round_half_up
from kpi.core.text import t
from kpi.targets.rules import STRAIGHT, PlanPoint, PlanShape, Shape

ZERO = Decimal(0)
ONE = Decimal(1)
_SHARE_PLACES = Decimal("1e-20")


@dataclass(frozen=True, slots=True)
class PlanCurve:
    """The way from `origin` on the day before `start` to `target` on the evening of `deadline`.

    `origin` None: nobody knows where it started; then only the plan's own points say what is expected.
    `whole`: the amount due is counted in whole things, so a part of a thing is never owed.
    """

    start: date
    deadline: date
    target: Decimal
    origin: Decimal | None = ZERO
    shape: PlanShape = STRAIGHT
    whole: bool = False


def expected_at(curve: PlanCurve, day: date) -> Decimal | None:
    """How much is due by the end of `day`, of whole things in whole things (rounded in favour of
    those who report); None where the plan does not say."""
    found = due_at(curve, day)
    return whole_due(curve, found) if curve.whole and found is not None else found


def due_at(curve: PlanCurve, day: date) -> Decimal | None:
    """The same before rounding to whole things.

    Before the start nothing is due; from the deadline on everything is. A plan whose deadline lies before its
    start has no way to spread: everything is due on the deadline.
    """
    if day >= curve.deadline:
        return curve.target
    if curve.shape.shape is Shape.POINTS:
        return _between_points(curve, day)
    if curve.shape.shape is Shape.MILESTONES:
        return _last_milestone(curve, day)
    if curve.origin is None:
        return None
    return curve.origin + (curve.target - curve.origin) * share_at(curve.start, curve.deadline, curve.shape, day)


def whole_due(curve: PlanCurve, due: Decimal) -> Decimal:
    """An amount due in whole things: a part of one is owed by no one."""
    falling = curve.origin is not None and curve.target < curve.origin
    due = round_half_up(due, 9)  # a third of twelve is four, although shares have an end
    return due.to_integral_value(ROUND_CEILING if falling else ROUND_FLOOR)


def _between_points(curve: PlanCurve, day: date) -> Decimal | None:
    points = _all_points(curve)
    after = bisect_right(points, day, key=lambda point: point.day)
    if after == 0:
        return curve.origin
    if after == len(points):
        return points[-1].value
    first, second = points[after - 1], points[after]
    share = Decimal((day - first.day).days) / (second.day - first.day).days
    return first.value + (second.value - first.value) * share


def _last_milestone(curve: PlanCurve, day: date) -> Decimal | None:
    reached = [point.value for point in curve.shape.points if point.day <= day]
    return reached[-1] if reached else curve.origin


def _all_points(curve: PlanCurve) -> list[PlanPoint]:
    """The plan's own points between where it starts and the deadline, whose value is always the target's."""
    points = [point for point in curve.shape.points if point.day < curve.deadline]
    if curve.origin is not None and (not points or curve.start < points[0].day):
        eve = date.fromordinal(curve.start.toordinal() - 1)
        points.insert(0, PlanPoint(eve, curve.origin))
    return [*points, PlanPoint(curve.deadline, curve.target)]


@lru_cache(maxsize=4096)
def share_at(start: date, deadline: date, shape: PlanShape, day: date) -> Decimal:
    """The share of the way, 0 to 1, that is due by the end of `day`."""
    if day >= deadline:
        return ONE
    if day < start or shape.shape is Shape.DEADLINE:
        return ZERO
    match shape.shape:
        case Shape.MONTHS:
            share = _months(start, day) / _months(start, deadline)
        case Shape.QUARTERS:
            share = _stepped(start, deadline, shape, day)
        case Shape.S_CURVE:
            even = _even(start, deadline, day)
            share = even * even * (3 - 2 * even)
        case Shape.SEASONAL:
            weight = _weight_until(start, shape, deadline)
            # A short plan may lie in months in which last year nothing happened: then evenly.
            share = _weight_until(start, shape, day) / weight if weight else _even(start, deadline, day)
        case _:
            share = _even(start, deadline, day)
    return share.quantize(_SHARE_PLACES)


def _even(start: date, deadline: date, day: date) -> Decimal:
    return Decimal((day - start).days + 1) / ((deadline - start).days + 1)


def _part_of_month(day: date) -> Decimal:
    return Decimal(day.day) / Period.containing(day).end.day


def _months(start: date, day: date) -> Decimal:
    """Months from the morning of `start` to the evening of `day`; every month counts the same."""
    first = Decimal(start.day - 1) / Period.containing(start).end.day
    return (day.year - start.year) * 12 + day.month - start.month + _part_of_month(day) - first


def _stepped(start: date, deadline: date, shape: PlanShape, day: date) -> Decimal:
    """Quarters that are over, of all quarters that the plan touches; the last ends with the plan."""
    quarters = quarters_of(start, deadline)
    shares = shape.shares if len(shape.shares) == len(quarters) else (ONE,) * len(quarters)
    done = sum((share for share, quarter in zip(shares, quarters, strict=True) if quarter.end <= day), ZERO)
    return done / sum(shares, ZERO)


def quarters_of(start: date, deadline: date) -> list[Period]:
    """The quarters that a plan touches, one share of QUARTERS for each; the first even when the plan has no length."""
    quarters = [Period.containing(start, Frequency.QUARTER)]
    while quarters[-1].end < deadline:
        quarters.append(quarters[-1].next())
    return quarters


def _weight_until(start: date, shape: PlanShape, day: date) -> Decimal:
    """The weights of the months up to the evening of `day`, a running month in part; weights repeat every year."""
    months = (day.year - start.year) * 12 + day.month - start.month
    shares = shape.shares
    whole = sum((shares[(start.month - 1 + i) % 12] for i in range(months)), ZERO)
    opening = shares[start.month - 1] * (start.day - 1) / Period.containing(start).end.day
    return whole + shares[day.month - 1] * _part_of_month(day) - opening


def fitting_problems(shape: PlanShape, start: date, deadline: date) -> list[Problem]:
    """What keeps a shape from being the plan of these days; rows are counted from 1. What makes no plan at all, for
    whatever days, `PlanShape.check` says."""
    field = t("计划进度")
    quarters = len(quarters_of(start, deadline))
    if shape.shape is Shape.QUARTERS and shape.shares and len(shape.shares) != quarters:
        return [Problem(t("计划期共{n}个季度，请填写{n}个份额", n=quarters), field)]
    if not shape.shape.has_points:
        return []
    return [
        Problem(
            t("节点日期应在{start}至{deadline}之间", start=start.isoformat(), deadline=deadline.isoformat()), field, row
        )
        for row, point in enumerate(shape.points, 1)
        if not start <= point.day <= deadline
    ]


def seasonal_shares(amounts: Mapping[int, Decimal]) -> tuple[Decimal, ...] | None:
    """Weights of January to December from what each month of a year brought; a month that brought nothing, or less,
    weighs nothing. None when no month brought anything. Rounded to the six decimals that a plan can hold."""
    shares = tuple(round_half_up(max(ZERO, amounts.get(month, ZERO)), 6) for month in range(1, 13))
    return shares if sum(shares) else None


def drawn(curve: PlanCurve) -> list[tuple[date, Decimal]]:
    """The days that a line through the curve needs, with what is due: month ends, and both sides of every step."""
    if curve.deadline < curve.start:
        return [(curve.deadline, curve.target)]
    months = months_between(Period.containing(curve.start), Period.containing(curve.deadline))
    days = {month.end for month in months} | {point.day for point in curve.shape.points} | {curve.deadline}
    steps = _steps(curve)
    days |= steps | {date.fromordinal(day.toordinal() - 1) for day in steps}
    inside = sorted(day for day in days if curve.start <= day <= curve.deadline)
    return [(day, due) for day in inside if (due := expected_at(curve, day)) is not None]


def _steps(curve: PlanCurve) -> set[date]:
    match curve.shape.shape:
        case Shape.QUARTERS:
            return {quarter.end for quarter in quarters_of(curve.start, curve.deadline)} | {curve.deadline}
        case Shape.MILESTONES:
            return {point.day for point in curve.shape.points} | {curve.deadline}
        case Shape.DEADLINE:
            return {curve.deadline}
        case _:
            return set()
