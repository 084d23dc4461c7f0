# ruff: noqa: E501 - one case, one line
"""Lights, kind by kind: usual cases and every degenerate one, each with its sentence."""

from datetime import date
from decimal import Decimal as D

import pytest

from kpi.assessment.rules import Family, Light, LightRules, WaiverFacts, assess, three_bands
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import PlanPoint, PlanShape, Shape
from tests.rules.assess_cases import facts, seen

OCTOBER = Period.parse("2026-10")
OVER = Period.parse("2027-01")
RELATIVE = LightRules(Family.RELATIVE, three_bands(D(30)))
POINTS = PlanShape(Shape.POINTS, (PlanPoint(date(2026, 6, 30), D(55)), PlanPoint(date(2026, 10, 31), D(58))))
LESS = {"comparator": Comparator.AT_MOST, "direction": Direction.LESS}
EXACT = {"comparator": Comparator.EQUAL, "direction": Direction.INSIDE}
ABOUT = {"comparator": Comparator.ABOUT, "direction": Direction.INSIDE}
BETWEEN = {"comparator": Comparator.BETWEEN, "direction": Direction.INSIDE, "value": None}

CASES = [
    # --- deliver: from nothing to the target along the plan
    ("deliver", {}, "5", "off_track", "截至10月应完成8家，实际5家，落后30个百分点（>10），严重滞后"),
    ("deliver", {}, "7", "behind", "截至10月应完成8家，实际7家，落后10个百分点（≤10），滞后"),
    ("deliver", {}, "8", "on_track", "截至10月应完成8家，实际8家，达到计划进度，正常"),
    ("deliver", {}, "10", "achieved", "截至10月实际10家，目标10家，已完成"),
    ("deliver", {}, "12", "achieved", "截至10月实际12家，目标10家，已完成"),
    ("deliver", {"comparator": Comparator.MORE_THAN}, "10", "on_track", "截至10月应完成8家，实际10家，达到计划进度，正常"),
    ("deliver", {"comparator": Comparator.MORE_THAN}, "11", "achieved", "截至10月实际11家，目标>10家，已完成"),
    ("deliver", {"value": "46000", "unit": "名"}, "38000", "behind", "截至10月应完成38,312名，实际38,000名，落后0.7个百分点（≤10），滞后"),
    # a shortfall that one decimal would hide is shown, and still a shortfall
    ("deliver", {"value": "46000", "unit": "名"}, "38310", "behind", "截至10月应完成38,312名，实际38,310名，落后0.004个百分点（≤10），滞后"),
    # an amount may be corrected downwards: no final fact
    ("deliver", {"kind": Kind.AMOUNT, "unit": "万元"}, "10", "on_track", "截至10月实际10万元，已达到目标10万元，期限未到，正常"),
    # a range and 左右 lead to their lower edge, and must be kept to in the end
    ("deliver", {**ABOUT, "value": "20"}, "15", "on_track", "截至10月应完成14家，实际15家，达到计划进度，正常"),
    ("deliver", {**ABOUT, "value": "20"}, "19", "on_track", "截至10月实际19家，已达到目标20家左右，期限未到，正常"),
    ("deliver", {**ABOUT, "value": "20"}, "23", "behind", "截至10月实际23家，已越过目标区间18—22家，滞后"),
    ("deliver", {**BETWEEN, "low": "2", "high": "3"}, "1", "on_track", "截至10月应完成1家，实际1家，达到计划进度，正常"),
    ("deliver", {**BETWEEN, "low": "2", "high": "3"}, "2", "on_track", "截至10月实际2家，已达到目标2—3家，期限未到，正常"),
    # T = 0: there is nothing to deliver
    ("deliver", {"value": "0"}, "0", "achieved", "截至10月实际0家，目标0家，已完成"),
    # the other family: per cent of what is due
    ("deliver", {"rules": RELATIVE}, "6", "behind", "截至10月应完成8家，实际6家，低于计划25%（≤30），滞后"),
    ("deliver", {"rules": RELATIVE}, "5", "off_track", "截至10月应完成8家，实际5家，低于计划37.5%（>30），严重滞后"),
    ("deliver", {"rules": RELATIVE}, "8", "on_track", "截至10月应完成8家，实际8家，达到计划进度，正常"),
    # all at the deadline: nothing is due, nobody is behind, in either family
    ("deliver", {"shape": PlanShape(Shape.DEADLINE)}, "0", "on_track", "截至10月应完成0家，实际0家，达到计划进度，正常"),
    ("deliver", {"shape": PlanShape(Shape.DEADLINE), "rules": RELATIVE}, "0", "on_track", "截至10月应完成0家，实际0家，达到计划进度，正常"),
    # --- reach: from the baseline to the target
    ("reach", {}, "58.33", "on_track", "截至10月应达到58.33%，实际58.33%，达到计划进度，正常"),
    ("reach", {}, "58", "behind", "截至10月应达到58.33%，实际58%，落后3.3个百分点（≤10），滞后"),
    ("reach", {}, "57", "off_track", "截至10月应达到58.33%，实际57%，落后13.3个百分点（>10），严重滞后"),
    ("reach", {}, "49", "off_track", "截至10月应达到58.33%，实际49%，落后93.3个百分点（>10），严重滞后"),
    ("reach", {}, "61", "on_track", "截至10月实际61%，已达到目标≥60%，期限未到，正常"),
    ("reach", {**LESS, "value": "9", "baseline": "12", "unit": "‰"}, "9.5", "on_track", "截至10月应达到9.5‰，实际9.5‰，达到计划进度，正常"),
    ("reach", {**LESS, "value": "9", "baseline": "12", "unit": "‰"}, "10", "off_track", "截至10月应达到9.5‰，实际10‰，落后16.7个百分点（>10），严重滞后"),
    # shown and judged is the rounded number: 59.996 is 60.00 of 60
    ("reach", {}, "59.996", "on_track", "截至10月实际60%，已达到目标≥60%，期限未到，正常"),
    ("reach", {"comparator": Comparator.MORE_THAN}, "60.004", "on_track", "截至10月应达到58.33%，实际60%，达到计划进度，正常"),
    # a target with more decimals than the indicator is judged with all of them
    ("reach", {"value": "59.996", "places": 1}, "59.9951", "on_track", "截至10月应达到58.325%，实际59.995%，达到计划进度，正常"),
    # T = B, and a baseline that is better than the target: keep what was there
    ("reach", {"baseline": "60"}, "60", "on_track", "截至10月实际60%，已达到目标≥60%，期限未到，正常"),
    ("reach", {"baseline": "60"}, "58", "behind", "截至10月为58%，不符合控制要求≥60%，偏离3.3%（≤5%），滞后"),
    ("reach", {"baseline": "70"}, "56", "off_track", "截至10月为56%，不符合控制要求≥60%，偏离6.7%（>5%），严重滞后"),
    ("reach", {"baseline": "60", "comparator": Comparator.MORE_THAN}, "60", "behind", "截至10月为60%，不符合控制要求>60%，偏离0%（≤5%），滞后"),
    # T = 0 and a change of sign: the share of the way needs neither to be positive
    ("reach", {**LESS, "value": "0", "baseline": "10", "unit": "起"}, "2", "behind", "截至10月应达到1.67起，实际2起，落后3.3个百分点（≤10），滞后"),
    ("reach", {"value": "5", "baseline": "-5"}, "0", "off_track", "截至10月应达到3.33%，实际0%，落后33.3个百分点（>10），严重滞后"),
    ("reach", {"value": "5", "baseline": "-5", "rules": RELATIVE}, "0", "off_track", "截至10月应达到3.33%，实际0%，低于计划40%（>30），严重滞后"),
    # no baseline: no light short of the target, unless the reviewer set points
    ("reach", {"baseline": None}, "57", "not_assessable", "截至10月实际57%，距目标≥60%还差3个百分点，无基线，无法评价"),
    ("reach", {"baseline": None}, "60", "on_track", "截至10月实际60%，已达到目标≥60%，期限未到，正常"),
    ("reach", {"baseline": None, "shape": POINTS}, "57", "behind", "截至10月应达到58%，实际57%，落后1.7个百分点（≤10），滞后"),
    ("reach", {"baseline": None, "shape": POINTS}, "58", "on_track", "截至10月应达到58%，实际58%，达到计划进度，正常"),
    ("reach", {"baseline": None, "shape": POINTS, "rules": RELATIVE}, "29", "off_track", "截至10月应达到58%，实际29%，低于计划50%（>30），严重滞后"),
    # exactly so much: what is shown has to be equal
    ("reach", {**EXACT, "value": "105", "baseline": "110", "unit": ""}, "105.001", "on_track", "截至10月实际105，已达到目标105，期限未到，正常"),
    ("reach", {**EXACT, "value": "105", "baseline": "110", "unit": ""}, "104", "behind", "截至10月为104，不符合控制要求105，偏离1%（≤5%），滞后"),
    ("reach", {**EXACT, "value": "105", "baseline": "110", "unit": ""}, "90", "off_track", "截至10月为90，不符合控制要求105，偏离14.3%（>5%），严重滞后"),
    # --- change: the level that follows from the baseline
    ("change", {}, "64.2", "on_track", "截至10月应达到64.16%，实际64.2%，达到计划进度，正常"),
    ("change", {}, "63", "off_track", "截至10月应达到64.16%，实际63%，落后23.2个百分点（>10），严重滞后"),
    ("change", {"value": None, "baseline": None, "derived": ""}, "63", "not_assessable", "无基线，不能推算目标值，无法评价"),
    ("change", {"value": "194.3333", "baseline": "200.3436", **LESS, "unit": "家"}, "194.333", "on_track", "截至10月实际194.33家，已达到目标≤194.33家，期限未到，正常"),
    # 7家 plus 6 % is 7.42: of whole things 8, or nobody would have to do anything
    ("change", {"value": "7.42", "baseline": "7", "derived": "7 × (1 + 6%)", "unit": "家", "places": 0, "whole": True, "kind": Kind.COUNT}, "7", "on_track", "截至10月应达到7家，实际7家，达到计划进度，正常"),
    ("change", {"value": "7.42", "baseline": "7", "derived": "7 × (1 + 6%)", "unit": "家", "places": 0, "whole": True, "kind": Kind.COUNT}, "8", "on_track", "截至10月实际8家，已达到目标≥8家，期限未到，正常"),
    # --- hold by a number without its parts: 5 % of the limit
    ("hold", {}, "17", "on_track", "截至10月为17/10万，符合控制要求≤17/10万，正常"),
    ("hold", {}, "17.85", "behind", "截至10月为17.85/10万，不符合控制要求≤17/10万，偏离5%（≤5%），滞后"),
    ("hold", {}, "17.9", "off_track", "截至10月为17.9/10万，不符合控制要求≤17/10万，偏离5.3%（>5%），严重滞后"),
    ("hold", {"comparator": Comparator.LESS_THAN}, "17", "behind", "截至10月为17/10万，不符合控制要求<17/10万，偏离0%（≤5%），滞后"),
    ("hold", {"value": "0", "unit": "起"}, "0", "on_track", "截至10月为0起，符合控制要求≤0起，正常"),
    ("hold", {"value": "0", "unit": "起"}, "1", "off_track", "截至10月为1起，不符合控制要求≤0起，严重滞后"),
    # --- band of a level
    ("band", {}, "27", "on_track", "截至10月为27%，符合控制要求27—33%，正常"),
    ("band", {}, "33.01", "behind", "截至10月为33.01%，不符合控制要求27—33%，偏离0.03%（≤5%），滞后"),
    ("band", {}, "36", "off_track", "截至10月为36%，不符合控制要求27—33%，偏离9.1%（>5%），严重滞后"),
    ("band", {"baseline": "20"}, "26", "on_track", "截至10月应达到25.83%，实际26%，达到计划进度，正常"),
    ("band", {"baseline": "20"}, "24", "off_track", "截至10月应达到25.83%，实际24%，落后26.1个百分点（>10），严重滞后"),
    ("band", {"baseline": "40"}, "34", "on_track", "截至10月应达到34.17%，实际34%，达到计划进度，正常"),
    ("band", {"baseline": "20"}, "36", "off_track", "截至10月为36%，不符合控制要求27—33%，偏离9.1%（>5%），严重滞后"),
    # a reviewer may choose band for a single line
    ("band", {"comparator": Comparator.AT_LEAST, "direction": Direction.MORE, "baseline": "20"}, "28", "behind", "截至10月应达到28.33%，实际28%，落后3.3个百分点（≤10），滞后"),
    ("band", {**BETWEEN, "low": "20", "high": "25"}, "22", "on_track", "截至10月为22%，符合控制要求20—25%，正常"),
    # --- cover without parts
    ("cover", {}, "83", "behind", "截至10月应达到83.28%，实际83%，落后0.3个百分点（≤10），滞后"),
    ("cover", {}, "99.999", "on_track", "截至10月应达到83.28%，实际99.99%，达到计划进度，正常"),
    ("cover", {"baseline": "80"}, "95", "behind", "截至10月应达到96.65%，实际95%，落后8.3个百分点（≤10），滞后"),
    ("cover", {"value": "16", "unit": "个", "places": 0, "whole": True}, "13", "on_track", "截至10月应达到13个，实际13个，达到计划进度，正常"),
]  # fmt: skip


