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


def piece(written: Any) -> Band:
    """A number, or a stretch of the number line: {"op": ">", "value": 30}, {"op": "strictly between", …}."""
    if not isinstance(written, Mapping):
        number = exact(written)
        return Band("", number, number, low_in=True, high_in=True)
    sign = str(written["op"])
    if "low" in written:
        closed = "strictly" not in sign
        return Band("", exact(written["low"]), exact(written["high"]), low_in=closed, high_in=closed)
    number = exact(written["value"])
    if sign in {">", ">="}:
        return Band("", number, None, low_in=sign == ">=")
    if sign in {"<", "<="}:
        return Band("", None, number, high_in=sign == "<=")
    return Band("", number, number, low_in=True, high_in=True)


_SIDE = re.compile(r"\s*(-?[\d.]+)?\s*(<=|<)?\s*[a-z]\w*\s*(<=|<|>=|>)?\s*(-?[\d.]+)?\s*")


def band(outcome: str, text: str) -> Band:
    """ "delta > 25", "0 <= delta <= 25"."""
    found = _SIDE.fullmatch(text)
    if not found:
        raise ValueError(text)
    low, low_sign, sign, bound = found.groups()
    if sign in {">", ">="}:
        return Band(outcome, exact(bound), None, low_in=sign == ">=")
    return Band(
        outcome,
        maybe(low),
        maybe(bound),
        low_in=low_sign == "<=",
        high_in=sign == "<=",
    )


def better(written: str) -> Direction:
    words_of = {"increase": Direction.MORE, "decrease": Direction.LESS, "maximize": Direction.MORE}
    return words_of.get(written, Direction.INSIDE)
