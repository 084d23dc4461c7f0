"""Values to names, or values to years, and the draft of each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from kpi.core.quantity import Change, Comparator
from kpi.extraction import names
from kpi.extraction.candidates import LONGEST_EVIDENCE, Baseline, Draft
from kpi.extraction.deadlines import When, each_year
from kpi.extraction.numerals import read_arabic
from kpi.extraction.phrases import Phrase, decide, hedge_in, is_level
from kpi.extraction.quantities import Quantity
from kpi.extraction.reading import Reading
from kpi.extraction.segments import Segment
from kpi.extraction.state import WINDOW, Reader, dated, group_of
from kpi.extraction.words import CHANGE_DOWN, CHANGE_UP, PROPORTION_UNITS

UNCLEAR = "多个数值与名称未能一一对应"
_AT_LEAST = re.compile("至少|不少于")
_STOOD = re.compile(r"（(?P<year>20\d\d)年(?:末|底)?(?:为|是)?(?P<value>\d[\d,]*(?:\.\d+)?)(?![\d年万亿])")
_MOVES = re.compile(r"(?:增长|下降|提高|降低)$")
_CHANGES = {word: word for word in (*CHANGE_UP, *CHANGE_DOWN) if len(word) == 2} | {"降": "下降", "减": "减少"}
"""Verb of change → how the name of the change calls it."""
_BY_NAME = (("人次", "人次"), ("人数", "人"), ("户数", "户"), ("床位数", "张"), ("床位", "张"))
"""How a name ends → the unit its number has when none is written."""


def spread(reading: Reading, several: Sequence[str], doubts: tuple[str, ...]) -> list[Draft]:
    """One draft for each value and name that belong together; all of one phrase share a group."""
    due = due_of(reading)
    values = _like_last(reading.values)
    count = len(values)
    if count > 1 and len(due) == 1 and len(several) != count and due[0].years == count:
        due = each_year(due[0])
    if count > 1 and len(several) == count and len(due) != count:
        pairs = [(one, value, due[-1:]) for one, value in zip(several, values, strict=True)]
    elif count > 1 and len(due) == count:
        pairs = [(one, value, [when]) for one in several for value, when in zip(values, due, strict=True)]
    elif count > 1:
        if len({value.unit for value in values}) < count:  # 6类15种以上 is one thing in two units
            doubts = (*doubts, UNCLEAR)
        pairs = [(several[min(at, len(several) - 1)], value, due[-1:]) for at, value in enumerate(values)]
    else:
        dates = (
            [[when] for when in due] if reading.phrase.shared and not reading.before and len(due) > 1 else [due[-1:]]
        )
        pairs = [(one, values[0], when) for one in several for when in dates]
    made = [_draft(reading, name, value, when, doubts) for name, value, when in pairs]
    if len(made) > 1:
        reading.reader.groups += 1
        made = [replace(one, group=reading.reader.groups) for one in made]
    return made


def due_of(reading: Reading) -> list[When]:
    """The deadline nearest before the value, else behind it, else of the clauses before."""
    reader, segment = reading.reader, reading.segment
    first, last = reading.values[0], reading.values[-1]
    own = reader.deadlines_in(max(segment.start, first.start - WINDOW), first.start)
    if own:
        return group_of(reader.text, own, first.start)
    later = [
        when for when in reader.deadlines_in(last.end, min(segment.end, last.end + WINDOW)) if _is_ahead(reader, when)
    ]
    return later[:1] or reader.state.deadlines


def _is_ahead(reader: Reader, when: When) -> bool:
    """（2023年为8.2天） behind a value tells where it stood."""
    year = reader.context.horizon.plan_year
    return year is None or when.due.year >= year


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


def _draft(reading: Reading, name: str, value: Quantity, due: list[When], doubts: tuple[str, ...]) -> Draft:
    phrase, text, segment = reading.phrase, reading.text, reading.segment
    comparator, words = decide(value, phrase)
    if comparator is Comparator.EQUAL and _AT_LEAST.search(text, max(segment.start, value.start - 14), value.start):
        comparator, words = Comparator.AT_LEAST, "至少"
    change = Change.INCREASE if value.form == "fold" else phrase.change or _said_by_unit(name, value, phrase)
    unit = value.unit or next((known for ending, known in _BY_NAME if name.endswith(ending)), "")
    name = _with_change(name, phrase, value)
    if value.unit not in PROPORTION_UNITS | {"个百分点", "倍", ""} and change is None:
        name = names.counted(name, value.unit)
    start, end = _evidence(segment, value)
    piece = text[max(segment.start, value.start - WINDOW) : value.end]
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
        rule=_rule(reading, value),
        due=due[0].due if due else None,
        due_from="原文" if due else "",
        baseline=_baseline(reading),
        change=change,
        basis=phrase.basis or (reading.reader.state.basis if change is not None else ""),
        hedge=hedge_in(piece) or reading.reader.state.hedge,
        scope=names.scope_of(name),
        doubts=doubts,
    )
    return dated(reading.reader, draft)


def _said_by_unit(name: str, value: Quantity, phrase: Phrase) -> Change | None:
    """每年下降不少于0.5个百分点: points are a change, whatever the comparator; 人次增长：5% is one by its label."""
    labelled = value.unit == "%" and not phrase.words
    found = _MOVES.search(name) if value.unit == "个百分点" or labelled else None
    return found and (Change.INCREASE if found[0] in CHANGE_UP else Change.DECREASE)


def _rule(reading: Reading, value: Quantity) -> str:
    if is_level(reading.phrase):
        return "名称+谓语+数值"
    if reading.phrase.change is not None:
        return "名称+变化+数值"
    return "名称+数值" if reading.is_terminal else "数值+名词"


def _baseline(reading: Reading) -> Baseline | None:
    baseline = reading.baseline
    if baseline is None:
        return _told_behind(reading)
    if baseline.value is None:
        return None
    before = [when for when in reading.reader.dates_in(reading.left, baseline.start) if when.basis]
    return Baseline(baseline.value, before[-1].due if before else None)


def _told_behind(reading: Reading) -> Baseline | None:
    """7.5天以下（2023年为8.2天）: where it stood, in brackets behind the value."""
    found = _STOOD.match(reading.text, reading.values[-1].end) if len(reading.values) == 1 else None
    if not found:
        return None
    value, year = read_arabic(found["value"]), int(found["year"])
    plan = reading.reader.context.horizon.plan_year
    return Baseline(value, date(year, 12, 31)) if value is not None and plan and year < plan else None


def _with_change(name: str, phrase: Phrase, value: Quantity) -> str:
    """城镇化率 | 提高 | 1个百分点 → 城镇化率提高幅度; 收入 | 增长 | 6% → 收入增长率."""
    if phrase.change is None or value.form == "fold":
        return name + "幅度" if phrase.role == "compare" and _MOVES.search(name) else name
    if phrase.verb in {"增长", "增"} and value.unit in PROPORTION_UNITS:
        return name + "增长率"
    return f"{name}{_CHANGES[phrase.verb]}幅度" if phrase.verb in _CHANGES else name


def _evidence(segment: Segment, value: Quantity) -> tuple[int, int]:
    """The clause the target was read from, cut to a phrase when it is long."""
    start, end = segment.start, segment.end
    if end - start > LONGEST_EVIDENCE - 20:
        start = max(start, value.start - 80)
        end = min(end, value.end + 40)
    return start, end
