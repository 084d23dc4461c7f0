"""Where a target comes from: the clause as it stands in the document, with its evidence marked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.documents.records import Clause, Document

LONGEST = 1500
"""Characters of a clause that a page quotes; a longer one is cut around its evidence."""


@dataclass(frozen=True, slots=True)
class Source:
    """`mark`: from where to where in `text` the evidence stands."""

    document_id: int
    title: str
    issuer: str
    number: str
    clause: str
    heading: str
    text: str
    mark: tuple[int, int] | None


def source_of(session: Session, clause_id: int | None, start: int | None, end: int | None) -> Source | None:
    """The clause and, when its offsets are known, the evidence in it; None for a target without a document. One query.

    Only the clause's own slice of the text is read, by code points on both databases.
    """
    if clause_id is None:
        return None
    row = session.execute(
        select(
            Clause.document_id,
            Document.title,
            Document.issuer,
            Document.number,
            Clause.path,
            Clause.heading,
            Clause.start,
            func.substr(Document.text, Clause.start + 1, Clause.end - Clause.start),
        )
        .join(Document, Document.id == Clause.document_id)
        .where(Clause.id == clause_id)
    ).one_or_none()
    if row is None:
        return None
    document_id, title, issuer, number, path, heading, begins, whole = row
    text, mark = excerpt(whole, None if start is None or end is None else (start - begins, end - begins))
    return Source(document_id, title, issuer, number, path, heading, text, mark)


def excerpt(text: str, mark: tuple[int, int] | None) -> tuple[str, tuple[int, int] | None]:
    """The text cut to what a page quotes, and the mark moved with it; a mark outside the text is dropped."""
    if mark is not None and not 0 <= mark[0] < mark[1] <= len(text):
        mark = None
    if len(text) <= LONGEST:
        return text, mark
    first = max(0, mark[0] - LONGEST // 2) if mark else 0
    last = min(len(text), first + LONGEST)
    cut = ("…" if first else "") + text[first:last] + ("…" if last < len(text) else "")
    shift = first - (1 if first else 0)
    return cut, (mark[0] - shift, min(mark[1], last) - shift) if mark else None
