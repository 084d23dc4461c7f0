"""Importing an invented plan: stored whole, recognised again, superseded by a corrected edition."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts.rules import Person, Role
from kpi.audit.actions import SYSTEM
from kpi.audit.records import AuditRow
from kpi.core.errors import BadInput, Forbidden, NotFound, TooLarge
from kpi.documents import actions
from kpi.documents.actions import Imported, import_file
from kpi.documents.readers.limits import Limits
from kpi.documents.records import Document
from kpi.documents.rules_facts import DocumentFacts
from support import NOW

PLAN = """关于印发《青石区2026年卫生健康工作要点》的通知
青卫〔2026〕7号
青石区卫生健康委员会
2026年3月2日
一、抓基层
1.新建急救站6家。
2.培训骨干80名。
"""
CORRECTED = PLAN.replace("6家", "8家")


def imported(session: Session, text: str = PLAN, name: str = "plan.txt", demo: bool = False) -> Imported:
    return import_file(session, content=text.encode(), file_name=name, by=SYSTEM, now=NOW, demo=demo)


def count_documents(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Document)) or 0


def test_stores_bytes_text_facts_clauses_and_trail(session: Session) -> None:
    result = imported(session)
    document = result.document
    assert (result.created, result.former) == (True, None)
    assert (document.title, document.issuer, document.number) == (
        "青石区2026年卫生健康工作要点",
        "青石区卫生健康委员会",
        "青卫〔2026〕7号",
    )
    assert (document.plan_year, document.published_on) == (2026, date(2026, 3, 2))
    assert (document.media_type, document.file_name, document.edition) == ("text/plain", "plan.txt", 1)
    session.expire(document)
    assert document.text == PLAN
    assert actions.file_of(session, document.id) == PLAN.encode()
    clauses = actions.clauses_of(session, document.id)
    assert [clause.path for clause in clauses] == ["", "一", "一.1", "一.2"]
    assert "".join(document.text[clause.start : clause.end] for clause in clauses) == PLAN
    row = session.scalars(select(AuditRow).where(AuditRow.action == "documents.import")).one()
    assert (row.entity, row.entity_id, row.at) == ("document", str(document.id), NOW)
    assert row.new is not None
    assert row.new["number"] == "青卫〔2026〕7号"


def test_same_content_is_recognised_whatever_its_name(session: Session) -> None:
    first = imported(session)
    again = imported(session, name="又一次.txt")
    assert (again.created, again.document.id) == (False, first.document.id)
    assert count_documents(session) == 1


def test_same_text_in_other_bytes_is_recognised(session: Session) -> None:
    first = imported(session)
    wrapped = "\ufeff" + PLAN.replace("\n", "\r\n")
    again = imported(session, wrapped)
    assert (again.created, again.document.id) == (False, first.document.id)


def test_corrected_edition_supersedes_the_latest(session: Session) -> None:
    first = imported(session).document
    second = imported(session, CORRECTED)
    third = imported(session, CORRECTED.replace("80名", "90名"))
    assert (second.created, second.former, second.document.edition) == (True, first, 2)
    assert third.document.supersedes_id == second.document.id
    chain = [first.id, second.document.id, third.document.id]
    assert all([one.id for one in actions.editions_of(session, document_id)] == chain for document_id in chain)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(CORRECTED.replace("青卫〔2026〕7号", "青卫〔2026〕9号"), id="another number"),
        pytest.param(CORRECTED.replace("青石区2026", "青石区2025"), id="another title"),
    ],
)
def test_another_document_supersedes_nothing(session: Session, other: str) -> None:
    imported(session)
    result = imported(session, other)
    assert (result.created, result.former, result.document.edition) == (True, None, 1)


def test_demo_and_real_documents_never_mix(session: Session) -> None:
    imported(session)
    assert imported(session, CORRECTED, demo=True).former is None


def test_the_same_file_imported_by_somebody_else_meanwhile(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    first = imported(session).document
    look = actions.find_by_content
    answers = iter([None])
    monkeypatch.setattr(actions, "find_by_content", lambda s, content: next(answers, look(s, content)))
    prepared = actions.prepare(PLAN.encode(), "plan.txt")
    other_text = actions.Prepared(
        prepared.content, prepared.sha256, "plan.txt", actions.ReadText("别的", "text/plain"), prepared.facts, []
    )
    result = actions.import_prepared(session, other_text, by=SYSTEM, now=NOW)
    assert (result.created, result.document.id) == (False, first.id)
    assert count_documents(session) == 1


def test_bad_files_leave_nothing_behind(session: Session) -> None:
    with pytest.raises(BadInput, match="空"):
        imported(session, " \n")
    with pytest.raises(TooLarge):
        import_file(session, content=PLAN.encode(), file_name="plan.txt", by=SYSTEM, now=NOW, limits=Limits(size=10))
    assert count_documents(session) == 0


@pytest.mark.parametrize("role", [Role.OFFICER, Role.LEADER, Role.ADMIN, Role.AUDITOR])
def test_only_reviewers_import_and_correct(session: Session, role: Role) -> None:
    person = Person(account_id=1, login="x", name="某人", role=role)
    document = imported(session).document
    with pytest.raises(Forbidden):
        import_file(session, content=CORRECTED.encode(), file_name="plan.txt", by=person, now=NOW)
    with pytest.raises(Forbidden):
        actions.correct(session, document.id, DocumentFacts("甲", "", "", None, None), by=person, now=NOW)


def test_a_person_puts_facts_right(session: Session) -> None:
    document = imported(session).document
    facts = DocumentFacts(" 青石区工作要点 ", "青石区卫生健康委", "", 2027, None)
    later = NOW + timedelta(hours=1)
    changed = actions.correct(session, document.id, facts, by=SYSTEM, now=later, why="标题有误")
    assert (changed.title, changed.plan_year, changed.published_on) == ("青石区工作要点", 2027, None)
    row = session.scalars(select(AuditRow).where(AuditRow.action == "documents.correct")).one()
    assert row.old is not None
    assert row.old["published_on"] == "2026-03-02"
    assert row.why == "标题有误"
    actions.correct(session, document.id, facts, by=SYSTEM, now=later)
    assert len(session.scalars(select(AuditRow).where(AuditRow.action == "documents.correct")).all()) == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (DocumentFacts(" ", "", "", None, None), "标题"),
        (DocumentFacts("长" * 301, "", "", None, None), "标题"),
        (DocumentFacts("甲", "", "号" * 101, None, None), "发文字号"),
        (DocumentFacts("甲", "", "", 202, None), "计划年度"),
    ],
)
def test_impossible_facts_are_refused_by_field(session: Session, facts: DocumentFacts, field: str) -> None:
    document = imported(session).document
    with pytest.raises(BadInput) as error:
        actions.correct(session, document.id, facts, by=SYSTEM, now=NOW)
    assert [problem.field for problem in error.value.problems] == [field]


def test_an_unknown_document(session: Session) -> None:
    with pytest.raises(NotFound):
        actions.get(session, 4711)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\文件\\要点.txt", "要点.txt"),
        ("../../etc/要点.txt", "要点.txt"),
        ("甲" * 300 + ".txt", "甲" * 251 + ".txt"),
        ("要\x00点\n.txt", "要点.txt"),
    ],
)
def test_file_names_are_cleaned(session: Session, given: str, kept: str) -> None:
    assert imported(session, name=given).document.file_name == kept
