"""Cells: a line of a table taken apart, by pipes, tabs, wide gaps, blanks or commas."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kpi.extraction.layout import Paragraph, compact

Line = tuple[int, int]

_SEPARATORS = {
    "|": re.compile(r"\|"),
    "tab": re.compile(r"\t"),
    "gap": re.compile(r" {2,}"),
    "blank": re.compile(r"\s+"),
    "comma": re.compile(r'"[^"\n]{0,80}"|[，,]'),
}
"""How cells are set apart; commas within quotes do not. An empty cell shows between pipes, tabs and commas only."""
_AROUND = '"*'
_SHOWS_EMPTY = frozenset({"|", "tab", "comma"})


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
        start += plain[start] == "|"
        end -= plain[end - 1] == "|" and end > start
    cells = [cell_at(plain, *piece) for piece in _pieces(plain, start, end, _SEPARATORS[how])]
    return cells if how in _SHOWS_EMPTY else [cell for cell in cells if cell.text]


def _pieces(plain: str, start: int, end: int, pattern: re.Pattern[str]) -> Iterator[Line]:
    at = start
    for found in pattern.finditer(plain, start, end):
        if found[0].startswith('"'):
            continue
        yield at, found.start()
        at = found.end()
    yield at, end


def cell_at(plain: str, start: int, end: int) -> Cell:
    """The text between two places as a cell, without the blanks, quotes and stars (bold in markdown) around it."""
    while start < end and (plain[start].isspace() or plain[start] in _AROUND):
        start += 1
    while end > start and (plain[end - 1].isspace() or plain[end - 1] in _AROUND):
        end -= 1
    return Cell(re.sub(r"\s+|<br/?>", "", plain[start:end]), start, end)
