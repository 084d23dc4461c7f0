"""Setting a target's light aside for a while, with a reason and by somebody who answers for it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy.orm import Session

from kpi.accounts.rules import Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, Problem, WrongState
from kpi.core.text import t
from kpi.targets.actions_versions import check_seen, current, opened, supersede
from kpi.targets.records import Target, Waiver


def waive(
    session: Session,
    target_id: int,
    *,
    starts_on: date,
    ends_on: date | None,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: int | None = None,
) -> Waiver:
    """Set a target's light aside, with a reason, until a day (None: until lifted). Whoever does it approves it."""
    target, actor = opened(session, target_id, by, reason)
    check_days(starts_on, ends_on)
    check_seen(session, current(session, Waiver, target_id), seen)
    new = {"starts_on": starts_on, "ends_on": ends_on}
    return _new_waiver(session, target, actor, now, "targets.waive", reason, new, starts_on, ends_on, False)


def check_days(starts_on: date, ends_on: date | None) -> None:
    if ends_on is not None and ends_on < starts_on:
        raise BadInput.of(Problem(t("结束日期不能早于开始日期"), t("结束日期")))


def lift_waiver(
    session: Session, target_id: int, *, reason: str, by: Person | Actor, now: datetime, seen: int | None = None
) -> Waiver:
    """End a waiver; it stays on record."""
    target, actor = opened(session, target_id, by, reason)
    former = current(session, Waiver, target_id)
    check_seen(session, former, seen)
    if former is None or former.lifted:
        raise WrongState(t("该目标目前没有豁免。"))
    new = {"lifted": True}
    return _new_waiver(
        session, target, actor, now, "targets.lift_waiver", reason, new, former.starts_on, former.ends_on, True
    )


def _new_waiver(
    session: Session,
    target: Target,
    actor: Actor,
    now: datetime,
    verb: str,
    reason: str,
    new: dict[str, Any],
    starts_on: date,
    ends_on: date | None,
    lifted: bool,
) -> Waiver:
    former = current(session, Waiver, target.id)
    if former is not None:
        supersede(session, former, now)
    fresh = Waiver(
        target_id=target.id,
        version=former.version + 1 if former else 1,
        recorded_at=now,
        recorded_by=actor.account_id,
        reason=reason.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        lifted=lifted,
    )
    session.add(fresh)
    audit.write(session, actor, now, verb, target, what=target.code, new=new, why=reason)
    return fresh
