"""The list of documents, one under review, its history, what may be merged into, and what changed between editions."""

from __future__ import annotations

import pytest
from query_count import counted
from sqlalchemy.orm import Session

from factories import make_document, make_indicator, make_person, make_plan
from kpi.accounts.rules import Role
from kpi.core.errors import NotFound
from kpi.core.quantity import Kind
from kpi.documents.records import Document
from kpi.documents.rules_differences import Fate
from kpi.extraction import actions as extraction
from kpi.extraction.records import CandidateRow, Decision
from kpi.readmodel import documents as reading
from support import NOW

TEXT = "一、新建急救站6家。\n二、成立指导中心。\n"


@pytest.fixture
def document(session: Session) -> Document:
    made = make_document(session, TEXT)
    reviewer = make_person(session, Role.REVIEWER, name="审核甲")
    for name, kind in (("急救站数", Kind.COUNT), ("指导中心", Kind.MILESTONE)):
        start = TEXT.index(name[:3])
        extraction.mark(session, made.id, start, start + 4, name=name, kind=kind, by=reviewer, now=NOW)
    session.flush()
    return made


def first_of(session: Session, document: Document) -> CandidateRow:
    return extraction.of_document(session, document.id)[0]


def test_the_list_counts_decisions(session: Session, document: Document) -> None:
    reviewer = make_person(session, Role.REVIEWER)
    extraction.reject(session, first_of(session, document).id, reason="往年", by=reviewer, now=NOW)
    make_document(session, "没有目标。", supersedes_id=document.id, edition=2, imported_at=NOW)
    session.flush()
    later, row = reading.document_rows(session)
    assert (row.open, row.accepted, row.rejected, row.superseded) == (1, 0, 1, True)
    assert (later.open, later.edition, later.superseded) == (0, 2, False)
    assert reading.count_open(session, document.id) == 1


def test_a_document_under_review(session: Session, document: Document) -> None:
    with counted(session) as statements:
        review = reading.review(session, document.id)
    assert len(statements) <= 3
    assert review.text == TEXT
    assert [(view.row.name, view.is_milestone) for view in review.candidates] == [
        ("急救站数", False),
        ("指导中心", True),
    ]
    assert [review.count(Decision.OPEN, milestones=kind) for kind in (False, True)] == [1, 1]


def test_what_was_read_outlives_the_session(session: Session, document: Document) -> None:
    """Doors draw after their session is over."""
    review = reading.review(session, document.id)
    session.rollback()
    assert review.document.title and review.candidates[0].row.evidence and review.clauses[0].end


def test_no_such_document(session: Session) -> None:
    with pytest.raises(NotFound):
        reading.review(session, 4711)
    with pytest.raises(NotFound):
        reading.candidate(session, 4711)


def test_history_says_who_and_why(session: Session, document: Document) -> None:
    reviewer = make_person(session, Role.REVIEWER, name="审核乙")
    row = first_of(session, document)
    extraction.reject(session, row.id, reason="往年情况", by=reviewer, now=NOW)
    extraction.reopen(session, row.id, reason="看错年份", by=reviewer, now=NOW)
    session.flush()
    steps = reading.history(session, row.id)
    assert [step.action for step in steps] == ["extraction.reopen", "extraction.reject", "extraction.mark"]
    assert [step.why for step in steps[:2]] == ["看错年份", "往年情况"]
    assert "审核乙" in steps[0].who


def test_indicators_to_merge_into(session: Session) -> None:
    make_indicator(session, name="老年医学科设置比例", kind=Kind.RATIO, unit="%")
    make_indicator(session, name="老年医学科数", unit="个")
    make_indicator(session, name="老年医学科床位", unit="张", active=False)
    make_indicator(session, name="100%_达标", unit="%")
    names = [found.name for found in reading.indicators_like(session, "老年 医学科", unit="%")]
    assert names == ["老年医学科设置比例", "老年医学科数"]
    assert [found.name for found in reading.indicators_like(session, "0%_")] == ["100%_达标"]


def test_the_plan_of_this_document_comes_first(session: Session, document: Document) -> None:
    make_plan(session)
    own = make_plan(session, document_id=document.id)
    choices = reading.choices(session, reading.review(session, document.id).document)
    assert choices.plans[0].id == own.id


def test_what_changed_since_the_former_edition(session: Session, document: Document) -> None:
    later = make_document(session, TEXT.replace("6家", "8家"), supersedes_id=document.id, edition=2)
    found = reading.edits(session, reading.review(session, later.id))
    assert [(edit.fate, edit.old, edit.new) for edit in found] == [(Fate.CHANGED, "新建急救站6家。", "新建急救站8家。")]
    assert reading.edits(session, reading.review(session, document.id)) == []
