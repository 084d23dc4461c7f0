"""What a file is by its content, whatever its name says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from kpi.core.text import t
from kpi.documents.readers.packages import names_in
from kpi.documents.readers.refusals import encrypted


@dataclass(frozen=True)
class Kind:
    """A kind we read has `suffixes`, the usual one first; one we do not has `advice`."""

    name: str
    suffixes: tuple[str, ...] = ()
    advice: str = ""


KINDS: dict[str, Callable[[], str]] = {
    "text": lambda: t("纯文本"),
    "html": lambda: t("网页"),
    "docx": lambda: t("Word 文档"),
    "pdf": lambda: t("PDF"),
    "xlsx": lambda: t("Excel 工作簿"),
}

_TEXT = Kind("text", (".txt", ".md", ".html", ".htm", ".shtml"))
_HTML = Kind("html", (".html", ".htm", ".shtml"))
_PACKAGES = {
    "word/document.xml": Kind("docx", (".docx",)),
    "xl/workbook.xml": Kind("xlsx", (".xlsx",)),
}
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"RIFF")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_PROGRAMS = (b"MZ", b"\x7fELF")
_TAGS = re.compile(rb"<(?:!doctype\s+html|html|head|body)\b|\A<(?:table|meta|div)\b", re.IGNORECASE)
_WIDE_NAME = "EncryptedPackage".encode("utf-16-le")


def kind_of_content(content: bytes) -> Kind:
    """The kind; BadInput when a package is damaged or locked."""
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n")
    if b"%PDF-" in content[:1024]:
        return Kind("pdf", (".pdf",))
    if head.startswith(b"PK\x03\x04"):
        return _package(content)
    if content.startswith(_OLE):
        return _old_office(content)
    if head.startswith(b"{\\rtf"):
        return Kind("rtf", advice=t("这是 RTF 文件。请用 Word 或 WPS 打开，另存为 docx 后再上传。"))
    if b"<?mso-application" in head:
        return Kind(
            "xml",
            advice=t("这是 Office 2003 的 XML 文件。请用 Word、Excel 或 WPS 打开，另存为 docx 或 xlsx 后再上传。"),
        )
    if head[:200].lower().startswith((b"mime-version:", b"from: <saved")):
        return Kind("mhtml", advice=t("这是单个文件网页（mht）。请用浏览器打开，另存为 html 后再上传。"))
    return _by_signature(content, head)


def _by_signature(content: bytes, head: bytes) -> Kind:
    if content.startswith(_PICTURES) and b"\x00" in content[:512]:
        return Kind("picture", advice=t("这是图片。请先做文字识别（OCR），再上传识别后的 docx 或 txt。"))
    if content.startswith(_ARCHIVES):
        return Kind("archive", advice=t("这是压缩包。请先解压，再逐个上传里面的文件。"))
    if content.startswith(_PROGRAMS) and b"\x00" in content[:512]:
        return Kind("program", advice=t("这不是文档。可以上传 txt、html、docx、pdf（带文字层）或 xlsx 文件。"))
    plain = head.replace(b"\x00", b"") if content.startswith((b"\xff\xfe", b"\xfe\xff")) else head
    return _HTML if _TAGS.search(plain) else _TEXT


def _package(content: bytes) -> Kind:
    names = names_in(content)
    for part, kind in _PACKAGES.items():
        if part in names:
            return kind
    if "OFD.xml" in names:
        return Kind("ofd", advice=t("这是 OFD 版式文件。请用阅读器另存为带文字层的 pdf，或另存为 docx 后再上传。"))
    if "ppt/presentation.xml" in names:
        return Kind("pptx", advice=t("这是演示文稿。请把正文存成 docx 后再上传。"))
    if "content.xml" in names or "xl/workbook.bin" in names:
        return Kind("odf", advice=t("请用 Word、Excel 或 WPS 打开，另存为 docx 或 xlsx 后再上传。"))
    return Kind("archive", advice=t("这是压缩包。请先解压，再逐个上传里面的文件。"))


def _old_office(content: bytes) -> Kind:
    if _WIDE_NAME in content:
        raise encrypted()
    if "Workbook".encode("utf-16-le") in content:
        return Kind("xls", advice=t("这是旧版 Excel 文件（xls、et）。请用 Excel 或 WPS 打开，另存为 xlsx 后再上传。"))
    return Kind("doc", advice=t("这是旧版 Word 或 WPS 文件（doc、wps）。请用 Word 或 WPS 打开，另存为 docx 后再上传。"))
