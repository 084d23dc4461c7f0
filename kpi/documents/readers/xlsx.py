"""Indicator tables in Excel workbooks: every visible sheet as piped rows, values as the sheet shows them.

Values and merged cells come from calamine, which is fast; how a value is shown and what is hidden stands in the
package only: 0.85 shown as 85% has to come out as 85%.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date, time, timedelta
from decimal import Decimal

from python_calamine import CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from kpi.core.errors import KpiError
from kpi.core.quantity import plain
from kpi.core.text import t
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.packages import check_package, check_sheets
from kpi.documents.readers.refusals import damaged, refuse, too_large
from kpi.documents.readers.tables import one_line, piped
from kpi.documents.readers.xlsx_formats import show_date, show_number
from kpi.documents.readers.xlsx_package import Looks, looks_of


def read(content: bytes, limits: Limits) -> str:
    """The sheets one after another, each under its name when there are several; what is hidden is left out."""
    check_package(content, limits)
    check_sheets(content)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
        looks = looks_of(content)
        shown = [
            one.name
            for one in workbook.sheets_metadata
            if one.visible is SheetVisibleEnum.Visible and one.typ is SheetTypeEnum.WorkSheet
        ]
        texts = [(name, _sheet(workbook.get_sheet_by_name(name), looks.get(name, Looks()), limits)) for name in shown]
    except KpiError:
        raise
    except Exception as error:  # the libraries have no one error for a broken file: anything may come up
        raise damaged() from error
    filled = [(name, text) for name, text in texts if text]
    return "\n\n".join(f"{name}\n{text}" if len(filled) > 1 else text for name, text in filled)


def _sheet(sheet: CalamineSheet, looks: Looks, limits: Limits) -> str:
    bottom, right = sheet.end or (0, 0)
    if (bottom + 1) * (right + 1) > limits.cells:
        raise too_large(t("工作表“{name}”超过{n}个单元格。请只保留指标表后再上传。", name=sheet.name, n=limits.cells))
    if looks.unsolved:
        raise refuse(
            t(
                "工作表“{name}”里有没有算出结果的公式（如{cell}）。请用 Excel 或 WPS 打开并保存后再上传。",
                name=sheet.name,
                cell=looks.unsolved[0],
            )
        )
    rows = sheet.to_python(skip_empty_area=False)
    grid = [
        [_shown(value, looks.formats.get((row, column), "")) for column, value in enumerate(values)]
        for row, values in enumerate(rows)
    ]
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        _fill(grid, top, left, bottom, right)
    return _with_title(_visible(grid, looks))


def _fill(grid: list[list[str]], top: int, left: int, bottom: int, right: int) -> None:
    """What a merged cell says holds in every place it covers; as wide as the table, it is a heading and said once."""
    if top >= len(grid) or left >= len(grid[top]):
        return
    if top == bottom and not any(cell for column, cell in enumerate(grid[top]) if not left <= column <= right):
        return
    text = grid[top][left]
    for row in grid[top : bottom + 1]:
        row[left : right + 1] = [text] * len(row[left : right + 1])


def _visible(grid: list[list[str]], looks: Looks) -> list[list[str]]:
    if not looks.hidden_rows and not looks.hidden_columns:
        return grid
    return [
        [cell for column, cell in enumerate(cells) if column not in looks.hidden_columns]
        for row, cells in enumerate(grid)
        if row not in looks.hidden_rows
    ]


def _with_title(grid: Sequence[Sequence[str]]) -> str:
    """Rows above the table with one cell only are its title, and stand as lines without pipes; so do notes below it."""
    filled = [[cell for cell in row if cell] for row in grid]
    first = next((index for index, row in enumerate(filled) if len(row) > 1), len(grid))
    last = next((index for index in range(len(grid) - 1, -1, -1) if len(filled[index]) > 1), first - 1)
    above = [one_line(cell) for row in filled[:first] for cell in row]
    below = [one_line(cell) for row in filled[last + 1 :] for cell in row] if last >= first else []
    return "\n".join(filter(None, [*above, piped(grid[first : last + 1]), *below]))


def _shown(value: object, code: str) -> str:
    match value:
        case bool():
            return t("是") if value else t("否")
        case int() | float():
            number = Decimal(format(value, ".15g"))
            return show_number(number, code) if code else plain(Decimal(format(value, ".12g")))
        case date():
            return show_date(value, code)
        case time() | timedelta():
            return str(value)
        case _:
            return str(value).strip()
