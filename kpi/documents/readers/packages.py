"""Office files are zip archives of XML: looked at from outside before any library opens them."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator

from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.documents.readers.limits import MEGABYTE, Limits
from kpi.documents.readers.refusals import damaged, encrypted, refuse, too_large

MOST_PARTS = 5_000
MOST_UNPACKED = 400 * MEGABYTE
"""Of a workbook; 100,000 rows of values come to half of it."""
MOST_CELLS = 6_000_000
"""A table is laid out whole, empty cells too: one word in the last corner of a sheet would take 500 GB."""

_HEAD = 4_096
_LONGEST_TAG = 8 * MEGABYTE
# In sheets as nearly every program writes them; and in whatever else the standard allows.
_COLUMNS, _ROWS = re.compile(rb'r="([A-Za-z]+)\d'), re.compile(rb'r="[A-Za-z]*(\d+)')
_ANY_COLUMNS, _ANY_ROWS = re.compile(rb"""r\s*=\s*["']([A-Za-z]+)\d"""), re.compile(rb"""r\s*=\s*["'][A-Za-z]*(\d+)""")
_ROW_BEGINS = re.compile(rb"<(?:\w+:)?row\b")


def names_in(content: bytes) -> frozenset[str]:
    """The names of the parts; BadInput when it is no sound archive."""
    return frozenset(_open(content).namelist())


def check_package(content: bytes, limits: Limits) -> None:
    """Refuse what would unpack to more than the limit (by what really comes out), and XML that declares entities."""
    archive = _open(content)
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.expanded:
        raise _bomb(limits.expanded)
    left = limits.expanded
    for part in parts:
        if part.flag_bits & 1:
            raise encrypted()
        left -= _check_part(archive, part, left, limits)


def _check_part(archive: zipfile.ZipFile, part: zipfile.ZipInfo, left: int, limits: Limits) -> int:
    """The size of a part as unpacked; an archive may lie about it in its directory."""
    size = 0
    try:
        with archive.open(part) as stream:
            head = stream.read(_HEAD)
            size = len(head)
            if part.filename.endswith((".xml", ".rels")) and b"<!DOCTYPE" in head.replace(b"\x00", b""):
                raise refuse(t("文件里有不允许的 XML 声明。请用 Word 或 WPS 打开并另存后再上传。"))
            while chunk := stream.read(MEGABYTE):
                size += len(chunk)
                if size > left:
                    raise _bomb(limits.expanded)
    except KpiError:
        raise
    except Exception as error:  # what a broken archive raises depends on where it is broken
        raise damaged() from error
    return size


def check_sheets(content: bytes) -> None:
    """Refuse a workbook with a sheet that spans far more cells than it can have filled."""
    height, width = sheet_size(content)
    if height * width > MOST_CELLS:
        raise too_large(
            t(
                "工作表从第一格到最后一格跨{rows}行、{columns}列，范围过大。请删除表格以外的内容后再上传。",
                rows=height,
                columns=width,
            )
        )


def sheet_size(content: bytes) -> tuple[int, int]:
    """Rows of the longest and columns of the widest sheet, read off the package without laying any table out.

    Within a factor of two where cells do not say their place. Refused when it would unpack to more than the limit:
    an archive that lies about its sizes breaks off while it is read here.
    """
    archive = _open(content)
    if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
        raise _bomb(MOST_UNPACKED)
    sizes = [_extent(archive, part) for part in archive.infolist()]
    return max((rows for rows, _ in sizes), default=0), max((columns for _, columns in sizes), default=0)


def _extent(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> tuple[int, int]:
    rows, columns, begun, is_sheet = 0, 0, 0, False
    for chunk in _chunks(archive, part):
        is_sheet = is_sheet or b"sheetData" in chunk
        if not is_sheet:
            continue
        if _is_usual(chunk):
            numbers, letters = _ROWS.findall(chunk), _COLUMNS.findall(chunk)
        else:
            numbers, letters = _ANY_ROWS.findall(chunk), _ANY_COLUMNS.findall(chunk)
            cells = [row.count(b"<c") + row.count(b":c") for row in _ROW_BEGINS.split(chunk)]
            begun, columns = begun + len(cells) - 1, max(columns, *cells)
        rows = max([rows, begun, *map(_number, set(numbers))])
        columns = max([columns, *map(column_number, set(letters))])
    return rows, columns


def _is_usual(chunk: bytes) -> bool:
    """Whether every row and every cell begins by saying its place."""
    return (
        chunk.count(b"<c") == chunk.count(b'<c r="')
        and chunk.count(b"<row") == chunk.count(b'<row r="')
        and b":c" not in chunk
        and b":row" not in chunk
    )


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """A part in pieces that end where a tag does."""
    kept = b""
    try:
        with archive.open(part) as stream:
            while piece := stream.read(MEGABYTE):
                whole, end, kept = (kept + piece).rpartition(b">")
                if len(kept) > _LONGEST_TAG:
                    raise damaged()
                yield whole + end
    except KpiError:
        raise
    except Exception as error:  # what a broken archive raises depends on where it is broken
        raise damaged() from error


def _number(digits: bytes) -> int:
    return int(digits[:12])


def column_number(letters: bytes) -> int:
    """A is 1, Z 26, AA 27."""
    number = 0
    for letter in letters[:8].upper():
        number = number * 26 + letter - ord("A") + 1
    return number


def _open(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # as above
        raise damaged() from error


def _bomb(expanded: int) -> Exception:
    return too_large(t("文件解压后超过{size}MB。请删去大图片或拆成几个文件后再上传。", size=expanded // MEGABYTE))
