"""What holds for every format: no paragraph is lost, evidence is a slice of the text, hostile files end soon."""

from __future__ import annotations

import html
import io
import time
import zipfile
from collections.abc import Callable, Sequence

import pytest
import xlsxwriter
from docx import Document
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.core.errors import BadInput
from kpi.documents.readers.registry import read
from kpi.documents.rules import split_clauses
from kpi.extraction.rules import find
from kpi.extraction.writers.registry import write_candidates

WORDS = (
    "到2026年底，", "老年医学科比例", "达到60%以上", "由85.5%提高到90%", "新建急救站", "6家", "12.5万人次", "每千人口",
    "孕产妇死亡率", "控制在9/10万以下", "（", "）", "“", "”", "，", "。", "；", "𠮷", "🏥", "《", "》", "３‰", "a b",
    "<b>", "&amp;",
)  # fmt: skip
paragraphs = st.lists(
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join).filter(str.strip), min_size=1, max_size=6
).map(lambda lines: ["一、目标", *(f"{number}.{line}" for number, line in enumerate(lines, 1))])


def as_docx(lines: Sequence[str]) -> bytes:
    document, stream = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(stream)
    return stream.getvalue()


def as_xlsx(lines: Sequence[str]) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, line)
    return stream.getvalue()


def as_html(lines: Sequence[str]) -> bytes:
    said = "".join(f"<p>{html.escape(line)}</p>" for line in lines)
    return f"<html><head><meta charset=utf-8></head><body><div>{said}</div></body></html>".encode()


FORMATS: dict[str, Callable[[Sequence[str]], bytes]] = {
    "a.txt": lambda lines: "\r\n".join(lines).encode("utf-8-sig"),
    "b.txt": lambda lines: "\n".join(lines).encode("gb18030"),
    "c.txt": lambda lines: "\n".join(lines).encode("utf-16"),
    "a.html": as_html,
    "a.docx": as_docx,
    "a.xlsx": as_xlsx,
}


@pytest.mark.parametrize("name", FORMATS)
@given(lines=paragraphs)
@settings(max_examples=20, deadline=None)
def test_no_paragraph_is_lost_and_evidence_is_where_it_says(name: str, lines: list[str]) -> None:
    text = read(FORMATS[name](lines), name).text
    assert [line.strip() for line in text.splitlines()] == [line.strip() for line in lines]
    for one in find(text, file=name):
        assert text[one.start : one.end] == one.evidence


def package(**parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return stream.getvalue()


LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha">'
    + b"".join(b'<!ENTITY %c "%b">' % (98 + i, b"&%c;" % (97 + i) * 10) for i in range(9))
    + b"]><x>&j;</x>"
)


@pytest.mark.parametrize(
    ("name", "part", "content", "said"),
    [
        ("a.docx", "word/document.xml", LAUGHS, "XML 声明"),
        ("a.xlsx", "xl/workbook.xml", LAUGHS, "XML 声明"),
        ("a.docx", "word/document.xml", b" " * 150_000_000, "解压后超过"),
        ("a.xlsx", "xl/workbook.xml", b" " * 150_000_000, "解压后超过"),
    ],
    ids=["laughs docx", "laughs xlsx", "bomb docx", "bomb xlsx"],
)
def test_packages_that_unpack_without_end_are_refused(name: str, part: str, content: bytes, said: str) -> None:
    with pytest.raises(BadInput, match=said):
        read(package(**{part: content}), name)


ROW = "<tr><td>甲</td><td>新建6家</td></tr>"


@pytest.mark.parametrize(
    "markup",
    [
        "<table><tr><td>" * 60 + "新建6家。" + "</td></tr></table>" * 60,
        "<table>" + ROW * 5_000 + "</table>",
        f"<table><tr><td>{'甲' * 200_000}</td><td>乙</td></tr>{ROW}{ROW}</table>",
        "<div style='display:none'>" * 100 + "甲" * 50 + "</div>" * 100 + "<p>新建6家。</p>" * 2_000,
        "<div class='TRS_Editor'><p>新建6家，完善基层网络。</p></div>" * 3_000,
        f"<p>建站。</p><table>{ROW}{ROW}</table>" * 1_500,
    ],
    ids=["tables in tables", "many rows", "a long cell", "hidden", "containers", "tables"],
)
def test_hostile_pages_are_read_whole_and_soon(markup: str) -> None:
    begin = time.process_time()
    text = read(f"<html><body>{markup}</body></html>".encode(), "a.html").text
    assert time.process_time() - begin < 8
    assert text.count("新建6家") == markup.count("新建6家")


TEXTS = {
    "blanks": "达到" + " " * 100_000 + "5%",
    "wide blanks": "\u3000" * 100_000 + "新建6家。",
    "第": "第" * 50_000,
    "line ends": "\n" * 20_000 + "新建6家。",
    "short lines": "达到\n" * 10_000,
    "a long row": "指标 | 2025年 | 2026年\n" + " | ".join(["覆盖率达到95%"] * 2_000),
    "a long cell": "| 指标 | 2025年 |\n| " + "甲" * 100_000 + " | 5 |",
    "notes": "\n注：甲" * 10_000 + "\n完",
    "brackets": "[〔（《" * 20_000,
    "numbers of clauses": "1." * 30_000,
    "ratios": "1∶" * 10_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_goes_from_file_to_table(name: str) -> None:
    begin = time.process_time()
    text = read(TEXTS[name].encode(), "a.txt").text
    found = find(text)
    assert all(text[one.start : one.end] == one.evidence for one in found)
    assert split_clauses(text)[-1].end == len(text)
    assert write_candidates(found, "table")
    assert time.process_time() - begin < 10
