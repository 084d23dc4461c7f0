"""Plain text in the encodings Chinese offices use. The text is the file as decoded; line ends are not touched."""

from __future__ import annotations

import codecs
import re

from kpi.core.text import t
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.refusals import refuse

MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
_SAMPLE = 20_000


def read(content: bytes, limits: Limits) -> str:
    """The text of a plain text file; BadInput when it is binary or in an encoding that can not be told."""
    text = decode(content)
    if text is None:
        raise refuse(t("不是文本文件，或编码无法识别。请用记事本打开，另存为 UTF-8 编码的 txt 后再上传。"))
    return text


def decode(content: bytes) -> str | None:
    """By byte order mark, else UTF-8, else UTF-16 without a mark, else GB18030; None when none gives readable text."""
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return _without_control(_try(content[len(mark) :], encoding))
    sample = content[:_SAMPLE]
    if b"\x00" in sample:
        return _without_chance(_try(content, _wide(sample)))
    return _without_control(_try(content, "utf-8")) or _without_chance(_try(content, "gb18030"))


def _wide(sample: bytes) -> str:
    """UTF-16 by the side its zeros stand on: digits, blanks and line ends have one each."""
    return "utf-16-le" if sample[1::2].count(0) > sample[0::2].count(0) else "utf-16-be"


def _try(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _without_control(text: str | None) -> str | None:
    """None for text full of control signs: it is some other file that happens to decode."""
    if text is None or "\x00" in text:
        return None
    sample = text[:_SAMPLE]
    return text if len(_CONTROL.findall(sample)) * 100 <= len(sample) else None


def _without_chance(text: str | None) -> str | None:
    """None for text of signs that hardly anybody writes: the encoding was guessed wrong."""
    text = _without_control(text)
    return text if text is not None and is_usual(text) else None


def is_usual(text: str) -> bool:
    """Whether at least seven signs of ten are ones that Chinese writers use."""
    written = [sign for sign in text[:_SAMPLE] if ord(sign) > 0x7F]
    return sum(map(_is_common, written)) * 10 >= len(written) * 7


def _is_common(sign: str) -> bool:
    """In GB2312 or of the punctuation and signs beside it; the rare rest of GB18030 is where chance ends up."""
    if "\u2000" <= sign <= "\u33ff" or sign in "\xa0\u00b0\u00b1\u00b7\u00d7\u00f7":
        return True
    try:
        return len(sign.encode("gb2312")) == 2
    except UnicodeEncodeError:
        return False
