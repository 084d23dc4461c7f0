"""Excel's number formats: a value as its cell shows it, 0.6 as 60%, 6 as 6家, a date as 2026年10月."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from kpi.core.quantity import plain

# ECMA-376 part 1, 18.8.30: formats that are known by their number alone; from 27 on as Chinese versions write them.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 37: "#,##0", 38: "#,##0", 39: "#,##0.00",
    40: "#,##0.00", 27: "yyyy年m月", 28: "m月d日", 29: "m月d日", 31: "yyyy年m月d日", 36: "yyyy年m月", 50: "yyyy年m月",
    51: "m月d日", 52: "yyyy年m月", 53: "m月d日", 54: "m月d日", 57: "yyyy年m月", 58: "m月d日",
}  # fmt: skip
_PIECE = re.compile(
    r"""
      "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | \[\$(?P<money>[^\]-]*)[^\]]*\] | (?P<about>\[[^\]]*\])
    | [_*](?P<filler>.) | (?P<digits>[#0?][#0?,]*(?:\.[#0?]+)?,*) | (?P<general>General|G/通用格式)
    | (?P<when>y+|m+|d+) | (?P<other>.)
    """,
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_SECTION_ENDS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|(;)')
_UNKNOWN = re.compile(r"[/Ee@hHsS]")
"""Fractions, exponents, texts and times of day are not laid out."""


@dataclass(frozen=True)
class _Section:
    """One part of a format: for positive, negative or zero numbers. None in `pieces` is where the number stands."""

    pieces: tuple[str | None, ...]
    decimals: int
    thousands: bool
    shift: int
    says_zero: bool

    def show(self, number: Decimal) -> str:
        digits = number.scaleb(self.shift).quantize(Decimal(1).scaleb(-self.decimals), ROUND_HALF_UP)
        written = f"{digits:,f}" if self.thousands else f"{digits:f}"
        said = written if digits or self.says_zero else ""
        return "".join(said if piece is None else piece for piece in self.pieces).strip()


def show_number(number: Decimal, code: str) -> str:
    """The number in the format; in plain digits where the format is none that this module lays out."""
    sections = _sections(code)
    if not sections:
        return f"{plain(number * 100)}%" if "%" in _SECTION_ENDS.sub("", code) else plain(number)
    if number < 0 and len(sections) > 1:
        return sections[1].show(-number)
    if not number and len(sections) > 2:
        return sections[2].show(number)
    return sections[0].show(number)


def show_date(day: date, code: str) -> str:
    """Year, month and day as the format orders them; 2026-10-31 where it says nothing about them."""
    if isinstance(day, datetime) and day.time() != time():
        return day.isoformat(sep=" ", timespec="minutes")
    pieces = list(_PIECE.finditer(_first_section(code)))
    if not any(piece["when"] for piece in pieces) or any(piece["other"] in {"h", "s"} for piece in pieces):
        return day.isoformat()[:10]
    return "".join(_part_of(day, piece["when"].lower()) if piece["when"] else _literal(piece) for piece in pieces)


def _part_of(day: date, written: str) -> str:
    if written[0] == "y":
        return f"{day.year % 100:02d}" if len(written) < 3 else str(day.year)
    number = day.month if written[0] == "m" else day.day
    return f"{number:02d}" if len(written) == 2 else str(number)


@lru_cache(maxsize=256)
def _sections(code: str) -> tuple[_Section, ...]:
    """The parts of a format, () when one of them can not be laid out."""
    parts = _SECTION_ENDS.sub(lambda found: "\n" if found[1] else found[0], code).split("\n")
    made = [_section(part) for part in parts[:3]]
    return tuple(one for one in made if one) if all(made) else ()


def _first_section(code: str) -> str:
    return _SECTION_ENDS.sub(lambda found: "\n" if found[1] else found[0], code).split("\n")[0]


def _section(written: str) -> _Section | None:
    pieces: list[str | None] = []
    digits, percents = "", 0
    for piece in _PIECE.finditer(written):
        if piece["digits"] and not digits:
            digits = piece["digits"]
            pieces.append(None)
        elif piece["digits"] or piece["general"] or piece["when"] or _is_unknown(piece):
            return None
        else:
            percents += piece["other"] == "%"
            pieces.append(_literal(piece))
    whole, _, fraction = digits.rstrip(",").partition(".")
    scale = len(digits) - len(digits.rstrip(","))
    if not pieces:
        return None
    return _Section(tuple(pieces), len(fraction), "," in whole, 2 * percents - 3 * scale, "0" in digits)


def _is_unknown(piece: re.Match[str]) -> bool:
    about = piece["about"] or ""
    return bool(_UNKNOWN.fullmatch(piece["other"] or "")) or about[1:2] in {"<", ">", "="}


def _literal(piece: re.Match[str]) -> str:
    return piece["quoted"] or piece["escaped"] or piece["money"] or piece["other"] or ""
