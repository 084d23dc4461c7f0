"""What a board or a ledger looks at: a plan, a month, perhaps a department and a region, and the choices there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, and_, bindparam, case, func, or_, select
from sqlalchemy.orm import Session

from kpi.assessment.records import Assessment, LightCount
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.period import Frequency, Period, months_between
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Allocation, Plan, PlanState, Target, TargetState


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks for, by codes as they stand in an address; empty means the usual."""

    plan: str = ""
    month: str = ""
    department: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class PlanChoice:
    id: int
    code: str
    title: str
    state: PlanState
    demo: bool
    starts_on: date
    ends_on: date

    @property
    def label(self) -> str:
        """The title, with what sets the plan apart from those that are watched."""
        if self.state is PlanState.REFERENCE:
            return t("{title}（参考）", title=self.title)
        return t("{title}（已结束）", title=self.title) if self.state is PlanState.CLOSED else self.title


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """`leads`: answers for targets of the plan; `judged`: a target was handed down to it."""

    id: int
    code: str
    name: str
    leads: bool
    judged: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything resolved. Without a region each target is seen by the unit it is judged for, one of `own_units`."""

    plan: PlanChoice
    month: Period
    department: UnitChoice | None
    region: UnitChoice | None
    plans: tuple[PlanChoice, ...]
    months: tuple[Period, ...]
    units: tuple[UnitChoice, ...]
    own_units: tuple[int, ...]

    @property
    def departments(self) -> tuple[UnitChoice, ...]:
        return tuple(unit for unit in self.units if unit.leads)

    @property
    def regions(self) -> tuple[UnitChoice, ...]:
        return tuple(unit for unit in self.units if unit.judged)

    @property
    def wanted(self) -> Wanted:
        """The same as codes, nothing left open."""
        department = self.department.code if self.department else ""
        return Wanted(self.plan.code, str(self.month), department, self.region.code if self.region else "")

    @property
    def angle(self) -> Angle:
        return Angle(self.department is not None, self.region is not None)

    @property
    def values(self) -> dict[str, Any]:
        """What fills the queries of the angle."""
        return {
            "plan": self.plan.id,
            "month": str(self.month),
            "month_before": str(self.month.next(-1)),
            "department": self.department.id if self.department else None,
            "region": self.region.id if self.region else None,
            "own_units": self.own_units,
        }


PLAN, DEPARTMENT, REGION = (bindparam(name, type_=Integer) for name in ("plan", "department", "region"))
OWN_UNITS: Any = bindparam("own_units", type_=Integer, expanding=True)
MONTH, MONTH_BEFORE = (bindparam(name, type_=String) for name in ("month", "month_before"))


@dataclass(frozen=True, slots=True)
class Angle:
    """What narrows the targets looked at: this shapes a query. Building one takes longer than running it, so the
    queries of the board are built once for each angle and filled with the values of the scope.
    """

    by_department: bool
    by_region: bool

    @property
    def watched(self) -> ColumnElement[bool]:
        """The targets looked at."""
        conditions = [Target.plan_id == PLAN, Target.state == TargetState.WATCHED]
        if self.by_department:
            conditions.append(Target.lead_id == DEPARTMENT)
        if self.by_region:
            conditions.append(or_(Target.unit_id == REGION, _handed_down_to_region()))
        return and_(*conditions)

    @property
    def unit_id(self) -> Any:
        """The unit whose light is looked at."""
        return REGION if self.by_region else Target.unit_id

    def kept(self, light: Any = Assessment) -> ColumnElement[bool]:
        """Joins a target with its light in force, for the unit looked at; the month is still to be said."""
        conditions = [light.target_id == Target.id, light.plan_id == PLAN, light.superseded_at.is_(None)]
        if not self.by_region:
            conditions.append(light.unit_id.in_(OWN_UNITS))  # follows from the next, and lets the index find them
        return and_(*conditions, light.unit_id == self.unit_id)

    def kept_whole(self) -> ColumnElement[bool]:
        """The same for the unit that the target is judged for, whatever region is looked at."""
        return Angle(self.by_department, by_region=False).kept()

    @property
    def counted(self) -> ColumnElement[bool]:
        """The counts of the lights looked at; the months are still to be said."""
        conditions = [LightCount.plan_id == PLAN, LightCount.count > 0]
        if self.by_region:
            conditions.append(LightCount.unit_id == REGION)
        else:
            conditions += [LightCount.unit_id.in_(OWN_UNITS), LightCount.own.is_(True)]
        if self.by_department:
            conditions.append(LightCount.lead_id == DEPARTMENT)
        return and_(*conditions)


def _handed_down_to_region() -> ColumnElement[bool]:
    return (
        select(Allocation.id)
        .where(Allocation.target_id == Target.id, Allocation.unit_id == REGION, Allocation.superseded_at.is_(None))
        .correlate(Target)
        .exists()
    )


def open_scope(session: Session, wanted: Wanted, today: date) -> Scope | None:
    """The plan asked for, else the first active one, in the month asked for, else its latest reported one.

    None while there is no plan at all; NotFound or BadInput for an address that names what is not there. Three queries.
    """
    plans = _plans(session)
    if not plans:
        return None
    plan = _chosen_plan(plans, wanted.plan)
    month = _month(wanted.month) if wanted.month else _latest_reported(session, plan, today)
    units, own_units = _units(session, plan.id)
    return Scope(
        plan=plan,
        month=month,
        department=_chosen_unit(units, wanted.department),
        region=_chosen_unit(units, wanted.region),
        plans=plans,
        months=_months(plan, month, today),
        units=units,
        own_units=own_units,
    )


_ORDER = case({PlanState.ACTIVE: 0, PlanState.CLOSED: 1}, value=Plan.state, else_=2)


_PLANS = select(Plan.id, Plan.code, Plan.title, Plan.state, Plan.demo, Plan.starts_on, Plan.ends_on).order_by(
    _ORDER, Plan.year.desc(), Plan.id
)


def _plans(session: Session) -> tuple[PlanChoice, ...]:
    """Active plans first, reference plans last, newer before older."""
    return tuple(PlanChoice(*row) for row in session.execute(_PLANS))


_NEWEST = select(func.max(LightCount.period)).where(LightCount.plan_id == PLAN, LightCount.count > 0)
_REPORTED = (
    select(LightCount.data_period)
    .where(LightCount.plan_id == PLAN, LightCount.count > 0, LightCount.period == _NEWEST.scalar_subquery())
    .distinct()
)


def _latest_reported(session: Session, plan: PlanChoice, today: date) -> Period:
    """The last month in which a reported period ends. The lights of the newest month name the latest of each target."""
    found = session.scalars(_REPORTED, {"plan": plan.id})
    reported = [Period.parse(written).last_month for written in found if written]
    return max(reported, default=Period.containing(max(plan.starts_on, min(today, plan.ends_on))))


def _chosen_plan(plans: tuple[PlanChoice, ...], code: str) -> PlanChoice:
    if not code:
        return plans[0]
    for plan in plans:
        if plan.code == code:
            return plan
    raise NotFound(t("没有编号为“{code}”的计划，请在上方重新选择。", code=code))


def _month(written: str) -> Period:
    month = Period.parse(written)
    if month.frequency is not Frequency.MONTH:
        raise BadInput.of(Problem(t("请选择一个月份，例如 2026-10"), t("月份")))
    return month


def _months(plan: PlanChoice, chosen: Period, today: date) -> tuple[Period, ...]:
    """From the start of the plan to now or its end, with the one looked at wherever it lies."""
    last = Period.containing(max(plan.starts_on, min(today, plan.ends_on)))
    months = months_between(Period.containing(plan.starts_on), last)
    return tuple(months) if chosen in months else tuple(sorted([*months, chosen]))


_LEADS = (
    select(Target.id)
    .where(Target.lead_id == OrgUnit.id, Target.plan_id == PLAN, Target.state == TargetState.WATCHED)
    .correlate(OrgUnit)
    .exists()
)
_JUDGED = (
    select(Allocation.id)
    .join(Target, Target.id == Allocation.target_id)
    .where(Allocation.unit_id == OrgUnit.id, Allocation.superseded_at.is_(None), Target.plan_id == PLAN)
    .correlate(OrgUnit)
    .exists()
)
_OWN = OrgUnit.id.in_(select(Target.unit_id).where(Target.plan_id == PLAN))
_UNITS = select(
    *(OrgUnit.id, OrgUnit.code, OrgUnit.name),
    *(_LEADS.label("leads"), _JUDGED.label("judged"), _OWN.label("own")),
).order_by(OrgUnit.position, OrgUnit.id)


def _units(session: Session, plan_id: int) -> tuple[tuple[UnitChoice, ...], tuple[int, ...]]:
    """The units to choose from, and those that targets are judged for."""
    rows = session.execute(_UNITS, {"plan": plan_id}).all()
    choices = (UnitChoice(row.id, row.code, row.name, row.leads, row.judged) for row in rows if row.leads or row.judged)
    return tuple(choices), tuple(row.id for row in rows if row.own)


def _chosen_unit(units: tuple[UnitChoice, ...], code: str) -> UnitChoice | None:
    if not code:
        return None
    for unit in units:
        if unit.code == code:
            return unit
    raise NotFound(t("该计划里没有编码为“{code}”的单位，请重新选择。", code=code))
