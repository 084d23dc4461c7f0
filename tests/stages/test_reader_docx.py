"""Invented Word files, built here: order, automatic numbers, tables, tracked changes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest
from docx import Document
from docx.document import Document as Doc
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph

from kpi.core.errors import BadInput, TooLarge
from kpi.documents.readers.docx_numbers import write_number
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.registry import read
from kpi.documents.rules_facts import facts_of

W = nsdecls("w")
LEVELS = (("chineseCounting", "%1、"), ("chineseCounting", "（%2）"), ("decimal", "%3."), ("decimal", "（%4）"))


def saved(document: Doc) -> bytes:
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def lines(document: Doc) -> list[str]:
    return read(saved(document), "plan.docx").text.split("\n")


def pattern(number: int, levels: tuple[tuple[str, str], ...] = LEVELS, extra: str = "") -> str:
    written = "".join(
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{fmt}"/>{extra}<w:lvlText w:val="{text}"/></w:lvl>'
        for i, (fmt, text) in enumerate(levels)
    )
    return f'<w:abstractNum {W} w:abstractNumId="{number}">{written}</w:abstractNum>'


def with_numbering(*parts: str) -> Doc:
    """A document whose numbering.xml holds these patterns and lists only."""
    document = Document()
    numbering = document.part.part_related_by(RELATIONSHIP_TYPE.NUMBERING).element
    for child in list(numbering):
        numbering.remove(child)
    for part in parts:
        numbering.append(parse_xml(part))
    return document


def listed(number: int, of: int, override: str = "") -> str:
    return f'<w:num {W} w:numId="{number}"><w:abstractNumId w:val="{of}"/>{override}</w:num>'


def numbered(document: Doc, text: str, level: int, number: int = 1) -> Paragraph:
    paragraph = document.add_paragraph(text)
    paragraph._p.get_or_add_pPr().append(
        parse_xml(f'<w:numPr {W}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>')
    )
    return paragraph


def test_paragraphs_and_tables_in_order() -> None:
    document = Document()
    document.add_paragraph("青石区2026年工作要点")
    document.add_paragraph("")
    table = document.add_table(rows=3, cols=3)
    for row, texts in enumerate([("指标", "2025年", "2026年"), ("急救站", "6", "8"), ("", "", "10")]):
        for cell, text in zip(table.rows[row].cells, texts, strict=True):
            cell.text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(2, 1).merge(table.cell(2, 2))
    document.add_paragraph("以上指标按月公布。")
    assert lines(document) == [
        "青石区2026年工作要点",
        "指标 | 2025年 | 2026年",
        "急救站 | 6 | 8",
        "急救站 | 10 | 10",
        "以上指标按月公布。",
    ]


def test_automatic_numbers_stand_in_the_text() -> None:
    document = with_numbering(pattern(7), listed(1, 7))
    written = {"总则": 0, "目标": 1, "建站": 2, "选址": 3, "培训": 2, "保障": 1, "任务": 0, "基层": 1, "网点": 2}
    for text, level in written.items():
        numbered(document, text, level)
    assert lines(document) == [
        "一、总则", "（一）目标", "1.建站", "（1）选址", "2.培训", "（二）保障", "二、任务", "（一）基层", "1.网点",
    ]  # fmt: skip


def test_numbers_of_styles_count_too_and_list_zero_takes_them_away() -> None:
    document = with_numbering(pattern(7), listed(1, 7))
    style = document.styles["Heading 1"]
    style.element.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="1"/></w:numPr>'))
    document.add_heading("总则", 1)
    bare = document.add_heading("序言", 1)
    bare._p.get_or_add_pPr().append(parse_xml(f'<w:numPr {W}><w:numId w:val="0"/></w:numPr>'))
    document.add_heading("任务", 1)
    assert lines(document) == ["一、总则", "序言", "二、任务"]


def test_level_of_a_style_comes_from_the_list_that_names_it() -> None:
    chapters = pattern(7).replace('<w:lvl w:ilvl="1">', '<w:lvl w:ilvl="1"><w:pStyle w:val="Heading2"/>')
    document = with_numbering(chapters, listed(1, 7))
    for name in ("Heading 1", "Heading 2"):
        properties = document.styles[name].element.get_or_add_pPr()
        properties.append(parse_xml(f'<w:numPr {W}><w:numId w:val="1"/></w:numPr>'))
    document.add_heading("总则", 1)
    document.add_heading("目标", 2)
    assert lines(document) == ["一、总则", "（一）目标"]


def test_a_list_may_start_anew_or_elsewhere() -> None:
    again = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    document = with_numbering(pattern(7, (("decimal", "%1."),)), listed(1, 7), listed(2, 7), listed(3, 7, again))
    for text, number in (("甲", 1), ("乙", 2), ("丙", 3), ("丁", 3)):
        numbered(document, text, 0, number)
    assert lines(document) == ["1.甲", "2.乙", "5.丙", "6.丁"]


def test_levels_in_one_number_and_legal_digits() -> None:
    levels = (("chineseCounting", "第%1章"), ("decimal", "%1.%2"))
    document = with_numbering(pattern(7, levels, extra="<w:isLgl/>").replace("<w:isLgl/>", "", 1), listed(1, 7))
    numbered(document, "总则", 0)
    numbered(document, "目标", 1)
    numbered(document, "任务", 1)
    assert lines(document) == ["第一章 总则", "1.1 目标", "1.2 任务"]


def test_bullets_add_nothing() -> None:
    document = with_numbering(pattern(7, (("bullet", "\uf06c"),)), listed(1, 7))
    numbered(document, "建站", 0)
    assert lines(document) == ["建站"]


def test_numbers_run_on_through_table_cells() -> None:
    document = with_numbering(pattern(7, (("decimal", "%1."),)), listed(1, 7))
    numbered(document, "甲", 0)
    table = document.add_table(rows=1, cols=2)
    cell = table.rows[0].cells[0]
    cell.paragraphs[0]._p.append(numbered(document, "乙", 0)._p)
    cell._tc.append(cell.paragraphs[0]._p[-1])
    cell._tc.remove(cell.paragraphs[0]._p)
    table.rows[0].cells[1].text = "8家"
    assert lines(document) == ["1.甲", "2.乙 | 8家"]


@pytest.mark.parametrize(
    ("count", "way", "written"),
    [
        (10, "chineseCounting", "十"), (14, "japaneseCounting", "十四"), (20, "chineseCountingThousand", "二十"),
        (101, "chineseCounting", "一百零一"), (110, "chineseCounting", "一百一十"), (12, "ideographDigital", "一二"),
        (3, "decimalEnclosedCircle", "③"), (21, "decimalEnclosedCircleChinese", "21"), (2, "decimalEnclosedParen", "⑵"),
        (5, "decimalZero", "05"), (12, "decimalFullWidth", "１２"), (27, "lowerLetter", "aa"), (2, "upperLetter", "B"),
        (14, "lowerRoman", "xiv"), (9, "upperRoman", "IX"), (7, "hebrew1", "7"),
    ],
)  # fmt: skip
def test_ways_of_writing_numbers(count: int, way: str, written: str) -> None:
    assert write_number(count, way) == written


def test_tracked_changes_fields_and_hidden_text_read_as_printed() -> None:
    document = Document()
    paragraph = document.add_paragraph("新建")
    for xml in (
        f'<w:del {W} w:id="1" w:author="x"><w:r><w:delText>6家</w:delText></w:r></w:del>',
        f'<w:ins {W} w:id="2" w:author="x"><w:r><w:t>8家</w:t></w:r></w:ins>',
        f"<w:r {W}><w:instrText>PAGE</w:instrText></w:r>",
        f"<w:r {W}><w:rPr><w:vanish/></w:rPr><w:t>秘密</w:t></w:r>",
        f"<w:hyperlink {W}><w:r><w:t>急救站</w:t></w:r></w:hyperlink>",
        f"<w:sdt {W}><w:sdtContent><w:r><w:t>。</w:t></w:r></w:sdtContent></w:sdt>",
        f"<w:r {W}><w:br/><w:t>按月公布。</w:t></w:r>",
    ):
        paragraph._p.append(parse_xml(xml))
    assert lines(document) == ["新建8家急救站。", "按月公布。"]


def test_content_controls_are_read_and_contents_lists_are_not() -> None:
    document = Document()
    body = document.element.body
    inside = "<w:sdtContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:sdtContent>"
    gallery = '<w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj></w:sdtPr>'
    body.insert(0, parse_xml(f"<w:sdt {W}>{gallery}{inside.format('一、总则 1')}</w:sdt>"))
    body.insert(1, parse_xml(f"<w:sdt {W}>{inside.format('一、总则')}</w:sdt>"))
    document.styles.add_style("toc 1", 1)
    document.add_paragraph("二、任务 2", style="toc 1")
    assert lines(document) == ["一、总则"]


def test_text_boxes_are_read_once() -> None:
    document = Document()
    paragraph = document.add_paragraph("正文。")
    box = "<w:txbxContent><w:p><w:r><w:t>专栏：新建8家。</w:t></w:r></w:p></w:txbxContent>"
    mc = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    paragraph._p.append(
        parse_xml(
            f"<w:r {W}><mc:AlternateContent {mc}><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback>"
            "</mc:AlternateContent></w:r>"
        )
    )
    assert lines(document) == ["正文。", "专栏：新建8家。"]


def test_a_row_that_was_taken_out_is_not_read_and_a_table_in_a_table_keeps_its_rows() -> None:
    document = Document()
    tasks = document.add_table(rows=2, cols=2)
    for row, words in zip(tasks.rows, (("任务", "目标"), ("建站", "9家")), strict=True):
        row.cells[0].text, row.cells[1].text = words
    gone = tasks.add_row()
    gone.cells[0].text = "删去的任务"
    gone._tr.get_or_add_trPr().append(parse_xml(f'<w:del {W} w:id="1" w:author="x"/>'))
    inner = document.add_table(rows=1, cols=2).rows[0].cells[1].add_table(rows=2, cols=2)
    for row, words in zip(inner.rows, (("指标", "2026年"), ("床位", "7")), strict=True):
        row.cells[0].text, row.cells[1].text = words
    assert lines(document) == ["任务 | 目标", "建站 | 9家", "指标 | 2026年", "床位 | 7"]


def test_footnotes_stand_below_the_signature_and_hide_it_from_nobody() -> None:
    document = Document()
    document.add_paragraph("一、婴儿死亡率")._p.append(parse_xml(f'<w:r {W}><w:footnoteReference w:id="2"/></w:r>'))
    document.paragraphs[-1].add_run("控制在3‰以内。")
    document.add_paragraph("青石区卫生健康委员会")
    document.add_paragraph("2026年3月2日")
    long = "按统计年度计算。" * 100
    notes = (
        f'<w:footnotes {W}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        f'<w:footnote w:id="2"><w:p><w:r><w:footnoteRef/><w:t> {long}</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    part = Part(PackURI("/word/footnotes.xml"), CONTENT_TYPE.WML_FOOTNOTES, notes.encode(), document.part.package)
    document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    text = "\n".join(lines(document))
    assert text.split("\n") == ["一、婴儿死亡率控制在3‰以内。", "青石区卫生健康委员会", "2026年3月2日", f"注：{long}"]
    assert facts_of(text).issuer == "青石区卫生健康委员会"


def test_a_table_around_a_whole_text_is_no_table() -> None:
    document = Document()
    cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
    cell.text = "一、总则"
    cell.add_paragraph("1.新建8家。")
    assert lines(document) == ["一、总则", "1.新建8家。"]


def changed(content: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """The archive with every part passed through `change`; None drops it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
    return stream.getvalue()


