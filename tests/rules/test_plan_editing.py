"""The curve being edited: milestones, days a line needs, last year's profile, what does not fit, the number line."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kpi.assessment.rules import Observation
from kpi.assessment.rules_bands import Band, number_line
from kpi.assessment.rules_season import brought_by_month
from kpi.catalog.rules import Accumulates
from kpi.core.errors import BadInput
from kpi.core.period import Period
from kpi.targets.rules import PlanPoint, PlanShape, Shape
from kpi.targets.rules_curve import PlanCurve, drawn, expected_at, fitting_problems, seasonal_shares

START, DEADLINE = date(2026, 1, 1), date(2026, 12, 31)


def curve(shape: PlanShape, **more: object) -> PlanCurve:
    return PlanCurve(START, DEADLINE, Decimal(12), shape=shape, **more)  # type: ignore[arg-type]


def points(*pairs: tuple[date, int], shape: Shape = Shape.MILESTONES) -> PlanShape:
    return PlanShape(shape, tuple(PlanPoint(day, Decimal(value)) for day, value in pairs))


@pytest.mark.parametrize(
    ("day", "due"),
    [
        (date(2026, 6, 29), 0),
        (date(2026, 6, 30), 4),
        (date(2026, 9, 29), 4),
        (date(2026, 9, 30), 9),
        (date(2026, 12, 30), 9),
        (DEADLINE, 12),
    ],
)
def test_between_milestones_nothing_more_is_due(day: date, due: int) -> None:
    stepped = curve(points((date(2026, 6, 30), 4), (date(2026, 9, 30), 9)))
    assert expected_at(stepped, day) == due


def test_before_the_first_milestone_nobody_knows_without_a_baseline() -> None:
    unknown = curve(points((date(2026, 6, 30), 4)), origin=None)
    assert expected_at(unknown, date(2026, 6, 29)) is None
    assert expected_at(unknown, date(2026, 7, 1)) == 4


def test_a_line_shows_both_sides_of_a_step() -> None:
    days = dict(drawn(curve(points((date(2026, 6, 15), 4)))))
    assert days[date(2026, 6, 14)] == 0 and days[date(2026, 6, 15)] == 4
    assert days[date(2026, 12, 30)] == 4 and days[DEADLINE] == 12
    assert date(2026, 12, 30) not in dict(drawn(curve(PlanShape())))
    assert drawn(PlanCurve(DEADLINE, START, Decimal(5))) == [(START, Decimal(5))]


def test_whole_things_are_not_lost_to_a_share_that_never_ends() -> None:
    thirds = curve(PlanShape(Shape.QUARTERS, shares=tuple(map(Decimal, (1, 1, 1, 0)))), whole=True)
    assert [expected_at(thirds, date(2026, month, 30)) for month in (4, 6)] == [4, 8]
    falling = PlanCurve(START, DEADLINE, Decimal(0), Decimal(12), thirds.shape, True)
    assert [expected_at(falling, date(2026, month, 30)) for month in (4, 6)] == [8, 4]


def test_what_does_not_fit_names_its_row() -> None:
    shape = points((date(2026, 3, 31), 1), (date(2027, 1, 31), 4))
    problem = fitting_problems(shape, START, DEADLINE)[0]
    assert (problem.row, problem.field) == (2, "计划进度") and "2026-01-01至2026-12-31" in problem.reason
    with pytest.raises(BadInput) as refused:
        points((date(2026, 3, 31), 1), (date(2026, 3, 31), 2)).check()
    assert refused.value.problems[0].row == 2
    with pytest.raises(BadInput, match="至少要有一个节点"):
        PlanShape(Shape.MILESTONES).check()


def test_a_three_year_plan_has_twelve_quarters() -> None:
    four = PlanShape(Shape.QUARTERS, shares=(Decimal(1),) * 4)
    assert "共12个季度" in fitting_problems(four, START, date(2028, 12, 31))[0].reason
    assert fitting_problems(PlanShape(Shape.QUARTERS), START, date(2028, 12, 31)) == []


def seen(*values: tuple[str, int]) -> list[Observation]:
    return [Observation(Period.parse(period), Decimal(value)) for period, value in values]


def brought(values: list[Observation], accumulates: Accumulates, **more: bool) -> dict[int, Decimal]:
    return brought_by_month(values, accumulates, date(2025, 1, 1), date(2025, 12, 31), **more)


def test_totals_begin_anew_with_the_year() -> None:
    totals = seen(("2024-12", 90), ("2025-01", 5), ("2025-02", 9))
    assert brought(totals, Accumulates.RUNNING) == {1: 5, 2: 4}


def test_quarters_are_spread_over_their_months() -> None:
    found = brought(seen(("2025Q1", 3), ("2025Q2", 9)), Accumulates.RUNNING)
    assert found == {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 2}


def test_levels_go_on_from_the_former_value() -> None:
    levels = seen(("2024-12", 50), ("2025-02", 54), ("2025-03", 53))
    assert brought(levels, Accumulates.LEVEL) == {1: 2, 2: 2, 3: -1}
    assert brought(levels, Accumulates.LEVEL, falling=True)[3] == 1
    assert brought(seen(("2025-02", 54)), Accumulates.LEVEL) == {}


def test_shares_are_never_negative() -> None:
    shares = seasonal_shares({1: Decimal(2), 3: Decimal(-1)})
    assert shares is not None and shares[:3] == (2, 0, 0) and len(shares) == 12
    assert seasonal_shares({}) is None and seasonal_shares({3: Decimal(-1)}) is None


def band(light: str, low: int | None, high: int | None, low_in: bool = False, high_in: bool = False) -> Band:
    edge = [None if number is None else Decimal(number) for number in (low, high)]
    return Band(light, *edge, low_in, high_in)


def test_the_number_line_names_holes_and_overlaps() -> None:
    bands = [band("on_track", None, 0, high_in=True), band("behind", 0, 8, high_in=True), band("off_track", 10, None)]
    line = [(each.outcomes, str(each.piece)) for each in number_line(bands)]
    assert line == [
        (("on_track",), "(−∞, 0]"),
        (("behind",), "(0, 8]"),
        ((), "(8, 10]"),
        (("off_track",), "(10, +∞)"),
    ]
    overlapping = [band("on_track", None, 5), band("behind", 5, None, low_in=True), band("behind", 3, 5, low_in=True)]
    assert [(each.outcomes, str(each.piece)) for each in number_line(overlapping)][1] == (
        ("on_track", "behind"),
        "[3, 5)",
    )
    assert [str(each.piece) for each in number_line([])] == ["(−∞, +∞)"]
