"""Candidates: found, marked, rejected, reopened; decisions survive another reading and a corrected edition."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import make_document, make_person
from kpi.accounts.rules import Person, Role
from kpi.audit.records import AuditRow
from kpi.core.errors import BadInput, Forbidden, NotFound, WrongState
from kpi.core.quantity import Kind
from kpi.extraction import actions as extraction
from kpi.extraction.records import CandidateRow, Decision
from support import NOW

TEXT = "一、急救体系\n（一）完善网络。新建10家急救分站，二级以上综合医院设置老年医学科比例达到60%以上。\n"


@pytest.fixture
def reviewer(session: Session) -> Person:
    return make_person(session, Role.REVIEWER)


def by_value(rows: list[CandidateRow]) -> dict[int, CandidateRow]:
    return {int(row.value): row for row in rows if row.value is not None}


def test_reading_twice_does_not_double(session: Session, reviewer: Person) -> None:
    document = make_document(session, TEXT)
    first = extraction.find_candidates(session, document.id, by=reviewer, now=NOW)
    assert set(by_value(first)) == {10, 60}
    assert all(TEXT[row.start : row.end] == row.evidence for row in first)
    again = extraction.find_candidates(session, document.id, by=reviewer, now=NOW)
    assert [row.id for row in again] == [row.id for row in first]


def test_reading_again_keeps_decisions_and_marks_and_drops_what_is_no_longer_read(
    session: Session, reviewer: Person
) -> None:
    document = make_document(session, TEXT)
    rows = by_value(extraction.find_candidates(session, document.id, by=reviewer, now=NOW))
    extraction.reject(session, rows[10].id, reason="重复", by=reviewer, now=NOW)
    start = TEXT.index("完善网络")
    marked = extraction.mark(
        session, document.id, start, start + 4, name="网络", kind=Kind.MILESTONE, by=reviewer, now=NOW
    )
    document.text = TEXT.replace("达到60%以上", "进一步提高").replace("新建10家急救分站", "继续推进工作")
    left = extraction.find_candidates(session, document.id, by=reviewer, now=NOW)
    assert {row.id for row in left} >= {rows[10].id, marked.id} and rows[60].id not in {row.id for row in left}


def test_a_candidate_is_rejected_with_a_reason_and_reopened(session: Session, reviewer: Person) -> None:
    document = make_document(session, TEXT)
    row = extraction.find_candidates(session, document.id, by=reviewer, now=NOW)[0]
    with pytest.raises(BadInput, match="原因"):
        extraction.reject(session, row.id, reason=" ", by=reviewer, now=NOW)
    extraction.reject(session, row.id, reason="不是目标", by=reviewer, now=NOW)
    assert (row.decision, row.decision_reason, row.decided_by) == (Decision.REJECTED, "不是目标", reviewer.account_id)
    with pytest.raises(WrongState):
        extraction.reject(session, row.id, reason="再来", by=reviewer, now=NOW)
    extraction.reopen(session, row.id, by=reviewer, now=NOW)
    assert (row.decision, row.decided_at) == (Decision.OPEN, None)
    trail = session.execute(
        select(AuditRow.action, AuditRow.why).where(AuditRow.entity == "candidate").order_by(AuditRow.id)
    ).all()
    assert [tuple(line) for line in trail] == [("extraction.reject", "不是目标"), ("extraction.reopen", "")]
    with pytest.raises(WrongState):
        extraction.reopen(session, row.id, by=reviewer, now=NOW)


def test_decisions_carry_over_to_a_new_edition_where_the_words_are_the_same(session: Session, reviewer: Person) -> None:
    former = make_document(session, TEXT)
    rows = by_value(extraction.find_candidates(session, former.id, by=reviewer, now=NOW))
    for row in rows.values():
        extraction.reject(session, row.id, reason="另有安排", by=reviewer, now=NOW)
    edition = make_document(session, "前言。\n" + TEXT.replace("60%", "65%"), supersedes_id=former.id, edition=2)
    fresh = by_value(extraction.find_candidates(session, edition.id, by=reviewer, now=NOW))
    assert (fresh[10].decision, fresh[10].decision_reason) == (Decision.REJECTED, "另有安排")
    assert fresh[65].decision is Decision.OPEN


def test_an_edition_that_wraps_its_lines_elsewhere_keeps_decisions(session: Session, reviewer: Person) -> None:
    former = make_document(session, TEXT)
    rows = by_value(extraction.find_candidates(session, former.id, by=reviewer, now=NOW))
    extraction.reject(session, rows[60].id, reason="另有安排", by=reviewer, now=NOW)
    wrapped = TEXT.replace("比例达到60%", "比例达到\n60%").replace("10家", "12家")
    edition = make_document(session, wrapped, supersedes_id=former.id, edition=2)
    fresh = by_value(extraction.find_candidates(session, edition.id, by=reviewer, now=NOW))
    assert (fresh[60].decision, fresh[12].decision) == (Decision.REJECTED, Decision.OPEN)


def test_what_a_person_marked_is_marked_in_the_next_edition_too(session: Session, reviewer: Person) -> None:
    former = make_document(session, TEXT)
    extraction.find_candidates(session, former.id, by=reviewer, now=NOW)
    for words in ("完善网络", "急救体系"):
        start = TEXT.index(words)
        extraction.mark(session, former.id, start, start + 4, name=words, kind=Kind.MILESTONE, by=reviewer, now=NOW)
    changed = "前言。\n" + TEXT.replace("一、急救体系", "一、急救")
    edition = make_document(session, changed, supersedes_id=former.id, edition=2)
    for _ in range(2):
        rows = extraction.find_candidates(session, edition.id, by=reviewer, now=NOW)
        marked = [row for row in rows if row.marked_by == reviewer.account_id]
        assert [(row.name, changed[row.start : row.end]) for row in marked] == [("完善网络", "完善网络")]


@pytest.mark.parametrize(("start", "end"), [(-1, 4), (5, 5), (0, 10_000), (7, 8)])
def test_only_a_piece_of_the_text_can_be_marked(session: Session, reviewer: Person, start: int, end: int) -> None:
    document = make_document(session, "一、急救体系\n \n")
    with pytest.raises(BadInput, match="选取"):
        extraction.mark(session, document.id, start, end, name="网络", kind=Kind.COUNT, by=reviewer, now=NOW)


def test_only_reviewers_and_only_documents_that_exist(session: Session, reviewer: Person) -> None:
    document = make_document(session, TEXT)
    with pytest.raises(Forbidden):
        extraction.find_candidates(session, document.id, by=make_person(session, Role.LEADER), now=NOW)
    with pytest.raises(NotFound):
        extraction.find_candidates(session, document.id + 1, by=reviewer, now=NOW)
