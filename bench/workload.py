"""A ledger made up by rule, the same for the same seed: targets of several kinds with a value for every month.

About one series in twenty is a month or two behind, so "the latest value" is not simply that of the newest month.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kpi.accounts.hashing import hash_password, set_password_cost
from kpi.accounts.records import Account
from kpi.accounts.rules import Role
from kpi.actuals.records import Actual, ActualState, SourceKind
from kpi.assessment.actions import assess
from kpi.catalog.records import Assignment, Indicator
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.period import Frequency, Period, months_between
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.db.base import Base
from kpi.db.bulk import insert_rows
from kpi.organisation.records import OrgUnit, UnitKind
from kpi.targets.records import Allocation, Baseline, Plan, PlanState, Target, TargetVersion
from kpi.targets.rules import JudgedAs

PASSWORD = "bench-2026-figures"
DEPARTMENTS = 20
FIRST_MONTH, LAST_MONTH = Period.month(2023, 10), Period.month(2026, 9)
NOW = datetime(2026, 10, 12, 1, 0, tzinfo=UTC)
LONG_AGO = datetime(2023, 9, 20, 1, 0, tzinfo=UTC)
DEADLINES = (date(2026, 12, 31), date(2027, 12, 31), date(2028, 12, 31))
SAID = ("人员尚未到位，设备采购延后", "逐周调度，增派人手", date(2026, 12, 20))
STEMS = ("基层诊疗人次占比", "家庭医生签约数", "健康素养水平", "规范管理率", "床位使用率", "随访完成率", "筛查人数")


@dataclass(frozen=True)
class Shape:
    """`districts`: units that every target is handed down to, with values of their own; 0: the city reports alone."""

    targets: int = 1_000
    first: Period = FIRST_MONTH
    last: Period = LAST_MONTH
    districts: int = 0
    late: float = 0.05

    @property
    def months(self) -> list[Period]:
        return months_between(self.first, self.last)


@dataclass(frozen=True)
class Pattern:
    """One of the kinds of target that a ledger is mixed from."""

    kind: Kind
    judged_as: JudgedAs
    accumulates: Accumulates
    unit: str
    comparator: Comparator
    scale: int = 0


REACH = Pattern(Kind.COUNT, JudgedAs.REACH, Accumulates.LEVEL, "人", Comparator.AT_LEAST)
DELIVER = Pattern(Kind.COUNT, JudgedAs.DELIVER, Accumulates.SUM, "家", Comparator.EQUAL)
RATIO = Pattern(Kind.RATIO, JudgedAs.REACH, Accumulates.LEVEL, "%", Comparator.AT_LEAST, 100)
HOLD = Pattern(Kind.RATE, JudgedAs.HOLD, Accumulates.LEVEL, "/10万", Comparator.AT_MOST, 100_000)
COVER = Pattern(Kind.COVERAGE, JudgedAs.COVER, Accumulates.LEVEL, "%", Comparator.AT_LEAST, 100)
MIX = (REACH, REACH, REACH, RATIO, RATIO, RATIO, DELIVER, DELIVER, HOLD, COVER)


@dataclass(frozen=True)
class Ledger:
    """What was generated, for the measurements to find their way."""

    shape: Shape
    plan_id: int
    target_ids: list[int]
    indicator_codes: list[str]
    district_codes: list[str]
    values: int
    lights: int


def generate(session: Session, shape: Shape, seed: int = 20261012) -> Ledger:
    """Fill an empty migrated database; the caller commits."""
    luck = random.Random(seed)
    units, districts = _units(session, shape)
    _people(session, units)
    demands = [_demand(luck, MIX[i % len(MIX)]) for i in range(shape.targets)]
    plan_id = _targets(session, shape, demands, units, districts)
    values = _put(session, Actual, _actuals(luck, shape, demands, districts))
    ids = list(range(1, shape.targets + 1))
    _number_on(session)
    lights = assess(session, ids, NOW)
    return Ledger(shape, plan_id, ids, [_code(i) for i in ids], [d["code"] for d in districts], values, lights)


def _code(number: int) -> str:
    return f"B{number:05d}"


def _put(session: Session, table: type[Base], rows: Iterable[dict[str, Any]], size: int = 20_000) -> int:
    """Bulk inserts; every row brings its id."""
    total, batch = 0, []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            insert_rows(session, table.__table__, batch)
            total, batch = total + size, []
    if batch:
        insert_rows(session, table.__table__, batch)
    return total + len(batch)


def _number_on(session: Session) -> None:
    """PostgreSQL's counters go on after the ids that were given."""
    if session.get_bind().dialect.name != "postgresql":
        return
    for table in (OrgUnit, Account, Plan, Indicator, Target, TargetVersion, Baseline, Allocation, Assignment, Actual):
        name = table.__tablename__
        highest = session.scalar(select(func.max(table.id))) or 1
        session.execute(text(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {highest})"))


# --- the offices ---------------------------------------------------------------------------------------------------


def _units(session: Session, shape: Shape) -> tuple[list[int], list[dict[str, Any]]]:
    """The city is 1, its departments follow, then its districts."""
    city = {"id": 1, "code": "CITY", "name": "测量市", "kind": UnitKind.REGION, "parent_id": None, "position": 0}
    below: dict[str, Any] = {"parent_id": 1}
    departments: list[dict[str, Any]] = [
        {"id": 1 + n, "code": f"D{n:02d}", "name": f"第{n}处", "kind": UnitKind.DEPARTMENT} | below | {"position": n}
        for n in range(1, DEPARTMENTS + 1)
    ]
    first = 2 + DEPARTMENTS
    districts: list[dict[str, Any]] = [
        {"id": first + n, "code": f"R{n:03d}", "name": f"第{n}区", "kind": UnitKind.REGION} | below | {"position": n}
        for n in range(shape.districts)
    ]
    _put(session, OrgUnit, [unit | {"active": True, "demo": False} for unit in (city, *departments, *districts)])
    return [unit["id"] for unit in departments], districts


def _people(session: Session, departments: list[int]) -> None:
    set_password_cost("low")
    common: dict[str, Any] = {
        "password_hash": hash_password(PASSWORD),
        "must_change_password": False,
        "active": True,
        "failures": 0,
        "session_epoch": 0,
        "language": "zh",
        "created_at": LONG_AGO,
        "demo": False,
    }
    officers: list[dict[str, Any]] = [
        {"login": f"officer{n}", "name": f"统计{n}", "role": Role.OFFICER, "unit_id": unit}
        for n, unit in enumerate(departments, 1)
    ]
    others: list[dict[str, Any]] = [
        {"login": role.value, "name": role.label, "role": role, "unit_id": None} for role in list(Role)[1:]
    ]
    _put(session, Account, [common | who | {"id": n} for n, who in enumerate([*officers, *others], 1)])


# --- the targets ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Demand:
    """A target's numbers; `pace` below one falls behind the straight line."""

    pattern: Pattern
    baseline: Decimal | None
    value: Decimal
    pace: float
    size: int
    deadline: date


def _demand(luck: random.Random, pattern: Pattern) -> Demand:
    pace, deadline = luck.gauss(1.02, 0.22), luck.choice(DEADLINES)
    size = luck.randrange(2_000, 40_000) if pattern.scale == 100 else luck.randrange(100_000, 900_000)
    baseline: Decimal | None = None
    match pattern.judged_as:
        case JudgedAs.DELIVER:
            value = Decimal(luck.randrange(36, 900))
        case JudgedAs.HOLD:
            value = Decimal(luck.randrange(50, 900)) / 10
        case JudgedAs.COVER:
            value = Decimal(100)
        case _ if pattern.scale:
            baseline = Decimal(luck.randrange(200, 700)) / 10
            value = baseline + Decimal(luck.randrange(40, 250)) / 10
        case _:
            baseline = Decimal(luck.randrange(200, 8_000))
            value = baseline + luck.randrange(50, 3_000)
    return Demand(pattern, baseline, value, pace, size, deadline)


def _targets(
    session: Session, shape: Shape, demands: list[Demand], departments: list[int], districts: list[dict[str, Any]]
) -> int:
    ends_on, starts_on = max(DEADLINES), shape.first.start
    plan = {"id": 1, "code": "BENCH", "title": "测量用计划", "year": starts_on.year, "region_id": 1, "issuer": "测量市"}
    plan |= {"starts_on": starts_on, "ends_on": ends_on, "state": PlanState.ACTIVE, "number": "", "demo": False}
    _put(session, Plan, [plan | {"created_at": LONG_AGO}])
    leads = [departments[i % len(departments)] for i in range(len(demands))]
    numbered = list(enumerate(zip(demands, leads, strict=True), 1))
    _put(session, Indicator, [_indicator(n, demand, bool(districts)) for n, (demand, _) in numbered])
    _put(session, Target, [_target(n, lead) for n, (_, lead) in numbered])
    _put(session, TargetVersion, [_version(n, demand, starts_on) for n, (demand, _) in numbered])
    _put(session, Baseline, [_baseline(n, demand) for n, (demand, _) in numbered])
    reporting = [district["id"] for district in districts] or [1]
    duties = ((n, lead, unit) for n, (_, lead) in numbered for unit in reporting)
    days = {"starts_on": starts_on, "ends_on": ends_on}
    _put(
        session,
        Assignment,
        (
            {"id": i, "indicator_id": n, "unit_id": unit, "reporter_id": lead} | days
            for i, (n, lead, unit) in enumerate(duties, 1)
        ),
    )
    parts = ((n, demand, district["id"]) for n, (demand, _) in numbered for district in districts)
    _put(session, Allocation, (_allocation(i, *part, shape.districts) for i, part in enumerate(parts, 1)))
    return 1


def _indicator(n: int, demand: Demand, handed_down: bool) -> dict[str, Any]:
    pattern, has_parts = demand.pattern, bool(demand.pattern.scale)
    whole = RollUp.RATIO if has_parts else RollUp.SUM
    return {
        "id": n,
        "code": _code(n),
        "name": f"{STEMS[n % len(STEMS)]}（{n}号）",
        "kind": pattern.kind,
        "unit": pattern.unit,
        "direction": Direction.LESS if pattern.comparator is Comparator.AT_MOST else Direction.MORE,
        "accumulates": pattern.accumulates,
        "roll_up": whole if handed_down else RollUp.OWN,
        "frequency": Frequency.MONTH,
        "lag_days": 10,
        "year_start_month": 1,
        "places": 2 if has_parts else 0,
        "has_parts": has_parts,
        "numerator": "分子" if has_parts else "",
        "denominator": "分母" if has_parts else "",
        "scale": Decimal(pattern.scale) if has_parts else None,
        "smallest": Decimal(0),
        "largest": Decimal(100) if pattern.unit == "%" else None,
        "jump_percent": Decimal(10) ** 12,
        "definition": "",
        "active": True,
        "demo": False,
        "created_at": LONG_AGO,
    }


def _target(n: int, lead: int) -> dict[str, Any]:
    same = {"plan_id": 1, "unit_id": 1, "clause_id": None, "clause_path": "", "group_key": "", "demo": False}
    own = {"id": n, "code": f"BENCH-{n:05d}", "indicator_id": n, "lead_id": lead, "position": n}
    return same | own | {"state": "watched", "created_at": LONG_AGO}


def _recorded() -> dict[str, Any]:
    return {"version": 1, "recorded_at": LONG_AGO, "recorded_by": None, "superseded_at": None, "reason": ""}


def _version(n: int, demand: Demand, starts_on: date) -> dict[str, Any]:
    pattern = demand.pattern
    return _recorded() | {
        "id": n,
        "target_id": n,
        "name": f"{STEMS[n % len(STEMS)]}（{n}号）",
        "comparator": pattern.comparator,
        "comparator_text": "",
        "value": demand.value,
        "weight": Decimal(1),
        "low": None,
        "high": None,
        "unit": pattern.unit,
        "judged_as": pattern.judged_as,
        "direction": Direction.LESS if pattern.comparator is Comparator.AT_MOST else Direction.MORE,
        "change": None,
        "starts_on": starts_on,
        "deadline": demand.deadline,
        "curve": {"shape": "linear"},
        "scope": "",
        "hedge": "",
        "nature": "",
        "evidence": "",
        "evidence_start": None,
        "evidence_end": None,
    }


def _baseline(n: int, demand: Demand) -> dict[str, Any]:
    known = demand.baseline is not None
    row = {"id": n, "target_id": n, "known": known, "value": demand.baseline, "source": "统计年报" if known else ""}
    return _recorded() | row | {"day": date(2023, 9, 30) if known else None}


def _allocation(i: int, n: int, demand: Demand, unit: int, districts: int) -> dict[str, Any]:
    share = demand.value if demand.pattern.scale else max(Decimal(1), (demand.value / districts).to_integral_value())
    return _recorded() | {"id": i, "target_id": n, "unit_id": unit, "value": share, "low": None, "high": None}


# --- the values ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Value:
    target: int
    unit: int
    period: Period
    value: Decimal
    numerator: Decimal | None
    denominator: Decimal | None


def series(
    luck: random.Random, shape: Shape, demands: list[Demand], units: list[int], months: list[Period]
) -> Iterator[Value]:
    """What every unit reports for every target, month by month."""
    for n, demand in enumerate(demands, 1):
        for unit in units:
            for month in months:
                yield _value(luck, demand, n, unit, month, shape)


def _value(luck: random.Random, demand: Demand, n: int, unit: int, month: Period, shape: Shape) -> Value:
    pattern, start = demand.pattern, shape.first.start
    way = (month.end - start) / (demand.deadline - start) * demand.pace + luck.gauss(0, 0.02)
    share = 1 if not shape.districts or pattern.scale else 1 / shape.districts
    begin, end = float(demand.baseline or 0), float(demand.value)
    match pattern.judged_as:
        case JudgedAs.DELIVER:
            months = (demand.deadline - start).days / 30.4
            level = end / months * demand.pace * luck.uniform(0.6, 1.4) * share
        case JudgedAs.HOLD:
            level = end * luck.gauss(0.97, 0.06)
        case _:
            level = (begin + (end - begin) * way) * share
    level = min(max(level, 0.0), 100.0 if pattern.unit == "%" else 1e12)
    if not pattern.scale:
        return Value(n, unit, month, Decimal(round(level)), None, None)
    numerator = Decimal(round(level / pattern.scale * demand.size))
    worked_out = (numerator / demand.size * pattern.scale).quantize(Decimal("0.000001"))
    return Value(n, unit, month, worked_out, numerator, Decimal(demand.size))


def demands_of(shape: Shape, seed: int = 20261012) -> list[Demand]:
    """The demands that `generate` makes for this shape and seed."""
    luck = random.Random(seed)
    return [_demand(luck, MIX[i % len(MIX)]) for i in range(shape.targets)]


def _actuals(
    luck: random.Random, shape: Shape, demands: list[Demand], districts: list[dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    units = [district["id"] for district in districts] or [1]
    late: dict[tuple[int, int], Period] = {}
    for i, seen in enumerate(series(luck, shape, demands, units, shape.months), 1):
        behind = late.setdefault(
            (seen.target, seen.unit), shape.last.next(-luck.randint(1, 2) if luck.random() < shape.late else 0)
        )
        if seen.period <= behind:
            yield _actual(i, seen)


def _actual(i: int, seen: Value) -> dict[str, Any]:
    at = datetime(seen.period.end.year, seen.period.end.month, seen.period.end.day, tzinfo=UTC) + timedelta(days=6)
    cause, measure, expected_on = SAID if i % 7 == 0 else ("", "", None)
    return {
        "id": i,
        "indicator_id": seen.target,
        "unit_id": seen.unit,
        "period": str(seen.period),
        "period_end": seen.period.end,
        "version": 1,
        "revision": 1,
        "state": ActualState.APPROVED,
        "value": seen.value,
        "numerator": seen.numerator,
        "denominator": seen.denominator,
        "happened_on": None,
        "note": "",
        "jump_reason": "",
        "cause": cause,
        "measure": measure,
        "expected_on": expected_on,
        "source_kind": SourceKind.JOB,
        "source": "测量",
        "entered_by": None,
        "recorded_at": at,
        "submitted_at": at,
        "submitted_by": None,
        "decided_at": at,
        "decided_by": None,
        "return_reason": "",
        "superseded_at": None,
    }
