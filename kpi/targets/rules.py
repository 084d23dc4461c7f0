"""How a target is judged, which way is better, what a change means as a level, and the shape of its plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kpi.core.errors import BadInput, Problem
from kpi.core.quantity import Change, Comparator, Direction, Kind, parse_number, plain, show_quantity
from kpi.core.text import t


class JudgedAs(StrEnum):
    """How a target is judged; what its number is (the kind) is another matter."""

    STAGE = "stage"
    CHANGE = "change"
    HOLD = "hold"
    COVER = "cover"
    BAND = "band"
    DELIVER = "deliver"
    REACH = "reach"

    @property
    def label(self) -> str:
        return {
            "stage": t("按节点"),
            "change": t("按变化幅度"),
            "hold": t("按控制线"),
            "cover": t("按覆盖面"),
            "band": t("按区间"),
            "deliver": t("按完成量"),
            "reach": t("按达标进度"),
        }[self.value]


HOLD_WORDS = ("控制在", "不超过", "保持", "稳定在", "维持", "以下", "以内")
"""Words of the comparator that speak of a line to stay inside of."""

LEVEL_UNITS = frozenset({"岁", "天", "日", "分钟", "小时", "分", "公里"})
"""Units of amounts that are a state of things (life expectancy, days of stay), not something delivered bit by bit."""

POINT_UNITS = frozenset({"个百分点", "百分点", "个千分点", "千分点", "个点"})
MULTIPLE_UNITS = frozenset({"倍", "番"})

_UPPER = (Comparator.AT_MOST, Comparator.LESS_THAN)
_LOWER = (Comparator.AT_LEAST, Comparator.MORE_THAN)
_RANGE = (Comparator.ABOUT, Comparator.BETWEEN)
_MIRROR = {
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.MORE_THAN: Comparator.LESS_THAN,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.LESS_THAN: Comparator.MORE_THAN,
}


def propose_judged_as(
    kind: Kind,
    comparator: Comparator,
    *,
    value: Decimal | None = None,
    unit: str = "",
    change: Change | None = None,
    comparator_text: str = "",
    baseline: Decimal | None = None,
    countable: bool = False,
    is_level: bool = False,
) -> JudgedAs:
    """The first line of the table that fits; a proposal, open to the reviewer.

    `countable`: 100 % means all of a countable set of units. `is_level`: the indicator is known to be a level at
    period end, so its number is not delivered bit by bit.
    """
    if kind is Kind.MILESTONE:
        return JudgedAs.STAGE
    if change is not None:
        return JudgedAs.CHANGE
    if _speaks_of_a_line(kind, comparator, comparator_text, value) and not _is_worse(baseline, value, comparator):
        return JudgedAs.HOLD
    if kind is Kind.COVERAGE or (countable and unit == "%" and value == 100):
        return JudgedAs.COVER
    delivered = kind in (Kind.COUNT, Kind.AMOUNT) and not is_level and unit not in LEVEL_UNITS
    if comparator in _RANGE and not delivered:
        return JudgedAs.BAND
    if delivered and comparator not in _UPPER:
        return JudgedAs.DELIVER
    return JudgedAs.REACH


def _speaks_of_a_line(kind: Kind, comparator: Comparator, words: str, value: Decimal | None) -> bool:
    if comparator in _RANGE:
        return False
    if comparator in _UPPER or any(word in words for word in HOLD_WORDS):
        return True
    # 零事故: nothing can be delivered, zero is a line.
    return kind in (Kind.COUNT, Kind.AMOUNT, Kind.RATE) and comparator is Comparator.EQUAL and value == 0


def _is_worse(baseline: Decimal | None, value: Decimal | None, comparator: Comparator) -> bool:
    if baseline is None or value is None:
        return False
    if comparator in _UPPER or (comparator is Comparator.EQUAL and value == 0):
        return baseline > value
    return baseline < value


def direction_of(
    comparator: Comparator,
    kind: Kind,
    *,
    change: Change | None = None,
    value: Decimal | None = None,
    unit: str = "",
    baseline: Decimal | None = None,
) -> Direction:
    """Which way is better. A change gives it (a cap on a change turns it round); then the comparator."""
    if change is not None:
        up = (change is Change.INCREASE) is (comparator not in _UPPER)
        return Direction.MORE if up else Direction.LESS
    if comparator in _LOWER:
        return Direction.MORE
    if comparator in _UPPER:
        return Direction.LESS
    if comparator is Comparator.EQUAL:
        return _direction_of_equal(kind, value, unit, baseline)
    return Direction.INSIDE


def _direction_of_equal(kind: Kind, value: Decimal | None, unit: str, baseline: Decimal | None) -> Direction:
    if value == 0 and kind is not Kind.MILESTONE:
        return Direction.LESS
    if kind in (Kind.COUNT, Kind.AMOUNT, Kind.COVERAGE, Kind.MILESTONE) or (value == 100 and unit == "%"):
        return Direction.MORE
    if baseline is not None and value is not None and baseline != value:
        return Direction.MORE if value > baseline else Direction.LESS
    return Direction.INSIDE


def direction_is_clear(comparator: Comparator, direction: Direction) -> bool:
    """False where only the reviewer can say: a bare number of a ratio or rate."""
    return not (comparator is Comparator.EQUAL and direction is Direction.INSIDE)


@dataclass(frozen=True, slots=True)
class Derived:
    """A change turned into a level: what the indicator itself has to show, and how that was worked out."""

    comparator: Comparator
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    formula: str


def derive_target(
    baseline: Decimal,
    change: Change,
    unit: str,
    *,
    comparator: Comparator = Comparator.EQUAL,
    value: Decimal | None = None,
    low: Decimal | None = None,
    high: Decimal | None = None,
    indicator_unit: str = "%",
) -> Derived:
    """The level that a change asks for: 提高5个百分点 is B + 5, 下降3% is B × 0.97, 翻一番 (2 倍) is 2 × B.

    In words of percent the change is relative unless it says 百分点; a unit equal to the indicator's own (other
    than %) is a difference. BadInput when a relative change meets a baseline of zero, or a multiple falls.
    """

    def level(amount: Decimal) -> Decimal:
        return _level(baseline, change, amount, unit, indicator_unit)

    formulas = [_formula(baseline, change, amount, unit) for amount in (value, low, high) if amount is not None]
    if change is Change.DECREASE:
        comparator = _MIRROR.get(comparator, comparator)
        low, high = high, low
    if comparator is Comparator.EQUAL:
        comparator = Comparator.AT_LEAST if change is Change.INCREASE else Comparator.AT_MOST
    return Derived(
        comparator,
        None if value is None else level(value),
        None if low is None else level(low),
        None if high is None else level(high),
        "；".join(formulas),
    )


def is_relative_change(unit: str, indicator_unit: str) -> bool:
    """Whether the change multiplies the baseline (下降3%, 翻一番) instead of being added to it (提高5个百分点)."""
    if unit in POINT_UNITS:
        return False
    return unit in MULTIPLE_UNITS or unit == "%" or (unit == "‰" and unit != indicator_unit)


def _level(baseline: Decimal, change: Change, amount: Decimal, unit: str, indicator_unit: str) -> Decimal:
    if not is_relative_change(unit, indicator_unit):
        return baseline + amount if change is Change.INCREASE else baseline - amount
    if baseline == 0:
        raise BadInput.of(Problem(t("基线为0，不能按比例推算目标值，请改写为绝对数"), t("基线")))
    if unit in MULTIPLE_UNITS:
        if change is Change.DECREASE:
            raise BadInput.of(Problem(t("下降不能以倍数表示，请改写为百分比"), t("单位")))
        return baseline * (amount if unit == "倍" else 2**amount)
    share = amount / (100 if unit == "%" else 1000)
    return baseline * (1 + share if change is Change.INCREASE else 1 - share)


def _formula(baseline: Decimal, change: Change, amount: Decimal, unit: str) -> str:
    start, sign = plain(baseline), "+" if change is Change.INCREASE else "−"
    if unit == "倍":
        return f"{start} × {plain(amount)}"
    if unit == "番":
        return f"{start} × 2^{plain(amount)}"
    if unit in {"%", "‰"}:
        return f"{start} × (1 {sign} {show_quantity(amount, unit)})"
    return f"{start} {sign} {plain(amount)}"


class Shape(StrEnum):
    """How the way from the start to the target is spread over time."""

    LINEAR = "linear"  # evenly by days
    MONTHS = "months"  # evenly by months, whatever their length
    DEADLINE = "deadline"  # nothing is due before the last day
    QUARTERS = "quarters"  # a step at the end of each quarter
    S_CURVE = "s_curve"  # slow, fast, slow
    SEASONAL = "seasonal"  # like last year: twelve monthly shares
    POINTS = "points"  # the plan's own dates and values, evenly between them
    MILESTONES = "milestones"  # the plan's own dates and values, a step at each

    @property
    def has_points(self) -> bool:
        return self in (Shape.POINTS, Shape.MILESTONES)


@dataclass(frozen=True, slots=True)
class PlanPoint:
    """What is due by the end of a day."""

    day: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class PlanShape:
    """The shape of a plan, with the numbers that some shapes need; written to and read from plain JSON.

    `shares`: for SEASONAL the weights of January to December, for QUARTERS one weight for each quarter of the plan
    (none: equal steps).
    """

    shape: Shape = Shape.LINEAR
    points: tuple[PlanPoint, ...] = ()
    shares: tuple[Decimal, ...] = ()

    def check(self) -> None:
        """BadInput when the numbers do not make a plan."""
        if self.problems:
            raise BadInput.of(*self.problems)

    @property
    def problems(self) -> list[Problem]:
        return [*_problems_of_points(self), *_problems_of_shares(self)]

    def as_json(self) -> dict[str, Any]:
        written: dict[str, Any] = {"shape": self.shape.value}
        if self.points:
            written["points"] = [[point.day.isoformat(), plain(point.value)] for point in self.points]
        if self.shares:
            written["shares"] = [plain(share) for share in self.shares]
        return written

    @classmethod
    def from_json(cls, written: dict[str, Any] | None) -> PlanShape:
        """From what `as_json` wrote; nothing at all is a straight line. BadInput for anything else."""
        if not written:
            return STRAIGHT
        try:
            shape = Shape(written.get("shape", "linear"))
            points = tuple(
                PlanPoint(date.fromisoformat(day), parse_number(value)) for day, value in written.get("points", ())
            )
        except (ValueError, TypeError):
            raise BadInput.of(Problem(t("看不懂这条计划曲线"), t("计划进度"))) from None
        read = cls(shape, points, tuple(parse_number(share) for share in written.get("shares", ())))
        read.check()
        return read


STRAIGHT = PlanShape()


def _problems_of_points(shape: PlanShape) -> list[Problem]:
    field = t("计划进度")
    if shape.shape.has_points and not shape.points:
        return [Problem(t("自定义计划至少要有一个节点"), field)]
    return [
        Problem(t("计划节点的日期应当由早到晚、不重复"), field, row)
        for row, (earlier, later) in enumerate(pairwise(shape.points), 2)
        if later.day <= earlier.day
    ]


def _problems_of_shares(shape: PlanShape) -> list[Problem]:
    field = t("计划进度")
    if any(share < 0 for share in shape.shares):
        return [Problem(t("各期份额不能为负"), field)]
    if shape.shares and not sum(shape.shares):
        return [Problem(t("各期份额不能都是0"), field)]
    if shape.shape is Shape.SEASONAL and len(shape.shares) != 12:
        return [Problem(t("季节曲线需要12个月的份额"), field)]
    return []
