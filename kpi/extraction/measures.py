"""What a row or column measures: its name without number and unit, and the value of a cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kpi.extraction.numerals import SCALES
from kpi.extraction.phrases import peel
from kpi.extraction.quantities import Quantity, quantities
from kpi.extraction.words import UNITS_OF_THINGS, any_of

_UNITS = any_of(UNITS_OF_THINGS)
UNIT = re.compile(
    rf"(?:单位：?)?(?P<scale>万亿|千万|百万|十万|万|亿|千|百)?(?P<unit>%|‰|个?百分点|(?:1|人|例|人次)?/(?:10|十)万(?:人)?|(?:{_UNITS})(?:/[一-龥\d]{{1,6}})?)"
)
_NAME_UNIT = re.compile(r"(?:[（\[【](?P<inner>[^（）\[\]【】]{1,12})[）\]】]|，(?P<behind>[^，（）]{1,6}))$")
_NOTE = re.compile(r"[①-⑳*△▲]+(?=$|[（\[【])|[\[〔【（]注?\d{1,2}[\]〕】）](?=$|[（\[【])")
"""The mark of a footnote, behind a name or before its unit."""
_MARK = re.compile(
    r"^(?:\d{1,3}[.、．]|[（(]\d{1,2}[）)]|[①-⑳]|[（(][一二三四五六七八九十]+[）)]|[一二三四五六七八九十]{1,3}、|[-—*·●◆★▲]+)+(?!\d)"
)
_REMARK = re.compile("(?<=.)（[^（）]{2,16}）$")
BRACKETS = re.compile(r"^[\[〔【（(](.+)[\]〕】）)]$")


@dataclass(frozen=True)
class Measure:
    """Name and unit of a row, kept for the 其中 rows below it."""

    name: str
    unit: str
    scale: Decimal = Decimal(1)

    def or_in(self, unit: str) -> Measure:
        """The same in the unit that the table or the column gives, unless it has one of its own."""
        known = None if self.unit else unit_of(unit)
        return Measure(self.name, *known) if known else self


def measure_of(name: str) -> Measure:
    """A name taken apart: 2.入托率①（每年，%） is 入托率 in %."""
    name = _NOTE.sub("", _MARK.sub("", name))
    found = _NAME_UNIT.search(name)
    inner = found["inner"] or found["behind"] if found else ""
    known = unit_of(inner) or unit_of(re.split("[，、；]", inner)[-1])
    if found and known:
        return Measure(name[: found.start()], *known)
    return Measure(name, "")


def unit_of(written: str) -> tuple[str, Decimal] | None:
    """A unit and what its numbers are to be multiplied by (万人 is 人, 10000); None when it is no unit."""
    found = UNIT.fullmatch(written.strip())
    if not found:
        return None
    unit = found["unit"]
    if unit.endswith(("/10万", "/十万", "/10万人", "/十万人")):
        unit = "/10万"
    return ("个百分点" if unit == "百分点" else unit), SCALES.get(found["scale"] or "", Decimal(1))


def value_of(text: str) -> tuple[Quantity, str] | None:
    """The one quantity of a cell that holds nothing else, with the text it was read from."""
    inner = BRACKETS.match(text)
    text = _REMARK.sub("", inner[1] if inner else text)
    found = quantities(text)
    if not found:
        return None
    first = found[0]
    if text[first.end :].strip("。；，*①②③") or peel(text, 0, first.start).name_end > 0:
        return None
    return first, text
