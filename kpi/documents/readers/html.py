"""Web pages of government sites: the article with its tables, without what stands around it."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.documents.readers.html_article import article_of, drop_hidden
from kpi.documents.readers.html_edges import trimmed
from kpi.documents.readers.html_lines import Line, lines_of
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.refusals import refuse
from kpi.documents.readers.txt import MARKS, is_usual
from kpi.documents.rules_facts import names_facts

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_SAME_FAMILY = {"gb2312": "gb18030", "gbk": "gb18030", "gb-2312": "gb18030", "x-gbk": "gb18030"}
_TITLE_TAIL = re.compile(r"\s*[_|｜—–].*$|\s+-\s+.*$", re.DOTALL)
_BLANKS = re.compile(r"\s+")


def read(content: bytes, limits: Limits) -> str:
    """The page's title and facts, then its article; lines are paragraphs, rows of tables stand between pipes."""
    page = _parse(_decode(content))
    body = page.find("body")
    if body is None:
        raise refuse(t("网页里没有正文。请用浏览器打开原网页，另存为 html 后再上传。"))
    drop_hidden(body)
    article = article_of(body)
    lines = trimmed(list(lines_of(article)))
    head = [line.text for line in trimmed(list(lines_of(body, until=article))) if names_facts(line.text)]
    return "\n".join([*_missing_title(page, lines), *head, *(line.text for line in lines)])


def _decode(content: bytes) -> str:
    for mark, encoding in MARKS:
        if content.startswith(mark):
            return content[len(mark) :].decode(encoding, errors="replace")
    declared = _CHARSET.search(content[:4096])
    first = declared[1].decode("ascii").lower() if declared else "utf-8"
    for encoding in (_SAME_FAMILY.get(first, first), "utf-8", "gb18030"):
        try:
            text = content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if encoding != "gb18030" or is_usual(text):
            return text
    text = content.decode("gb18030" if first in _SAME_FAMILY else "utf-8", errors="replace")
    if text.count("\ufffd") * 100 > len(text):
        raise refuse(t("网页的编码无法识别。请用浏览器打开后另存为 UTF-8 编码的网页再上传。"))
    return text


def _parse(text: str) -> HtmlElement:
    parser = HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    try:
        page = document_fromstring(text.replace("\x00", "").encode("utf-8", errors="replace"), parser=parser)
    except (etree.LxmlError, ValueError) as error:
        raise _broken() from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise _broken()  # the parser stopped half-way: better no text than half of it
    return page


def _broken() -> BadInput:
    return refuse(t("网页已损坏，无法打开。请用浏览器打开原网页，另存为 html，或复制正文存成 txt 后再上传。"))


def _missing_title(page: HtmlElement, lines: list[Line]) -> list[str]:
    """The page's title when the article does not open with it."""
    title = next((one for one in _titles(page) if len(one) >= 4), "")
    opening = _BLANKS.sub("", "".join(line.text for line in lines[:8]))
    return [title] if title and _BLANKS.sub("", title) not in opening else []


def _titles(page: HtmlElement) -> list[str]:
    named = page.xpath("//meta[translate(@name, 'ARTICLE', 'article')='articletitle']/@content | //h1//text()")
    written = page.findtext(".//title") or ""
    found = [*(str(one) for one in named), _TITLE_TAIL.sub("", written.strip())]
    return [_BLANKS.sub(" ", one).strip() for one in found]
