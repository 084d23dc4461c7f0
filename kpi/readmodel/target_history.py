"""What became of a target over time: every version of its values, demand, baseline, waivers and shares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from kpi.accounts.records import Account
from kpi.actuals.records import Actual, ActualState, SourceKind
from kpi.assessment.rules import Light, LightRules, Result
from kpi.core.period import Period
from kpi.core.quantity import show_number, show_quantity
from kpi.core.text import t
from kpi.operations.actions_outlook import by_version
from kpi.organisation.records import OrgUnit
from kpi.readmodel.demand import demand_in_words, value_in_words
from kpi.targets.records import Allocation, Baseline, RuleSetting, TargetVersion, Waiver
from kpi.targets.rules import JudgedAs


@dataclass(frozen=True, slots=True)
class ActualVersion:
    """One version of a reported value, with the people behind it; `current` while no other took its place."""

    period: Period
    version: int
    state: ActualState
    current: bool
    value: str
    numerator: Decimal | None
    denominator: Decimal | None
    happened_on: date | None
    note: str
    jump_reason: str
    cause: str
    measure: str
    expected_on: date | None
    source_kind: SourceKind
    source: str
    entered_by: str
    recorded_at: datetime
    submitted_by: str
    decided_by: str
    decided_at: datetime | None
    return_reason: str


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of something that belongs to the target, in words.

    `light` and `light_reason`, where versions were compared: how the month looked at would be judged by this one.
    """

    table: str
    about: str
    version: int
    words: str
    at: datetime
    by: str
    reason: str
    current: bool
    light: Light | None = None
    light_reason: str = ""


_ENTERED, _SUBMITTED, _DECIDED = aliased(Account), aliased(Account), aliased(Account)
_AS_KEPT = (
    *("version", "state", "numerator", "denominator", "happened_on", "note", "jump_reason", "cause", "measure"),
    *("expected_on", "source_kind", "source", "recorded_at", "decided_at", "return_reason"),
)
_ACTUALS = (
    select(
        *(Actual.period, Actual.value, Actual.superseded_at),
        *(getattr(Actual, name) for name in _AS_KEPT),
        *(_ENTERED.name.label("entered"), _SUBMITTED.name.label("submitted"), _DECIDED.name.label("decided")),
    )
    .outerjoin(_ENTERED, _ENTERED.id == Actual.entered_by)
    .outerjoin(_SUBMITTED, _SUBMITTED.id == Actual.submitted_by)
    .outerjoin(_DECIDED, _DECIDED.id == Actual.decided_by)
    .where(
        Actual.indicator_id == bindparam("indicator"),
        Actual.unit_id == bindparam("unit"),
        Actual.state != ActualState.DRAFT,
    )
    .order_by(Actual.period_end.desc(), Actual.version.desc())
)


def actuals_of(
    session: Session, indicator_id: int, unit_id: int, *, unit: str, judged_as: JudgedAs, last: Decimal | None
) -> tuple[ActualVersion, ...]:
    """Every version, newest period and version first; drafts are their writer's own affair. One query."""
    found = session.execute(_ACTUALS, {"indicator": indicator_id, "unit": unit_id})
    return tuple(_actual(row, value_in_words(row.value, unit, judged_as, last)) for row in found)


def _actual(row: Any, value: str) -> ActualVersion:
    return ActualVersion(
        **{name: getattr(row, name) for name in _AS_KEPT},
        period=Period.parse(row.period),
        current=row.superseded_at is None,
        value=value,
        entered_by=row.entered or "",
        submitted_by=row.submitted or "",
        decided_by=row.decided or "",
    )


def revisions_of(session: Session, target: Any) -> tuple[Revision, ...]:
    """Versions of demand, baseline, waiver, shares and own light rules, newest first. Five queries.

    `target` has `id`, `kind` and `level_unit`.
    """
    described: tuple[tuple[str, Any, Callable[[Any, Any], str]], ...] = (
        (t("目标值"), TargetVersion, _demand),
        (t("基线"), Baseline, _baseline),
        (t("豁免"), Waiver, _waiver),
        (t("亮灯规则"), RuleSetting, _own_rules),
    )
    found = [
        _revision(about, row, by, words(row, target))
        for about, kind, words in described
        for row, by in _versions(session, kind, target)
    ]
    found += _shares(session, target)
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _versions(session: Session, kind: Any, target: Any) -> Any:
    return session.execute(_versions_query(kind), {"target": target.id})


@cache
def _versions_query(kind: Any) -> Any:
    return (
        select(kind, Account.name)
        .outerjoin(Account, Account.id == kind.recorded_by)
        .where(kind.target_id == bindparam("target"))
        .order_by(kind.version.desc())
    )


def _revision(about: str, row: Any, by: str | None, words: str) -> Revision:
    return Revision(
        table=row.__tablename__,
        about=about,
        version=row.version,
        words=words,
        at=row.recorded_at,
        by=by or t("系统"),
        reason=row.reason,
        current=row.superseded_at is None,
    )


def judged_by_version(
    session: Session, target_id: int, revisions: Sequence[Revision], month: Period, today: date
) -> tuple[Revision, ...]:
    """The same with the light of a month by every version of demand and baseline, where there is more than one.
    Six queries more, or none."""
    count = Counter(each.table for each in revisions)
    if max(count[Baseline.__tablename__], count[TargetVersion.__tablename__]) < 2:
        return tuple(revisions)
    found = by_version(session, target_id, month, today)
    return tuple(_judged(each, found.get((each.table, each.version))) for each in revisions)


def _judged(revision: Revision, result: Result | None) -> Revision:
    return revision if result is None else replace(revision, light=result.light, light_reason=result.reason)


def _demand(row: TargetVersion, target: Any) -> str:
    words = demand_in_words(
        row.comparator,
        row.value,
        row.low,
        row.high,
        row.unit,
        kind=target.kind,
        judged_as=row.judged_as,
        change=row.change,
    )
    judged = row.judged_as.label
    words = t("{demand}，{deadline}前，{judged}", demand=words, deadline=row.deadline.isoformat(), judged=judged)
    return words if row.weight == 1 else t("{words}，权重{weight}", words=words, weight=show_number(row.weight))


def _baseline(row: Baseline, target: Any) -> str:
    if not row.known:
        return t("未知")
    words = show_quantity(row.value, target.level_unit)
    if row.day is not None:
        words = t("{value}（{day}）", value=words, day=row.day.isoformat())
    return t("{words}，来源：{source}", words=words, source=row.source) if row.source else words


def _own_rules(row: RuleSetting, _target: Any) -> str:
    return t("本目标单独设定：{line}", line=LightRules.from_json(row.settings).number_line)


def _waiver(row: Waiver, _target: Any) -> str:
    if row.lifted:
        return t("已解除")
    since = row.starts_on.isoformat()
    if row.ends_on is None:
        return t("自{since}起，直至解除", since=since)
    return t("自{since}至{until}", since=since, until=row.ends_on.isoformat())


_SHARES = (
    select(Allocation, OrgUnit.name, Account.name)
    .join(OrgUnit, OrgUnit.id == Allocation.unit_id)
    .outerjoin(Account, Account.id == Allocation.recorded_by)
    .where(Allocation.target_id == bindparam("target"))
    .order_by(OrgUnit.position, OrgUnit.id, Allocation.version.desc())
)


def _shares(session: Session, target: Any) -> list[Revision]:
    return [
        _revision(t("分解"), row, by, f"{unit} {show_quantity(row.value, target.level_unit)}")
        for row, unit, by in session.execute(_SHARES, {"target": target.id})
    ]
