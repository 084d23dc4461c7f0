"""When a target is due: from the phrase, the clause, the heading and the document's title, in that order."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from kpi.extraction.numerals import read_numeral

FIVE_YEAR_PLANS = {"十一五": 2010, "十二五": 2015, "十三五": 2020, "十四五": 2025, "十五五": 2030, "十六五": 2035}
"""Name of a five-year plan → the year it ends."""

QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4}


@dataclass(frozen=True)
class Horizon:
    """What the whole document says about time: the year of the plan, and the year it runs to."""

    plan_year: int | None
    last_year: int | None

    @property
    def due(self) -> date | None:
        year = self.last_year or self.plan_year
        return date(year, 12, 31) if year else None


@dataclass(frozen=True)
class When:
    """A date expression at text[start:end] of a paragraph.

    long      it names a year or a plan period, and so holds for what follows in the paragraph
    basis     it is the year something is compared with (较2020年), not a deadline
    years     how many years it spans (2022年至2024年)
    """

    start: int
    end: int
    due: date
    long: bool
    basis: bool = False
    years: int = 1


_CN = r"[一二两三四五六七八九十]"
_YEAR = r"(?<!\d)(?P<year>20[0-5]\d)"
_WHEN = re.compile(
    rf"""
    (?P<span>(?<!\d)(?P<since>20[0-5]\d)年?[-~至到](?P<until>20[0-5]\d)年)(?:期间|间)?
    | {_YEAR}(?:
          年(?P<ymonth>\d{{1,2}})月(?P<yday>\d{{1,2}}日|底|末|份|上旬|中旬|下旬)?(?:之前|以前|前|内)?
        | 年(?:(?P<yhalf>上半年|下半年)|第?(?P<yquarter>[一二三四1-4])季度)
        | 年?(?:、|和|及|以及)(?=20[0-5]\d年)
        | 年(?!代|级|款|版|来)(?:底|末|年底|年末|内|底前|末前|终)?(?:之前|以前|前)?
      )
    | (?P<next>明年|明后两年|后年)(?:底|末)?(?:前)?
    | (?P<this>今年|本年度|本年|年内|当年内|全年|年底|年末|年终)(?:底|末|内)?(?:之前|以前|前)?
    | (?P<half>上半年|下半年)(?:底|末)?(?:之前|前|内)?
    | (?:第)?(?P<quarter>[一二三四1-4])季度(?:底|末)?(?:之前|前|内)?
    | (?<![\d年个])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月
        (?P<day>\d{{1,2}}日|底|末|份|上旬|中旬|下旬)?(?P<before>之前|以前|前|内|完成)?
    | (?:用|未来|今后|力争|争取|经过|计划|利用|通过)(?:今后|未来)?(?:[1-9一二两三四五]?[-~到至])?
        (?P<years>[1-9]|{_CN})(?:到\w)?(?:年左右|年时间|年的时间|年内|年的努力|年努力|年)(?!行动|计划|规划|攻坚)
    | (?<![\d第每近过前])(?:[1-9一二两三四五]?[-~到至])?(?P<within>[1-9]|{_CN})年(?:以内|之内|内|时间内)
    | “?(?P<plan>十[一二三四五六]五)(?!”?(?:规划)?(?:良好)?(?:开局|开好局|起步|起好步|首年|第一年))
        ”?(?:规划)?(?:时期|期间|期|时|规划期)?(?:末|内|期末|末期)?
    | (?P<horizon>(?:到)?(?:规划|计划|本规划|纲要)?期末|规划期内|本届政府任期内|任期内)
    """,
    re.VERBOSE,
)
_BASIS_BEFORE = re.compile(
    r"(?:较之|较|比|以|由|从|自|相比|同比|与|相对|是|比照|对比|达到|高于|低于|在|超过|接近)(?:全?[省市国县区]?)$"
)
_BASIS_AFTER = re.compile(
    r"(?:度)?(?:以来|的?(?:年)?(?:基础|基数|同期|水平|相比|实际|的\d|为基期|为基数|翻|增长\d|提高\d|下降\d|降低\d|减少\d))|的(?=[\d百一二三四五六七八九十])"
)
_STRICT_BASIS = re.compile(r"(?:较之|较|比|由|从|自|相比|同比|对比|与|以)(?:全?[省市国县区]?)$")
_MOVES_TO = re.compile(r"(?:提高|提升|增加|增长|上升|下降|降低|减少|缩短|扩大|压缩|压减|发展|延长)(?:到|至)(?:了)?$")
_TIMES = re.compile(r"的?[\d.一二两三四五]+(?:\.\d+)?(?:倍|%左右水平)|的?(?:水平|基数)")
_ANCHOR = re.compile("年|月|季度|十[一二三四五六]五|期末|任期内|规划期内")
REACH = 16
"""No date expression is longer than this on either side of its anchor."""
_NUMERIC = re.compile(r"(20[0-5]\d)[-./](\d{1,2})(?:[-./](\d{1,2}))?")
_BOOK = re.compile(r"《[^《》]{0,80}》?")
_TITLE_RANGE = re.compile(r"(20[0-5]\d)年?[-~至到](20[0-5]\d)")
_TITLE_DUE = re.compile(r"(20[0-5]\d)年以?前")
_TITLE_PLAN = re.compile(r"十[一二三四五六]五")
_TITLE_YEARS = re.compile(
    r"(?<!\d)([1-9]|[一二两三四五六七八九十])年(?:行动|攻坚|提升|计划|规划|实施|倍增|工作|建设|发展|专项)"
)
_AIMED_YEAR = re.compile(r"(?<!\d)(20[0-5]\d)年[^，。；]{0,20}(?:目标|任务|计划)")
_AIMED_BY = re.compile(r"到(20[0-5]\d)年(?:底|末)?(?:[，,]|将)")
_YEARLY = re.compile(r"20[0-5]\d年?(?:度|全[省市县区])?[^（(]{0,24}(?:要点|计划|任务|安排|清单|实事|报告|目标|方案)")
_TITLE_YEAR = re.compile(r"(?<!\d)(20[0-5]\d)(?!\d)")


def horizon_of(title: str, plan_year: int | None) -> Horizon:
    """The plan's year and its last year, from a title such as 妇女发展规划(2021-2030年) or 三年行动计划."""
    spans = _TITLE_RANGE.search(title)
    if spans and int(spans[1]) < int(spans[2]):
        first, last = int(spans[1]), int(spans[2])
        return Horizon(plan_year if plan_year and first <= plan_year < last else first, last)
    due = _TITLE_DUE.search(title)
    if due and plan_year and plan_year < int(due[1]):
        return Horizon(plan_year, int(due[1]))
    years = [int(year) for year in _TITLE_YEAR.findall(title)]
    plan_year = plan_year or (years[0] if years else None)
    five = _TITLE_PLAN.search(title)
    if five and (plan_year is None or plan_year <= FIVE_YEAR_PLANS[five[0]]):
        last = FIVE_YEAR_PLANS[five[0]]
        return Horizon(plan_year if plan_year and plan_year < last else last - 4, last)
    several = _TITLE_YEARS.search(title)
    if several and plan_year:
        count = read_numeral(several[1])
        return Horizon(plan_year, plan_year + int(count) - 1 if count else plan_year)
    return Horizon(plan_year, plan_year)


