"""Lights kept current: computed for many targets at once, stored only where something changed."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import and_, bindparam, func, select, update
from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import chunks
from kpi.assessment.actions_facts import IDS, Material, SeriesKey, Watched, load
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Observation, Result, standing
from kpi.assessment.rules import assess as judge
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.core.quantity import round_half_up
from kpi.core.text import speaking
from kpi.db.bulk import insert_rows
from kpi.targets.records import Allocation, Plan, PlanState, Target, TargetState

_Key = tuple[int, int, str]
Since = Period | Mapping[int, Period] | None

AT_ONCE = 40
"""Targets judged before their results are written: a plan of three years has dozens of them for each."""

_STORED_PLACES = 6
_TOO_LARGE = Decimal(10) ** 17


@dataclass(frozen=True, slots=True)
class Judged:
    """A result and whose it is."""

    target: Watched
    unit_id: int
    month: Period
    result: Result


_LIVE = and_(Target.indicator_id.in_(IDS), Target.state == TargetState.WATCHED, Plan.state != PlanState.REFERENCE)
_JUDGED_THEMSELVES = (
    select(Target.id, Target.indicator_id, Target.unit_id).join(Plan, Plan.id == Target.plan_id).where(_LIVE)
)
_HANDED_DOWN = (
    select(Target.id, Target.indicator_id, Allocation.unit_id)
    .join(Allocation, Allocation.target_id == Target.id)
    .join(Plan, Plan.id == Target.plan_id)
    .where(_LIVE, Allocation.superseded_at.is_(None))
)


def moved_by(session: Session, cells: Collection[SeriesKey]) -> dict[int, set[SeriesKey]]:
    """The watched targets whose light may change with values of these indicator × unit, and by which of them.

    Reference plans have no lights until they are chosen.
    """
    found: dict[int, set[SeriesKey]] = {}
    for part in chunks({indicator for indicator, _ in cells}):
        for query in (_JUDGED_THEMSELVES, _HANDED_DOWN):
            for target_id, indicator_id, unit_id in session.execute(query, {"ids": part}):
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
    changed = 0
    for part in chunks(target_ids, AT_ONCE):
        material = load(session, part)
        judged = list(_judge_all(material, business_date(now), since))
        kept = _kept(session, part, _first_month(since))
        changed += _store(session, judged, kept, now)
        _supersede(session, _left_over(judged, kept, since), now)
    return changed


def _first_month(since: Since) -> Period | None:
    """The earliest month that any of the targets is judged for; None: whatever is kept is looked at."""
    firsts = since.values() if isinstance(since, Mapping) else [since]
    return min((first for first in firsts if first is not None), default=None)


def _left_over(judged: Sequence[Judged], kept: Mapping[_Key, Any], since: Since) -> list[int]:
    """Lights of months or units that the target does not have any more."""
    present = {(each.target.target_id, each.unit_id, str(each.month)) for each in judged}

    def concerned(target_id: int, month: str) -> bool:
        first = since.get(target_id) if isinstance(since, Mapping) else since
        return first is None or month >= str(first)

    return [row.id for key, row in kept.items() if key not in present and concerned(key[0], key[2])]


def retire(session: Session, target_ids: Collection[int], now: datetime) -> None:
    """Targets that are watched no more show no light; what was shown stays on record."""
    session.flush()
    _lock(session, target_ids)
    for part in chunks(target_ids):
        _supersede(session, [row.id for row in _kept(session, part, None).values()], now)


def _lock(session: Session, target_ids: Collection[int]) -> None:
    """Two approvals that move one light wait for one another, or the later would not see the earlier's value."""
    if session.get_bind().dialect.name == "postgresql":
        for part in chunks(target_ids):
            session.execute(_LOCK, {"ids": part}).all()


_LOCK = select(Target.id).where(Target.id.in_(IDS)).order_by(Target.id).with_for_update(key_share=True)


def judged_at(
    session: Session, target_ids: Collection[int], month: Period, *, known_at: datetime, now: datetime | None = None
) -> list[Judged]:
    """The lights of a month by the knowledge of an instant, computed from the versions and not stored.

    For reports with a cut-off in the past; `now` is the day looked from (default: the instant itself).
    """
    today = business_date(now or known_at)
    with speaking("zh"):
        return list(_judge(load(session, target_ids, known_at), today, lambda _target: [month]))


def _judge_all(material: Material, today: date, since: Since) -> Iterator[Judged]:
    def months(target: Watched) -> Sequence[Period]:
        first = since.get(target.target_id) if isinstance(since, Mapping) else since
        return target.board_months(today, first)

    with speaking("zh"):
        yield from _judge(material, today, months)


def _judge(material: Material, today: date, months: Any) -> Iterator[Judged]:
    """Values are combined once for each series; then every month is judged from them."""
    for target in material.watched:
        for unit_id in target.units:
            stood = _standing(material, target, unit_id)
            facts = target.facts_for(unit_id)
            for month in months(target):
                yield Judged(target, unit_id, month, judge(facts, stood, month, today))


