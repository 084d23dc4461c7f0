"""The facts of a monthly report: every target of a plan in one month, as known at the cut-off."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, aliased

from kpi.actuals.records import Actual, ActualState
from kpi.assessment.actions import judged_of
from kpi.assessment.actions_facts import Watched, load
from kpi.assessment.actions_keeping import Judged
from kpi.assessment.rules import Light, Reporting, TargetFacts
from kpi.assessment.rules_numbers import show_day
from kpi.assessment.rules_reason import target_in_words
from kpi.catalog.records import Indicator
from kpi.core.clock import business_date
from kpi.core.errors import NotFound
from kpi.core.period import Frequency, Period
from kpi.core.quantity import show_quantity
from kpi.core.text import speaking, t
from kpi.organisation.records import OrgUnit
from kpi.readmodel.demand import value_in_words
from kpi.readmodel.outlook import outlooks
from kpi.readmodel.rules import MonthRow
from kpi.readmodel.rules_owed import reporting_of, span_of
from kpi.targets.records import Plan, Target, TargetState
from kpi.targets.rules import JudgedAs


@dataclass(frozen=True)
class PlanFacts:
    plan_id: int
    title: str
    region: str
    issuer: str
    demo: bool


def plan_facts(session: Session, plan_id: int) -> PlanFacts:
    row = session.execute(
        select(Plan.title, OrgUnit.name, Plan.issuer, Plan.demo)
        .join(OrgUnit, OrgUnit.id == Plan.region_id)
        .where(Plan.id == plan_id)
    ).one_or_none()
    if row is None:
        raise NotFound(t("没有这个计划。"))
    return PlanFacts(plan_id, *row)


def month_rows(session: Session, plan_id: int, month: Period, known_at: datetime, today: date) -> list[MonthRow]:
    """The plan's targets in their order, by what was known at `known_at`; reporting states as of the day `today`."""
    targets = session.execute(_targets_query(plan_id)).all()
    ids = [row.id for row in targets]
    material = load(session, ids, known_at)
    judged = judged_of(material, [month.next(-1), month], business_date(known_at))
    before, now_judged = _own(judged, month.next(-1)), _own(judged, month)
    actuals = _actuals(session, {row.indicator_id for row in targets}, month, known_at)
    late = [id_ for id_, judged in now_judged.items() if judged.result.light in LATE]
    with speaking("zh"):
        heading = outlooks(material, late, month)
        rows = {
            row.id: _row(row, now_judged[row.id], before.get(row.id), actuals, month, today)
            for row in targets
            if row.id in now_judged
        }
        return [replace(row, outlook=heading.get(id_, "")) for id_, row in rows.items()]


LATE = (Light.BEHIND, Light.OFF_TRACK)
"""What a report says more of: why, what is done about it, and where it is heading."""


def _targets_query(plan_id: int) -> Any:
    lead = aliased(OrgUnit)
    return (
        select(
            Target.id,
            Target.code,
            Target.clause_path,
            Target.indicator_id,
            Target.unit_id,
            lead.name.label("lead"),
            Indicator.frequency,
            Indicator.lag_days,
        )
        .join(Indicator, Indicator.id == Target.indicator_id)
        .join(lead, lead.id == Target.lead_id)
        .where(Target.plan_id == plan_id, Target.state == TargetState.WATCHED)
        .order_by(Target.position, Target.id)
    )


def _own(judged: list[Judged], month: Period) -> dict[int, Judged]:
    """The results of the targets' own units in a month, by target."""
    own = (each for each in judged if each.unit_id == each.target.unit_id and each.month == month)
    return {each.target.target_id: each for each in own}


@dataclass(frozen=True)
class _Seen:
    """A version of a value as it stood at the instant."""

    state: ActualState
    row: Any


