"""Sticky history: the lights of a target's months as they were known then and as they are known now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light
from kpi.assessment.rules_rollup import WORST_FIRST, trailing_misses, worst_wins
from kpi.core.period import Period


@dataclass(frozen=True, slots=True)
class StripMonth:
    """A board month: its light when its value was first known, the light now, and the worst it showed in between.

    `is_news`: whether the light rests on a period that ends in this month.
    """

    month: Period
    then: Light
    now: Light
    worst: Light
    corrected_at: datetime | None
    is_news: bool

    @property
    def was_red(self) -> bool:
        """Whether it was red once and is not any more: a correction never makes that disappear."""
        return self.worst is Light.OFF_TRACK and self.now is not Light.OFF_TRACK

    @property
    def differs(self) -> bool:
        return self.then is not self.now or self.was_red


_VERSIONS = (
    select(
        *(Assessment.period, Assessment.light, Assessment.data_period),
        *(Assessment.computed_at, Assessment.superseded_at),
    )
    .where(
        Assessment.target_id == bindparam("target"),
        Assessment.unit_id == bindparam("unit"),
        Assessment.period <= bindparam("last"),
    )
    .order_by(Assessment.period, Assessment.version)
)


def strip_of(session: Session, target_id: int, unit_id: int, last: Period) -> tuple[StripMonth, ...]:
    """The months up to `last` that have a light, oldest first. One query."""
    kept = session.execute(_VERSIONS, {"target": target_id, "unit": unit_id, "last": str(last)}).all()
    months = (_month(Period.parse(written), list(rows)) for written, rows in groupby(kept, lambda row: row.period))
    return tuple(month for month in months if month is not None)


def _month(month: Period, versions: Sequence[Any]) -> StripMonth | None:
    now = versions[-1]
    if now.superseded_at is not None:
        return None
    news = [each for each in versions if each.data_period and Period.parse(each.data_period).last_month == month]
    told = news or [each for each in versions if each.light.is_judged] or [now]
    worst = worst_wins([each.light for each in told], WORST_FIRST) or now.light
    corrected = next((each.superseded_at for each in reversed(told) if each.light is worst), None)
    return StripMonth(month, told[0].light, now.light, worst, corrected, bool(news))


def strikes_of(strip: Sequence[StripMonth]) -> int:
    """How many reported periods in a row, up to the last, are behind or off track."""
    return trailing_misses(month.now for month in reversed(strip) if month.is_news)
