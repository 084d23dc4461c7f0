"""What a workbook's package says about cells and no library tells: number formats, what is hidden, lost results."""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field

from lxml import etree

from kpi.documents.readers.packages import column_number
from kpi.documents.readers.xlsx_formats import BUILT_IN

Place = tuple[int, int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")
_LAST_COLUMN = 16_384


@dataclass
class Looks:
    """Of one sheet, rows and columns counted from zero. `unsolved`: formulas whose result was never worked out."""

    formats: dict[Place, str] = field(default_factory=dict)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: set[int] = field(default_factory=set)
    unsolved: list[str] = field(default_factory=list)


def looks_of(content: bytes) -> dict[str, Looks]:
    """Sheet name → looks."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        formats = _formats(package)
        return {name: _looks(package, part, formats) for name, part in sheet_parts(package).items()}


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part in the package, in the order of the workbook."""
    relations = _parse(package.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", "")).lstrip("/") for one in relations}
    sheets = _parse(package.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    found = {sheet.get("name", ""): targets.get(sheet.get(_RELATION), "") for sheet in sheets}
    return {name: part for name, part in found.items() if part in package.namelist()}


def _formats(package: zipfile.ZipFile) -> dict[str, str]:
    """Index of a style → its number format; styles without one are left out."""
    if "xl/styles.xml" not in package.namelist():
        return {}
    root = _parse(package.read("xl/styles.xml"))
    written = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{_MAIN}numFmt")}
    numbers = [one.get("numFmtId", "0") for cells in root.iter(f"{_MAIN}cellXfs") for one in cells]
    codes = {str(index): _code(number, written) for index, number in enumerate(numbers)}
    return {index: code for index, code in codes.items() if code}


def _code(number: str, written: Mapping[str, str]) -> str:
    if number in written:
        return "" if written[number].lower() == "general" else written[number]
    return BUILT_IN.get(int(number), "") if number.isdecimal() else ""


def _looks(package: zipfile.ZipFile, part: str, formats: Mapping[str, str]) -> Looks:
    looks = Looks()
    with package.open(part) as stream:
        tags = [f"{_MAIN}{tag}" for tag in ("c", "row", "col")]
        for _, element in etree.iterparse(stream, tag=tags, resolve_entities=False, no_network=True):
            if element.tag == tags[0]:
                _look_at(element, formats, looks)
            elif element.get("hidden") in {"1", "true"} and element.tag == tags[1]:
                looks.hidden_rows.add(int(element.get("r", "0")) - 1)
            elif element.get("hidden") in {"1", "true"}:
                first, last = int(element.get("min", "1")), int(element.get("max", "0"))
                looks.hidden_columns.update(range(first - 1, min(last, _LAST_COLUMN)))
            element.clear()
    return looks


def _look_at(cell: etree._Element, formats: Mapping[str, str], looks: Looks) -> None:
    place = _REFERENCE.fullmatch(cell.get("r", ""))
    if not place:
        return
    code = formats.get(cell.get("s", ""))
    if code:
        looks.formats[int(place[2]) - 1, column_number(place[1].encode()) - 1] = code
    if cell.get("t") != "str" and cell.find(f"{_MAIN}f") is not None and not cell.findtext(f"{_MAIN}v"):
        looks.unsolved.append(place[0])


def _parse(content: bytes) -> etree._Element:
    return etree.fromstring(content, parser=etree.XMLParser(resolve_entities=False, no_network=True))
