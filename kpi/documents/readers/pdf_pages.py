"""A page of a PDF as lines and tables with their places, from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from statistics import median

from pdfplumber.page import Page
from pdfplumber.table import Table

from kpi.documents.readers.pdf_columns import Gutter, Row, Sign, gutter_of, middle_of, rows_of
from kpi.documents.readers.pdf_lines import Block, PrintedLine, PrintedTable, tidy
from kpi.documents.readers.tables import one_line

Box = tuple[float, float, float, float]

COLUMN_GAP = 1.8
WORD_GAP = 0.25
_SNAP = 3


def blocks_of(page: Page) -> list[Block]:
    """Lines and ruled tables in order of reading; what stands in a table is not said again as lines."""
    upright = page.filter(lambda thing: thing["object_type"] != "char" or thing["upright"]).dedupe_chars()
    tables = [table for table in upright.find_tables() if _is_table(table)]
    signs = [sign for sign in upright.chars if not any(_inside(sign, table.bbox) for table in tables)]
    gutter = None if tables else gutter_of(signs)
    if gutter:
        return list(_in_columns(signs, gutter, float(page.height)))
    lines = (_printed(row, float(page.height)) for row in rows_of(signs))
    placed: list[tuple[float, Block]] = [(line.top, line) for line in lines]
    placed += [(table.bbox[1], PrintedTable(_rows(table))) for table in tables]
    return [block for _, block in sorted(placed, key=lambda one: one[0])]


def _in_columns(signs: Sequence[Sign], gutter: Gutter, page_height: float) -> Iterator[Block]:
    """The left column down, then the right one; a line over both ends what stands above it."""
    over = [row for row in rows_of(signs) if gutter.is_crossed(row)]
    across = {id(sign) for row in over for sign in row}
    rest = [sign for sign in signs if id(sign) not in across]
    edge = min(float(sign["x0"]) for sign in signs)
    columns = [
        (rows_of([sign for sign in rest if sign["x1"] <= gutter.right]), edge),
        (rows_of([sign for sign in rest if sign["x1"] > gutter.right]), gutter.right),
    ]
    above = float("-inf")
    for below, row in [*((middle_of(row), row) for row in over), (float("inf"), None)]:
        for rows, shift in columns:
            for one in rows:
                if above <= middle_of(one) < below:
                    line = _printed(one, page_height)
                    yield replace(line, left=line.left - shift, right=line.right - shift, column=shift)
        if row:
            yield _printed(row, page_height)
        above = below


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


def _printed(row: Row, page_height: float) -> PrintedLine:
    said = [sign for sign in row if sign["text"].strip()]
    top = min(float(sign["top"]) for sign in said)
    return PrintedLine(
        text=_spaced(row).strip(),
        left=float(said[0]["x0"]),
        right=max(float(sign["x1"]) for sign in said),
        top=top,
        size=float(median(sign["size"] for sign in said)),
        at=top / page_height if page_height else 0.0,
    )


def _spaced(row: Row) -> str:
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
