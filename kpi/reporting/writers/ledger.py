"""The ledger as a workbook: what is shown on the page, numbers as numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import xlsxwriter

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.readmodel.ledger import Ledger, LedgerRow
from kpi.reporting.writers.colours import LIGHTS

WIDTHS = (16, 40, 12, 24, 14, 14, 12, 14, 12, 10, 14, 48, 16, 18, 16, 12)


def write(ledger: Ledger, codes: Sequence[str]) -> bytes:
    """The rows with these codes in this order (those of the ledger that a person filtered and sorted)."""
    by_code = {row.code: row for row in ledger.rows}
    rows = [by_code[code] for code in codes if code in by_code]
    if not rows:
        raise BadInput(t("没有可导出的目标，请放宽筛选后再试。"))
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        _sheet(book, ledger, rows)
    return out.getvalue()


def _sheet(book: Any, ledger: Ledger, rows: Sequence[LedgerRow]) -> None:
    base = {"valign": "top", "text_wrap": True, "border": 1, "border_color": "#9aa7b2"}
    looks = {
        "cell": book.add_format(base),
        "number": book.add_format({**base, "num_format": "#,##0.######"}),
        "day": book.add_format({**base, "num_format": "yyyy-mm-dd"}),
        "head": book.add_format({**base, "bold": True, "bg_color": "#eef2f6"}),
        **{
            light: book.add_format({**base, "bold": True, "font_color": ink, "bg_color": paper})
            for light, (ink, paper) in LIGHTS.items()
        },
    }
    scope = ledger.scope
    sheet = book.add_worksheet(t("目标台账"))
    sheet.write_string(0, 0, t("{plan}　截至{month}", plan=scope.plan.label, month=scope.month.label))
    if scope.plan.demo:
        sheet.write_string(1, 0, t("演示数据，仅供试用"))
    for column, (head, width) in enumerate(zip(_heads(), WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(2, column, head, looks["head"])
    for line, row in enumerate(rows, 3):
        _line(sheet, line, row, looks)
    sheet.autofilter(2, 0, 2 + len(rows), len(WIDTHS) - 1)
    sheet.freeze_panes(3, 2)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _heads() -> tuple[str, ...]:
    return (
        *(t("编号"), t("目标"), t("条款"), t("目标值"), t("目标值（数）"), t("最新值"), t("截至"), t("最新值（数）")),
        *(t("应达到（数）"), t("进度（%）"), t("亮灯"), t("原因说明"), t("报送状态")),
        *(t("牵头单位"), t("所属单位"), t("期限")),
    )


def _line(sheet: Any, line: int, row: LedgerRow, looks: dict[str, Any]) -> None:
    light = f"{row.light.shape} {row.light.label}"
    reporting = row.reporting.label if row.reporting else t("未指定填报人")
    cells: tuple[tuple[Any, str], ...] = (
        *((row.code, "cell"), (row.name, "cell"), (row.clause, "cell"), (row.demand, "cell")),
        *((row.target_value, "number"), (row.latest, "cell"), (row.as_of, "cell"), (row.value, "number")),
        *((row.expected_value, "number"), (row.progress, "number"), (light, row.light.value), (row.reason, "cell")),
        *((reporting, "cell"), (row.lead, "cell"), (row.unit, "cell")),
    )
    for column, (value, look) in enumerate(cells):
        _cell(sheet, line, column, value, looks[look])
    day = datetime(row.deadline.year, row.deadline.month, row.deadline.day)
    sheet.write_datetime(line, len(cells), day, looks["day"])


def _cell(sheet: Any, line: int, column: int, value: Any, look: Any) -> None:
    """Text stays text whatever it begins with."""
    if value is None:
        sheet.write_blank(line, column, None, look)
    elif isinstance(value, Decimal):
        sheet.write_number(line, column, float(value), look)
    else:
        sheet.write_string(line, column, value, look)
