"""What the columns of a table are: names, units, baselines, targets, natures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from functools import lru_cache

from kpi.extraction.deadlines import FIVE_YEAR_PLANS, Horizon
from kpi.extraction.measures import unit_of


class Role(StrEnum):
    INDEX = "index"
    CATEGORY = "category"
    NAME = "name"
    UNIT = "unit"
    YEAR = "year"
    BASE = "base"
    TARGET = "target"
    GROWTH = "growth"
    NATURE = "nature"
    DUE = "due"
    OTHER = "other"


ROLES: tuple[tuple[Role, str], ...] = (
    (Role.OTHER, r"责任|牵头|配合|主管|部门|备注|说明|来源|依据|责任人|完成情况|口径|负责|分管|科室|处室|领导|分值|"
        r"得分|权重"),
    (Role.INDEX, r"序号|编号|序|No\.?|#"),
    (Role.NATURE, r"(?:指标)?(?:属性|性质|类型)|属性|性质"),
    (Role.UNIT, r"(?:计量|指标)?单位"),
    (Role.DUE, r"完成时[限间]|时[限间](?:要求|节点)?|时间节点|完成期限|进度安排"),
    (Role.GROWTH, r".{0,8}(?:年均|累计|增速|增长|增幅|年增|变化).{0,8}"),
    (Role.YEAR, r"(?:到|至)?20\d\d(?:年)?(?:底|末)?(?:[（(]?(?P<what>目标|目标值|规划目标|规划目标值|预期目标|预期|"
        r"预期值|计划|任务|指标值|指标|实际|实际值|实绩|基期|基期值|现状|现状值|基线|基数|完成|完成值|完成数|预计|"
        r"初值|水平|值|年值|数值)?[）)]?)(?:[（(][^（）()]{1,8}[）)])?"),
    (Role.BASE, r"(?:基期|基线|现状|基础|当前|目前|上年|去年|基准|起始|起点|“?十[二三四]五”?末?(?:实际|完成|"
        r"现状))(?:值|数|水平|情况|年|实际|完成|完成值|数值)*"),
    (Role.TARGET, r"(?:.{0,10}(?:目标值|目标|任务数|计划数|预期值|目标任务|目标要求|期末值|指标值|计划值|规划值|"
        r"任务量|建设数量|数量|任务指标|年度任务|工作目标|预期性目标))|“?十[三四五六]五”?(?:期)?末?"),
    (Role.NAME, r"(?:.{0,8}指标(?:名称|内容|项目)?)|名称|项目|项目名称|内容|任务|工作任务|重点任务|主要任务|"
        r"工作内容|任务内容|建设内容|任务名称|事项|目标名称"),
    (Role.CATEGORY, r"领域|类别|类型|分类|维度|方面|大类|板块|一级指标|二级指标|层面"),
)  # fmt: skip
"""Role of a column → how its head is written. Read from the top: the first that fits wins."""

_ROLES = [(role, re.compile(f"(?:{pattern})$")) for role, pattern in ROLES]
_REMARK = re.compile(r"[（\[](?P<inner>[^（）\[\]]*)[）\]]$")
_YEAR = re.compile(r"20\d\d")
_AIMED = re.compile(r"目标|计划|任务|预期|指标值")
_KNOWN = re.compile(r"实际|实绩|基期|现状|基线|基数|完成|初值|水平")
_EXPLAINED = re.compile(r"（[^（）]{8,}）$")
_YEARLY = re.compile(r"(?!.*累计).*(?:年均|年增|增[长速幅])")
_PLAN = re.compile(r"十[三四五六]五")
LONGEST_HEAD = 24
"""Of a head without its remark in brackets."""


@dataclass(frozen=True)
class Column:
    """What stands in a column; the year and the unit that its head names; whether growth is that of a year."""

    role: Role
    year: int | None = None
    unit: str = ""
    yearly: bool = False

    @property
    def end_of_year(self) -> date | None:
        return date(self.year, 12, 31) if self.year else None


@lru_cache(maxsize=4096)
def role_of(head: str) -> Role | None:
    """The role of a column head; None when it is no head at all."""
    head = re.sub(r"\s|<br/?>", "", head[: 2 * LONGEST_HEAD])
    bare = _REMARK.sub("", head)
    if not 0 < len(bare) <= LONGEST_HEAD:
        return None
    for written in (head, bare):
        for role, pattern in _ROLES:
            if pattern.match(written):
                return role
    return None


def looks_like_header(heads: Sequence[str]) -> bool:
    """A header names the thing measured and at least one column of values."""
    roles = [role_of(head) for head in heads]
    known = [role for role in roles if role is not None]
    if len(known) < 2 or len(known) * 3 < len(roles) * 2:
        return False
    named = (
        Role.NAME in known
        or (Role.CATEGORY in known and Role.YEAR in known)
        or (known.count(Role.TARGET) >= 1 and Role.YEAR in known)
    )
    return named and any(role in {Role.YEAR, Role.TARGET} for role in known)


def columns_of(heads: Sequence[str], horizon: Horizon) -> list[Column]:
    """The columns of a header, years told apart into where things stand and where they are to go."""
    plain = [re.sub(r"\s", "", head) for head in heads]
    columns = [_column(head) for head in plain]
    years = [(at, column.year) for at, column in enumerate(columns) if column.role is Role.YEAR and column.year]
    bases = _base_years([year for _, year in years if year], plain, columns, horizon)
    for at, year in years:
        bare = _EXPLAINED.sub("", plain[at])
        known, aimed = _KNOWN.search(bare), _AIMED.search(bare)
        base = bool(known) or (year in bases and not (aimed and _is_aim(year, horizon)))
        columns[at] = replace(columns[at], role=Role.BASE if base else Role.TARGET)
    return _only_one_name(columns)


def _is_aim(year: int | None, horizon: Horizon) -> bool:
    """A year before the plan is where things stood, whatever heading spans it."""
    return not (year and horizon.plan_year and year < horizon.plan_year)


def _column(head: str) -> Column:
    role = role_of(head) or Role.OTHER
    years = _YEAR.findall(_REMARK.sub("", head)) or _YEAR.findall(head)
    plan = _PLAN.search(head) if role in {Role.TARGET, Role.BASE} else None
    remark = _REMARK.search(head)
    unit = remark["inner"] if remark and unit_of(remark["inner"]) else ""
    last_year = int(years[-1]) if years else FIVE_YEAR_PLANS[plan[0]] if plan else None
    return Column(role, last_year, unit, yearly=bool(_YEARLY.match(head)))


def _base_years(years: list[int], heads: list[str], columns: list[Column], horizon: Horizon) -> set[int]:
    """Years before the plan are where things stood; without any, the first of several is."""
    if any(column.role is Role.BASE for column in columns):
        return {year for year in years if horizon.plan_year and year < horizon.plan_year}
    if horizon.plan_year:
        before = {year for year in years if year < horizon.plan_year}
        if before:
            return before
    targets = any(column.role is Role.TARGET for column in columns)
    if len(years) >= 2 or (targets and years):
        return {min(years)} if not targets or len(years) == 1 else set()
    return set()


def _only_one_name(columns: list[Column]) -> list[Column]:
    """Of several columns that could be the name, the last is the name and the others are headings of it."""
    places = [at for at, column in enumerate(columns) if column.role is Role.NAME]
    for at in places[:-1]:
        columns[at] = Column(Role.CATEGORY)
    return columns
