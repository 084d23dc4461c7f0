"""What can be the matter with a database, in words; nothing was saved in any of these cases."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, OperationalError

from kpi.core.errors import BadInput, KpiError, Unavailable
from kpi.core.text import t

log = logging.getLogger(__name__)

DISK_FULL = ("disk is full", "no space left", "disk full")
READ_ONLY = ("readonly database", "read-only file system")
OUT_OF_REACH = ("unable to open database file", "file is not a database", "disk i/o error")


@contextmanager
def in_words() -> Iterator[None]:
    """Trouble that is no mistake of ours becomes BadInput or Unavailable; the database's own words go into the log."""
    try:
        yield
    except DBAPIError as error:
        told = _told(error)
        if told is None:
            raise
        if isinstance(told, Unavailable):
            log.error("database: %s", str(error.orig).strip())
        raise told from error


def _told(error: DBAPIError) -> KpiError | None:
    words = str(error.orig).lower()
    if isinstance(error, DataError):  # what passed every check: more than a column holds, a sign it does not know
        return BadInput(t("有内容过长，或含有不能保存的字符，请改正后再试；刚才的内容没有保存。"))
    if isinstance(error, OperationalError) and "locked" in words:
        return Unavailable(t("数据库正忙，请稍后再试；刚才的内容没有保存。"))
    if any(sign in words for sign in DISK_FULL):
        return Unavailable(t("磁盘已满，刚才的内容没有保存。请告知管理员清理磁盘后再试。"))
    if any(sign in words for sign in READ_ONLY):
        return Unavailable(t("数据库所在的位置只能读取，刚才的内容没有保存。请告知管理员。"))
    if error.statement is None or error.connection_invalidated or any(sign in words for sign in OUT_OF_REACH):
        return Unavailable(t("连接不上数据库，请稍后再试；刚才的内容没有保存。如仍不行，请告知管理员。"))
    return None
