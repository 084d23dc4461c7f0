"""The process view: each period by itself, limits, marks, and what the target has to do with it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from kpi.assessment.rules import Observation, TargetFacts
from kpi.assessment.rules_process import assurance_label, cause_label, process_of, variation_label
from kpi.assessment.rules_spc import Assurance, Cause, Variation
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs

LEVEL = TargetFacts(
    JudgedAs.REACH,
    Kind.RATIO,
    Comparator.AT_LEAST,
    Direction.MORE,
    date(2026, 1, 1),
    date(2026, 12, 31),
    D(60),
    unit="%",
    scale=D(100),
)
COUNT = replace(LEVEL, judged_as=JudgedAs.DELIVER, kind=Kind.COUNT, unit="家", scale=None, whole=True)
LAST = Period.month(2026, 10)


def months(values):
    first = LAST.next(1 - len(values))
    return [Observation(first.next(i), None if v is None else D(str(v))) for i, v in enumerate(values)]


def parts(pairs):
    first = LAST.next(1 - len(pairs))
    return [Observation(first.next(i), None, D(n), D(d)) for i, (n, d) in enumerate(pairs)]


UP_AND_DOWN = [50, 52] * 6


@pytest.mark.parametrize(("count", "shown"), [(0, False), (11, False), (12, True), (20, True)])
def test_twelve_points_are_needed(count, shown):
    found, points = process_of(LEVEL, months((UP_AND_DOWN * 2)[:count]), Accumulates.LEVEL, LAST)
    assert (found is not None, points) == (shown, count)


def test_limits_and_the_last_sign():
    found, _ = process_of(LEVEL, months([*UP_AND_DOWN, 60]), Accumulates.LEVEL, LAST)
    assert found.points[-1].cause is Cause.ABOVE_LIMIT
    assert found.latest is Variation.IMPROVEMENT
    worse, _ = process_of(replace(LEVEL, direction=Direction.LESS), months([*UP_AND_DOWN, 60]), Accumulates.LEVEL, LAST)
    assert worse.latest is Variation.CONCERN


@pytest.mark.parametrize(
    ("target", "direction", "assurance"),
    [
        (60, Direction.MORE, Assurance.MISSED),
        (51, Direction.MORE, Assurance.INCONSISTENT),
        (40, Direction.MORE, Assurance.MET),
        (40, Direction.LESS, Assurance.MISSED),
        (60, Direction.LESS, Assurance.MET),
        (60, Direction.INSIDE, None),
    ],
)
def test_assurance(target, direction, assurance):
    comparator = Comparator.AT_MOST if direction is Direction.LESS else Comparator.AT_LEAST
    facts = replace(LEVEL, value=D(target), direction=direction, comparator=comparator)
    found, _ = process_of(facts, months(UP_AND_DOWN), Accumulates.LEVEL, LAST)
    assert found.assurance is assurance


def own(facts, seen, accumulates):
    found, _ = process_of(facts, seen, accumulates, LAST)
    return [point.value for point in found.points]


def test_a_running_total_is_taken_apart_within_its_year():
    facts = replace(COUNT, start=date(2025, 1, 1))
    seen = months(range(1, 15))
    assert own(facts, seen, Accumulates.RUNNING) == [1] + [1] * 13
    yearly = replace(facts, judged_as=JudgedAs.HOLD)
    assert own(yearly, seen, Accumulates.RUNNING) == [1, 1, 1, 1, 5] + [1] * 9


def test_totals_of_former_years_are_taken_apart_within_them():
    facts = replace(COUNT, start=date(2026, 1, 1), deadline=date(2026, 12, 31))
    seen = months([*range(7, 13), *range(2, 22, 2)])  # up to December by ones, from January on by twos
    assert [period.year for period in (each.period for each in seen)].count(2026) == 10
    assert own(facts, seen, Accumulates.RUNNING) == [7, 1, 1, 1, 1, 1] + [2] * 10


def test_after_a_gap_a_running_total_has_no_value_of_its_own():
    facts = replace(COUNT, start=date(2025, 1, 1))
    seen = months(range(1, 16))
    assert len(own(facts, [*seen[:5], *seen[6:]], Accumulates.RUNNING)) == 13


def test_ratios_are_those_of_the_single_period():
    assert own(LEVEL, parts([(1, 2), (3, 4)] * 6), Accumulates.RATIO) == [D(50), D(75)] * 6
    assert own(LEVEL, parts([(i, 2 * i) for i in range(1, 13)]), Accumulates.LEVEL) == [D(50)] * 12


def test_a_running_ratio_is_taken_apart_too():
    seen = parts([(n, 10 * n) for n in range(1, 14)])
    assert set(own(replace(LEVEL, start=date(2025, 1, 1)), seen, Accumulates.RUNNING)) == {D(10)}


def test_a_total_is_not_held_against_single_periods():
    found, _ = process_of(COUNT, months([1, 2] * 7), Accumulates.SUM, LAST)
    assert (found.target, found.assurance) == (None, None)


def test_nothing_can_be_divided_by_zero_births():
    assert len(own(LEVEL, [*parts([(0, 0)]), *parts([(1, 2)] * 12)][-13:], Accumulates.RATIO)) == 12


def test_later_months_do_not_count():
    seen = months([*UP_AND_DOWN, 99])
    found, points = process_of(LEVEL, seen, Accumulates.LEVEL, LAST.next(-1))
    assert points == 12
    assert found.latest is Variation.COMMON


def test_everything_has_words():
    words = [cause_label(each) for each in Cause] + [variation_label(each) for each in Variation]
    words += [assurance_label(each) for each in (*Assurance, None)]
    assert len(set(words)) == len(words)
