"""Saying no to a file, always with what to do next."""

from __future__ import annotations

from kpi.core.errors import BadInput, Problem, TooLarge
from kpi.core.text import t


def refuse(reason: str) -> BadInput:
    return BadInput.of(Problem(reason, field=t("文件")))


def too_large(reason: str) -> TooLarge:
    return TooLarge(reason, [Problem(reason, field=t("文件"))])


def damaged() -> BadInput:
    return refuse(t("文件已损坏，无法打开。请用 Word 或 WPS 重新打开并另存后再上传。"))


def encrypted() -> BadInput:
    return refuse(t("文件设有打开密码。请先取消密码，再上传。"))
