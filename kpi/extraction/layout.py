"""Text as it lies on the page → paragraphs that can be read without thinking of blanks and line ends.

Every paragraph carries, for each of its characters, the offset in the original text, so that whatever is
read from it points back to the exact slice.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_SAME = {
    "0123456789": "０１２３４５６７８９",
    "%": "％﹪",
    ".": "．",
    ",": "﹐",
    "-": "—–―－‐‑﹣−─━",
    "~": "～〜∼",
    ":": "∶",
    ">": "＞〉",
    "<": "＜〈",
    "=": "＝",
    "/": "／",
    "+": "＋┌┬┐├┼┤└┴┘┏┳┓┣╋┫┗┻┛╔╦╗╠╬╣╚╩╝",
    "|": "｜│┃║",
    " ": "\u00a0\u3000\u2002\u2003\u2009\ufeff\u200b\r",
    "“": "〝「『",
    "”": "〞」』",
    "（": "(",
    "）": ")",
    "；": ";",
    "！": "!",
    "？": "?",
}
"""One shape → the shapes that mean the same; digits stand in order."""
_PLAIN = {
    ord(shape): (plain[at] if len(plain) > 1 else plain)
    for plain, shapes in _SAME.items()
    for at, shape in enumerate(shapes)
}
_FULL_THOUSANDS = re.compile(r"(?<=[０-９])，(?=[０-９]{3}(?![０-９]))")
_HALF_COMMA = re.compile(r"(?<=[一-龥%）”]),|,(?=[一-龥“（])")
_HALF_COLON = re.compile(r"(?<=[一-龥）”]):")
_HALF_STOP = re.compile(r"(?<=[^\W\d_一二三四五六七八九十A-Za-z])\.|(?<=[%）”])\.(?!\d+[%万亿])")
_INLINE_MARK = re.compile(r"(?<=[。；]\d)\.(?=\d)|(?<=[。；]\d\d)\.(?=\d)")
"""3. before 65岁 in …15家。3.65岁以上…: a mark in a list, as no sentence begins with a bare decimal."""

BULLETS = "●•◆■▲★※○◇□▪"
TERMINAL = "。！？；：…"
_JOIN_AFTER = re.compile(r"(?:达到|达|至|到|约|控制在|不低于|不少于|不超过|超过|稳定在|保持在|为|、|，|,)$")
_NEW_ITEM = re.compile(
    r"(?:第?[一二三四五六七八九十百]+[、.是章节条]|（[一二三四五六七八九十\d]+）|\d{1,3}[.、．）](?!\d)|\d{1,2}\s+(?=[一-龥])|[①-⑳●·•◆■▲★※○◇□▪]|-{1,2}(?!\d)|《)"
)
_OPEN_NUMBER = re.compile(r"(?<!\d\d:\d)\d(?:\.|[万亿])?$|百分?$")
_UNIT_FIRST = re.compile(r"\d|分之|[万亿%‰]|个百分点|/10万|[家所名人个张户件台亩公][^，。；]{0,3}[，。；、以左]")
_GOES_ON = re.compile(r"[，。；、）％%‰≥≤]|以[上下内](?!学|人|年)|左右|[在到达]\d")
"""How no line begins of its own."""
_LAST_DIGIT = re.compile(r"\d ?[%‰]")
_RUN = re.compile(r"\S+")
_HEADING = re.compile(r"(?:[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）)[^，。；：\s]{2,24}")
_GAP = re.compile(r" {3,}| *\t *")
LONGEST_PARAGRAPH = 20_000


@dataclass(frozen=True)
class Paragraph:
    """A paragraph with blanks taken out: `text[i]` stands at offset `at(i)` of the document."""

    text: str
    offsets: Sequence[int]

    def at(self, index: int) -> int:
        return self.offsets[index]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the document of the slice text[start:end]; the slice must not be empty."""
        return self.offsets[start], self.offsets[end - 1] + 1


def plain_text(text: str) -> str:
    """The text with one shape for every digit, dash, colon and bracket; exactly as long as the original."""
    if "，" in text:
        text = _FULL_THOUSANDS.sub(",", text)
    plain = text.translate(_PLAIN)
    return _full_signs(plain) if any(sign in plain for sign in ",.:") else plain


def _full_signs(plain: str) -> str:
    """Commas and full stops typed half wide between Chinese words become the signs they stand for."""
    plain = _HALF_STOP.sub("。", _HALF_COMMA.sub("，", _HALF_COLON.sub("：", plain)))
    return _INLINE_MARK.sub("、", plain)


