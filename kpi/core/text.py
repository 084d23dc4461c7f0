"""The message catalogue: Chinese stands in the code, other languages in `locale/<language>.toml`.

`t("共{n}项", n=3)` looks the Chinese sentence up in the reader's language and fills in the values;
a sentence without a translation stays Chinese, so nothing is ever blank.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("zh", "en")
LOCALE_FOLDER = Path(__file__).parent / "locale"

_language: ContextVar[str] = ContextVar("language", default="zh")


@cache
def catalogue(language: str) -> dict[str, str]:
    """Chinese sentence → sentence in `language`; empty for Chinese itself."""
    path = LOCALE_FOLDER / f"{language}.toml"
    if not path.exists():
        return {}
    return dict(tomllib.loads(path.read_text(encoding="utf-8")))


def t(sentence: str, /, **values: object) -> str:
    """The sentence in the current language, with `{names}` filled in."""
    found = catalogue(_language.get()).get(sentence, sentence)
    return found.format(**values) if values else found


def current_language() -> str:
    return _language.get()


def set_language(language: str) -> None:
    """For doors: the language of the rest of this request or thread."""
    _language.set(language if language in LANGUAGES else "zh")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)
