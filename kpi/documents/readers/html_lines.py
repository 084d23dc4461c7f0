"""An element of a page as the lines a reader sees: blocks break lines, data tables become piped rows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from lxml import etree
from lxml.html import HtmlElement

from kpi.documents.readers.tables import Cell, piped, spread

BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "figcaption",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "caption",
        "legend",
    ]
)
SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "head",
        "title",
        "select",
        "option",
        "button",
        "input",
        "textarea",
        "iframe",
        "object",
        "embed",
        "svg",
        "canvas",
        "video",
        "audio",
        "map",
        "nav",
        "footer",
        "aside",
    ]
)
LONGEST_CELL = 1000
_CJK = "\u3000-\u303f\u3400-\u9fff\uff00-\uffef“”‘’—…"
_WRAPPED = re.compile(rf"(?<=[{_CJK}])[ \t]*[\r\n]\s*|[ \t]*[\r\n]\s*(?=[{_CJK}])")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
_INVISIBLE = re.compile("[\u200b-\u200d\ufeff\u00ad]")


@dataclass(frozen=True)
class Line:
    """`linked` is the share of the line that is link text; `is_row`: a row of a table."""

    text: str
    linked: float = 0.0
    is_row: bool = False


def lines_of(element: HtmlElement, until: HtmlElement | None = None) -> Iterator[Line]:
    """The lines of an element, up to where `until` begins."""
    if until is element:
        return
    pieces: list[tuple[str, bool]] = []
    counts: dict[HtmlElement, int] = {}
    links = 0
    walk = etree.iterwalk(element, events=("start", "end"))
    for event, node in walk:
        if node is until:
            break
        is_block = node.tag in BLOCKS or node.tag == "br"
        if is_block:
            yield from _line(pieces)
        if event == "end":
            links -= is_link(node)
            if node is not element:
                pieces.append((node.tail or "", links > 0))
        elif node.tag in SILENT:
            walk.skip_subtree()
        elif is_data_table(node):
            yield from table_lines(node)
            walk.skip_subtree()
        elif node.tag == "pre":
            yield from (Line(line.rstrip()) for line in "".join(node.itertext()).splitlines() if line.strip())
            walk.skip_subtree()
        else:
            links += is_link(node)
            pieces.append((_number(node, counts) + (node.text or ""), links > 0))
    yield from _line(pieces)


def is_link(element: HtmlElement) -> bool:
    """A link to click on; an anchor that was never closed holds half the page and is none."""
    return element.tag == "a" and bool(element.get("href"))


def is_data_table(element: HtmlElement) -> bool:
    """A table of cells, not one that merely lays out the page: no table inside, and rows like rows.

    A cell as long as an article stands in a table of data only where two rows of one width say something in
    several cells; beside the article of a page stand links.
    """
    if element.tag != "table" or element.find(".//table") is not None:
        return False
    rows = [_cells(row) for row in element.iter("tr")]
    if max(map(len, rows), default=0) < 2:
        return False
    if all(len(cell.text_content()) <= LONGEST_CELL for row in rows for cell in row):
        return True
    told = Counter(len(row) for row in rows if sum(map(_says_something, row)) > 1)
    return max(told.values(), default=0) > 1


def _says_something(cell: HtmlElement) -> bool:
    lines = [line for line in lines_of(cell) if line.text]
    return bool(lines) and not all(line.linked > 0.9 for line in lines)


def table_lines(table: HtmlElement) -> Iterator[Line]:
    """The caption, then the rows between pipes."""
    caption = table.find("caption")
    yield from lines_of(caption) if caption is not None else ()
    rows = [_cells(row) for row in table.iter("tr")]
    linked = _linked(cell for row in rows for cell in row)
    for row in piped(spread([_cell(cell) for cell in row] for row in rows)).splitlines():
        yield Line(row, linked, is_row=True)


def _linked(cells: Iterable[HtmlElement]) -> float:
    """The share of a table that is link text."""
    lines = [line for cell in cells for line in lines_of(cell)]
    signs = sum(len(line.text) for line in lines)
    return sum(len(line.text) * line.linked for line in lines) / signs if signs else 0.0


def _cells(row: HtmlElement) -> list[HtmlElement]:
    return [cell for cell in row if cell.tag in {"td", "th"}]


def _cell(cell: HtmlElement) -> Cell:
    text = "\n".join(line.text for line in lines_of(cell))
    return Cell(text, _span(cell.get("colspan")), _span(cell.get("rowspan")))


def _span(written: str | None) -> int:
    digits = (written or "").strip()
    return min(int(digits), 500) if digits.isdecimal() and len(digits) < 5 and int(digits) else 1


def _number(node: HtmlElement, counts: dict[HtmlElement, int]) -> str:
    """The number a browser writes in front of an item of an ordered list; `counts` keeps each list's last one."""
    parent = node.getparent()
    if node.tag != "li" or parent is None or parent.tag != "ol" or "none" in (parent.get("style") or ""):
        return ""
    counts[parent] = counts[parent] + 1 if parent in counts else _span(parent.get("start"))
    return f"{counts[parent]}."


def _line(pieces: list[tuple[str, bool]]) -> Iterator[Line]:
    """The line out of the pieces gathered so far, if it says anything; the pieces are used up."""
    text = "".join(piece for piece, _ in pieces)
    linked = sum(len(piece.strip()) for piece, is_link in pieces if is_link)
    signs = sum(len(piece.strip()) for piece, _ in pieces)
    pieces.clear()
    text = _BLANKS.sub(" ", _WRAPPED.sub("", _INVISIBLE.sub("", text))).replace("\xa0", " ").strip(" \u3000")
    if text:
        yield Line(text, linked / signs if signs else 0.0)
