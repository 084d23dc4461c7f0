"""Cells: a line of a table taken apart, by pipes, tabs, wide gaps or blanks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpi.extraction.layout import Paragraph, compact

Line = tuple[int, int]

_SEPARATORS = {"tab": re.compile(r"\t"), "gap": re.compile(r" {2,}"), "blank": re.compile(r"\s+")}
"""How cells are set apart: an empty cell shows between two tabs only."""


@dataclass(frozen=True)
class Cell:
    """One cell: its text without blanks, and its place in the document."""

    text: str
    start: int
    end: int

    def paragraph(self, plain: str) -> Paragraph:
        return compact(plain, [(self.start, self.end)])


def cells_of(plain: str, line: Line, how: str) -> list[Cell]:
    start, end = line
    if how == "|":
        inner = [piece for piece in _pieces(plain, start, end, re.compile(r"\|"))]
        if plain[start] == "|":
            inner = inner[1:]
        if plain[end - 1] == "|":
            inner = inner[:-1]
        return [cell_at(plain, *piece) for piece in inner]
    cells = [cell_at(plain, *piece) for piece in _pieces(plain, start, end, _SEPARATORS[how])]
    return cells if how == "tab" else [cell for cell in cells if cell.text]


def _pieces(plain: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Line]:
    at = start
    for found in pattern.finditer(plain, start, end):
        yield at, found.start()
        at = found.end()
    yield at, end


def cell_at(plain: str, start: int, end: int) -> Cell:
    while start < end and plain[start].isspace():
        start += 1
    while end > start and plain[end - 1].isspace():
        end -= 1
    return Cell(re.sub(r"\s+|<br/?>", "", plain[start:end]), start, end)
