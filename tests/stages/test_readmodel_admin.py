"""What the pages of admin and auditor show: the trail, people, tokens."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from sqlalchemy.orm import Session

from factories import make_person, make_source, make_unit
from kpi.accounts import actions as accounts
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.records import Account
from kpi.accounts.rules import Role
from kpi.audit import actions as audit
from kpi.audit.actions import SYSTEM, Actor
from kpi.core.errors import NotFound
from kpi.readmodel import people, trail
from kpi.readmodel.trail import FieldChange, TrailFilter
from support import NOW

ADMIN = Actor(None, "赵管理（admin）")


@pytest.fixture
def history(session: Session) -> None:
    """Three days of changes."""
    source = make_source(session, name="来源")
    for days, (actor, action, old, new, why) in enumerate(
        [
            (SYSTEM, "jobs.create_source", None, {"name": "来源", "enabled": True}, ""),
            (ADMIN, "jobs.update_source", {"enabled": True}, {"enabled": False}, "=对方停机"),
            (ADMIN, "actuals.approve", {"state": "submitted"}, {"state": "approved"}, ""),
        ]
    ):
        when = NOW - timedelta(days=2 - days)
        audit.write(session, actor, when, action, source, what=source.name, old=old, new=new, why=why)
    session.flush()


def actions_of(session: Session, wanted: TrailFilter) -> list[str]:
    return [line.action for line in trail.page(session, wanted).lines]


@pytest.mark.usefixtures("history")
@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (TrailFilter(), ["actuals.approve", "jobs.update_source", "jobs.create_source"]),
        (TrailFilter(who="admin"), ["actuals.approve", "jobs.update_source"]),
        (TrailFilter(who="%"), []),
        (TrailFilter(action="jobs."), ["jobs.update_source", "jobs.create_source"]),
        (TrailFilter(action="jobs.create_source"), ["jobs.create_source"]),
        (TrailFilter(entity="source", text="来源"), ["actuals.approve", "jobs.update_source", "jobs.create_source"]),
        (TrailFilter(entity="actual"), []),
        (TrailFilter(text="停机"), ["jobs.update_source"]),
        (TrailFilter(since=date(2026, 11, 11)), ["actuals.approve", "jobs.update_source"]),
        (TrailFilter(since=date(2026, 11, 11), until=date(2026, 11, 11)), ["jobs.update_source"]),
    ],
)
def test_the_trail_is_filtered(session: Session, wanted: TrailFilter, found: list[str]) -> None:
    assert actions_of(session, wanted) == found


@pytest.mark.usefixtures("history")
def test_changes_read_as_old_and_new_in_words(session: Session) -> None:
    approve, update, create = trail.page(session, TrailFilter()).lines
    assert approve.changes == [FieldChange("状态", "待审", "已审核")]
    assert update.changes == [FieldChange("是否启用", "是", "否")]
    assert update.action_text == "修改数据来源"
    assert [change.old for change in create.changes] == ["—", "—"]


def test_the_trail_is_read_on_page_by_page(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trail, "PAGE_ROWS", 2)
    source = make_source(session)
    for n in range(5):
        audit.write(session, SYSTEM, NOW, f"jobs.step_{n}", source)
    session.flush()
    seen, before = [], None
    while True:
        found = trail.page(session, TrailFilter(before=before))
        seen.append([line.action[-1] for line in found.lines])
        before = found.older
        if before is None:
            break
    assert seen == [["4", "3"], ["2", "1"], ["0"]]


@pytest.mark.usefixtures("history")
def test_the_exported_trail_runs_nothing_in_a_spreadsheet(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = list(csv.reader(io.StringIO(trail.as_csv(session, TrailFilter(before=1)))))
    assert len(rows) == 4  # where the page stands does not matter
    assert rows[2][-1] == "'=对方停机"
    assert rows[2][7] == "是否启用：是 → 否"
    monkeypatch.setattr(trail, "EXPORT_ROWS", 1)
    rows = list(csv.reader(io.StringIO(trail.as_csv(session, TrailFilter()))))
    assert "超过1条" in rows[-1][0]


def test_people_are_found_by_name_unit_and_role(session: Session) -> None:
    unit = make_unit(session, "疾控处")
    officer = make_person(session, Role.OFFICER, unit, name="测试甲")
    leader = make_person(session, Role.LEADER, name="测试乙")

    def found(**wanted: object) -> set[int]:
        return {line.account_id for line in people.people(session, NOW, **wanted)}  # type: ignore[arg-type]

    assert found() == {officer.account_id, leader.account_id}
    assert found(text="疾控") == {officer.account_id}
    assert found(text="测试乙") == {leader.account_id}
    assert found(role=Role.OFFICER) == {officer.account_id}
    assert found(text="%") == set()
    assert people.person(session, officer.account_id, NOW).unit == "疾控处"
    with pytest.raises(NotFound):
        people.person(session, 999_999, NOW)


def test_a_lock_is_shown_until_it_ends_or_is_lifted(session: Session) -> None:
    person = make_person(session, Role.LEADER)
    session.get_one(Account, person.account_id).locked_until = NOW + timedelta(minutes=5)
    session.flush()
    assert people.person(session, person.account_id, NOW).locked_until
    assert people.person(session, person.account_id, NOW + timedelta(minutes=6)).locked_until is None
    accounts.unlock(session, person.account_id, ADMIN, NOW)
    assert people.person(session, person.account_id, NOW).locked_until is None
    assert actions_of(session, TrailFilter(action="accounts.unlock")) == ["accounts.unlock"]
    accounts.unlock(session, person.account_id, ADMIN, NOW)  # nothing to do, nothing written
    assert len(actions_of(session, TrailFilter(action="accounts.unlock"))) == 1


def test_tokens_show_their_state_and_never_themselves(session: Session) -> None:
    person, other = make_person(session, Role.LEADER), make_person(session, Role.LEADER)
    clear = tokens.make_token(session, person.account_id, "取数", NOW)
    tokens.make_token(session, person.account_id, "旧的", NOW - timedelta(days=400))
    tokens.make_token(session, other.account_id, "别人的", NOW)
    found = people.tokens(session, person.account_id, NOW)
    assert [(line.name, line.state) for line in found] == [("旧的", "expired"), ("取数", "live")]
    tokens.revoke_token(session, person.account_id, found[1].token_id, NOW)
    assert people.tokens(session, person.account_id, NOW)[1].state == "revoked"
    assert clear not in repr(found)