@pytest.mark.parametrize(("judged_as", "changes", "value", "light", "reason"), CASES)
def test_light_and_sentence(judged_as, changes, value, light, reason):
    found = assess(facts(judged_as, **changes), [seen("2026-10", value)], OCTOBER)
    assert (found.light.value, found.reason) == (light, reason)
    assert found.rule.startswith(judged_as)


def test_no_two_kinds_of_outcome_share_a_rule():
    rules = {}
    for judged_as, changes, value, _, _ in CASES:
        found = assess(facts(judged_as, **changes), [seen("2026-10", value)], OCTOBER)
        if not found.rule.endswith((".interval", ".tolerance")):
            assert rules.setdefault(found.rule, found.light) is found.light


@pytest.mark.parametrize(
    ("judged_as", "changes", "parts", "light", "reason"),
    [
        ("hold", {}, (0, 40000), "on_track", "截至10月为0/10万，符合控制要求≤17/10万，正常"),
        ("hold", {}, (8, 40000), "behind", "截至10月为20/10万，不符合控制要求≤17/10万，但控制线在95%置信区间（8.63—39.41）内，滞后"),
        ("hold", {}, (17, 40000), "off_track", "截至10月为42.5/10万，不符合控制要求≤17/10万，控制线在95%置信区间（24.74—68.05）之外，严重滞后"),
        ("hold", {"kind": Kind.RATIO, "unit": "%", "value": "98", "comparator": Comparator.AT_LEAST, "direction": Direction.MORE}, (975, 1000), "behind", "截至10月为97.5%，不符合控制要求≥98%，但控制线在95%置信区间（96.34—98.3）内，滞后"),
        ("hold", {"kind": Kind.RATIO, "unit": "%", "value": "98", "comparator": Comparator.AT_LEAST, "direction": Direction.MORE}, (950, 1000), "off_track", "截至10月为95%，不符合控制要求≥98%，控制线在95%置信区间（93.47—96.19）之外，严重滞后"),
        ("reach", {"baseline": "70"}, (58, 100), "behind", "截至10月为58%，不符合控制要求≥60%，但控制线在95%置信区间（48.21—67.2）内，滞后"),
        ("band", {}, (36, 100), "behind", "截至10月为36%，不符合控制要求27—33%，但控制线在95%置信区间（27.27—45.76）内，滞后"),
        ("cover", {}, (16, 20), "on_track", "截至10月应达到80%，实际80%（16/20），达到计划进度，正常"),
        ("cover", {}, (15, 20), "behind", "截至10月应达到80%，实际75%（15/20），落后5个百分点（≤10），滞后"),
        ("cover", {}, (13, 20), "off_track", "截至10月应达到80%，实际65%（13/20），落后15个百分点（>10），严重滞后"),
        ("cover", {}, (20, 20), "achieved", "截至10月实际100%（20/20），目标100%，已完成"),
        ("cover", {}, (99999, 100000), "on_track", "截至10月应达到83.28%，实际99.99%（99,999/100,000），达到计划进度，正常"),
        ("cover", {}, (0, 0), "not_assessable", "10月分母为0，不能计算，无法评价"),
        ("cover", {}, (None, 20), "not_assessable", "10月缺少分子，不能计算，无法评价"),
        ("cover", {}, (20, None), "not_assessable", "10月缺少分母，不能计算，无法评价"),
        ("cover", {}, (None, None), "not_assessable", "10月前有数据缺分子分母，不能合并计算，无法评价"),
    ],
)  # fmt: skip
def test_with_numerator_and_denominator(judged_as, changes, parts, light, reason):
    given = facts(judged_as, **changes)
    numerator, denominator = (None if part is None else D(part) for part in parts)
    scale = {"%": 100, "/10万": 100_000}[given.unit]
    value = numerator / denominator * scale if numerator is not None and denominator else None
    found = assess(given, [seen("2026-10", value, numerator, denominator)], OCTOBER)
    assert (found.light.value, found.reason) == (light, reason)


