"""Tables turned on their side: indicators across, years and natures down; and tables side by side."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kpi.extraction.cells import Cell, Line, cells_of
from kpi.extraction.columns import Role, role_of
from kpi.extraction.measures import value_of
from kpi.extraction.rows import kind_of
from kpi.extraction.tables import RULE, Table

_SIGNS = (("|", "|"), ("tab", "\t"), ("gap", "  "), ("blank", " "))
_TIME = re.compile("年份|年度|时间|时期")
_ACROSS = {Role.YEAR, Role.BASE, Role.TARGET, Role.GROWTH, Role.NATURE, Role.UNIT}
_VALUES = {Role.YEAR, Role.BASE, Role.TARGET}
MOST_RECORDS = 12
LONGEST_LINE = 1000


@dataclass(frozen=True)
class _Record:
    """What a row of a turned table is about, its cells, and the line after it."""

    label: Cell
    cells: list[Cell]
    last: int


def turned_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """指标 | 入托率 | 托位数 above 2025年 | 15% | 4.6个: the table as if it stood upright, or None."""
    start, end = lines[at]
    how = next((how for how, sign in _SIGNS if plain.find(sign, start, end) >= 0), "")
    named = _record(plain, lines, at, how) if how and end - start <= LONGEST_LINE else None
    if not named or not _names(named):
        return None
    records = [named]
    while len(records) < MOST_RECORDS and (record := _record(plain, lines, records[-1].last, how)):
        if role_of(record.label.text) not in _ACROSS:
            break
        records.append(record)
    last = records[-1].last
    records = [named, *(record for record in records[1:] if len(record.cells) == len(named.cells))]
    if not any(_holds_values(record) for record in records[1:]):
        return None
    header = [replace(named.label, text="指标"), *(record.label for record in records[1:])]
    rows = [list(cells) for cells in zip(*(record.cells for record in records), strict=True)]
    return Table(at, last, start, header, rows, aligned=True)


def _record(plain: str, lines: Sequence[Line], at: int, how: str) -> _Record | None:
    """The label in this line with the cells behind it, or in the next line where it stands alone."""
    while at < len(lines) and RULE.match(plain, *lines[at]):
        at += 1
    if at == len(lines) or lines[at][1] - lines[at][0] > LONGEST_LINE:
        return None
    label, *cells = cells_of(plain, lines[at], how)
    if not cells and how == "|" and at + 1 < len(lines) and lines[at + 1][0] < lines[at + 1][1]:
        at += 1
        cells = cells_of(plain, lines[at], how)
    return _Record(label, cells, at + 1) if cells else None


def _names(record: _Record) -> bool:
    """Names of indicators behind 指标, 年份 or an empty corner."""
    label = record.label.text
    corner = not label or _TIME.fullmatch(label) or role_of(label) is Role.NAME
    named = sum(kind_of(cell.text) == "N" and role_of(cell.text) is None for cell in record.cells)
    return bool(corner) and named * 2 > len(record.cells)


def _holds_values(record: _Record) -> bool:
    values = sum(value_of(cell.text) is not None for cell in record.cells)
    return role_of(record.label.text) in _VALUES and values * 2 > len(record.cells)


def side_by_side(table: Table) -> list[Table]:
    """The tables of a header that names indicators and values and then again indicators and values."""
    starts = _starts([role_of(cell.text) for cell in table.header])
    if len(starts) < 2:
        return [table]
    edges = [*starts, len(table.header)]
    whole = [row for row in table.rows if len(row) == len(table.header)]
    parts = [
        replace(table, header=table.header[first:last], rows=[row[first:last] for row in whole], aligned=True)
        for first, last in pairwise(edges)
    ]
    odd = [row for row in table.rows if len(row) != len(table.header)]
    return [*parts, replace(parts[0], rows=odd)] if odd else parts


def _starts(roles: Sequence[Role | None]) -> list[int]:
    """Where the tables begin: at a name, or the number or class before it, that follows a column of values."""
    starts, valued = [0], False
    for at, role in enumerate(roles):
        if valued and role in {Role.NAME, Role.INDEX, Role.CATEGORY}:
            starts.append(at)
            valued = False
        valued = valued or role in _VALUES
    named = [Role.NAME in roles[first:last] for first, last in pairwise([*starts, len(roles)])]
    return starts if valued and all(named) else [0]
