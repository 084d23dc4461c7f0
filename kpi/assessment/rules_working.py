"""The working of a result, read back from its operands: every formula with its numbers put in.

It rests on nothing but what the result stores, so an old result explains itself as it did on its day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from kpi.core.quantity import show_number
from kpi.core.text import t

Step = tuple[str, str]
"""What is worked out, and how."""


def working_of(operands: Mapping[str, Any]) -> list[Step]:
    """The steps in order; those that a kind of target does not have are left out."""
    of = {name: _short(str(value)) for name, value in operands.items()}
    return [*_value(of), *_expected(of), *_progress(of), *_gap(of), *_interval(of), *_tolerance(of), *_strikes(of)]


def _short(number: str) -> str:
    """No more decimals than a reader can use; the operands keep them all."""
    whole, dot, decimals = number.partition(".")
    return f"{whole}.{decimals[:6]}…" if dot and decimals.isdigit() and len(decimals) > 6 else number


def _value(of: Mapping[str, str]) -> Iterator[Step]:
    if "value" not in of:
        return
    unit, exact = of.get("unit", ""), of.get("value_exact", of["value"])
    if "numerator" in of and "denominator" in of:
        words = t("分子{numerator}，分母{denominator}，得{exact}", **_only(of, "numerator", "denominator"), exact=exact)
        yield t("实绩"), f"{words} ≈ {of['value']}{unit}" if exact != of["value"] else f"{words}{unit}"
    elif exact != of["value"]:
        yield t("实绩"), f"{exact} ≈ {of['value']}{unit}"
    else:
        yield t("实绩"), f"{of['value']}{unit}"
    if "missing_periods" in of:
        yield t("缺报"), t("其间有{n}期未报，合计可能偏小", n=of["missing_periods"])


def _expected(of: Mapping[str, str]) -> Iterator[Step]:
    if "expected_exact" not in of or "expected" not in of:
        return
    origin, goal, exact = of.get("origin"), of.get("goal"), of["expected_exact"]
    shown = f"{exact} ≈ {of['expected']}" if exact != of["expected"] else exact
    if origin is None or goal is None:
        yield t("应达到"), t("按计划点：{shown}", shown=shown)
        return
    way = f"{origin} + ({goal} − {_signed(origin)}) × f"
    yield t("应达到"), t("{way} = {shown}（f为计划应完成的份额）", way=way, shown=shown)


def _progress(of: Mapping[str, str]) -> Iterator[Step]:
    if {"progress", "origin", "goal", "value"} <= of.keys():
        origin = _signed(of["origin"])
        formula = f"({of['value']} − {origin}) ÷ ({of['goal']} − {origin}) × 100 = {of['progress']}"
        yield t("进度（%）"), formula


def _gap(of: Mapping[str, str]) -> Iterator[Step]:
    if "gap" not in of:
        return
    formula = of.get("formula")
    yield t("差距"), f"{formula} = {of['gap']}" if formula else of["gap"]
    if "band" in of:
        yield t("所在分档"), f"{of['gap']} ∈ {of['band']}"


def _interval(of: Mapping[str, str]) -> Iterator[Step]:
    if not {"interval_method", "interval_low", "interval_high"} <= of.keys():
        return
    method = {"wilson": "Wilson", "exact_poisson": t("精确泊松"), "byar": "Byar"}.get(of["interval_method"], "")
    low, high = of["interval_low"], of["interval_high"]
    yield t("95%置信区间"), t("{method}：{low}—{high}", method=method, low=low, high=high)
    for edge in sorted({of[name] for name in ("low_edge", "high_edge") if name in of}):
        inside = _number(low) <= _number(edge) <= _number(high)
        where = t("在区间内") if inside else t("在区间外")
        yield t("控制线"), t("{edge}，{where}", edge=edge, where=where)
    if "events_left" in of:
        yield t("距限额"), say_room(Decimal(of["events_left"]))


def say_room(events: Decimal) -> str:
    """How many more events the limit leaves; below zero, by how many it is broken."""
    if events < 0:
        return t("已超{n}例", n=show_number(-events))
    return t("还可发生{n}例", n=show_number(events))


def _number(short: str) -> float:
    return float(short.rstrip("…"))


def _tolerance(of: Mapping[str, str]) -> Iterator[Step]:
    if {"distance_percent", "tolerance_percent", "distance"} <= of.keys():
        compared = {"share": of["distance_percent"], "allowed": of["tolerance_percent"], "distance": of["distance"]}
        yield t("偏离控制线"), t("偏离{distance}，即{share}%，容许{allowed}%", **compared)


def _strikes(of: Mapping[str, str]) -> Iterator[Step]:
    if {"strikes", "strike_limit"} <= of.keys():
        yield t("连续滞后"), t("{n}期，满{limit}期升级", n=of["strikes"], limit=of["strike_limit"])


def _signed(number: str) -> str:
    return f"({number})" if number.startswith("-") else number


def _only(of: Mapping[str, str], *names: str) -> dict[str, str]:
    return {name: of[name] for name in names}


_NAMES = (
    "judged_as comparator direction unit start deadline shape derived target low high baseline low_edge high_edge "
    "origin goal as_of day period value_exact value numerator denominator missing_periods expected_exact expected "
    "expected_units progress gap family band formula interval_low interval_high interval_method events_left distance "
    "tolerance_percent distance_percent strikes strike_limit light_without_strikes rule_without_strikes "
    "light_without_waiver reason_without_waiver over grace_days waiver_reason waiver_by waiver_until"
).split()


def operand_label(name: str) -> str:
    """An operand by its name in words; one that nobody named here keeps its own."""
    labels = t(
        "评价方式|比较|方向|单位|开始|期限|计划形状|推算|目标值|下限|上限|基线|目标下界|目标上界|起点|终点|评价月份|评价日|"
        "数据期间|实绩（精确）|实绩|分子|分母|缺报期数|应达到（精确）|应达到|应完成单位数|进度|差距|差距算法|分档|公式|区间下限|"
        "区间上限|区间方法|距限额|偏离|容许偏离%|偏离%|连续滞后期数|升级期数|升级前亮灯|升级前规则|豁免前亮灯|豁免前说明|"
        "期限已过|宽限天数|豁免原因|豁免批准人|豁免有效期"
    ).split("|")
    return dict(zip(_NAMES, labels, strict=True)).get(name, name)
