"""Hashes of passwords. Slow and hungry on purpose (argon2), so only a few are made at once."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from kpi.core.errors import Unavailable
from kpi.core.text import t

AT_ONCE = 2
"""In one process: 64 MiB each. Whoever pours sign-ins over the service can not take all its threads and memory."""
PATIENCE = 2.0

_cost: dict[str, int] = {}
_turn = BoundedSemaphore(AT_ONCE)


def set_password_cost(cost: str) -> None:
    """For doors at start: "low" makes tests quick; anything else keeps the library's recommended cost."""
    if cost == "low":
        _cost.update(time_cost=1, memory_cost=8, parallelism=1)
        _hasher.cache_clear()


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher(**_cost) if _cost else PasswordHasher()  # type: ignore[arg-type]


@cache
def nobodys_hash() -> str:
    """What a password for an unknown name is held against, so that it costs the same time."""
    return hash_password(secrets.token_hex(16))


@contextmanager
def _in_turn() -> Iterator[None]:
    if not _turn.acquire(timeout=PATIENCE):
        raise Unavailable(t("此刻登录的人太多，请稍后再试。"))
    try:
        yield
    finally:
        _turn.release()


def hash_password(password: str) -> str:
    """Raises Unavailable when too many are being made, as does `matches`."""
    with _in_turn():
        return _hasher().hash(password)


def matches(stored: str, password: str) -> bool:
    with _in_turn():
        try:
            return _hasher().verify(stored, password)
        except (VerificationError, InvalidHashError):
            return False


def up_to_date(stored: str) -> bool:
    """Whether a hash was made at today's cost."""
    return not _hasher().check_needs_rehash(stored)
