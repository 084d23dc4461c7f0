"""Formats of a report. A new one is a module with `write(content) -> bytes` and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kpi.core.errors import BadInput, Problem
from kpi.core.text import t
from kpi.reporting.writers import spreadsheet, webpage, word


@dataclass(frozen=True)
class Format:
    suffix: str
    media_type: str
    write: Callable[[dict[str, Any]], bytes]


FORMATS = {
    "docx": Format("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", word.write),
    "xlsx": Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", spreadsheet.write),
    "html": Format("html", "text/html; charset=utf-8", webpage.write),
}


def format_of(name: str) -> Format:
    if name not in FORMATS:
        known = "、".join(FORMATS)
        raise BadInput.of(Problem(t("没有“{name}”格式，可用：{known}", name=name, known=known), t("格式")))
    return FORMATS[name]


def file_name(content: dict[str, Any], suffix: str) -> str:
    """云江市卫生健康工作目标监测月报-2026年第10期.docx"""
    demo = t("（演示）") if content["demo_note"] else ""
    return f"{content['masthead']}-{content['issue']}{demo}.{suffix}"
