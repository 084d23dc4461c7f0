"""Web pages of government sites: the article with its tables, without what stands around it."""

from __future__ import annotations

import re

from lxml import etree
from lxml.html import HtmlElement, HTMLParser, document_fromstring

from kpi.core.errors import BadInput
from kpi.core.text import t
from kpi.documents.readers.html_edges import trimmed
from kpi.documents.readers.html_lines import SILENT, Line, is_data_table, is_link, lines_of
from kpi.documents.readers.limits import Limits
from kpi.documents.readers.refusals import refuse
from kpi.documents.readers.txt import MARKS
from kpi.documents.rules_facts import names_facts

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_SAME_FAMILY = {"gb2312": "gb18030", "gbk": "gb18030", "gb-2312": "gb18030", "x-gbk": "gb18030"}
_TITLE_TAIL = re.compile(r"\s*[_|｜—–].*$|\s+-\s+.*$", re.DOTALL)
_BLANKS = re.compile(r"\s+")

# Where the content systems of Chinese government sites put the article.
_ARTICLE = re.compile(
    r"^(?:zoom|ucap-content|trs_editor|trs_ueditor|trs_web|pages_content|articlecontent|article-content|article_content|"
    r"arti_content|newscontent|news_content|content_text|view|xxgk_content|wp_articlecontent|conttext|js_content)\b",
    re.IGNORECASE,
)
_CONTAINERS = frozenset({"body", "div", "section", "article", "main", "form", "center", "table", "tbody", "tr", "td"})
SURE_SHARE = 0.92
KNOWN_SHARE = 0.75


def read(content: bytes, limits: Limits) -> str:
    """The page's title and facts, then its article; lines are paragraphs, rows of tables stand between pipes."""
    page = _parse(_decode(content))
    body = page.find("body")
    if body is None:
        raise refuse(t("网页里没有正文。请用浏览器打开原网页，另存为 html 后再上传。"))
    article = _article(body)
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
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    text = content.decode("gb18030" if first in _SAME_FAMILY else "utf-8", errors="replace")
    if text.count("\ufffd") * 200 > len(text):
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


def _article(body: HtmlElement) -> HtmlElement:
    """The innermost element that still holds nearly all prose; a container known by its name may hold a little less."""
    weights = _prose(body)
    total = weights.get(body, 0)
    if not total:
        return body
    for element in body.iter():
        if _is_known(element) and weights.get(element, 0) >= KNOWN_SHARE * total:
            return element
    chosen = body
    while True:
        heavy = (child for child in chosen if weights.get(child, 0) >= SURE_SHARE * total)
        child = next((one for one in heavy if one.tag in _CONTAINERS and not is_data_table(one)), None)
        if child is None:
            return chosen
        chosen = child


def _is_known(element: HtmlElement) -> bool:
    if element.tag in {"article", "main"}:
        return True
    names = [element.get("id") or "", *(element.get("class") or "").split()]
    return any(_ARTICLE.match(name) for name in names)


def _prose(body: HtmlElement) -> dict[HtmlElement, int]:
    """Element → number of signs of running text in it; links and short labels weigh nothing."""
    weights: dict[HtmlElement, int] = {}
    for event, element in etree.iterwalk(body, events=("start", "end")):
        if event == "start":
            weights[element] = 0 if element.tag in SILENT or is_link(element) else _weight(element.text)
        elif element is not body:
            parent = element.getparent()
            if parent is not None:
                inside = 0 if element.tag in SILENT or is_link(element) else weights[element]
                weights[parent] += inside + _weight(element.tail)
    return weights


def _weight(text: str | None) -> int:
    words = _BLANKS.sub("", text or "")
    return len(words) if len(words) >= 12 or re.search("[。；：，]", words) else 0


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
