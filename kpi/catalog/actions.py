"""Looking after indicators and who reports them."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.catalog.records import MEASURED, Assignment, FormerIndicator, Indicator
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.errors import BadInput, Conflict, NotFound, Problem
from kpi.core.period import Frequency
from kpi.core.quantity import PROPORTION_SCALES, Direction, Kind
from kpi.core.text import t


def get(session: Session, indicator_id: int) -> Indicator:
    indicator = session.get(Indicator, indicator_id)
    if indicator is None:
        raise NotFound(t("没有这个指标。"))
    return indicator


def by_code(session: Session, code: str) -> Indicator | None:
    return session.scalar(select(Indicator).where(Indicator.code == code))


def next_code(session: Session) -> str:
    """IND-0001, IND-0002, …: one more than the highest id ever given."""
    return f"IND-{(session.scalar(select(func.max(Indicator.id))) or 0) + 1:04d}"


def create(
    session: Session,
    *,
    name: str,
    kind: Kind,
    unit: str,
    direction: Direction,
    frequency: Frequency,
    by: Actor,
    now: datetime,
    accumulates: Accumulates | None = None,
    code: str | None = None,
    **more: Any,
) -> Indicator:
    """A new indicator. What is not said is derived: scale from the unit, accumulation and range from the kind."""
    if not name.strip():
        raise BadInput.of(Problem(t("请填写指标名称"), t("名称")))
    scale = PROPORTION_SCALES.get(unit)
    if accumulates is None:
        accumulates = Accumulates.RUNNING if kind in (Kind.COUNT, Kind.AMOUNT, Kind.MILESTONE) else Accumulates.LEVEL
    values: dict[str, Any] = {
        "scale": scale,
        "smallest": Decimal(0),
        "largest": Decimal(100) if kind is Kind.COVERAGE and unit == "%" else None,
        "roll_up": RollUp.OWN,
        **more,
    }
    indicator = Indicator(
        code=code or next_code(session),
        name=name.strip(),
        kind=kind,
        unit=unit,
        direction=direction,
        frequency=frequency,
        accumulates=accumulates,
        created_at=now,
        **values,
    )
    session.add(indicator)
    audit.write(
        session,
        by,
        now,
        "catalog.create",
        indicator,
        what=indicator.name,
        new={"code": indicator.code, "kind": kind, "unit": unit, "frequency": frequency, "accumulates": accumulates},
    )
    return indicator


EDITABLE = frozenset(
    {"name", "frequency", "lag_days", "year_start_month", "places", "has_parts", "numerator", "denominator", "scale"}
    | {"smallest", "largest", "jump_percent", "definition", "active", "accumulates", "roll_up", "direction"}
)


def update(session: Session, indicator_id: int, by: Actor, now: datetime, **values: Any) -> Indicator:
    """Change what may be changed; unit and kind stay, since stored values are in them.

    How it was measured until now stays on record, for the lights of then.
    """
    indicator = get(session, indicator_id)
    for wrong in values.keys() - EDITABLE:
        raise BadInput.of(Problem(t("此项不能更改"), wrong))
    measured = {name: getattr(indicator, name) for name in MEASURED}
    old, new = audit.changes(indicator, **values)
    if new.keys() & set(MEASURED):
        _keep_former(session, indicator, measured, now)
    if new:
        audit.write(session, by, now, "catalog.update", indicator, what=indicator.name, old=old, new=new)
    return indicator


def _keep_former(session: Session, indicator: Indicator, measured: dict[str, Any], now: datetime) -> None:
    of_it = FormerIndicator.indicator_id == indicator.id
    changed_before = session.scalar(select(func.max(FormerIndicator.superseded_at)).where(of_it))
    since = changed_before or indicator.created_at
    session.add(FormerIndicator(indicator_id=indicator.id, recorded_at=since, superseded_at=now, **measured))


def assign(
    session: Session,
    *,
    indicator_id: int,
    unit_id: int,
    reporter_id: int,
    starts_on: date,
    ends_on: date,
    by: Actor,
    now: datetime,
) -> Assignment:
    """`reporter` owes the indicator's value for `unit` between two days; an existing assignment is widened."""
    found = session.scalar(
        select(Assignment).where(
            Assignment.indicator_id == indicator_id,
            Assignment.unit_id == unit_id,
            Assignment.reporter_id == reporter_id,
        )
    )
    if found is None:
        found = Assignment(
            indicator_id=indicator_id, unit_id=unit_id, reporter_id=reporter_id, starts_on=starts_on, ends_on=ends_on
        )
        session.add(found)
        new: dict[str, Any] = {"reporter_id": reporter_id, "starts_on": starts_on, "ends_on": ends_on}
        audit.write(session, by, now, "catalog.assign", found, new=new)
        return found
    old, new = audit.changes(found, starts_on=min(found.starts_on, starts_on), ends_on=max(found.ends_on, ends_on))
    if new:
        audit.write(session, by, now, "catalog.assign", found, old=old, new=new)
    return found


def hand_over(
    session: Session,
    assignment_id: int,
    reporter_id: int,
    *,
    since: date,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: tuple[date, date] | None = None,
) -> Assignment:
    """Another unit reports from a day on; the former one's duty ends the day before, or altogether when it had not
    begun. `seen` are its first and last day as looked at; Conflict when they have changed."""
    actor = acting(by, Action.MANAGE_CATALOG)
    former = session.get(Assignment, assignment_id, with_for_update=True)
    if former is None or (seen is not None and seen != (former.starts_on, former.ends_on)):
        raise Conflict(t("他人刚刚修改过此项。请重新打开后再改，您刚才的内容没有保存。"))
    problems = _handing_problems(former, reporter_id, since, reason)
    if problems:
        raise BadInput.of(*problems)
    indicator_id, unit_id, ends_on = former.indicator_id, former.unit_id, former.ends_on
    starts_on = max(since, former.starts_on)
    _end_duty(session, former, since, reason, actor, now)
    return assign(
        session,
        indicator_id=indicator_id,
        unit_id=unit_id,
        reporter_id=reporter_id,
        starts_on=starts_on,
        ends_on=ends_on,
        by=actor,
        now=now,
    )


def _handing_problems(former: Assignment, reporter_id: int, since: date, reason: str) -> list[Problem]:
    problems = []
    if reporter_id == former.reporter_id:
        problems.append(Problem(t("已由该单位填报，请选择另一个单位"), t("填报单位")))
    if since > former.ends_on:
        problems.append(Problem(t("应在原安排结束（{day}）之前", day=former.ends_on.isoformat()), t("起始日期")))
    if not reason.strip():
        problems.append(Problem(t("请填写修改原因"), t("原因")))
    return problems


def _end_duty(session: Session, former: Assignment, since: date, reason: str, actor: Actor, now: datetime) -> None:
    old: dict[str, Any] = {"reporter_id": former.reporter_id, "ends_on": former.ends_on}
    ended = since - timedelta(days=1)
    new = {"ends_on": ended} if since > former.starts_on else None
    audit.write(session, actor, now, "catalog.hand_over", former, old=old, new=new, why=reason.strip())
    if new is None:
        session.delete(former)
    else:
        former.ends_on = ended
    session.flush()
