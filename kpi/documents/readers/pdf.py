"""PDF files with a text layer: sentences put together again, tables as piped rows, page furniture left out."""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby

import pdfplumber
from pdfminer.pdfdocument import PDFPasswordIncorrect
from pdfplumber.page import Page
from pdfplumber.utils.exceptions import PdfminerException

from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.pdf_lines import (
    Block,
    PrintedLine,
    PrintedTable,
    joined,
    whole_tables,
    without_furniture,
)
from kpi.documents.readers.pdf_pages import blocks_of
from kpi.documents.readers.refusals import damaged, encrypted, refuse, too_large

_STREAM = re.compile(rb"(?<!end)stream\r?\n(?=[\x08-\x78][\x01\x5e\x9c\xda])")
_PIECE = 64 * 1024
FEWEST_SIGNS_A_PAGE = 20


def read(content: bytes, limits: Limits) -> str:
    """One paragraph a line; BadInput for a scan, a locked or a broken file."""
    _check_streams(content, limits)
    try:
        with pdfplumber.open(io.BytesIO(content), unicode_norm="NFC") as document:
            if len(document.pages) > limits.pages:
                raise too_large(t("PDF 超过{n}页。请拆成几个文件后再上传。", n=limits.pages))
            pages = [_blocks(page) for page in document.pages]
            pictures = any(page_has_picture for _, page_has_picture in pages)
    except PdfminerException as error:
        raise encrypted() if _is_locked(error) else damaged() from error
    except KpiError:
        raise
    except Exception as error:  # the parser has no one error for a broken file: anything may come up
        raise damaged() from error
    blocks = [found for found, _ in pages]
    if sum(_signs(block) for page in blocks for block in page) < FEWEST_SIGNS_A_PAGE * max(len(blocks), 1) and pictures:
        raise refuse(t("这是扫描件，没有文字层。请先做文字识别（OCR），再上传识别后的 pdf、docx 或 txt。"))
    return "\n".join(_text(whole_tables(without_furniture(blocks))))


def _check_streams(content: bytes, limits: Limits) -> None:
    """Refuse a stream that would unpack to more than a file of this size can honestly say; pictures stay packed."""
    for stream in _STREAM.finditer(content):
        if b"/Image" in content[max(0, stream.start() - 500) : stream.start()]:
            continue
        if _unpacks_beyond(memoryview(content)[stream.end() :], limits.expanded // 4):
            raise too_large(t("PDF 的内容解压后过大。请用 Word 或 WPS 打开，另存为 docx 后再上传。"))


def _unpacks_beyond(packed: memoryview, limit: int) -> bool:
    """Whether a deflated stream goes on beyond the limit; broken ones are the parser's to judge."""
    stream = zlib.decompressobj()
    size = 0
    try:
        for start in range(0, len(packed), _PIECE):
            piece: bytes | memoryview = packed[start : start + _PIECE]
            while piece and not stream.eof:
                size += len(stream.decompress(piece, _PIECE))
                piece = stream.unconsumed_tail
                if size > limit:
                    return True
            if stream.eof:
                return False
    except zlib.error:
        return False
    return False


def _blocks(page: Page) -> tuple[list[Block], bool]:
    """What is printed on a page, and whether it has a picture; the page's memory is given back."""
    found = blocks_of(page), bool(page.images)
    page.close()
    return found


def _is_locked(error: PdfminerException) -> bool:
    return any(isinstance(cause, PDFPasswordIncorrect) for cause in (*error.args, error.__cause__, error.__context__))


def _signs(block: Block) -> int:
    return len(block.text) if isinstance(block, PrintedLine) else sum(len(cell) for row in block.rows for cell in row)


def _text(blocks: Iterable[Block]) -> Iterator[str]:
    """Paragraphs and tables in order of reading; a sentence goes on over the end of a page or a column."""
    for kind, run in groupby(blocks, key=_kind):
        if kind == "table":
            yield from (block.text for block in run)
        else:
            yield from joined([block for block in run if isinstance(block, PrintedLine)])


def _kind(block: Block) -> str:
    """Lines of columns are put together apart from lines over the whole page."""
    if isinstance(block, PrintedTable):
        return "table"
    return "column" if block.column else "line"
