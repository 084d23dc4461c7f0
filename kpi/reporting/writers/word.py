"""The Word file: laid out as official documents are (GB/T 9704-2012: A4, margins 37/35/28/26 mm, 28.95 pt lines).

Fonts are named as offices have them, with fallbacks in the font table. Long tables are written row by row as XML:
python-docx's cell API is quadratic in the number of rows.
"""

from __future__ import annotations

import io
import re
from typing import Any
from xml.sax.saxutils import escape

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

from kpi.reporting.writers.colours import LIGHTS

SONG, FANG, HEI, KAI, TITLE = "宋体", "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
FALLBACKS = {
    FANG: "仿宋;FangSong;STFangsong;Noto Serif CJK SC",
    KAI: "楷体;KaiTi;STKaiti;Noto Serif CJK SC",
    TITLE: "华文中宋;SimSun;Noto Serif CJK SC",
    HEI: "SimHei;Noto Sans CJK SC",
    SONG: "SimSun;Noto Serif CJK SC",
}
LINE = Pt(28.95)
_NO_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
RED = RGBColor(0xC0, 0x1B, 0x12)
INK = {light: ink.lstrip("#").upper() for light, (ink, _paper) in LIGHTS.items()}


def write(content: dict[str, Any]) -> bytes:
    """A .docx fit to be sent: heading, sections 一 to 四, then the tables on landscape pages."""
    book = Document()
    _name_fallbacks(book)
    _page(book.sections[0])
    _base_style(book)
    _footer(book.sections[0])
    _head(book, content)
    for section in content["sections"]:
        _text(book, section["heading"], HEI, indent=True)
        for part in section["parts"]:
            if part["heading"]:
                _text(book, part["heading"], KAI, indent=True)
            for paragraph in part["paragraphs"]:
                _text(book, paragraph, FANG, indent=True)
    _signature(book, content)
    _annexes(book, content)
    book.core_properties.title = f"{content['masthead']} {content['issue']}"
    book.core_properties.author = content["organ"]
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _page(section: Any, *, landscape: bool = False) -> None:
    width, height = Mm(210), Mm(297)
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = (height, width) if landscape else (width, height)
    if landscape:
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, (25, 20, 20, 20))
    else:
        section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = map(Mm, (37, 35, 28, 26))


def _base_style(book: Any) -> None:
    style = book.styles["Normal"]
    style.font.size = Pt(16)
    _fonts(style.element.get_or_add_rPr(), FANG)
    for language in book.styles.element.iter(qn("w:lang")):
        language.set(qn("w:eastAsia"), "zh-CN")  # else commas and full stops take the shapes of another region


def _fonts(properties: Any, east: str) -> None:
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = parse_xml(f"<w:rFonts {nsdecls('w')}/>")
        properties.insert(0, fonts)
    for side, font in (("ascii", "Times New Roman"), ("hAnsi", "Times New Roman"), ("eastAsia", east)):
        fonts.set(qn(f"w:{side}"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _printable(text: str) -> str:
    """Without signs that no XML holds: one of them anywhere, and there would be no report."""
    return _NO_XML.sub("", text)


def _text(
    book: Any, text: str, font: str, *, size: float = 16, align: Any = None, indent: bool = False, colour: Any = None
) -> Any:
    paragraph = book.add_paragraph()
    form = paragraph.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE if size <= 22 else Pt(size * 1.5)
    if align is not None:
        paragraph.alignment = align
    if indent:
        # Word counts characters, other programs only the length: both are needed.
        ind = parse_xml(f'<w:ind {nsdecls("w")} w:firstLineChars="200" w:firstLine="640"/>')
        paragraph._p.get_or_add_pPr().append(ind)
    run = paragraph.add_run(_printable(text))
    run.font.size = Pt(size)
    if colour is not None:
        run.font.color.rgb = colour
    _fonts(run._r.get_or_add_rPr(), font)
    return paragraph


def _head(book: Any, content: dict[str, Any]) -> None:
    centre = WD_ALIGN_PARAGRAPH.CENTER
    if content["demo_note"]:
        _text(book, f"【{content['demo_note']}】", HEI, size=12, align=centre, colour=RED)
    _text(book, content["masthead"], TITLE, size=28, align=centre, colour=RED)
    _text(book, content["issue"], FANG, align=centre)
    line = _text(book, f"{content['organ']}\t{content['date']}", FANG)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), alignment=2)
    line._p.get_or_add_pPr().append(
        parse_xml(f'<w:pBdr {nsdecls("w")}><w:bottom w:val="single" w:sz="12" w:space="4" w:color="C01B12"/></w:pBdr>')
    )
    _ordered(line)
    _text(book, "", FANG)
    _text(book, content["title"], TITLE, size=22, align=centre)
    _text(book, "", FANG)


_ORDER = ["pStyle", "keepNext", "pBdr", "shd", "tabs", "snapToGrid", "spacing", "ind", "jc", "rPr"]


