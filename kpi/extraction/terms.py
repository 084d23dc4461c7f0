"""Deadlines that stand in a line of their own: 完成时限：12月10日前, and the cell 10月底前 of a row one cell a line."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from kpi.documents.rules import ClauseSpan, clause_at
from kpi.extraction.cells import Line
from kpi.extraction.deadlines import Horizon, moments

_TERM = re.compile(r"^[ \t]*(?:完成时[限间]|时限要求|完成期限)：(?P<when>[^\n]{2,40})", re.MULTILINE)
_HEAD = re.compile("(?:完成|办理)?(?:时限|时间|期限)(?:要求|节点)?")
_NUMBER = re.compile(r"\d{1,3}")
LONGEST_DATE = 14
MOST_BREAK = 40
"""A row of more lines than this is the end of the table."""


@dataclass(frozen=True)
class Terms:
    """Deadlines by clause, and by the place of the row they stand in: rows start[i]..end[i] are due[i]."""

    by_clause: dict[str, date]
    starts: list[int]
    ends: list[int]
    dues: list[date]

    def due(self, path: str, at: int) -> date | None:
        place = bisect_right(self.starts, at) - 1
        if place >= 0 and at < self.ends[place]:
            return self.dues[place]
        return self.by_clause.get(path)


def terms_of(plain: str, lines: Sequence[Line], clauses: Sequence[ClauseSpan], horizon: Horizon) -> Terms:
    """All such deadlines of a document."""
    by_clause: dict[str, date] = {}
    for line in _TERM.finditer(plain):
        clause, dates = clause_at(clauses, line.start("when")), moments(line["when"], horizon)
        if clause and clause.path and dates:
            by_clause[clause.path] = dates[-1].due
    rows = list(_rows(plain, [line for line in lines if line[0] < line[1]], horizon))
    return Terms(by_clause, [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])


def _rows(plain: str, lines: Sequence[Line], horizon: Horizon) -> Iterator[tuple[int, int, date]]:
    """Rows of a table one cell a line, each beginning with its number, below a head that names a time limit."""
    opened, started = False, -1
    due: date | None = None
    for at, (start, end) in enumerate(lines):
        if end - start <= LONGEST_DATE and _HEAD.fullmatch(plain, start, end):
            opened, started, due = True, -1, None
        elif opened and _NUMBER.fullmatch(plain, start, end):
            if started >= 0 and due:
                yield lines[started][0], start, due
            started, due = at, None
        elif opened and started >= 0 and end - start <= LONGEST_DATE:
            due = _only_date(plain[start:end], horizon) or due
        if opened and started >= 0 and at - started > MOST_BREAK:
            opened = False
    if opened and started >= 0 and due:
        yield lines[started][0], lines[-1][1], due


def _only_date(text: str, horizon: Horizon) -> date | None:
    dates = moments(text, horizon)
    whole = dates and dates[0].start == 0 and dates[-1].end == len(text)
    return dates[-1].due if whole else None
