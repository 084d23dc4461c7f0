"""Signs of a page as rows, and pages set in two columns: told by a strip down the middle that hardly a line crosses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

Sign = dict[str, Any]
Row = list[Sign]

FEWEST_ROWS = 8
FULL = 0.8
"""Lines of prose reach the end of their column; cells of a table without rules do not."""
NARROWEST = 1.2
MIDDLE = 0.1
MOST_CROSSING = 0.15
_STEP = 2
_SLACK = 0.5
_MARKS = frozenset("0123456789①②③④⑤⑥⑦⑧⑨*")


@dataclass(frozen=True)
class Gutter:
    """The strip between the columns, as wide as it is blank."""

    left: float
    right: float

    def is_crossed(self, row: Row) -> bool:
        return any(
            sign["x0"] < self.right - _SLACK and sign["x1"] > self.left + _SLACK for sign in row if sign["text"].strip()
        )


def rows_of(signs: Sequence[Sign]) -> list[Row]:
    """Signs of about the same height make a row, from left to right."""
    rows: list[Row] = []
    for sign in sorted(signs, key=lambda one: (one["top"] + one["bottom"], one["x0"])):
        middle = (sign["top"] + sign["bottom"]) / 2
        if rows and middle - middle_of(rows[-1]) < 0.5 * max(sign["size"], 1):
            rows[-1].append(sign)
        else:
            rows.append([sign])
    sorted_rows = (_without_marks(sorted(row, key=lambda one: float(one["x0"]))) for row in rows)
    return [row for row in sorted_rows if any(sign["text"].strip() for sign in row)]


def middle_of(row: Row) -> float:
    """Where the first sign of a row stands; marks above or below the line must not pull it along."""
    return float(row[0]["top"] + row[0]["bottom"]) / 2


def _without_marks(row: Row) -> Row:
    """Without the small raised digits behind Chinese words that point to a footnote; m² keeps its own."""
    size = median(sign["size"] for sign in row)
    return [
        sign
        for before, sign in zip([None, *row], row, strict=False)
        if not (before and sign["text"] in _MARKS and sign["size"] < 0.75 * size and before["text"] > "\u3000")
    ]


def gutter_of(signs: Sequence[Sign]) -> Gutter | None:
    """The strip between two columns of prose; None on a page that is not set in two."""
    said = [sign for sign in signs if sign["text"].strip()]
    if len(said) < 4 * FEWEST_ROWS:
        return None
    left, right = min(sign["x0"] for sign in said), max(sign["x1"] for sign in said)
    gutter = _widest_blank(said, left, right, len(rows_of(said)))
    if gutter is None or gutter.right - gutter.left < NARROWEST * median(sign["size"] for sign in said):
        return None
    columns = (
        ([sign for sign in said if sign["x1"] <= gutter.left + _SLACK], gutter.left),
        ([sign for sign in said if sign["x0"] >= gutter.right - _SLACK], right),
    )
    return gutter if all(_is_prose(column, end) for column, end in columns) else None


def _widest_blank(said: Sequence[Sign], left: float, right: float, rows: int) -> Gutter | None:
    """The widest strip about the middle of the page that few signs stand in."""
    middle, slack = (left + right) / 2, MIDDLE * (right - left)
    steps = [middle - slack + at * _STEP for at in range(int(2 * slack / _STEP) + 1)]
    crossed = [sum(sign["x0"] < at < sign["x1"] for sign in said) for at in steps]
    best: list[float] = []
    run: list[float] = []
    for at, count in zip(steps, crossed, strict=True):
        run = [*run, at] if count <= MOST_CROSSING * rows else []
        best = max(best, run, key=len)
    return Gutter(best[0], best[-1]) if len(best) > 1 else None


def _is_prose(column: Sequence[Sign], end: float) -> bool:
    rows = rows_of(column)
    if len(rows) < FEWEST_ROWS:
        return False
    begin = min(row[0]["x0"] for row in rows)
    return bool(median(row[-1]["x1"] - begin for row in rows) > FULL * (end - begin))
