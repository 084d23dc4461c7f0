"""Tables without rows in lines: one cell a line, or the whole table in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi.extraction.cells import Cell, Line, cell_at, cells_of
from kpi.extraction.columns import Role, looks_like_header, role_of
from kpi.extraction.tables import STOP, Table

_NUMBER_CELL = re.compile(r"^[<>≥≤〔\[（]?\d[\d.,]*[%‰]?[〕\]）]?(?:左右|以上|以下|以内)?$")
_SENTENCE_CELL = re.compile(r"[，、].*\d|\d+[^\d.%]{1,4}$|达|≥\d.*，")
LONGEST_CELL = 60
MOST_BLANKS = 4
MOST_COLUMNS = 14
MOST_LINES = 3000


def stacked_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """The table that begins at this line without having rows in lines, or None."""
    start, end = lines[at]
    if "|" in plain[start:end] or "\t" in plain[start:end]:
        return None
    return _one_cell_a_line(plain, lines, at) or _in_one_line(plain, lines, at)


def _one_cell_a_line(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    if role_of(plain[slice(*lines[at])]) not in {Role.NAME, Role.INDEX, Role.CATEGORY}:
        return None
    header: list[Cell] = []
    place = at
    while place < len(lines) and len(header) < MOST_COLUMNS:
        start, end = lines[place]
        if start < end:
            if end - start > 24 or role_of(cell_at(plain, start, end).text) is None:
                break
            header.append(cell_at(plain, start, end))
        place += 1
    if not looks_like_header([cell.text for cell in header]):
        return None
    cells, last = _stream(plain, lines, place)
    if not _holds_numbers(cells):
        return None
    return Table(at, last, lines[at][0], header, [cells], aligned=False) if cells else None


def _holds_numbers(cells: Sequence[Cell]) -> bool:
    """A table of indicators has a value in every few cells; rows of tasks hold sentences, to be read as such."""
    numbers = sum(bool(_NUMBER_CELL.match(cell.text)) for cell in cells)
    sentences = sum(bool(_SENTENCE_CELL.search(cell.text)) for cell in cells)
    return numbers > sentences


def _stream(plain: str, lines: Sequence[Line], at: int) -> tuple[list[Cell], int]:
    cells: list[Cell] = []
    last, blanks = at, 0
    for place in range(at, min(len(lines), at + MOST_LINES)):
        start, end = lines[place]
        if start == end:
            blanks += 1
            if blanks > MOST_BLANKS:
                break
            continue
        if end - start > LONGEST_CELL or STOP.search(plain, start, end):
            break
        blanks, last = 0, place + 1
        cells.append(cell_at(plain, start, end))
    while cells and not any(char.isdigit() for char in cells[-1].text) and "性" not in cells[-1].text:
        cells.pop()
    return cells, last


def _in_one_line(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """A whole table that lost its line ends: 指标 2020年 2025年 属性 人均预期寿命（岁） 79 80 预期性 …"""
    start, end = lines[at]
    head = plain.find("指标", start, min(end, start + 200))
    if head < 0 or plain.count(" ", start, end) < 8:
        return None
    cells = cells_of(plain, (head, end), "blank")
    width = 0
    while width < min(len(cells), MOST_COLUMNS) and role_of(cells[width].text) is not None:
        width += 1
    if not looks_like_header([cell.text for cell in cells[:width]]):
        return None
    body = cells[width:]
    stop = next(
        (i for i, cell in enumerate(body) if len(cell.text) > LONGEST_CELL or STOP.search(cell.text)), len(body)
    )
    return Table(at, at + 1, start, cells[:width], [body[:stop]], aligned=False) if stop else None