def test_an_interval_is_kept_with_its_method():
    found = assess(facts("hold"), [seen("2026-10", D(20), D(8), D(40000))], OCTOBER)
    assert found.interval == (D("8.63"), D("39.41"))
    assert found.operands["interval_method"] == "exact_poisson"
    found = assess(facts("hold"), [seen("2026-10", D("42.5"), D(17), D(40000))], OCTOBER)
    assert found.operands["interval_method"] == "byar"
    found = assess(facts("hold", kind=Kind.RATIO, unit="%"), [seen("2026-10", D(20), D(20), D(100))], OCTOBER)
    assert found.operands["interval_method"] == "wilson"


@pytest.mark.parametrize(
    ("comparator", "deaths", "left"),
    [
        (Comparator.AT_MOST, 5, "3"),
        (Comparator.AT_MOST, 8, "0"),
        (Comparator.AT_MOST, 9, "-1"),
        (Comparator.LESS_THAN, 5, "2"),
    ],
)
def test_how_many_more_events_fit_under_a_limit(comparator, deaths, left):
    """A limit of 20 per 100,000 with 40,000 births is 8 events; staying below it, 7."""
    given = facts("hold", value="20", comparator=comparator)
    found = assess(given, [seen("2026-10", D(deaths) / 40000 * 100_000, D(deaths), D(40000))], OCTOBER)
    assert found.operands["events_left"] == left