def plain() -> bytes:
    document = Document()
    document.add_paragraph("一、总则")
    return saved(document)


def test_without_numbering_part_numbers_are_simply_missing() -> None:
    document = Document()
    numbered(document, "总则", 0)
    document.part.drop_rel(next(k for k, r in document.part.rels.items() if r.reltype == RELATIONSHIP_TYPE.NUMBERING))
    assert lines(document) == ["总则"]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(plain()[:2000], id="cut off"),
        pytest.param(plain().replace(b"PK\x05\x06", b"XX\x05\x06"), id="no directory"),
        pytest.param(changed(plain(), lambda n, c: c[:50] if n == "word/document.xml" else c), id="half of the text"),
        pytest.param(changed(plain(), lambda n, c: None if n == "[Content_Types].xml" else c), id="no types"),
        pytest.param(changed(plain(), lambda n, c: None if n == "_rels/.rels" else c), id="no relations"),
    ],
)
def test_broken_files_are_refused_with_advice(content: bytes) -> None:
    with pytest.raises(BadInput, match=r"已损坏.*另存"):
        read(content, "plan.docx")


def test_entities_are_refused() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'
    content = changed(plain(), lambda n, c: bomb + c.split(b"?>", 1)[1] if n == "word/document.xml" else c)
    with pytest.raises(BadInput, match="XML"):
        read(content, "plan.docx")


def test_zip_bombs_are_refused_even_when_they_lie() -> None:
    def bombed(name: str, part: bytes) -> bytes:
        return part + b" " * 5_000_000 if name == "word/document.xml" else part

    content = changed(plain(), bombed)
    assert len(content) < 100_000
    limits = Limits(expanded=1_000_000)
    with pytest.raises(TooLarge, match="解压"):
        read(content, "plan.docx", limits)
    size = next(
        i.file_size for i in zipfile.ZipFile(io.BytesIO(content)).infolist() if i.filename == "word/document.xml"
    )
    lying = content.replace(size.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(BadInput):
        read(lying, "plan.docx", limits)
