"""Signing in and looking after accounts."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts.records import Account, ApiToken
from kpi.accounts.rules import FAILURES_ALLOWED, LOCK_FOR, Action, Person, Role, password_problems, require
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, Forbidden, NotFound, Problem
from kpi.core.text import t
from kpi.organisation.actions import units_below

_cost: dict[str, int] = {}


def set_password_cost(cost: str) -> None:
    """For doors at start: "low" makes tests quick; anything else keeps the library's recommended cost."""
    if cost == "low":
        _cost.update(time_cost=1, memory_cost=8, parallelism=1)
        _hasher.cache_clear()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(**_cost) if _cost else PasswordHasher()  # type: ignore[arg-type]


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_hex(16))


def hash_password(password: str) -> str:
    return _hasher().hash(password)


def person_of(session: Session, account: Account) -> Person:
    """The account as actions see it, with the units it may enter for.

    Officers are held to their own unit and below; reviewers likewise when they have a unit, else to none;
    other roles do not enter values, so their scope is everything.
    """
    if account.unit_id is not None:
        units: frozenset[int] | None = units_below(session, account.unit_id)
    else:
        units = frozenset() if account.role is Role.OFFICER else None
    return Person(
        account_id=account.id,
        login=account.login,
        name=account.name,
        role=account.role,
        unit_id=account.unit_id,
        units=units,
        language=account.language,
        must_change_password=account.must_change_password,
        demo=account.demo,
    )


def actor_of(person: Person) -> Actor:
    return Actor(person.account_id, f"{person.name}（{person.login}）")


def acting(by: Person | Actor, action: Action, unit_id: int | None = None) -> Actor:
    """Who is written into the trail. A person is checked by the guard's rule; the service itself is not."""
    if isinstance(by, Actor):
        return by
    require(by, action, unit_id)
    return actor_of(by)


class SignInRefused(Forbidden):
    """Wrong name or password, or locked. The failure itself must be committed, so the door keeps the session."""

    status = 401


@dataclass(frozen=True)
class Verified:
    """A stored hash that a password fitted, and what to store instead when its cost is no longer up to date."""

    stored: str
    renewed: str


def verify(session: Session, login: str, password: str) -> Verified | None:
    """Slow on purpose, so that doors do it before they open a write session: nobody waits for who guesses passwords.

    An unknown name costs the same time as a wrong password.
    """
    account = session.scalar(select(Account).where(Account.login == login.strip()))
    stored = account.password_hash if account is not None and account.active else _nobodys_hash()
    if not _matches(stored, password):
        return None
    return Verified(stored, hash_password(password) if _hasher().check_needs_rehash(stored) else stored)


def sign_in(session: Session, login: str, verified: Verified | None, now: datetime) -> Account | SignInRefused:
    """The account, or why not (returned, not raised, so that the count of failures is kept).

    An unknown name gets the same answer as a wrong password.
    """
    account = session.scalar(select(Account).where(Account.login == login.strip()).with_for_update())
    if account is None or not account.active:
        return SignInRefused(t("登录名或密码不正确。"))
    if account.locked_until and account.locked_until > now:
        return _locked(account.locked_until - now)
    if verified is None or verified.stored != account.password_hash:
        return _count_failure(session, account, now)
    account.failures, account.locked_until, account.last_sign_in_at = 0, None, now
    account.password_hash = verified.renewed
    audit.write(session, _self(account), now, "accounts.sign_in", account)
    return account


def _count_failure(session: Session, account: Account, now: datetime) -> SignInRefused:
    account.failures += 1
    audit.write(session, _self(account), now, "accounts.sign_in_failed", account, why=t("密码错误"))
    if account.failures < FAILURES_ALLOWED:
        return SignInRefused(t("登录名或密码不正确。"))
    account.failures, account.locked_until = 0, now + LOCK_FOR
    audit.write(session, _self(account), now, "accounts.lock", account, why=t("连续{n}次密码错误", n=FAILURES_ALLOWED))
    return _locked(LOCK_FOR)


