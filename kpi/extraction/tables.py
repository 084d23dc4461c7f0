"""Finding tables of indicators in running text: piped, by tabs, by spaces, one cell a line.

A table begins at a header that names a column of indicators and at least one column of values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from kpi.extraction.columns import Role, looks_like_header, role_of
from kpi.extraction.layout import Paragraph, compact

Line = tuple[int, int]

_SEPARATORS = {"tab": re.compile(r"\t"), "gap": re.compile(r" {2,}"), "blank": re.compile(r"\s+")}
"""How cells are set apart: an empty cell shows between two tabs only."""
_RULE = re.compile(r"^[\s|:+=-]*$")
_STOP = re.compile(r"[。；]|^注[：:]|^第[一二三四五六七八九十]+[章节部编]|^备注")
_NUMBER_CELL = re.compile(r"^[<>≥≤〔\[（]?\d[\d.,]*[%‰]?[〕\]）]?(?:左右|以上|以下|以内)?$")
_SENTENCE_CELL = re.compile(r"[，、].*\d|\d+[^\d.%]{1,4}$|达|≥\d.*，")
_SECOND_ROLES = {Role.YEAR, Role.BASE, Role.TARGET, Role.GROWTH}
LONGEST_CELL = 60
MOST_BLANKS = 4
MOST_COLUMNS = 14
MOST_ROWS = 400
MOST_LINES = 3000


@dataclass(frozen=True)
class Cell:
    """One cell: its text without blanks, and its place in the document."""

    text: str
    start: int
    end: int

    def paragraph(self, plain: str) -> Paragraph:
        return compact(plain, [(self.start, self.end)])


@dataclass(frozen=True)
class Table:
    """Lines first..last-1 of the text, with the line above as its caption.

    `aligned`: every row has the cells of the header, empty ones too.
    """

    first: int
    last: int
    start: int
    header: list[Cell]
    rows: list[list[Cell]]
    aligned: bool
    caption: str = ""


Shape = Callable[[str, Sequence[Line], int], "Table | None"]


def find_tables(plain: str, lines: Sequence[Line], more: Sequence[Shape] = ()) -> list[Table]:
    """The tables of a text, in order; they never overlap. `more`: further shapes a table can have."""
    shapes = (_table_at, *more)
    found: list[Table] = []
    at = 0
    while at < len(lines):
        tried = (shape(plain, lines, at) for shape in shapes) if lines[at][0] < lines[at][1] else ()
        table = next((table for table in tried if table), None)
        if table is None:
            at += 1
        else:
            found.append(table)
            at = table.last
    return found


def _table_at(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    start, end = lines[at]
    if plain.count("|", start, end) >= 2:
        return _separated(plain, lines, at, "|")
    if plain.find("\t", start, end) >= 0:
        return _separated(plain, lines, at, "tab")
    if plain.find("  ", start, end) >= 0:
        return _separated(plain, lines, at, "gap") or _one_cell_a_line(plain, lines, at)
    if " " in plain[start:end]:
        spaced = _separated(plain, lines, at, "blank") if end - start <= 120 else None
        return spaced or _in_one_line(plain, lines, at)
    return _one_cell_a_line(plain, lines, at)


# ------------------------------------------------------------------ rows in lines


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
        if _STOP.search(plain, start, end) or end - start > 40 * max(width, 3):
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


def cells_of(plain: str, line: Line, how: str) -> list[Cell]:
    start, end = line
    if how == "|":
        inner = [piece for piece in _pieces(plain, start, end, re.compile(r"\|"))]
        if plain[start] == "|":
            inner = inner[1:]
        if plain[end - 1] == "|":
            inner = inner[:-1]
        return [_cell(plain, *piece) for piece in inner]
    cells = [_cell(plain, *piece) for piece in _pieces(plain, start, end, _SEPARATORS[how])]
    return cells if how == "tab" else [cell for cell in cells if cell.text]


def _pieces(plain: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Line]:
    at = start
    for found in pattern.finditer(plain, start, end):
        yield at, found.start()
        at = found.end()
    yield at, end


def _cell(plain: str, start: int, end: int) -> Cell:
    while start < end and plain[start].isspace():
        start += 1
    while end > start and plain[end - 1].isspace():
        end -= 1
    return Cell(re.sub(r"\s+|<br/?>", "", plain[start:end]), start, end)


# ------------------------------------------------------------------ one cell a line, or all in one line


def _one_cell_a_line(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    if role_of(plain[slice(*lines[at])]) not in {Role.NAME, Role.INDEX, Role.CATEGORY}:
        return None
    header: list[Cell] = []
    place = at
    while place < len(lines) and len(header) < MOST_COLUMNS:
        start, end = lines[place]
        if start < end:
            if end - start > 24 or role_of(_cell(plain, start, end).text) is None:
                break
            header.append(_cell(plain, start, end))
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
        if end - start > LONGEST_CELL or _STOP.search(plain, start, end):
            break
        blanks, last = 0, place + 1
        cells.append(_cell(plain, start, end))
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
        (i for i, cell in enumerate(body) if len(cell.text) > LONGEST_CELL or _STOP.search(cell.text)), len(body)
    )
    return Table(at, at + 1, start, cells[:width], [body[:stop]], aligned=False) if stop else None
