"""The numbers of one clause: which can be values, which stand in one list, which is the baseline of another."""

from __future__ import annotations

import re
from dataclasses import replace

from kpi.extraction import names
from kpi.extraction.candidates import Draft
from kpi.extraction.counted import read_counted
from kpi.extraction.inside import is_part_of_a_name
from kpi.extraction.phrases import find_verb, is_level, peel, verb_at_end
from kpi.extraction.quantities import Quantity
from kpi.extraction.reading import Reading
from kpi.extraction.segments import Segment, in_hole
from kpi.extraction.state import WINDOW, Reader
from kpi.extraction.valued import read_valued
from kpi.extraction.words import FALL_TO, PROPORTION_UNITS, RISE_TO

_JOINT = re.compile(r"(?:、|和|与|及|以及|或|,)")
_FROM = re.compile(
    r"(?:由|从|自|在)(?:全?[省市县区国])?(?:(?:20\d\d|“?十[一二三四五]五”?|基期|目前|当前|现在|上一?年度?|去年|"
    r"现有|原来|原先|规划基期|期初)(?:年|年末|年底|末|底|时期|年度|实际)*的?|原?有?的?)?"
    r"(?:每(?:人|户|生|床|天|月|年|学期|学年)|[人户生年]均|平均)*(?:约|不足|近)?$"
)
_RISE_FROM = re.compile(r"(?:的)?(?:基础上)?(?:，)?")
_JOINS = ("、", "和", "以及", "及", "与", "并", "，")
_UNIT_WORD = re.compile("[一-龥A-Za-z]{1,3}(?=[，。；、）]|$)(?<!左右|以上|以下|以内|目标|水平)")
LONGEST_RUN = 12


def values_of(reader: Reader, segment: Segment) -> list[Quantity]:
    """The numbers that can be values: not dates, not part of a name or a code, not in a bracket within."""
    return [
        number
        for number in reader.numbers_in(segment.start, segment.end)
        if not reader.in_date(number.start)
        and not in_hole(segment, number.start)
        and not is_part_of_a_name(reader.text, number, segment)
    ]


def read_numbers(reader: Reader, segment: Segment, numbers: list[Quantity]) -> list[Draft]:
    """The drafts of a clause, from its numbers read from left to right."""
    made: list[Draft] = []
    cut = segment.start
    at = 0
    while at < len(numbers):
        if _describes_what_follows(reader, cut, numbers, at):
            at += 1
            continue
        baseline = _baseline_pair(reader, cut, numbers, at)
        if baseline is not None:
            at += 1
        run = _run(reader.text, numbers, at)
        values = numbers[at : at + run]
        following = numbers[at + run].start if at + run < len(numbers) else segment.end
        reading = _reading(reader, segment, cut, values, following, baseline)
        reading.made = made
        new = _read(reading)
        made.extend(new)
        if new and new[-1].rule == "数值+名词" and new[-1].unit == "%":
            numbers = [*numbers[: at + run], *(one for one in numbers[at + run :] if one.value != 1)]
        if new:
            cut = _cut_after(reader.text, values[-1], following)
        at += run
    return made


def _read(reading: Reading) -> list[Draft]:
    """Is a name given a value, or are things counted?"""
    if reading.segment.inside and not reading.speaks_inside:
        return []
    _take_unknown_unit(reading)
    if reading.is_terminal:
        return read_valued(reading)
    if reading.describes:
        return []
    return read_valued(reading) if reading.closes_level else read_counted(reading)


def _take_unknown_unit(reading: Reading) -> None:
    """吞吐量达到50万标箱: what stands between the value of a measure and the end of its clause is its unit."""
    last = reading.values[-1]
    if last.unit or reading.is_terminal or not (is_level(reading.phrase) and names.has_head(reading.before)):
        return
    found = _UNIT_WORD.match(reading.text, last.end, reading.following)
    if found:
        reading.values[-1] = replace(last, unit=found[0], end=found.end(), body=found.end())


