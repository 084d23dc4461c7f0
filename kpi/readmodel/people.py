"""Accounts as the admin sees them, and a person's own tokens."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from kpi.accounts.records import Account, ApiToken
from kpi.accounts.rules import Role
from kpi.core.errors import NotFound
from kpi.core.text import t
from kpi.organisation.records import OrgUnit


@dataclass(frozen=True)
class PersonLine:
    account_id: int
    login: str
    name: str
    role: Role
    unit_id: int | None
    unit: str
    active: bool
    must_change_password: bool
    locked_until: datetime | None
    last_sign_in_at: datetime | None
    demo: bool


def people(
    session: Session, now: datetime, *, text: str = "", role: Role | None = None, account_id: int | None = None
) -> list[PersonLine]:
    """Accounts by name, those in use first; a lock that has run out is none."""
    query = (
        select(Account, OrgUnit.name)
        .outerjoin(OrgUnit, OrgUnit.id == Account.unit_id)
        .order_by(Account.active.desc(), Account.role, Account.name, Account.id)
    )
    words = text.strip()
    if words:
        within = (column.contains(words, autoescape=True) for column in (Account.login, Account.name, OrgUnit.name))
        query = query.where(or_(*within))
    if role is not None:
        query = query.where(Account.role == role)
    if account_id is not None:
        query = query.where(Account.id == account_id)
    return [_line(account, unit or "", now) for account, unit in session.execute(query)]


def person(session: Session, account_id: int, now: datetime) -> PersonLine:
    found = people(session, now, account_id=account_id)
    if not found:
        raise NotFound(t("没有这个账号。"))
    return found[0]


def _line(account: Account, unit: str, now: datetime) -> PersonLine:
    locked = account.locked_until if account.locked_until and account.locked_until > now else None
    return PersonLine(
        account_id=account.id,
        login=account.login,
        name=account.name,
        role=account.role,
        unit_id=account.unit_id,
        unit=unit,
        active=account.active,
        must_change_password=account.must_change_password,
        locked_until=locked,
        last_sign_in_at=account.last_sign_in_at,
        demo=account.demo,
    )


def unit_choices(session: Session) -> Sequence[tuple[int, str]]:
    """Units a person may belong to, each with the unit above it, since names may repeat."""
    above = aliased(OrgUnit)
    query = (
        select(OrgUnit.id, OrgUnit.name, above.name)
        .outerjoin(above, above.id == OrgUnit.parent_id)
        .where(OrgUnit.active)
        .order_by(OrgUnit.kind, OrgUnit.position, OrgUnit.id)
    )
    return [
        (unit_id, t("{text}（{note}）", text=name, note=parent) if parent else name)
        for unit_id, name, parent in session.execute(query)
    ]


@dataclass(frozen=True)
class TokenLine:
    token_id: int
    name: str
    created_at: datetime
    expires_at: datetime
    last_used_at: datetime | None  # within the hour
    reads_only: bool
    state: str  # "live", "expired", "revoked"


def tokens(session: Session, account_id: int, now: datetime) -> list[TokenLine]:
    """A person's own tokens, newest first; the tokens themselves are kept nowhere."""
    rows = session.scalars(select(ApiToken).where(ApiToken.account_id == account_id).order_by(ApiToken.id.desc()))
    return [
        TokenLine(
            row.id, row.name, row.created_at, row.expires_at, row.last_used_at, row.reads_only, _token_state(row, now)
        )
        for row in rows
    ]


def _token_state(row: ApiToken, now: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "expired" if row.expires_at <= now else "live"
