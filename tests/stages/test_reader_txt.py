"""Plain text and what only claims to be something: encodings, wrong names, files of other kinds."""

from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.core.errors import BadInput, KpiError, TooLarge
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.registry import READERS, read

TEXT = "青石区2026年工作要点\r\n一、抓基层\r\n1.新建急救站6家，签约率达到75.5%以上。\n\n"


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gb18030", "gbk"]
)
def test_encodings_give_the_text_as_it_is_line_ends_untouched(encoding: str) -> None:
    found = read(TEXT.encode(encoding), "要点.txt")
    assert (found.text, found.media_type) == (TEXT, "text/plain")


def test_utf_16_with_its_mark_in_both_orders() -> None:
    for mark, encoding in ((b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be")):
        assert read(mark + TEXT.encode(encoding), "要点.TXT").text == TEXT


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=200).filter(str.strip))
def test_utf_8_comes_back_as_it_went_in(text: str) -> None:
    try:
        assert read(("甲" + text).encode(), "a.txt").text == "甲" + text
    except BadInput as error:
        assert "内容却是" in error.message  # it happens to look like a page or a pdf


def archive(*names: str) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return stream.getvalue()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        pytest.param(b"", "a.txt", "空", id="empty"),
        pytest.param(b" \r\n\t", "a.txt", "空", id="blank"),
        pytest.param("\u3000\u3000\n".encode(), "a.txt", "没有文字", id="wide blanks only"),
        pytest.param(bytes(range(256)) * 20, "a.txt", "不是文本文件", id="binary"),
        pytest.param(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "a.txt", "图片", id="picture"),
        pytest.param(b"MZ\x90\x00" + b"\x00" * 100, "a.txt", "这不是文档", id="program"),
        pytest.param("臺灣".encode("big5") * 200, "a.txt", "UTF-8", id="another encoding"),
        pytest.param(OLE, "a.doc", "另存为 docx", id="old word"),
        pytest.param(OLE, "a.wps", "另存为 docx", id="wps"),
        pytest.param(OLE, "a.docx", "另存为 docx", id="old word renamed"),
        pytest.param(OLE + "Workbook".encode("utf-16-le"), "a.xls", "另存为 xlsx", id="old excel"),
        pytest.param(OLE + "EncryptedPackage".encode("utf-16-le"), "a.docx", "密码", id="locked"),
        pytest.param(b"{\\rtf1 abc}", "a.doc", "RTF", id="rtf"),
        pytest.param(b"MIME-Version: 1.0\r\n", "a.mht", "另存为 html", id="mht"),
        pytest.param(archive("OFD.xml"), "a.ofd", "OFD", id="ofd"),
        pytest.param(archive("ppt/presentation.xml"), "a.pptx", "演示文稿", id="slides"),
        pytest.param(archive("content.xml", "mimetype"), "a.odt", "另存为 docx", id="odt"),
        pytest.param(archive("要点.txt"), "a.zip", "解压", id="zip"),
        pytest.param(b"Rar!\x1a\x07\x00", "a.rar", "解压", id="rar"),
        pytest.param(archive("word/document.xml"), "a.txt", "内容却是Word 文档", id="word named txt"),
        pytest.param(archive("xl/workbook.xml"), "a.docx", "内容却是Excel 工作簿", id="excel named docx"),
        pytest.param(b"%PDF-1.7\n", "a.docx", "内容却是PDF", id="pdf named docx"),
        pytest.param(b"<!DOCTYPE html><html><body>x</body></html>", "a.txt", "内容却是网页", id="page named txt"),
        pytest.param(b"hello", "a.pdf", "内容却是纯文本", id="text named pdf"),
        pytest.param(b"<html><body>x</body></html>", "a.doc", "扩展名改成 .html", id="page named doc"),
        pytest.param(
            b"\xef\xbb\xbf<table><tr><td>x</td></tr></table>", "a.xls", "扩展名改成 .html", id="table named xls"
        ),
        pytest.param(archive("word/document.xml"), "a.doc", "扩展名改成 .docx", id="new word named doc"),
        pytest.param(
            b'<?xml version="1.0"?><?mso-application progid="Word.Document"?><w/>',
            "a.doc",
            "2003",
            id="word in one xml",
        ),
        pytest.param(b"hello", "a.exe", "不支持", id="unknown suffix"),
        pytest.param(b"hello", "readme", "不支持", id="no suffix"),
        pytest.param(b"\x00\x81\xff\xfe\x00" * 50, "a.docx", "已损坏", id="rubbish named docx"),
        pytest.param(b"PK\x03\x04rubbish", "a.docx", "已损坏", id="rubbish in a zip's clothes"),
    ],
)
def test_refusals_say_what_to_do(content: bytes, name: str, said: str) -> None:
    with pytest.raises(BadInput) as error:
        read(content, name)
    assert said in error.value.message
    assert [problem.field for problem in error.value.problems] == ["文件"]


def test_limits_are_the_callers() -> None:
    with pytest.raises(TooLarge, match="超过1MB"):
        read(b"a" * 1_100_000, "a.txt", Limits(size=1024 * 1024))
    with pytest.raises(TooLarge, match="1000字"):
        read(b"a" * 1_001, "a.txt", Limits(characters=1000))


@given(st.binary(max_size=400), st.sampled_from(sorted(READERS)))
def test_no_bytes_break_a_reader(content: bytes, suffix: str) -> None:
    try:
        found = read(content, "a" + suffix)
    except KpiError:
        return
    assert found.text.strip()
    assert "\x00" not in found.text
