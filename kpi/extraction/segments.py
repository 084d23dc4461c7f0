"""Cutting a paragraph: sentences, parts between ；, segments between commas, and brackets apart."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass

from kpi.extraction.phrases import verb_at_start

_SIGNS = re.compile(r"[。！？；，,：（） ]")
_BRACKETS = re.compile("[（）]")
_SPOKEN = re.compile(r"“([^“”]{2,40}\d[^“”]{1,40})”")
_INNER = re.compile(r"[^，；。]+")
LONGEST_BRACKET = 200
LONGEST_SEGMENT = 1_000
"""Nobody writes so much without a comma: what is longer is cut there, so that reading stays linear in any text."""


@dataclass(frozen=True)
class Segment:
    """A clause between commas, text[start:end]; `inside` when it stands in brackets within another.

    `holes` are the brackets within it; `ends` is the sign behind it.
    """

    start: int
    end: int
    inside: bool = False
    holes: tuple[tuple[int, int], ...] = ()
    ends: str = ""


Part = list[Segment]


def sentences(text: str) -> Iterator[list[Part]]:
    """The sentences of a paragraph, each as its parts, each part as its segments in reading order."""
    parts: list[Part] = [[]]
    start = 0
    holes: list[tuple[int, int]] = []
    closes = _closings(text)
    until = 0
    for found in _SIGNS.finditer(text):
        sign, at = found[0], found.start()
        if at < until or _inside_number(text, at):
            continue
        if sign == "（":
            if at in closes:
                until = closes[at] + 1
                holes.append((at, until))
            continue
        if sign == "）":
            continue
        if sign == " " and _begins_item(text, at + 1):
            sign = "。"
        parts[-1].extend(_segment(text, start, at, holes, sign))
        start, holes = at + 1, []
        if sign == "；":
            parts.append([])
        elif sign in "。！？":
            yield parts
            parts = [[]]
    parts[-1].extend(_segment(text, start, len(text), holes, ""))
    yield parts


def _segment(text: str, start: int, end: int, holes: list[tuple[int, int]], sign: str) -> Iterator[Segment]:
    if start >= end:
        return
    while end - start > LONGEST_SEGMENT and not holes:
        yield Segment(start, start + LONGEST_SEGMENT)
        start += LONGEST_SEGMENT
    spoken = (
        [found.span() for found in _SPOKEN.finditer(text, start, end) if verb_at_start(found[1])]
        if "“" in text[start:end]
        else []
    )
    yield Segment(start, end, holes=tuple(sorted((*holes, *spoken))), ends=sign)
    for opening, closing in spoken:
        yield Segment(opening + 1, closing - 1)
    for opening, closing in holes:
        for inner in _INNER.finditer(text, opening + 1, closing - 1):
            yield Segment(inner.start(), inner.end(), inside=True)


def _begins_item(text: str, at: int) -> bool:
    """A dash behind a blank begins an item of a list in one line (… - … - …), but not a negative number."""
    return text[at : at + 1] == "-" and not text[at + 1 : at + 2].isdigit()


def _inside_number(text: str, at: int) -> bool:
    """The comma of 1,200 and the colon of 1:1.2 cut nothing."""
    return text[at] in ",：" and 0 < at < len(text) - 1 and text[at - 1].isdigit() and text[at + 1].isdigit()


def _closings(text: str) -> dict[int, int]:
    """Opening bracket → closing bracket, for pairs that close within a sentence's length."""
    pairs: dict[int, int] = {}
    stack: list[int] = []
    for found in _BRACKETS.finditer(text):
        if found[0] == "（":
            stack.append(found.start())
        elif stack:
            opening = stack.pop()
            if found.start() - opening <= LONGEST_BRACKET:
                pairs[opening] = found.start()
    return pairs


def in_hole(segment: Segment, at: int) -> bool:
    """Does a place of the text stand in a bracket within the segment?"""
    place = bisect_left(segment.holes, (at, at)) - 1
    return place >= 0 and at < segment.holes[place][1]
