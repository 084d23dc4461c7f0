"""What a target demands and where it stands, in words and printed numbers."""

from __future__ import annotations

from decimal import Decimal

from kpi.core.quantity import Change, Comparator, Kind, show_number, show_quantity
from kpi.core.text import t
from kpi.targets.rules import JudgedAs


def demand_in_words(
    comparator: Comparator,
    value: Decimal | None,
    low: Decimal | None,
    high: Decimal | None,
    unit: str,
    *,
    kind: Kind,
    judged_as: JudgedAs,
    change: Change | None = None,
) -> str:
    """不低于60%, 不超过17/10万, 20家左右, 2—3个, 较基线提高5个百分点以上, 按期完成."""
    if judged_as is JudgedAs.STAGE:
        return t("按期完成")
    if change is not None:
        return _change_in_words(change, comparator, _amount(comparator, value, low, high, unit), unit)
    shown = _amount(comparator, value, low, high, unit)
    counted = kind in (Kind.COUNT, Kind.AMOUNT)
    match comparator:
        case Comparator.AT_LEAST:
            return t("不少于{quantity}", quantity=shown) if counted else t("不低于{quantity}", quantity=shown)
        case Comparator.MORE_THAN:
            return t("多于{quantity}", quantity=shown) if counted else t("高于{quantity}", quantity=shown)
        case Comparator.AT_MOST:
            return t("不超过{quantity}", quantity=shown)
        case Comparator.LESS_THAN:
            return t("低于{quantity}", quantity=shown)
        case Comparator.ABOUT:
            return t("{quantity}左右", quantity=shown)
        case _:
            return shown


def _amount(comparator: Comparator, value: Decimal | None, low: Decimal | None, high: Decimal | None, unit: str) -> str:
    if comparator is Comparator.BETWEEN:
        return f"{show_number(low)}—{show_quantity(high, unit)}"
    return show_quantity(value, unit)


_OR_MORE = (Comparator.AT_LEAST, Comparator.MORE_THAN)
_AT_MOST = (Comparator.AT_MOST, Comparator.LESS_THAN)


def _change_in_words(change: Change, comparator: Comparator, amount: str, unit: str) -> str:
    if unit == "番":
        return t("较基线翻{amount}", amount=amount)
    if unit == "倍":
        return t("达到基线的{amount}", amount=amount)
    up = change is Change.INCREASE
    if comparator in _OR_MORE:
        return t("较基线提高{amount}以上", amount=amount) if up else t("较基线下降{amount}以上", amount=amount)
    if comparator in _AT_MOST:
        return t("较基线上升不超过{amount}", amount=amount) if up else t("较基线下降不超过{amount}", amount=amount)
    if comparator is Comparator.ABOUT:
        return t("较基线提高{amount}左右", amount=amount) if up else t("较基线下降{amount}左右", amount=amount)
    return t("较基线提高{amount}", amount=amount) if up else t("较基线下降{amount}", amount=amount)


def unit_of_level(unit: str, indicator_unit: str, change: Change | None) -> str:
    """The unit of the values themselves: 提高5个百分点 is of an indicator in %."""
    return indicator_unit if change is not None or not unit else unit


def value_in_words(value: Decimal | None, unit: str, judged_as: JudgedAs, last: Decimal | None = None) -> str:
    """A level with its unit; of a stage whether it is done."""
    if value is None:
        return "—"
    if judged_as is JudgedAs.STAGE:
        return t("已完成") if value >= (last or Decimal(1)) else t("未完成")
    return show_quantity(value, unit)
