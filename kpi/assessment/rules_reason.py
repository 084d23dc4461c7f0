"""The sentence of a result, a pure function of what the result stores, in the language that is spoken.

Judging stores the Chinese one; any other is made from the same operands when it is read. What a result needs for its
sentence and does not keep (it was stored before) is a KeyError.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from kpi.assessment.rules_light import Family, Light
from kpi.assessment.rules_numbers import show_day, show_period
from kpi.core.period import Period
from kpi.core.quantity import Comparator, show_number
from kpi.core.text import t


class Told(NamedTuple):
    """A stored result as far as its sentence needs it: `month` looked at, until `day`."""

    light: Light
    rule: str
    operands: Mapping[str, Any]
    month: Period
    day: date


def reason_of(told: Told) -> str:
    """「截至10月应完成8家，实际6家，落后20个百分点（>10），严重滞后」."""
    said = _BY_RULE.get(told.rule)
    if said is not None:
        return said(told)
    sentence = _SENTENCES[told.rule.partition(".")[2]](told)
    if "missing_periods" in told.operands:
        sentence += t("（其间有{n}期未报，合计可能偏小）", n=told.operands["missing_periods"])
    return sentence


# --- the numbers of a sentence ------------------------------------------------------------------------------------


def _number(operands: Mapping[str, Any], name: str) -> str:
    written = operands[name]
    if len(written.partition(".")[0]) <= 3 and written[0] != "-":
        return str(written)
    return show_number(Decimal(written))


def _quantity(operands: Mapping[str, Any], name: str) -> str:
    return f"{_number(operands, name)}{operands.get('unit', '')}"


def _period(told: Told) -> str:
    """Nothing for a stage that asks for nothing, and of which nothing was reported."""
    if "period" not in told.operands:
        return ""
    return show_period(_parsed(told.operands["period"]), told.month)


_parsed = lru_cache(maxsize=1024)(Period.parse)


def _day(told: Told, name: str) -> str:
    return show_day(date.fromisoformat(told.operands[name]))


def _value(told: Told) -> str:
    """Of coverage with how many of how many."""
    of = told.operands
    shown = _quantity(told.operands, "value")
    if of["judged_as"] == "cover" and "numerator" in of and of.get("denominator", "0") != "0":
        return f"{shown}（{_number(told.operands, 'numerator')}/{_number(told.operands, 'denominator')}）"
    return shown


_SIGNS = {Comparator.AT_LEAST: "≥", Comparator.MORE_THAN: ">", Comparator.AT_MOST: "≤", Comparator.LESS_THAN: "<"}


def target_in_words(operands: Mapping[str, Any]) -> str:
    """What a target demands, of its operands or a result's: ≥60%, 2—3个, 20家左右, 80家; — while nobody can say."""
    comparator = operands["comparator"]
    if comparator == Comparator.BETWEEN:
        return f"{_number(operands, 'low')}—{_quantity(operands, 'high')}"
    about = comparator == Comparator.ABOUT
    name = "goal" if "derived" in operands and not about else "target"
    shown = _quantity(operands, name) if name in operands else "—"
    return t("{quantity}左右", quantity=shown) if about else _SIGNS.get(comparator, "") + shown


def _range(told: Told) -> str:
    of = told.operands
    if of["low_edge"] == of["high_edge"]:
        return _quantity(told.operands, "low_edge")
    return f"{_number(told.operands, 'low_edge')}—{_quantity(told.operands, 'high_edge')}"


def _line(told: Told) -> str:
    return _range(told) if {"low_edge", "high_edge"} <= told.operands.keys() else target_in_words(told.operands)


def _standing(told: Told) -> dict[str, str]:
    return {"period": _period(told), "value": _value(told), "light": told.light.label}


# --- against the plan ---------------------------------------------------------------------------------------------


