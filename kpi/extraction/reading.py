"""One phrase with its value or values, and the clause it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from kpi.extraction import names
from kpi.extraction.candidates import Draft
from kpi.extraction.phrases import Phrase, find_verb, is_level, verb_at_end
from kpi.extraction.quantities import Quantity
from kpi.extraction.segments import Segment
from kpi.extraction.state import WINDOW, Reader
from kpi.extraction.words import DELIVER_VERBS, PROPORTION_UNITS

CHANGE_UNITS = PROPORTION_UNITS | {"个百分点", "倍"}

_CONNECT = re.compile(
    r"以及|全面?覆盖|办结|办理完毕|"
    r"[、，和与及或并且；。）！？”,：（ ]|同时|同比|比上年|较上年|[左右]?的?(?:总体|预期|规划|工作|"
    r"发展|较低|较高|合理|国内先进)?(?:目标|要求|任务|水平|增速|速度|增幅)"
)
_COVERS = re.compile("的?全面?覆盖")
_AFTER_COVER = re.compile("^.*全覆盖[、，和及]")


@dataclass
class Reading:
    """Values with the text to their left.

    left        where the text that may hold the name begins
    following   where the next number's part of the clause begins
    baseline    the number the value starts from (由78%提高到85%)
    made        the drafts of the clause so far
    part        the value is a 其中 of an earlier one
    verb        said between names and values (分别新增2个和20个)
    written     the name's text as it stands, and `before` the same cleaned
    """

    reader: Reader
    segment: Segment
    left: int
    values: list[Quantity]
    phrase: Phrase
    following: int
    baseline: Quantity | None
    made: list[Draft] = field(default_factory=list)
    part: bool = False
    before: str = ""
    written: str = ""
    verb: str = ""

    def __post_init__(self) -> None:
        self.written = _AFTER_COVER.sub("", _hollow(self.text, self.left, self.phrase.name_end, self.segment))
        self.before = names.clean(self.written)

    @property
    def text(self) -> str:
        return self.reader.text

    @property
    def is_share(self) -> bool:
        return self.values[-1].unit in PROPORTION_UNITS

    @property
    def last(self) -> Draft | None:
        """The draft right before, of this clause or an earlier one of the sentence."""
        return self.made[-1] if self.made else self.reader.state.last

    @property
    def said(self) -> str:
        """The clause as it is written up to the first value."""
        return self.text[max(self.segment.start, self.values[0].start - WINDOW) : self.values[0].start]

    @property
    def is_terminal(self) -> bool:
        """Nothing belongs to the last value from behind: the clause, or its part for this value, ends."""
        last = self.values[-1]
        return last.end >= self.following or bool(_CONNECT.match(self.text, last.end))

    @property
    def covers(self) -> bool:
        """实现100%全覆盖: the value says how far something reaches."""
        return self.is_share and bool(_COVERS.match(self.text, self.values[-1].end))

    @property
    def closes_level(self) -> bool:
        """覆盖率达到80%全面完成…: a measure with its verb has its value even when words follow at once."""
        return names.has_head(self.before) and is_level(self.phrase) and self.values[0].unit in PROPORTION_UNITS

    @property
    def describes(self) -> bool:
        """年营业收入超10亿元的企业: the number only describes the noun behind it."""
        last = self.values[-1]
        if self.text[last.end : last.end + 1] != "的":
            return False
        if names.has_head(self.before):
            reached = self.phrase.role == "rise" and self.phrase.verb not in {"达到", "达"} and self.is_share
            return (is_level(self.phrase) and not reached) or last.after is not None
        owned = self.phrase.verb in DELIVER_VERBS
        return last.after is not None and last.unit not in PROPORTION_UNITS and not (owned or verb_at_end(self.before))

    @property
    def speaks_inside(self) -> bool:
        """Does a remark in brackets promise something of its own?"""
        value = self.values[0]
        piece = self.text[max(self.segment.start, value.start - WINDOW) : self.segment.end]
        return "其中" in piece or bool(find_verb(piece)) or (is_level(self.phrase) and value.unit in PROPORTION_UNITS)


def outside_brackets(text: str, segment: Segment) -> str:
    """A clause without the remarks in brackets within it."""
    pieces, at = [], segment.start
    for opening, closing in segment.holes:
        pieces.append(text[at:opening])
        at = closing
    return "".join((*pieces, text[at : segment.end])) if segment.holes else text[segment.start : segment.end]


def _hollow(text: str, start: int, end: int, segment: Segment) -> str:
    """The text without brackets that hold numbers of their own."""
    pieces, at = [], start
    for opening, closing in segment.holes:
        if at <= opening and closing <= end and any(char.isdigit() for char in text[opening:closing]):
            pieces.append(text[at:opening])
            at = closing
    return "".join((*pieces, text[at:end]))
