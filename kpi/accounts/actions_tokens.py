"""API tokens: made and revoked by their owner, looked up by what a program sends."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kpi.accounts.actions import get, self_actor
from kpi.accounts.records import Account, ApiToken
from kpi.audit import actions as audit
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.text import t

TOKEN_LASTS = timedelta(days=180)
NOTED_EVERY = timedelta(hours=1)
"""How exactly the last use of a token is known; more would be a write with every request."""


def make_token(session: Session, account_id: int, name: str, now: datetime, *, reads_only: bool = False) -> str:
    """A new API token of this person; the clear text is returned once and never stored."""
    account = get(session, account_id)
    if not name.strip():
        raise BadInput.of(Problem(t("请填写用途，便于以后辨认"), t("名称")))
    clear = "kpi_" + secrets.token_urlsafe(32)
    token = ApiToken(
        account_id=account.id,
        name=name.strip()[:60],
        token_hash=_token_hash(clear),
        reads_only=reads_only,
        created_at=now,
        expires_at=now + TOKEN_LASTS,
    )
    session.add(token)
    new = {"reads_only": reads_only}
    audit.write(session, self_actor(account), now, "accounts.make_token", token, what=token.name, new=new)
    return clear


def revoke_token(session: Session, account_id: int, token_id: int, now: datetime) -> None:
    token = session.get(ApiToken, token_id)
    if token is None or token.account_id != account_id:
        raise NotFound(t("没有这个令牌。"))
    if token.revoked_at is None:
        token.revoked_at = now
        account = get(session, account_id)
        audit.write(session, self_actor(account), now, "accounts.revoke_token", token, what=token.name)


def by_token(session: Session, clear: str, now: datetime) -> tuple[Account, ApiToken] | None:
    """The active account behind a token that is neither revoked nor expired; None otherwise."""
    token = session.scalar(select(ApiToken).where(ApiToken.token_hash == _token_hash(clear)))
    if token is None or token.revoked_at is not None or token.expires_at <= now:
        return None
    account = session.get(Account, token.account_id)
    return (account, token) if account and account.active else None


def unnoted(token: ApiToken, now: datetime) -> int | None:
    """The token's id when its last use is not known well enough, for `note_use`."""
    known = token.last_used_at is not None and now - token.last_used_at < NOTED_EVERY
    return None if known else token.id


def note_use(session: Session, token_id: int, now: datetime) -> None:
    session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))


def _token_hash(clear: str) -> str:
    return hashlib.sha256(clear.encode()).hexdigest()
