"""Formats of a report. A new one is a module with `write(content) -> bytes` and a line here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kpi.core.errors import BadInput, Problem
from kpi.core.lazily import later
from kpi.core.text import t


@dataclass(frozen=True)
class Format:
    suffix: str
    media_type: str
    write: Callable[[dict[str, Any]], bytes]


_OFFICE = "application/vnd.openxmlformats-officedocument"

FORMATS = {
    "docx": Format("docx", f"{_OFFICE}.wordprocessingml.document", later("kpi.reporting.writers.word:write")),
    "xlsx": Format("xlsx", f"{_OFFICE}.spreadsheetml.sheet", later("kpi.reporting.writers.spreadsheet:write")),
    "html": Format("html", "text/html; charset=utf-8", later("kpi.reporting.writers.webpage:write")),
}


def format_of(name: str) -> Format:
    if name not in FORMATS:
        known = t("、").join(FORMATS)
        raise BadInput.of(Problem(t("没有“{name}”格式，可用：{known}", name=name, known=known), t("格式")))
    return FORMATS[name]


def file_name(content: dict[str, Any], suffix: str) -> str:
    """云江市卫生健康工作目标监测月报-2026年第10期.docx"""
    demo = t("（演示）") if content["demo_note"] else ""
    return f"{content['masthead']}-{content['issue']}{demo}.{suffix}"
