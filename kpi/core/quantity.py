"""What a number is and how it is compared: the words that extraction, targets and assessment share."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, localcontext
from enum import StrEnum

from kpi.core.errors import BadInput, Problem
from kpi.core.text import t

LARGEST = Decimal(10) ** 15
FINEST = Decimal("0.000001")


class Kind(StrEnum):
    COUNT = "count"
    AMOUNT = "amount"
    RATIO = "ratio"
    RATE = "rate"
    COVERAGE = "coverage"
    MILESTONE = "milestone"


class Comparator(StrEnum):
    AT_LEAST = ">="
    MORE_THAN = ">"
    AT_MOST = "<="
    LESS_THAN = "<"
    EQUAL = "="
    ABOUT = "~"
    BETWEEN = "between"


class Direction(StrEnum):
    """Which way is better."""

    MORE = "more"
    LESS = "less"
    INSIDE = "inside"


class Change(StrEnum):
    """The number of a target is a change against its baseline, not a level."""

    INCREASE = "increase"
    DECREASE = "decrease"


PROPORTION_SCALES = {"%": Decimal(100), "‰": Decimal(1000), "/万": Decimal(10_000), "/10万": Decimal(100_000)}
"""Unit → what a numerator over its denominator is multiplied by."""

WHOLE_UNITS = frozenset("家个名人支项所处辆种类次套座台张条间件户对场期门篇批班站点")
"""Measure words of things that come whole: nobody builds 0.8 of a station."""


_IN_THOUSANDS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?")


def parse_number(written: object, field: str | None = None, row: int | None = None) -> Decimal:
    """An exact decimal from what a person or a file gives; BadInput naming field and row otherwise.

    Full-width digits, thousands separators and surrounding blanks are taken; NaN, infinities, more than
    six decimals or an amount of 10^15 and more are not.
    """

    def refuse(reason: str) -> BadInput:
        return BadInput.of(Problem(reason, field, row))

    if isinstance(written, bool) or written is None:
        raise refuse(t("不是数字"))
    if isinstance(written, float):
        written = repr(written)
    text = str(written).strip().replace("，", ",").replace("．", ".").replace("－", "-")
    if "," in text:
        if not _IN_THOUSANDS.fullmatch(text):  # 3,5 is 3.5 to some and a slip to others, but never 35
            raise refuse(t("“{text}”中的逗号不是千分位，请改正或去掉逗号", text=text[:40]))
        text = text.replace(",", "")
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise refuse(t("“{text}”不是数字", text=text[:40])) from None
    if not number.is_finite() or "_" in text:  # an underscore is a separator to Python only
        raise refuse(t("“{text}”不是数字", text=text[:40]))
    if number and number.adjusted() >= LARGEST.adjusted():  # nothing is worked out yet: 1e999999999 can not be
        raise refuse(t("数字过大（应小于10的15次方）"))
    with localcontext() as context:
        context.prec = 40
        rounded = number.quantize(FINEST)
        if rounded != number:
            raise refuse(t("小数位数过多（最多6位）"))
        return rounded.normalize() if rounded else Decimal(0)


_STEPS = tuple(Decimal(1).scaleb(-places) for places in range(7))


def round_half_up(value: Decimal, places: int) -> Decimal:
    """Rounded as people round on paper: 0.125 at two places is 0.13."""
    step = _STEPS[places] if 0 <= places < len(_STEPS) else Decimal(1).scaleb(-places)
    try:
        return value.quantize(step, rounding=ROUND_HALF_UP)
    except InvalidOperation:  # more digits than the usual precision holds
        with localcontext() as context:
            context.prec = 60
            return value.quantize(step, rounding=ROUND_HALF_UP)


def is_whole_unit(unit: str) -> bool:
    return unit in WHOLE_UNITS or unit in {"人次", "例次"}


def plain(value: Decimal) -> str:
    """Exact and without an exponent, trailing zeros dropped: 46000, 0.8, 17."""
    text = str(value)
    if "E" in text:
        text = format(value, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


def show_number(value: Decimal | None, places: int | None = None) -> str:
    """THE number printing function: thousands separators, at most `places` decimals (None: as exact as stored)."""
    if value is None:
        return "—"
    text = plain(value if places is None else round_half_up(value, places))
    whole, dot, rest = text.partition(".")
    if len(whole) <= 3 and text[0] != "-":
        return text
    sign, digits = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    if sign and set(digits + rest) <= {"0"}:
        sign = ""
    return f"{sign}{int(digits):,}{dot}{rest}"


def show_quantity(value: Decimal | None, unit: str, places: int | None = None) -> str:
    """A number with its unit as officials write it: 60%, 17/10万, 10家; a unit of words in front keeps its form."""
    if value is None:
        return "—"
    return f"{show_number(value, places)}{unit}"
