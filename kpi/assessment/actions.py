"""Lights kept current: computed for many targets at once, stored only where something changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import and_, select, union_all
from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import chunks
from kpi.assessment.actions_facts import IDS, Material, SeriesKey, Watched, load
from kpi.assessment.actions_keeping import Judged, Key, Shown, kept_lights, store, supersede
from kpi.assessment.actions_tally import Tally
from kpi.assessment.rules import Observation, TargetFacts, assess_each, standing
from kpi.assessment.rules import assess as judge
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.core.text import speaking
from kpi.db.bulk import read_rows
from kpi.targets.records import Allocation, Plan, PlanState, Target, TargetState

Since = Period | Mapping[int, Period] | None

AT_ONCE = 40
"""Targets judged before their results are written: a plan of three years has dozens of them for each."""

_LIVE = and_(Target.indicator_id.in_(IDS), Target.state == TargetState.WATCHED, Plan.state != PlanState.REFERENCE)
_COUNTED_FOR = union_all(
    select(Target.id, Target.indicator_id, Target.unit_id).join(Plan, Plan.id == Target.plan_id).where(_LIVE),
    select(Target.id, Target.indicator_id, Allocation.unit_id)
    .join(Allocation, Allocation.target_id == Target.id)
    .join(Plan, Plan.id == Target.plan_id)
    .where(_LIVE, Allocation.superseded_at.is_(None)),
)
"""Targets and the units they are judged for: their own, and those they were handed down to."""


def moved_by(session: Session, cells: Collection[SeriesKey]) -> dict[int, set[SeriesKey]]:
    """The watched targets whose light may change with values of these indicator × unit, and by which of them.

    Reference plans have no lights until they are chosen.
    """
    found: dict[int, set[SeriesKey]] = {}
    for part in chunks({indicator for indicator, _ in cells}):
        for target_id, indicator_id, unit_id in read_rows(session, _COUNTED_FOR, {"ids": part}):
            if (indicator_id, unit_id) in cells:
                found.setdefault(target_id, set()).add((indicator_id, unit_id))
    return found


def assess(session: Session, target_ids: Collection[int], now: datetime, since: Since = None) -> int:
    """Bring the kept lights of these targets up to date, and say how many changed.

    Every board month from the plan's start (or from `since`, one month for all or one each) to the month of `now`
    is judged by what is known now; a result is written, and the former superseded, only where it differs.
    """
    if not target_ids:
        return 0
    session.flush()
    _lock(session, target_ids)
    changed, tally = 0, Tally()
    for part in chunks(target_ids, AT_ONCE):
        material = load(session, part)
        judged = list(_judge_all(material, business_date(now), since))
        kept = kept_lights(session, part, _first_month(since))
        changed += store(session, judged, kept, now, tally)
        supersede(session, _left_over(judged, kept, since), now, tally)
    tally.write(session)
    return changed


def _first_month(since: Since) -> Period | None:
    """The earliest month that any of the targets is judged for; None: whatever is kept is looked at."""
    firsts = since.values() if isinstance(since, Mapping) else [since]
    return min((first for first in firsts if first is not None), default=None)


def _left_over(judged: Sequence[Judged], kept: Mapping[Key, Shown], since: Since) -> list[Shown]:
    """Lights of months or units that the target does not have any more."""
    present = {(each.target.target_id, each.unit_id, str(each.month)) for each in judged}

    def concerned(target_id: int, month: str) -> bool:
        first = since.get(target_id) if isinstance(since, Mapping) else since
        return first is None or month >= str(first)

    return [row for key, row in kept.items() if key not in present and concerned(key[0], key[2])]


def retire(session: Session, target_ids: Collection[int], now: datetime) -> None:
    """Targets that are watched no more show no light; what was shown stays on record."""
    session.flush()
    _lock(session, target_ids)
    tally = Tally()
    for part in chunks(target_ids):
        supersede(session, list(kept_lights(session, part, None).values()), now, tally)
    tally.write(session)


def change_lead(session: Session, target_id: int, before: int) -> None:
    """The lights of a target count for the department that leads it now, no longer for the one `before`."""
    session.flush()
    _lock(session, [target_id])
    tally = Tally()
    counted = [row.counted for row in kept_lights(session, [target_id], None).values()]
    tally.went(where._replace(lead_id=before) for where in counted)
    tally.came(counted)
    tally.write(session)


def _lock(session: Session, target_ids: Collection[int]) -> None:
    """Two approvals that move one light wait for one another, or the later would not see the earlier's value."""
    if session.get_bind().dialect.name == "postgresql":
        for part in chunks(target_ids):
            read_rows(session, _LOCK, {"ids": part})


_LOCK = select(Target.id).where(Target.id.in_(IDS)).order_by(Target.id).with_for_update(key_share=True)


def judged_at(
    session: Session, target_ids: Collection[int], month: Period, *, known_at: datetime, now: datetime | None = None
) -> list[Judged]:
    """The lights of a month by the knowledge of an instant, computed from the versions and not stored.

    For reports with a cut-off in the past; `now` is the day looked from (default: the instant itself).
    """
    return judged_of(load(session, target_ids, known_at), [month], business_date(now or known_at))


def judged_of(material: Material, months: Sequence[Period], today: date) -> list[Judged]:
    """The same for several months in order, of what was loaded already."""
    with speaking("zh"):
        return list(_judge(material, today, lambda _target: months))


def _judge_all(material: Material, today: date, since: Since) -> Iterator[Judged]:
    def months(target: Watched) -> Sequence[Period]:
        first = since.get(target.target_id) if isinstance(since, Mapping) else since
        return target.board_months(today, first)

    with speaking("zh"):
        yield from _judge(material, today, months)


def _judge(material: Material, today: date, months: Any) -> Iterator[Judged]:
    """Values are combined once for each series; then every month is judged from them."""
    for target in material.watched:
        looked_at = months(target)
        for unit_id in target.units:
            facts = target.facts_for(unit_id)
            results = assess_each(facts, _standing(material, target, unit_id, facts), looked_at, today)
            for month, result in zip(looked_at, results, strict=True):
                yield Judged(target, unit_id, month, result)


def _standing(material: Material, target: Watched, unit_id: int, facts: TargetFacts) -> tuple[Observation, ...]:
    observations = material.observations(target, unit_id)
    return standing(facts, observations, target.accumulates, year_start_month=target.year_start_month)


# --- looking ahead ------------------------------------------------------------------------------------------------


def previews(
    session: Session, values: Mapping[SeriesKey, Sequence[Observation]], now: datetime
) -> dict[tuple[int, int, str], list[Judged]]:
    """For each value, the results of its own period's month that would follow if all of them were approved."""
    moved = moved_by(session, set(values))
    material = load(session, moved)
    for (indicator_id, unit_id), observations in values.items():
        for observation in observations:
            material.put(indicator_id, unit_id, observation)
    found: dict[tuple[int, int, str], list[Judged]] = {}
    today = business_date(now)
    for target in material.watched:
        for key in moved[target.target_id]:
            if not target.has_light_for(key[1]):
                continue
            facts = target.facts_for(key[1])
            stood = _standing(material, target, key[1], facts)
            for observation in values[key]:
                month = observation.period.last_month
                judged = Judged(target, key[1], month, judge(facts, stood, month, today))
                found.setdefault((*key, str(observation.period)), []).append(judged)
    return found
