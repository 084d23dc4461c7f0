"""Reading numerals: 4.6, 1,200, 一万二千, 八十五点五, 两 → exact decimals."""

from __future__ import annotations

from decimal import Decimal

DIGITS = {
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4,
    "五": 5, "六": 6, "七": 7, "八": 8, "九": 9,
}  # fmt: skip
"""Chinese digits as they are written out; 两 stands before measure words."""
SMALL_SCALES = {"十": 10, "百": 100, "千": 1000}
"""Places within four digits: 三百五十 is 3 × 100 + 5 × 10."""
LARGE_SCALES = {"万": 10**4, "亿": 10**8}
"""Places that close a group of four digits: 十二万 is 12 × 10000."""
SCALES = {
    "百": Decimal(100), "千": Decimal(1000), "万": Decimal(10**4), "十万": Decimal(10**5), "百万": Decimal(10**6),
    "千万": Decimal(10**7), "亿": Decimal(10**8), "万亿": Decimal(10**12),
}  # fmt: skip
"""What a scale written after a number multiplies it by: 4.6万, 1.3万亿."""

LONGEST = 18
"""A numeral of more characters is a code or an identity number, never a target."""


def read_arabic(written: str) -> Decimal | None:
    """An Arabic numeral with thousands separators and a decimal point; None when it is too long to be a value."""
    digits = written.replace(",", "").replace("，", "").replace(" ", "")
    return Decimal(digits) if 0 < len(digits) <= LONGEST else None


def read_chinese(written: str) -> Decimal | None:
    """A Chinese numeral (一万二千, 二〇二五, 八十五点五); None when the characters form no number."""
    if not 0 < len(written) <= LONGEST:
        return None
    whole, point, fraction = written.partition("点")
    number = _read_whole(whole)
    if number is None or not point:
        return None if number is None else Decimal(number)
    if not fraction or any(char not in DIGITS for char in fraction):
        return None
    return Decimal(f"{number}.{''.join(str(DIGITS[char]) for char in fraction)}")


def read_numeral(written: str) -> Decimal | None:
    """Arabic or Chinese, whichever it is."""
    return read_arabic(written) if written[:1].isascii() else read_chinese(written)


def _read_whole(written: str) -> int | None:
    if len(written) > 1 and all(char in DIGITS for char in written):
        return int("".join(str(DIGITS[char]) for char in written))
    for scale, factor in (("亿", 10**8), ("万", 10**4)):
        head, found, tail = written.rpartition(scale)
        if found:
            return _join(head, tail, factor)
    return _read_below_ten_thousand(written)


def _join(head: str, tail: str, factor: int) -> int | None:
    """一亿三千万: what stands before the scale times the scale, plus what follows; 一万二 is 12,000."""
    high = _read_whole(head) if head else None
    if high is None:
        return None
    if not tail:
        return high * factor
    low = _read_whole(tail.lstrip("零〇"))
    if low is None or low >= factor:
        return None
    return high * factor + (low * factor // 10 if len(tail) == 1 and tail in DIGITS else low)


def _read_below_ten_thousand(written: str) -> int | None:
    total, digit, last_scale = 0, None, 10**4
    for char in written:
        if char in SMALL_SCALES:
            scale = SMALL_SCALES[char]
            if scale >= last_scale or (digit is None and scale != SMALL_SCALES["十"]):
                return None
            total, digit, last_scale = total + (1 if digit is None else digit) * scale, None, scale
        elif char in DIGITS:
            if digit not in (None, 0):
                return None
            digit = DIGITS[char]
        else:
            return None
    if not written:
        return None
    return total + _last_digit(written, digit)


def _last_digit(written: str, digit: int | None) -> int:
    """三百五 is 350, 三百零五 is 305, 三十五 is 35."""
    if digit is None:
        return 0
    before = written[-2:-1]
    return digit * SMALL_SCALES[before] // 10 if before in SMALL_SCALES and before != "十" else digit
