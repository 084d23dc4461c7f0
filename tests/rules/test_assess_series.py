"""Values combined over time, and what is owed."""

from datetime import date
from decimal import Decimal as D

import pytest

from kpi.assessment.rules import Observation, Reporting, combine, reporting_state, standing
from kpi.assessment.rules_series import quotient
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from tests.rules.assess_cases import facts


def seen(period, value=None, numerator=None, denominator=None):
    numbers = [None if number is None else D(number) for number in (value, numerator, denominator)]
    return Observation(Period.parse(period), *numbers)


def values(observations):
    return [(str(each.period), None if each.value is None else float(each.value)) for each in observations]


def test_sums_begin_again_with_the_year():
    months = [seen("2025-11", 4), seen("2025-12", 5), seen("2026-01", 1), seen("2026-02", 2)]
    assert values(combine(months, Accumulates.SUM)) == [("2025-11", 4), ("2025-12", 9), ("2026-01", 1), ("2026-02", 3)]


def test_sums_of_a_plan_run_on_over_the_year():
    months = [seen("2025-06", 9), seen("2025-12", 5), seen("2026-01", 1)]
    found = combine(months, Accumulates.SUM, plan_start=date(2025, 7, 1))
    assert values(found) == [("2025-06", 9), ("2025-12", 5), ("2026-01", 6)]


def test_statistical_year_from_october():
    months = [seen("2025-09", 7), seen("2025-10", 1), seen("2026-01", 2), seen("2026-09", 3), seen("2026-10", 5)]
    found = combine(months, Accumulates.SUM, year_start_month=10)
    assert values(found) == [("2025-09", 7), ("2025-10", 1), ("2026-01", 3), ("2026-09", 6), ("2026-10", 5)]


def test_periods_that_were_not_reported_are_counted():
    found = combine([seen("2026-01", 1), seen("2026-04", 1)], Accumulates.SUM)
    assert [each.missing for each in found] == [0, 2]
    found = combine([seen("2026Q3", 1)], Accumulates.SUM)
    assert found[0].missing == 2


def test_the_order_of_arrival_does_not_matter():
    months = [seen("2026-02", 2), seen("2026-01", 1)]
    assert combine(months, Accumulates.SUM) == combine(months[::-1], Accumulates.SUM)


@pytest.mark.parametrize("accumulates", [Accumulates.RUNNING, Accumulates.LEVEL])
def test_running_totals_and_levels_are_taken_as_reported(accumulates):
    months = [seen("2026-01", 3), seen("2026-02", 8)]
    assert values(combine(months, accumulates)) == [("2026-01", 3), ("2026-02", 8)]


def test_a_level_of_parts_is_their_quotient():
    assert values(combine([seen("2026-01", None, 3, 4)], Accumulates.LEVEL, scale=D(100))) == [("2026-01", 75)]


def test_ratios_divide_sums_and_never_average():
    months = [seen("2026-01", None, 1, 10), seen("2026-02", None, 30, 40)]
    found = combine(months, Accumulates.RATIO, scale=D(100))
    assert values(found) == [("2026-01", 10), ("2026-02", 62)]
    assert (found[1].numerator, found[1].denominator) == (D(31), D(50))


def test_a_part_that_is_missing_makes_the_sum_unknown():
    months = [seen("2026-01", 12), seen("2026-02", None, 30, 40), seen("2026-03", None, 10, 20)]
    assert values(combine(months, Accumulates.RATIO, scale=D(100))) == [
        ("2026-01", 12),
        ("2026-02", None),
        ("2026-03", None),
    ]


def test_three_years_pooled():
    years = [
        seen("2024", None, 1, 100),
        seen("2025", None, 0, 100),
        seen("2026", None, 2, 100),
        seen("2027", None, 4, 100),
    ]
    found = combine(years, Accumulates.RATIO, years=3)
    assert values(found) == [("2024", 0.01), ("2025", 0.005), ("2026", 0.01), ("2027", 0.02)]


@pytest.mark.parametrize(
    ("numerator", "denominator", "value"),
    [("6", "10", "60"), ("0", "10", "0"), ("6", "0", None), (None, "10", None), ("6", None, None)],
)
def test_quotients(numerator, denominator, value):
    numbers = [None if number is None else D(number) for number in (numerator, denominator)]
    assert quotient(*numbers, D(100)) == (None if value is None else D(value))


def test_what_is_delivered_counts_from_the_start_of_the_plan():
    months = [seen("2025-12", 5), seen("2026-01", 1)]
    plan = facts("deliver", start=date(2025, 7, 1))
    assert standing(plan, months, Accumulates.SUM)[-1].value == 6
    assert standing(facts("hold", start=date(2025, 7, 1)), months, Accumulates.SUM)[-1].value == 1


@pytest.mark.parametrize(
    ("today", "state", "owed"),
    [
        ("2026-10-31", None, "not_due"),
        ("2026-11-01", None, "awaiting"),
        ("2026-11-10", None, "awaiting"),
        ("2026-11-11", None, "overdue"),
        ("2026-11-11", "draft", "overdue"),
        ("2026-10-20", "submitted", "submitted"),
        ("2026-12-31", "returned", "returned"),
        ("2026-12-31", "approved", "reported"),
    ],
)
def test_what_is_owed_for_october(today, state, owed):
    found = reporting_state(Period.parse("2026-10"), 10, date.fromisoformat(today), state)
    assert found is Reporting(owed)


def test_every_reporting_state_has_its_own_word():
    assert len({state.label for state in Reporting}) == len(Reporting)
