from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from kpi.accounts.rules import Role
from kpi.db.base import Base
from kpi.db.types import word


class Account(Base):
    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    role: Mapped[Role] = mapped_column(word(Role))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("org_unit.id"), index=True)
    password_hash: Mapped[str] = mapped_column(String(200))
    must_change_password: Mapped[bool] = mapped_column(default=True)
    active: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    # Part of every session cookie: raising it signs the person out everywhere. It begins anywhere, since the id of
    # an account that was removed may be given out again, and old cookies must not open the new account.
    session_epoch: Mapped[int] = mapped_column(default=lambda: secrets.randbelow(2**30))
    language: Mapped[str] = mapped_column(String(5), default="zh")
    last_sign_in_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    demo: Mapped[bool] = mapped_column(default=False)


class ApiToken(Base):
    """Only the hash is kept; the token itself is shown once, when it is made."""

    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(60))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    reads_only: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]


class EndedSession(Base):
    """A session that was signed out of before its time; remembered until it would have ended anyway."""

    __tablename__ = "ended_session"

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)
