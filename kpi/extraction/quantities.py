"""The grammar of quantities: every number of a paragraph with its unit, its range and the words around it.

quantity  = before* number [scale] [unit] after*
number    = 85 | 1,200 | 一万二千 | 2-3 | 四至五 | 百分之八十 | 六成 | 三分之二 | 一半 | 翻一番 | 1:1.2
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from kpi.core.quantity import Comparator
from kpi.extraction.numerals import SCALES, read_chinese, read_numeral
from kpi.extraction.words import AFTER, NOUN_UNITS, PER_UNITS, UNITS_OF_THINGS, any_of

HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Quantity:
    """A number as written at text[start:end], comparator words after it included in `tail`.

    value      the number, or None for a range with low and high
    unit       as written; "" when none is written
    after      operator said by the words behind it (以上), and `after_text` those words
    about      余, 多, 左右: the number is not exact
    body       end of number and unit, before the comparator words
    chinese    written in Chinese numerals
    """

    start: int
    end: int
    body: int
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    after: Comparator | None = None
    after_text: str = ""
    about: bool = False
    chinese: bool = False
    form: str = "number"


_ARABIC = r"\d{1,3}(?:,\d{3})++(?!\d)(?:\.\d++)?|\d++(?:\.\d++)?"
_CHINESE = r"[零〇一二两三四五六七八九十百千万亿]++(?:点[零〇一二三四五六七八九]++)?"
_SCALE = r"万亿|千万|百万|十万|万|亿|千(?![米瓦克伏卡升])|百(?![分强佳])"
_MEASURED = rf"(?:{any_of(UNITS_OF_THINGS)})(?:/(?:{any_of(PER_UNITS)}))?"
_UNIT = rf"(?:1/10万|/10万|/十万|/100000|/万(?!人)|/千(?!人)|[%‰]|{_MEASURED})"
_AFTER = rf"(?:（含）|\(含\))?(?P<after>(?:的)?(?:{any_of(AFTER)}))(?!学历|学位|职称|文化|医院|医疗机构|综合医院|公立)"
_STEP = r"(?:[-~至到]|——|--)"

_NUMBER = re.compile(
    rf"""
    (?P<per>百分之|千分之|十万分之|万分之)(?P<per_a>{_ARABIC}|[零〇一二两三四五六七八九十百]++(?:点[零〇一二三四五六七八九]++)?)
        (?:{_STEP}(?:百分之|千分之)?(?P<per_b>{_ARABIC}|[零〇一二两三四五六七八九十百]++))?
    | (?P<part_of>[二三四五六七八九十]|\d{{1,2}})分之(?P<part>[一二两三四五六七八九]|\d{{1,2}})
    | (?P<tenths>[一二两三四五六七八九])成
        (?P<half_tenth>[一二三四五六七八九半])?(?![立为员果功效熟年本长都人就交品套语分型因])
    | (?P<half>一半|半数|过半数|过半(?!年))
    | (?P<fold>翻(?P<times>[一两二三])?番)
    | (?P<left>(?<![\d.])\d(?:\.\d+)?):(?P<right>\d{{1,3}}(?:\.\d{{1,3}})?)(?![\d:])
    | (?P<a>{_ARABIC})
        (?P<more>余|多(?!种形式|元|层|方|部门|渠道|项措施|点))?(?P<scale>{_SCALE})?(?P<more2>余|多|来)?(?P<unit>{_UNIT})?
        (?:{_STEP}(?P<b>{_ARABIC})(?P<more_b>余|多)?(?P<scale_b>{_SCALE})?(?P<unit_b>{_UNIT})?)?
    | (?<![第数几零〇一二两三四五六七八九十百千万亿])(?P<ca>{_CHINESE})(?P<cmore>余|多)?
        (?:{_STEP}(?P<cb>{_CHINESE}))?(?P<cunit>{_UNIT})
    """,
    re.VERBOSE,
)
_TAIL = re.compile(_AFTER)
_LIKELY = re.compile(r"[\d一二两三四五六七八九十百千万翻过半]")
_PER = {"百分之": "%", "千分之": "‰", "万分之": "/万", "十万分之": "/10万"}
_CANONICAL = {
    "个小时": "小时",
    "人口": "人",
    "1/10万": "/10万",
    "/十万": "/10万",
    "/100000": "/10万",
    "百分点": "个百分点",
}


def quantities(text: str) -> list[Quantity]:
    """All quantities of a paragraph from left to right; they never overlap."""
    return list(_scan(text))


def _scan(text: str) -> Iterator[Quantity]:
    at = 0
    while found := _NUMBER.search(text, at):
        at = found.end()
        quantity = _read(found)
        if quantity is None:
            continue
        quantity = _with_tail(quantity, text)
        at = quantity.end
        yield quantity


def _read(found: re.Match[str]) -> Quantity | None:
    for group, reader in _READERS:
        if found.group(group) is not None:
            return reader(found)
    return None


def _make(
    found: re.Match[str], low: Decimal | None, high: Decimal | None, unit: str, **more: object
) -> Quantity | None:
    if low is None:
        return None
    low = _whole(low)
    high = high if high is None else _whole(high)
    single = high is None or low == high
    return Quantity(
        found.start(),
        found.end(),
        found.end(),
        low if single else None,
        None if single else low,
        None if single else high,
        _CANONICAL.get(unit, unit),
        **more,  # type: ignore[arg-type]
    )


def _whole(value: Decimal) -> Decimal:
    """46000.0 is 46000: no trailing zeros from multiplying."""
    return value.quantize(Decimal(1)) if value == value.to_integral_value() else value


def _read_per(found: re.Match[str]) -> Quantity | None:
    high = found["per_b"]
    return _make(
        found,
        read_numeral(found["per_a"]),
        read_numeral(high) if high else None,
        _PER[found["per"]],
        chinese=True,
    )


def _read_part(found: re.Match[str]) -> Quantity | None:
    whole, part = read_numeral(found["part_of"]), read_numeral(found["part"])
    if not whole or part is None or part > whole:
        return None
    exact = part * HUNDRED / whole
    return _make(found, exact.quantize(Decimal("0.01")), None, "%", chinese=True, form="fraction")


def _read_tenths(found: re.Match[str]) -> Quantity | None:
    extra = found["half_tenth"]
    more = Decimal(5) if extra == "半" else (read_chinese(extra) or Decimal(0)) if extra else Decimal(0)
    return _make(found, (read_chinese(found["tenths"]) or Decimal(0)) * 10 + more, None, "%", chinese=True)


def _read_half(found: re.Match[str]) -> Quantity | None:
    over = Comparator.MORE_THAN if found["half"].startswith("过") else None
    return _make(found, Decimal(50), None, "%", chinese=True, after=over)


def _read_fold(found: re.Match[str]) -> Quantity | None:
    times = int(read_chinese(found["times"] or "一") or 1)
    return _make(found, Decimal(2) ** times, None, "倍", form="fold", chinese=True)


def _read_ratio(found: re.Match[str]) -> Quantity | None:
    left = Decimal(found["left"])
    right = Decimal(found["right"])
    value = right if left == 1 else left if right == 1 else None
    return _make(found, value, None, "", form="ratio")


def _read_arabic(found: re.Match[str]) -> Quantity | None:
    low, high = read_numeral(found["a"]), read_numeral(found["b"]) if found["b"] else None
    if low is None or (found["b"] and high is None):
        return None
    scale, unit = found["scale"], found["unit"] or ""
    scale_b, unit_b = found["scale_b"], found["unit_b"] or ""
    end = found.end()
    if high is not None and (
        (high <= low and not scale_b) or (unit and unit_b and unit != unit_b) or (unit and not unit_b)
    ):
        high, end = None, found.start("b") - 1
    elif high is not None:
        high = high * SCALES.get(scale_b or "", Decimal(1))
        unit, scale = unit_b, scale or scale_b
    low = low * SCALES.get(scale or "", Decimal(1))
    about = bool(found["more"] or found["more2"] or (high is not None and found["more_b"]))
    made = _make(found, low, high, unit, about=about)
    return made and replace(made, end=end, body=end)


def _read_chinese(found: re.Match[str]) -> Quantity | None:
    low, high = read_chinese(found["ca"]), read_chinese(found["cb"]) if found["cb"] else None
    if found["cb"] and (high is None or low is None or high <= low):
        return None
    return _make(found, low, high, found["cunit"], about=bool(found["cmore"]), chinese=True)


_READERS: tuple[tuple[str, Callable[[re.Match[str]], Quantity | None]], ...] = (
    ("per", _read_per),
    ("part_of", _read_part),
    ("tenths", _read_tenths),
    ("half", _read_half),
    ("fold", _read_fold),
    ("left", _read_ratio),
    ("a", _read_arabic),
    ("ca", _read_chinese),
)


def _with_tail(quantity: Quantity, text: str) -> Quantity:
    """The comparator words behind: 60%以上, 20家左右, 300万人次以上."""
    tail = _TAIL.match(text, quantity.body)
    if not tail:
        return quantity
    word = tail["after"].removeprefix("的")
    return replace(quantity, end=tail.end(), after=AFTER[word][0], after_text=word)


def is_noun_unit(unit: str) -> bool:
    return unit in NOUN_UNITS
