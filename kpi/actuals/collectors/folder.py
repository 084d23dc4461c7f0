"""Values from the CSV and XLSX files of a folder the operator allows.

Every file is read on every run: what is known already changes nothing, so nothing needs to be remembered.
"""

from __future__ import annotations

import csv
import fnmatch
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from kpi.actuals.collectors.base import (
    BYTE_LIMIT,
    ROW_LIMIT,
    CollectContext,
    Collected,
    fields_of,
    row_of,
    text_setting,
    too_many,
)
from kpi.actuals.rules_rows import IncomingRow
from kpi.core.errors import BadInput, Problem, Unavailable
from kpi.core.text import t
from kpi.documents.readers.packages import check_sheets

FILE_LIMIT = 200
DEFAULT_FIELDS = {
    "indicator": "指标编码",
    "unit": "单位编码",
    "period": "期间",
    "value": "完成值",
    "numerator": "分子",
    "denominator": "分母",
    "happened_on": "完成日期",
    "note": "说明",
}
Table = list[list[object]]


def check(settings: Mapping[str, Any], context: CollectContext) -> None:
    """BadInput naming the setting that is wrong; the folder need not exist yet."""
    _allowed(settings, context)
    _pattern(settings)
    fields_of(settings, DEFAULT_FIELDS)


def collect(settings: Mapping[str, Any], context: CollectContext) -> Collected:
    """The rows of all files that match, by name; a file that can not be read is told and stops no other."""
    folder = _allowed(settings, context)
    named, fixed = fields_of(settings, DEFAULT_FIELDS)
    rows: list[IncomingRow] = []
    problems: list[Problem] = []
    for path in _files(folder, _pattern(settings)):
        try:
            for number, values in _records(path, folder):
                found = {ours: values.get(theirs) for ours, theirs in named.items()}
                rows.append(row_of(number, found, fixed, context.now, origin=path.name))
        except BadInput as error:
            problems += [_in_file(path, problem) for problem in error.problems]
        if len(rows) > ROW_LIMIT:
            raise too_many(t("文件夹"))
    return Collected(rows, problems)


def _in_file(path: Path, problem: Problem) -> Problem:
    return Problem(t("文件“{name}”：{reason}", name=path.name, reason=problem.reason), problem.field, problem.row)


def _allowed(settings: Mapping[str, Any], context: CollectContext) -> Path:
    """The folder, really inside one that is allowed, wherever links in its path lead."""
    where = t("文件夹")
    written = Path(text_setting(settings, "folder", where))
    if not context.allowed_folders:
        raise BadInput.of(Problem(t("还没有允许读取的文件夹，请由运维人员设置 KPI_COLLECT_FOLDERS"), where))
    try:
        folder = (context.allowed_folders[0] / written).resolve()
        roots = [root.resolve() for root in context.allowed_folders]
    except (OSError, ValueError, RuntimeError):
        raise BadInput.of(Problem(t("不是有效的路径"), where)) from None
    if not any(folder.is_relative_to(root) for root in roots):
        raise BadInput.of(Problem(t("只能读取允许名单中的文件夹（配置 KPI_COLLECT_FOLDERS）"), where))
    return folder


def _pattern(settings: Mapping[str, Any]) -> str:
    pattern = str(settings.get("pattern") or "*").strip()
    if "/" in pattern or "\\" in pattern or len(pattern) > 100:
        raise BadInput.of(Problem(t("只写文件名，如 *.csv 或 门诊*.xlsx"), t("文件名")))
    return pattern


def _files(folder: Path, pattern: str) -> list[Path]:
    try:
        names = [path for path in folder.iterdir() if _wanted(path, pattern)]
    except OSError:
        raise Unavailable(t("文件夹“{name}”不存在或不能读取。", name=folder.name)) from None
    if len(names) > FILE_LIMIT:
        raise BadInput.of(Problem(t("超过{n}个文件，请移走已处理的文件", n=FILE_LIMIT), t("文件夹")))
    return sorted(names)


def _wanted(path: Path, pattern: str) -> bool:
    hidden = path.name.startswith((".", "~$"))
    return not hidden and path.suffix.lower() in _READ and fnmatch.fnmatch(path.name, pattern)


def _records(path: Path, folder: Path) -> list[tuple[int, dict[str, object]]]:
    """(row number, header → value) of every row that is not blank."""
    table = _READ[path.suffix.lower()](_content(path, folder))
    lines = [(number, line) for number, line in enumerate(table, 1) if any(cell not in (None, "") for cell in line)]
    if not lines:
        raise _broken(t("是空的"))
    header = [str(cell if cell is not None else "").strip() for cell in lines[0][1]]
    return [(number, dict(zip(header, line, strict=False))) for number, line in lines[1:]]


def _content(path: Path, folder: Path) -> bytes:
    """The whole file; refused when it leads out of the folder, is too large, or changes while it is read."""
    try:
        if not path.resolve(strict=True).is_relative_to(folder) or not path.is_file():
            raise _broken(t("指向文件夹以外，不予读取"))
        before = path.stat()
        if before.st_size > BYTE_LIMIT:
            raise _broken(t("超过{n}MB", n=BYTE_LIMIT // 1024**2))
        content = path.read_bytes()
        after = path.stat()
    except OSError:
        raise _broken(t("不能读取")) from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise _broken(t("正在写入，留待下次读取"))
    return content


def _read_csv(content: bytes) -> Table:
    text = _decoded(content)
    first = text.lstrip().partition("\n")[0]
    separator = max(",，;\t", key=first.count)
    try:
        return [list(line) for line in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)]
    except csv.Error:
        raise _broken(t("引号没有成对或分隔有误")) from None


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise _broken(t("编码不是 UTF-8 或 GB18030"))


def _read_xlsx(content: bytes) -> Table:
    check_sheets(content)
    try:
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0)
        return [list(line) for line in sheet.to_python(skip_empty_area=False)]
    except (CalamineError, OSError, ValueError, IndexError):
        raise _broken(t("不是有效的 XLSX 文件")) from None


def _broken(reason: str) -> BadInput:
    return BadInput.of(Problem(reason))


_READ: dict[str, Callable[[bytes], Table]] = {".csv": _read_csv, ".xlsx": _read_xlsx}
