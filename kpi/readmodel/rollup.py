"""Many lights into one picture: departments, districts, chapters or plans side by side, ranked, and who reported."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, NamedTuple

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light, Reporting
from kpi.assessment.rules_rollup import (
    Completeness,
    Counts,
    Score,
    count_lights,
    ranks,
    weighted_score,
    worst_light,
)
from kpi.core.text import t
from kpi.documents.records import Clause
from kpi.organisation.records import OrgUnit
from kpi.readmodel.owed import OwedCell, cells_owed
from kpi.readmodel.scope import MONTH, Scope, Wanted, open_scope
from kpi.targets.records import Plan, Target, TargetState, TargetVersion


class Grouping(StrEnum):
    DEPARTMENTS = "departments"
    DISTRICTS = "districts"
    CHAPTERS = "chapters"
    PLANS = "plans"

    @property
    def label(self) -> str:
        match self:
            case Grouping.DEPARTMENTS:
                return t("牵头单位")
            case Grouping.DISTRICTS:
                return t("地区（分解）")
            case Grouping.CHAPTERS:
                return t("章节")
            case Grouping.PLANS:
                return t("计划")


@dataclass(frozen=True, slots=True)
class Group:
    """The lights of one group. `score`: 100 for green, 50 for amber, 0 for red, the judged targets by their weights,
    with its working; `rank` by it, equals sharing the better place. `reported` is None where nothing is owed."""

    key: str
    name: str
    counts: Counts
    worst: Light
    score: Score | None
    rank: int | None = None
    reported: Completeness | None = None


@dataclass(frozen=True, slots=True)
class RollUp:
    """`units` are the reporting units: how many owe a value for the month, and how many of them have sent all."""

    scope: Scope
    by: Grouping
    groups: tuple[Group, ...]
    whole: Group
    units: Completeness


def roll_up(session: Session, wanted: Wanted, by: Grouping, today: date) -> RollUp | None:
    """The lights of a month, grouped, best first; None while there is no plan. Six queries."""
    scope = open_scope(session, wanted, today)
    if scope is None:
        return None
    lights = _LIGHTS[by](session, scope)
    cells = [cell for cell in cells_owed(session, scope, today, missing_only=False) if cell.state is not _NOT_YET]
    reported = _reported(cells, by, lights)
    groups = [_group(key, name, of, reported.get(key)) for (key, name), of in lights.items()]
    every = [each for of in lights.values() for each in of]
    return RollUp(
        scope=scope,
        by=by,
        groups=tuple(_ranked(groups)),
        whole=_group("", t("合计"), every, _together(reported)),
        units=_units(cells),
    )


_NOT_YET = Reporting.NOT_DUE


class _Shown(NamedTuple):
    """A light, and the target whose it is."""

    light: Light
    target_id: int
    weight: Decimal


_Lights = dict[tuple[str, str], list[_Shown]]
"""Key and name of a group → its lights."""


def _gathered(rows: Iterable[Any]) -> _Lights:
    found: _Lights = defaultdict(list)
    for key, name, light, target_id, weight in rows:
        found[key, name].append(_Shown(light or Light.NOT_ASSESSABLE, target_id, weight))
    return dict(found)


_DEMANDED = and_(TargetVersion.target_id == Target.id, TargetVersion.superseded_at.is_(None))


def _departments(session: Session, scope: Scope) -> _Lights:
    kept = and_(scope.angle.kept(), Assessment.period == MONTH)
    query = (
        select(OrgUnit.code, OrgUnit.name, Assessment.light, Target.id, TargetVersion.weight)
        .select_from(Target)
        .join(TargetVersion, _DEMANDED)
        .join(OrgUnit, OrgUnit.id == Target.lead_id)
        .outerjoin(Assessment, kept)
        .where(scope.angle.watched)
        .order_by(OrgUnit.position, OrgUnit.id)
    )
    return _gathered(session.execute(query, scope.values))


def _districts(session: Session, scope: Scope) -> _Lights:
    """The units that targets were handed down to; a target's own unit is no district."""
    query = (
        select(OrgUnit.code, OrgUnit.name, Assessment.light, Target.id, TargetVersion.weight)
        .join(Target, Target.id == Assessment.target_id)
        .join(TargetVersion, _DEMANDED)
        .join(OrgUnit, OrgUnit.id == Assessment.unit_id)
        .where(
            Assessment.plan_id == scope.plan.id,
            Assessment.period == str(scope.month),
            Assessment.superseded_at.is_(None),
            Assessment.unit_id != Target.unit_id,
            replace(scope.angle, by_region=False).watched,
        )
        .order_by(OrgUnit.position, OrgUnit.id)
    )
    return _gathered(session.execute(query, scope.values))


