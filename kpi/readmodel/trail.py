"""The audit trail as the auditor reads it: who did what to which thing, and what it was before."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from kpi.audit.records import AuditRow
from kpi.core.clock import BUSINESS_ZONE, end_of_business_day
from kpi.core.text import t
from kpi.readmodel.rules_trail import action_label, entity_label, field_label, shown_value

PAGE_ROWS = 50
EXPORT_ROWS = 50_000


@dataclass(frozen=True)
class TrailFilter:
    """What is looked for; everything empty is the whole trail. `before` is the id to read on from."""

    who: str = ""
    action: str = ""  # "actuals.approve", or "actuals." for all of a room
    entity: str = ""
    entity_id: str = ""
    text: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None


@dataclass(frozen=True)
class FieldChange:
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class TrailLine:
    row_id: int
    at: datetime
    actor: str
    action: str
    action_text: str
    entity_text: str
    entity_id: str
    what: str
    changes: Sequence[FieldChange]
    why: str


@dataclass(frozen=True)
class TrailPage:
    """Newest first; `older` is the `before` of the next page, None on the last one."""

    lines: Sequence[TrailLine]
    older: int | None


def page(session: Session, wanted: TrailFilter) -> TrailPage:
    """One page: rows by falling id, so that reading on is quick however long the trail is."""
    rows = session.scalars(_matching(wanted).limit(PAGE_ROWS + 1)).all()
    lines = [_line(row) for row in rows[:PAGE_ROWS]]
    return TrailPage(lines, lines[-1].row_id if len(rows) > PAGE_ROWS else None)


def _matching(wanted: TrailFilter) -> Select[AuditRow]:
    found = select(AuditRow).order_by(AuditRow.id.desc())
    if wanted.who:
        found = found.where(AuditRow.actor.contains(wanted.who.strip(), autoescape=True))
    if wanted.action:
        exact = not wanted.action.endswith(".")
        named = AuditRow.action == wanted.action if exact else AuditRow.action.startswith(wanted.action)
        found = found.where(named)
    if wanted.entity:
        found = found.where(AuditRow.entity == wanted.entity)
    if wanted.entity_id:
        found = found.where(AuditRow.entity_id == wanted.entity_id.strip())
    if wanted.text:
        words = wanted.text.strip()
        found = found.where(
            or_(AuditRow.what.contains(words, autoescape=True), AuditRow.why.contains(words, autoescape=True))
        )
    if wanted.since:
        found = found.where(AuditRow.at >= end_of_business_day(wanted.since - timedelta(days=1)))
    if wanted.until:
        found = found.where(AuditRow.at < end_of_business_day(wanted.until))
    if wanted.before is not None:
        found = found.where(AuditRow.id < wanted.before)
    return found


def _line(row: AuditRow) -> TrailLine:
    return TrailLine(
        row_id=row.id,
        at=row.at,
        actor=row.actor,
        action=row.action,
        action_text=action_label(row.action),
        entity_text=entity_label(row.entity),
        entity_id=row.entity_id,
        what=row.what,
        changes=_changes(row.old or {}, row.new or {}),
        why=row.why,
    )


def _changes(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[FieldChange]:
    names = [*new, *(name for name in old if name not in new)]
    pairs = [
        FieldChange(field_label(name), shown_value(name, old.get(name)), shown_value(name, new.get(name)))
        for name in names
    ]
    return [pair for pair in pairs if pair.old != pair.new]


@dataclass(frozen=True)
class TrailChoices:
    """What the filters can be set to: only what the trail holds."""

    actions: Sequence[tuple[str, str]]
    entities: Sequence[tuple[str, str]]


def choices(session: Session) -> TrailChoices:
    actions = session.scalars(select(AuditRow.action).distinct().order_by(AuditRow.action)).all()
    entities = session.scalars(select(AuditRow.entity).distinct().order_by(AuditRow.entity)).all()
    return TrailChoices(
        [(action, action_label(action)) for action in actions], [(entity, entity_label(entity)) for entity in entities]
    )


def as_csv(session: Session, wanted: TrailFilter) -> str:
    """All rows that match, up to a limit, for a spreadsheet; the last line says so when there are more."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(
        [t("编号"), t("时间"), t("操作人"), t("操作"), t("对象"), t("对象编号"), t("内容"), t("变更"), t("原因")]
    )
    rows = session.scalars(_matching(replace(wanted, before=None)).limit(EXPORT_ROWS + 1)).all()
    for row in rows[:EXPORT_ROWS]:
        writer.writerow([_harmless(cell) for cell in _cells(_line(row))])
    if len(rows) > EXPORT_ROWS:
        writer.writerow([t("超过{n}条，请缩小时间范围分次导出", n=EXPORT_ROWS)])
    return out.getvalue()


def _cells(line: TrailLine) -> Iterator[str]:
    yield str(line.row_id)
    yield line.at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M:%S")
    yield line.actor
    yield line.action_text
    yield line.entity_text
    yield line.entity_id
    yield line.what
    yield t("；").join(
        t("{label}：{words}", label=change.field, words=f"{change.old} → {change.new}") for change in line.changes
    )
    yield line.why


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is marked as text."""
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
