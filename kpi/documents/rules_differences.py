"""What changed between two editions, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum

from kpi.documents.rules import ClauseSpan, own_text, split_clauses


class Fate(StrEnum):
    UNCHANGED = "unchanged"
    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True)
class Difference:
    """One clause's fate. Only `old` when removed, only `new` when added; an unchanged one may have a new number."""

    fate: Fate
    old: ClauseSpan | None
    new: ClauseSpan | None


@dataclass(frozen=True)
class Piece:
    """A stretch of a rewritten clause: unchanged, removed or added."""

    fate: Fate
    text: str


ALIKE = 0.5
SHORTEST_COMMON = 2
LONGEST_COMPARED = 2_000
_TOKEN = re.compile(r"\d[\d.,]*[%‰％]?[\u4e00-\u9fff]?|.", re.DOTALL)
"""A number with what it counts stays together: 6家 became 8家, not 6 became 8."""
_BLANKS = re.compile(r"\s+")


def differences(old_text: str, new_text: str) -> list[Difference]:
    """Every clause of both editions once, in the order of reading; a number alone is no change, nor is white space."""
    old, new = split_clauses(old_text), split_clauses(new_text)
    old_words = [_words(old_text, clause) for clause in old]
    new_words = [_words(new_text, clause) for clause in new]
    found: list[Difference] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old_words, new_words, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs = zip(old[i1:i2], new[j1:j2], strict=True)
            found.extend(Difference(Fate.UNCHANGED, before, after) for before, after in pairs)
        else:
            partners = _partners(old[i1:i2], old_words[i1:i2], new[j1:j2], new_words[j1:j2])
            found.extend(_rewritten(old[i1:i2], new[j1:j2], partners))
    return found


def changes_within(old: str, new: str) -> list[Piece]:
    """What was taken out and put in, in reading order; one sign between two changes belongs to them."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > LONGEST_COMPARED:
        return [Piece(Fate.REMOVED, old), Piece(Fate.ADDED, new)]
    pieces: list[Piece] = []
    removed, added = "", ""
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        is_edge = i1 == j1 == 0 or (i2 == len(before) and j2 == len(after))
        if tag == "equal" and (is_edge or i2 - i1 >= SHORTEST_COMMON):
            pieces += [Piece(Fate.REMOVED, removed), Piece(Fate.ADDED, added)]
            pieces.append(Piece(Fate.UNCHANGED, "".join(before[i1:i2])))
            removed, added = "", ""
        else:
            removed, added = removed + "".join(before[i1:i2]), added + "".join(after[j1:j2])
    return [piece for piece in (*pieces, Piece(Fate.REMOVED, removed), Piece(Fate.ADDED, added)) if piece.text]


def text_is_same(old_text: str, new_text: str) -> bool:
    """Whether two files say the same, however they are wrapped and spaced."""
    return _BLANKS.sub("", old_text) == _BLANKS.sub("", new_text)


def _words(text: str, clause: ClauseSpan) -> str:
    return _BLANKS.sub("", own_text(text, clause))


def _partners(
    old: Sequence[ClauseSpan], old_words: Sequence[str], new: Sequence[ClauseSpan], new_words: Sequence[str]
) -> dict[int, int]:
    """Index in `new` → index in `old` of the clause it was rewritten from, never crossing: number or heading, or words.

    Looking only a few clauses ahead keeps this linear in the number of clauses.
    """
    partners: dict[int, int] = {}
    first = 0
    for index, clause in enumerate(new):
        ahead = range(first, min(first + 8, len(old)))
        match = next((i for i in ahead if _named_alike(old[i], clause)), None)
        if match is None:
            match = next((i for i in ahead if _alike(old_words[i], new_words[index])), None)
        if match is not None:
            partners[index] = match
            first = match + 1
    return partners


def _named_alike(old: ClauseSpan, new: ClauseSpan) -> bool:
    return old.path == new.path if not (old.heading and new.heading) else old.heading == new.heading


def _alike(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old[:200], new[:200], autojunk=False)
    return matcher.real_quick_ratio() >= ALIKE and matcher.quick_ratio() >= ALIKE and matcher.ratio() >= ALIKE


def _rewritten(old: Sequence[ClauseSpan], new: Sequence[ClauseSpan], partners: dict[int, int]) -> Iterator[Difference]:
    shown = 0
    for index, clause in enumerate(new):
        partner = partners.get(index)
        if partner is None:
            yield Difference(Fate.ADDED, None, clause)
            continue
        yield from (Difference(Fate.REMOVED, gone, None) for gone in old[shown:partner])
        yield Difference(Fate.CHANGED, old[partner], clause)
        shown = partner + 1
    yield from (Difference(Fate.REMOVED, gone, None) for gone in old[shown:])