@pytest.mark.parametrize(
    ("judged_as", "changes", "value", "light", "reason"),
    [
        ("deliver", {}, "10", "achieved", "截至2026年12月实际10家，目标10家，已完成"),
        ("deliver", {}, "9", "off_track", "期限2026年12月31日，截至2026年12月实际9家，未达到目标10家，严重滞后"),
        ("deliver", {**ABOUT, "value": "20"}, "18", "achieved", "截至2026年12月实际18家，目标20家左右，已完成"),
        ("deliver", {**ABOUT, "value": "20"}, "23", "off_track", "期限2026年12月31日，截至2026年12月实际23家，未达到目标20家左右，严重滞后"),
        ("reach", {}, "60", "achieved", "截至2026年12月实际60%，目标≥60%，已完成"),
        ("reach", {"comparator": Comparator.MORE_THAN}, "60", "off_track", "期限2026年12月31日，截至2026年12月实际60%，未达到目标>60%，严重滞后"),
        ("reach", {"baseline": None}, "59.99", "off_track", "期限2026年12月31日，截至2026年12月实际59.99%，未达到目标≥60%，严重滞后"),
        ("reach", {"baseline": "60"}, "59.99", "off_track", "期限2026年12月31日，截至2026年12月实际59.99%，未达到目标≥60%，严重滞后"),
        ("change", {"value": None, "baseline": None, "derived": ""}, "65", "not_assessable", "无基线，不能推算目标值，无法评价"),
        ("hold", {}, "17", "achieved", "截至2026年12月实际17/10万，目标≤17/10万，已完成"),
        ("hold", {}, "17.01", "off_track", "期限2026年12月31日，截至2026年12月实际17.01/10万，未达到目标≤17/10万，严重滞后"),
        ("band", {}, "33", "achieved", "截至2026年12月实际33%，目标30%左右，已完成"),
        ("cover", {}, "99.999", "off_track", "期限2026年12月31日，截至2026年12月实际99.99%，未达到目标100%，严重滞后"),
    ],
)  # fmt: skip
def test_after_the_deadline_only_achieved_or_missed(judged_as, changes, value, light, reason):
    found = assess(facts(judged_as, **changes), [seen("2026-12", value)], OVER)
    assert (found.light.value, found.reason) == (light, reason)


