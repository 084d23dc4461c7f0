"""Tables whose columns have run together: 入托率（%）6.2≥15预期性 below 指标名称2020年2025年属性."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kpi.extraction.cells import Cell, Line
from kpi.extraction.tables import Table
from kpi.extraction.words import UNITS_OF_THINGS, any_of

_COLUMN = (
    r"20\d\d年?(?:基期值|目标值|实际值?|目标|现状|完成值?|计划)?"
    r"|年均(?:增长|增速)?(?:[（(]?%[）)]?)?(?:/?[〔\[（(]?累计[〕\]）)]?)?|累计"
)
_HEAD = re.compile(
    rf"(?P<index>序号)?(?P<group>类别|领域)?(?P<name>(?:主要|发展)?指标(?:名称)?|名称|项目)(?P<unit>[（(]单位[）)]|单位)?"
    rf"(?P<columns>(?:{_COLUMN})+)(?P<nature>(?:指标)?(?:属性|性质))?"
)
_INDEX = r"\s*(?P<index>\d{1,2}[.、 ]?)?"
_AGES = r"(?:\d{1,2}(?:-\d{1,2})?周?岁)?"
_CELLS = r"\s*(?P<cells>(?:[\s\d.<>≥≤+%〔〕\[\]-]|左右|以上|以下|以内|[一-龥])*?)(?P<nature>预期性|约束性|预期|约束)?"
_ROW = re.compile(rf"{_INDEX}(?P<name>{_AGES}[^\d\s][^（）]*(?:（[^（）]*）[^（）\d]*)*?（[^（）]{{1,8}}）){_CELLS}")
_ROW_WITH_UNIT = re.compile(
    rf"{_INDEX}(?P<name>{_AGES}[^\d\s（）%‰]{{3,30}}?)(?P<unit>%|‰|{any_of(UNITS_OF_THINGS)})(?=[\d<>≥≤〔\[-]){_CELLS}"
)
_CELL = re.compile(
    r"\d+\.\d+\.\d+|[〔\[]-?\d+(?:\.\d+)?%?[〕\]]|[<>≥≤]?=?\d+(?:\.\d+)?%?(?:左右|以上|以下|以内)?|-+|[一-龥]{2,12}"
)
_COLUMNS = re.compile(_COLUMN)
_NATURE = re.compile("预期性|约束性")
SHORTEST = 40
LONGEST_LEAD = 120
LONGEST_ROW = 100
MOST_BREAKS = 2
"""Lines that are no rows (a category between two groups) before the table is over."""


def glued_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """The table that begins at a header without gaps, or None."""
    found = _HEAD.fullmatch(plain, *lines[at])
    if not found:
        return _in_one_line(plain, lines, at)
    header = _header(plain, found)
    rows: list[list[Cell]] = []
    last, breaks = at + 1, 0
    for place in range(at + 1, len(lines)):
        start, end = lines[place]
        row = _row(plain, start, end, len(header) - 2) if start < end else None
        breaks = 0 if row else breaks + (start < end)
        if breaks > MOST_BREAKS:
            break
        if row:
            rows.append(row)
            last = place + 1
    return Table(at, last, lines[at][0], header, rows, aligned=True) if rows else None


def _header(plain: str, found: re.Match[str]) -> list[Cell]:
    columns = _COLUMNS.finditer(plain, *found.span("columns"))
    nature = found.span("nature") if found["nature"] else (found.end(), found.end())
    return [
        _cell(plain, *found.span("name")),
        *(_cell(plain, *column.span()) for column in columns),
        Cell("属性", *nature),
    ]


def _in_one_line(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """Header and rows in one line: …2020年2025年属性1入托率（%）6.2≥15预期性2…; each row ends with its nature."""
    start, end = lines[at]
    head = plain.find("指标", start, min(end, start + LONGEST_LEAD)) if end - start > SHORTEST else -1
    found = None
    while head >= 0 and not found:
        found = _HEAD.match(plain, head, end)
        head = plain.find("指标", head + 1, min(end, start + LONGEST_LEAD))
    if not found or not found["nature"]:
        return None
    header, rows, place = _header(plain, found), [], found.end()
    while (nature := _NATURE.search(plain, place, min(end, place + LONGEST_ROW))) and (
        row := _row(plain, place, nature.end(), len(header) - 2)
    ):
        rows.append(row)
        place = nature.end()
    return Table(at, at + 1, start, header, rows, aligned=True) if len(rows) > 1 else None


def _row(plain: str, start: int, end: int, width: int) -> list[Cell] | None:
    found = _ROW.fullmatch(plain, start, end) or _ROW_WITH_UNIT.fullmatch(plain, start, end)
    if not found:
        return None
    cells = [_cell(plain, *one.span()) for one in _CELL.finditer(plain, *found.span("cells"))]
    if len(cells) < width:
        cells = [part for cell in cells for part in _pulled_apart(plain, cell)]
    if len(cells) != width:
        return None
    place = found.span("nature") if found["nature"] else (end, end)
    name = _cell(plain, *found.span("name"))
    unit = found.groupdict().get("unit")
    return [replace(name, text=f"{name.text}（{unit}）") if unit else name, *cells, _cell(plain, *place)]


def _pulled_apart(plain: str, cell: Cell) -> list[Cell]:
    """10.711.3 is 10.7 and 11.3: two numbers with as many decimals as the second shows."""
    dots = [place for place, sign in enumerate(cell.text) if sign == "."]
    if len(dots) != 2:
        return [cell]
    cut = dots[0] + len(cell.text) - dots[1]
    edges = [cell.start, cell.start + cut, cell.end]
    return [_cell(plain, first, second) for first, second in pairwise(edges)]


def _cell(plain: str, start: int, end: int) -> Cell:
    return Cell(plain[start:end], start, end)
