"""Looking after accounts. Signing in is in `actions_sessions`, tokens are in `actions_tokens`."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts.hashing import hash_password
from kpi.accounts.records import Account, ApiToken
from kpi.accounts.rules import Action, Person, Role, password_problems, require
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.text import LANGUAGES, t
from kpi.organisation.actions import units_below


def person_of(session: Session, account: Account, *, reads_only: bool = False) -> Person:
    """The account as actions see it, with the units it may enter for.

    Officers are held to their own unit and below; reviewers likewise when they have a unit, else to none;
    other roles do not enter values, so their scope is everything. `reads_only`: who comes with such a token.
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
        reads_only=reads_only,
    )


def actor_of(person: Person) -> Actor:
    return Actor(person.account_id, f"{person.name}（{person.login}）")


def acting(by: Person | Actor, action: Action, unit_id: int | None = None) -> Actor:
    """Who is written into the trail. A person is checked by the guard's rule; the service itself is not."""
    if isinstance(by, Actor):
        return by
    require(by, action, unit_id)
    return actor_of(by)


def self_actor(account: Account) -> Actor:
    """Somebody acting on their own account."""
    return Actor(account.id, f"{account.name}（{account.login}）")


def get(session: Session, account_id: int, *, lock: bool = False) -> Account:
    account = session.get(Account, account_id, with_for_update=lock or None)
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
    account = get(session, account_id, lock=True)
    if account.id == by.account_id and (role is not account.role or not active):
        raise BadInput.of(Problem(t("不能更改自己的角色或停用自己"), t("角色")))
    problems = _name_problems(name.strip() or account.name)
    if role is Role.OFFICER and unit_id is None:
        problems.append(Problem(t("统计人员须属于一个单位"), t("单位")))
    if problems:
        raise BadInput.of(*problems)
    old, new = audit.changes(account, name=name.strip() or account.name, role=role, unit_id=unit_id, active=active)
    if new.keys() - {"name"}:
        account.session_epoch += 1
    if new:
        audit.write(session, by, now, "accounts.update", account, what=account.login, old=old, new=new)
    return account


def reset_password(session: Session, account_id: int, new: str, by: Actor, now: datetime) -> Account:
    """An admin's reset: the person has to choose another at the next sign-in; a lock ends, tokens are revoked.

    Whoever had got hold of the old password may have made tokens with it.
    """
    account = get(session, account_id)
    problems = password_problems(new, account.login)
    if problems:
        raise BadInput.of(*problems)
    set_password(account, new, must_change=True)
    session.execute(
        sa.update(ApiToken)
        .where(ApiToken.account_id == account.id, ApiToken.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    audit.write(session, by, now, "accounts.reset_password", account, what=account.login)
    return account


def unlock(session: Session, account_id: int, by: Actor, now: datetime) -> Account:
    """End a lock after too many wrong passwords; the password stays as it is."""
    account = get(session, account_id)
    if account.locked_until is not None:
        account.failures, account.locked_until = 0, None
        audit.write(session, by, now, "accounts.unlock", account, what=account.login)
    return account


def set_password(account: Account, password: str, *, must_change: bool) -> None:
    """A checked password; a lock and all open sessions end."""
    account.password_hash = hash_password(password)
    account.must_change_password = must_change
    account.failures, account.locked_until = 0, None
    account.session_epoch += 1


def set_language(session: Session, account_id: int, language: str) -> None:
    get(session, account_id).language = language if language in LANGUAGES else "zh"
