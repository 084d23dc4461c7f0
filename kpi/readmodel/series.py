"""Stored values and kept results as programs ask for them: by code, oldest first, in pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from kpi.accounts.rules import Action, Person
from kpi.actuals.records import Actual, ActualState
from kpi.assessment.records import Assessment
from kpi.catalog.records import Assignment, Indicator
from kpi.core.errors import NotFound
from kpi.core.period import Period
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Target, TargetState

LONGEST_PAGE = 1000


@dataclass(frozen=True)
class ValueRow:
    indicator: str
    unit: str
    period: str
    version: int
    revision: int
    state: str
    value: Decimal | None
    numerator: Decimal | None
    denominator: Decimal | None
    happened_on: date | None
    note: str
    cause: str
    measure: str
    expected_on: date | None
    source_kind: str
    source: str
    recorded_at: datetime
    decided_at: datetime | None
    superseded_at: datetime | None


@dataclass(frozen=True)
class Page:
    """Which rows: `after` is the position to go on from, as the former page gave it."""

    after: int = 0
    size: int = LONGEST_PAGE


def values(
    session: Session,
    page: Page,
    by: Person,
    *,
    indicator: str = "",
    unit: str = "",
    state: str = "",
    first: Period | None = None,
    last: Period | None = None,
    all_versions: bool = False,
) -> tuple[list[ValueRow], int | None]:
    """Values with the position of the next page (None: this was the last).

    Drafts are shown to those who may go on writing them, and to nobody else.
    """
    query = (
        select(Actual, Indicator.code, OrgUnit.code)
        .join(Indicator, Indicator.id == Actual.indicator_id)
        .join(OrgUnit, OrgUnit.id == Actual.unit_id)
        .where(Actual.id > page.after, *_seen(by))
        .order_by(Actual.id)
        .limit(page.size + 1)
    )
    for column, wanted in ((Indicator.code, indicator), (OrgUnit.code, unit), (Actual.state, state)):
        if wanted:
            query = query.where(column == wanted)
    if not all_versions:
        query = query.where(Actual.superseded_at.is_(None))
    if first:
        query = query.where(Actual.period_end >= first.start)
    if last:
        query = query.where(Actual.period_end <= last.end)
    found = session.execute(query).all()
    rows = [_value_row(*row) for row in found[: page.size]]
    return rows, found[page.size - 1][0].id if len(found) > page.size else None


def _seen(by: Person) -> list[ColumnElement[bool]]:
    if by.may(Action.ENTER_ACTUALS) and by.units is None:
        return []
    own = exists().where(
        Assignment.indicator_id == Actual.indicator_id,
        Assignment.unit_id == Actual.unit_id,
        Assignment.reporter_id.in_(by.units if by.units and by.may(Action.ENTER_ACTUALS) else ()),
    )
    return [or_(Actual.state != ActualState.DRAFT, own)]


def _value_row(actual: Actual, indicator: str, unit: str) -> ValueRow:
    return ValueRow(
        indicator=indicator,
        unit=unit,
        period=actual.period,
        version=actual.version,
        revision=actual.revision,
        state=actual.state.value,
        value=actual.value,
        numerator=actual.numerator,
        denominator=actual.denominator,
        happened_on=actual.happened_on,
        note=actual.note,
        cause=actual.cause,
        measure=actual.measure,
        expected_on=actual.expected_on,
        source_kind=actual.source_kind.value,
        source=actual.source,
        recorded_at=actual.recorded_at,
        decided_at=actual.decided_at,
        superseded_at=actual.superseded_at,
    )


@dataclass(frozen=True)
class ResultRow:
    unit: str
    period: str
    version: int
    light: str
    data_period: str | None
    value: Decimal | None
    expected: Decimal | None
    target_value: Decimal | None
    progress: Decimal | None
    gap: Decimal | None
    rule: str
    rule_version: str
    operands: dict[str, Any]
    reason: str
    cut_off: datetime
    superseded_at: datetime | None


def results(session: Session, code: str, *, all_versions: bool = False) -> list[ResultRow]:
    """Every kept result of a target, with its whole working; NotFound for an unknown or withdrawn code."""
    target = session.scalar(select(Target).where(Target.code == code, Target.state == TargetState.WATCHED))
    if target is None:
        raise NotFound(t("没有编号为“{code}”的目标。", code=code))
    query = (
        select(Assessment, OrgUnit.code)
        .join(OrgUnit, OrgUnit.id == Assessment.unit_id)
        .where(Assessment.target_id == target.id)
        .order_by(Assessment.unit_id, Assessment.period, Assessment.version)
    )
    if not all_versions:
        query = query.where(Assessment.superseded_at.is_(None))
    return [result_row(*row) for row in session.execute(query)]


def result_row(kept: Assessment, unit: str) -> ResultRow:
    return ResultRow(
        unit=unit,
        period=kept.period,
        version=kept.version,
        light=kept.light.value,
        data_period=kept.data_period,
        value=kept.value,
        expected=kept.expected,
        target_value=kept.target_value,
        progress=kept.progress,
        gap=kept.gap,
        rule=kept.rule,
        rule_version=kept.rule_version,
        operands=kept.operands,
        reason=kept.reason,
        cut_off=kept.cut_off,
        superseded_at=kept.superseded_at,
    )
