"""Strikes and pooled years: settings that make a light depend on more than its own month."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from kpi.assessment.rules import USUAL, LightRules, Observation, TargetFacts, WaiverFacts, assess, standing
from kpi.assessment.rules_light import ENGINE_VERSION
from kpi.catalog.rules import Accumulates
from kpi.core.errors import BadInput
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs

REACH = TargetFacts(
    JudgedAs.REACH,
    Kind.RATIO,
    Comparator.AT_LEAST,
    Direction.MORE,
    date(2026, 1, 1),
    date(2026, 12, 31),
    D(100),
    unit="‰",
    baseline=D(0),
    rules=replace(USUAL, strikes=3),
)
DUE = [8.5, 16.2, 24.7, 32.9, 41.4, 49.6]
"""What is due at the end of each month; 5 less is behind, 20 less off track."""


def seen(distances):
    return [
        Observation(Period.month(2026, month), None if less is None else D(str(DUE[month - 1])) - less)
        for month, less in enumerate(distances, start=1)
    ]


@pytest.mark.parametrize(
    ("distances", "light", "rule"),
    [
        ([5], "behind", "reach.plan.behind"),
        ([5, 5], "behind", "reach.plan.behind"),
        ([5, 5, 5], "off_track", "strikes"),
        ([5, 5, 5, 5], "off_track", "strikes"),
        ([0, 5, 5], "behind", "reach.plan.behind"),
        ([5, 0, 5], "behind", "reach.plan.behind"),
        ([5, 20, 5], "off_track", "strikes"),
        ([5, 5, 0], "on_track", "reach.plan.on_track"),
        ([5, 5, 20], "off_track", "reach.plan.off_track"),
        ([5, 5, None, 5], "off_track", "strikes"),
        ([None, None, 5], "behind", "reach.plan.behind"),
    ],
)
def test_the_third_delay_in_a_row_is_serious(distances, light, rule):
    result = assess(REACH, seen(distances), Period.month(2026, len(distances)))
    assert (result.light.value, result.rule) == (light, rule)


def test_the_sentence_and_the_operands_say_what_was_escalated():
    result = assess(REACH, seen([5, 5, 5]), Period.month(2026, 3))
    assert result.reason.endswith("滞后；连续3期滞后，升为严重滞后")
    assert result.operands["strikes"] == result.operands["strike_limit"] == "3"
    assert result.operands["light_without_strikes"] == "behind"


def test_a_month_without_news_is_no_further_strike():
    result = assess(REACH, seen([5, 5]), Period.month(2026, 6))
    assert result.light.value == "behind"


def test_months_under_a_waiver_do_not_count():
    waiver = WaiverFacts("停工", date(2026, 2, 1), date(2026, 2, 28))
    assert assess(replace(REACH, waiver=waiver), seen([5, 5, 5]), Period.month(2026, 3)).light.value == "behind"


def test_without_the_setting_nothing_escalates():
    assert assess(replace(REACH, rules=USUAL), seen([5] * 6), Period.month(2026, 6)).light.value == "behind"


@pytest.mark.parametrize(
    "written", [{"strikes": 1}, {"strikes": 13}, {"strikes": -1}, {"pooled_years": 0}, {"pooled_years": 6}]
)
def test_settings_that_make_no_sense_are_refused(written):
    with pytest.raises(BadInput):
        LightRules.from_json(written)


def test_settings_come_back_as_they_were_written():
    rules = replace(USUAL, strikes=2, pooled_years=3)
    assert LightRules.from_json(rules.as_json()) == rules


def test_versions_from_before_these_settings_keep_their_name():
    assert set(USUAL.as_json()) == {
        *("family", "bands", "stage_grace_days", "hold_tolerance_percent", "band_width_percent")
    }
    assert USUAL.version == f"{ENGINE_VERSION}-bcd5c4e27b7a"
    assert replace(USUAL, strikes=2).version != USUAL.version


HOLD = replace(
    REACH,
    judged_as=JudgedAs.HOLD,
    kind=Kind.RATE,
    comparator=Comparator.AT_MOST,
    direction=Direction.LESS,
    value=D(17),
    unit="/10万",
    scale=D(100_000),
    baseline=None,
    rules=USUAL,
)
YEARS = [
    Observation(Period.month(year, 6), None, D(n), D(9000)) for year, n in ((2023, 9), (2024, 1), (2025, 2), (2026, 3))
]


@pytest.mark.parametrize(("years", "value", "events"), [(1, "33.33", "3"), (3, "22.22", "6"), (5, "41.67", "15")])
def test_limits_may_be_held_over_several_years(years, value, events):
    facts = replace(HOLD, rules=replace(USUAL, pooled_years=years))
    result = assess(facts, standing(facts, YEARS, Accumulates.RATIO), Period.month(2026, 6))
    assert str(result.value) == value
    assert result.operands["numerator"] == events


def test_what_is_reached_is_never_pooled():
    facts = replace(HOLD, judged_as=JudgedAs.REACH, rules=replace(USUAL, pooled_years=3))
    assert standing(facts, YEARS, Accumulates.RATIO)[-1].numerator == 3
