"""Numbers of things: which noun is counted, and which counts are only the head of a list."""

from __future__ import annotations

import re

from kpi.extraction.phrases import verb_at_end
from kpi.extraction.quantities import Quantity
from kpi.extraction.segments import Segment
from kpi.extraction.words import ABSTRACT_HEADS, ABSTRACT_UNITS, any_of

_HEADS = any_of(ABSTRACT_HEADS)
_ABSTRACT_START = re.compile(
    rf"^(?:的)?[一-龥、]{{0,8}}?(?:{_HEADS})(?:的|$|[”、，（]|落实|建设|工作|常态化|任务|改革|情况|等|要求|实施|和|与|及)"
)
_ABSTRACT_END = re.compile(rf"(?:{_HEADS})(?:建设|落实|实施)?$")
_STOP = re.compile(r"[，。；！？：]")
_TRIAL = re.compile("(?<=试点|建设|改造|创建|整治)工作$")
_BUILT = re.compile("(?:新建|改建|扩建|改扩建|续建|迁建|建成|开工|竣工)$")
_WORKS = re.compile("工程|项目")
"""新建50个养老工程: works that are built are things, though 工程 alone heads a list."""
_FEW = frozenset({"个", "项", "类", "种", "方面"})
FEW = 5
"""两项补贴, 三类人员: in words, and without a verb right before it, so small a number refers to what is known."""
LIST_SIZE = 50
"""Up to so many abstract things are a list that is named; more are a quantity (106个病种的指标体系)."""


def noun_after(text: str, start: int, end: int, segment: Segment) -> str:
    """The noun phrase behind a number, up to the next number's part of the clause."""
    limit = min(end, start + 60)
    piece = text[start:limit]
    if end < segment.end:
        for sign in ("、", "和", "以及", "及", "与", "并"):
            place = piece.rfind(sign)
            if place > 0:
                piece = piece[:place]
                break
    stop = _STOP.search(piece)
    piece = piece[: stop.start()] if stop else piece
    return piece.removeprefix("的").removesuffix("如下").removesuffix("其中").strip("”“")


def sums_up(before: str, value: Quantity) -> bool:
    """流调、采样、检测、转运四支队伍: the number only counts what was listed."""
    listed = before.count("、") + 1
    return value.chinese and value.value == listed and listed > 1


def is_list_count(noun: str, before: str, value: Quantity) -> bool:
    """五大行动, 18项核心制度, 三个方面: the number announces a list."""
    if noun.endswith("之一") or sums_up(before, value):
        return True
    if (
        noun
        and value.chinese
        and value.unit in _FEW
        and value.value is not None
        and value.value <= FEW
        and not verb_at_end(before)
    ):
        return True
    if value.unit not in ABSTRACT_UNITS or value.after is not None or value.about or value.low is not None:
        return False
    if value.value is None or value.value > LIST_SIZE:
        return False
    if not noun:
        return bool(_ABSTRACT_END.search(before)) and not before.endswith(("经营主体", "市场主体"))
    if _BUILT.search(before) and _WORKS.search(noun):
        return False
    noun = _TRIAL.sub("", noun)
    head = noun.rpartition("的")[2] if "的" in noun[:16] else noun
    return bool(_ABSTRACT_START.match(noun[:12]) or _ABSTRACT_START.match(head[:12]))
