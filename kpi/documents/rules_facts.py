"""What a document says about itself: title, issuer, number, year of the plan and date, read from head and foot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from kpi.documents.rules import ClauseSpan, chinese_count, split_clauses


@dataclass(frozen=True)
class DocumentFacts:
    """Empty or None where the text does not say; a person can correct all of them."""

    title: str
    issuer: str
    number: str
    plan_year: int | None
    published_on: date | None


HEAD = 3000
FOOT = 600
LONGEST_TITLE = 60

_PLAN_WORDS = (
    "工作要点|要点|规划纲要|规划|纲要|计划|方案|任务清单|清单|任务|实施意见|意见|工作安排|安排|办法|细则|"
    "任务分解表|指标体系|主要指标|目标|指标|实事|实事项目|工作报告|报告"
)
_BRACKETED_TAIL = r"(?:[(（][^()（）]{1,20}[)）])*"
_TITLE = re.compile(rf"[^。；;！？!?|：:]{{2,{LONGEST_TITLE}}}(?:{_PLAN_WORDS}){_BRACKETED_TAIL}")
_NOTICE = re.compile(r"(?P<issuer>[^。；;]{0,60}?)(?:关于)?(?:印发|下发|转发|公布|发布|做好)(?P<title>.{4,80}?)的通知")
_NOT_A_TITLE = re.compile("现将|现|各|为|根据|按照|附件|依据|经|请|关于印发|第|结合|落实|完成|首页|当前位置|来源|索引")
_YEAR = re.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)(?=\s*(?:年|[-—－–~～至]))")
_YEAR_OF_PLAN = re.compile(
    rf"(?<!\d)(?P<year>(?:19|20)\d\d)年(?:(?!\d{{4}}).)*?(?:{_PLAN_WORDS})"
)  # after 2025年…总结和
_CHINESE_YEAR = re.compile("[二一][〇零○О0九][〇零○О0一二三四五六七八九]{2}(?=年)")
_FIVE_YEARS = re.compile("[“\"']?十(?P<which>[一二三四五六七])五[”\"']?")

_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff（）()、]{2,40}?"
    "(?:委员会|人民政府|国务院|办公厅|办公室|卫生健康委|卫健委|卫生计生委|领导小组|管理局|局|厅|委|中心|部)"
)
_PERSONS_ADDRESSED = re.compile("^(?:各|有关|市级|县级|区级|省级)")
_NUMBER = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{1,15})\s*[〔﹝［\[【(（]\s*(?P<year>\d{4})\s*[〕﹞］\]】)）]\s*(?P<count>第?\s*\d{1,5})\s*号"
)
_DATE = re.compile(
    r"(?P<year>(?:19|20)\d\d)\s*[年./-]\s*(?P<month>\d{1,2})\s*[月./-]\s*(?P<day>\d{1,2})(?:\s*日)?(?!\d)"
    r"|(?<!\d)(?P<us_month>\d{1,2})/(?P<us_day>\d{1,2})/(?P<us_year>(?:19|20)\d\d)"
    r"|(?P<c_year>[二一][〇零○О0一二三四五六七八九]{3})年(?P<c_month>[一二三四五六七八九十]{1,2})月(?P<c_day>[一二三四五六七八九十]{1,3})日"
)
_LABELS = {
    "number": ("发文字号", "文件编号", "文件字号", "文号", "发文文号"),
    "issuer": (
        "发布机构",
        "发文机关",
        "发文机构",
        "制发机关",
        "发文单位",
        "机构名称",
        "发布单位",
        "发布",
        "信息来源",
        "来源",
    ),
    "date": ("发布日期", "发布时间", "公开日期", "成文日期", "发文日期", "印发日期", "生成日期", "日期", "时间"),
    "other": (
        "索引号",
        "主题分类",
        "组配分类",
        "公开形式",
        "公开方式",
        "公开范围",
        "有效性",
        "主题词",
        "公开类别",
        "名称",
        "标题",
    ),
}
_ALL_LABELS = {label for labels in _LABELS.values() for label in labels}
_ANY_LABEL = "|".join(sorted(_ALL_LABELS, key=len, reverse=True))
_LABELLED = re.compile(
    rf"(?<![\u4e00-\u9fff])(?P<label>{_ANY_LABEL})(?:\s*[:：]\s*|\s+(?=\d{{4}}))"
    rf"(?P<value>.*?)(?=\s+(?:{_ANY_LABEL})(?:\s|[:：])|\s{{2,}}|\||$)"
)
_BLANKS = re.compile(r"\s+")


def facts_of(text: str, file_name: str = "") -> DocumentFacts:
    """Read from the head, before the first clause, and from the foot; the file's name stands in for a title."""
    head_end = next(
        (clause.start for clause in split_clauses(text[:HEAD]) if clause.level and not _is_label(clause)), HEAD
    )
    head = _lines(text[:head_end])
    foot = _lines(text[max(head_end, len(text) - FOOT) :])
    labels = _labelled(head)
    published = _published(labels, head, foot)
    title = _title(head) or PurePath(file_name).stem
    number = _number(labels, head)
    return DocumentFacts(
        title=title,
        issuer=_issuer(labels, head, foot, title),
        number=number,
        plan_year=_plan_year(title, published, number),
        published_on=published,
    )


def is_same_plan(one: DocumentFacts, other: DocumentFacts) -> bool:
    """Whether two files are editions of one document: same title, and no other number, issuer or year."""
    pairs = ((one.number, other.number), (one.issuer, other.issuer), (one.plan_year, other.plan_year))
    return bool(one.title) and one.title == other.title and all(a == b or not a or not b for a, b in pairs)


