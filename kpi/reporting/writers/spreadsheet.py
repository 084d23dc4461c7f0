"""The Excel annex: the same tables with numbers as numbers."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter

from kpi.reporting.writers.colours import LIGHTS


def write(content: dict[str, Any]) -> bytes:
    """Sheets 目标进展 (with exact numbers, causes and measures), 单位汇总, 未报送, 正文."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        looks = _Looks(book)
        _targets(book, looks, content)
        _plain(book, looks, "单位汇总", content, content["summary"], [24, *[12] * 8])
        _plain(book, looks, "未报送", content, content["silent"], [6, 44, 24, 14, 20])
        _text(book, looks, content)
    return out.getvalue()


class _Looks:
    def __init__(self, book: Any) -> None:
        base = {
            "font_name": "宋体",
            "font_size": 10,
            "valign": "top",
            "text_wrap": True,
            "border": 1,
            "border_color": "#9aa7b2",
        }
        self.title = book.add_format({"font_name": "黑体", "font_size": 14, "bold": True})
        self.demo = book.add_format({"font_name": "宋体", "font_color": "#7a5b00", "bg_color": "#fff3cd", "bold": True})
        self.head = book.add_format({**base, "bold": True, "bg_color": "#eef2f6", "valign": "vcenter"})
        self.cell = book.add_format(base)
        self.number = book.add_format({**base, "num_format": "#,##0.######"})
        self.text = book.add_format({"font_name": "宋体", "font_size": 11, "text_wrap": True, "valign": "top"})
        self.lights = {
            light: book.add_format({**base, "font_color": ink, "bg_color": paper, "bold": True})
            for light, (ink, paper) in LIGHTS.items()
        }


def _sheet(book: Any, looks: _Looks, name: str, content: dict[str, Any], caption: str, widths: list[int]) -> Any:
    sheet = book.add_worksheet(name)
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write(0, 0, f"{content['masthead']} {content['issue']} {caption}", looks.title)
    if content["demo_note"]:
        sheet.write(1, 0, content["demo_note"], looks.demo)
    sheet.freeze_panes(3, 0)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(2)
    return sheet


_MORE = ["报送状态", "原因", "措施", "预计赶上日期", "目标值(数)", "应达到(数)", "实际(数)", "单位", "编号"]
_WIDTHS = [6, 40, 10, 18, 14, 12, 12, 10, 12, 48, 12, 36, 36, 14, 12, 12, 12, 8, 16]


def _targets(book: Any, looks: _Looks, content: dict[str, Any]) -> None:
    table = content["targets"]
    sheet = _sheet(book, looks, "目标进展", content, table["caption"], _WIDTHS)
    for column, text in enumerate([*table["head"], *_MORE]):
        sheet.write(2, column, text, looks.head)
    for line, row in enumerate(table["rows"], 3):
        numbers = row["numbers"]
        sheet.write_number(line, 0, int(row["cells"][0]), looks.cell)
        for column, text in enumerate(row["cells"][1:], 1):
            sheet.write_string(line, column, text, looks.lights[row["light"]] if column == 8 else looks.cell)
        for column, text in enumerate([row["reporting"], row["cause"], row["measure"], row["expected_on"]], 10):
            sheet.write_string(line, column, text, looks.cell)
        for column, key in enumerate(["target", "expected", "actual"], 14):
            _number(sheet, line, column, numbers[key], looks)
        sheet.write_string(line, 17, numbers["unit"], looks.cell)
        sheet.write_string(line, 18, row["code"], looks.cell)
    sheet.autofilter(2, 0, 2 + len(table["rows"]), len(table["head"]) + len(_MORE) - 1)


def _number(sheet: Any, line: int, column: int, exact: str | None, looks: _Looks) -> None:
    if exact is None:
        sheet.write_blank(line, column, None, looks.cell)
    else:
        sheet.write_number(line, column, float(exact), looks.number)


def _plain(
    book: Any, looks: _Looks, name: str, content: dict[str, Any], table: dict[str, Any], widths: list[int]
) -> None:
    sheet = _sheet(book, looks, name, content, table["caption"], widths)
    for column, text in enumerate(table["head"]):
        sheet.write(2, column, text, looks.head)
    for line, row in enumerate(table["rows"], 3):
        for column, cell in enumerate(row):
            if isinstance(cell, int):
                sheet.write_number(line, column, cell, looks.cell)
            else:
                sheet.write_string(line, column, cell, looks.cell)


def _text(book: Any, looks: _Looks, content: dict[str, Any]) -> None:
    sheet = _sheet(book, looks, "正文", content, "", [110])
    line = 2
    for section in content["sections"]:
        for part in section["parts"]:
            paragraphs = [part["heading"], *part["paragraphs"]] if part["heading"] else part["paragraphs"]
            heading = [section["heading"]] if part is section["parts"][0] else []
            for text in [*heading, *paragraphs]:
                sheet.write_string(line, 0, text, looks.text)
                line += 1
