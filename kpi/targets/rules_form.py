"""What a reviewer decides when a candidate becomes a target, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from kpi.catalog.rules import Accumulates, RollUp, measuring_problems
from kpi.core.errors import Problem
from kpi.core.period import Frequency
from kpi.core.quantity import Change, Comparator, Direction, Kind
from kpi.core.text import t
from kpi.targets.rules import (
    LEVEL_UNITS,
    POINT_UNITS,
    STRAIGHT,
    JudgedAs,
    PlanShape,
    direction_is_clear,
    direction_of,
    propose_judged_as,
)
from kpi.targets.rules_curve import fitting_problems

_MAY_EXCEED = ("增长", "增幅", "增速", "降幅", "下降", "使用率", "周转", "完成率", "变化")
"""Words of percentages that may be above 100 or below 0."""


HEAVIEST = 1000


@dataclass(frozen=True, kw_only=True)
class Demand:
    """What a target demands, as its versions store it. `weight`: in a score of several targets."""

    name: str
    kind: Kind
    comparator: Comparator
    comparator_text: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    change: Change | None = None
    judged_as: JudgedAs | None = None
    direction: Direction | None = None
    starts_on: date
    deadline: date
    curve: PlanShape = STRAIGHT
    scope: str = ""
    hedge: str = ""
    nature: str = ""
    weight: Decimal = Decimal(1)


STORED = tuple(field.name for field in fields(Demand) if field.name not in ("kind", "curve"))
"""What a version's row holds under the same names; the kind is the indicator's, the curve is written as JSON."""


@dataclass(frozen=True, kw_only=True)
class AcceptForm:
    """The reviewer's form. What is None is proposed: dates by the plan, judging and direction by the rules.

    `indicator_id` merges into an existing indicator, whose frequency, lag and parts then hold. `indicator_unit` is
    the unit of what is measured where the number is a change of it (下降3% of 元).
    """

    plan_id: int
    name: str
    kind: Kind
    comparator: Comparator
    lead_id: int | None
    comparator_text: str = ""
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    change: Change | None = None
    judged_as: JudgedAs | None = None
    direction: Direction | None = None
    starts_on: date | None = None
    deadline: date | None = None
    supporting_ids: tuple[int, ...] = ()
    unit_id: int | None = None
    scope: str = ""
    baseline_known: bool = False
    baseline_value: Decimal | None = None
    baseline_day: date | None = None
    baseline_source: str = ""
    frequency: Frequency = Frequency.MONTH
    lag_days: int = 10
    accumulates: Accumulates | None = None
    roll_up: RollUp = RollUp.OWN
    year_start_month: int = 1
    places: int = 2
    has_parts: bool = False
    numerator: str = ""
    denominator: str = ""
    largest: Decimal | None = None
    indicator_id: int | None = None
    indicator_code: str | None = None
    indicator_unit: str | None = None
    curve: PlanShape = STRAIGHT
    hedge: str = ""
    nature: str = ""
    group_key: str = ""
    clause_path: str = ""
    evidence: str = ""
    demo: bool = False

    @property
    def own_unit(self) -> str:
        """The unit of what is measured; the unit of the number itself unless that is a change."""
        if self.indicator_unit is not None:
            return self.indicator_unit
        if self.change is None:
            return self.unit
        if self.unit in POINT_UNITS:
            return "‰" if "千分" in self.unit else "%"
        return ""

    @property
    def start(self) -> Start:
        if not self.baseline_known:
            return UNKNOWN
        return Start(True, self.baseline_value, self.baseline_day, self.baseline_source)

    @property
    def baseline(self) -> Decimal | None:
        return self.start.value

    @property
    def proposed_judged_as(self) -> JudgedAs:
        return self.judged_as or propose_judged_as(
            self.kind,
            self.comparator,
            value=self.value,
            unit=self.unit,
            change=self.change,
            comparator_text=self.comparator_text,
            baseline=self.baseline,
            is_level=self.accumulates is Accumulates.LEVEL,
        )

    @property
    def proposed_direction(self) -> Direction:
        return self.direction or direction_of(
            self.comparator,
            self.kind,
            change=self.change,
            value=self.value,
            unit=self.unit,
            baseline=self.baseline,
        )

    @property
    def proposed_accumulates(self) -> Accumulates:
        """Counts come as totals so far, unless they are a state of things; everything else is a level."""
        if self.accumulates is not None:
            return self.accumulates
        adds_up = self.kind in (Kind.COUNT, Kind.AMOUNT, Kind.MILESTONE) and self.own_unit not in LEVEL_UNITS
        return Accumulates.RUNNING if adds_up and self.change is None else Accumulates.LEVEL

    @property
    def range(self) -> tuple[Decimal | None, Decimal | None]:
        """Smallest and largest value that can be true."""
        if any(word in self.name for word in _MAY_EXCEED):
            return (None if "增" in self.name or "降" in self.name else Decimal(0)), self.largest
        is_share = self.own_unit == "%" and self.kind in (Kind.COVERAGE, Kind.RATIO)
        return Decimal(0), Decimal(100) if self.largest is None and is_share else self.largest


def form_problems(form: AcceptForm) -> list[Problem]:
    """What keeps a form from becoming a target, apart from dates, which need the plan."""
    problems = []
    if form.lead_id is None:
        problems.append(Problem(t("请选择牵头单位"), t("牵头单位")))
    elif form.lead_id in form.supporting_ids:
        problems.append(Problem(t("配合单位不能与牵头单位相同"), t("配合单位")))
    problems += start_problems(form.start)
    if form.indicator_id is None:
        problems += measuring_problems(
            form.accumulates, form.has_parts, form.lag_days, form.year_start_month, form.places
        )
    return problems


def demand_problems(demand: Demand) -> list[Problem]:
    """What is wrong with what a target demands, whether new or revised."""
    problems = [*_name_problems(demand), *_number_problems(demand), *_date_problems(demand)]
    if not 0 < demand.weight <= HEAVIEST:
        problems.append(Problem(t("应大于0，不超过{most}", most=HEAVIEST), t("权重")))
    problems += fitting_problems(demand.curve, demand.starts_on, max(demand.starts_on, demand.deadline))
    judged_as = demand.judged_as
    if (judged_as is JudgedAs.STAGE) != (demand.kind is Kind.MILESTONE):
        problems.append(Problem(t("节点类指标按节点评价，其他指标不能按节点评价"), t("评价方式")))
    if judged_as is JudgedAs.CHANGE and demand.change is None:
        problems.append(Problem(t("按变化幅度评价须说明是提高还是下降"), t("变化方向")))
    if demand.change is not None and judged_as is not JudgedAs.CHANGE:
        problems.append(Problem(t("数值是变化幅度，只能按变化幅度评价"), t("评价方式")))
    hold_or_band = judged_as in (JudgedAs.HOLD, JudgedAs.BAND)
    if demand.direction is None or not (direction_is_clear(demand.comparator, demand.direction) or hold_or_band):
        problems.append(Problem(t("请选择越高越好还是越低越好"), t("方向")))
    return problems


def _name_problems(demand: Demand) -> list[Problem]:
    if not demand.name.strip():
        return [Problem(t("请填写指标名称"), t("名称"))]
    if len(demand.name) > 200:
        return [Problem(t("最多{n}个字", n=200), t("名称"))]
    return []


def _number_problems(demand: Demand) -> list[Problem]:
    field = t("目标值")
    if demand.comparator is Comparator.BETWEEN:
        if demand.low is None or demand.high is None:
            return [Problem(t("请填写区间的下限和上限"), field)]
        return [] if demand.low < demand.high else [Problem(t("下限应小于上限"), field)]
    if demand.value is None:
        return [] if demand.kind is Kind.MILESTONE else [Problem(t("请填写目标值"), field)]
    if demand.kind is Kind.COVERAGE and demand.unit == "%" and demand.value > 100:
        return [Problem(t("覆盖率不能超过100%"), field)]
    return []


def _date_problems(demand: Demand) -> list[Problem]:
    if demand.deadline < demand.starts_on:
        return [Problem(t("完成期限不能早于起始日期"), t("完成期限"))]
    if not 1990 <= demand.starts_on.year <= demand.deadline.year <= 2150:
        return [Problem(t("年份不合理，请核对"), t("完成期限"))]
    return []


@dataclass(frozen=True)
class Part:
    """What a unit is to reach when a target is handed down."""

    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None


@dataclass(frozen=True)
class Start:
    """Where a target starts from. `known` False is a legal answer, and nothing else is said then."""

    known: bool
    value: Decimal | None = None
    day: date | None = None
    source: str = ""


UNKNOWN = Start(False)


def start_problems(start: Start) -> list[Problem]:
    """What is wrong with a baseline."""
    problems = []
    if start.known and start.value is None:
        problems.append(Problem(t("请填写基线值，或选择“未知”"), t("基线值")))
    if not start.known and start != UNKNOWN:
        problems.append(Problem(t("基线未知时不能再填值、日期或来源"), t("基线值")))
    if start.day is not None and not 1990 <= start.day.year <= 2150:
        problems.append(Problem(t("年份不合理，请核对"), t("基线日期")))
    if len(start.source) > 200:
        problems.append(Problem(t("最多{n}个字", n=200), t("基线来源")))
    return problems
