"""Many lights and values into one."""

from decimal import Decimal as D

import pytest

from kpi.assessment.rules import Light
from kpi.assessment.rules_rollup import (
    WORST_FIRST,
    Score,
    count_lights,
    latest_wins,
    ranks,
    roll_up_ratio,
    roll_up_sum,
    trailing_misses,
    weighted_score,
    worst_light,
)

A, T, B, R, W, N = Light


@pytest.mark.parametrize(
    ("lights", "worst"),
    [([T, R], R), ([R, T, B], R), ([T, B], B), ([A, T], T), ([T, N], N), ([W, T], W), ([A], A), ([], N)],
)
def test_worst_wins(lights, worst):
    assert worst_light(lights) is worst


def test_the_order_of_lights_is_complete():
    assert set(WORST_FIRST) == set(Light)


def test_latest_wins():
    assert latest_wins([B, T]) is T
    assert latest_wins([]) is None


@pytest.mark.parametrize(
    ("lights", "share"),
    [([A, T, B, R], "50"), ([T, T, B], "66.7"), ([T, W, N], "100"), ([W, N], None), ([], None)],
)
def test_share_on_track_is_of_what_can_be_judged(lights, share):
    found = count_lights(lights)
    assert found.share_on_track == (None if share is None else D(share))
    assert found.total == len(lights)
    assert set(found.by_light) == set(Light)


def test_weighted_score():
    assert weighted_score([(T, D(3)), (R, D(1))]) == Score(D(75), "(100×3 + 0×1) ÷ 4 = 75")
    assert weighted_score([(T, D(1)), (B, D(1)), (N, D(9))]) == Score(D(75), "(100×1 + 50×1) ÷ 2 = 75")
    assert weighted_score([(A, D("1.5")), (T, D("0.5")), (B, D(1))]) == Score(D("83.3"), "(100×2 + 50×1) ÷ 3 = 83.3")
    assert weighted_score([(N, D(1))]) is None
    assert weighted_score([(T, D(0))]) is None


def test_a_sum_tells_how_complete_it_is():
    value, completeness = roll_up_sum([D(3), None, D(4)])
    assert (value, completeness.reported, completeness.expected, completeness.is_complete) == (7, 2, 3, False)
    assert roll_up_sum([None, None])[0] is None


def test_a_ratio_of_the_whole_divides_sums():
    value, numerator, denominator, completeness = roll_up_ratio(
        [(D(6), D(10)), (D(1), D(90)), (D(5), None)], scale=D(100)
    )
    assert (value, numerator, denominator) == (7, 7, 100)
    assert (completeness.reported, completeness.expected) == (2, 3)
    assert roll_up_ratio([(None, D(5))])[:3] == (None, None, None)
    assert roll_up_ratio([(D(0), D(0))])[0] is None


def test_equals_share_the_better_rank():
    scores = [D(each) for each in "61.5 48 40.5 38.5 36 36 24".split()]
    assert ranks(scores) == [1, 2, 3, 4, 5, 5, 7]
    assert ranks(scores[::-1], more_is_better=False) == [1, 2, 2, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("history", "missed"), [([], 0), ([R, T], 0), ([T, B, R], 2), ([B, N, R], 2), ([R, W, T, B], 1), ([B], 1)]
)
def test_misses_in_a_row(history, missed):
    assert trailing_misses(reversed(history)) == missed