def _locked(left: timedelta) -> SignInRefused:
    minutes = max(1, -(-int(left.total_seconds()) // 60))
    return SignInRefused(t("密码错误次数过多，账号已锁定，请{n}分钟后再试，或联系管理员。", n=minutes))


def _matches(stored: str, password: str) -> bool:
    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _self(account: Account) -> Actor:
    return Actor(account.id, f"{account.name}（{account.login}）")


def sign_out(session: Session, account_id: int, now: datetime) -> None:
    account = get(session, account_id)
    audit.write(session, _self(account), now, "accounts.sign_out", account)


def get(session: Session, account_id: int) -> Account:
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound(t("没有这个账号。"))
    return account


def by_login(session: Session, login: str) -> Account:
    account = session.scalar(select(Account).where(Account.login == login.strip()))
    if account is None:
        raise NotFound(t("没有登录名为“{login}”的账号。", login=login))
    return account


def create(
    session: Session,
    *,
    login: str,
    name: str,
    role: Role,
    unit_id: int | None,
    password: str,
    by: Actor,
    now: datetime,
    must_change_password: bool = True,
    demo: bool = False,
) -> Account:
    """A new account with an initial password, which its owner has to change at the first sign-in."""
    login, name = login.strip(), name.strip()
    problems = [] if demo else password_problems(password, login)
    if not login or len(login) > 60:
        problems.append(Problem(t("请填写登录名（最多60个字符）"), t("登录名")))
    elif session.scalar(select(func.count()).where(Account.login == login)):
        problems.append(Problem(t("登录名“{login}”已被使用，请换一个", login=login), t("登录名")))
    problems += _name_problems(name)
    if role is Role.OFFICER and unit_id is None:
        problems.append(Problem(t("统计人员须属于一个单位"), t("单位")))
    if problems:
        raise BadInput.of(*problems)
    account = Account(
        login=login,
        name=name,
        role=role,
        unit_id=unit_id,
        password_hash=hash_password(password),
        must_change_password=must_change_password,
        created_at=now,
        demo=demo,
    )
    session.add(account)
    audit.write(
        session,
        by,
        now,
        "accounts.create",
        account,
        what=f"{name}（{login}）",
        new={"login": login, "name": name, "role": role, "unit_id": unit_id},
    )
    return account


def _name_problems(name: str) -> list[Problem]:
    if not name:
        return [Problem(t("请填写姓名"), t("姓名"))]
    return [Problem(t("最多{n}个字符", n=60), t("姓名"))] if len(name) > 60 else []


def update(
    session: Session,
    account_id: int,
    *,
    name: str,
    role: Role,
    unit_id: int | None,
    active: bool,
    by: Actor,
    now: datetime,
) -> Account:
    """Change a person's name, role, unit or whether they may sign in; open sessions end when rights change."""
    account = get(session, account_id)
    if account.id == by.account_id and (role is not account.role or not active):
        raise BadInput.of(Problem(t("不能更改自己的角色或停用自己"), t("角色")))
    problems = _name_problems(name.strip() or account.name)
    if role is Role.OFFICER and unit_id is None:
        problems.append(Problem(t("统计人员须属于一个单位"), t("单位")))
    if problems:
        raise BadInput.of(*problems)
    old, new = audit.changes(account, name=name.strip() or account.name, role=role, unit_id=unit_id, active=active)
    if new:
        account.session_epoch += 1
        audit.write(session, by, now, "accounts.update", account, what=account.login, old=old, new=new)
    return account


def change_password(session: Session, account_id: int, current: str, new: str, now: datetime) -> Account:
    """A person's own change: the current password is asked for; other sessions end."""
    account = get(session, account_id)
    problems = password_problems(new, account.login)
    if not _matches(account.password_hash, current):
        problems.insert(0, Problem(t("不正确"), t("当前密码")))
    elif current == new:
        problems.append(Problem(t("不能与当前密码相同"), t("新密码")))
    if problems:
        raise BadInput.of(*problems)
    _set_password(account, new, must_change=False)
    audit.write(session, _self(account), now, "accounts.change_password", account)
    return account


def reset_password(session: Session, account_id: int, new: str, by: Actor, now: datetime) -> Account:
    """An admin's reset: the person has to choose another at the next sign-in; a lock ends."""
    account = get(session, account_id)
    problems = password_problems(new, account.login)
    if problems:
        raise BadInput.of(*problems)
    _set_password(account, new, must_change=True)
    audit.write(session, by, now, "accounts.reset_password", account, what=account.login)
    return account


def unlock(session: Session, account_id: int, by: Actor, now: datetime) -> Account:
    """End a lock after too many wrong passwords; the password stays as it is."""
    account = get(session, account_id)
    if account.locked_until is not None:
        account.failures, account.locked_until = 0, None
        audit.write(session, by, now, "accounts.unlock", account, what=account.login)
    return account


def _set_password(account: Account, password: str, *, must_change: bool) -> None:
    account.password_hash = hash_password(password)
    account.must_change_password = must_change
    account.failures, account.locked_until = 0, None
    account.session_epoch += 1


def set_language(session: Session, account_id: int, language: str) -> None:
    get(session, account_id).language = language if language in ("zh", "en") else "zh"


TOKEN_LASTS = timedelta(days=180)


def make_token(session: Session, account_id: int, name: str, now: datetime) -> str:
    """A new API token of this person; the clear text is returned once and never stored."""
    account = get(session, account_id)
    if not name.strip():
        raise BadInput.of(Problem(t("请填写用途，便于以后辨认"), t("名称")))
    clear = "kpi_" + secrets.token_urlsafe(32)
    token = ApiToken(
        account_id=account.id,
        name=name.strip()[:60],
        token_hash=_token_hash(clear),
        created_at=now,
        expires_at=now + TOKEN_LASTS,
    )
    session.add(token)
    audit.write(session, _self(account), now, "accounts.make_token", token, what=token.name)
    return clear


def revoke_token(session: Session, account_id: int, token_id: int, now: datetime) -> None:
    token = session.get(ApiToken, token_id)
    if token is None or token.account_id != account_id:
        raise NotFound(t("没有这个令牌。"))
    if token.revoked_at is None:
        token.revoked_at = now
        audit.write(session, _self(get(session, account_id)), now, "accounts.revoke_token", token, what=token.name)


def by_token(session: Session, clear: str, now: datetime) -> Account | None:
    """The active account behind a token that is neither revoked nor expired; None otherwise."""
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == _token_hash(clear)))
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return None
    account = session.get(Account, token.account_id)
    return account if account and account.active else None


def _token_hash(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()
