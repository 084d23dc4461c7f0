"""Signing in, lock-out, passwords, tokens, scopes."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts import actions, hashing
from kpi.accounts import actions_sessions as sessions
from kpi.accounts import actions_tokens as tokens
from kpi.accounts.actions_sessions import SignInRefused
from kpi.accounts.records import Account, ApiToken, EndedSession
from kpi.accounts.rules import FAILURES_ALLOWED, LOCK_FOR, Role
from kpi.audit.actions import SYSTEM
from kpi.audit.records import AuditRow
from kpi.core.errors import BadInput, NotFound, Unavailable
from kpi.organisation import actions as organisation
from kpi.organisation.records import UnitKind
from support import NOW

PASSWORD = "correct-horse-battery"


def sign_in(session: Session, login: str, password: str, now: datetime) -> Account | SignInRefused:
    return sessions.sign_in(session, login, sessions.verify(session, login, password), now)


def change(session: Session, account: Account, current: str, new: str) -> Account | BadInput:
    return sessions.change_password(session, account.id, sessions.verify(session, account.login, current), new, NOW)


@pytest.fixture(autouse=True)
def _cheap_passwords() -> None:
    hashing.set_password_cost("low")


@pytest.fixture
def unit_id(session: Session) -> int:
    made = organisation.create(
        session, code="D", name="医政处", kind=UnitKind.DEPARTMENT, parent_id=None, by=SYSTEM, now=NOW
    )
    return made.id


@pytest.fixture
def account(session: Session, unit_id: int) -> Account:
    return actions.create(
        session,
        login="wang",
        name="统计员甲",
        role=Role.OFFICER,
        unit_id=unit_id,
        password=PASSWORD,
        by=SYSTEM,
        now=NOW,
    )


def test_the_right_password_opens(session: Session, account: Account) -> None:
    assert sign_in(session, " wang ", PASSWORD, NOW) is account
    assert account.last_sign_in_at == NOW
    assert PASSWORD not in account.password_hash
    assert account.must_change_password


@pytest.mark.parametrize(("login", "password"), [("wang", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_name_and_password_get_the_same_answer(session: Session, account: Account, login: str, password: str) -> None:
    refused = sign_in(session, login, password, NOW)
    assert isinstance(refused, SignInRefused)
    assert "登录名或密码不正确" in refused.message


def test_a_lock_tells_nobody_which_names_there_are(session: Session, account: Account) -> None:
    tries = [
        [str(sign_in(session, name, "wrong", NOW)) for _ in range(FAILURES_ALLOWED + 1)] for name in ("wang", "no")
    ]
    assert tries[0] == tries[1]
    assert str(sign_in(session, "wang", PASSWORD, NOW)) == tries[0][0]  # nor that this time the password was right


def test_repeated_failures_lock_and_the_lock_ends(session: Session, account: Account) -> None:
    for _ in range(FAILURES_ALLOWED):
        sign_in(session, "wang", "wrong", NOW)
    assert isinstance(sign_in(session, "wang", PASSWORD, NOW + timedelta(minutes=1)), SignInRefused)
    assert sign_in(session, "wang", PASSWORD, NOW + LOCK_FOR) is account
    assert session.scalar(select(AuditRow).where(AuditRow.action == "accounts.lock")) is not None


def test_a_success_forgets_earlier_failures(session: Session, account: Account) -> None:
    for _ in range(FAILURES_ALLOWED - 1):
        sign_in(session, "wang", "wrong", NOW)
    sign_in(session, "wang", PASSWORD, NOW)
    for _ in range(FAILURES_ALLOWED - 1):
        sign_in(session, "wang", "wrong", NOW)
    assert sign_in(session, "wang", PASSWORD, NOW) is account


def test_an_inactive_account_does_not_open(session: Session, account: Account, unit_id: int) -> None:
    epoch = account.session_epoch
    actions.update(
        session, account.id, name="统计员甲", role=Role.OFFICER, unit_id=unit_id, active=False, by=SYSTEM, now=NOW
    )
    assert isinstance(sign_in(session, "wang", PASSWORD, NOW), SignInRefused)
    assert account.session_epoch == epoch + 1


def test_a_corrected_name_signs_nobody_out(session: Session, account: Account, unit_id: int) -> None:
    epoch, rights = account.session_epoch, {"role": Role.OFFICER, "unit_id": unit_id, "active": True}
    actions.update(session, account.id, name="统计员乙", **rights, by=SYSTEM, now=NOW)
    assert (account.name, account.session_epoch) == ("统计员乙", epoch)
    actions.update(session, account.id, name="统计员乙", **rights | {"role": Role.REVIEWER}, by=SYSTEM, now=NOW)
    assert account.session_epoch == epoch + 1


@pytest.mark.parametrize(
    ("new", "why"),
    [
        ("short", "至少"),
        ("wang-is-my-name", "登录名"),
        ("aaaaaaaaaaaa", "简单"),
        (PASSWORD, "相同"),
        ("x" * 300, "最多"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(session: Session, account: Account, new: str, why: str) -> None:
    assert why in str(change(session, account, PASSWORD, new))


def test_changing_the_password_ends_other_sessions_and_the_duty_to_change(session: Session, account: Account) -> None:
    epoch = account.session_epoch
    assert "当前密码" in str(change(session, account, "wrong", "another-good-password"))
    assert account.must_change_password
    assert change(session, account, PASSWORD, "another-good-password") is account
    assert not account.must_change_password
    assert account.session_epoch == epoch + 1
    assert sign_in(session, "wang", "another-good-password", NOW) is account


def test_guessing_at_an_open_session_locks_and_ends_it(session: Session, account: Account) -> None:
    epoch = account.session_epoch
    for _ in range(FAILURES_ALLOWED):
        assert account.session_epoch == epoch
        change(session, account, "wrong", "another-good-password")
    assert account.session_epoch == epoch + 1
    assert isinstance(sign_in(session, "wang", PASSWORD, NOW), SignInRefused)


def test_a_session_ends_by_signing_out_and_with_all_others(session: Session, account: Account) -> None:
    epoch = account.session_epoch
    assert sessions.in_session(session, account.id, epoch, "one") is account
    sessions.sign_out(session, account.id, "one", NOW + timedelta(hours=12), NOW)
    assert sessions.in_session(session, account.id, epoch, "one") is None
    assert sessions.in_session(session, account.id, epoch, "two") is account
    sessions.sign_out_everywhere(session, account.id, NOW)
    assert sessions.in_session(session, account.id, epoch, "two") is None
    assert sessions.forget_ended_sessions(session, NOW) == 0
    assert sessions.forget_ended_sessions(session, NOW + timedelta(hours=13)) == 1
    assert session.scalars(select(EndedSession)).all() == []


def test_sessions_of_a_removed_account_do_not_open_its_successor(session: Session, account: Account) -> None:
    cookie = (account.id, account.session_epoch, "one")
    session.delete(account)
    session.flush()
    successor = actions.create(
        session, login="li", name="甲", role=Role.ADMIN, unit_id=None, password=PASSWORD, by=SYSTEM, now=NOW
    )
    successor.id = cookie[0]  # SQLite gives out again what is free
    session.flush()
    assert sessions.in_session(session, *cookie) is None


def test_only_a_few_passwords_are_hashed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hashing, "PATIENCE", 0.01)
    turns = [hashing._turn.acquire() for _ in range(hashing.AT_ONCE)]
    try:
        with pytest.raises(Unavailable, match="稍后"):
            hashing.hash_password(PASSWORD)
    finally:
        for _ in turns:
            hashing._turn.release()
    assert hashing.matches(hashing.hash_password(PASSWORD), PASSWORD)


def test_a_reset_must_be_changed_unlocks_and_revokes_tokens(session: Session, account: Account) -> None:
    account.locked_until = NOW + LOCK_FOR
    clear = tokens.make_token(session, account.id, "导数", NOW)
    actions.reset_password(session, account.id, "fresh-initial-one", SYSTEM, NOW)
    assert account.must_change_password
    assert sign_in(session, "wang", "fresh-initial-one", NOW) is account
    assert tokens.by_token(session, clear, NOW) is None


def test_no_secret_reaches_the_trail(session: Session, account: Account) -> None:
    change(session, account, PASSWORD, "another-good-password")
    clear = tokens.make_token(session, account.id, "导数", NOW)
    session.flush()
    rows = session.scalars(select(AuditRow)).all()
    everything = " ".join(f"{row.what}{row.old}{row.new}{row.why}" for row in rows)
    for secret in (PASSWORD, "another-good-password", clear, account.password_hash):
        assert secret not in everything


def test_tokens_open_until_revoked_or_expired(session: Session, account: Account) -> None:
    clear = tokens.make_token(session, account.id, "导数", NOW)
    token = session.scalars(select(ApiToken)).one()
    assert clear not in token.token_hash
    assert tokens.by_token(session, clear, NOW) == (account, token)
    assert tokens.by_token(session, clear + "x", NOW) is None
    assert tokens.by_token(session, clear, token.expires_at) is None
    tokens.revoke_token(session, account.id, token.id, NOW)
    assert tokens.by_token(session, clear, NOW) is None
    with pytest.raises(NotFound):
        tokens.revoke_token(session, account.id + 1, token.id, NOW)


def test_an_officers_scope_is_the_own_unit_and_below(session: Session, account: Account, unit_id: int) -> None:
    child = organisation.create(
        session, code="D1", name="一科", kind=UnitKind.DEPARTMENT, parent_id=unit_id, by=SYSTEM, now=NOW
    )
    other = organisation.create(
        session, code="E", name="疾控处", kind=UnitKind.DEPARTMENT, parent_id=None, by=SYSTEM, now=NOW
    )
    person = actions.person_of(session, account)
    assert person.may_for(unit_id)
    assert person.may_for(child.id)
    assert not person.may_for(other.id)


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"login": ""}, "登录名"),
        ({"login": "wang"}, "已被使用"),
        ({"name": " "}, "姓名"),
        ({"unit_id": None}, "单位"),
        ({"password": "short"}, "至少"),
    ],
)
def test_bad_accounts_are_refused(
    session: Session, account: Account, unit_id: int, changes: dict[str, object], why: str
) -> None:
    given = {"login": "li", "name": "甲", "role": Role.OFFICER, "unit_id": unit_id, "password": PASSWORD, **changes}
    with pytest.raises(BadInput, match=why):
        actions.create(session, by=SYSTEM, now=NOW, **given)


def test_nobody_takes_their_own_role_away(session: Session, account: Account, unit_id: int) -> None:
    with pytest.raises(BadInput, match="自己"):
        actions.update(
            session,
            account.id,
            name="甲",
            role=Role.ADMIN,
            unit_id=unit_id,
            active=True,
            by=actions.actor_of(actions.person_of(session, account)),
            now=NOW,
        )


@pytest.mark.parametrize("name", ["", "  ", "名" * 61])
def test_a_name_is_there_and_fits(session: Session, account: Account, unit_id: int, name: str) -> None:
    new = {"name": name, "role": Role.OFFICER, "unit_id": unit_id, "by": SYSTEM, "now": NOW}
    with pytest.raises(BadInput, match="姓名"):
        actions.create(session, login="li", password=PASSWORD, **new)
    if name.strip():
        with pytest.raises(BadInput, match="姓名"):
            actions.update(session, account.id, active=True, **new)


def test_the_longest_names_leave_a_trail(session: Session, unit_id: int) -> None:
    new = {"role": Role.OFFICER, "unit_id": unit_id, "by": SYSTEM, "now": NOW}
    made = actions.create(session, login="l" * 60, name="名" * 60, password=PASSWORD, **new)
    assert sign_in(session, made.login, PASSWORD, NOW) is made
    row = session.scalars(select(AuditRow).where(AuditRow.action == "accounts.sign_in")).one()
    assert row.actor_id == made.id
    assert row.actor.startswith("名" * 60 + "（l")


def test_failed_sign_ins_are_in_the_trail(session: Session, account: Account) -> None:
    sign_in(session, "wang", "wrong", NOW)
    sign_in(session, "nobody", "wrong", NOW)
    failed = session.scalars(select(AuditRow).where(AuditRow.action == "accounts.sign_in_failed")).all()
    assert [row.actor_id for row in failed] == [account.id]


def test_a_password_changed_meanwhile_no_longer_opens(session: Session, account: Account) -> None:
    verified = sessions.verify(session, "wang", PASSWORD)
    change(session, account, PASSWORD, "another-good-password")
    assert isinstance(sessions.sign_in(session, "wang", verified, NOW), SignInRefused)
