"""Finding tables of indicators in running text, in any of the shapes they come in.

A table begins at a header that names a column of indicators and at least one column of values.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from kpi.extraction.cells import Cell, Line

UNIT_LINE = re.compile(r"(?<![任牵配])单位：\s*([^\s）)|]{1,6})")
RULE = re.compile(r"[\s|:+=-]*$")
"""A line that only draws a border, or nothing."""
MOST_ABOVE = 3
STOP = re.compile(r"[。；]|^注[：:]|^第[一二三四五六七八九十]+[章节部编]|^备注")


@dataclass(frozen=True)
class Table:
    """Lines first..last-1 of the text, with the lines above as its caption.

    `aligned`: every row has the cells of the header, empty ones too.
    """

    first: int
    last: int
    start: int
    header: list[Cell]
    rows: list[list[Cell]]
    aligned: bool
    caption: str = ""

    @property
    def unit(self) -> str:
        """单位：人 above a table holds for all its columns; "" when nothing is said."""
        found = UNIT_LINE.search(self.caption)
        return found[1] if found else ""


Shape = Callable[[str, Sequence[Line], int], "Table | None"]


def find_tables(plain: str, lines: Sequence[Line], shapes: Sequence[Shape]) -> list[Table]:
    """The tables of a text, in order; they never overlap. Of the shapes, the first that fits wins."""
    found: list[Table] = []
    at = 0
    while at < len(lines):
        tried = (shape(plain, lines, at) for shape in shapes) if lines[at][0] < lines[at][1] else ()
        table = next((table for table in tried if table), None)
        if table is None:
            at += 1
        else:
            found.append(replace(table, caption=table.caption or caption_of(plain, lines, at)))
            at = table.last
    return found


def caption_of(plain: str, lines: Sequence[Line], at: int) -> str:
    """The lines right above a table."""
    return "\n".join(plain[slice(*line)] for line in lines[max(0, at - MOST_ABOVE) : at] if line[0] < line[1])
