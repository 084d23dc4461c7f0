"""Small makers of rows for tests: every argument has a sensible default, every row is flushed and has its id.

officer_unit = make_unit(session)
officer = make_person(session, Role.OFFICER, officer_unit)
target = make_target(session, value=Decimal(10))           # with unit, lead, indicator, plan, duty to report
make_actual(session, target, "2026-09", Decimal(7))        # approved
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy.orm import Session

from kpi.accounts.actions import person_of
from kpi.accounts.records import Account
from kpi.accounts.rules import Person, Role
from kpi.actuals.records import Actual, ActualState, Source, SourceKind
from kpi.actuals.rules import Entry
from kpi.catalog.records import Assignment, Indicator
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.period import Frequency, Period
from kpi.core.quantity import PROPORTION_SCALES, Comparator, Direction, Kind
from kpi.documents.records import Clause, Document
from kpi.extraction.records import CandidateRow
from kpi.organisation.records import OrgUnit, UnitKind
from kpi.targets.records import Baseline, Plan, PlanState, Target, TargetVersion
from kpi.targets.rules import JudgedAs
from kpi.targets.rules_form import AcceptForm

LONG_AGO = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
_numbers = count(1)


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def make_unit(
    session: Session, name: str = "", *, kind: UnitKind = UnitKind.DEPARTMENT, parent: OrgUnit | None = None
) -> OrgUnit:
    n = next(_numbers)
    made: OrgUnit = _add(
        session,
        OrgUnit(code=f"U{n}", name=name or f"单位{n}", kind=kind, parent_id=parent.id if parent else None, position=n),
    )
    return made


def make_person(session: Session, role: Role = Role.OFFICER, unit: OrgUnit | None = None, name: str = "") -> Person:
    """An account that has changed its password, as actions are handed it. Officers get a unit of their own."""
    n = next(_numbers)
    if role is Role.OFFICER and unit is None:
        unit = make_unit(session)
    account = Account(
        login=f"person{n}",
        name=name or f"测试人员{n}",
        role=role,
        unit_id=unit.id if unit else None,
        password_hash="!",
        must_change_password=False,
        created_at=LONG_AGO,
    )
    return person_of(session, _add(session, account))


def make_indicator(session: Session, **values: Any) -> Indicator:
    """A monthly count in 家, reported as a running total, unless said otherwise."""
    n = next(_numbers)
    kind = values.get("kind", Kind.COUNT)
    unit = values.get("unit", "家" if kind is Kind.COUNT else "%")
    running = kind in (Kind.COUNT, Kind.AMOUNT, Kind.MILESTONE)
    usual: dict[str, Any] = {
        "code": f"T-{n:04d}",
        "name": f"测试指标{n}",
        "kind": kind,
        "unit": unit,
        "direction": Direction.MORE,
        "accumulates": Accumulates.RUNNING if running else Accumulates.LEVEL,
        "roll_up": RollUp.OWN,
        "frequency": Frequency.MONTH,
        "scale": PROPORTION_SCALES.get(unit),
        "smallest": Decimal(0),
        "created_at": LONG_AGO,
    }
    made: Indicator = _add(session, Indicator(**usual | values))
    return made


def make_assignment(
    session: Session,
    indicator: Indicator,
    unit: OrgUnit,
    reporter: OrgUnit | None = None,
    *,
    starts_on: date = date(2026, 1, 1),
    ends_on: date = date(2026, 12, 31),
) -> Assignment:
    made: Assignment = _add(
        session,
        Assignment(
            indicator_id=indicator.id,
            unit_id=unit.id,
            reporter_id=(reporter or unit).id,
            starts_on=starts_on,
            ends_on=ends_on,
        ),
    )
    return made


def make_plan(session: Session, region: OrgUnit | None = None, **values: Any) -> Plan:
    """An active plan of 2026."""
    n = next(_numbers)
    region = region or make_unit(session, kind=UnitKind.REGION)
    usual: dict[str, Any] = {
        "code": f"P{n}",
        "title": f"测试计划{n}",
        "year": 2026,
        "region_id": region.id,
        "starts_on": date(2026, 1, 1),
        "ends_on": date(2026, 12, 31),
        "state": PlanState.ACTIVE,
        "created_at": LONG_AGO,
    }
    made: Plan = _add(session, Plan(**usual | values))
    return made


def form_of(candidate: CandidateRow, plan: Plan, **decided: Any) -> AcceptForm:
    """The reviewer's form with what the text says; `decided` is what it can not say."""
    return AcceptForm(
        plan_id=plan.id,
        name=candidate.name,
        kind=candidate.kind,
        comparator=candidate.comparator or Comparator.EQUAL,
        comparator_text=candidate.comparator_text,
        value=candidate.value,
        low=candidate.low,
        high=candidate.high,
        unit=candidate.unit,
        change=candidate.change,
        deadline=candidate.deadline,
        scope=candidate.scope,
        **decided,
    )


