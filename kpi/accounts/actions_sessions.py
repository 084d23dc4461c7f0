"""Signing in and out, and one's own password.

Who is signed in stands in a signed cookie; what ends it before its time stands in the database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from kpi.accounts.actions import get, self_actor, set_password
from kpi.accounts.hashing import hash_password, matches, nobodys_hash, up_to_date
from kpi.accounts.records import Account, EndedSession
from kpi.accounts.rules import FAILURES_ALLOWED, LOCK_FOR, password_problems
from kpi.audit import actions as audit
from kpi.core.errors import BadInput, Forbidden, Problem
from kpi.core.text import t


class SignInRefused(Forbidden):
    """Wrong name or password, or locked. The failure itself must be committed, so the door keeps the session."""

    status = 401


def _refused() -> SignInRefused:
    """One answer to all: who tries names and passwords learns neither which exist nor which are locked."""
    return SignInRefused(
        t(
            "登录名或密码不正确，或账号已锁定。连续{n}次密码错误会锁定{minutes}分钟；请稍后再试，或联系管理员。",
            n=FAILURES_ALLOWED,
            minutes=int(LOCK_FOR.total_seconds()) // 60,
        )
    )


@dataclass(frozen=True)
class Verified:
    """A stored hash that a password fitted, and what to store instead when its cost is no longer up to date."""

    stored: str
    renewed: str
    password: str = field(repr=False)


def verify(session: Session, login: str, password: str) -> Verified | None:
    """Slow on purpose, so that doors do it before they open a write session: nobody waits for who guesses passwords.

    An unknown name costs the same time as a wrong password.
    """
    account = session.scalar(select(Account).where(Account.login == login.strip()))
    stored = account.password_hash if account is not None and account.active else nobodys_hash()
    if not matches(stored, password):
        return None
    return Verified(stored, stored if up_to_date(stored) else hash_password(password), password)


def sign_in(session: Session, login: str, verified: Verified | None, now: datetime) -> Account | SignInRefused:
    """The account, or why not (returned, not raised, so that the count of failures is kept)."""
    account = session.scalar(select(Account).where(Account.login == login.strip()).with_for_update())
    if account is None or not account.active or _is_locked(account, now):
        return _refused()
    if verified is None or verified.stored != account.password_hash:
        _count_failure(session, account, now)
        return _refused()
    account.failures, account.locked_until, account.last_sign_in_at = 0, None, now
    account.password_hash = verified.renewed
    audit.write(session, self_actor(account), now, "accounts.sign_in", account)
    return account


def _is_locked(account: Account, now: datetime) -> bool:
    return account.locked_until is not None and account.locked_until > now


def _count_failure(session: Session, account: Account, now: datetime) -> None:
    """A wrong password for this account; the last one allowed locks it."""
    account.failures += 1
    audit.write(session, self_actor(account), now, "accounts.sign_in_failed", account, why=t("密码错误"))
    if account.failures >= FAILURES_ALLOWED:
        account.failures, account.locked_until = 0, now + LOCK_FOR
        why = t("连续{n}次密码错误", n=FAILURES_ALLOWED)
        audit.write(session, self_actor(account), now, "accounts.lock", account, why=why)


def change_password(
    session: Session, account_id: int, current: Verified | None, new: str, now: datetime
) -> Account | BadInput:
    """A person's own change; other sessions end. Why not is returned, so that a wrong password is counted.

    Whoever sits down at an open session can not go on guessing: the lock ends the session, too.
    """
    account = get(session, account_id, lock=True)  # guesses that come together are all counted
    problems = password_problems(new, account.login)
    if current is None or current.stored != account.password_hash:
        _count_failure(session, account, now)
        account.session_epoch += _is_locked(account, now)
        return BadInput.of(Problem(t("不正确"), t("当前密码")), *problems)
    if current.password == new:
        problems.append(Problem(t("不能与当前密码相同"), t("新密码")))
    if problems:
        return BadInput.of(*problems)
    set_password(account, new, must_change=False)
    audit.write(session, self_actor(account), now, "accounts.change_password", account)
    return account


def sign_out(session: Session, account_id: int, session_id: str, ends_at: datetime, now: datetime) -> None:
    """End one session: its cookie opens nothing more, wherever a copy of it is. `ends_at`: when it would end anyway."""
    account = get(session, account_id)
    session.merge(EndedSession(id=session_id, ends_at=ends_at))
    audit.write(session, self_actor(account), now, "accounts.sign_out", account)


def sign_out_everywhere(session: Session, account_id: int, now: datetime) -> Account:
    """End all sessions of this person."""
    account = get(session, account_id)
    account.session_epoch += 1
    audit.write(session, self_actor(account), now, "accounts.sign_out_everywhere", account)
    return account


def in_session(session: Session, account_id: int, epoch: int, session_id: str) -> Account | None:
    """The active account of a session that was not ended."""
    return session.scalar(
        select(Account).where(
            Account.id == account_id,
            Account.active,
            Account.session_epoch == epoch,
            ~exists().where(EndedSession.id == session_id),
        )
    )


def forget_ended_sessions(session: Session, now: datetime) -> int:
    """Those whose time is over need not be remembered; returns how many went."""
    return int(session.execute(delete(EndedSession).where(EndedSession.ends_at < now)).rowcount)  # type: ignore[attr-defined]
