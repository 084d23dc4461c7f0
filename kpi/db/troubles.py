"""What can be the matter with a database, in words; nothing was saved in any of these cases."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, OperationalError

from kpi.core.errors import BadInput, Conflict, KpiError, Unavailable
from kpi.core.text import t

log = logging.getLogger(__name__)

# PostgreSQL speaks the language of its installation: there the codes count, and SQLite's words, which are English.
BUSY_CODES = frozenset({"40001", "40P01", "55P03"})  # serialization failure, deadlock, lock not available
DISK_FULL_CODE = "53100"
TWICE_CODE = "23505"

TWICE = "unique constraint failed"
DISK_FULL = ("disk is full", "no space left", "disk full")
READ_ONLY = ("readonly database", "read-only file system")
OUT_OF_REACH = ("unable to open database file", "file is not a database", "disk i/o error")


@contextmanager
def in_words() -> Iterator[None]:
    """Trouble that is no mistake of ours becomes an error of ours, with the database's own words in the log."""
    try:
        yield
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        if told.try_again:
            log.error("database: %s", _first_line(error))
        raise told from error


def _first_line(error: DBAPIError) -> str:
    """What stands below it quotes values."""
    return str(error.orig).strip().partition("\n")[0]


def _told(error: DBAPIError) -> KpiError | None:
    words, code = str(error.orig).lower(), getattr(error.orig, "sqlstate", None)
    if isinstance(error, IntegrityError) and (code == TWICE_CODE or TWICE in words):
        return Conflict(t("刚刚有人同时修改了同一项，您的内容没有保存，请刷新后重试。"))
    if isinstance(error, DataError):  # what passed every check: more than a column holds, a sign it does not know
        return BadInput(t("有内容过长，或含有不能保存的字符，请改正后再试；刚才的内容没有保存。"))
    if code in BUSY_CODES or (isinstance(error, OperationalError) and "locked" in words):
        return Unavailable(t("数据库正忙，请稍后再试；刚才的内容没有保存。"))
    if code == DISK_FULL_CODE or any(sign in words for sign in DISK_FULL):
        return Unavailable(t("磁盘已满，刚才的内容没有保存。请告知管理员清理磁盘后再试。"))
    if any(sign in words for sign in READ_ONLY):
        return Unavailable(t("数据库所在的位置只能读取，刚才的内容没有保存。请告知管理员。"))
    if error.statement is None or error.connection_invalidated or any(sign in words for sign in OUT_OF_REACH):
        return Unavailable(t("连接不上数据库，请稍后再试；刚才的内容没有保存。如仍不行，请告知管理员。"))
    return None
