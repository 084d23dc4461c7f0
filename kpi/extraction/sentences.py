"""Reading the targets of one paragraph: sentence by sentence, clause by clause."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kpi.extraction import lists, names
from kpi.extraction.candidates import Draft
from kpi.extraction.coverage import read_coverage
from kpi.extraction.deadlines import When
from kpi.extraction.exclusions import (
    is_condition,
    is_technical,
    label_mood,
    looks_back,
    reports_progress,
    says_forecast,
    says_future,
    says_past,
    tells_of_a_quota,
)
from kpi.extraction.phrases import BASIS, hedge_in
from kpi.extraction.quantities import quantities
from kpi.extraction.reading import outside_brackets
from kpi.extraction.runs import read_numbers, values_of
from kpi.extraction.segments import Part, Segment, in_hole
from kpi.extraction.state import Context, Reader, State, dated, group_of

__all__ = ["Context", "read_paragraph"]

_COVERS = re.compile("全覆盖|全面覆盖|全员覆盖|尽|所有")
_MOVES = re.compile("(?:增长|下降|提高|降低|减少)$")
LONGEST_LABEL = 12
_YEAR_LEAD = re.compile(r"(?:到|至|力争|在|于)*20\d\d年(?:底|末)?(?:前)?")


def read_paragraph(
    text: str, cut: Sequence[list[Part]], dates: list[When], context: Context
) -> tuple[list[Draft], list[When]]:
    """The drafts of a paragraph, and the date expressions that open it (they may hold for what follows)."""
    reader = Reader(text, context, dates, quantities(text), past_lead=looks_back(text))
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
    reader.sentence = begins
    state = reader.state = State(
        deadlines=list(reader.lead),
        past=reader.past_lead
        or reader.context.mood in {"past", "reference"}
        or (reader.context.mood == "news" and not reader.ahead)
        or reports_progress(reader.text[begins:ends]),
    )
    for at, part in enumerate(parts):
        if state.deadlines and not state.deadlines[-1].long:
            state.deadlines = list(reader.lead)
        state.last_verb, state.whole, state.specifies = "", None, False
        for segment in part:
            _read_segment(reader, segment, begins if at == 0 else part[0].start)
    reader.ahead = not state.past and bool(state.deadlines)


def _read_opening(reader: Reader, segment: Segment) -> None:
    """A sentence without numbers can still open a period: 到2025年，体系更加完善。"""
    due = reader.deadlines_in(segment.start, segment.end)
    if due:
        _open_period(reader, segment, group_of(reader.text, due, segment.end), segment.start)


def _read_segment(reader: Reader, segment: Segment, begins: int) -> None:
    text, state = reader.text, reader.state
    piece = text[segment.start : segment.end]
    dates = [when for when in reader.deadlines_in(segment.start, segment.end) if not in_hole(segment, when.start)]
    due = group_of(text, dates, segment.end)
    before = state.past
    label = label_mood(piece, segment.ends)
    if label:
        state.label = label
    _mood_of(reader, outside_brackets(text, segment), due)
    if due and not segment.inside:
        _open_period(reader, segment, due, begins)
    made: list[Draft] = []
    if not (state.past or state.forecast):
        left_out = is_technical(outside_brackets(text, segment)) or is_condition(piece, segment.ends)
        made = read_numbers(reader, segment, [] if left_out else values_of(reader, segment))
        if not made and not segment.inside:
            made = read_coverage(text, segment, state.topic, state.topics, hedge_in(piece) or state.hedge)
            made = [dated(reader, draft) for draft in made]
    reader.drafts.extend(made)
    if segment.inside:  # （2023年为8.2天） says nothing about what stands outside
        state.past = before
    else:
        _hand_on(reader, segment, piece, made, due)


def _mood_of(reader: Reader, piece: str, due: list[When]) -> None:
    state, year = reader.state, reader.context.horizon.plan_year
    if says_forecast(piece):
        state.forecast = True
    ahead = bool(due) and year is not None and due[-1].due.year > year
    if state.label:
        state.past = state.label == "past"
    elif reader.context.mood == "reference":
        near = due or state.deadlines
        state.past = not near or (year is not None and near[-1].due.year < year)
    elif reader.context.mood == "past":
        state.past = not ahead or tells_of_a_quota(piece)
    elif due and year is not None and due[-1].due.year < year:
        state.past = True
    elif ahead:
        state.past = tells_of_a_quota(piece)
    elif says_past(piece) or ("同比" in piece and not reader.context.plan):
        state.past = not says_future(piece)
    elif says_future(piece):
        state.past = False


def _open_period(reader: Reader, segment: Segment, due: list[When], begins: int) -> None:
    """A year that opens a sentence holds for the paragraph: 到2025年，……。……。"""
    if not due[0].long or not _is_lead(reader.text, begins, segment, due[0]):
        return
    horizon = reader.context.horizon
    year = horizon.plan_year
    past = year is not None and due[-1].due.year < year
    if reader.state.past and not past:
        return
    if reader.lead and segment.start != reader.sentence:  # 到2025年…；到2030年…。: what follows is for the end
        reader.lead = [] if horizon.due and horizon.due >= due[-1].due else due
        return
    if past and "，" not in reader.text[due[-1].end : due[-1].end + 6]:
        return
    reader.lead, reader.past_lead = due, past


def _is_lead(text: str, begins: int, segment: Segment, when: When) -> bool:
    """Nothing but a label (具体指标：) and 到 stands before the date at the head of a sentence."""
    label = text[begins : segment.start]
    if label and not (label.endswith("：") and len(label) <= LONGEST_LABEL):
        return False
    before = names.clean(text[segment.start : when.start]) if when.start - segment.start <= 12 else "-"
    return not before.strip("“到至在于力争确保")


def _hand_on(reader: Reader, segment: Segment, piece: str, made: list[Draft], due: list[When]) -> None:
    """Deadline, subject, verb, hedge and basis of this clause, for the clauses behind it."""
    state = reader.state
    if due and "其中" not in piece:
        state.deadlines = due
    if made:
        state.recent.extend(made)
        state.last_verb = names.leads_with_verb(made[-1].name)
        state.topic, state.topics = "", []
        return
    state.hedge = hedge_in(piece) or state.hedge
    label = names.clean(piece) if segment.ends == "：" and _MOVES.search(piece) else ""
    topic = label or names.topic_of(_without_year(piece))
    if topic:
        state.topic = topic
        state.topics = lists.split_list(topic, shared=False)
    elif not due:
        state.topic = ""
    basis = BASIS.search(piece)
    if basis and basis.end() == len(piece):
        state.basis = basis[0]


def _without_year(piece: str) -> str:
    found = _YEAR_LEAD.match(piece)
    return piece[found.end() :] if found else piece