def _chapters(session: Session, scope: Scope) -> _Lights:
    """By the first part of the clause path, with the heading that the document gives it."""
    kept = and_(scope.angle.kept(), Assessment.period == MONTH)
    query = (
        select(Target.clause_path, Clause.document_id, Assessment.light, Target.id, TargetVersion.weight)
        .select_from(Target)
        .join(TargetVersion, _DEMANDED)
        .outerjoin(Clause, Clause.id == Target.clause_id)
        .outerjoin(Assessment, kept)
        .where(scope.angle.watched)
        .order_by(Target.position, Target.id)
    )
    rows = session.execute(query, scope.values).all()
    tops = {(document, _top(path)) for path, document, *_ in rows if document is not None}
    headings = _headings(session, tops)
    return _gathered(
        (_top(path), headings.get((document, _top(path))) or _top(path) or t("没有章节"), *shown)
        for path, document, *shown in rows
    )


def _top(path: str | None) -> str:
    return (path or "").split(".")[0]


def _headings(session: Session, tops: set[tuple[int, str]]) -> dict[tuple[int, str], str]:
    query = select(Clause.document_id, Clause.path, Clause.heading).where(
        Clause.document_id.in_({document for document, _ in tops}), Clause.path.in_({path for _, path in tops})
    )
    return {(document, path): f"{path} {heading}".strip() for document, path, heading in session.execute(query)}


def _plans(session: Session, scope: Scope) -> _Lights:
    """Every plan that has lights in the month, each target by its own unit."""
    query = (
        select(Plan.code, Plan.title, Assessment.light, Target.id, TargetVersion.weight)
        .join(Target, Target.id == Assessment.target_id)
        .join(TargetVersion, _DEMANDED)
        .join(Plan, Plan.id == Assessment.plan_id)
        .where(
            Assessment.period == str(scope.month),
            Assessment.superseded_at.is_(None),
            Assessment.unit_id == Target.unit_id,
            Target.state == TargetState.WATCHED,
        )
        .order_by(Plan.year.desc(), Plan.id)
    )
    return _gathered(session.execute(query))


_LIGHTS = {
    Grouping.DEPARTMENTS: _departments,
    Grouping.DISTRICTS: _districts,
    Grouping.CHAPTERS: _chapters,
    Grouping.PLANS: _plans,
}


def _group(key: str, name: str, of: Sequence[_Shown], reported: Completeness | None) -> Group:
    lights = [each.light for each in of]
    score = weighted_score((each.light, each.weight) for each in of)
    return Group(key, name, count_lights(lights), worst_light(lights), score, None, reported)


def _ranked(groups: Sequence[Group]) -> list[Group]:
    """Best score first; who has none stands last, without a place."""
    scored = [group for group in groups if group.score is not None]
    places = ranks([group.score.value for group in scored if group.score is not None])
    ranked = [replace(group, rank=place) for group, place in zip(scored, places, strict=True)]
    return [*sorted(ranked, key=lambda group: group.rank or 0), *(group for group in groups if group.score is None)]


# --- who has reported ---------------------------------------------------------------------------------------------


def _reported(cells: Sequence[OwedCell], by: Grouping, lights: _Lights) -> dict[str, Completeness]:
    """Of each group: how many of the values owed for the month are in. Plans owe in months of their own."""
    if by is Grouping.PLANS:
        return {}
    if by is Grouping.DISTRICTS:
        keys = {name: key for key, name in lights}
        return _complete((keys.get(cell.unit, ""), cell) for cell in cells)
    of_target = {each.target_id: key for (key, _), of in lights.items() for each in of}
    return _complete((of_target.get(cell.target_id, ""), cell) for cell in cells)


def _complete(keyed: Iterable[tuple[str, OwedCell]]) -> dict[str, Completeness]:
    found: dict[str, list[bool]] = defaultdict(list)
    for key, cell in keyed:
        found[key].append(cell.state is Reporting.REPORTED)
    return {key: Completeness(sum(done), len(done)) for key, done in found.items()}


def _together(reported: Mapping[str, Completeness]) -> Completeness | None:
    parts = reported.values()
    return Completeness(sum(p.reported for p in parts), sum(p.expected for p in parts)) if parts else None


def _units(cells: Sequence[OwedCell]) -> Completeness:
    """11个单位中8个已报: a unit has reported when nothing of it is missing."""
    of_units = _complete((cell.reporter, cell) for cell in cells)
    return Completeness(sum(each.is_complete for each in of_units.values()), len(of_units))