def year_of(title: str) -> int | None:
    """The year a title names: 2026年…要点, the first of …规划（2021—2025年）; “十四五” begins in 2021."""
    title = _CHINESE_YEAR.sub(lambda found: _year_in_digits(found[0]), title)
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
    found = _DATE.search(written)
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


def names_facts(line: str) -> bool:
    """Whether a line of a page's head carries a labelled fact: 发文字号：…, 发布日期 2026-03-10."""
    return any(value for _, value in _pairs(line))


_ZEROS = str.maketrans("零○О0", "〇〇〇〇")


def _is_label(clause: ClauseSpan) -> bool:
    """附件 on the first line only says that the document below it is one."""
    return clause.start == 0 and clause.path.startswith("附件")


def _lines(text: str) -> list[str]:
    stripped = (line.strip(" \t\xa0\u3000•·#*\ufeff") for line in text.splitlines())
    return [line for line in stripped if line]


def _labelled(lines: Sequence[str]) -> dict[str, str]:
    """发文字号：… lines and 成文日期 | … cells; a label whose value is missing is left out."""
    found: dict[str, str] = {}
    for line in lines:
        for label, value in _pairs(line):
            if value and value not in _ALL_LABELS:
                found.setdefault(label, value)
    return found


def _pairs(line: str) -> Iterator[tuple[str, str]]:
    if "|" in line:
        cells = [_BLANKS.sub("", cell).rstrip(":：") for cell in line.split("|")]
        yield from ((label, value) for label, value in pairwise(cells) if label in _ALL_LABELS)
    yield from ((found["label"], found["value"]) for found in _LABELLED.finditer(line))


def _title(head: Sequence[str]) -> str:
    """A line that is the plan's own title; else what a notice says it issues; else the first short line."""
    for index, line in enumerate(head):
        if _TITLE.fullmatch(line) and not _NOT_A_TITLE.match(line):
            owner = head[index - 1] if index else ""
            return owner + line if re.match(r"\d{4}年(?:度)?(?:工作)?要点", line) and _is_organisation(owner) else line
    for index, line in enumerate(head):
        notice = _NOTICE.search("".join(head[index : index + 2]) if line.endswith(("印发", "下发")) else line)
        if notice:
            return _BLANKS.sub("", notice["title"]).strip("《》〈〉")
    return next((line for line in head if 4 <= len(line) <= LONGEST_TITLE and _could_be_title(line)), "")


def _could_be_title(line: str) -> bool:
    return not re.search("[。；：:|]", line) and not _is_organisation(line) and not _DATE.match(line)


def _is_organisation(line: str) -> bool:
    return bool(_ORGANISATION.fullmatch(_BLANKS.sub("", line))) and not _PERSONS_ADDRESSED.match(line)


def _issuer(labels: dict[str, str], head: Sequence[str], foot: Sequence[str], title: str) -> str:
    signed = _signature(head) or _signature(foot)
    if signed:
        return signed
    for label in _LABELS["issuer"]:
        if label in labels and _is_organisation(labels[label]):
            return labels[label]
    for line in (*head, title):
        notice = _NOTICE.match(line)
        named = _ORGANISATION.match(notice["issuer"]) if notice else _ORGANISATION.match(line)
        if named and _is_whole_name(line, named.end(), bool(notice)):
            return named[0]
    return ""


def _is_whole_name(line: str, end: int, is_notice: bool) -> bool:
    """The name fills the line, or is followed by 关于 or a year: 某市卫生健康委员会2026年工作要点."""
    rest = line[end:].strip()
    if _PERSONS_ADDRESSED.match(line):
        return False
    return not rest or (is_notice and rest.startswith("关于")) or bool(re.match(r"(?:关于|\d{4}年)", rest))


def _signature(lines: Sequence[str]) -> str:
    """The organisations signed above a date, or in front of it on the same line."""
    for index, line in enumerate(lines):
        found = _DATE.search(line)
        if not found or line[found.end() :].strip():
            continue
        before = _BLANKS.sub("", line[: found.start()])
        if before and _is_organisation(before):
            return before
        if not before:
            names: list[str] = []
            for above in reversed(lines[:index]):
                if not _is_organisation(above):
                    break
                names.insert(0, _BLANKS.sub("", above))
            if names:
                return "、".join(dict.fromkeys(names))
    return ""


def _number(labels: dict[str, str], head: Sequence[str]) -> str:
    """The document's own number, never one that a sentence cites."""
    for label in _LABELS["number"]:
        found = _NUMBER.search(labels.get(label, ""))
        if found:
            return _written(found)
    for line in head:
        found = _NUMBER.match(line)
        if found and not line[found.end() :].strip().startswith(("文", "）", ")", "》", "，", ",", "要求", "精神")):
            return _written(found)
    return ""


def _written(number: re.Match[str]) -> str:
    return f"{number['body']}〔{number['year']}〕{_BLANKS.sub('', number['count'])}号"


def _published(labels: dict[str, str], head: Sequence[str], foot: Sequence[str]) -> date | None:
    for label in _LABELS["date"]:
        day = read_date(labels.get(label, ""))
        if day:
            return day
    for line in (*head, *reversed(foot)):
        found = _DATE.search(line)
        alone = found and len(line) - (found.end() - found.start()) <= LONGEST_TITLE // 2 and "。" not in line
        day = read_date(line) if alone else None
        if day:
            return day
    return None


def _plan_year(title: str, published: date | None, number: str) -> int | None:
    named = year_of(title)
    if named is not None:
        return named
    if published:
        return published.year
    found = re.search(r"〔(\d{4})〕", number)
    return int(found[1]) if found else None
