"""The clock. Only doors read it; everything further in is handed an instant or a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

BUSINESS_ZONE = ZoneInfo("Asia/Shanghai")

_shift: timedelta | None = None


def now() -> datetime:
    """The present instant, aware, UTC (shifted when `start_at` was called)."""
    real = datetime.now(UTC)
    return real + _shift if _shift else real


def start_at(instant: datetime | None) -> None:
    """Let the clock run on from another instant: for demonstrations and browser tests. None: back to real time."""
    global _shift
    _shift = None if instant is None else instant - datetime.now(UTC)


def business_date(instant: datetime) -> date:
    """The calendar day of an instant where the offices are."""
    return instant.astimezone(BUSINESS_ZONE).date()


def end_of_business_day(day: date) -> datetime:
    """The first instant after a business day, UTC: the exclusive end of what was known on it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=BUSINESS_ZONE) + timedelta(days=1)
    return midnight.astimezone(UTC)
