"""The monthly report of 200 targets: its sentences and tables, and the Word file."""

from __future__ import annotations

import io
from collections.abc import Iterator

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from sqlalchemy import select

from bench.figures import Figure, timed
from bench.ground import Ground
from bench.workload import LAST_MONTH, NOW
from kpi.audit.actions import SYSTEM
from kpi.reporting import actions as reporting
from kpi.reporting.writers import word
from kpi.targets.records import Target, TargetState

TARGETS = 200


def measure(ground: Ground) -> Iterator[Figure]:
    store, _ = ground.usual
    with store.rehearse() as session:
        for target in session.scalars(select(Target).where(Target.id > TARGETS)):
            target.state = TargetState.WITHDRAWN
        session.flush()
        report = reporting.draft(session, LAST_MONTH, by=SYSTEM, now=NOW, plan_id=1)
        rows = [row["cells"] for row in report.content["targets"]["rows"]]
        assert len(rows) == min(TARGETS, ground.usual[1].shape.targets)

        def make() -> None:
            """Facts as known at the cut-off, sentences, the file."""
            again = reporting.draft(session, LAST_MONTH, by=SYSTEM, now=NOW, plan_id=1)
            assert word.write(again.content)[:2] == b"PK"

        ours = timed(make, 5, 1, ground.cpu)
        raw = timed(lambda: _bare(rows), 5, 1).usual
        least = "the same table in a bare file"
        yield Figure("Word report, 200 targets", ground.product, "s", ours, raw, least, 1)


def _bare(rows: list[list[str]]) -> bytes:
    book = Document()
    cell = "<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc>"
    lines = ("<w:tr>" + "".join(cell.format(text.replace("<", "")) for text in row) + "</w:tr>" for row in rows)
    table = f"<w:tbl {nsdecls('w')}><w:tblPr/><w:tblGrid/>{''.join(lines)}</w:tbl>"
    book.element.body.insert(0, parse_xml(table))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
