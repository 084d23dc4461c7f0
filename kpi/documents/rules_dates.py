"""Years and dates as titles and signatures write them."""

from __future__ import annotations

import re
from datetime import date

from kpi.documents.rules import chinese_count

PLAN_WORDS = (
    "工作要点|要点|规划纲要|规划|纲要|计划|方案|任务清单|清单|任务|实施意见|意见|工作安排|安排|办法|细则|"
    "任务分解表|指标体系|主要指标|目标|指标|实事|实事项目|工作报告|报告"
)
"""How the title of a plan ends."""
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?=\s*(?:年|[-—－–~～至]))")
_YEAR_OF_PLAN = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)年(?:(?!\d{{4}}).)*?(?:{PLAN_WORDS})"
)  # after 2025年…总结和
_CHINESE_YEAR = re.compile("[二一][〇零○О0九][〇零○О0一二三四五六七八九]{2}(?=年)")
_FIVE_YEARS = re.compile("十(?P<which>[一二三四五六七])(?:五|个五年)")
_OUTLOOK = re.compile(r"(?:19|20)\d\d年(?:远景目标|以?前)")
"""A year that a plan looks ahead to (2030年前碳达峰方案) is not the year it is of."""
DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})(?:\s*日)?(?!\d)"
    r"|(?<!\d)(?P<us_month>\d{1,2})/(?P<us_day>\d{1,2})/(?P<us_year>(?:19|20)\d\d)"
    r"|(?P<c_year>[二一][〇零○О0一二三四五六七八九]{3})年(?P<c_month>[一二三四五六七八九十]{1,2})月(?P<c_day>[一二三四五六七八九十]{1,3})日"
)
_ZEROS = str.maketrans("零○О0", "〇〇〇〇")


def year_of(title: str) -> int | None:
    """The year a title names: 2026年…要点, the first of …规划（2021—2025年）; “十四五” begins in 2021."""
    title = _CHINESE_YEAR.sub(lambda found: _year_in_digits(found[0]), title)
    title = _OUTLOOK.sub("", title)
    found = _YEAR_OF_PLAN.search(title) or _YEAR.search(title)
    if found:
        return int(found["year"])
    plan = _FIVE_YEARS.search(title)
    return 2006 + 5 * (chinese_count(plan["which"]) - 1) if plan else None


def _year_in_digits(written: str) -> str:
    """二〇二五 → 2025."""
    return "".join(str("〇一二三四五六七八九".find(sign.translate(_ZEROS))) for sign in written)


def read_date(written: str) -> date | None:
    """The first date in 2026年3月20日, 2026-03-20, 3/20/2026 (month first) or 二〇二六年三月二十日."""
    found = DATE.search(written)
    if not found:
        return None
    if found["c_year"]:
        year = int(_year_in_digits(found["c_year"]))
        parts = (year, chinese_count(found["c_month"]), chinese_count(found["c_day"]))
    elif found["us_year"]:
        parts = (int(found["us_year"]), int(found["us_month"]), int(found["us_day"]))
    else:
        parts = (int(found["year"]), int(found["month"]), int(found["day"]))
    try:
        return date(*parts)
    except ValueError:
        return None