def _plan(told: Told) -> str:
    of = told.operands
    values = _standing(told) | {"expected": _quantity(told.operands, "expected")}
    delivers, ahead = of["judged_as"] == "deliver", of["gap"] == "0" or of["gap"][0] == "-"
    if ahead:
        if delivers:
            return t("截至{period}应完成{expected}，实际{value}，达到计划进度，{light}", **values)
        return t("截至{period}应达到{expected}，实际{value}，达到计划进度，{light}", **values)
    values |= {"gap": _number(told.operands, "gap"), "edge": _edge(of["band"])}
    if of["family"] == Family.POINTS:
        if delivers:
            return t("截至{period}应完成{expected}，实际{value}，落后{gap}个百分点（{edge}），{light}", **values)
        return t("截至{period}应达到{expected}，实际{value}，落后{gap}个百分点（{edge}），{light}", **values)
    if delivers:
        return t("截至{period}应完成{expected}，实际{value}，低于计划{gap}%（{edge}），{light}", **values)
    return t("截至{period}应达到{expected}，实际{value}，低于计划{gap}%（{edge}），{light}", **values)


@lru_cache(maxsize=256)
def _edge(band: str) -> str:
    """The edge of a band that a reader compares with: ≤10 of (0, 10], >10 of (10, +∞)."""
    low, high = band.split(", ")
    if high != "+∞)":
        return ("≤" if high[-1] == "]" else "<") + high[:-1]
    return "" if low == "(−∞" else ("≥" if low[0] == "[" else ">") + low[1:]


def _achieved(told: Told) -> str:
    return t("截至{period}实际{value}，目标{target}，{light}", target=target_in_words(told.operands), **_standing(told))


def _met(told: Told) -> str:
    values = _standing(told) | {"target": target_in_words(told.operands)}
    return t("截至{period}实际{value}，已达到目标{target}，期限未到，{light}", **values)


def _missed(told: Told) -> str:
    values = _standing(told) | {"target": target_in_words(told.operands), "deadline": _day(told, "deadline")}
    return t("期限{deadline}，截至{period}实际{value}，未达到目标{target}，{light}", **values)


def _overshoot(told: Told) -> str:
    return t("截至{period}实际{value}，已越过目标区间{target}，{light}", target=_range(told), **_standing(told))


def _no_baseline(told: Told) -> str:
    if "distance" not in told.operands:
        return t("无基线，不能推算目标值，{light}", light=told.light.label)
    unit = told.operands.get("unit", "")
    distance = _number(told.operands, "distance") + (t("个百分点") if unit == "%" else unit)
    values = _standing(told) | {"target": target_in_words(told.operands), "distance": distance}
    return t("截至{period}实际{value}，距目标{target}还差{distance}，无基线，{light}", **values)


# --- against a line -----------------------------------------------------------------------------------------------


def _inside(told: Told) -> str:
    return t("截至{period}为{value}，符合控制要求{target}，{light}", target=_line(told), **_standing(told))


def _by_interval(told: Told) -> str:
    interval = f"{_number(told.operands, 'interval_low')}—{_number(told.operands, 'interval_high')}"
    values = _standing(told) | {"target": _line(told), "interval": interval}
    if told.light is Light.BEHIND:
        return t(
            "截至{period}为{value}，不符合控制要求{target}，但控制线在95%置信区间（{interval}）内，{light}", **values
        )
    return t("截至{period}为{value}，不符合控制要求{target}，控制线在95%置信区间（{interval}）之外，{light}", **values)


def _by_tolerance(told: Told) -> str:
    values = _standing(told) | {"target": _line(told)}
    if "distance_percent" not in told.operands:
        return t("截至{period}为{value}，不符合控制要求{target}，{light}", **values)
    edge = ("≤" if told.light is Light.BEHIND else ">") + _number(told.operands, "tolerance_percent")
    values |= {"share": _number(told.operands, "distance_percent"), "edge": edge}
    return t("截至{period}为{value}，不符合控制要求{target}，偏离{share}%（{edge}%），{light}", **values)


# --- nothing to judge ---------------------------------------------------------------------------------------------


def _not_started(told: Told) -> str:
    return t("计划自{start}开始，尚未报送，{light}", start=_day(told, "start"), light=told.light.label)


def _never_reported(told: Told) -> str:
    if "over" in told.operands:
        deadline = _day(told, "deadline")
        return t("期限{deadline}已过，计划期内从未报送，{light}", deadline=deadline, light=told.light.label)
    return t("尚未报送，{light}", light=told.light.label)


