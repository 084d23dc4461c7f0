"""Tables without rows in lines: one cell a line, with pipes or without, or the whole table in one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kpi.extraction.cells import Cell, Line, cell_at, cells_of
from kpi.extraction.columns import Role, looks_like_header, role_of
from kpi.extraction.rows import joined
from kpi.extraction.tables import STOP, Table

_NUMBER_CELL = re.compile(r"^[<>≥≤〔\[（]?=?\d[\d.,]*[%‰]?[〕\]）]?(?:左右|以上|以下|以内)?$")
_SENTENCE_CELL = re.compile(r"[，、].*\d|\d+[^\d.%]{1,4}$|达|≥\d.*，")
LONGEST_CELL = 60
LONGEST_LINE = 80
MOST_BLANKS = 4
MOST_COLUMNS = 14
MOST_HEADER = 6 * MOST_COLUMNS
"""Lines of a header with blank ones between."""
MOST_LINES = 3000


def stacked_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """The table that begins with its first head alone in this line, or None."""
    first = _cells(plain, lines[at])
    if len(first) != 1 or role_of(first[0].text) not in {Role.NAME, Role.INDEX, Role.CATEGORY}:
        return None
    header, place = _header(plain, lines, at)
    if not looks_like_header([cell.text for cell in header]):
        return None
    shows_empty = plain[lines[at][1] - 1] == "|" and plain[lines[at][0]] != "|"
    cells, last = _stream(plain, lines, place, first[0].text, shows_empty)
    if not cells or not _holds_numbers(cells):
        return None
    return Table(at, last, lines[at][0], header, [cells], aligned=False)


def _cells(plain: str, line: Line) -> list[Cell]:
    """The cells of a line that are not empty; of a line without pipes that is the whole line."""
    if line[0] == line[1] or line[1] - line[0] > LONGEST_LINE:
        return []
    return [cell for cell in cells_of(plain, line, "|") if cell.text]


def _header(plain: str, lines: Sequence[Line], at: int) -> tuple[list[Cell], int]:
    """The heads from this line on, and the first line that is no head."""
    header: list[Cell] = []
    place, broken = at, False
    while place < min(len(lines), at + MOST_HEADER) and len(header) < MOST_COLUMNS:
        cells = _cells(plain, lines[place])
        if header and len(cells) == 1 and (whole := _broken_head(header[-1], cells[0], broken)):
            header[-1], broken = whole, True
        elif any(role_of(cell.text) is None for cell in cells) or lines[place][1] - lines[place][0] > LONGEST_LINE:
            break
        else:
            header.extend(cells)
        place += 1
    return header, place


def _broken_head(upper: Cell, lower: Cell, broken: bool) -> Cell | None:
    """2020年 / 实际值 is one head in two lines, and so is then 2025年 / 目标值, which could be two."""
    whole = joined(upper, lower)
    year = role_of(upper.text) is Role.YEAR and role_of(whole.text) is Role.YEAR
    return whole if year and (broken or role_of(lower.text) is None) else None


def _holds_numbers(cells: Sequence[Cell]) -> bool:
    """A table of indicators has a value in every few cells; rows of tasks hold sentences, to be read as such."""
    numbers = sum(bool(_NUMBER_CELL.match(cell.text)) for cell in cells)
    sentences = sum(bool(_SENTENCE_CELL.search(cell.text)) for cell in cells)
    return numbers > sentences


def _stream(plain: str, lines: Sequence[Line], at: int, first: str, shows_empty: bool) -> tuple[list[Cell], int]:
    """The cells from this line on up to the last with a number or a nature, and the line after it.

    Where the first head comes again another table begins.
    """
    cells: list[Cell] = []
    count, last = 0, at
    for place, cell in _cells_below(plain, lines, at):
        if cell.text == first:
            break
        if cell.text or shows_empty:
            cells.append(cell)
        if any(char.isdigit() for char in cell.text) or "性" in cell.text:
            count, last = len(cells), place + 1
    return cells[:count], last


def _cells_below(plain: str, lines: Sequence[Line], at: int) -> Iterator[tuple[int, Cell]]:
    """Cells with the numbers of their lines, up to a sentence or a wide gap; a pipe alone is an empty cell."""
    blanks = 0
    for place in range(at, min(len(lines), at + MOST_LINES)):
        start, end = lines[place]
        blanks = blanks + 1 if start == end else 0
        cells = _cells(plain, lines[place])
        if blanks > MOST_BLANKS or end - start > LONGEST_LINE:
            return
        if any(len(cell.text) > LONGEST_CELL or STOP.search(cell.text) for cell in cells):
            return
        if start < end:
            yield from ((place, cell) for cell in cells or [cell_at(plain, end, end)])


def one_line_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """A whole table that lost its line ends: 指标 2020年 2025年 属性 人均预期寿命（岁） 79 80 预期性 …"""
    start, end = lines[at]
    head = plain.find("指标", start, min(end, start + 200))
    if head < 0 or plain.count(" ", start, end) < 8 or "|" in plain[start:end] or "\t" in plain[start:end]:
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
