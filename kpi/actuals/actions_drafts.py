"""Throwing a draft away: the one thing that is deleted, since nobody else has seen it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.actuals.actions import newest
from kpi.actuals.actions_cells import ENTRY_FIELDS, open_desk, period_of
from kpi.actuals.records import Actual, ActualState
from kpi.actuals.rules import Entry
from kpi.audit import actions as audit
from kpi.core.errors import Conflict, Forbidden, WrongState
from kpi.core.text import t


def discard(session: Session, cell: tuple[int, int, str], *, revision: int, by: Person, now: datetime) -> Actual | None:
    """Delete one's own draft of a cell (indicator, unit, period); what it had taken the place of stands there again.

    A returned or submitted value comes back as it was; an approved one was never touched. Returns what stands in the
    cell now. Conflict when the draft is not the one looked at, Forbidden when somebody else wrote it.
    """
    actor = acting(by, Action.ENTER_ACTUALS)
    draft = newest(session, *cell, lock=True)
    if draft is None or draft.revision != revision:
        raise Conflict(t("您看到的内容已不存在，请刷新后重试。"))
    if draft.state is not ActualState.DRAFT:
        raise WrongState(t("只有草稿可以删除；该项目前为“{state}”。", state=draft.state.label))
    if draft.entered_by != by.account_id:
        raise Forbidden(t("只能删除自己填写的草稿。"))
    desk = open_desk(session, [Entry(draft.indicator_id, draft.unit_id, period_of(draft.period))])
    old = {name: value for name in ENTRY_FIELDS if (value := getattr(draft, name)) not in (None, "")}
    audit.write(session, actor, now, "actuals.discard", draft, what=desk.title(*cell), old=old)
    before = _displaced(session, draft)
    session.delete(draft)
    session.flush()
    if before is not None:
        before.superseded_at, before.revision = None, draft.revision + 1
        session.flush()
    return newest(session, *cell)


def _displaced(session: Session, draft: Actual) -> Actual | None:
    """The open version that the draft took the place of; an approved one is in force beside it."""
    row = session.scalar(
        select(Actual).where(
            Actual.indicator_id == draft.indicator_id,
            Actual.unit_id == draft.unit_id,
            Actual.period == draft.period,
            Actual.version == draft.version - 1,
        )
    )
    return row if row is not None and row.state in (ActualState.RETURNED, ActualState.SUBMITTED) else None
