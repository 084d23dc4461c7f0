"""What a paragraph is read with, and what its clauses hand on to one another."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field, replace
from datetime import date

from kpi.extraction.candidates import Draft
from kpi.extraction.deadlines import Horizon, When
from kpi.extraction.quantities import Quantity

WINDOW = 120
"""A name is looked for in so many characters before its number, which keeps reading linear."""


@dataclass(frozen=True)
class Context:
    """What a paragraph is read with: the document's horizon and the section it stands in.

    due    deadline said by the section's heading, or by a line before it (到2025年，目标如下：)
    mood   "past" in a review of what was done, "reference" in a rule book, "news" in a report of a newspaper,
           else ""
    plan   the document is a plan: a number of things needs no verb to be promised
    topic  what the heading above is about, for heads that name nothing by themselves
    """

    horizon: Horizon
    due: date | None = None
    mood: str = ""
    topic: str = ""
    plan: bool = False


@dataclass
class State:
    """What earlier clauses of a sentence hand on to later ones.

    recent   the drafts of the sentence so far, brackets left out
    whole    what a 其中 is part of
    specifies   a project is described (总投资, 建筑面积): what it holds is no aim of its own
    label    mood said by a label such as 年度目标： or 进展情况：
    """

    deadlines: list[When] = field(default_factory=list)
    topic: str = ""
    topics: list[str] = field(default_factory=list)
    recent: list[Draft] = field(default_factory=list)
    last_verb: str = ""
    hedge: str = ""
    basis: str = ""
    whole: Draft | None = None
    past: bool = False
    forecast: bool = False
    label: str = ""
    specifies: bool = False

    @property
    def last(self) -> Draft | None:
        return self.recent[-1] if self.recent else None


@dataclass
class Reader:
    """One paragraph with its dates and numbers, and the drafts read so far.

    ahead   the sentence before spoke of what is to be done
    """

    text: str
    context: Context
    dates: list[When]
    numbers: list[Quantity]
    state: State = field(default_factory=State)
    lead: list[When] = field(default_factory=list)
    past_lead: bool = False
    ahead: bool = False
    sentence: int = 0
    drafts: list[Draft] = field(default_factory=list)
    groups: int = 0

    def __post_init__(self) -> None:
        self.date_spans = {when.end: when.start for when in self.dates}
        self._date_starts = [when.start for when in self.dates]
        self._number_starts = [number.start for number in self.numbers]

    def dates_in(self, start: int, end: int) -> list[When]:
        return self.dates[bisect_left(self._date_starts, start) : bisect_left(self._date_starts, end)]

    def deadlines_in(self, start: int, end: int) -> list[When]:
        """Dates that are no years of comparison."""
        return [when for when in self.dates_in(start, end) if not when.basis]

    def in_date(self, at: int) -> bool:
        place = bisect_left(self._date_starts, at + 1) - 1
        return place >= 0 and at < self.dates[place].end

    def numbers_in(self, start: int, end: int) -> list[Quantity]:
        return self.numbers[bisect_left(self._number_starts, start) : bisect_left(self._number_starts, end)]


def dated(reader: Reader, draft: Draft) -> Draft:
    """The deadline of the clause, else of the section, else of the document."""
    if draft.due is not None:
        return draft
    if reader.state.deadlines:
        return replace(draft, due=reader.state.deadlines[-1].due, due_from="前文")
    if reader.context.due:
        return replace(draft, due=reader.context.due, due_from="标题")
    return replace(draft, due=reader.context.horizon.due, due_from="文件")


def group_of(text: str, dates: list[When], end: int) -> list[When]:
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
