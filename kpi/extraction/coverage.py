"""Targets of 100 % that are said without a number: 全覆盖, 应保尽保, 所有…均….

They are proposed with little confidence, as a person must say what exactly is counted.
"""

from __future__ import annotations

import re
from decimal import Decimal

from kpi.core.quantity import Comparator, Kind
from kpi.extraction import lists, names
from kpi.extraction.candidates import Draft
from kpi.extraction.segments import Segment

_COVER = re.compile(
    r"(?P<many>[“”]?[两二三四五六七八]个)?[“”]?全(?:面|员)?覆盖”?(?=$|[，。；）]|”?，|并|和动态|和常态)"
)
_ALL_DO = re.compile(r"(?<!、)应(?P<do>[一-龥])尽(?P=do)(?!的|、[应愿能]|”、)")
"""应设尽设、应开尽开 in a row is a slogan."""
_EVERY = re.compile(
    r"确保所有(?P<sure>[一-龥、]{3,24})$"
    r"|在(?P<where>[一-龥]{0,6})所有(?P<who>[一-龥、]{2,16}?)(?P<what>(?:开展|实施|建立|设立|设置|配备|推行)[一-龥、“”]{2,20})$"
    r"|所有(?P<all>[一-龥、]{2,16}?)(?P<does>(?:均|都|全部)(?:要|应|能|须)?(?:达到|达|建立|设立|设置|配备|开展|实施|建成|实现|具备|纳入|有)[一-龥、“”]{2,20})$"
)
_SLOGAN = re.compile("[一二两三四五六七八九十]个一")
_LINK = re.compile(
    r"(?:基本|逐步|全部|率先|均|都|总体|力争|努力|确保|做到|达到|实现|达|的|要|100%|推进|推动|落实|巩固|保持|覆盖)+$"
)
HUNDRED = Decimal(100)


def read_coverage(text: str, segment: Segment, topic: str, topics: list[str], hedge: str) -> list[Draft]:
    """Drafts of 100 % for a clause that promises all without a number; none when it names nothing."""
    piece = text[segment.start : segment.end]
    if "覆盖" in piece:
        found = _COVER.search(piece)
        if found:
            return _covered(segment, piece, found, topic, topics, hedge)
    if "尽" in piece:
        found = _ALL_DO.search(piece)
        if found:
            owner = _owner(piece[: found.start()], topic)
            return [_draft(segment, f"{owner}{found[0]}率", hedge, "应…尽…")] if owner else []
    if "所有" in piece:
        found = _EVERY.search(piece)
        if found:
            name = (
                found["sure"]
                or f"{found['where'] or ''}{found['who'] or found['all'] or ''}{found['what'] or found['does'] or ''}"
            )
            return [_draft(segment, f"{names.clean(name)}覆盖率", hedge, "所有…")]
    return []


def _covered(
    segment: Segment, piece: str, found: re.Match[str], topic: str, topics: list[str], hedge: str
) -> list[Draft]:
    own = piece[: found.start()]
    owner = _owner(own, topic)
    if not owner or _SLOGAN.search(own):
        return []
    parts = lists.split_list(owner + "覆盖率", shared=True) if found["many"] else [owner + "覆盖率"]
    drafts = [_draft(segment, one, hedge, "全覆盖") for one in parts]
    return drafts


def _owner(own: str, topic: str) -> str:
    own = names.without_improving(names.clean(_LINK.sub("", own)))
    if len(own) >= 3 and not names.is_scope_only(own) and not own.startswith("无"):
        return own
    return (
        topic + own
        if topic and names.is_scope_only(own) is False and len(own) >= 2 and not own.startswith("无")
        else topic
    )


def _draft(segment: Segment, name: str, hedge: str, rule: str) -> Draft:
    start, end = segment.start, min(segment.end, segment.start + 150)
    return Draft(
        name=name[-80:],
        kind=Kind.COVERAGE,
        comparator=Comparator.EQUAL,
        comparator_text=rule.strip("…"),
        value=HUNDRED,
        low=None,
        high=None,
        unit="%",
        start=start,
        end=end,
        at=start,
        rule=rule,
        hedge=hedge,
        scope=names.scope_of(name),
        doubts=("文中没有数字，按100%理解",),
    )
