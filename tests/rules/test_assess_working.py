"""The working, read back from the operands of results that the rules really give."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from kpi.assessment.rules import USUAL, Observation, TargetFacts, assess
from kpi.assessment.rules_working import _NAMES, operand_label, working_of
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.core.text import set_language
from kpi.targets.rules import JudgedAs

OCTOBER = Period.month(2026, 10)
DELIVER = TargetFacts(
    JudgedAs.DELIVER,
    Kind.COUNT,
    Comparator.EQUAL,
    Direction.MORE,
    date(2026, 1, 1),
    date(2026, 12, 31),
    D(10),
    unit="家",
    whole=True,
)
REACH = replace(
    DELIVER, judged_as=JudgedAs.REACH, kind=Kind.RATIO, comparator=Comparator.AT_MOST, value=D(-5), unit="‰"
)
REACH = replace(REACH, baseline=D(-2), direction=Direction.LESS, whole=False)
HOLD = replace(DELIVER, judged_as=JudgedAs.HOLD, kind=Kind.RATE, comparator=Comparator.AT_MOST, value=D(17))
HOLD = replace(HOLD, unit="/10万", whole=False, direction=Direction.LESS, scale=D(100_000))


def worked(facts, **seen):
    result = assess(facts, [Observation(OCTOBER, **seen)], OCTOBER)
    return dict(working_of(result.operands))


@pytest.mark.parametrize(
    ("facts", "seen", "step", "words"),
    [
        (DELIVER, {"value": D(5)}, "实绩", "5家"),
        (DELIVER, {"value": D(5)}, "差距", "(8 − 5) ÷ 10 × 100 = 30"),
        (DELIVER, {"value": D(5)}, "所在分档", "30 ∈ (10, +∞)"),
        (DELIVER, {"value": D(5)}, "进度（%）", "(5 − 0) ÷ (10 − 0) × 100 = 50"),
        (REACH, {"value": D(-3)}, "进度（%）", "(-3 − (-2)) ÷ (-5 − (-2)) × 100 = 33.3"),
        (REACH, {"value": D(-3)}, "差距", "(-4.5 − (-3)) ÷ (-3) × 100 = 50"),
        (HOLD, {"value": D(20), "numerator": D(8), "denominator": D(40_000)}, "实绩", "分子8，分母40000，得20/10万"),
        (HOLD, {"value": D(20), "numerator": D(8), "denominator": D(40_000)}, "95%置信区间", "精确泊松：8.63—39.41"),
        (HOLD, {"value": D(20), "numerator": D(8), "denominator": D(40_000)}, "控制线", "17，在区间内"),
        (HOLD, {"value": D(20), "numerator": D(8), "denominator": D(40_000)}, "距限额", "已超2例"),
        (HOLD, {"value": D(18)}, "偏离控制线", "偏离1，即5.9%，容许5%"),
    ],
)
def test_every_formula_has_its_numbers(facts, seen, step, words):
    assert worked(facts, **seen)[step] == words


def test_the_expected_value_names_the_way():
    assert worked(DELIVER, value=D(5))["应达到"].startswith("0 + (10 − 0) × f = 8.3287")
    assert worked(DELIVER, value=D(5))["应达到"].endswith("≈ 8（f为计划应完成的份额）")


def test_strikes_are_part_of_it():
    facts = replace(DELIVER, value=D(100), rules=replace(USUAL, strikes=2))
    seen = [Observation(OCTOBER.next(-1), D(70)), Observation(OCTOBER, D(78))]
    assert dict(working_of(assess(facts, seen, OCTOBER).operands))["连续滞后"] == "2期，满2期升级"


@pytest.mark.parametrize("operands", [{}, {"gap": "3"}, {"interval_low": "1"}, {"value": "1"}, {"expected": "2"}])
def test_results_with_few_operands_have_few_steps(operands):
    assert len(working_of(operands)) <= 1


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_operand_has_a_name(language):
    set_language(language)
    try:
        assert len({operand_label(name) for name in _NAMES}) == len(_NAMES)
        assert operand_label("else") == "else"
    finally:
        set_language("zh")
