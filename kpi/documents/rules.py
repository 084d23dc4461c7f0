"""The clauses of a text: numbered paragraphs, found by their numbers, with offsets that cover the whole text."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class ClauseSpan:
    """`text[start:end]` is the clause with its number; `path` is where it stands, such as 二.(十四) or 四.12.

    What stands before the first number has the path "" and level 0; `level` is the number of parts of the path.
    `heading` is the short first sentence after the number, "" when the clause opens with a long one.
    """

    path: str
    level: int
    heading: str
    start: int
    end: int


@dataclass(frozen=True)
class _Number:
    """A number found in front of a clause. `sure`: it stands at a line start and can be nothing else."""

    style: str
    label: str
    count: int
    start: int
    text_start: int
    sure: bool
    parent: int | None = None


LONGEST_HEADING = 40

# From the outermost to the innermost, as official documents nest them (GB/T 9704 and the drafting of regulations).
STYLES = ("附件", "编", "章", "节", "条", "一、", "(一)", "1.", "1.1", "1.1.1", "(1)", "1)", "①")
_RANK = {style: rank for rank, style in enumerate(STYLES)}

_BREAKS = "\n\r\x0b\x0c\x85\u2028\u2029"
_BLANK = "[ \t\xa0\u3000\u2000-\u200b\ufeff]"
_CHINESE = "[一二三四五六七八九十百零〇]{1,5}"
_DIGITS = "[0-9０-９]{1,3}"
# “二、三级医院” and “1.5万人” are no numbers of clauses; “1.2026年…” and “3.0—6岁儿童…” are, when the count goes on.
_NO_ENUMERATION = "(?![二三四五六七八九十]{1,2}(?:级|线|类|季度|等|甲|星|年|期|孩|胎|批|次))"
_NO_UNIT = "(?![万亿千百个倍元人家名张件岁天年])"
_NO_DECIMAL = "(?![0-9０-９])"
_YEAR_OR_AGE = "(?=[0-9]{4}年|[0-9]{1,2}(?:[-—－~至][0-9]{1,2})?岁)"

_NUMBER = re.compile(
    rf"""
      第{_BLANK}*(?P<part>{_CHINESE}|{_DIGITS}){_BLANK}*(?P<division>编|篇|部分|章|节|条)(?P<gap>{_BLANK}|$)?
    | (?P<chinese>{_CHINESE}){_BLANK}?[、.．]{_NO_ENUMERATION}
    | [(（]{_BLANK}?(?P<bracketed>{_CHINESE}|{_DIGITS}){_BLANK}?[)）][、.．]?
    | (?P<decimal>{_DIGITS}(?:[.．]{_DIGITS}){{1,2}})(?:{_BLANK}+|(?=[\u4e00-\u9fff“《]){_NO_UNIT})
    | (?P<digits>{_DIGITS}){_BLANK}?[.．、]{_NO_DECIMAL}
    | (?P<before_digit>{_DIGITS})[.．、]{_YEAR_OR_AGE}
    | (?P<half>{_DIGITS}|{_CHINESE})[)）]
    | (?P<single>[㈠-㈩⑴-⒇⒈-⒛①-⑳])
    | (?P<annex>附{_BLANK}*[件表]){_BLANK}*(?P<annex_number>{_DIGITS}|{_CHINESE})?{_BLANK}*(?=[:：]|$|{_BLANK})
    """,
    re.VERBOSE | re.MULTILINE,
)
_LINE = re.compile(f"[^{_BREAKS}]+")
_LINE_LEAD = re.compile(rf"(?:{_BLANK}|[#*])*")
_SENTENCE_END = re.compile(rf"[。！？!?”）)]{_BLANK}*(?=[0-9０-９一二三四五六七八九十百(（㈠-㈩⑴-⒇⒈-⒛])")
_HEADING = re.compile(f"[^{_BREAKS}。；;：:！？!?]*")

_DIVISIONS = {"编": "编", "篇": "编", "部分": "编", "章": "章", "节": "节", "条": "条"}
_CHINESE_DIGITS = {sign: value for value, sign in enumerate("零一二三四五六七八九")} | {"〇": 0}
_SINGLE_BLOCKS = {"(一)": "㈠", "(1)": "⑴", "1.": "⒈", "①": "①"}
_ASCII = str.maketrans("０１２３４５６７８９．", "0123456789.")


def split_clauses(text: str) -> list[ClauseSpan]:
    """The clauses in order; their spans follow one another without a gap from 0 to `len(text)`.

    A number counts at the start of a line; in the middle of one only after a sentence's end and when it goes
    on counting (…。16.打造… after 15). Rows of piped tables never open a clause.
    """
    if not text:
        return []
    opened: list[_Number] = []
    found: list[ClauseSpan] = []
    for number in _accepted(text):
        _open(opened, number)
        path = ".".join(_own_part(one) for one in opened)
        found.append(ClauseSpan(path, len(opened), _heading(text, number.text_start), number.start, len(text)))
    if not found or found[0].start > 0:
        found.insert(0, ClauseSpan("", 0, "", 0, len(text)))
    following = [clause.start for clause in found[1:]] + [len(text)]
    return [replace(clause, end=end) for clause, end in zip(found, following, strict=True)]


def clause_at(clauses: Sequence[ClauseSpan], offset: int) -> ClauseSpan | None:
    """The clause that holds the character at `offset`; None outside the text."""
    index = bisect_right(clauses, offset, key=lambda clause: clause.start) - 1
    return clauses[index] if index >= 0 and offset < clauses[index].end else None


def ancestors(clauses: Sequence[ClauseSpan], clause: ClauseSpan) -> list[ClauseSpan]:
    """The clauses that `clause` stands under, outermost first: their headings say what it is about."""
    above: list[ClauseSpan] = []
    level = clause.level
    index = bisect_right(clauses, clause.start, key=lambda one: one.start) - 1
    while level > 1 and index > 0:
        index -= 1
        if 0 < clauses[index].level < level:
            above.insert(0, clauses[index])
            level = clauses[index].level
    return above


def own_text(text: str, clause: ClauseSpan) -> str:
    """The words of a clause without the number in front of it."""
    start = _LINE_LEAD.match(text, clause.start, clause.end)
    number = _NUMBER.match(text, start.end(), clause.end) if start and clause.level else None
    return text[number.end() if number else clause.start : clause.end].strip()


def chinese_count(written: str) -> int:
    """十四 → 14, 一百零二 → 102, 12 → 12."""
    digits = written.translate(_ASCII)
    if digits.isdecimal():
        return int(digits)
    total = 0
    pending = 0
    for sign in written:
        if sign in "十百":
            total += (pending or 1) * (10 if sign == "十" else 100)
            pending = 0
        else:
            pending = _CHINESE_DIGITS.get(sign, 0)
    return total + pending


def _accepted(text: str) -> Iterator[_Number]:
    """The numbers that open a clause, in order."""
    counts: dict[str, int] = {}
    for line in _LINE.finditer(text):
        if " | " in line[0] or line[0].endswith(" |"):
            continue
        numbers = list(_numbers_in(text, line.start(), line.end()))
        in_line = {(number.style, number.count) for number in numbers}
        for number in numbers:
            if number.sure or _goes_on(number, counts, line.start(), in_line):
                counts[number.style] = number.count
                yield number


def _goes_on(number: _Number, counts: dict[str, int], line_start: int, in_line: set[tuple[str, int]]) -> bool:
    """Whether an unsure number is the next of its kind, or the first of a list that goes on."""
    if number.parent is not None and number.parent != counts.get("1." if number.style == "1.1" else "1.1"):
        return False
    if number.count == 1:
        return number.start == line_start or (number.style, 2) in in_line
    return counts.get(number.style) == number.count - 1


def _numbers_in(text: str, start: int, end: int) -> Iterator[_Number]:
    lead = _LINE_LEAD.match(text, start, end)
    first = _number_at(text, start, lead.end() if lead else start, end)
    if first:
        yield first
    for stop in _SENTENCE_END.finditer(text, first.text_start if first else start, end):
        later = _number_at(text, stop.end(), stop.end(), end)
        if later and later.style != "1.1":
            yield replace(later, sure=False)


def _number_at(text: str, start: int, position: int, end: int) -> _Number | None:
    found = _NUMBER.match(text, position, end)
    if not found:
        return None
    style, label, count, sure = _read(found)
    if style in {"章", "节", "编"}:
        sure = sure or end - position <= LONGEST_HEADING
    parent = chinese_count(label.split(".")[-2]) if style in {"1.1", "1.1.1"} else None
    return _Number(style, label, count, start, found.end(), sure, parent) if count or style == "附件" else None


def _read(found: re.Match[str]) -> tuple[str, str, int, bool]:
    """Style, label, count and sureness of a matched number."""
    kind = found.lastgroup or ""
    if found["division"]:
        label = f"第{found['part'].translate(_ASCII)}{found['division']}"
        return _DIVISIONS[found["division"]], label, chinese_count(found["part"]), found["gap"] is not None
    if found["annex"]:
        number = found["annex_number"] or ""
        return "附件", f"附{found['annex'][-1]}{number.translate(_ASCII)}", chinese_count(number), True
    if found["single"]:
        return _read_single(found["single"])
    written = found[kind].translate(_ASCII)
    if kind == "decimal":
        last = int(written.rpartition(".")[2])
        return "1.1" if written.count(".") == 1 else "1.1.1", written, last, False
    styles = {"chinese": "一、", "digits": "1.", "before_digit": "1."}
    if kind in styles:
        return styles[kind], written, chinese_count(written), kind != "before_digit"
    if written.isdecimal():
        return (
            ("(1)", f"({written})", int(written), True) if kind == "bracketed" else ("1)", written, int(written), True)
        )
    return "(一)", f"({written})", chinese_count(written), True


def _read_single(sign: str) -> tuple[str, str, int, bool]:
    """㈠ ⑴ ⒈ ① stand in one character; their blocks begin where these do."""
    style, first = next(
        (style, first) for style, first in _SINGLE_BLOCKS.items() if first <= sign <= chr(ord(first) + 19)
    )
    count = ord(sign) - ord(first) + 1
    labels = {"(一)": f"({'一二三四五六七八九十'[min(count, 10) - 1]})", "(1)": f"({count})", "1.": str(count)}
    return style, labels.get(style, sign), count, True


def _open(opened: list[_Number], number: _Number) -> None:
    """Close what the number ends and put it under what stays open; an annex counts anew, without a prefix."""
    styles = [one.style for one in opened]
    if "附件" in (number.style, *styles):
        opened.clear()
    elif number.style in styles:
        del opened[styles.index(number.style) :]
    elif not (number.style == "(一)" and number.count == 1 and styles[-1:] == ["1."]):
        while opened and _RANK[opened[-1].style] > _RANK[number.style]:
            opened.pop()
    opened.append(number)


def _own_part(number: _Number) -> str:
    """A decimal number (2.3) adds its last part only: the parts before it are its parents."""
    return number.label.rpartition(".")[2] if number.style in {"1.1", "1.1.1"} else number.label


def _heading(text: str, start: int) -> str:
    found = _HEADING.match(text, start)
    heading = found[0].strip(" \t\xa0\u3000*#") if found else ""
    return heading if len(heading) <= LONGEST_HEADING else ""