@pytest.mark.parametrize(
    ("happened", "shape", "today", "light", "reason"),
    [
        (None, None, "2026-06-30", "on_track", "应于2026年6月30日前完成，未到期，正常"),
        (None, None, "2026-07-01", "behind", "应于2026年6月30日前完成，截至2026年7月1日尚未完成，逾期1天（≤30天），滞后"),
        (None, None, "2026-07-30", "behind", "应于2026年6月30日前完成，截至2026年7月30日尚未完成，逾期30天（≤30天），滞后"),
        (None, None, "2026-07-31", "off_track", "应于2026年6月30日前完成，截至2026年7月31日尚未完成，逾期31天（>30天），严重滞后"),
        ("2026-06-12", None, "2026-07-31", "achieved", "2026年6月12日完成，已完成"),
        ("2026-07-10", None, "2026-07-31", "achieved", "应于2026年6月30日前完成，2026年7月10日完成，晚10天，已完成"),
        ("2026-07-10", None, "2026-07-05", "behind", "应于2026年6月30日前完成，截至2026年7月5日尚未完成，逾期5天（≤30天），滞后"),
    ],
)  # fmt: skip
def test_stages_go_by_days(happened, shape, today, light, reason):
    observations = [] if happened is None else [seen(happened[:7], happened_on=happened)]
    given = facts("stage", deadline=date(2026, 6, 30))
    found = assess(given, observations, Period.parse("2026-07"), date.fromisoformat(today))
    assert (found.light.value, found.reason) == (light, reason)