def horizon_in(opening: str, title: str, horizon: Horizon) -> Horizon:
    """A title that names no year of its own leaves it to the opening: 到2025年，体系基本健全; 2024年主要目标是…."""
    if horizon.plan_year is None:
        named = _AIMED_YEAR.search(opening)
        return Horizon(int(named[1]), int(named[1])) if named else horizon
    if _YEARLY.search(title) or horizon.last_year != horizon.plan_year:
        return horizon
    aimed = _AIMED_BY.search(opening)
    later = aimed and horizon.plan_year < int(aimed[1]) <= horizon.plan_year + 10
    return Horizon(horizon.plan_year, int(aimed[1])) if aimed and later else horizon


def moments(text: str, horizon: Horizon) -> list[When]:
    """All date expressions of a paragraph; titles of other documents (《…》) are passed over."""
    books = [found.span() for found in _BOOK.finditer(text)] if "《" in text else []
    read: list[When] = []
    for start, end in _windows(text):
        for found in _WHEN.finditer(text, start, end):
            if any(opening <= found.start() < closing for opening, closing in books):
                continue
            due, long = _due(found, horizon)
            if due is not None:
                years = due.year - int(found["since"]) + 1 if found["since"] else 1
                read.append(When(found.start(), found.end(), due, long, _is_basis(text, found), years))
    return read