def make_target(
    session: Session,
    *,
    plan: Plan | None = None,
    indicator: Indicator | None = None,
    unit: OrgUnit | None = None,
    lead: OrgUnit | None = None,
    baseline: Decimal | None = None,
    **version: Any,
) -> Target:
    """A watched target: deliver 12 家 in 2026, reported by its lead for the plan's region, baseline unknown."""
    plan = plan or make_plan(session)
    indicator = indicator or make_indicator(session)
    lead = lead or make_unit(session)
    unit = unit or session.get_one(OrgUnit, plan.region_id)
    n = next(_numbers)
    target: Target = _add(
        session,
        Target(
            code=f"{plan.code}-{n:03d}",
            plan_id=plan.id,
            indicator_id=indicator.id,
            unit_id=unit.id,
            lead_id=lead.id,
            position=n,
            created_at=LONG_AGO,
        ),
    )
    usual: dict[str, Any] = {
        "name": indicator.name,
        "comparator": Comparator.AT_LEAST,
        "value": Decimal(12),
        "unit": indicator.unit,
        "judged_as": JudgedAs.DELIVER if indicator.kind is Kind.COUNT else JudgedAs.REACH,
        "direction": indicator.direction,
        "starts_on": plan.starts_on,
        "deadline": plan.ends_on,
        "curve": {"shape": "linear"},
        "recorded_at": LONG_AGO,
    }
    _add(session, TargetVersion(target_id=target.id, **usual | version))
    known = baseline is not None
    _add(session, Baseline(target_id=target.id, known=known, value=baseline, recorded_at=LONG_AGO))
    make_assignment(session, indicator, unit, lead, starts_on=plan.starts_on, ends_on=plan.ends_on)
    return target


def make_actual(
    session: Session,
    target: Target,
    period: str,
    value: Decimal | None = None,
    *,
    state: ActualState = ActualState.APPROVED,
    at: datetime = LONG_AGO,
    unit: OrgUnit | None = None,
    **values: Any,
) -> Actual:
    """A stored value of the target's indicator; no light is moved by it (`kpi.assessment.actions.assess` does)."""
    usual: dict[str, Any] = {
        "value": value,
        "state": state,
        "source_kind": SourceKind.MANUAL,
        "recorded_at": at,
        "submitted_at": None if state is ActualState.DRAFT else at,
        "decided_at": at if state in (ActualState.APPROVED, ActualState.RETURNED) else None,
    }
    made: Actual = _add(
        session,
        Actual(
            indicator_id=target.indicator_id,
            unit_id=unit.id if unit else target.unit_id,
            period=period,
            period_end=Period.parse(period).end,
            **usual | values,
        ),
    )
    return made


def entry_for(target: Target, period: str, value: Decimal | int | None = None, **values: Any) -> Entry:
    """What an officer would type for a target."""
    return Entry(
        indicator_id=target.indicator_id,
        unit_id=target.unit_id,
        period=Period.parse(period),
        value=None if value is None else Decimal(value),
        **values,
    )


EXPLAINED: dict[str, Any] = {"cause": "施工延期", "measure": "倒排工期", "expected_on": date(2026, 12, 20)}
"""What is owed with a value that turns a light amber or red."""


def make_source(session: Session, **values: Any) -> Source:
    n = next(_numbers)
    usual: dict[str, Any] = {
        "name": f"测试来源{n}",
        "kind": "folder",
        "settings": {},
        "needs_approval": False,
        "created_at": LONG_AGO,
    }
    made: Source = _add(session, Source(**usual | values))
    return made


def make_document(session: Session, text: str, **values: Any) -> Document:
    """A document of one clause that holds the whole text."""
    n = next(_numbers)
    usual: dict[str, Any] = {
        "sha256": f"{n:064d}",
        "file_name": f"document{n}.txt",
        "media_type": "text/plain",
        "title": f"2026年测试工作要点{n}",
        "plan_year": 2026,
        "imported_at": LONG_AGO,
    }
    made: Document = _add(session, Document(text=text, **usual | values))
    _add(session, Clause(document_id=made.id, position=0, path="", level=0, start=0, end=len(text)))
    return made
