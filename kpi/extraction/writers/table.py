"""A plain table for the terminal, columns aligned by the width of Chinese characters."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from kpi.core.quantity import Comparator, Kind, show_quantity
from kpi.core.text import t
from kpi.extraction.candidates import Candidate

WIDEST = 44


def write(candidates: Sequence[Candidate]) -> bytes:
    """Clause, name, value, deadline and confidence of each candidate, its file where there are several; and a count."""
    rows = [[t("条款"), t("名称"), t("目标值"), t("期限"), t("把握")], *(_row(one) for one in candidates)]
    if len({one.file for one in candidates}) > 1:
        files = [t("文件"), *(_short(one.file) for one in candidates)]
        rows = [[file, *row] for file, row in zip(files, rows, strict=True)]
    widths = [max(_width(row[at]) for row in rows) for at in range(len(rows[0]))]
    lines = ["  ".join(_pad(text, width) for text, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join([*lines, t("共{n}项", n=len(candidates)), ""]).encode()


def _row(candidate: Candidate) -> list[str]:
    due = candidate.deadline.isoformat() if candidate.deadline else "—"
    return [candidate.clause or "—", _short(candidate.name), aim(candidate), due, f"{candidate.confidence:.2f}"]


def aim(candidate: Candidate) -> str:
    """The target in one short word: ≥60%, 2—3个, 里程碑."""
    if candidate.kind is Kind.MILESTONE:
        return t("里程碑")
    if candidate.comparator is Comparator.BETWEEN:
        return f"{show_quantity(candidate.low, '')}—{show_quantity(candidate.high, candidate.unit)}"
    sign = {Comparator.AT_LEAST: "≥", Comparator.AT_MOST: "≤", Comparator.ABOUT: "≈", Comparator.EQUAL: ""}
    return (
        f"{sign.get(candidate.comparator, candidate.comparator.value)}{show_quantity(candidate.value, candidate.unit)}"
    )


def _short(text: str) -> str:
    while _width(text) > WIDEST:
        text = text[:-2] + "…" if text.endswith("…") else text[:-1] + "…"
    return text


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _pad(text: str, width: int) -> str:
    return text + " " * (width - _width(text))
