"""Office files are zip archives of XML: looked at from outside before any library opens them."""

from __future__ import annotations

import io
import zipfile

from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.documents.readers.limits import MEGABYTE, Limits
from kpi.documents.readers.refusals import damaged, encrypted, refuse, too_large

MOST_PARTS = 5_000
_HEAD = 4_096


def names_in(content: bytes) -> frozenset[str]:
    """The names of the parts; BadInput when it is no sound archive."""
    return frozenset(_open(content).namelist())


def check_package(content: bytes, limits: Limits) -> None:
    """Refuse what would unpack to more than the limit (by what really comes out), and XML that declares entities."""
    archive = _open(content)
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > limits.expanded:
        raise _bomb(limits)
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
                    raise _bomb(limits)
    except KpiError:
        raise
    except Exception as error:  # what a broken archive raises depends on where it is broken
        raise damaged() from error
    return size


def _open(content: bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except Exception as error:  # as above
        raise damaged() from error


def _bomb(limits: Limits) -> Exception:
    return too_large(
        t("文件解压后超过{size}MB。请删去大图片或拆成几个文件后再上传。", size=limits.expanded // MEGABYTE)
    )
