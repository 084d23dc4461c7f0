"""How published cases write numbers, stretches of the number line and directions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from kpi.assessment.rules_bands import Band
from kpi.core.quantity import Direction

Given = Mapping[str, Any]
Adapter = Callable[[Given, Given, date], Any]

ZERO = Decimal(0)


def exact(number: Any) -> Decimal:
    return Decimal(str(number))


def maybe(number: Any) -> Decimal | None:
    return None if number is None else exact(number)


# --- notation -----------------------------------------------------------------------------------------------------

_SIGNS = {"≥": ">=", "≧": ">=", "=>": ">=", "≤": "<=", "≦": "<=", "=<": "<=", "＞": ">", "＜": "<", "==": "="}
_NUMBER = r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?%?"
_SPAN = re.compile(rf"([\[(])\s*({_NUMBER}|-inf)?\s*,\s*({_NUMBER}|\+?inf)?\s*([\])])")
_BETWEEN = re.compile(rf"({_NUMBER})\s*(<=|<)\s*[A-Za-z_]\w*\s*(<=|<)\s*({_NUMBER})")
_SIDE = re.compile(rf"(?:[A-Za-z_]\w*\s*)?(<=|<|>=|>|=)\s*({_NUMBER})")
_TURNED = re.compile(rf"({_NUMBER})\s*(<=|<|>=|>|=)\s*[A-Za-z_]\w*")
_OPPOSITE = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "=": "="}


def piece(written: Any) -> Band:
    """A number, or a stretch of the number line.

    30; {"op": ">", "value": 30}; {"op": "between", "low": 0, "high": 10} with its ends, "strictly between" without,
    "> and <=" with the ends its signs say; the same as text: "0 < x <= 10", "x > 30", "(0, 10]". ValueError otherwise.
    """
    if isinstance(written, str):
        return band("", written)
    if not isinstance(written, Mapping):
        number = exact(written)
        return Band("", number, number, low_in=True, high_in=True)
    sign = _with_plain_signs(str(written.get("op") or ("between" if "low" in written else "=")))
    if "low" in written or "high" in written:
        return _stretch(sign, maybe(written.get("low")), maybe(written.get("high")))
    return _half("", sign, exact(written["value"]))


def _stretch(sign: str, low: Decimal | None, high: Decimal | None) -> Band:
    if "<" in sign or ">" in sign:
        low_in, high_in = bool(re.search(r">=|^<=", sign)), sign.endswith("<=")
    elif "between" in sign or sign in {"in", "range", "inside"}:
        low_in = high_in = not re.search("strict|open|exclusive", sign)
    else:
        raise ValueError(sign)
    return Band("", low, high, low_in=low_in, high_in=high_in)


def _half(outcome: str, sign: str, number: Decimal) -> Band:
    if sign in {">", ">="}:
        return Band(outcome, number, None, low_in=sign == ">=")
    if sign in {"<", "<="}:
        return Band(outcome, None, number, high_in=sign == "<=")
    if sign != "=":
        raise ValueError(sign)
    return Band(outcome, number, number, low_in=True, high_in=True)


def band(outcome: str, text: str) -> Band:
    """ "delta > 25", "0 <= delta <= 25", "delta >= 0 and delta < 25", "[0, 25)". ValueError for anything else."""
    written = _with_plain_signs(text)
    if found := _SPAN.fullmatch(written):
        opening, low, high, closing = found.groups()
        return Band(outcome, _end(low), _end(high), low_in=opening == "[", high_in=closing == "]")
    if found := _BETWEEN.fullmatch(written):
        low, low_sign, high_sign, high = found.groups()
        return Band(outcome, _end(low), _end(high), low_in=low_sign == "<=", high_in=high_sign == "<=")
    halves = [_read_half(outcome, part.strip()) for part in re.split(r"\band\b|&&?|;|且", written)]
    lows, highs = [each for each in halves if each.low is not None], [each for each in halves if each.high is not None]
    if len(halves) == 1:
        return halves[0]
    if len(halves) != 2 or len(lows) != 1 or len(highs) != 1:
        raise ValueError(text)
    return Band(outcome, lows[0].low, highs[0].high, low_in=lows[0].low_in, high_in=highs[0].high_in)


def _read_half(outcome: str, written: str) -> Band:
    if re.fullmatch(_NUMBER, written):
        return _half(outcome, "=", exact(written.rstrip("%")))
    if found := _SIDE.fullmatch(written):
        sign, number = found.groups()
    elif found := _TURNED.fullmatch(written):
        number, sign = found.groups()
        sign = _OPPOSITE[sign]
    else:
        raise ValueError(written)
    return _half(outcome, sign, exact(number.rstrip("%")))


def _end(written: str | None) -> Decimal | None:
    return None if not written or written.endswith("inf") else exact(written.rstrip("%"))


def _with_plain_signs(text: str) -> str:
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return text.strip().replace("−", "-").replace("，", ",")


def level(written: Any) -> float:
    """A confidence level, written 0.95 or 95; ValueError outside 90 to 100 %, as its publishers hold it."""
    share = float(written)
    share = share / 100 if share >= 90 else share
    if not 0.9 <= share < 1:
        raise ValueError(f"confidence {written}: 0.9–1, 90–100")
    return share


_WORDS_OF = {
    Direction.MORE: "increase maximize more_is_better positive > 1",
    Direction.LESS: "decrease minimize less_is_better fewer_is_better negative < -1",
    Direction.INSIDE: "neutral none 0",
}
_BETTER = {word: direction for direction, words in _WORDS_OF.items() for word in words.split()}


def better(written: Any) -> Direction:
    """Which way is better, in the words of any of the sources; ValueError for a word of none."""
    number = f"{written:.0f}" if isinstance(written, (int, float)) else str(written).lower()
    if number not in _BETTER:
        raise ValueError(f"direction {written}")
    return _BETTER[number]