def _actuals(
    session: Session, indicators: set[int], month: Period, known_at: datetime
) -> dict[tuple[int, int, str], list[_Seen]]:
    query = select(
        Actual.indicator_id,
        Actual.unit_id,
        Actual.period,
        Actual.state,
        Actual.submitted_at,
        Actual.decided_at,
        Actual.cause,
        Actual.measure,
        Actual.expected_on,
    ).where(
        Actual.indicator_id.in_(indicators),
        Actual.period_end <= month.end,
        Actual.recorded_at <= known_at,
        or_(Actual.superseded_at.is_(None), and_(Actual.superseded_at > known_at)),
    )
    found: dict[tuple[int, int, str], list[_Seen]] = {}
    for row in session.execute(query):
        found.setdefault((row.indicator_id, row.unit_id, row.period), []).append(_Seen(_state_at(row, known_at), row))
    return found


def _state_at(row: Any, known_at: datetime) -> ActualState:
    """A decision taken after the instant had not been taken; what was submitted after it was still a draft."""
    if row.decided_at is not None and row.decided_at <= known_at:
        return ActualState(row.state)
    if row.submitted_at is not None and row.submitted_at <= known_at:
        return ActualState.SUBMITTED
    return ActualState.DRAFT


def _row(row: Any, judged: Judged, before: Judged | None, actuals: Any, month: Period, today: date) -> MonthRow:
    result, facts = judged.result, judged.target.facts
    owed = _owed(row.frequency, month)
    asked = owed is not None and span_of(facts.start, facts.deadline, judged.target.last_day).asks_for(owed)
    reporting = Reporting.NOT_DUE
    if owed is not None:
        state = _state_of(judged.target, owed, actuals)
        reporting = reporting_of(owed, row.lag_days, today, state, asked=asked, light=result.light)
    told = _told(actuals.get((row.indicator_id, row.unit_id, str(result.period)), []))
    unit, places, is_stage = facts.unit, facts.shown_places, facts.judged_as is JudgedAs.STAGE
    return MonthRow(
        code=row.code,
        name=judged.target.name,
        clause=row.clause_path,
        lead=row.lead,
        target_text=_demand(facts),
        expected_text=show_quantity(result.expected, unit, places) if not is_stage else show_day(facts.deadline),
        actual_text=value_in_words(result.value, unit, facts.judged_as, facts.value),
        data_text=t("截至{month}月", month=result.period.last_month.index) if result.period else "—",
        light=result.light,
        reason=result.reason,
        deadline=facts.deadline,
        due=asked and reporting not in (Reporting.NOT_DUE, Reporting.AWAITING),
        reporting=reporting,
        previous=before.result.light if before else None,
        cause=told.cause if told else "",
        measure=told.measure if told else "",
        expected_on=told.expected_on if told else None,
        target=result.target,
        expected=result.expected,
        actual=result.value,
        unit=unit,
    )


def _demand(facts: TargetFacts) -> str:
    """The level to be reached; for a change without a baseline nobody can say which."""
    return t("按期完成") if facts.judged_as is JudgedAs.STAGE else target_in_words(facts.operands)


def _owed(frequency: Frequency, month: Period) -> Period | None:
    """The period that ends in this month, if any: a quarter is owed in its last month only."""
    period = Period.containing(month.start, frequency)
    return period if period.last_month == month else None


_ORDER = [ActualState.DRAFT, ActualState.RETURNED, ActualState.SUBMITTED, ActualState.APPROVED]


def _state_of(target: Watched, owed: Period, actuals: dict[tuple[int, int, str], list[_Seen]]) -> ActualState | None:
    """Of the value owed; of a whole put together from parts, what its slowest part has come to."""
    units = list(target.allocated) if target.is_rolled_up else [target.unit_id]
    states = [
        _most_advanced([each.state for each in actuals.get((target.indicator_id, unit, str(owed)), [])])
        for unit in units
    ]
    return None if None in states else min(states, key=_ORDER.index)  # type: ignore[arg-type]


def _most_advanced(states: list[ActualState]) -> ActualState | None:
    return max(states, key=_ORDER.index, default=None)


def _told(seen: list[_Seen]) -> Any:
    """What the department said beside the approved value."""
    return next((each.row for each in seen if each.state is ActualState.APPROVED), None)
