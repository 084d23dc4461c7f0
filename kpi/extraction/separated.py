"""Tables with their rows in lines: cells between pipes, tabs, wide gaps or blanks."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kpi.extraction.cells import Cell, Line, cells_of
from kpi.extraction.columns import Role, looks_like_header, role_of
from kpi.extraction.tables import STOP, Table

_RULE = re.compile(r"^[\s|:+=-]*$")
_SECOND_ROLES = {Role.YEAR, Role.BASE, Role.TARGET, Role.GROWTH}
MOST_ROWS = 400


def separated_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """The table that begins at a line of heads set apart by pipes, tabs or blanks, or None."""
    start, end = lines[at]
    if plain.count("|", start, end) >= 2:
        return _separated(plain, lines, at, "|")
    if plain.find("\t", start, end) >= 0:
        return _separated(plain, lines, at, "tab")
    if plain.find("  ", start, end) >= 0:
        return _separated(plain, lines, at, "gap")
    if " " in plain[start:end] and end - start <= 120:
        return _separated(plain, lines, at, "blank")
    return None


def _separated(plain: str, lines: Sequence[Line], at: int, how: str) -> Table | None:
    cells = cells_of(plain, lines[at], how)
    if how == "|":
        return _piped(plain, lines, at, cells)
    cells = _whole_heads(plain, cells)
    if not looks_like_header([cell.text for cell in cells]):
        return None
    rows, last = rows_below(plain, lines, at + 1, how, len(cells))
    if not rows:
        return None
    return Table(at, last, lines[at][0], cells, rows, aligned=how == "tab")


def _whole_heads(plain: str, cells: list[Cell]) -> list[Cell]:
    """指　标 is one head, spread out to fill its column."""
    whole: list[Cell] = []
    for cell in cells:
        if whole and len(cell.text) == 1 == len(whole[-1].text) and "一" <= cell.text <= "龥":
            first = whole.pop()
            cell = Cell(first.text + cell.text, first.start, cell.end)
        whole.append(cell)
    return whole


def _piped(plain: str, lines: Sequence[Line], at: int, cells: list[Cell]) -> Table | None:
    rows: list[list[Cell]] = []
    last, blanks = at + 1, 0
    for place in range(at + 1, len(lines)):
        start, end = lines[place]
        if start == end:
            blanks += 1
            if blanks > 1:
                break
        elif "|" in plain[start:end]:
            blanks, last = 0, place + 1
            if not _RULE.match(plain[start:end]):
                rows.append(cells_of(plain, lines[place], "|"))
        else:
            break
    if rows and _is_second_head(cells, rows[0]):
        cells = [_stacked(upper, lower) for upper, lower in zip(cells, rows.pop(0), strict=True)]
    if not rows:
        return None
    return Table(at, last, lines[at][0], cells, rows, aligned=True)


def _is_second_head(heads: Sequence[Cell], below: Sequence[Cell]) -> bool:
    """Years below 目标值, while heads merged over both rows are said again or leave their place empty."""
    if len(heads) != len(below):
        return False
    own = [lower for upper, lower in zip(heads, below, strict=True) if lower.text not in {"", upper.text}]
    return 0 < len(own) < len(heads) and all(role_of(cell.text) in _SECOND_ROLES for cell in own)


def _stacked(upper: Cell, lower: Cell) -> Cell:
    """Two heads as one: 目标值 over 2030年 is 2030年目标值."""
    if lower.text in {"", upper.text}:
        return upper
    both = lower.text + upper.text
    return replace(lower, text=both if role_of(both) else lower.text)


def rows_below(plain: str, lines: Sequence[Line], at: int, how: str, width: int) -> tuple[list[list[Cell]], int]:
    rows: list[list[Cell]] = []
    last, blanks = at, 0
    for place in range(at, min(len(lines), at + MOST_ROWS)):
        start, end = lines[place]
        if start == end:
            blanks += 1
            if blanks > 1:
                break
            continue
        if STOP.search(plain, start, end) or end - start > 40 * max(width, 3):
            break
        blanks = 0
        cells = cells_of(plain, lines[place], how)
        if how == "gap" and len(cells) < width:
            cells = cells_of(plain, lines[place], "blank")
        rows.append(cells)
        last = place + 1
    while rows and not any(char.isdigit() for cell in rows[-1] for char in cell.text):
        rows.pop()
        last -= 1
    return rows, last