def _run(text: str, numbers: list[Quantity], at: int) -> int:
    """How many values stand in one list from here: 9/10万、2.8‰、4.1‰ is three."""
    count = 1
    while at + count < len(numbers) and count < LONGEST_RUN:
        before, after = numbers[at + count - 1], numbers[at + count]
        between = text[before.end : after.start]
        same = before.unit == after.unit or not before.unit or {before.unit, after.unit} <= PROPORTION_UNITS
        touching = between in {"", "、"} and _in_two_units(before, after)
        if not (touching or (_JOINT.fullmatch(between) and same)):
            break
        count += 1
    return count


def _in_two_units(before: Quantity, after: Quantity) -> bool:
    """6类15种, 改造小区186个、2.87万户: one thing counted in two units."""
    units = {before.unit, after.unit}
    return len(units) == 2 and "" not in units and not units & (PROPORTION_UNITS | {"个百分点", "倍"})


def _describes_what_follows(reader: Reader, cut: int, numbers: list[Quantity], at: int) -> bool:
    """提供6种以上服务的机构比例达到80%: the first number is part of the name of the second."""
    if at + 1 >= len(numbers):
        return False
    text, first, second = reader.text, numbers[at], numbers[at + 1]
    if first.unit in PROPORTION_UNITS or second.unit not in PROPORTION_UNITS or second.start - first.end > WINDOW:
        return False
    phrase = peel(text, first.end, second.start, reader.date_spans)
    between = text[first.end : phrase.name_end]
    if not between or not is_level(phrase) or not names.has_head(between) or re.search("[，、；]", between):
        return False
    return between.endswith(("比例", "占比", "比重")) or not verb_at_end(text[max(cut, first.start - 8) : first.start])


def _baseline_pair(reader: Reader, cut: int, numbers: list[Quantity], at: int) -> Quantity | None:
    """由78%提高到85%: the first number is where the second starts from."""
    if at + 1 >= len(numbers):
        return None
    text, first, second = reader.text, numbers[at], numbers[at + 1]
    if second.start - first.end > 16 or first.low is not None:
        return None
    phrase = peel(text, first.end, second.start, reader.date_spans)
    rest = text[first.end : phrase.name_end]
    linked = phrase.verb in RISE_TO or phrase.verb in FALL_TO or phrase.verb.endswith(("到", "至"))
    same = rest and text.startswith(rest, second.end)  # 从12个县（市）扩大到30个县（市）
    if not linked or not (same or _RISE_FROM.fullmatch(rest)):
        return None
    return first if _FROM.search(text[max(cut, first.start - 20) : first.start]) else None


def _cut_after(text: str, value: Quantity, following: int) -> int:
    """Where the text of the next number begins: behind the noun of this one, at the last joining word."""
    tail = text[value.end : following]
    if value.unit in PROPORTION_UNITS and tail.endswith(_JOINS):  # 100%的中心、卫生院和80%以上的村卫生室…
        return following
    for sign in _JOINS:
        place = tail.rfind(sign)
        if place >= 0:
            return value.end + place + len(sign)
    verb = find_verb(tail)
    return value.end + verb.start() if verb and verb.start() > 0 else value.end


def _reading(
    reader: Reader, segment: Segment, cut: int, values: list[Quantity], following: int, baseline: Quantity | None
) -> Reading:
    left = max(cut, values[0].start - WINDOW)
    phrase = peel(reader.text, left, values[0].start, reader.date_spans)
    if baseline is not None:
        begins = _start_of_baseline(reader, left, baseline)
        phrase = replace(phrase, name_end=peel(reader.text, left, begins, reader.date_spans).name_end)
    return Reading(reader, segment, left, values, phrase, following, baseline)


def _start_of_baseline(reader: Reader, left: int, baseline: Quantity) -> int:
    found = _FROM.search(reader.text[left : baseline.start])
    return left + found.start() if found else baseline.start
