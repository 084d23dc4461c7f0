from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from kpi.db.base import Base


class Document(Base):
    """An imported policy document. `text` is what offsets count in; a corrected edition points at the former one."""

    __tablename__ = "document"

    id: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    file_name: Mapped[str] = mapped_column(String(255))
    media_type: Mapped[str] = mapped_column(String(100))
    title: Mapped[str] = mapped_column(String(300))
    issuer: Mapped[str] = mapped_column(String(200), default="")
    number: Mapped[str] = mapped_column(String(100), default="")
    plan_year: Mapped[int | None]
    published_on: Mapped[date | None]
    text: Mapped[str] = deferred(mapped_column(Text))
    edition: Mapped[int] = mapped_column(default=1)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    imported_at: Mapped[datetime]
    imported_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    demo: Mapped[bool] = mapped_column(default=False)


class DocumentFile(Base):
    """The bytes as they came in, apart from the document so that lists stay light."""

    __tablename__ = "document_file"

    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class Clause(Base):
    """A numbered paragraph; `start` and `end` are code-point offsets into the document's text."""

    __tablename__ = "clause"

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id", ondelete="CASCADE"), index=True)
    position: Mapped[int]
    path: Mapped[str] = mapped_column(String(80))
    level: Mapped[int]
    heading: Mapped[str] = mapped_column(String(300), default="")
    start: Mapped[int]
    end: Mapped[int]
