"""Units side by side: who stands out from what its size alone explains."""

import pytest

from kpi.assessment.rules_funnel import Member, funnel_of, place_sign
from kpi.assessment.rules_trend import Place, place_of_count

SHARES = [Member(60, 100), Member(58, 100), Member(62, 100), Member(35, 100), Member(590, 1000)]
RATES = [Member(5, 30_000), Member(6, 30_000), Member(0, 30_000), Member(20, 30_000), Member(90, 500_000)]


@pytest.mark.parametrize(
    ("members", "proportions", "places"),
    [
        (SHARES, True, "inside inside inside far_below inside"),
        (RATES, False, "inside inside below far_above inside"),
        ([Member(1, 10)] * 3, True, "inside inside inside"),
        ([Member(1, 10)] * 3, False, "inside inside inside"),
    ],
)
def test_places(members, proportions, places):
    assert [place.value for place in funnel_of(members, proportions=proportions).places] == places.split()


@pytest.mark.parametrize(
    "members",
    [[], [Member(1, 10)] * 2, [Member(0, 10)] * 3, [Member(1, 0), *[Member(1, 10)] * 3], [Member(10, 10)] * 3],
)
def test_without_a_crowd_or_an_average_there_is_no_funnel(members):
    assert funnel_of(members, proportions=True) is None


@pytest.mark.parametrize(("members", "proportions"), [(SHARES, True), (RATES, False)])
def test_limits_narrow_with_size_and_lie_round_the_average(members, proportions):
    found = funnel_of(members, proportions=proportions)
    assert len(found.lines) == 4
    for line in found.lines:
        assert len(line.points) > 10
        (_, first), (_, last) = line.points[0], line.points[-1]
        assert (last > found.average) is line.upper
        assert abs(last - found.average) < abs(first - found.average)


def test_a_unit_on_the_line_agrees_with_its_place():
    """The drawn limit and the place that is told are one rule: just beyond the line is out, just before is in."""
    found = funnel_of(RATES, proportions=False)
    upper = next(line for line in found.lines if line.upper and line.confidence == 0.95)
    base, rate = upper.points[10]
    events = round(base * rate)
    assert place_of_count(events, base * 1.01 * found.average) is Place.INSIDE
    assert place_of_count(events, base * 0.99 * found.average) is Place.ABOVE


def test_every_place_has_a_sign_of_its_own():
    assert len({place_sign(place) for place in Place}) == len(Place)
