"""The message catalogue: every sentence in the code has its English, with the same names to fill in."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from kpi.core.text import catalogue

ROOT = Path(__file__).parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
TEMPLATE_CALL = re.compile(r"""\bt\("([^"]+)\"""")


def sources() -> Iterator[Path]:
    for folder in ("kpi", "dashboards"):
        yield from (path for path in (ROOT / folder).rglob("*.py") if "_bundled" not in path.parts)


def literals(node: ast.expr) -> Iterator[str]:
    """The sentences a first argument can be: one literal, or either side of a condition."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.IfExp(body=body, orelse=orelse):
            yield from literals(body)
            yield from literals(orelse)


def sentences() -> set[str]:
    found: set[str] = set()
    for path in sources():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "t" and node.args:
                found |= set(literals(node.args[0]))
    for path in (ROOT / "kpi" / "web" / "templates").glob("*.html"):
        found |= set(TEMPLATE_CALL.findall(path.read_text(encoding="utf-8")))
    return found


def test_every_sentence_has_its_english() -> None:
    missing = {text for text in sentences() | page_titles() if CHINESE.search(text)} - catalogue("en").keys()
    assert sorted(missing) == []


def test_the_english_fills_in_the_same_names() -> None:
    def names(text: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(text) if name}

    assert [zh for zh, en in catalogue("en").items() if names(zh) != names(en)] == []


def test_no_english_is_left_for_sentences_that_are_gone() -> None:
    used = sentences() | page_titles() | set(re.findall(r'"([^"]*[\u4e00-\u9fff][^"]*)"', all_code()))
    assert sorted(catalogue("en").keys() - used) == []


def page_titles() -> set[str]:
    return set(re.findall(r'Page\([^)]*?"([^"]*[\u4e00-\u9fff][^"]*)"', all_code()))


def all_code() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sources())
