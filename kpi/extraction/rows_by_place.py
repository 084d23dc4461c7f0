"""Rows whose cells stand below their heads."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from kpi.extraction.cells import Cell
from kpi.extraction.columns import Column, Role, looks_like_header, role_of
from kpi.extraction.deadlines import Horizon, due_in_cell
from kpi.extraction.measures import value_of
from kpi.extraction.rows import NATURE_CELL, OF_WHICH, Row, breaks_off, joined, kind_of, nature_of
from kpi.extraction.rows_by_look import rows_in
from kpi.extraction.tables import Table

LONGEST_CATEGORY = 16
Prose = tuple[Cell, date | None]
"""A cell that holds sentences, with the deadline its row gives."""


def rows_by_place(table: Table, columns: Sequence[Column], horizon: Horizon) -> tuple[list[Row], list[Prose]]:
    rows: list[Row] = []
    prose: list[Prose] = []
    name_at = next((at for at, column in enumerate(columns) if column.role is Role.NAME), 0)
    category = ""
    for written in table.rows:
        cells = _in_place(written, columns, name_at)
        category = _category(cells) or category
        if len(cells) != len(columns):
            typed = rows_in(cells, columns)
            rows.extend(typed)
            prose.extend([] if typed else [(cell, None) for cell in cells])
            continue
        name = cells[name_at]
        if not name.text and OF_WHICH.match(cells[max(0, name_at - 1)].text or ""):
            name = cells[name_at - 1]
        if not name.text or looks_like_header([cell.text for cell in cells]):
            continue
        if rows and not any(rows[-1].cells) and breaks_off(rows[-1].name.text, name.text):
            name = joined(rows.pop().name, name)
        row = Row(name, category=category)
        for cell, column in zip(cells, columns, strict=True):
            _place(row, cell, column, horizon)
        told = [cell for cell in row.cells if cell and value_of(cell.text) is None and len(cell.text) > 4]
        due = due_of_row(table.header, cells, horizon)
        prose.extend((cell, due) for cell in (told if told or any(row.cells) else cells))
        rows.append(row)
    return rows, prose


def _in_place(cells: list[Cell], columns: Sequence[Column], name_at: int) -> list[Cell]:
    """A row that lies left of its heads, as cells merged downwards left no cell behind: it is empty at its end."""
    empty = next((at for at, cell in enumerate(reversed(cells)) if cell.text), 0)
    if not 0 < empty <= name_at or len(cells) != len(columns) or kind_of(cells[name_at - empty].text) != "N":
        return cells
    lies_left = kind_of(cells[name_at].text) in "VWU" and columns[name_at].role is Role.NAME
    return [*cells[-empty:], *cells[:-empty]] if lies_left else cells


def _category(cells: Sequence[Cell]) -> str:
    """The text of a row that only heads the rows below it, else ""."""
    told = [cell.text for cell in cells if cell.text]
    heads = len(told) == 1 and len(told[0]) <= LONGEST_CATEGORY and value_of(told[0]) is None
    return told[0] if heads else ""


def due_of_row(header: Sequence[Cell], cells: Sequence[Cell], horizon: Horizon) -> date | None:
    """The deadline in the column that is headed 完成时限."""
    for head, cell in zip(header, cells, strict=False):
        if role_of(head.text) is Role.DUE:
            return due_in_cell(cell.text, horizon)
    return None


def _place(row: Row, cell: Cell, column: Column, horizon: Horizon) -> None:
    if column.role in {Role.BASE, Role.TARGET, Role.GROWTH}:
        row.cells.append(cell if cell.text else None)
    elif column.role is Role.UNIT:
        row.unit = cell.text
    elif column.role is Role.NATURE or NATURE_CELL.match(cell.text):
        row.nature = nature_of(cell.text)
    elif column.role is Role.DUE:
        row.due = due_in_cell(cell.text, horizon)
    elif column.role is Role.CATEGORY:
        row.category = cell.text
