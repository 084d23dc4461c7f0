"""Where a page's article is: the smallest part that still holds its prose and its tables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from lxml import etree
from lxml.html import HtmlElement

from kpi.documents.readers.html_lines import SILENT, is_data_table, is_link, table_lines
from kpi.documents.rules_facts import names_facts

# Where the content systems of Chinese government sites put the article.
_NAMED = re.compile(
    r"^(?:zoom|ucap-content|trs_editor|trs_ueditor|trs_web|pages_content|articlecontent|article-content|article_content|"
    r"arti_content|newscontent|news_content|v_news_content|content_text|view|xxgk_content|wp_articlecontent|conttext|"
    r"js_content)\b",
    re.IGNORECASE,
)
_CONTAINERS = frozenset({"body", "div", "section", "article", "main", "form", "center", "table", "tbody", "tr", "td"})
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_BLANKS = re.compile(r"\s+")
_NAME, _VALUE = re.compile("[\u4e00-\u9fff]{2}"), re.compile(r"\d")
SURE_SHARE = 0.92
KNOWN_SHARE = 0.75
MOST_HIDDEN = 0.67
"""A copy of the article for telephones is half of the prose."""
WORTH = 0.02
"""A known container with less of the prose than this is a label, not a part of the article."""

Weights = dict[HtmlElement, int]


def article_of(body: HtmlElement) -> HtmlElement:
    """The innermost element that still holds nearly all prose; containers known by name may hold a little less."""
    weights = _prose(body)
    total = weights.get(body, 0)
    if not total:
        return body
    known = [one for one in _outermost(body) if weights.get(one, 0) >= WORTH * total]
    if sum(weights[one] for one in known) >= KNOWN_SHARE * total:
        return _around([*known, *_tables_apart(body, known)])
    return _heaviest(body, weights)


def drop_hidden(body: HtmlElement) -> None:
    """Take out what a browser does not show, unless most of the page waits there for a script to show it."""
    hidden = [one for one in body.iter() if isinstance(one.tag, str) and _is_hidden(one)]
    if not hidden:
        return
    weights = _prose(body)
    outermost = set(hidden) - {below for one in hidden for below in one.iterdescendants()}
    if sum(weights.get(one, 0) for one in outermost) <= MOST_HIDDEN * weights.get(body, 0):
        for one in outermost:
            one.drop_tree()


def _is_hidden(element: HtmlElement) -> bool:
    return element.get("hidden") is not None or bool(_HIDDEN.search(element.get("style") or ""))


def _heaviest(body: HtmlElement, weights: Weights) -> HtmlElement:
    chosen, total = body, weights[body]
    while True:
        heavy = (child for child in chosen if weights.get(child, 0) >= SURE_SHARE * total)
        child = next((one for one in heavy if one.tag in _CONTAINERS and not is_data_table(one)), None)
        if child is None:
            return chosen
        chosen = child


def _outermost(body: HtmlElement) -> Iterator[HtmlElement]:
    """The elements known to hold articles that are in no other one."""
    walk = etree.iterwalk(body, events=("start",))
    for _, element in walk:
        if _is_known(element):
            yield element
            walk.skip_subtree()


def _is_known(element: HtmlElement) -> bool:
    if element.tag in {"article", "main"}:
        return True
    names = [element.get("id") or "", *(element.get("class") or "").split()]
    return any(_NAMED.match(name) for name in names)


def _tables_apart(body: HtmlElement, known: Sequence[HtmlElement]) -> list[HtmlElement]:
    """Tables of names and values outside the known containers: annexes that the page puts below its article."""
    inside = {table for one in known for table in one.iter("table")}
    return [one for one in body.iter("table") if one not in inside and is_data_table(one) and _has_values(one)]


def _has_values(table: HtmlElement) -> bool:
    rows = [row for row in table_lines(table) if row.linked < 0.5 and not names_facts(row.text)]
    return sum(bool(_NAME.search(row.text) and _VALUE.search(row.text)) for row in rows) > 1


def _around(parts: Sequence[HtmlElement]) -> HtmlElement:
    """The innermost element that holds all parts."""
    chains = [[*reversed(list(part.iterancestors())), part] for part in parts]
    shared = [steps[0] for steps in zip(*chains, strict=False) if all(step is steps[0] for step in steps)]
    return shared[-1]


def _prose(body: HtmlElement) -> Weights:
    """Element → number of signs of running text in it; links and short labels weigh nothing."""
    weights: Weights = {}
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
