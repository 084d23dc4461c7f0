"""Word's automatic numbering: what stands in front of a paragraph is worked out from numbering.xml and the styles."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

LEVELS = 9
_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PLACE = re.compile(r"%([1-9])")
_CHINESE = "〇一二三四五六七八九"
_ENDS_ITSELF = ("、", "）", ")", ".", "．", "。", "】", "：")


def qualified(tag: str) -> str:
    """w:tag as lxml writes it."""
    return f"{{{_WORD}}}{tag}"


@dataclass(frozen=True)
class Level:
    """One level of a list: 一、 is written chineseCounting with the pattern %1、."""

    written: str
    pattern: str
    start: int
    legal: bool
    style: str


@dataclass
class _List:
    """A list as paragraphs name it (w:num): its levels, and the counts it shares with others of the same pattern."""

    levels: dict[int, Level]
    counts: list[int | None]
    restarts: dict[int, int] = field(default_factory=dict)


class Numbers:
    """Asked for every paragraph in order, it answers with the number in front, "" for none."""

    def __init__(self, numbering: etree._Element | None, styles: etree._Element) -> None:
        self._styles = {_attribute(style, "styleId"): style for style in styles.iterchildren(qualified("style"))}
        self._lists = _lists(numbering, self._list_of_style) if numbering is not None else {}

    def next_for(self, paragraph: etree._Element) -> str:
        where = self._place(paragraph)
        if where is None or where[0] not in self._lists:
            return ""
        listed, level = self._lists[where[0]], where[1]
        if level not in listed.levels:
            return ""
        _count(listed, level)
        number = _label(listed, level)
        return number if not number or number.endswith(_ENDS_ITSELF) else number + " "

    def _place(self, paragraph: etree._Element) -> tuple[str, int] | None:
        """List and level: of the paragraph itself, else of its style; list 0 takes a style's number away."""
        properties = paragraph.find(qualified("pPr"))
        style = _value(properties, "pStyle") or self._default_style()
        own_list, own_level = _numbering(properties)
        style_list, style_level = self._numbering_of_style(style)
        chosen = own_list or style_list
        if not chosen or chosen == "0":
            return None
        level = own_level if own_level is not None else style_level
        if level is None:
            level = self._level_linked_to(chosen, style)
        return chosen, level

    def _default_style(self) -> str:
        for name, style in self._styles.items():
            if _attribute(style, "type") == "paragraph" and _attribute(style, "default") in {"1", "true"}:
                return name
        return ""

    def _numbering_of_style(self, name: str) -> tuple[str, int | None]:
        seen: set[str] = set()
        while name in self._styles and name not in seen:
            seen.add(name)
            listed, level = _numbering(self._styles[name].find(qualified("pPr")))
            if listed:
                return listed, level
            name = _value(self._styles[name], "basedOn")
        return "", None

    def _level_linked_to(self, listed: str, style: str) -> int:
        levels = self._lists[listed].levels if listed in self._lists else {}
        return next((number for number, level in levels.items() if style and level.style == style), 0)

    def _list_of_style(self, name: str) -> str:
        return self._numbering_of_style(name)[0]


def _lists(numbering: etree._Element, list_of_style: Callable[[str], str]) -> dict[str, _List]:
    """w:num id → list. Lists made from the same pattern count together, unless one starts anew."""
    patterns = {_attribute(one, "abstractNumId"): one for one in numbering.iterchildren(qualified("abstractNum"))}
    used = {_attribute(num, "numId"): num for num in numbering.iterchildren(qualified("num"))}
    counts: dict[str, list[int | None]] = {}
    lists: dict[str, _List] = {}
    for name, num in used.items():
        pattern = _value(num, "abstractNumId")
        linked = _value(patterns.get(pattern), "numStyleLink")
        if linked and list_of_style(linked) in used:
            pattern = _value(used[list_of_style(linked)], "abstractNumId")
        if pattern in patterns:
            lists[name] = _List(_levels(patterns[pattern]), counts.setdefault(pattern, [None] * LEVELS))
            _override(lists[name], num)
    return lists


def _override(listed: _List, num: etree._Element) -> None:
    for override in num.iterchildren(qualified("lvlOverride")):
        level = _whole(_attribute(override, "ilvl"))
        replaced = override.find(qualified("lvl"))
        if replaced is not None:
            listed.levels[level] = _level(replaced)
        start = _value(override, "startOverride")
        if start:
            listed.restarts[level] = _whole(start)