STAGES = PlanShape(Shape.POINTS, (PlanPoint(date(2026, 3, 31), D(1)), PlanPoint(date(2026, 8, 31), D(2))))


@pytest.mark.parametrize(
    ("reached", "as_of", "light"),
    [
        (None, "2026-04", "behind"),  # the first stage is 30 days late
        ("0", "2026-05", "off_track"),
        ("1", "2026-05", "on_track"),
        ("1", "2026-09", "behind"),
        ("1", "2026-10", "off_track"),
        ("2", "2026-10", "on_track"),
        ("3", "2026-10", "achieved"),
    ],
)
def test_a_project_of_several_stages_is_late_by_its_next_one(reached, as_of, light):
    observations = [] if reached is None else [seen("2026-04", reached)]
    found = assess(facts("stage", value="3", shape=STAGES), observations, Period.parse(as_of))
    assert found.light.value == light


def test_a_stage_reported_once_stays_finished():
    months = [seen("2026-03", "1", happened_on="2026-03-05"), seen("2026-04"), seen("2026-05", "0")]
    assert assess(facts("stage"), months, Period.parse("2026-05")).light is Light.ACHIEVED


def test_a_stage_finished_before_or_after_its_plan_counts():
    early = [seen("2025-12", happened_on="2025-12-20")]
    late = [seen("2027-02", happened_on="2027-02-01")]
    assert assess(facts("stage"), early, Period.parse("2026-01")).rule == "stage.achieved"
    assert assess(facts("stage"), late, Period.parse("2027-02")).rule == "stage.achieved_late"


@pytest.mark.parametrize(
    ("changes", "as_of", "reason"),
    [
        ({}, "2026-03", "尚未报送，无法评价"),
        ({}, "2027-03", "期限2026年12月31日已过，计划期内从未报送，无法评价"),
        ({"start": date(2026, 7, 1)}, "2026-03", "计划自2026年7月1日开始，尚未报送，无法评价"),
    ],
)
def test_never_reported(changes, as_of, reason):
    found = assess(facts("reach", **changes), [], Period.parse(as_of))
    assert (found.light, found.period, found.reason) == (Light.NOT_ASSESSABLE, None, reason)


def test_values_outside_the_plan_and_after_the_month_do_not_count():
    months = [seen("2025-12", "70"), seen("2026-11", "70")]
    assert assess(facts("reach"), months, OCTOBER).reason == "尚未报送，无法评价"


def test_a_red_that_falls_silent_stays_red():
    found = assess(facts("deliver"), [seen("2026-06", "1")], OCTOBER)
    assert found.light is Light.OFF_TRACK
    assert found.reason == "截至6月应完成4家，实际1家，落后30个百分点（>10），严重滞后"
    assert (found.period, found.operands["period"]) == (Period.parse("2026-06"), "2026-06")


