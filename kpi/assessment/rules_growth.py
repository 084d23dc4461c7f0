"""Progress by yearly growth, as sdg-build measures it: a series by its compound growth, an indicator by the mean score.

With a target the observed growth is compared with the growth the target needs; without one the growth itself is
compared with 1.5 % and 0.5 % a year, less near a natural limit (100 %, 0).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kpi.assessment.rules_bands import Band, first_match

TINY = 0.001
"""Stands in for a base or target of zero, from which nothing grows."""

NEAR_LIMIT_POWER = 4.44

NOT_AVAILABLE, ACHIEVED = "not_available", "target_achieved"
SUBSTANTIAL, MODERATE = "substantial_progress", "moderate_progress"
LIMITED, DETERIORATION = "limited_progress", "deterioration"

SCORE_BANDS = (
    Band(SUBSTANTIAL, Decimal("2.5"), None, low_in=True),
    Band(MODERATE, Decimal(0), Decimal("2.5"), low_in=True),
    Band(LIMITED, Decimal("-2.5"), Decimal(0), low_in=True),
    Band(DETERIORATION, None, Decimal("-2.5")),
)


@dataclass(frozen=True, slots=True)
class Series:
    base: float
    base_year: float
    current: float
    current_year: float
    more_is_better: bool
    target: float | None = None
    target_year: float = 2030
    limit: float | None = None


@dataclass(frozen=True, slots=True)
class Growth:
    status: str = NOT_AVAILABLE
    progress: float | None = None
    score: float | None = None


def yearly_growth(later: float, earlier: float, years: float) -> float:
    """Compound growth a year, as a share."""
    return math.pow(later / earlier, 1 / years) - 1


def progress_of(series: Series) -> Growth:
    """Status and score (−5 to 5) of one series; a target that is met is met, whatever the growth."""
    achieved = _is_achieved(series)
    progress = _progress(series)
    if achieved:
        return Growth(ACHIEVED, progress, 5.0)
    if progress is None:
        return Growth()
    if series.target is None:
        closeness = _room(series)
        return Growth(_status(progress, 0.015 * closeness, 0.005 * closeness), progress, _free(progress, closeness))
    return Growth(_status(progress, 0.95, 0.6), progress, _bound(progress))


def _is_achieved(series: Series) -> bool:
    if series.target is None:
        return False
    target = series.target or TINY
    return series.current >= target if series.more_is_better else series.current <= target


def _progress(series: Series) -> float | None:
    """Growth in the right direction, as a share of the growth that is needed when there is a target."""
    base, years = series.base or TINY, series.current_year - series.base_year
    if base * series.current < 0 or years < 1:
        return None
    growth = yearly_growth(series.current, base, years)
    growth = growth if series.more_is_better else -growth
    growth = -growth if base < 0 else growth
    if series.target is None:
        return growth
    target, horizon = series.target or TINY, series.target_year - series.base_year
    if horizon <= 0 or target / base <= 0:
        return None
    needed = abs(yearly_growth(target, base, horizon))
    return growth / needed if needed else None


def _room(series: Series) -> float:
    """1 far from the natural limit, 0 on it: near it nobody grows by 1.5 % a year any more."""
    if series.limit is None:
        return 1.0
    base, limit = abs(series.base), abs(series.limit)
    if base >= 2 * limit:
        return 1.0
    nearness = base / limit if base <= limit else (2 * limit - base) / limit
    return 1 - math.pow(nearness, NEAR_LIMIT_POWER)


def _status(progress: float, high: float, middle: float) -> str:
    if progress >= high:
        return SUBSTANTIAL
    if progress >= middle:
        return MODERATE
    return LIMITED if progress >= 0 else DETERIORATION


def _free(progress: float, closeness: float) -> float:
    """The score without a target: straight lines through −2.5 at 0, 0 at 0.5 %, 2.5 at 1.5 %, 5 at 2 %."""
    if progress < 0:
        return max(125 * progress - 2.5, -5.0)
    if not closeness:
        return 5.0
    pace = progress / closeness
    if pace >= 0.015:
        return min(500 * pace - 5, 5.0)
    return 250 * pace - 1.25 if pace >= 0.005 else 500 * pace - 2.5


def _bound(progress: float) -> float:
    """The score towards a target: 0 at 60 % of the growth it needs, 2.5 at 95 %."""
    if progress >= 0.6:
        return min(7.1429 * progress - 4.2857, 5.0)
    return max(4.1667 * progress - 2.5, -5.0)


def progress_of_all(parts: Sequence[Growth]) -> Growth:
    """The mean of the scores there are; achieved only when every scored series is."""
    scored = [part for part in parts if part.score is not None]
    if not scored:
        return Growth()
    score = math.fsum(part.score or 0.0 for part in scored) / len(scored)
    if all(part.status == ACHIEVED for part in scored):
        return Growth(ACHIEVED, None, score)
    band = first_match(SCORE_BANDS, Decimal(repr(score)))
    return Growth(band.outcome if band else NOT_AVAILABLE, None, score)