def due_in_cell(text: str, horizon: Horizon) -> date | None:
    """The deadline of a cell headed 完成时限: its last date, also one written 2026-10-31 or 2026.10."""
    written = _NUMERIC.fullmatch(text)
    if written:
        return _end(int(written[1]), int(written[2]), int(written[3]) if written[3] else None)
    dates = moments(text, horizon)
    return dates[-1].due if dates else None


def each_year(span: When) -> list[When]:
    """2022年至2024年 → the ends of its three years."""
    first = span.due.year - span.years + 1
    return [replace(span, due=span.due.replace(year=first + at)) for at in range(span.years)]


def _windows(text: str) -> list[tuple[int, int]]:
    """Where dates can stand: around the words that every date expression has one of."""
    windows: list[tuple[int, int]] = []
    for found in _ANCHOR.finditer(text):
        start, end = max(0, found.start() - REACH), min(len(text), found.end() + REACH)
        if windows and start <= windows[-1][1]:
            windows[-1] = (windows[-1][0], end)
        else:
            windows.append((start, end))
    return windows


def _is_basis(text: str, found: re.Match[str]) -> bool:
    if not (found["year"] or found["plan"] or found["this"]):
        return False
    before = text[max(0, found.start() - 6) : found.start()]
    if _STRICT_BASIS.search(before):
        return True
    if _MOVES_TO.search(before) and not _TIMES.match(text, found.end()):
        return False
    return bool(_BASIS_AFTER.match(text, found.end()))


def _due(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    for group, reader in _READERS:
        if found[group]:
            return reader(found, horizon)
    return None, False


def _end(year: int | None, month: int = 12, day: int | None = None) -> date | None:
    if year is None or not 1 <= month <= 12:
        return None
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(day or last, last))


def _by_until(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(int(found["until"])), True


def _by_year_month(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    day = found["yday"]
    return _end(int(found["year"]), int(found["ymonth"]), _day(day)), False


def _by_year_half(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(int(found["year"]), 6 if found["yhalf"] == "上半年" else 12), False


def _by_year_quarter(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(int(found["year"]), QUARTERS[found["yquarter"]] * 3), False


def _by_year(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(int(found["year"])), True


def _by_next(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    ahead = 1 if found["next"] == "明年" else 2
    return _end(horizon.plan_year + ahead if horizon.plan_year else None), True


def _by_this(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(horizon.plan_year), False


def _by_half(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(horizon.plan_year, 6 if found["half"] == "上半年" else 12), False


def _by_quarter(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(horizon.plan_year, QUARTERS[found["quarter"]] * 3), False


def _by_month(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    if not (found["day"] or found["before"]):
        return None, False
    month = read_numeral(found["month"])
    return _end(horizon.plan_year, int(month) if month else 0, _day(found["day"])), False


def _day(written: str | None) -> int | None:
    if not written:
        return None
    return {"上旬": 10, "中旬": 20}.get(written) or (int(written[:-1]) if written[0].isdigit() else None)


def _by_years(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    count = read_numeral(found["years"] or found["within"])
    if horizon.plan_year is None or not count or count > 15:
        return None, False
    return _end(horizon.plan_year + int(count) - 1), True


def _by_plan(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return _end(FIVE_YEAR_PLANS.get(found["plan"])), True


def _by_horizon(found: re.Match[str], horizon: Horizon) -> tuple[date | None, bool]:
    return horizon.due, True


_READERS: Sequence[tuple[str, Callable[[re.Match[str], Horizon], tuple[date | None, bool]]]] = (
    ("until", _by_until),
    ("ymonth", _by_year_month),
    ("yhalf", _by_year_half),
    ("yquarter", _by_year_quarter),
    ("year", _by_year),
    ("next", _by_next),
    ("this", _by_this),
    ("half", _by_half),
    ("quarter", _by_quarter),
    ("month", _by_month),
    ("years", _by_years),
    ("within", _by_years),
    ("plan", _by_plan),
    ("horizon", _by_horizon),
)