def _levels(pattern: etree._Element) -> dict[int, Level]:
    found = {_whole(_attribute(level, "ilvl")): _level(level) for level in pattern.iterchildren(qualified("lvl"))}
    return {number: level for number, level in found.items() if number < LEVELS}


def _level(level: etree._Element) -> Level:
    legal = level.find(qualified("isLgl"))
    return Level(
        written=_value(level, "numFmt") or "decimal",
        pattern=_value(level, "lvlText"),
        start=_whole(_value(level, "start") or "1"),
        legal=legal is not None and _attribute(legal, "val") not in {"0", "false"},
        style=_value(level, "pStyle"),
    )


def _count(listed: _List, level: int) -> None:
    """One more at this level; the levels below begin again, those above begin if they have not."""
    counts = listed.counts
    for above in range(level):
        if counts[above] is None and above in listed.levels:
            counts[above] = listed.levels[above].start
    restart = listed.restarts.pop(level, None)
    before = counts[level]
    counts[level] = restart if restart is not None else listed.levels[level].start if before is None else before + 1
    counts[level + 1 :] = [None] * (LEVELS - level - 1)


def _label(listed: _List, level: int) -> str:
    own = listed.levels[level]
    if own.written in {"bullet", "none"}:
        return ""

    def written(place: re.Match[str]) -> str:
        other = int(place[1]) - 1
        count = listed.counts[other]
        if other > level or count is None or other not in listed.levels:
            return ""
        return write_number(count, "decimal" if own.legal else listed.levels[other].written)

    return _PLACE.sub(written, own.pattern).strip()


def write_number(count: int, written: str) -> str:
    """A count in one of Word's ways of writing numbers; digits for the ways no Chinese document uses."""
    if written in _WAYS:
        return _WAYS[written](count)
    return str(count)


def _chinese(count: int) -> str:
    if not 0 < count < 10_000:
        return str(count)
    text, zeros = "", False
    for unit, sign in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit, count = divmod(count, unit)
        if digit:
            text += ("〇" if zeros and text else "") + _CHINESE[digit] + sign
            zeros = False
        else:
            zeros = True
    return text.replace("〇", "零").removeprefix("一") if text.startswith("一十") else text.replace("〇", "零")


def _letters(count: int) -> str:
    return chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1) if 0 < count < 1000 else str(count)


def _roman(count: int) -> str:
    text = ""
    for value, sign in (
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ):
        repeated, count = divmod(count, value) if count < 4000 else (0, count)
        text += sign * repeated
    return text


def _in_block(first: str) -> Callable[[int], str]:
    return lambda count: chr(ord(first) + count - 1) if 1 <= count <= 20 else str(count)


_WAYS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "taiwaneseCounting"), _chinese),
    **dict.fromkeys(("taiwaneseCountingThousand", "koreanCounting"), _chinese),
    "ideographDigital": lambda count: "".join(_CHINESE[int(digit)] for digit in str(count)),
    "decimalZero": lambda count: f"{count:02d}",
    "decimalFullWidth": lambda count: str(count).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
    "decimalEnclosedCircle": _in_block("①"),
    "decimalEnclosedCircleChinese": _in_block("①"),
    "decimalEnclosedParen": _in_block("⑴"),
    "decimalEnclosedFullstop": _in_block("⒈"),
    "lowerLetter": _letters,
    "upperLetter": lambda count: _letters(count).upper(),
    "lowerRoman": _roman,
    "upperRoman": lambda count: _roman(count).upper(),
}


def _numbering(properties: etree._Element | None) -> tuple[str, int | None]:
    found = properties.find(qualified("numPr")) if properties is not None else None
    if found is None:
        return "", None
    level = _value(found, "ilvl")
    return _value(found, "numId"), min(_whole(level), LEVELS - 1) if level else None


def _value(element: etree._Element | None, tag: str) -> str:
    child = element.find(qualified(tag)) if element is not None else None
    return _attribute(child, "val") if child is not None else ""


def _attribute(element: etree._Element, name: str) -> str:
    return element.get(qualified(name)) or ""


def _whole(written: str) -> int:
    return int(written) if written.isdecimal() and len(written) < 7 else 0
