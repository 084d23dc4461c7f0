"""Rows by the look of their cells, where their place says nothing: names, then values, then a nature."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi.extraction.candidates import Nature
from kpi.extraction.cells import Cell
from kpi.extraction.columns import Column, Role
from kpi.extraction.measures import measure_of
from kpi.extraction.rows import OF_WHICH, Row, breaks_off, joined, kind_of, nature_of
from kpi.extraction.tables import Table

_INDEX = re.compile(r"^(?:\d{1,3}|[一二三四五六七八九十]{1,3}|[（(][一二三四五六七八九十\d]{1,3}[）)])[.、．]?$")
LONGEST_END = 14
_NUMBERED = re.compile(r"^(?:（\d{1,2}）|\d{1,2}[.、])(?!\d)")


def rows_by_look(table: Table, columns: Sequence[Column]) -> list[Row]:
    rows: list[Row] = []
    if len(table.rows) == 1:
        return rows_in(table.rows[0], columns)
    waiting: list[Cell] = []
    for line in table.rows:
        cells = [cell for cell in line if cell.text]
        if not any(kind_of(cell.text) in "VW" for cell in cells):
            if rows and len(cells) == 1 and _ends(rows[-1].name.text, cells[0].text):
                rows[-1].name = joined(rows[-1].name, cells[0])
                continue
            waiting = (waiting + [cell for cell in cells if kind_of(cell.text) == "N"])[-3:]
            continue
        if waiting and _goes_on(waiting[-1].text, cells[0].text):
            cells = [joined(waiting[-1], cells[0]), *cells[1:]]
        made = rows_in(cells, columns)
        if not made and waiting:
            made = rows_in([waiting[-1], *cells], columns)
        waiting = []
        rows.extend(made)
    return rows


def _goes_on(upper: str, lower: str) -> bool:
    """A name begun in the line above: broken off, or with a number that the name below does not have."""
    return breaks_off(upper, lower) or bool(_NUMBERED.match(upper) and not _NUMBERED.match(lower))


def _ends(upper: str, lower: str) -> bool:
    """每千人口托 | 1.8 | 4.6 above 位数（个）: the unit that the row's name lacks."""
    return not measure_of(upper).unit and bool(measure_of(lower).unit) and len(lower) <= LONGEST_END


def rows_in(cells: Sequence[Cell], columns: Sequence[Column]) -> list[Row]:
    """Names, then values, then a nature: a row ends where names begin again."""
    width = max(1, sum(column.role in {Role.BASE, Role.TARGET, Role.GROWTH} for column in columns))
    indexed = any(column.role is Role.INDEX for column in columns)
    rows: list[Row] = []
    titles: list[Cell] = []
    values: list[Cell] = []
    unit, nature = "", None
    for at, cell in enumerate(cells):
        kind = kind_of(cell.text)
        starts = not values and not unit
        if indexed and _INDEX.match(cell.text) and (starts or len(values) >= width) and _next_is_name(cells, at):
            kind = "I"
        if kind in "NI" and (values or nature):
            rows.extend(_close(titles, values, unit, nature, width))
            titles, values, unit, nature = [], [], "", None
        if kind == "N":
            titles.append(cell)
        elif kind in "VW" and titles and (cell.text or len(values) < width):
            values.append(cell)
        elif kind == "U" and titles:
            unit = cell.text
        elif kind == "P":
            nature = nature_of(cell.text)
    rows.extend(_close(titles, values, unit, nature, width))
    return rows


def _next_is_name(cells: Sequence[Cell], at: int) -> bool:
    return at + 1 < len(cells) and kind_of(cells[at + 1].text) == "N"


def _close(titles: list[Cell], values: list[Cell], unit: str, nature: Nature | None, width: int) -> list[Row]:
    if not titles or not values:
        return []
    count = len(values) // width if width and len(values) % width == 0 else 1
    if 1 < count <= len(titles):  # cells of several lines: all names, then column by column
        chosen = titles[-count:]
        parent = titles[-count - 1] if len(titles) > count and OF_WHICH.match(chosen[0].text) else None
        return [
            Row(name, [values[column * count + at] for column in range(width)], unit, nature, parent=parent)
            for at, name in enumerate(chosen)
        ]
    title = titles[-1]
    if len(titles) > 1 and breaks_off(titles[-2].text, title.text):
        title = joined(titles[-2], title)
    padded: list[Cell | None] = [*values[:width], *([None] * max(0, width - len(values)))]
    return [Row(title, padded, unit, nature)]
