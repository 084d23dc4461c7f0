"""What a target is proposed to be judged as, which way is better, and what a change means as a level."""

from decimal import Decimal as D

import pytest

from kpi.core.errors import BadInput
from kpi.core.quantity import Change, Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs, derive_target, direction_is_clear, direction_of, propose_judged_as

AT_LEAST, MORE, AT_MOST, LESS, EQUAL, ABOUT, BETWEEN = Comparator


@pytest.mark.parametrize(
    ("judged_as", "kind", "comparator", "more"),
    [
        ("stage", "milestone", EQUAL, {}),
        ("stage", "milestone", AT_MOST, {"comparator_text": "前"}),
        ("change", "ratio", AT_LEAST, {"value": 5, "unit": "个百分点", "change": Change.INCREASE}),
        ("change", "count", EQUAL, {"value": 2, "unit": "倍", "change": Change.INCREASE}),
        ("hold", "rate", AT_MOST, {"value": 17, "unit": "/10万"}),
        ("hold", "rate", AT_MOST, {"value": 17, "unit": "/10万", "baseline": 15}),
        ("reach", "rate", AT_MOST, {"value": 9, "unit": "‰", "baseline": 12}),
        ("hold", "ratio", AT_LEAST, {"value": 98, "unit": "%", "comparator_text": "保持"}),
        ("reach", "ratio", AT_LEAST, {"value": 98, "unit": "%", "comparator_text": "保持", "baseline": 90}),
        ("hold", "amount", AT_MOST, {"value": 8, "unit": "天"}),
        ("reach", "count", AT_MOST, {"value": 3, "unit": "起", "baseline": 5}),
        ("hold", "count", EQUAL, {"value": 0, "unit": "起"}),
        ("cover", "coverage", EQUAL, {"value": 100, "unit": "%"}),
        ("cover", "coverage", AT_LEAST, {"value": 95, "unit": "%"}),
        ("cover", "ratio", EQUAL, {"value": 100, "unit": "%", "countable": True}),
        ("reach", "ratio", EQUAL, {"value": 100, "unit": "%"}),
        ("band", "ratio", ABOUT, {"value": 30, "unit": "%"}),
        ("band", "ratio", BETWEEN, {"unit": "%"}),
        ("band", "amount", ABOUT, {"value": 84, "unit": "岁"}),
        ("band", "ratio", ABOUT, {"value": 30, "unit": "%", "comparator_text": "稳定在"}),
        ("deliver", "count", EQUAL, {"value": 10, "unit": "家"}),
        ("deliver", "count", ABOUT, {"value": 20, "unit": "家"}),
        ("deliver", "count", BETWEEN, {"unit": "个"}),
        ("deliver", "amount", AT_LEAST, {"value": 500, "unit": "万元"}),
        ("reach", "count", AT_LEAST, {"value": 5000, "unit": "张", "is_level": True}),
        ("reach", "amount", AT_LEAST, {"value": 84, "unit": "岁"}),
        ("reach", "ratio", AT_LEAST, {"value": 60, "unit": "%"}),
    ],
)
def test_first_line_of_the_table_that_fits(judged_as, kind, comparator, more):
    more = {name: D(given) if name in ("value", "baseline") else given for name, given in more.items()}
    assert propose_judged_as(Kind(kind), comparator, **more) is JudgedAs(judged_as)


@pytest.mark.parametrize(
    ("direction", "comparator", "kind", "more"),
    [
        ("more", AT_LEAST, "ratio", {}),
        ("more", MORE, "count", {}),
        ("less", AT_MOST, "rate", {}),
        ("less", LESS, "rate", {}),
        ("inside", ABOUT, "count", {}),
        ("inside", BETWEEN, "count", {}),
        ("more", EQUAL, "count", {"value": 10}),
        ("more", EQUAL, "amount", {"value": 10}),
        ("more", EQUAL, "coverage", {"value": 100}),
        ("more", EQUAL, "ratio", {"value": 100, "unit": "%"}),
        ("less", EQUAL, "count", {"value": 0}),
        ("inside", EQUAL, "ratio", {"value": 105}),
        ("more", EQUAL, "ratio", {"value": 58, "unit": "%", "baseline": 18}),
        ("less", EQUAL, "ratio", {"value": 20, "unit": "%", "baseline": 58}),
        ("more", EQUAL, "ratio", {"change": Change.INCREASE}),
        ("less", AT_LEAST, "rate", {"change": Change.DECREASE}),
        ("less", AT_MOST, "amount", {"change": Change.INCREASE}),
    ],
)
def test_direction(direction, comparator, kind, more):
    more = {name: D(given) if name in ("value", "baseline") else given for name, given in more.items()}
    assert direction_of(comparator, Kind(kind), **more) is Direction(direction)


def test_only_a_bare_number_of_a_ratio_is_unclear():
    assert not direction_is_clear(EQUAL, Direction.INSIDE)
    assert direction_is_clear(ABOUT, Direction.INSIDE)
    assert direction_is_clear(EQUAL, Direction.MORE)


@pytest.mark.parametrize(
    ("baseline", "change", "amount", "unit", "comparator", "level", "means"),
    [
        ("60", "increase", "5", "个百分点", EQUAL, "65", AT_LEAST),
        ("200", "decrease", "3", "%", EQUAL, "194", AT_MOST),
        ("200", "increase", "6", "%", AT_LEAST, "212", AT_LEAST),
        ("12", "decrease", "0.6", "个百分点", AT_LEAST, "11.4", AT_MOST),
        ("12", "decrease", "0.6", "个百分点", MORE, "11.4", LESS),
        ("7", "increase", "2", "倍", EQUAL, "14", AT_LEAST),
        ("7", "increase", "1", "番", EQUAL, "14", AT_LEAST),
        ("7", "increase", "2", "番", EQUAL, "28", AT_LEAST),
        ("30", "increase", "4", "家", EQUAL, "34", AT_LEAST),
        ("8", "decrease", "1", "‰", EQUAL, "7", AT_MOST),
        ("100", "increase", "5", "%", AT_MOST, "105", AT_MOST),
        ("-5", "increase", "8", "个百分点", EQUAL, "3", AT_LEAST),
        ("0", "increase", "5", "个百分点", EQUAL, "5", AT_LEAST),
    ],
)
def test_a_change_becomes_a_level(baseline, change, amount, unit, comparator, level, means):
    own = "‰" if unit == "‰" else "%"
    found = derive_target(D(baseline), Change(change), unit, comparator=comparator, value=D(amount), indicator_unit=own)
    assert (found.value, found.comparator) == (D(level), means)
    assert baseline in found.formula


def test_a_range_of_a_fall_turns_round():
    found = derive_target(D(50), Change.DECREASE, "个百分点", comparator=BETWEEN, low=D(2), high=D(3))
    assert (found.low, found.high, found.comparator) == (D(47), D(48), BETWEEN)


@pytest.mark.parametrize(("baseline", "change", "unit"), [("0", "increase", "%"), ("5", "decrease", "倍")])
def test_changes_that_give_no_level_are_refused(baseline, change, unit):
    with pytest.raises(BadInput):
        derive_target(D(baseline), Change(change), unit, value=D(2))
