"""From the text of a document to candidate targets: `find` is the room's entry point, pure and without a database."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi.core.quantity import Kind
from kpi.documents.rules import ClauseSpan, ancestors, clause_at, split_clauses
from kpi.documents.rules_facts import facts_of
from kpi.extraction import confidence, names
from kpi.extraction.aims import read_table
from kpi.extraction.candidates import Baseline, Candidate, Draft, Nature
from kpi.extraction.cross import cross_table, is_cross, read_cross
from kpi.extraction.deadlines import Horizon, When, horizon_in, horizon_of, moments
from kpi.extraction.exclusions import heading_mood, is_news, is_plan, reviews, title_mood, turns_ahead
from kpi.extraction.glued import glued_table
from kpi.extraction.layout import Paragraph, lines_of, paragraphs, plain_text
from kpi.extraction.milestones import read_milestones
from kpi.extraction.rows_by_place import Prose
from kpi.extraction.segments import sentences
from kpi.extraction.sentences import Context, read_paragraph
from kpi.extraction.separated import separated_table
from kpi.extraction.stacked import one_line_table, stacked_table
from kpi.extraction.tables import Table, find_tables
from kpi.extraction.terms import terms_of
from kpi.extraction.turned import turned_table

__all__ = ["Baseline", "Candidate", "ClauseSpan", "Nature", "find"]

_LOOSE_HEADING = re.compile(r"^(?:[^，。；：！？\d]|20\d\d|[一二三四五六七八九十\d]{1,2}[.、](?!\d)){2,24}$")
_OWN_NUMBER = re.compile(r"(\d{1,3})(?:([.、])(?=.)|(?=[一-龥]))")
SHAPES = (stacked_table, turned_table, separated_table, one_line_table, glued_table, cross_table)
"""What a table can look like; the first that fits wins."""
_BEFORE_AGE = re.compile(r"\d{1,2}\.(?=\d{1,2}周?岁)")
"""8.5岁以下儿童… is item 8, about children under 5: nobody is counted by tenths of a year."""
LONGEST_TOPIC = 24
OPENING = 800
"""Where a newspaper says that it is one."""
_LABEL = re.compile(
    r"^(?:注[：:]|[①-⑳]指|责任单位|牵头单位|责任部门|配合单位|联系人|电话|地址|来源|发布时间|索引号|附件)"
)


@dataclass(frozen=True)
class Found:
    """A draft with its place in the document."""

    draft: Draft
    start: int
    end: int
    at: int
    clause: str


def find(
    text: str,
    *,
    file: str = "",
    title: str | None = None,
    plan_year: int | None = None,
    clauses: Sequence[ClauseSpan] | None = None,
) -> list[Candidate]:
    """Every candidate target of a text, in the order of the text.

    Title, plan year and clauses are read from the text where they are not given. Never raises on any text;
    `text[c.start:c.end] == c.evidence` holds for every candidate.
    """
    clauses = split_clauses(text) if clauses is None else clauses
    title, plan_year = _about(text, title, plan_year)
    horizon = horizon_of(plain_text(title), plan_year)
    document = _Document(text, clauses, title, horizon_in(plain_text(text[:OPENING]), plain_text(title), horizon))
    found = _once(sorted(document.read(), key=lambda one: (one.at, one.start)))
    return [_candidate(text, one, file, number) for number, one in enumerate(found)]


def _about(text: str, title: str | None, plan_year: int | None) -> tuple[str, int | None]:
    if title is not None and plan_year is not None:
        return title, plan_year
    facts = facts_of(text)
    if title is None:
        title = facts.title or next((line.strip() for line in text.split("\n") if line.strip()), "")[:120]
    return title, plan_year or facts.plan_year


class _Document:
    """Walks the paragraphs and tables of one text and keeps what headings say about time."""

    def __init__(self, text: str, clauses: Sequence[ClauseSpan], title: str, horizon: Horizon) -> None:
        self.plain = plain_text(text)
        self.clauses = clauses
        self.horizon = horizon
        self.title_mood = title_mood(title) or ("news" if is_news(self.plain[:OPENING], title) else "")
        self.is_plan = is_plan(title)
        self.loose_mood = ""
        self.carried: tuple[str, date] | None = None
        self.lines = lines_of(self.plain)
        self.terms = terms_of(self.plain, self.lines, clauses, horizon)
        self._moods: dict[str, tuple[str, date | None]] = {}

    def read(self) -> Iterator[Found]:
        lines = self.lines
        tables = find_tables(self.plain, lines, SHAPES)
        at = 0
        for table in tables:
            yield from self._read_lines(lines[at : table.first])
            yield from self._read_table(table)
            at = table.last
        yield from self._read_lines(lines[at:])

    def _read_lines(self, lines: list[tuple[int, int]]) -> Iterator[Found]:
        for paragraph in paragraphs(self.plain, lines):
            yield from self._read_paragraph(paragraph)

    def _read_paragraph(self, paragraph: Paragraph, term: date | None = None) -> Iterator[Found]:
        clause = clause_at(self.clauses, paragraph.at(0))
        path = clause.path if clause else ""
        paragraph = _without_number(paragraph, path)
        mood, due = self._section(clause)
        if _LOOSE_HEADING.match(paragraph.text):
            self.loose_mood = heading_mood(paragraph.text) or self.loose_mood
        if _LABEL.match(paragraph.text):
            return
        if self.carried and path.startswith(self.carried[0]):
            due = self.carried[1]
        due = term or self.terms.due(path, paragraph.at(0)) or due
        text = paragraph.text
        cut, dates = list(sentences(text)), moments(text, self.horizon)
        drafts, lead = read_paragraph(text, cut, dates, Context(self.horizon, due, mood, _topic(clause), self.is_plan))
        if lead and text.endswith("："):
            self.carried = (path, lead[-1].due)
        yield from self._placed(paragraph, drafts, path)
        if mood not in {"past", "reference", "news"}:
            taken = {(draft.start, draft.end) for draft in drafts}
            milestones = [one for one in read_milestones(text, cut) if (one.start, one.end) not in taken]
            yield from self._placed(paragraph, self._due(text, milestones, dates, due), path)

    def _due(self, text: str, drafts: list[Draft], dates: list[When], due: date | None) -> list[Draft]:
        """Deadlines of milestones: what stands in or right before their clause, else the section's or document's."""
        dates = [when for when in dates if not when.basis]
        starts = [when.start for when in dates]
        read = []
        for draft in drafts:
            last = bisect_left(starts, draft.end) - 1
            when = dates[last] if last >= 0 else None
            near = when and (
                when.start >= draft.start or ("。" not in text[when.end : draft.start] and draft.start - when.end < 60)
            )
            if when and near:
                read.append(replace(draft, due=when.due, due_from="原文"))
            else:
                read.append(replace(draft, due=due or self.horizon.due, due_from="标题" if due else "文件"))
        return read

    def _read_table(self, table: Table) -> Iterator[Found]:
        if self.title_mood == "past":
            return
        at = table.start
        clause = clause_at(self.clauses, at)
        mood, due = self._section(clause)
        if mood == "past":
            return
        prose: list[Prose] = []
        if is_cross(table):
            drafts = list(read_cross(self.plain, table, self.horizon))
        else:
            drafts, prose = read_table(self.plain, table, self.horizon, due)
        for row in drafts:
            here = clause_at(self.clauses, row.start)
            yield Found(row, row.start, row.end, row.at, here.path if here else "")
        for cell, term in prose:
            yield from self._read_paragraph(cell.paragraph(self.plain), term)

    def _section(self, clause: ClauseSpan | None) -> tuple[str, date | None]:
        """Mood and deadline said by the headings above a clause, the nearest first."""
        mood, due = self.title_mood, None
        if mood == "reference":
            return mood, due
        if clause is None or not clause.path:
            return mood or (self.loose_mood if self.loose_mood == "past" else ""), due
        if clause.path not in self._moods:
            self._moods[clause.path] = self._of_headings([*ancestors(self.clauses, clause), clause])
        found, due = self._moods[clause.path]
        return found if found else mood, due

    def _of_headings(self, chain: list[ClauseSpan]) -> tuple[str, date | None]:
        mood, due = "", None
        review = False
        for clause in chain:
            heading = plain_text(clause.heading)
            own = heading_mood(heading)
            review = reviews(heading) or (review and not turns_ahead(heading))
            mood = "past" if review else own or mood
            dates = [when for when in moments(heading, self.horizon) if when.long and not when.basis]
            if dates and self.horizon.plan_year and dates[-1].due.year < self.horizon.plan_year:
                mood = "past"
            elif dates:
                due = dates[-1].due
        return mood, due

    def _placed(self, paragraph: Paragraph, drafts: Sequence[Draft], path: str) -> Iterator[Found]:
        for draft in drafts:
            start, end = paragraph.span(draft.start, draft.end)
            if end - start > 150:
                at = paragraph.at(draft.at)
                start, end = max(start, at - 70), min(end, at + 70)
            yield Found(draft, start, end, paragraph.at(draft.at), path)


def _topic(clause: ClauseSpan | None) -> str:
    """What a short heading is about: 三、适龄女孩HPV疫苗免费接种."""
    heading = plain_text(clause.heading) if clause else ""
    topic = names.topic_of(heading) if 4 <= len(heading) <= LONGEST_TOPIC else ""
    return topic if len(topic) >= 4 else ""


def _without_number(paragraph: Paragraph, path: str) -> Paragraph:
    """The number of a clause or line is no part of its text."""
    aged = _BEFORE_AGE.match(paragraph.text)
    if aged:
        return Paragraph(paragraph.text[aged.end() :], paragraph.offsets[aged.end() :])
    found = _OWN_NUMBER.match(paragraph.text)
    if not found or (path.rpartition(".")[2] != found[1] and found[2]):
        return paragraph
    end = found.end()
    set_apart = paragraph.offsets[end] > paragraph.offsets[end - 1] + 1
    return Paragraph(paragraph.text[end:], paragraph.offsets[end:]) if found[2] or set_apart else paragraph


def _once(found: list[Found]) -> list[Found]:
    """A target that is announced and then said again is one target: the first keeps its place."""
    kept: dict[tuple[object, ...], Found] = {}
    for one in found:
        draft = one.draft
        if not confidence.named(draft):
            continue
        key = (_plain_name(draft), draft.value, draft.low, draft.high, draft.unit, draft.due, draft.change)
        kept.setdefault(key, one)
    return list(kept.values())


def _plain_name(draft: Draft) -> str:
    name = re.sub(r"[“”《》（）、，\s]", "", draft.name)
    scope = names.scope_of(name)
    return (
        name if draft.kind is Kind.MILESTONE or scope in {"农村", "城市", "城镇", "城区"} else name.removeprefix(scope)
    )


def _candidate(text: str, one: Found, file: str, number: int) -> Candidate:
    draft = one.draft
    sureness, reasons = confidence.judge(draft)
    return Candidate(
        file=file,
        clause=one.clause,
        name=draft.name,
        kind=draft.kind,
        comparator=draft.comparator,
        comparator_text=draft.comparator_text,
        value=draft.value,
        low=draft.low,
        high=draft.high,
        unit=draft.unit,
        deadline=draft.due,
        baseline=draft.baseline,
        change=draft.change,
        basis=draft.basis,
        hedge=draft.hedge,
        scope=draft.scope,
        group="" if draft.group is None else f"{one.clause}#{one.start}",
        nature=draft.nature,
        deliverable_type=draft.deliverable_type,
        evidence=text[one.start : one.end],
        start=one.start,
        end=one.end,
        confidence=sureness,
        reasons=reasons,
    )
