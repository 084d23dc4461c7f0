"""Comma-separated values with a header, one row a candidate; opens in a spreadsheet with Chinese intact."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from kpi.core.quantity import plain
from kpi.extraction.candidates import Candidate

FIELDS = (
    "file", "clause", "name", "kind", "comparator", "comparator_text", "value", "low", "high", "unit", "deadline",
    "baseline", "baseline_date", "change", "basis", "hedge", "scope", "group", "nature", "deliverable_type",
    "confidence", "reasons", "start", "end", "evidence",
)  # fmt: skip
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def cells(candidate: Candidate) -> list[str]:
    """The fields of a candidate as text, in the order of FIELDS; numbers exact, no cell a formula."""
    row = candidate.as_dict()
    row |= {
        field: plain(value) for field in ("value", "low", "high") if (value := getattr(candidate, field)) is not None
    }
    row["baseline"] = plain(candidate.baseline.value) if candidate.baseline else None
    row["baseline_date"] = candidate.baseline.date if candidate.baseline else None
    row["reasons"] = "；".join(candidate.reasons)
    return [_safe(field, "" if row[field] is None else str(row[field])) for field in FIELDS]


def _safe(field: str, text: str) -> str:
    """What comes from a document must not run as a formula; the comparator = is our own."""
    return f"'{text}" if field in {"name", "evidence", "scope", "basis"} and text.startswith(FORMULA) else text


def write(candidates: Sequence[Candidate]) -> bytes:
    """UTF-8 with a byte order mark, as spreadsheets expect it."""
    lines = io.StringIO(newline="")
    writer = csv.writer(lines)
    writer.writerow(FIELDS)
    writer.writerows(cells(candidate) for candidate in candidates)
    return lines.getvalue().encode("utf-8-sig")
