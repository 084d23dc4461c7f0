"""Formulas that came to nothing: their cells are handed over as if empty, and what somebody filled in would be lost."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

from kpi.documents.readers.packages import column_number
from kpi.documents.readers.xlsx_package import sheet_parts

_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)(?<!/)>(.*?)</c>', re.DOTALL)
_RESULT = re.compile(rb"<v>[^<]")


def without_result(content: bytes) -> frozenset[tuple[int, int]]:
    """(row, column), counted from zero, of cells of the first sheet with an error or a formula never worked out."""
    with zipfile.ZipFile(BytesIO(content)) as package:
        part = next(iter(sheet_parts(package).values()), None)
        written = package.read(part) if part else b""
    if b't="e"' not in written and b"<f" not in written:
        return frozenset()
    return frozenset(
        (int(row) - 1, column_number(column) - 1)
        for column, row, about, inside in _CELL.findall(written)
        if _is_without_result(about, inside)
    )


def _is_without_result(about: bytes, inside: bytes) -> bool:
    """Words as a result may be empty on purpose."""
    if b't="e"' in about:
        return True
    return b"<f" in inside and b't="str"' not in about and not _RESULT.search(inside)