@pytest.mark.parametrize(
    ("lag_days", "today", "light"),
    [
        (0, "2026-12-31", "on_track"),
        (0, "2027-01-01", "off_track"),
        (10, "2027-01-10", "on_track"),
        (10, "2027-01-11", "off_track"),
    ],
)
def test_missed_only_when_the_time_to_report_is_over(lag_days, today, light):
    given = facts("deliver", lag_days=lag_days)
    found = assess(given, [seen("2026-11", "9")], OVER, date.fromisoformat(today))
    assert found.light.value == light


def test_a_deadline_within_a_period_is_judged_by_that_period():
    given = facts("deliver", deadline=date(2026, 6, 15))
    assert assess(given, [seen("2026-06", "9")], Period.parse("2026-06")).rule == "deliver.missed"


def test_a_target_whose_deadline_is_past_before_it_starts_is_judged_at_once():
    given = facts("deliver", start=date(2026, 6, 30), deadline=date(2026, 3, 31))
    assert assess(given, [seen("2026-10", "10")], OCTOBER).rule == "deliver.never_reported"
    given = facts("deliver", start=date(2026, 6, 30), deadline=date(2026, 6, 30))
    assert assess(given, [seen("2026-06", "10")], OCTOBER).rule == "deliver.achieved"


@pytest.mark.parametrize(
    ("period", "label"),
    [("2026Q3", "第三季度"), ("2026H1", "上半年"), ("2025-12", "2025年12月")],
)
def test_the_sentence_names_the_period_of_the_data(period, label):
    given = facts("reach", start=date(2025, 1, 1), baseline=None)
    found = assess(given, [seen(period, "57")], OCTOBER)
    assert found.reason.startswith(f"截至{label}实际57%")


def test_missing_periods_of_a_sum_are_said():
    found = assess(facts("deliver"), [seen("2026-10", "8", missing=2)], OCTOBER)
    assert found.reason.endswith("正常（其间有2期未报，合计可能偏小）")


WAIVER = WaiverFacts("因选址调整", date(2026, 8, 1), date(2026, 10, 31))


@pytest.mark.parametrize(
    ("as_of", "light"),
    [("2026-07", "off_track"), ("2026-08", "waived"), ("2026-10", "waived"), ("2026-11", "off_track")],
)
def test_a_waiver_sets_the_light_apart_while_it_lasts(as_of, light):
    found = assess(facts("deliver", waiver=WAIVER), [seen("2026-06", "1")], Period.parse(as_of))
    assert found.light.value == light
    if light == "waived":
        assert found.reason == "因选址调整，有效期至2026年10月31日，已调整/豁免"
        assert found.operands["light_without_waiver"] == "off_track"
        assert found.value == 1


def test_a_waiver_covers_silence_too():
    found = assess(facts("deliver", waiver=WaiverFacts("停报", date(2026, 1, 1))), [], OCTOBER)
    assert (found.light, found.reason) == (Light.WAIVED, "停报，已调整/豁免")


def test_the_same_facts_give_the_same_result_and_all_operands():
    given, months = facts("deliver"), [seen("2026-10", "6")]
    found = assess(given, months, OCTOBER)
    assert found == assess(given, months, OCTOBER)
    assert found.version == given.rules.version
    assert (
        found.operands
        | {
            "target": "10",
            "start": "2026-01-01",
            "deadline": "2026-12-31",
            "value": "6",
            "expected": "8",
            "expected_exact": "8.3287671232876712329",
            "formula": "(8 − 6) ÷ 10 × 100",
            "gap": "20",
            "progress": "60",
            "band": "(10, +∞)",
        }
        == found.operands
    )


@pytest.mark.parametrize("value", ["57.85", "57.8549", "57.846", "57.84", "57.83", "57.834"])
def test_sentence_number_and_colour_come_from_the_same_gap(value):
    """Around ten points below the plan the printed gap and the light never disagree."""
    found = assess(facts("reach"), [seen("2026-10", value)], OCTOBER)
    assert (found.gap > 10) == (found.light is Light.OFF_TRACK) == ("（>10）" in found.reason)


def test_baseline_aware_percent():
    given = facts("reach", value="50000", baseline="60000", **LESS, unit="元")
    assert assess(given, [seen("2026-10", "59000")], OCTOBER).progress == 10


def test_percent_above_a_hundred_is_exact():
    given = facts("deliver", value="100")
    assert assess(given, [seen("2026-12", "115")], OVER).progress == 115
