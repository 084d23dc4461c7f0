"""Tables as text: one row a line, cells between pipes, merged cells written out so that every row stands alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_CJK = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…"
_BREAK_IN_WORDS = re.compile(rf"(?<=[{_CJK}])\s*\n\s*|\s*\n\s*(?=[{_CJK}])")
_BLANKS = re.compile(r"\s+")

WIDEST = 200


@dataclass(frozen=True)
class Cell:
    text: str
    columns: int = 1
    rows: int = 1


def spread(rows: Iterable[Sequence[Cell]]) -> list[list[str]]:
    """The grid of a table whose cells span columns and rows: a cell's text stands in every place it covers.

    A cell alone in its row (a sub-heading over all columns) is written once.
    """
    grid: list[list[str]] = []
    below: dict[int, tuple[str, int]] = {}
    for cells in rows:
        if len(cells) == 1 and not below:
            grid.append([cells[0].text] + [""] * (min(cells[0].columns, WIDEST) - 1))
            continue
        line: list[str] = []
        waiting = list(reversed(cells))
        while waiting or len(line) in below:
            if len(line) in below:
                text, left = below.pop(len(line))
                if left > 1:
                    below[len(line)] = (text, left - 1)
                line.append(text)
                continue
            cell = waiting.pop()
            for _ in range(min(max(cell.columns, 1), WIDEST)):
                if cell.rows > 1:
                    below[len(line)] = (cell.text, cell.rows - 1)
                line.append(cell.text)
            if len(line) > WIDEST:
                break
        grid.append(line)
    return grid


def piped(grid: Iterable[Sequence[str]]) -> str:
    """The rows as lines; empty rows are left out, and so are columns that are empty in all rows."""
    rows = [[one_line(cell) for cell in row] for row in grid]
    used = {column for row in rows for column, cell in enumerate(row) if cell}
    lines = ([cell for column, cell in enumerate(row) if column in used] for row in rows if any(row))
    return "\n".join(" | ".join(line).rstrip() for line in lines)


def one_line(text: str) -> str:
    """A cell's text on one line: Chinese words broken over lines are put together again; pipes would end the cell."""
    return _BLANKS.sub(" ", _BREAK_IN_WORDS.sub("", text.replace("|", "｜"))).strip()
