"""Tables that hand a task down: one row a region or unit, one column an indicator; the row of totals is the target."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kpi.extraction import names
from kpi.extraction.aims import draft_of_cell
from kpi.extraction.candidates import Draft
from kpi.extraction.cells import Line, cells_of
from kpi.extraction.columns import role_of
from kpi.extraction.deadlines import Horizon
from kpi.extraction.measures import Measure, measure_of, value_of
from kpi.extraction.rows import Row
from kpi.extraction.rows_by_place import due_of_row
from kpi.extraction.separated import rows_below
from kpi.extraction.tables import UNIT_LINE, Table, caption_of

_PLACES = re.compile(
    r"(?:各?(?:[省市州县区乡镇村]|地区|区域|县市区?|市州|市县|区县|县区|镇街|乡镇|街道|单位|责任单位|承担单位)"
    r"(?:（[^（）]{1,8}）)?(?:名称)?)"
)
_SIGNS = (("tab", "\t"), ("gap", "  "), ("blank", " "))
LONGEST_HEAD = 5
"""A longer head of a column names its measure by itself."""
_TOTAL = re.compile("合计|总计|共计|小计|全[省市县区州]|总数")
_PLAN = re.compile("任务|目标|计划|分解|安排|指标")
_CAPTION = re.compile(
    r"(?:附[件表]?\d*[：:]?)|(?:20\d\d年(?:度)?)|(?:全[省市县区州])|(?:目标|任务|计划|指标)*(?:分解|安排|分配|一览|明细)*表?$"
)


def cross_table(plain: str, lines: Sequence[Line], at: int) -> Table | None:
    """A table of this kind by tabs or wide gaps, with the line above it as its caption."""
    start, end = lines[at]
    how = next((how for how, sign in _SIGNS if plain.find(sign, start, end) >= 0), "")
    if not how or not _PLACES.match(plain, start, end):
        return None
    header = cells_of(plain, lines[at], how)
    rows, last = rows_below(plain, lines, at + 1, how, len(header))
    table = Table(at, last, start, header, rows, aligned=True, caption=caption_of(plain, lines, at))
    return table if rows and is_cross(table) else None


def is_cross(table: Table) -> bool:
    """Regions down, indicators with their units across, below a caption that speaks of a task."""
    heads = [cell.text for cell in table.header]
    return bool(
        len(heads) > 1
        and _PLACES.fullmatch(heads[0])
        and _PLAN.search(table.caption)
        and any(_measure_of(head, table.unit) for head in heads[1:])
    )


def read_cross(plain: str, table: Table, horizon: Horizon) -> Iterator[Draft]:
    rows = [row for row in table.rows if len(row) == len(table.header)]
    totals = [row for row in rows if _TOTAL.fullmatch(row[0].text)]
    lines = [line for line in table.caption.split("\n") if not UNIT_LINE.search(line)]
    thing = _CAPTION.sub("", lines[-1]) if lines else ""
    for cells in totals[:1] or rows:
        due = due_of_row(table.header, cells, horizon)
        place = "" if totals else cells[0].text
        for head, cell in zip(table.header[1:], cells[1:], strict=True):
            measure = _measure_of(head.text, table.unit)
            if measure and value_of(cell.text):
                named = replace(measure, name=place + _full_name(measure.name, thing))
                yield draft_of_cell(plain, Row(cells[0], [cell], due=due), named, cell, due or horizon.due)


def _measure_of(head: str, unit: str) -> Measure | None:
    """The measure a column is headed by, when it has a unit of its own or that of the table."""
    if role_of(head) is not None:
        return None
    own = measure_of(head)
    measure = own if own.unit or not unit else measure_of(f"{head}（{unit}）")
    return measure if measure.unit else None


def _full_name(name: str, thing: str) -> str:
    return name if names.is_density(name) or thing in name or len(name) > LONGEST_HEAD else thing + name
