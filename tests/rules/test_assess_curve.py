"""How much is due by the end of a day."""

from datetime import date
from decimal import Decimal as D

import pytest

from kpi.core.errors import BadInput
from kpi.core.quantity import round_half_up
from kpi.targets.rules import PlanPoint, PlanShape, Shape
from kpi.targets.rules_curve import PlanCurve, expected_at

YEAR = (date(2026, 1, 1), date(2026, 12, 31))
POINTS = PlanShape(Shape.POINTS, (PlanPoint(date(2026, 3, 31), D(2)), PlanPoint(date(2026, 9, 30), D(4))))
SEASONAL = PlanShape(Shape.SEASONAL, shares=tuple(map(D, "0 0 0 2 2 2 1 1 1 1 0 0".split())))


def curve(target="10", origin="0", shape=Shape.LINEAR, period=YEAR, whole=False):
    shape = shape if isinstance(shape, PlanShape) else PlanShape(shape)
    return PlanCurve(*period, D(target), None if origin is None else D(origin), shape, whole)


@pytest.mark.parametrize(
    ("plan", "day", "expected"),
    [
        (curve(), "2025-12-31", "0"),
        (curve(), "2026-10-31", "8.33"),
        (curve(whole=True), "2026-10-31", "8"),
        (curve(), "2026-12-31", "10"),
        (curve(), "2027-06-30", "10"),
        (curve("9", "12"), "2026-07-02", "10.50"),
        (curve("3", "10", whole=True), "2026-07-02", "7"),  # 6.49: still 7 may be left, in favour of those who report
        (curve("5", "-5"), "2026-07-02", "0.01"),
        (curve("60", "60"), "2026-05-31", "60"),
        (curve(shape=Shape.MONTHS), "2026-06-30", "5"),
        (curve("12", shape=Shape.MONTHS), "2026-01-31", "1"),
        (curve("12", shape=Shape.MONTHS), "2026-02-14", "1.5"),
        (curve(shape=Shape.DEADLINE), "2026-12-30", "0"),
        (curve(shape=Shape.DEADLINE), "2026-12-31", "10"),
        (curve("8", shape=Shape.QUARTERS), "2026-03-30", "0"),
        (curve("8", shape=Shape.QUARTERS), "2026-03-31", "2"),
        (curve("8", shape=Shape.QUARTERS), "2026-10-31", "6"),
        (curve(shape=PlanShape(Shape.QUARTERS, shares=(D(1), D(1), D(3), D(5)))), "2026-09-30", "5"),
        (curve(shape=Shape.S_CURVE), "2026-04-01", "1.55"),
        (curve(shape=Shape.S_CURVE), "2026-07-02", "5.02"),
        (curve(shape=SEASONAL), "2026-03-31", "0"),
        (curve(shape=SEASONAL), "2026-06-30", "6"),
        (curve(shape=SEASONAL), "2026-11-30", "10"),
        (curve("6", shape=POINTS), "2026-03-31", "2"),
        (curve("6", shape=POINTS), "2026-06-30", "2.99"),
        (curve("6", shape=POINTS), "2026-12-31", "6"),
        (curve("6", "1", shape=POINTS), "2026-01-01", "1.01"),
        (curve("6", None, shape=POINTS), "2026-02-28", None),
        (curve("6", None, shape=POINTS), "2026-03-31", "2"),
        (curve("6", None), "2026-03-31", None),
        (curve("6", None), "2026-12-31", "6"),
        # a plan of one day, and one that ends before it begins: all on the deadline
        (curve(period=(date(2026, 6, 30), date(2026, 6, 30))), "2026-06-29", "0"),
        (curve(period=(date(2026, 6, 30), date(2026, 6, 30))), "2026-06-30", "10"),
        (curve(period=(date(2026, 6, 30), date(2026, 3, 31))), "2026-03-30", "0"),
        (curve(period=(date(2026, 6, 30), date(2026, 3, 31))), "2026-04-01", "10"),
        # October to September, and three years
        (curve("12", period=(date(2025, 10, 1), date(2026, 9, 30)), shape=Shape.MONTHS), "2026-03-31", "6"),
        (curve("30", period=(date(2024, 1, 1), date(2026, 12, 31)), shape=Shape.MONTHS), "2025-12-31", "20"),
    ],
)
def test_expected(plan, day, expected):
    found = expected_at(plan, date.fromisoformat(day))
    assert (None if found is None else round_half_up(found, 2)) == (None if expected is None else D(expected))


def test_a_short_plan_in_months_without_season_runs_evenly():
    plan = curve("9", shape=SEASONAL, period=(date(2026, 11, 1), date(2026, 11, 30)))
    assert round_half_up(expected_at(plan, date(2026, 11, 10)), 2) == D(3)


@pytest.mark.parametrize("shape", [PlanShape(), POINTS, SEASONAL, PlanShape(Shape.QUARTERS, shares=(D(1), D("2.5")))])
def test_shapes_survive_storage(shape):
    assert PlanShape.from_json(shape.as_json()) == shape


def test_nothing_stored_is_a_straight_line():
    assert PlanShape.from_json(None) == PlanShape.from_json({}) == PlanShape()


@pytest.mark.parametrize(
    "written",
    [
        {"shape": "zigzag"},
        {"shape": "points"},
        {"shape": "points", "points": [["2026-06-30", "4"], ["2026-03-31", "2"]]},
        {"shape": "points", "points": [["2026-06-30", "4"], ["2026-06-30", "5"]]},
        {"shape": "points", "points": [["June", "4"]]},
        {"shape": "points", "points": [["2026-06-30", "many"]]},
        {"shape": "points", "points": 7},
        {"shape": "seasonal", "shares": ["1", "2"]},
        {"shape": "quarters", "shares": ["0", "0"]},
        {"shape": "quarters", "shares": ["-1", "2"]},
    ],
)
def test_shapes_that_make_no_plan_are_refused(written):
    with pytest.raises(BadInput):
        PlanShape.from_json(written)
