"""What a document says about itself: title, issuer, number, year of the plan and date, read from head and foot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import PurePath

from kpi.documents.rules import ClauseSpan, split_clauses
from kpi.documents.rules_dates import DATE, PLAN_WORDS, read_date, year_of


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

_BRACKETED_TAIL = r"(?:[(（][^()（）]{1,20}[)）])*"
_TITLE = re.compile(rf"[^。；;！？!?|：:]{{2,{LONGEST_TITLE}}}(?:{PLAN_WORDS}){_BRACKETED_TAIL}")
_NOTICE = re.compile(r"(?P<issuer>[^。；;]{0,60}?)(?:关于)?(?:印发|下发|转发|公布|发布|做好)(?P<title>.{4,80}?)的通知")
_NOT_A_TITLE = re.compile("现将|现|各|为|根据|按照|附件|依据|经|请|关于印发|第|结合|落实|完成|首页|当前位置|来源|索引")
_YEARS_BELOW = re.compile(r"[(（]\s*(?:19|20)\d\d\s*年?\s*[-—－–~～至]+\s*(?:19|20)\d\d\s*年?\s*[)）]")
_REGION = re.compile("[\u4e00-\u9fff]{1,8}?[省市县区州旗盟]")
_GENERAL = re.compile(rf"(?:主要|重点|工作|具体|年度|任务|目标|建设|发展|考核){{0,3}}(?:{PLAN_WORDS}|分解|表){{1,3}}")
"""主要指标, 任务清单: the name of a sheet or a table, a title only where there is no better one."""
_OF_A_MEETING = re.compile("会议|文件|大会|公报|门户|网站")

_ORGANISATION = re.compile(
    r"[\u4e00-\u9fff（）()、]{2,40}?"
    "(?:委员会|人民政府|国务院|办公厅|办公室|卫生健康委|卫健委|卫生计生委|领导小组|管理局|局|厅|委|中心|部)"
)
_PERSONS_ADDRESSED = re.compile("^(?:各|有关|市级|县级|区级|省级)")
_NUMBER = re.compile(
    r"(?P<body>[\u4e00-\u9fff]{1,15})\s*[〔﹝［\[【(（]\s*(?P<year>\d{4})\s*[〕﹞］\]】)）]\s*(?P<count>第?\s*\d{1,5})\s*号"
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
    end = _end_without_notes(text)
    foot = _lines(text[max(head_end, end - FOOT) : end])
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


def _end_without_notes(text: str) -> int:
    """Where the text ends when the lines 注：… below the signature are left out."""
    end = len(text)
    while (line_end := text.rfind("\n", 0, end)) >= 0 and text.startswith("注：", line_end + 1):
        end = line_end
    return end


def is_same_plan(one: DocumentFacts, other: DocumentFacts) -> bool:
    """Whether two files are editions of one document: same title, and no other number, issuer or year."""
    pairs = ((one.number, other.number), (one.issuer, other.issuer), (one.plan_year, other.plan_year))
    return bool(one.title) and one.title == other.title and all(a == b or not a or not b for a, b in pairs)


def names_facts(line: str) -> bool:
    """Whether a line of a page's head carries a labelled fact: 发文字号：…, 发布日期 2026-03-10."""
    return any(value for _, value in _pairs(line))


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
    own = [
        _begun_above(head[:index], line) + line + _years_below(head[index + 1 :])
        for index, line in enumerate(head)
        if _TITLE.fullmatch(line) and not _NOT_A_TITLE.match(line)
    ]
    if own:
        return next((title for title in own if not _GENERAL.fullmatch(title)), own[0])
    for line in _unbroken(head):
        notice = _NOTICE.search(line)
        if notice:
            return _BLANKS.sub("", notice["title"]).strip("《》〈〉")
    return next((line for line in head if 4 <= len(line) <= LONGEST_TITLE and _could_be_title(line)), "")


def _begun_above(above: Sequence[str], line: str) -> str:
    """The first line of a title set in two: 云岭市“十五五” / 卫生健康发展规划; or whose 2026年工作要点 it is."""
    before = above[-1] if above else ""
    if not before or _REGION.match(line):
        return ""
    if _is_organisation(before):
        return before if re.match(r"\d{4}年(?:度)?(?:工作)?要点", line) else ""
    begins = _REGION.match(before) and _could_be_title(before) and not _OF_A_MEETING.search(before)
    return before if begins and not _NUMBER.search(before) and len(before) + len(line) <= LONGEST_TITLE else ""


def _years_below(below: Sequence[str]) -> str:
    """（2026—2030年） on a line of its own."""
    return below[0] if below and _YEARS_BELOW.fullmatch(below[0]) else ""


def _unbroken(head: Sequence[str]) -> Iterator[str]:
    """The lines, a notice's heading that was set in two lines as one."""
    for index, line in enumerate(head):
        is_broken = "关于" in line and "通知" not in line
        yield "".join(head[index : index + 2]) if is_broken else line


def _could_be_title(line: str) -> bool:
    return not re.search("[。；：:|]", line) and not _is_organisation(line) and not DATE.match(line)


def _is_organisation(line: str) -> bool:
    return bool(_ORGANISATION.fullmatch(_BLANKS.sub("", line))) and not _PERSONS_ADDRESSED.match(line)


def _issuer(labels: dict[str, str], head: Sequence[str], foot: Sequence[str], title: str) -> str:
    signed = _signature(head) or _signature(foot)
    if signed:
        return signed
    for label in _LABELS["issuer"]:
        if label in labels and _is_organisation(labels[label]):
            return labels[label]
    for line in (*_unbroken(head), title):
        names = line.split()
        if len(names) > 1 and all(map(_is_organisation, names)):
            return "、".join(names)
        notice = _NOTICE.match(line)
        if notice and _is_organisation(notice["issuer"]):
            return _BLANKS.sub("", notice["issuer"])
        named = _ORGANISATION.match(line)
        if named and _is_whole_name(line, named.end()):
            return named[0]
    return ""


def _is_whole_name(line: str, end: int) -> bool:
    """The name fills the line, or is followed by 关于 or a year: 某市卫生健康委员会2026年工作要点."""
    rest = line[end:].strip()
    if _PERSONS_ADDRESSED.match(line):
        return False
    return not rest or bool(re.match(r"(?:关于|\d{4}年)", rest))


def _signature(lines: Sequence[str]) -> str:
    """The organisations signed above a date, or in front of it on the same line."""
    for index, line in enumerate(lines):
        found = DATE.search(line)
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
        found = DATE.search(line)
        alone = (
            found
            and sum(bool(cell.strip()) for cell in line.split("|")) == 1  # no cell of a table
            and len(line) - (found.end() - found.start()) <= LONGEST_TITLE // 2
            and "。" not in line
        )
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
