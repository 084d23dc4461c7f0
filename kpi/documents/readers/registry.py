"""The one registry of readers, and the one way in: bytes and a file's name give text."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath

from kpi.core.lazily import later
from kpi.core.text import t
from kpi.documents.readers import txt
from kpi.documents.readers.limits import MEGABYTE, Limits
from kpi.documents.readers.refusals import damaged, refuse, too_large
from kpi.documents.readers.sniffing import KINDS, kind_of_content


@dataclass(frozen=True)
class ReadText:
    """`text` is what offsets count in from now on."""

    text: str
    media_type: str


@dataclass(frozen=True)
class Reader:
    media_type: str
    read: Callable[[bytes, Limits], str]


_OFFICE = "application/vnd.openxmlformats-officedocument"
_TXT = Reader("text/plain", txt.read)
_HTML = Reader("text/html", later("kpi.documents.readers.html:read"))

READERS: dict[str, Reader] = {
    ".txt": _TXT,
    ".md": _TXT,
    ".html": _HTML,
    ".htm": _HTML,
    ".shtml": _HTML,
    ".docx": Reader(f"{_OFFICE}.wordprocessingml.document", later("kpi.documents.readers.docx:read")),
    ".pdf": Reader("application/pdf", later("kpi.documents.readers.pdf:read")),
    ".xlsx": Reader(f"{_OFFICE}.spreadsheetml.sheet", later("kpi.documents.readers.xlsx:read")),
}

DEFAULT_LIMITS = Limits()
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def read(content: bytes, file_name: str, limits: Limits = DEFAULT_LIMITS) -> ReadText:
    """The text of a file; BadInput that says what to do when it is empty, broken, locked, scanned or too large."""
    suffix = PurePath(file_name.strip()).suffix.lower()
    if len(content) > limits.size:
        raise too_large(t("文件超过{size}MB。请压缩其中的图片或拆成几个文件后再上传。", size=limits.size // MEGABYTE))
    if not content.strip():
        raise refuse(t("文件是空的。请检查后重新选择文件。"))
    _check_kind(content, suffix)
    reader = READERS[suffix]
    text = _storable(reader.read(content, limits))
    if not text.strip():
        raise refuse(t("文件里没有文字。请检查后重新选择文件。"))
    if len(text) > limits.characters:
        raise too_large(t("文件的文字超过{n}字。请拆成几个文件后再上传。", n=limits.characters))
    return ReadText(text, reader.media_type)


def _storable(text: str) -> str:
    """Without the signs no database takes: zero, and halves of a pair of UTF-16 from a careless font table."""
    return _UNSTORABLE.sub("", text)


def _check_kind(content: bytes, suffix: str) -> None:
    """The content says what a file is; its name has to say the same."""
    kind = kind_of_content(content)
    if kind.advice:
        raise refuse(kind.advice)
    if suffix in kind.suffixes:
        return
    if suffix not in READERS and kind.name == "text":
        raise refuse(
            t(
                "不支持“{suffix}”文件。可以上传 txt、html、docx、pdf（带文字层）或 xlsx 文件。",
                suffix=suffix or t("无扩展名"),
            )
        )
    if kind.name == "text" and txt.decode(content) is None:
        raise damaged()
    raise refuse(
        t(
            "文件的扩展名是“{suffix}”，内容却是{kind}。请把扩展名改成 {right} 后再上传。",
            suffix=suffix or t("无扩展名"),
            kind=KINDS[kind.name](),
            right=kind.suffixes[0],
        )
    )
