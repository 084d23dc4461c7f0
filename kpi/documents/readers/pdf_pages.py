"""A page of a PDF as lines and tables with their places, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from statistics import median
from typing import Any

from pdfplumber.page import Page
from pdfplumber.table import Table

from kpi.documents.readers.pdf_lines import Block, PrintedLine, PrintedTable, tidy
from kpi.documents.readers.tables import one_line

Sign = dict[str, Any]
Box = tuple[float, float, float, float]

COLUMN_GAP = 1.8
WORD_GAP = 0.25
_SNAP = 3


def blocks_of(page: Page) -> list[Block]:
    """Lines and ruled tables in order of reading; what stands in a table is not said again as lines."""
    upright = page.filter(lambda thing: thing["object_type"] != "char" or thing["upright"]).dedupe_chars()
    tables = [table for table in upright.find_tables() if _is_table(table)]
    signs = [sign for sign in upright.chars if not any(_inside(sign, table.bbox) for table in tables)]
    placed: list[tuple[float, Block]] = [(line.top, line) for line in _lines(signs, float(page.height))]
    placed += [(table.bbox[1], PrintedTable(_rows(table))) for table in tables]
    return [block for _, block in sorted(placed, key=lambda one: one[0])]


def _is_table(table: Table) -> bool:
    """At least two columns and two rows; a frame around a paragraph is none."""
    return len(table.rows) > 1 and max(len(row.cells) for row in table.rows) > 1 and len(table.cells) > 2


def _inside(sign: Sign, box: Box) -> bool:
    middle, height = (sign["x0"] + sign["x1"]) / 2, (sign["top"] + sign["bottom"]) / 2
    return bool(box[0] <= middle <= box[2] and box[1] <= height <= box[3])


def _rows(table: Table) -> list[list[str]]:
    """The grid; a place without a cell of its own says what the merged cell over it says."""
    texts = [[tidy(one_line(cell or "")) for cell in row] for row in table.extract()]
    boxes = {cell: texts[r][c] for r, row in enumerate(table.rows) for c, cell in enumerate(row.cells) if cell}
    columns = sorted({round(edge, 1) for cell in table.cells for edge in (cell[0], cell[2])})
    middles = [(left + right) / 2 for left, right in pairwise(columns) if right - left > _SNAP]
    grid: list[list[str]] = []
    for row in table.rows:
        height = (row.bbox[1] + row.bbox[3]) / 2
        over = [_box_at(boxes, middle, height) for middle in middles]
        alone = len({box for box in over if box}) == 1 and all(over)
        grid.append([boxes[over[0]], *[""] * (len(over) - 1)] if alone and over[0] else _said(boxes, over))
    return grid


def _said(boxes: dict[Box, str], over: Sequence[Box | None]) -> list[str]:
    return [boxes[box] if box else "" for box in over]


def _box_at(boxes: dict[Box, str], x: float, y: float) -> Box | None:
    return next((box for box in boxes if box[0] <= x <= box[2] and box[1] <= y <= box[3]), None)


def _lines(signs: Sequence[Sign], page_height: float) -> Iterator[PrintedLine]:
    """Signs of about the same height make a line, from left to right."""
    rows: list[list[Sign]] = []
    for sign in sorted(signs, key=lambda one: (one["top"] + one["bottom"], one["x0"])):
        middle = (sign["top"] + sign["bottom"]) / 2
        if rows and middle - _middle(rows[-1]) < 0.5 * max(sign["size"], 1):
            rows[-1].append(sign)
        else:
            rows.append([sign])
    for row in rows:
        row.sort(key=lambda one: float(one["x0"]))
        text = _spaced(row)
        if text.strip():
            yield _printed(row, text, page_height)


def _middle(row: Sequence[Sign]) -> float:
    """Where the first sign of a row stands; marks above or below the line must not pull it along."""
    return float(row[0]["top"] + row[0]["bottom"]) / 2


def _printed(row: Sequence[Sign], text: str, page_height: float) -> PrintedLine:
    said = [sign for sign in row if sign["text"].strip()]
    size = float(median(sign["size"] for sign in said))
    top = min(float(sign["top"]) for sign in said)
    return PrintedLine(
        text=text.strip(),
        left=float(said[0]["x0"]),
        right=max(float(sign["x1"]) for sign in said),
        top=top,
        size=size,
        at=top / page_height if page_height else 0.0,
    )


def _spaced(row: Sequence[Sign]) -> str:
    """The signs with the gaps between them: a wide one divides columns, a narrow one words."""
    pieces: list[str] = []
    end: float | None = None
    blank = ""
    for sign in row:
        if sign["text"].isspace():
            blank = "\u3000" if sign["text"] == "\u3000" else blank or " "
            continue
        gap = (sign["x0"] - end) / max(sign["size"], 1) if end is not None else 0
        pieces.append("   " if gap > COLUMN_GAP else blank or (" " if gap > WORD_GAP else ""))
        pieces.append(sign["text"])
        end, blank = sign["x1"], ""
    return "".join(pieces)