def lines_of(plain: str) -> list[tuple[int, int]]:
    """Start and end of every line, line ends and outer blanks left out; blank lines are kept as empty."""
    lines, at = [], 0
    for line in plain.split("\n"):
        stripped = line.strip()
        start = at + (len(line) - len(line.lstrip())) if stripped else at
        lines.append((start, start + len(stripped)))
        at += len(line) + 1
    return lines


def paragraphs(plain: str, lines: Iterable[tuple[int, int]]) -> Iterator[Paragraph]:
    """Lines put together where a page wrapped them, blanks taken out."""
    lines = list(lines)
    width = _wrap_width(plain, lines)
    group: list[tuple[int, int]] = []
    for line in lines:
        if group and line[0] == line[1] and _is_open_item(plain, group):
            continue
        if group and not _continues(plain, group, line, width):
            yield compact(plain, group)
            group = []
        if line[0] < line[1]:
            group.append(line)
    if group:
        yield compact(plain, group)


def _is_open_item(plain: str, group: list[tuple[int, int]]) -> bool:
    """●新增学位3 / blank / 万个: an item with a bullet goes on over a blank line while it is not finished."""
    start, end = group[-1]
    return plain[group[0][0]] in BULLETS and end - start >= 8 and plain[end - 1] not in TERMINAL


def compact(plain: str, pieces: Sequence[tuple[int, int]]) -> Paragraph:
    """Pieces of a text as one paragraph: blanks vanish, except wide gaps and those between two digits."""
    if len(pieces) == 1 and plain.find(" ", *pieces[0]) < 0 and plain.find("\t", *pieces[0]) < 0:
        start, end = pieces[0]
        return Paragraph(plain[start:end], range(start, end))
    text: list[str] = []
    offsets: list[int] = []
    for start, end in pieces:
        last = start
        for run in _RUN.finditer(plain, start, end):
            if run.start() > last and _keeps_gap(plain, start, last, run.start(), run.end()):
                text.append(" ")
                offsets.append(last)
            text.append(run.group())
            offsets.extend(range(run.start(), run.end()))
            last = run.end()
    return Paragraph("".join(text), offsets)


def _keeps_gap(plain: str, first: int, last: int, start: int, end: int) -> bool:
    """Is the blank plain[last:start] one that sets apart: wide, behind a heading, before a dash, between numbers?"""
    if plain[start:end] == "-" or _GAP.match(plain, last, start) or _HEADING.fullmatch(plain, first, last):
        return True
    if not (plain[last - 1].isdigit() and plain[start].isdigit()):
        return False
    if not plain[last - 2].isdigit() and _LAST_DIGIT.match(plain, start):
        return False  # 2 0 %, 6 0%以上
    return not re.fullmatch(r"\d{3}(?:\D.*)?", plain[start : min(end, start + 8)])


def _continues(plain: str, group: list[tuple[int, int]], line: tuple[int, int], width: int) -> bool:
    """Does this line carry on the last one, or start something of its own?"""
    start, end = line
    last_start, last_end = group[-1]
    if start == end or end - group[0][0] > LONGEST_PARAGRAPH or plain[last_end - 1] in TERMINAL:
        return False
    if _NEW_ITEM.match(plain, start, end) or "|" in plain[start:end]:
        return False
    length = last_end - last_start
    if plain[group[0][0]] in BULLETS:
        return length >= 8
    if _JOIN_AFTER.search(plain, max(last_start, last_end - 4), last_end):
        return length >= 6
    if _GOES_ON.match(plain, start, end) or (
        _OPEN_NUMBER.search(plain, last_start, last_end) and _UNIT_FIRST.match(plain, start, end)
    ):
        return length >= 12
    if length >= 20 and _is_indented(plain, group[0][0]) and not _is_indented(plain, start):
        return True
    return width > 0 and abs(_width(plain[last_start:last_end]) - width) <= 4


def _is_indented(plain: str, start: int) -> bool:
    """A paragraph begins with blanks; the lines it is wrapped to do not."""
    return start >= 2 and plain[start - 2 : start].isspace() and plain[start - 1] != "\n"


def _wrap_width(plain: str, lines: Sequence[tuple[int, int]]) -> int:
    """How long lines are where the page wraps them; 0 when the text is not wrapped."""
    unfinished = [
        _width(plain[start:end]) for start, end in lines if end - start >= 24 and plain[end - 1] not in TERMINAL
    ]
    if len(unfinished) < 4:
        return 0
    width = Counter(unfinished).most_common(1)[0][0]
    times = sum(abs(length - width) <= 3 for length in unfinished)
    return width if times >= 4 and times * 2 >= len(unfinished) else 0


def _width(line: str) -> int:
    """How wide a line is on the page, in half-width signs: a Chinese sign takes two."""
    return (len(line) + len(line.encode(errors="replace"))) // 2
