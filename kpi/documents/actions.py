"""Importing documents: the same content is recognised, a corrected edition is linked to the one before it."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.text import t
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.registry import DEFAULT_LIMITS, ReadText, read
from kpi.documents.records import Clause, Document, DocumentFile
from kpi.documents.rules import ClauseSpan, split_clauses
from kpi.documents.rules_differences import text_is_same
from kpi.documents.rules_facts import DocumentFacts, facts_of, is_same_plan

LONGEST = {"title": 300, "issuer": 200, "number": 100}
FIRST_YEAR, LAST_YEAR = 1949, 2199
_NOT_IN_NAMES = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True)
class Prepared:
    """A file read and understood, ready for one short write."""

    content: bytes
    sha256: str
    file_name: str
    read: ReadText
    facts: DocumentFacts
    clauses: list[ClauseSpan]


@dataclass(frozen=True)
class Imported:
    """`created` is false when the file, or another file with the same text, was here before."""

    document: Document
    created: bool
    former: Document | None = None


def prepare(content: bytes, file_name: str, limits: Limits = DEFAULT_LIMITS) -> Prepared:
    """Everything slow about an import, without a session: doors call it before they open one. Raises BadInput."""
    name = _base_name(file_name)
    found = read(content, name, limits)
    return Prepared(
        content=content,
        sha256=hashlib.sha256(content).hexdigest(),
        file_name=name,
        read=found,
        facts=facts_of(found.text, name),
        clauses=split_clauses(found.text),
    )


def import_file(
    session: Session,
    *,
    content: bytes,
    file_name: str,
    by: Person | Actor,
    now: datetime,
    demo: bool = False,
    limits: Limits = DEFAULT_LIMITS,
) -> Imported:
    """Read and store a file. What was imported before is found by its content and not read again."""
    acting(by, Action.REVIEW_DOCUMENTS)
    known = find_by_content(session, content)
    if known is not None:
        return Imported(known, created=False)
    return import_prepared(session, prepare(content, file_name, limits), by=by, now=now, demo=demo)


def import_prepared(
    session: Session, prepared: Prepared, *, by: Person | Actor, now: datetime, demo: bool = False
) -> Imported:
    """Store a prepared file with its bytes, text and clauses; a corrected edition supersedes the latest one."""
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    known = find_by_content(session, prepared.content)
    editions = _editions_of(session, prepared.facts, demo)
    known = known or next((one for one in editions if text_is_same(one.text, prepared.read.text)), None)
    if known is not None:
        return Imported(known, created=False)
    former = editions[-1] if editions else None
    document = _document(prepared, former, actor, now, demo)
    try:
        with session.begin_nested():
            session.add(document)
            session.flush()
    except IntegrityError:  # somebody imported the same file a moment ago
        known = find_by_content(session, prepared.content)
        if known is None:
            raise
        return Imported(known, created=False)
    _store_parts(session, document, prepared)
    audit.write(session, actor, now, "documents.import", document, what=document.title, new=_facts_of_row(document))
    return Imported(document, created=True, former=former)


def correct(
    session: Session, document_id: int, facts: DocumentFacts, *, by: Person | Actor, now: datetime, why: str = ""
) -> Document:
    """Put right what was read wrongly off the head of a document; text and clauses stay as imported."""
    actor = acting(by, Action.REVIEW_DOCUMENTS)
    document = get(session, document_id)
    clean = _checked(facts)
    old, new = audit.changes(document, **asdict(clean))
    if new:
        audit.write(session, actor, now, "documents.correct", document, what=clean.title, old=old, new=new, why=why)
    return document


def get(session: Session, document_id: int) -> Document:
    document = session.get(Document, document_id)
    if document is None:
        raise NotFound(t("没有这个文件，它可能已被删除。请从文件列表重新选择。"))
    return document


def find_by_content(session: Session, content: bytes) -> Document | None:
    return session.scalar(select(Document).where(Document.sha256 == hashlib.sha256(content).hexdigest()))


def file_of(session: Session, document_id: int) -> bytes:
    """The bytes as they were imported."""
    stored = session.get(DocumentFile, get(session, document_id).id)
    return stored.content if stored else b""


def clauses_of(session: Session, document_id: int) -> list[Clause]:
    """In the order of the text; together they cover all of it."""
    return list(session.scalars(select(Clause).where(Clause.document_id == document_id).order_by(Clause.position)))


def editions_of(session: Session, document_id: int) -> list[Document]:
    """The document and the editions before and after it, the first one first."""
    document = get(session, document_id)
    first = document
    while first.supersedes_id is not None:
        first = get(session, first.supersedes_id)
    chain, newest = [first], [first]
    while newest:
        below = [one.id for one in newest]
        newest = list(session.scalars(select(Document).where(Document.supersedes_id.in_(below)).order_by(Document.id)))
        chain.extend(newest)
    return chain


def _editions_of(session: Session, facts: DocumentFacts, demo: bool) -> list[Document]:
    """Documents that the facts are an edition of, the latest last; demo and real ones never mix."""
    title = facts.title[: LONGEST["title"]]
    same_title = select(Document).where(Document.title == title, Document.demo == demo)
    found = session.scalars(same_title.order_by(Document.edition, Document.id))
    return [one for one in found if is_same_plan(_facts_in(one), facts)]


def _facts_in(document: Document) -> DocumentFacts:
    return DocumentFacts(document.title, document.issuer, document.number, document.plan_year, document.published_on)


def _document(prepared: Prepared, former: Document | None, actor: Actor, now: datetime, demo: bool) -> Document:
    facts = prepared.facts
    return Document(
        sha256=prepared.sha256,
        file_name=prepared.file_name,
        media_type=prepared.read.media_type,
        title=facts.title[: LONGEST["title"]] or prepared.file_name,
        issuer=facts.issuer[: LONGEST["issuer"]],
        number=facts.number[: LONGEST["number"]],
        plan_year=facts.plan_year,
        published_on=facts.published_on,
        text=prepared.read.text,
        edition=former.edition + 1 if former else 1,
        supersedes_id=former.id if former else None,
        imported_at=now,
        imported_by=actor.account_id,
        demo=demo,
    )


def _store_parts(session: Session, document: Document, prepared: Prepared) -> None:
    session.add(DocumentFile(document_id=document.id, content=prepared.content))
    rows = [
        {
            "document_id": document.id,
            "position": position,
            "path": clause.path,
            "level": clause.level,
            "heading": clause.heading,
            "start": clause.start,
            "end": clause.end,
        }
        for position, clause in enumerate(prepared.clauses)
    ]
    session.execute(insert(Clause), rows)


def _facts_of_row(document: Document) -> dict[str, Any]:
    return asdict(_facts_in(document)) | {
        "file_name": document.file_name,
        "sha256": document.sha256,
        "edition": document.edition,
        "supersedes_id": document.supersedes_id,
    }


def _checked(facts: DocumentFacts) -> DocumentFacts:
    """The facts a person typed, trimmed; BadInput naming each field that can not be."""
    title, issuer, number = facts.title.strip(), facts.issuer.strip(), facts.number.strip()
    labels = {"title": t("标题"), "issuer": t("发文单位"), "number": t("发文字号")}
    problems = [] if title else [Problem(t("请填写标题"), labels["title"])]
    for name, written in (("title", title), ("issuer", issuer), ("number", number)):
        if len(written) > LONGEST[name]:
            problems.append(Problem(t("最多{n}个字", n=LONGEST[name]), labels[name]))
    if facts.plan_year is not None and not FIRST_YEAR <= facts.plan_year <= LAST_YEAR:
        problems.append(Problem(t("请填写{first}至{last}之间的年份", first=FIRST_YEAR, last=LAST_YEAR), t("计划年度")))
    if problems:
        raise BadInput.of(*problems)
    return DocumentFacts(title, issuer, number, facts.plan_year, facts.published_on)


def _base_name(file_name: str) -> str:
    """Without folders, control signs or more length than is kept; the suffix stays."""
    name = _NOT_IN_NAMES.sub("", re.split(r"[\\/]", file_name)[-1]).strip()
    if len(name) <= 255:
        return name
    stem, dot, suffix = name.rpartition(".")
    return f"{stem[: 254 - len(suffix)]}{dot}{suffix}" if len(suffix) < 20 else name[:255]
