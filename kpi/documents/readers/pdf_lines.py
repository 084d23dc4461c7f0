"""Printed lines back into paragraphs: pure rules over text and places."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kpi.documents.readers.tables import piped
from kpi.documents.rules import split_clauses


@dataclass(frozen=True)
class PrintedLine:
    """A line where it stands on its page; `at` is its height as a share of the page, 0 at the top.

    `left` and `right` count from the edge of its column, `column` is where that edge stands: 0 on an undivided page.
    """

    text: str
    left: float
    right: float
    top: float
    size: float
    at: float
    column: float = 0


@dataclass(frozen=True)
class PrintedTable:
    rows: list[list[str]]

    @property
    def text(self) -> str:
        return piped(self.rows)


Block = PrintedLine | PrintedTable

EDGE = 0.09
INDENT = 1.2
SLACK = 2.2
LATIN_WIDTH = 0.6
_CJK = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…"
_PAGE_NUMBER = re.compile(
    r"(?:第\s*)?[-—–－·\s]*\d{1,4}[-—–－·\s]*(?:页)?(?:\s*[/共,，]\s*共?\s*\d{1,4}\s*页?)?[-—–－\s]*"
)
_LOOSE = re.compile(
    rf"(?<=[{_CJK}]) {{1,2}}(?! )(?=\S)|(?<=\S) {{1,2}}(?! )(?=[{_CJK}%％‰°℃])|(?<=[0-9]) (?=/)|(?<=/) (?=[0-9])"
)
_UNBROKEN = re.compile(r"[!-~]{1,24}[）》”、，。；]*")
_CHAPTER = re.compile(
    "(?:[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十]{1,3}[章节部])(?![二三四五六七八九十]?级)"
)
_DIGITS = re.compile(r"\d+")
_SENTENCE_END = ("。", "！", "？", "；", "：", ":", ";")


def without_furniture(pages: Sequence[Sequence[Block]]) -> list[Block]:
    """All blocks in order without page numbers, and without heads and feet that come again on page after page."""
    repeated = _repeated(pages)
    return [
        block
        for page in pages
        for block in page
        if not (isinstance(block, PrintedLine) and _is_edge(block) and _is_furniture(block, repeated))
    ]


def whole_tables(blocks: Sequence[Block]) -> Iterator[Block]:
    """Tables that go on over the end of a page as one: a repeated head once, a row that was torn apart whole."""
    waiting: PrintedTable | None = None
    for block in blocks:
        if waiting and isinstance(block, PrintedTable) and len(block.rows[0]) == len(waiting.rows[0]):
            waiting = _continued(waiting, block)
            continue
        if waiting:
            yield waiting
        waiting = block if isinstance(block, PrintedTable) else None
        if not waiting:
            yield block
    if waiting:
        yield waiting


def _continued(table: PrintedTable, below: PrintedTable) -> PrintedTable:
    rows = below.rows
    while rows and rows[0] in table.rows[:2]:
        rows = rows[1:]
    if rows and _is_torn(rows[0]):
        table.rows[-1] = [upper + lower for upper, lower in zip(table.rows[-1], rows[0], strict=True)]
        rows = rows[1:]
    return PrintedTable([*table.rows, *rows])


def _is_torn(row: Sequence[str]) -> bool:
    """The lower half of a row has nothing to say in its first and in most other cells."""
    return not row[0] and 2 * sum(map(bool, row)) < len(row)


def joined(lines: Sequence[PrintedLine]) -> Iterator[str]:
    """Paragraphs: a line goes on in the next when it fills the column and the next begins at the margin."""
    if not lines:
        return
    left, right = _margins(lines)
    paragraph = lines[0].text
    for line, following in pairwise(lines):
        if _goes_on(line, following, left, right):
            paragraph = _glued(paragraph, following.text)
        else:
            yield tidy(paragraph)
            paragraph = following.text
    yield tidy(paragraph)


def tidy(text: str) -> str:
    """Without the blanks that printing leaves between Chinese signs and digits; wide gaps of columns stay."""
    before = ""
    while before != text:
        before, text = text, _LOOSE.sub("", text)
    return text.replace("\x00", "").strip()


def _repeated(pages: Sequence[Sequence[Block]]) -> set[str]:
    seen = Counter(
        name
        for page in pages
        for name in {_name(block) for block in page if isinstance(block, PrintedLine) and _is_edge(block)}
    )
    return {name for name, count in seen.items() if count > 2 or (count == 2 == len(pages))}


def _name(line: PrintedLine) -> str:
    return _DIGITS.sub("0", line.text.replace(" ", ""))


def _is_edge(line: PrintedLine) -> bool:
    return line.at < EDGE or line.at > 1 - EDGE


def _is_furniture(line: PrintedLine, repeated: set[str]) -> bool:
    if _PAGE_NUMBER.fullmatch(line.text):
        return True
    return _name(line) in repeated and len(line.text) < 60 and not _opens_clause(line.text)


def _opens_clause(text: str) -> bool:
    return any(clause.level for clause in split_clauses(text))


def _margins(lines: Sequence[PrintedLine]) -> tuple[float, float]:
    """Left and right edge of the column: where most lines begin and the longest usual lines end."""
    begins = Counter(round(line.left / 4) * 4 for line in lines)
    common = [begin for begin, count in begins.items() if count * 5 >= len(lines)] or list(begins)
    ends = sorted(line.right for line in lines)
    return float(min(common)), ends[int(len(ends) * 0.9)] if len(ends) > 9 else ends[-1]


def _goes_on(line: PrintedLine, following: PrintedLine, left: float, right: float) -> bool:
    if "   " in line.text or "   " in following.text:
        return False
    if abs(line.size - following.size) > 1 or _reach(line, following) < right:
        return False
    if following.left > left + INDENT * following.size or _CHAPTER.match(following.text):
        return False
    return not (line.text.endswith(_SENTENCE_END) and _opens_clause(following.text))


def _reach(line: PrintedLine, following: PrintedLine) -> float:
    """How far the line would reach with the next word: digits and Latin letters that did not fit are not broken."""
    word = _UNBROKEN.match(following.text)
    return line.right + (SLACK + LATIN_WIDTH * len(word[0] if word else "")) * line.size


def _glued(before: str, after: str) -> str:
    """Latin words keep a blank between them; Chinese and digits run on."""
    words = before[-1:].isascii() and before[-1:].isalpha() and after[:1].isascii() and after[:1].isalpha()
    return f"{before} {after}" if words else before + after