def _ordered(paragraph: Any) -> None:
    """The schema wants a paragraph's properties in its order; strict readers refuse any other."""
    properties = paragraph._p.pPr
    known = {qn(f"w:{name}"): place for place, name in enumerate(_ORDER)}
    for child in sorted(properties, key=lambda child: known.get(child.tag, 5)):
        properties.append(child)


def _signature(book: Any, content: dict[str, Any]) -> None:
    if content["organ"]:
        _text(book, "", FANG)
        _text(book, content["organ"], FANG, align=WD_ALIGN_PARAGRAPH.RIGHT)
        _text(book, content["date"], FANG, align=WD_ALIGN_PARAGRAPH.RIGHT)


def _footer(section: Any) -> None:
    """— 1 — in 4号 宋体, as the standard asks."""
    paragraph = section.footer.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    look = f'<w:rPr><w:rFonts w:ascii="{SONG}" w:hAnsi="{SONG}" w:eastAsia="{SONG}"/><w:sz w:val="28"/></w:rPr>'
    for piece in (
        "<w:t>— </w:t>",
        '<w:fldChar w:fldCharType="begin"/>',
        '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
        "<w:t> —</w:t>",
    ):
        piece = piece.replace("<w:t>", '<w:t xml:space="preserve">')
        paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}>{look}{piece}</w:r>"))


# --- tables ---------------------------------------------------------------------------------------------------------

_TARGET_WIDTHS = [9, 50, 15, 27, 23, 20, 20, 16, 23, 54]


def _annexes(book: Any, content: dict[str, Any]) -> None:
    section = book.add_section(WD_SECTION.NEW_PAGE)
    _page(section, landscape=True)
    _caption(book, content["targets"])
    rows = [_target_row(row) for row in content["targets"]["rows"]]
    _table(book, content["targets"]["head"], rows, _TARGET_WIDTHS)
    for table, widths in (
        (content["silent"], [12, 110, 55, 35, 45]),
        (content["summary"], [50, *[25] * (len(content["summary"]["head"]) - 1)]),
    ):
        _text(book, "", FANG)
        _caption(book, table)
        rows = [_row_xml([(str(cell), "") for cell in row], widths) for row in table["rows"]]
        if not rows:
            rows = [_row_xml([("无", "")] + [("", "")] * (len(widths) - 1), widths)]
        _table(book, table["head"], rows, widths)


def _caption(book: Any, table: dict[str, Any]) -> None:
    """Stays on the page of its table."""
    _text(book, table["caption"], HEI).paragraph_format.keep_with_next = True


def _target_row(row: dict[str, Any]) -> str:
    """Shape and word of the light stand in its colour."""
    cells = [(cell, INK[row["light"]] if place == 8 else "") for place, cell in enumerate(row["cells"])]
    return _row_xml(cells, _TARGET_WIDTHS)


def _table(book: Any, head: list[str], rows: list[str], widths: list[int]) -> None:
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    edges = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="7D8B98"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    table = (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{_twips(sum(widths))}" w:type="dxa"/>'
        f'<w:tblBorders>{edges}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"{_row_xml([(cell, '') for cell in head], widths, head=True)}{''.join(rows)}</w:tbl>"
    )
    book.element.body.insert(len(book.element.body) - 1, parse_xml(table))


def _twips(millimetres: int) -> int:
    return round(millimetres * 1440 / 25.4)


def _row_xml(cells: list[tuple[str, str]], widths: list[int], *, head: bool = False) -> str:
    properties = "<w:trPr><w:cantSplit/>" + ("<w:tblHeader/>" if head else "") + "</w:trPr>"
    body = "".join(_cell_xml(text, ink, width, head) for (text, ink), width in zip(cells, widths, strict=True))
    return f"<w:tr>{properties}{body}</w:tr>"


def _cell_xml(text: str, ink: str, width: int, head: bool) -> str:
    words = escape(_printable(text))
    bold = "<w:b/>" if head or ink else ""
    colour = f'<w:color w:val="{ink}"/>' if ink else ""
    shade = '<w:shd w:val="clear" w:color="auto" w:fill="EEF2F6"/>' if head else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{shade}</w:tcPr>'
        '<w:p><w:pPr><w:snapToGrid w:val="0"/>'
        '<w:spacing w:before="20" w:after="20" w:line="260" w:lineRule="atLeast"/></w:pPr><w:r><w:rPr>'
        f'<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{SONG}" w:hint="eastAsia"/>'
        f'{bold}{colour}<w:sz w:val="19"/></w:rPr><w:t xml:space="preserve">{words}</w:t></w:r></w:p></w:tc>'
    )


def _name_fallbacks(book: Any) -> None:
    """Programs without the offices' fonts take the alternatives named in the font table."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in FALLBACKS.items()
    )
    table = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{fonts}</w:fonts>'
    book.part.part_related_by(RELATIONSHIP_TYPE.FONT_TABLE)._blob = table.encode()
