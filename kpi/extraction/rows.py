"""A row of a table of indicators, and what the look of a cell says about its place in one."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from kpi.extraction import names
from kpi.extraction.candidates import Nature
from kpi.extraction.cells import Cell
from kpi.extraction.measures import UNIT, value_of

_NOTHING = re.compile(r"^(?:[-—–/\\*·.]*|无|空|一)$")
"""Nothing, a dash, or the numeral one typed for a dash."""
_WORDS_FOR_VALUE = re.compile(
    r"(?:(?:持续|保持|稳定|逐步|不断|进一步|达到|完成|基本|不低于|低于|高于|与|稳步|继续|稳中|明显|有所|按|全部|优于|符合|力争|控制在)[^\d]{0,14})$"
)
_NATURE = re.compile(r"(?P<bound>约束)|(?P<expect>预期|指导|引导)")
_UNFINISHED = re.compile(r"[^温饱不][和及与或、的占]$|^[和及与或、]$")
_MARKED = re.compile(r"（[一二三四五六七八九十\d]{1,3}）")
NATURE_CELL = re.compile(r"^(?:约束性?|预期性?|指导性?|引导性?|约束性指标|预期性指标)$")
OF_WHICH = re.compile(r"^(?:其\s*中|#|——|--|-)[：:]?")


@dataclass
class Row:
    """A row taken apart: texts for the name, and its value cells in column order.

    `parent` is the row above that names the measure for a group of 其中.
    """

    name: Cell
    cells: list[Cell | None] = field(default_factory=list)
    unit: str = ""
    nature: Nature | None = None
    due: date | None = None
    category: str = ""
    parent: Cell | None = None


def nature_of(text: str) -> Nature | None:
    found = _NATURE.search(text)
    if not found:
        return None
    return Nature.BINDING if found["bound"] else Nature.EXPECTED


def breaks_off(upper: str, lower: str) -> bool:
    """Does a name go on in the cell below: 每千人口 / 托位数（个）, 入托率 / （%）?"""
    if _UNFINISHED.search(upper) or names.PER_LEAD.fullmatch(upper) or upper.count("（") > upper.count("）"):
        return True
    return lower.startswith("（") and not _MARKED.match(lower)


def joined(upper: Cell, lower: Cell) -> Cell:
    return Cell(upper.text + lower.text, upper.start, lower.end)


def kind_of(text: str) -> str:
    """V a value, W words or a dash in a value's place, U a unit, P a nature, N a name."""
    if _NOTHING.match(text):
        return "W"
    if NATURE_CELL.match(text):
        return "P"
    if UNIT.fullmatch(text):
        return "U"
    if value_of(text) is not None:
        return "V"
    if _WORDS_FOR_VALUE.match(text) and not names.has_head(text):
        return "W"
    return "N"
