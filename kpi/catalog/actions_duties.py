"""Duties: who owes the value of an indicator for a unit, and from when to when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.catalog import actions as catalog
from kpi.catalog.records import Assignment
from kpi.core.errors import BadInput, Conflict, Problem
from kpi.core.period import Period
from kpi.core.text import t


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
    """`reporter` owes the indicator's value for `unit` between two days. Duties of the same reporter that share days
    with these become one; others stay as they were, so that who reported when stays true."""
    mine = [duty for duty in _duties(session, indicator_id, unit_id) if duty.reporter_id == reporter_id]
    shared = [duty for duty in mine if duty.starts_on <= ends_on and starts_on <= duty.ends_on]
    if not shared:
        return _begin_duty(
            session,
            Assignment(
                indicator_id=indicator_id,
                unit_id=unit_id,
                reporter_id=reporter_id,
                starts_on=starts_on,
                ends_on=ends_on,
            ),
            by,
            now,
        )
    kept, *others = shared
    first = min(starts_on, *(duty.starts_on for duty in shared))
    last = max(ends_on, *(duty.ends_on for duty in shared))
    for duty in others:
        _drop_duty(session, duty, by, now)
    _widen(session, kept, first, last, by, now)
    return kept


def keep_reported(
    session: Session,
    *,
    indicator_id: int,
    unit_id: int,
    reporter_id: int,
    starts_on: date,
    ends_on: date,
    by: Actor,
    now: datetime,
) -> None:
    """Somebody owes the value on each day between the two: who reports first and who reports last do so for the days
    before and after as well. Where nobody reports yet, `reporter` does."""
    duties = _duties(session, indicator_id, unit_id)
    if not duties:
        days = {"starts_on": starts_on, "ends_on": ends_on}
        assign(session, indicator_id=indicator_id, unit_id=unit_id, reporter_id=reporter_id, **days, by=by, now=now)
        return
    first, last = duties[0], max(duties, key=lambda duty: duty.ends_on)
    _widen(session, first, min(first.starts_on, starts_on), first.ends_on, by, now)
    _widen(session, last, last.starts_on, max(last.ends_on, ends_on), by, now)


def _duties(session: Session, indicator_id: int, unit_id: int) -> Sequence[Assignment]:
    query = select(Assignment).where(Assignment.indicator_id == indicator_id, Assignment.unit_id == unit_id)
    return session.scalars(query.order_by(Assignment.starts_on, Assignment.id)).all()


def _begin_duty(session: Session, duty: Assignment, by: Actor, now: datetime) -> Assignment:
    session.add(duty)
    audit.write(session, by, now, "catalog.assign", duty, new=_told(duty))
    return duty


def _drop_duty(session: Session, duty: Assignment, by: Actor, now: datetime) -> None:
    audit.write(session, by, now, "catalog.assign", duty, old=_told(duty))
    session.delete(duty)
    session.flush()


def _told(duty: Assignment) -> dict[str, Any]:
    return {"reporter_id": duty.reporter_id, "starts_on": duty.starts_on, "ends_on": duty.ends_on}


def _widen(
    session: Session, duty: Assignment, first: date, last: date, by: Actor, now: datetime, why: str = ""
) -> None:
    old, new = audit.changes(duty, starts_on=first, ends_on=last)
    if new:
        audit.write(session, by, now, "catalog.assign", duty, old=old, new=new, why=why)


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
    """Another unit reports from the period on that holds the day `since`, so that nobody owes half a period; the former
    one's duty ends the day before, or altogether when it had not begun. The same unit from an earlier period on: it may
    enter former years. `seen` are the first and last day as looked at; Conflict when they have changed."""
    actor = acting(by, Action.MANAGE_CATALOG)
    former = session.get(Assignment, assignment_id, with_for_update=True)
    if former is None or (seen is not None and seen != (former.starts_on, former.ends_on)):
        raise Conflict(t("他人刚刚修改过此项。请重新打开后再改，您刚才的内容没有保存。"))
    problems = _handing_problems(former, reporter_id, since, reason)
    if problems:
        raise BadInput.of(*problems)
    indicator_id, unit_id, ends_on = former.indicator_id, former.unit_id, former.ends_on
    begins = Period.containing(since, catalog.get(session, indicator_id).frequency).start
    if reporter_id == former.reporter_id:
        _widen(session, former, begins, ends_on, actor, now, reason.strip())
        return former
    starts_on = max(begins, former.starts_on)
    _end_duty(session, former, begins, reason, actor, now)
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
    if reporter_id == former.reporter_id and since >= former.starts_on:
        wanted = t("已由该单位自{day}起填报；补录以前的数据，起始日期应早于这一天", day=former.starts_on.isoformat())
        problems.append(Problem(wanted, t("起始日期")))
    if since.year < 1990:
        problems.append(Problem(t("年份不合理，请核对"), t("起始日期")))
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
