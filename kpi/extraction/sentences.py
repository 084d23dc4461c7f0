"""Reading the targets of one paragraph: sentence by sentence, clause by clause, number by number."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from kpi.core.quantity import Change, Comparator
from kpi.extraction import names
from kpi.extraction.candidates import LONGEST_EVIDENCE, Baseline, Draft
from kpi.extraction.coverage import read_coverage
from kpi.extraction.deadlines import Horizon, When
from kpi.extraction.exclusions import is_technical, says_forecast, says_future, says_past
from kpi.extraction.inside import is_part_of_a_name
from kpi.extraction.phrases import BASIS, Phrase, decide, find_verb, hedge_in, is_level, peel, verb_at_end
from kpi.extraction.quantities import Quantity, quantities
from kpi.extraction.segments import Part, Segment
from kpi.extraction.things import is_list_count, noun_after
from kpi.extraction.words import (
    AMOUNT_UNITS,
    DELIVER_VERBS,
    FALL_TO,
    NOUN_UNITS,
    PROPORTION_UNITS,
    RISE_TO,
    TIME_UNITS,
    WEAK_VERBS,
)

WINDOW = 120
"""A name is looked for in so many characters before its number, which keeps reading linear."""

_CONNECT = re.compile(
    r"以及|[、，和与及或并且；。）！？”,：（ ]|同时|同比|比上年|较上年|[左右]?的?(?:总体|预期|规划|工作|"
    r"发展)?(?:目标|要求|任务|水平|增速|速度|增幅)"
)
_JOINT = re.compile(r"(?:、|和|与|及|以及|或|,)")
_FROM = re.compile(
    r"(?:由|从|自|在)(?:全?[省市县区国])?(?:(?:20\d\d|“?十[一二三四五]五”?|基期|目前|当前|现在|上一?年度?|去年|"
    r"现有|原来|原先|规划基期|期初)(?:年|年末|年底|末|底|时期|年度|实际)*的?|原?有?的?)?(?:约|不足|近)?$"
)
_RISE_FROM = re.compile(r"(?:的)?(?:基础上)?(?:，)?")
_FIRST = re.compile(r"第[一二三四五六七八九十\d]+(?:批|轮|期|届|次)|首批|新一批")
_AT_LEAST = re.compile("至少|不少于")
_AFTER_COVER = re.compile("^.*全覆盖[、，和及]")
_SERVED = re.compile("(?:为|对|向)[一-龥]{0,4}$")
_NOTE = re.compile(r"（[^（）]*\d[^（）]*）")
_ONE = re.compile(r"(?<=[一-龥])(?:1|一)(?=[所个家名处支座])[所个家名处支座]")
_COVERS = re.compile("全覆盖|全面覆盖|全员覆盖|尽|所有")


@dataclass(frozen=True)
class Context:
    """What a paragraph is read with: the document's horizon and the section it stands in.

    due    deadline said by the section's heading, or by a line before it (到2025年，目标如下：)
    mood   "past" in a review of what was done, "reference" in a rule book, else ""
    """

    horizon: Horizon
    due: date | None = None
    mood: str = ""


@dataclass
class State:
    """What earlier clauses of a sentence hand on to later ones."""

    deadlines: list[When] = field(default_factory=list)
    topic: str = ""
    topics: list[str] = field(default_factory=list)
    last: Draft | None = None
    last_verb: str = ""
    hedge: str = ""
    basis: str = ""
    whole: Draft | None = None
    past: bool = False
    forecast: bool = False


@dataclass
class Reader:
    text: str
    context: Context
    dates: list[When]
    numbers: list[Quantity]
    state: State = field(default_factory=State)
    lead: list[When] = field(default_factory=list)
    past_lead: bool = False
    drafts: list[Draft] = field(default_factory=list)
    groups: int = 0

    def __post_init__(self) -> None:
        self.date_spans = {when.end: when.start for when in self.dates}
        self._date_starts = [when.start for when in self.dates]
        self._number_starts = [number.start for number in self.numbers]

    def dates_in(self, start: int, end: int) -> list[When]:
        return self.dates[bisect_left(self._date_starts, start) : bisect_left(self._date_starts, end)]

    def in_date(self, at: int) -> bool:
        place = bisect_left(self._date_starts, at + 1) - 1
        return place >= 0 and at < self.dates[place].end

    def numbers_in(self, start: int, end: int) -> list[Quantity]:
        return self.numbers[bisect_left(self._number_starts, start) : bisect_left(self._number_starts, end)]


def read_paragraph(
    text: str, cut: Sequence[list[Part]], dates: list[When], context: Context
) -> tuple[list[Draft], list[When]]:
    """The drafts of a paragraph, and the date expressions that open it (they may hold for what follows)."""
    reader = Reader(text, context, dates, quantities(text))
    for parts in cut:
        _read_sentence(reader, parts)
    return reader.drafts, reader.lead


def _read_sentence(reader: Reader, parts: list[Part]) -> None:
    segments = [segment for part in parts for segment in part]
    if not segments:
        return
    begins, ends = segments[0].start, max(segment.end for segment in segments)
    if not reader.numbers_in(begins, ends) and not _COVERS.search(reader.text, begins, ends):
        _read_opening(reader, segments[0])
        return
    state = reader.state = State(
        deadlines=list(reader.lead), past=reader.past_lead or reader.context.mood in {"past", "reference"}
    )
    for part in parts:
        if state.deadlines and not state.deadlines[-1].long:
            state.deadlines = list(reader.lead)
        state.last_verb, state.whole = "", None
        for segment in part:
            _read_segment(reader, segment, begins)


def _read_opening(reader: Reader, segment: Segment) -> None:
    """A sentence without numbers can still open a period: 到2025年，体系更加完善。"""
    due = [when for when in reader.dates_in(segment.start, segment.end) if not when.basis]
    if due:
        _open_period(reader, segment, _group_of(reader.text, due, segment.end), segment.start)


# ------------------------------------------------------------------ one segment


def _read_segment(reader: Reader, segment: Segment, begins: int) -> None:
    text, state = reader.text, reader.state
    piece = text[segment.start : segment.end]
    dates = reader.dates_in(segment.start, segment.end)
    due = _group_of(text, [when for when in dates if not when.basis], segment.end)
    _mood_of(reader, piece, due)
    if due and not segment.inside:
        _open_period(reader, segment, due, begins)
    numbers = [] if is_technical(piece) else _values(reader, segment)
    made = [] if state.past or state.forecast else _read_numbers(reader, segment, numbers)
    if not made and not state.past and not state.forecast and not segment.inside:
        made = read_coverage(text, segment, state.topic, state.topics, hedge_in(piece) or state.hedge)
        made = [_dated(reader, draft, segment.start) for draft in made]
    reader.drafts.extend(made)
    if not segment.inside:
        _hand_on(reader, segment, piece, made, due)


def _mood_of(reader: Reader, piece: str, due: list[When]) -> None:
    state, year = reader.state, reader.context.horizon.plan_year
    if says_forecast(piece):
        state.forecast = True
    ahead = bool(due) and year is not None and due[-1].due.year > year
    if reader.context.mood in {"past", "reference"}:
        state.past = not ahead and (state.past or not ahead)
        return
    if due and year is not None and due[-1].due.year < year:
        state.past = True
    elif ahead or says_future(piece):
        state.past = False
    elif says_past(piece):
        state.past = True


def _open_period(reader: Reader, segment: Segment, due: list[When], begins: int) -> None:
    """A year that opens a sentence holds for the paragraph: 到2025年，……。……。"""
    if segment.start != begins or not due[0].long:
        return
    before = names.clean(reader.text[begins : due[0].start]) if due[0].start - begins <= 12 else "-"
    if before.strip("“到至在于力争确保"):
        return
    year = reader.context.horizon.plan_year
    past = year is not None and due[-1].due.year < year
    if past and "，" not in reader.text[due[-1].end : due[-1].end + 6]:
        return
    reader.lead, reader.past_lead = due, past


def _hand_on(reader: Reader, segment: Segment, piece: str, made: list[Draft], due: list[When]) -> None:
    state = reader.state
    if due:
        state.deadlines = due
    if made:
        state.last = made[-1]
        state.last_verb = names.leads_with_verb(made[-1].name)
        state.topic, state.topics = "", []
    else:
        topic = names.topic_of(_without(reader.text, segment, reader.dates))
        if topic:
            state.topic = topic
            state.topics = names.split_list(topic, shared=False)
        elif not due:
            state.topic = ""
        basis = BASIS.search(piece)
        if basis and basis.end() == len(piece):
            state.basis = basis[0]
    if not made:
        state.hedge = hedge_in(piece) or state.hedge


def _without(text: str, segment: Segment, dates: Sequence[When]) -> str:
    piece = text[segment.start : segment.end]
    found = re.match(r"(?:到|至|力争|在|于)*20\d\d年(?:底|末)?(?:前)?", piece)
    return piece[found.end() :] if found else piece


def _group_of(text: str, dates: list[When], end: int) -> list[When]:
    """The last date expression, with those joined to it: 到2025年和2030年."""
    if not dates:
        return []
    group = [dates[-1]]
    for when in reversed(dates[:-1]):
        between = (
            text[when.end : group[0].start].removeprefix("、").removeprefix("和").removesuffix("到").removesuffix("至")
        )
        if between or when.due >= group[0].due:
            break
        group.insert(0, when)
    return group


# ------------------------------------------------------------------ the numbers of a segment


def _values(reader: Reader, segment: Segment) -> list[Quantity]:
    """The numbers that can be values: not dates, not part of a name or a code, not in a bracket within."""
    text = reader.text
    return [
        number
        for number in reader.numbers_in(segment.start, segment.end)
        if not reader.in_date(number.start)
        and not _in_hole(segment, number.start)
        and not is_part_of_a_name(text, number, segment)
    ]


def _in_hole(segment: Segment, at: int) -> bool:
    place = bisect_left(segment.holes, (at, at)) - 1
    return place >= 0 and at < segment.holes[place][1]


def _read_numbers(reader: Reader, segment: Segment, numbers: list[Quantity]) -> list[Draft]:
    made: list[Draft] = []
    cut = segment.start
    at = 0
    while at < len(numbers):
        baseline = _baseline_pair(reader, cut, numbers, at)
        if baseline is not None:
            at += 1
        run = _run(reader.text, numbers, at)
        values = numbers[at : at + run]
        following = numbers[at + run].start if at + run < len(numbers) else segment.end
        new = _read_values(reader, segment, max(cut, values[0].start - WINDOW), values, following, baseline, made)
        made.extend(new)
        if new and new[-1].rule == "数值+名词" and new[-1].unit == "%":
            numbers = [*numbers[: at + run], *(one for one in numbers[at + run :] if one.value != 1)]
        if new:
            cut = _cut_after(reader.text, values[-1], following, segment)
        at += run
    return made


def _run(text: str, numbers: list[Quantity], at: int) -> int:
    """How many values stand in one list from here: 9/10万、2.8‰、4.1‰ is three."""
    count = 1
    while at + count < len(numbers) and count < 12:
        before, after = numbers[at + count - 1], numbers[at + count]
        between = text[before.end : after.start]
        same = before.unit == after.unit or not before.unit or {before.unit, after.unit} <= PROPORTION_UNITS
        touching = not between and bool(before.unit) and before.unit != after.unit
        if not (touching or (_JOINT.fullmatch(between) and same)):
            break
        count += 1
    return count


def _baseline_pair(reader: Reader, cut: int, numbers: list[Quantity], at: int) -> Quantity | None:
    """由78%提高到85%: the first number is where the second starts from."""
    if at + 1 >= len(numbers):
        return None
    text, first, second = reader.text, numbers[at], numbers[at + 1]
    if second.start - first.end > 16 or first.low is not None:
        return None
    phrase = peel(text, first.end, second.start, reader.date_spans)
    rest = text[first.end : phrase.name_end]
    linked = phrase.verb in RISE_TO or phrase.verb in FALL_TO or phrase.verb in {"到", "至"}
    if not linked or not _RISE_FROM.fullmatch(rest):
        return None
    return first if _FROM.search(text[max(cut, first.start - 16) : first.start]) else None


def _cut_after(text: str, value: Quantity, following: int, segment: Segment) -> int:
    """Where the text of the next number begins: behind the noun of this one, at the last joining word."""
    tail = text[value.end : following]
    for sign in ("、", "和", "以及", "及", "与", "并", "，"):
        place = tail.rfind(sign)
        if place >= 0:
            return value.end + place + len(sign)
    verb = find_verb(tail)
    return value.end + verb.start() if verb and verb.start() > 0 else value.end


def _read_values(
    reader: Reader,
    segment: Segment,
    left: int,
    values: list[Quantity],
    following: int,
    baseline: Quantity | None,
    made: list[Draft],
) -> list[Draft]:
    first = values[0]
    phrase = peel(reader.text, left, first.start, reader.date_spans)
    if baseline is not None:
        phrase = replace_end(phrase, _start_of_baseline(reader, left, baseline))
        inner = peel(reader.text, left, phrase.name_end, reader.date_spans)
        phrase = replace_end(phrase, inner.name_end)
    reading = Reading(reader, segment, left, values, phrase, following, baseline, made)
    return reading.drafts()


def replace_end(phrase: Phrase, end: int) -> Phrase:
    return replace(phrase, name_end=end)


def _start_of_baseline(reader: Reader, left: int, baseline: Quantity) -> int:
    found = _FROM.search(reader.text[left : baseline.start])
    return left + found.start() if found else baseline.start


# ------------------------------------------------------------------ one value, or a list of values


@dataclass
class Reading:
    """One phrase with its value or values: decides what is measured and makes the drafts."""

    reader: Reader
    segment: Segment
    left: int
    values: list[Quantity]
    phrase: Phrase
    following: int
    baseline: Quantity | None
    made: list[Draft]
    part: bool = False

    def drafts(self) -> list[Draft]:
        text = self.reader.text
        last = self.values[-1]
        if self.segment.inside and not self._speaks_inside():
            return []
        before = _hollow(text, self.left, self.phrase.name_end, self.segment)
        self.before = names.clean(_AFTER_COVER.sub("", before))
        terminal = last.end >= self.following or bool(_CONNECT.match(text, last.end))
        if not terminal and self._attributive():
            return []
        if terminal or self._closes_level():
            return self._valued()
        return self._counted()

    def _speaks_inside(self) -> bool:
        value = self.values[0]
        piece = self.reader.text[max(self.segment.start, value.start - WINDOW) : self.segment.end]
        return "其中" in piece or bool(find_verb(piece)) or (is_level(self.phrase) and value.unit in PROPORTION_UNITS)

    def _attributive(self) -> bool:
        """年营业收入超10亿元的企业: the number only describes the noun behind it."""
        text, last = self.reader.text, self.values[-1]
        behind = text[last.end : last.end + 1]
        return behind == "的" and names.has_head(self.before) and is_level(self.phrase)

    def _closes_level(self) -> bool:
        """覆盖率达到80%全面完成…: a measure with its verb has its value even when words follow at once."""
        return names.has_head(self.before) and is_level(self.phrase) and self.values[0].unit in PROPORTION_UNITS

    # ---- name, verb, value

    def _valued(self) -> list[Draft]:
        value = self.values[-1]
        title, doubts = self._subject()
        if not title:
            return []
        if not self._is_worth_it(title, value):
            return []
        shared = bool(self.phrase.shared)
        several = names.split_list(title, shared)
        if len(several) == 1 and len(self.values) == 2 and "城乡" in title:
            town = "城镇" if "城乡居民" in title else "城市"
            several = [title.replace("城乡", place) for place in (town, "农村")]
        if value.unit not in PROPORTION_UNITS | {"个百分点"} and not names.has_head(several[-1]):
            several = [self._with_verb(one) for one in several]
        elif value.unit in PROPORTION_UNITS and not names.has_head(title):
            several = [one + "比例" if self._is_things(one) else one for one in several]
        return self._spread(several, doubts)

    def _is_things(self, name: str) -> bool:
        return self.phrase.change is None and not re.search(r"(?:增长|下降|提高|降低|减少|提升|涨)$", name)

    def _with_verb(self, name: str) -> str:
        """重点学科带头人30名 after 引进…10名: the verb said once holds for the list."""
        verb = self.reader.state.last_verb
        if self.made and not names.leads_with_verb(name):
            verb = names.leads_with_verb(self.made[-1].name) or verb
        sibling = bool(self.made) or not is_level(self.phrase)
        return verb + name if verb and sibling and not find_verb(name) else name

    def _subject(self) -> tuple[str, tuple[str, ...]]:
        """The name before the value, completed from the clauses before where it is left out."""
        state = self.reader.state
        own = self.before
        if self.phrase.change is not None and self.values[0].unit not in _CHANGES and (not own or own in DELIVER_VERBS):
            own, self.phrase = own + self.phrase.verb, replace(self.phrase, change=None, verb="", role="")
        last = self.made[-1] if self.made else state.last
        base = state.topic or (last.name if last else "")
        whole = self.reader.state.last
        said = self.reader.text[max(self.segment.start, self.values[0].start - WINDOW) : self.values[0].start]
        if "其中" in said:
            state.whole = whole
        same = state.whole is not None and state.whole.unit == self.values[0].unit
        if (
            state.whole
            and same
            and own
            and not names.has_head(own)
            and not is_level(self.phrase)
            and not find_verb(own)
        ):
            self.part = True
            return names.part_of(own, state.whole.name), ()
        if not own or own in {"其中", "这一比例", "该比例"}:
            return self._inherited(base, last)
        if own in DELIVER_VERBS and last and own not in _FOR_PEOPLE and last.unit == self.values[0].unit:
            return own + names.without_verb(last.name), ("主语承前省略",)
        if names.is_scope_only(own):
            return (
                (names.rescope(own, names.stem(base) if self._is_share(base) else base), ("主语承前省略",))
                if base
                else ("", ())
            )
        if own.startswith("占") and base:
            return names.stem(base) + own, ("主语承前省略",)
        if names.is_short_head(own):
            owner = state.topic or (
                names.stem(last.name) if last and not names.is_short_head(last.name) and own in _PURE else ""
            )
            if owner and owner not in own:
                return _overlap(names.stem(owner), own), ("主语承前省略",)
        per = names.PER_LEAD.match(self.made[-1].name) if self.made else None
        if per and self.values[0].unit not in _CHANGES and not names.is_density(own):
            own = per[0] + own
        if self.values[0].unit in PROPORTION_UNITS | {"个百分点"} and names.has_head(own):
            own = names.without_improving(own)
        return own, ()

    def _is_share(self, base: str) -> bool:
        return self.values[0].unit in PROPORTION_UNITS and not base.endswith(("率", "比例", "比重", "占比"))

    def _inherited(self, base: str, last: Draft | None) -> tuple[str, tuple[str, ...]]:
        if not base:
            return "", ()
        loose = self.phrase.change is None and not self.phrase.basis and not is_level(self.phrase)
        if last and not self.reader.state.topic and loose:
            return "", ()
        return base, ("主语承前省略",)

    def _is_worth_it(self, title: str, value: Quantity) -> bool:
        """A bare number of things needs a verb that delivers it, or a name that measures."""
        unit = value.unit
        if self.part:
            return True
        if _SPECIFICATION.search(title) and not is_level(self.phrase):
            return False
        if (
            unit == "元"
            and _REWARD.search(title)
            and (self.phrase.comparator_text in {"最高", "不超过"} or not self.phrase.words)
        ):
            return False
        if self.phrase.verb == "占" or (names.SHARE_OF.search(title) and not is_level(self.phrase)):
            return value.after is not None or value.about
        if unit in PROPORTION_UNITS or unit in {"个百分点", "倍"} or value.form in {"fold", "ratio"}:
            return value.form != "ratio" or names.has_head(title)
        if unit == "":
            return names.has_head(title) and (is_level(self.phrase) or value.after is not None or value.about)
        if unit in TIME_UNITS:
            return names.has_head(title) or (
                is_level(self.phrase) and bool(re.search(r"(?:时间|时|期|日|龄|寿命|半径|距离)$", title))
            )
        if is_list_count("", title, value):
            return False
        if names.has_head(title) or is_level(self.phrase) or names.is_density(title):
            return True
        if value.chinese and value.value == 1:
            return False
        return bool(
            find_verb(self.reader.text[max(self.segment.start, value.start - WINDOW) : value.start])
            or self.reader.state.last_verb
        )

    # ---- verb, value, thing

    def _counted(self) -> list[Draft]:
        text, value = self.reader.text, self.values[-1]
        share = value.unit in PROPORTION_UNITS
        noun = noun_after(text, value.end, self.segment.end if share else self.following, self.segment)
        noun = _NOTE.sub("", noun)
        if not noun:
            return []
        if share:
            return self._share_of(_ONE.sub("", noun))
        if value.unit in AMOUNT_UNITS or value.unit in {"", "倍", "个百分点"}:
            return []
        if is_list_count(noun, self.before, value):
            return []
        before = _FIRST.sub("", self.before)
        bare = names.clean(before)
        verb = verb_at_end(bare) or (self.phrase.verb if self.phrase.verb in DELIVER_VERBS else "")
        if verb and not bare.endswith(verb):
            bare = bare + verb
        doubts: tuple[str, ...] = ()
        said = text[max(self.segment.start, value.start - WINDOW) : value.start]
        if not verb:
            if not self.made and said.endswith(("、", "和", "与", "及")):
                return []
            if not (
                find_verb(said)
                or find_verb(noun)
                or bare.endswith(_PLACES)
                or is_level(self.phrase)
                or self.reader.state.last_verb
            ):
                return []
            served = bool(_SERVED.search(said)) or bool(self.made)
            doubts = () if served and (find_verb(noun) or self.made) else ("可能是已有事物的数量",)
        elif verb in WEAK_VERBS:
            doubts = ("可能是已有事物的数量",)
        if value.chinese and value.value == 1 and not is_level(self.phrase):
            return []
        keep = value.unit if value.unit in NOUN_UNITS else ""
        lead = _short_lead(bare, verb) if verb or bare.endswith(_PLACES) or len(bare) <= 8 else ""
        if not verb and self.made and not find_verb(bare):
            lead = names.leads_with_verb(self.made[-1].name) + lead
        name = names.clean(lead + self.before[len(before) :] + keep + noun)
        return self._spread([names.counted(name, value.unit)], doubts)

    def _share_of(self, noun: str) -> list[Draft]:
        """80%以上的综合医院成为…, 对100%乡镇卫生院开展…: the share of those who do."""
        if re.match(
            r"(?:的)?(?:补贴|补助|资金|奖励|优惠|折|标准|税|费|报销|经费|给予|比例给予|利率|幅度|以上的(?:单位|县|"
            r"地区))",
            noun,
        ):
            return []
        text = self.reader.text
        if re.search(
            r"(?:按照?|给予|依|以|不足|低于|按不低于|扣除|下浮|上浮)$",
            text[max(self.left, self.values[0].start - 8) : self.values[0].start],
        ):
            return []
        owner = names.without_improving(self.before) if not verb_at_end(self.before) else ""
        last = self.made[-1] if self.made else self.reader.state.last
        left_out = not owner and last is not None and names.ACTS.match(noun)
        if left_out and last:
            owner = names.doer_of(last.name)
        name = names.clean(owner + noun)
        if len(name) < 3:
            return []
        fraction = ("由分数折算",) if self.values[0].form == "fraction" else ()
        doubts = (*fraction, "主语承前省略") if left_out else fraction
        return self._spread([name if name.endswith(("率", "比例", "占比", "比重")) else name + "比例"], doubts)

    # ---- values to names

    def _spread(self, several: list[str], doubts: tuple[str, ...]) -> list[Draft]:
        """Values to names, or values to years; all of one phrase share a group."""
        due = self._due()
        values = _like_last(self.values)
        count = len(values)
        if count > 1 and len(several) == count:
            made = [self._draft(one, value, due[-1:], doubts) for one, value in zip(several, values, strict=True)]
        elif count > 1 and len(due) == count:
            made = [
                self._draft(one, value, [when], doubts)
                for one in several
                for value, when in zip(values, due, strict=True)
            ]
        elif count > 1 and len({value.unit for value in values}) == count:  # 6类15种以上
            made = [self._draft(several[0], value, due[-1:], doubts) for value in values]
        elif count > 1:
            doubts = (*doubts, "多个数值与名称未能一一对应")
            made = [
                self._draft(several[min(at, len(several) - 1)], value, due[-1:], doubts)
                for at, value in enumerate(values)
            ]
        else:
            made = [self._draft(one, values[0], due[-1:], doubts) for one in several]
        if len(made) > 1:
            self.reader.groups += 1
            made = [replace(one, group=self.reader.groups) for one in made]
        return made

    def _due(self) -> list[When]:
        reader = self.reader
        own = [
            when
            for when in reader.dates_in(max(self.segment.start, self.values[0].start - WINDOW), self.values[0].start)
            if not when.basis
        ]
        if own:
            return _group_of(reader.text, own, self.values[0].start)
        later = [
            when
            for when in reader.dates_in(self.values[-1].end, min(self.segment.end, self.values[-1].end + WINDOW))
            if not when.basis
        ]
        return later[:1] or reader.state.deadlines

    def _draft(self, name: str, value: Quantity, due: list[When], doubts: tuple[str, ...]) -> Draft:
        phrase, text = self.phrase, self.reader.text
        comparator, words = decide(value, phrase)
        if comparator is Comparator.EQUAL and _AT_LEAST.search(
            text, max(self.segment.start, value.start - 14), value.start
        ):
            comparator, words = Comparator.AT_LEAST, "至少"
        change = phrase.change
        if value.form == "fold":
            change = Change.INCREASE
        unit = value.unit or _unit_of(name)
        name = _with_change(name, phrase, value)
        if value.unit not in PROPORTION_UNITS | {"个百分点", "倍", ""} and change is None:
            name = names.counted(name, value.unit)
        start, end = _evidence(text, self.segment, self.left, value, self.phrase)
        piece = text[max(self.segment.start, value.start - WINDOW) : value.end]
        draft = Draft(
            name=name,
            kind=names.kind_of(name, unit, change is not None),
            comparator=comparator,
            comparator_text=words,
            value=value.value,
            low=value.low,
            high=value.high,
            unit=unit,
            start=start,
            end=end,
            at=value.start,
            rule=self._rule(value),
            due=due[0].due if due else None,
            due_from="原文" if due else "",
            baseline=self._baseline(),
            change=change,
            basis=phrase.basis or (self.reader.state.basis if change is not None else ""),
            hedge=hedge_in(piece) or self.reader.state.hedge,
            scope=names.scope_of(name),
            doubts=doubts,
        )
        return _dated(self.reader, draft, value.start)

    def _rule(self, value: Quantity) -> str:
        if is_level(self.phrase):
            return "名称+谓语+数值"
        if self.phrase.change is not None:
            return "名称+变化+数值"
        return (
            "数值+名词"
            if not _CONNECT.match(self.reader.text, value.end) and value.end < self.following
            else "名称+数值"
        )

    def _baseline(self) -> Baseline | None:
        if self.baseline is None or self.baseline.value is None:
            return None
        before = [when for when in self.reader.dates_in(self.left, self.baseline.start) if when.basis]
        return Baseline(self.baseline.value, before[-1].due if before else None)


_CHANGES = PROPORTION_UNITS | {"个百分点", "倍"}
_FOR_PEOPLE = frozenset({"惠及", "覆盖", "带动", "服务", "受益", "吸纳", "安置"})
_SPECIFICATION = re.compile(
    r"(?:总投资|建筑面积|占地面积|用地面积|总概算|概算|注册资本|计划投资|完成投资额|总建筑面积)$"
)
_REWARD = re.compile(r"补助|补贴|奖励|资助|奖补|罚款|处罚|贴息|额度|减免|优惠|信用贷款")
_PURE = frozenset(
    {"占比", "比例", "比重", "总数", "总量", "人数", "数量", "规模", "总规模", "面积", "增速", "其比例", "覆盖率"}
)
_PLACES = (
    "全市",
    "全省",
    "全县",
    "全区",
    "本市",
    "区内",
    "市内",
    "全国",
    "我市",
    "我区",
    "我县",
    "辖区内",
    "市级",
    "区级",
    "为",
    "对",
    "在",
    "县级",
    "省级",
    "国家级",
    "城区",
    "农村",
)


def _hollow(text: str, start: int, end: int, segment: Segment) -> str:
    """The text without brackets that hold numbers of their own."""
    pieces, at = [], start
    for opening, closing in segment.holes:
        if at <= opening and closing <= end and any(char.isdigit() for char in text[opening:closing]):
            pieces.append(text[at:opening])
            at = closing
    return "".join((*pieces, text[at:end]))


def _overlap(owner: str, head: str) -> str:
    """婚前医学检查 + 检查率 → 婚前医学检查率."""
    for length in range(min(len(owner), len(head) - 1), 0, -1):
        if owner.endswith(head[:length]):
            return owner + head[length:]
    return owner + head


def _short_lead(before: str, verb: str) -> str:
    """What stands before the number, no longer than needed: from its last verb on when it is long."""
    if len(before) <= 14:
        return before
    return before[-len(verb) :] if verb else before[-14:]


def _like_last(values: list[Quantity]) -> list[Quantity]:
    """分别控制在9/10万、2.8‰、4.1‰以内: what is said once behind the last value holds for all."""
    last = values[-1]
    return [
        replace(
            value,
            after=value.after or last.after,
            after_text=value.after_text or last.after_text,
            unit=value.unit or last.unit,
        )
        for value in values
    ]


def _unit_of(name: str) -> str:
    for ending, unit in (("人次", "人次"), ("人数", "人"), ("户数", "户"), ("床位数", "张"), ("床位", "张")):
        if name.endswith(ending):
            return unit
    return ""


def _with_change(name: str, phrase: Phrase, value: Quantity) -> str:
    if phrase.change is None or value.form == "fold":
        return name if phrase.role != "compare" or not re.search(r"(?:增长|下降|提高|降低)$", name) else name + "幅度"
    if phrase.verb in {"增长", "增"} and value.unit in PROPORTION_UNITS:
        return name + "增长率"
    verb = (
        phrase.verb if phrase.verb in {"提高", "提升", "增加", "降低", "下降", "减少", "缩短", "增长", "上升"} else ""
    )
    return name + verb + ("幅度" if verb else "")


def _evidence(text: str, segment: Segment, left: int, value: Quantity, phrase: Phrase) -> tuple[int, int]:
    """The clause the target was read from, cut to a phrase when it is long."""
    start, end = segment.start, segment.end
    if end - start > LONGEST_EVIDENCE - 20:
        start = max(start, value.start - 80)
        end = min(end, value.end + 40)
    return start, end


def _dated(reader: Reader, draft: Draft, at: int) -> Draft:
    """The deadline of the clause, else of the section, else of the document."""
    if draft.due is not None:
        return draft
    if reader.state.deadlines:
        return replace(draft, due=reader.state.deadlines[-1].due, due_from="前文")
    if reader.context.due:
        return replace(draft, due=reader.context.due, due_from="标题")
    return replace(draft, due=reader.context.horizon.due, due_from="文件")