def _standing(material: Material, target: Watched, unit_id: int) -> tuple[Observation, ...]:
    return standing(
        target.facts_for(unit_id),
        material.observations(target, unit_id),
        target.accumulates,
        year_start_month=target.year_start_month,
    )


# --- storing ------------------------------------------------------------------------------------------------------

_COMPARED = ("light", "data_period", "value", "expected", "target_value", "progress", "gap", "rule", "rule_version")
_PASSING = frozenset({"day"})
"""Operands that change with every day and mean nothing by themselves."""


def _kept(session: Session, target_ids: list[int], first: Period | None) -> dict[_Key, Any]:
    """The lights in force, from a month on (None: all)."""
    found = session.execute(_KEPT, {"ids": target_ids, "first": str(first) if first is not None else ""})
    return {(row.target_id, row.unit_id, row.period): row for row in found}


_KEPT = select(
    *(Assessment.id, Assessment.target_id, Assessment.unit_id, Assessment.period, Assessment.version),
    *(getattr(Assessment, name) for name in (*_COMPARED, "reason", "operands")),
).where(Assessment.target_id.in_(IDS), Assessment.superseded_at.is_(None), Assessment.period >= bindparam("first"))


def _store(session: Session, judged: Sequence[Judged], kept: Mapping[_Key, Any], now: datetime) -> int:
    fresh, gone, new_keys = [], [], False
    today = business_date(now)
    for each in judged:
        columns = _columns(each, today)
        former = kept.get((each.target.target_id, each.unit_id, columns["period"]))
        if former is not None:
            if _is_same(columns, former):
                continue
            gone.append(former.id)
        new_keys = new_keys or former is None
        version = former.version + 1 if former is not None else 1
        fresh.append(columns | {"version": version, "cut_off": now, "computed_at": now})
    _supersede(session, gone, now)
    if new_keys:
        _number_after_the_retired(session, fresh)
    insert_rows(session, Assessment.__table__, fresh)
    return len(fresh)


def _number_after_the_retired(session: Session, fresh: Sequence[dict[str, Any]]) -> None:
    """A month or unit that comes back goes on counting after the versions it had before."""
    for part in chunks({row["target_id"] for row in fresh}):
        query = (
            select(Assessment.target_id, Assessment.unit_id, Assessment.period, func.max(Assessment.version))
            .where(Assessment.target_id.in_(part))
            .group_by(Assessment.target_id, Assessment.unit_id, Assessment.period)
        )
        last = {(target, unit, month): version for target, unit, month, version in session.execute(query)}
        for row in fresh:
            before = last.get((row["target_id"], row["unit_id"], row["period"]), 0)
            row["version"] = max(row["version"], before + 1)


def _supersede(session: Session, ids: Sequence[int], now: datetime) -> None:
    for part in chunks(ids):
        session.execute(
            update(Assessment.__table__)  # type: ignore[arg-type]
            .where(Assessment.id.in_(part))
            .values(superseded_at=now)
        )


def _columns(each: Judged, today: date) -> dict[str, Any]:
    result = each.result
    return {
        "plan_id": each.target.plan_id,
        "target_id": each.target.target_id,
        "unit_id": each.unit_id,
        "period": str(each.month),
        "light": result.light,
        "data_period": str(result.period) if result.period else None,
        "value": _stored(result.value),
        "expected": _stored(result.expected),
        "target_value": _stored(result.target),
        "progress": _stored(result.progress),
        "gap": _stored(result.gap),
        "rule": result.rule,
        "rule_version": result.version,
        "operands": result.operands,
        "reason": result.reason,
        "as_of": min(each.month.end, today),
    }


def _stored(number: Decimal | None) -> Decimal | None:
    """At the decimals a column keeps; a percentage beyond all reason stays in the operands only."""
    if number is None or abs(number) >= _TOO_LARGE:
        return None
    exponent = number.as_tuple().exponent
    return round_half_up(number, _STORED_PLACES) if isinstance(exponent, int) and exponent < -_STORED_PLACES else number


def _is_same(columns: Mapping[str, Any], former: Any) -> bool:
    if any(columns[name] != getattr(former, name) for name in (*_COMPARED, "reason")):
        return False
    now_, then = columns["operands"], former.operands
    return {k: v for k, v in now_.items() if k not in _PASSING} == {k: v for k, v in then.items() if k not in _PASSING}


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
    with speaking("zh"):
        for target in material.watched:
            for key in moved[target.target_id]:
                if key[1] not in target.units:
                    continue
                stood, facts = _standing(material, target, key[1]), target.facts_for(key[1])
                for observation in values[key]:
                    month = observation.period.last_month
                    judged = Judged(target, key[1], month, judge(facts, stood, month, today))
                    found.setdefault((*key, str(observation.period)), []).append(judged)
    return found
