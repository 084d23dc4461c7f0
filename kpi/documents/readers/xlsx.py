"""Indicator tables in Excel workbooks: every visible sheet as piped rows, numbers as the sheet shows them.

Values and merged cells come from calamine, which is fast; whether a number is a percentage stands only in the
styles, so these are read from the package: 0.85 shown as 85% has to come out as 85%.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from lxml import etree
from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kpi.core.errors import KpiError
from kpi.core.quantity import plain
from kpi.core.text import t
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.packages import check_package, check_sheets, column_number
from kpi.documents.readers.refusals import damaged, too_large
from kpi.documents.readers.tables import one_line, piped

Place = tuple[int, int]

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_BUILT_IN_PERCENT = frozenset({9, 10})
_QUOTED = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_REFERENCE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def read(content: bytes, limits: Limits) -> str:
    """The sheets one after another, each under its name when there are several; hidden sheets are left out."""
    check_package(content, limits)
    check_sheets(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        percents = _percents(content)
        shown = [
            one.name
            for one in workbook.sheets_metadata
            if one.visible is SheetVisibleEnum.Visible and one.typ is SheetTypeEnum.WorkSheet
        ]
        texts = [(name, _sheet(workbook.get_sheet_by_name(name), percents.get(name, set()), limits)) for name in shown]
    except KpiError:
        raise
    except Exception as error:  # the libraries have no one error for a broken file: anything may come up
        raise damaged() from error
    filled = [(name, text) for name, text in texts if text]
    return "\n\n".join(f"{name}\n{text}" if len(filled) > 1 else text for name, text in filled)


def _sheet(sheet: CalamineSheet, percents: set[Place], limits: Limits) -> str:
    bottom, right = sheet.end or (0, 0)
    if (bottom + 1) * (right + 1) > limits.cells:
        raise too_large(t("工作表“{name}”超过{n}个单元格。请只保留指标表后再上传。", name=sheet.name, n=limits.cells))
    rows = sheet.to_python(skip_empty_area=False)
    grid = [
        [_shown(value, (row, column) in percents) for column, value in enumerate(values)]
        for row, values in enumerate(rows)
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        _fill(grid, top, left, bottom, right)
    return _with_title(grid)


def _fill(grid: list[list[str]], top: int, left: int, bottom: int, right: int) -> None:
    """What a merged cell says holds in every place it covers; as wide as the table, it is a heading and said once."""
    if top >= len(grid) or left >= len(grid[top]):
        return
    if top == bottom and not any(cell for column, cell in enumerate(grid[top]) if not left <= column <= right):
        return
    text = grid[top][left]
    for row in grid[top : bottom + 1]:
        row[left : right + 1] = [text] * len(row[left : right + 1])


def _with_title(grid: Sequence[Sequence[str]]) -> str:
    """Rows above the table with one cell only are its title, and stand as lines without pipes."""
    titles: list[str] = []
    for index, row in enumerate(grid):
        filled = [cell for cell in row if cell]
        if len(filled) > 1:
            return "\n".join([*titles, piped(grid[index:])])
        titles.extend(one_line(cell) for cell in filled)
    return "\n".join(titles)


def _shown(value: object, is_percent: bool) -> str:
    match value:
        case bool():
            return t("是") if value else t("否")
        case int() | float():
            number = Decimal(format(value, ".12g"))
            return f"{plain(number * 100)}%" if is_percent else plain(number)
        case datetime():
            return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="minutes")
        case date() | time() | timedelta():
            return str(value)
        case _:
            return str(value).strip()


def _percents(content: bytes) -> dict[str, set[Place]]:
    """Sheet name → places of the cells whose number format is a percentage."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        styles = _percent_styles(package)
        return (
            {name: set(_places(package, part, styles)) for name, part in sheet_parts(package).items()} if styles else {}
        )


def _percent_styles(package: zipfile.ZipFile) -> set[str]:
    if "xl/styles.xml" not in package.namelist():
        return set()
    root = _parse(package.read("xl/styles.xml"))
    written = {one.get("numFmtId", ""): one.get("formatCode", "") for one in root.iter(f"{_MAIN}numFmt")}
    formats = [one.get("numFmtId", "0") for cells in root.iter(f"{_MAIN}cellXfs") for one in cells]
    return {str(index) for index, number in enumerate(formats) if _is_percent(number, written)}


def _is_percent(number: str, written: Mapping[str, str]) -> bool:
    if number in written:
        return "%" in _QUOTED.sub("", written[number])
    return number.isdecimal() and int(number) in _BUILT_IN_PERCENT


def sheet_parts(package: zipfile.ZipFile) -> dict[str, str]:
    """Sheet name → its part in the package, in the order of the workbook."""
    relations = _parse(package.read("xl/_rels/workbook.xml.rels"))
    targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", "")).lstrip("/") for one in relations}
    sheets = _parse(package.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    found = {sheet.get("name", ""): targets.get(sheet.get(_RELATION), "") for sheet in sheets}
    return {name: part for name, part in found.items() if part in package.namelist()}


def _places(package: zipfile.ZipFile, part: str, styles: set[str]) -> Iterator[Place]:
    with package.open(part) as stream:
        for _, cell in etree.iterparse(stream, tag=f"{_MAIN}c", resolve_entities=False, no_network=True):
            found = _REFERENCE.fullmatch(cell.get("r", "")) if cell.get("s") in styles else None
            if found:
                yield int(found[2]) - 1, column_number(found[1].encode()) - 1
            cell.clear()


def _parse(content: bytes) -> etree._Element:
    return etree.fromstring(content, parser=etree.XMLParser(resolve_entities=False, no_network=True))
