"""A workbook of candidates for people who review in a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Sequence

import xlsxwriter

from kpi.core.text import t
from kpi.extraction.candidates import Candidate
from kpi.extraction.writers.flat import FIELDS, cells

WIDTHS = {"file": 26, "name": 44, "evidence": 60, "reasons": 36, "deadline": 12, "clause": 12}
NUMBERS = frozenset({"value", "low", "high", "baseline", "confidence", "start", "end"})


def write(candidates: Sequence[Candidate]) -> bytes:
    """One sheet, header frozen and filtered; numbers are numbers, texts are never formulas."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        sheet = book.add_worksheet(t("候选指标"))
        sheet.freeze_panes(1, 0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        head = book.add_format({"bold": True, "bg_color": "#DDE6F0"})
        for at, field in enumerate(FIELDS):
            sheet.write_string(0, at, field, head)
            sheet.set_column(at, at, WIDTHS.get(field, 11))
        for row, candidate in enumerate(candidates, start=1):
            for at, (field, text) in enumerate(zip(FIELDS, cells(candidate), strict=True)):
                if field in NUMBERS and text:
                    sheet.write_number(row, at, float(text))
                elif text:
                    sheet.write_string(row, at, text)
        sheet.autofilter(0, 0, max(1, len(candidates)), len(FIELDS) - 1)
    return out.getvalue()