def _zero_denominator(told: Told) -> str:
    return t("{period}分母为0，不能计算，{light}", period=_period(told), light=told.light.label)


def _missing_numerator(told: Told) -> str:
    return t("{period}缺少分子，不能计算，{light}", period=_period(told), light=told.light.label)


def _missing_denominator(told: Told) -> str:
    return t("{period}缺少分母，不能计算，{light}", period=_period(told), light=told.light.label)


def _missing_parts(told: Told) -> str:
    return t("{period}前有数据缺分子分母，不能合并计算，{light}", period=_period(told), light=told.light.label)


# --- stages, strikes, waivers -------------------------------------------------------------------------------------


def _finished_stage(told: Told) -> str:
    if "happened_on" not in told.operands:
        return t("截至{period}已完成，{light}", period=_period(told), light=told.light.label)
    return t("{day}完成，{light}", day=_day(told, "happened_on"), light=told.light.label)


def _late_stage(told: Told) -> str:
    days = {"due": _day(told, "deadline"), "day": _day(told, "happened_on"), "days": told.operands["days_late"]}
    return t("应于{due}前完成，{day}完成，晚{days}天，{light}", light=told.light.label, **days)


def _stage_in_time(told: Told) -> str:
    return t("应于{due}前完成，未到期，{light}", due=_day(told, "due"), light=told.light.label)


def _overdue_stage(told: Told) -> str:
    values = {"due": _day(told, "due"), "day": show_day(told.day), "light": told.light.label}
    values |= {"days": told.operands["days_late"], "grace": told.operands["grace_days"]}
    if told.light is Light.BEHIND:
        return t("应于{due}前完成，截至{day}尚未完成，逾期{days}天（≤{grace}天），{light}", **values)
    return t("应于{due}前完成，截至{day}尚未完成，逾期{days}天（>{grace}天），{light}", **values)


def _strikes(told: Told) -> str:
    of = told.operands
    before = reason_of(told._replace(light=Light(of["light_without_strikes"]), rule=of["rule_without_strikes"]))
    return say_strikes(before, of)


def say_strikes(before: str, operands: Mapping[str, Any]) -> str:
    """The sentence of what was found before, and why it is worse."""
    light = Light.OFF_TRACK.label
    return t("{reason}；连续{n}期滞后，升为{light}", reason=before, n=operands["strikes"], light=light)


def say_waiver(operands: Mapping[str, Any]) -> str:
    said = [operands["waiver_reason"]]
    if "waiver_by" in operands:
        said.append(t("{who}批准", who=operands["waiver_by"]))
    if "waiver_until" in operands:
        said.append(t("有效期至{until}", until=show_day(date.fromisoformat(operands["waiver_until"]))))
    return t("，").join([*said, Light.WAIVED.label])


_Sentence = Callable[[Told], str]
_BY_RULE: dict[str, _Sentence] = {
    "stage.achieved": _finished_stage,
    "stage.achieved_late": _late_stage,
    "stage.on_track": _stage_in_time,
    "stage.behind": _overdue_stage,
    "stage.off_track": _overdue_stage,
    "strikes": _strikes,
    "waived": lambda told: say_waiver(told.operands),
}
_SENTENCES: dict[str, _Sentence] = {
    **{f"{way}.{light.value}": _plan for way in ("plan", "points") for light in Light if light.is_judged},
    **{f"{why}.interval": _by_interval for why in ("keep", "outside")},
    **{f"{why}.tolerance": _by_tolerance for why in ("keep", "outside")},
    "achieved": _achieved,
    "met": _met,
    "missed": _missed,
    "overshoot": _overshoot,
    "no_baseline": _no_baseline,
    "inside": _inside,
    "not_started": _not_started,
    "never_reported": _never_reported,
    "zero_denominator": _zero_denominator,
    "missing_numerator": _missing_numerator,
    "missing_denominator": _missing_denominator,
    "missing_parts": _missing_parts,
}
"""By the rule without the kind of target it judged."""
