"""What a person decided about one edition of a document holds for the next one where the words are the same."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterator, Sequence

from kpi.extraction.candidates import Candidate
from kpi.extraction.records import CandidateRow, Decision

_BLANKS = re.compile(r"\s+")
_OWN = frozenset({"id", "document_id", "clause_id", "start", "end"})


def words_of(candidate: Candidate | CandidateRow) -> tuple[Hashable, ...]:
    """What makes two candidates the same; how a file wraps its lines does not."""
    return (
        candidate.name,
        _BLANKS.sub("", candidate.evidence),
        candidate.comparator,
        candidate.value,
        candidate.low,
        candidate.high,
        candidate.unit,
    )


def carry_over(former: Sequence[CandidateRow], fresh: Sequence[CandidateRow]) -> int:
    """Decisions on the same words, several times the same in order; the number of decisions carried over."""
    decided: dict[tuple[Hashable, ...], list[CandidateRow]] = defaultdict(list)
    for row in former:
        if row.decision is not Decision.OPEN:
            decided[words_of(row)].append(row)
    carried = 0
    for row in fresh:
        same = decided.get(words_of(row))
        if same:
            before = same.pop(0)
            row.decision, row.decided_at, row.decided_by = before.decision, before.decided_at, before.decided_by
            row.decision_reason, row.target_id = before.decision_reason, before.target_id
            carried += 1
    return carried


def marked_again(former: Sequence[CandidateRow], text: str, read: Sequence[CandidateRow]) -> Iterator[CandidateRow]:
    """Copies of what a person marked in the former edition where its words still stand and no rule reads it."""
    known = {words_of(row) for row in read}
    for row in former:
        start = text.find(row.evidence)
        if row.marked_by is not None and start >= 0 and words_of(row) not in known:
            kept = {column.key: getattr(row, column.key) for column in CandidateRow.__table__.columns}
            same = {key: value for key, value in kept.items() if key not in _OWN}
            yield CandidateRow(**same, start=start, end=start + len(row.evidence))
