"""One's own draft can be thrown away: the trail keeps what it said, and the cell is as it was before."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factories import entry_for, make_person, make_target
from kpi.accounts.rules import Person, Role
from kpi.actuals.actions import newest, save_draft
from kpi.actuals.actions_drafts import discard
from kpi.actuals.records import Actual, ActualState
from kpi.audit.records import AuditRow
from kpi.core.errors import Conflict, Forbidden, WrongState
from kpi.operations import actions as operations
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Target
from support import NOW


@pytest.fixture
def target(session: Session) -> Target:
    return make_target(session)


@pytest.fixture
def officer(session: Session, target: Target) -> Person:
    return make_person(session, Role.OFFICER, session.get_one(OrgUnit, target.lead_id))


def cell(target: Target) -> tuple[int, int, str]:
    return target.indicator_id, target.unit_id, "2026-10"


def test_a_fresh_draft_leaves_nothing_but_its_trail(session: Session, target: Target, officer: Person) -> None:
    save_draft(session, entry_for(target, "2026-10", 7, note="初稿"), by=officer, now=NOW)
    assert discard(session, cell(target), revision=1, by=officer, now=NOW) is None
    assert session.scalar(select(func.count(Actual.id))) == 0
    row = session.scalars(select(AuditRow).where(AuditRow.action == "actuals.discard")).one()
    assert officer.name in row.actor and row.old == {"value": "7", "note": "初稿"}
    again = save_draft(session, entry_for(target, "2026-10", 8), by=officer, now=NOW)
    assert again is not None and (again.version, again.revision) == (1, 1)


def test_what_the_draft_replaced_stands_there_again(session: Session, target: Target, officer: Person) -> None:
    reviewer = make_person(session, Role.REVIEWER)
    sent = operations.record(session, entry_for(target, "2026-10", 11), by=officer, now=NOW, submit=True)
    assert sent is not None
    operations.return_(session, [(sent.id, 1)], reason="请核对", by=reviewer, now=NOW)
    draft = save_draft(session, entry_for(target, "2026-10", 12, revision=2), by=officer, now=NOW)
    assert draft is not None and (draft.version, draft.revision) == (2, 3)
    back = discard(session, cell(target), revision=3, by=officer, now=NOW)
    assert back is not None and (back.id, back.state, back.value) == (sent.id, ActualState.RETURNED, 11)
    assert (back.superseded_at, back.return_reason, back.revision) == (None, "请核对", 4)
    once_more = save_draft(session, entry_for(target, "2026-10", 12, revision=4), by=officer, now=NOW)
    assert once_more is not None and once_more.version == 2


def test_an_approved_value_beside_it_is_untouched(session: Session, target: Target, officer: Person) -> None:
    reviewer = make_person(session, Role.REVIEWER)
    sent = operations.record(session, entry_for(target, "2026-10", 11), by=officer, now=NOW, submit=True)
    assert sent is not None
    operations.approve(session, [(sent.id, 1)], by=reviewer, now=NOW)
    save_draft(session, entry_for(target, "2026-10", 12, revision=2), by=officer, now=NOW)
    stands = discard(session, cell(target), revision=3, by=officer, now=NOW)
    assert stands is not None and (stands.state, stands.value, stands.revision) == (ActualState.APPROVED, 11, 2)


def test_only_ones_own_draft_as_it_was_seen(session: Session, target: Target, officer: Person) -> None:
    save_draft(session, entry_for(target, "2026-10", 7), by=officer, now=NOW)
    colleague = make_person(session, Role.OFFICER, session.get_one(OrgUnit, target.lead_id))
    with pytest.raises(Forbidden, match="自己填写"):
        discard(session, cell(target), revision=1, by=colleague, now=NOW)
    with pytest.raises(Forbidden):
        discard(session, cell(target), revision=1, by=make_person(session, Role.LEADER), now=NOW)
    with pytest.raises(Conflict):
        discard(session, cell(target), revision=2, by=officer, now=NOW)
    operations.record(session, entry_for(target, "2026-10", 11, revision=1), by=officer, now=NOW, submit=True)
    standing = newest(session, *cell(target))
    assert standing is not None
    with pytest.raises(WrongState, match="只有草稿"):
        discard(session, cell(target), revision=standing.revision, by=officer, now=NOW)
