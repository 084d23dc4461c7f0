"""A reviewer's decisions: submitted values take effect, or go back with a reason."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person, require
from kpi.actuals.actions import conflict
from kpi.actuals.actions_cells import Cell, Desk, chunks, open_desk, period_of
from kpi.actuals.actions_writing import APPROVED, RETURNED, SUBMITTED, THESE, Taken, forget, must_have_hit, supersede
from kpi.actuals.records import Actual
from kpi.actuals.rules import ActualState, Entry
from kpi.audit import actions as audit
from kpi.audit.actions import Event
from kpi.core.errors import BadInput, Forbidden, NotFound, Problem, WrongState
from kpi.core.text import t


def approve(session: Session, items: Sequence[tuple[int, int]], *, by: Person, now: datetime) -> list[Taken]:
    """Let submitted values take effect, all or none; `items` are (actual id, revision that was looked at).

    Nobody approves a value of their own; a correction takes the place of the approved version beside it.
    """
    require(by, Action.APPROVE_ACTUALS)
    rows, desk = _submitted(session, items, by)
    for row in rows:
        if by.account_id in (row.entered_by, row.submitted_by):
            raise Forbidden(t("不能审核自己填报的数值，请由其他审核人员处理。"))
    cells = {(row.indicator_id, row.unit_id, row.period) for row in rows}
    before = [cell.approved.id for cell in (desk.series[(i, u)][p] for i, u, p in cells) if cell.approved is not None]
    supersede(session, before, now)
    return _decide(session, desk, rows, by, now, APPROVED, "")


def return_(
    session: Session, items: Sequence[tuple[int, int]], *, reason: str, by: Person, now: datetime
) -> list[Taken]:
    """Give submitted values back to their department with a reason, all or none."""
    require(by, Action.APPROVE_ACTUALS)
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写退回原因，便于对方修改"), t("退回原因")))
    rows, desk = _submitted(session, items, by)
    return _decide(session, desk, rows, by, now, RETURNED, reason.strip())


def _submitted(session: Session, items: Sequence[tuple[int, int]], by: Person) -> tuple[list[Actual], Desk]:
    """The rows behind the items, each still as the reviewer saw it and within the reviewer's scope."""
    rows: dict[int, Actual] = {}
    for part in chunks({actual_id for actual_id, _ in items}):
        rows |= {row.id: row for row in session.scalars(select(Actual).where(Actual.id.in_(part)))}
    if len(rows) < len({actual_id for actual_id, _ in items}):
        raise NotFound(t("没有这条填报记录。"))
    desk = open_desk(session, [_entry_of(row) for row in rows.values()], ahead=False)
    for actual_id, revision in items:
        row = rows[actual_id]
        _check_reviewer(desk, row, by)
        if row.revision != revision or row.superseded_at is not None:
            cell = desk.series.get((row.indicator_id, row.unit_id), {}).get(row.period, Cell())
            raise conflict(session, desk, cell.newest)
        if row.state is not SUBMITTED:
            raise WrongState(t("该项目前为“{state}”，只有待审的数值可以审核或退回。", state=row.state.label))
    return [rows[actual_id] for actual_id in sorted(rows)], desk


def _check_reviewer(desk: Desk, row: Actual, by: Person) -> None:
    duties = desk.duties.get((row.indicator_id, row.unit_id), [])
    if not (by.may_for(row.unit_id) or any(by.may_for(duty.reporter_id) for duty in duties)):
        raise Forbidden(t("该单位不在您的填报或审核范围内，如需调整请联系管理员。"))


def _entry_of(row: Actual) -> Entry:
    return Entry(row.indicator_id, row.unit_id, period_of(row.period))


def _decide(
    session: Session, desk: Desk, rows: Sequence[Actual], by: Person, now: datetime, to: ActualState, reason: str
) -> list[Taken]:
    actor = acting(by, Action.APPROVE_ACTUALS)
    decision = {"b_state": to, "b_decided_at": now, "b_decided_by": actor.account_id, "b_return_reason": reason}
    for part in chunks([row.id for row in rows]):
        done = session.connection().execute(_DECIDE, {"ids": part, **decision})
        must_have_hit(done, len(part))
    taken, events = [], []
    verb = "actuals.approve" if to is APPROVED else "actuals.return"
    for row in rows:
        key = (row.indicator_id, row.unit_id, row.period)
        taken.append(Taken(row.id, *key, to, row.revision + 1))
        new = {"state": to, "value": row.value}
        events.append(Event(verb, row.id, desk.title(*key), {"state": SUBMITTED}, new, reason))
    forget(session)
    audit.write_many(session, actor, now, "actual", events)
    return taken


_DECIDE = (
    update(Actual.__table__)  # type: ignore[arg-type]
    .where(THESE, Actual.state == SUBMITTED, Actual.superseded_at.is_(None))
    .values(revision=Actual.revision + 1)
    .values({name: bindparam(f"b_{name}") for name in ("state", "decided_at", "decided_by", "return_reason")})
)
