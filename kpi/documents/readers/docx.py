"""Word documents: paragraphs and tables in order, with the automatic numbers that stand in no paragraph's text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from typing import Any, cast

from docx import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from lxml import etree

from kpi.documents.readers.docx_numbers import Numbers, qualified
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.packages import check_package
from kpi.documents.readers.refusals import damaged
from kpi.documents.readers.tables import Cell, piped, spread

LONGEST_CELL = 1000
_NOTES = {RELATIONSHIP_TYPE.FOOTNOTES, RELATIONSHIP_TYPE.ENDNOTES}

_P, _TBL, _TR, _TC, _SDT = (qualified(tag) for tag in ("p", "tbl", "tr", "tc", "sdt"))
_WRAPPERS = {qualified(tag) for tag in ("sdtContent", "ins", "moveTo", "customXml", "smartTag")}
_NOT_SAID = {qualified(tag) for tag in ("pPr", "del", "moveFrom", "instrText", "delText", "rt", "txbxContent")} | {
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
}
_WORDS = {qualified("t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_SIGNS = {qualified("tab"): "\t", qualified("br"): "\n", qualified("cr"): "\n", qualified("noBreakHyphen"): "-"}


def read(content: bytes, limits: Limits) -> str:
    """One paragraph a line, rows of tables between pipes, notes at the end; no deletions, no contents lists."""
    check_package(content, limits)
    try:
        document = Document(io.BytesIO(content))
        reading = _Reading(document)
        return "\n".join([*reading.lines_of(document.element.body), *_notes(document)])
    except Exception as error:  # the library has no one error for a broken file: anything may come up
        raise damaged() from error


class _Reading:
    """One pass over a document: numbers count on from paragraph to paragraph."""

    def __init__(self, document: Any) -> None:
        styles = document.styles.element
        numbering = next(
            (
                cast("etree._Element", relation.target_part.element)
                for relation in document.part.rels.values()
                if relation.reltype == RELATIONSHIP_TYPE.NUMBERING
            ),
            None,
        )
        self.numbers = Numbers(numbering, styles)
        self.contents = {
            style.get(qualified("styleId"), "")
            for style in styles.iterchildren(qualified("style"))
            if _style_name(style).startswith(("toc ", "目录"))
        }

    def lines_of(self, parent: etree._Element) -> Iterator[str]:
        for block in _blocks(parent):
            if block.tag == _P:
                yield from self._paragraph(block)
            else:
                yield from self._table(block)

    def _paragraph(self, paragraph: etree._Element) -> Iterator[str]:
        text = _words(paragraph)
        if text.strip() and _style_of(paragraph) not in self.contents:
            number = self.numbers.next_for(paragraph)
            yield from filter(None, (line.strip() for line in (number + text.lstrip()).split("\n")))
        for box in _boxes(paragraph):
            yield from self.lines_of(box)

    def _table(self, table: etree._Element) -> Iterator[str]:
        rows = [[(cell, list(self.lines_of(cell))) for cell in _cells(row)] for row in _rows(table)]
        lines = [line for row in rows for _, cell_lines in row for line in cell_lines]
        widest = max((len(row) for row in rows), default=0)
        is_layout = table.find(f".//{_TBL}") is not None or max(map(len, lines), default=0) > LONGEST_CELL
        if widest < 2 or is_layout:
            yield from lines
        else:
            yield from piped(spread(_merged_down(rows))).splitlines()


def _notes(document: Any) -> Iterator[str]:
    """Footnotes and endnotes as 注：…, one a line; their marks in the text are left out like page numbers."""
    for relation in document.part.rels.values():
        if relation.reltype in _NOTES:
            root = etree.fromstring(relation.target_part.blob, etree.XMLParser(resolve_entities=False, no_network=True))
            for note in root:
                if qualified("type") not in note.attrib:
                    words = " ".join(_words(paragraph).strip() for paragraph in note.iter(_P))
                    yield from filter(None, [words.strip() and f"注：{words.strip()}"])


def _merged_down(rows: Sequence[Sequence[tuple[etree._Element, list[str]]]]) -> Iterator[list[Cell]]:
    """Cells that continue the one above say what it says."""
    above: dict[int, str] = {}
    for row in rows:
        cells: list[Cell] = []
        column = 0
        for element, lines in row:
            text = "\n".join(lines)
            merge = element.find(f"{qualified('tcPr')}/{qualified('vMerge')}")
            if merge is not None and merge.get(qualified("val"), "continue") == "continue":
                text = above.get(column, text)
            above[column] = text
            width = _span(element)
            cells.append(Cell(text, width))
            column += width
        yield cells


def _blocks(parent: etree._Element) -> Iterator[etree._Element]:
    """Paragraphs and tables in order, also those in content controls; not a table of contents."""
    for child in parent:
        if child.tag in (_P, _TBL):
            yield child
        elif child.tag == _SDT:
            if not _is_contents(child):
                yield from _blocks(child)
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for child in table:
        if child.tag == _TR:
            if child.find(f"{qualified('trPr')}/{qualified('del')}") is None:
                yield child
        elif child.tag == _SDT or child.tag in _WRAPPERS:
            yield from _rows(child)


def _cells(row: etree._Element) -> Iterator[etree._Element]:
    for child in row:
        if child.tag == _TC:
            yield child
        elif child.tag == _SDT or child.tag in _WRAPPERS:
            yield from _cells(child)


def _words(paragraph: etree._Element) -> str:
    """The text of a paragraph as printed: insertions in, deletions and field codes out."""
    pieces: list[str] = []
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if element.tag in _NOT_SAID or _is_hidden(element):
            walk.skip_subtree()
        elif element.tag in _WORDS:
            pieces.append(element.text or "")
        else:
            pieces.append(_SIGNS.get(str(element.tag), ""))
    return "".join(pieces).replace("\xa0", " ")


def _boxes(paragraph: etree._Element) -> Iterator[etree._Element]:
    """Text boxes anchored in the paragraph; their copy for old programs is passed over."""
    walk = etree.iterwalk(paragraph, events=("start",))
    for _, element in walk:
        if str(element.tag).endswith("}Fallback"):
            walk.skip_subtree()
        elif element.tag == qualified("txbxContent"):
            yield element
            walk.skip_subtree()


def _is_hidden(element: etree._Element) -> bool:
    if element.tag != qualified("r"):
        return False
    hidden = element.find(f"{qualified('rPr')}/{qualified('vanish')}")
    return hidden is not None and hidden.get(qualified("val"), "1") not in {"0", "false", "off"}


def _is_contents(control: etree._Element) -> bool:
    gallery = control.find(f"{qualified('sdtPr')}/{qualified('docPartObj')}/{qualified('docPartGallery')}")
    return gallery is not None and gallery.get(qualified("val")) == "Table of Contents"


def _style_of(paragraph: etree._Element) -> str:
    style = paragraph.find(f"{qualified('pPr')}/{qualified('pStyle')}")
    return style.get(qualified("val"), "") if style is not None else ""


def _style_name(style: etree._Element) -> str:
    name = style.find(qualified("name"))
    return name.get(qualified("val"), "").lower() if name is not None else ""


def _span(cell: etree._Element) -> int:
    span = cell.find(f"{qualified('tcPr')}/{qualified('gridSpan')}")
    written = span.get(qualified("val"), "1") if span is not None else "1"
    return int(written) if written.isdecimal() and 0 < int(written) < 500 else 1
