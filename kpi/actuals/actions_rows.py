"""From rows with codes to entries with ids: everything is mapped in memory, a query for each few hundred codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.actuals.rules import Entry, SourceKind
from kpi.actuals.rules_rows import IncomingRow, read_numbers, read_period
from kpi.catalog.records import Indicator
from kpi.core.errors import Problem
from kpi.core.text import t
from kpi.organisation.records import OrgUnit

_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Resolved:
    """Entries that can be read, with the number of the row each came from; and what is wrong with the others."""

    entries: tuple[Entry, ...]
    rows: tuple[int, ...]
    problems: tuple[Problem, ...]


def resolve(session: Session, rows: Sequence[IncomingRow], *, source_kind: SourceKind, source: str = "") -> Resolved:
    """Read codes, periods and numbers. Needs a read session only, so a file is read before writing begins."""
    indicators = _ids(session, Indicator, {row.indicator for row in rows})
    units = _ids(session, OrgUnit, {row.unit for row in rows})
    entries, numbers, problems = [], [], []
    first_seen: dict[tuple[int, int, str], int] = {}
    for row in rows:
        entry, wrong = _read(row, indicators, units, source_kind, source)
        if entry is not None:
            earlier = first_seen.setdefault(entry.key, row.row)
            if earlier != row.row:
                wrong = [Problem(t("与第{row}行重复（同一指标、单位、期间）", row=earlier), t("期间"), row.row)]
                entry = None
        problems += wrong
        if entry is not None:
            entries.append(entry)
            numbers.append(row.row)
    return Resolved(tuple(entries), tuple(numbers), tuple(problems))


def _ids(session: Session, table: type[Indicator] | type[OrgUnit], codes: Iterable[str]) -> dict[str, int]:
    wanted = sorted(codes)
    found: dict[str, int] = {}
    for i in range(0, len(wanted), _CHUNK):
        query = select(table.code, table.id).where(table.code.in_(wanted[i : i + _CHUNK]))
        found.update((code, row_id) for code, row_id in session.execute(query))
    return found


def _read(
    row: IncomingRow,
    indicators: Mapping[str, int],
    units: Mapping[str, int],
    source_kind: SourceKind,
    source: str,
) -> tuple[Entry | None, list[Problem]]:
    indicator_id, unit_id = indicators.get(row.indicator), units.get(row.unit)
    period = read_period(row.period)
    numbers, problems = read_numbers(row)
    if indicator_id is None:
        problems.append(_unknown(row.indicator, t("指标编码"), row.row))
    if unit_id is None:
        problems.append(_unknown(row.unit, t("单位编码"), row.row))
    if period is None:
        reason = t("“{written}”不是期间，请写成 2026-10、2026Q3、2026H1 或 2026", written=row.period[:20])
        problems.append(Problem(reason, t("期间"), row.row))
    if indicator_id is None or unit_id is None or period is None or problems:
        return None, problems
    words: dict[str, Any] = {"note": row.note, "jump_reason": row.jump_reason, "cause": row.cause}
    entry = Entry(
        indicator_id,
        unit_id,
        period,
        numbers.value,
        numbers.numerator,
        numbers.denominator,
        numbers.happened_on,
        measure=row.measure,
        expected_on=numbers.expected_on,
        revision=row.revision,
        source_kind=source_kind,
        source=row.origin or source,
        **words,
    )
    return entry, []


def _unknown(code: str, field: str, row: int) -> Problem:
    return Problem(t("没有编码为“{code}”的记录", code=code[:40]) if code else t("请填写"), field, row)
