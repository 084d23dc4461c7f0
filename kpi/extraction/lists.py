"""Lists of names: 孕产妇艾滋病、梅毒检测率 is two full names, built from what is said once."""

from __future__ import annotations

import re

from kpi.extraction import names
from kpi.extraction.words import POPULATIONS, SCOPES, any_of

_POPULATION = re.compile(rf"^(?:{any_of(SCOPES)})?(?:{any_of(POPULATIONS)})")
_RATE_HEAD = re.compile(
    r"[一-龥]{2}(?:率|度|量|总量|总额|浓度|强度)$|(?:占比|比例|比重|人数|数量|水平|覆盖面|人次|床位数|增加值|产值|收入|数)$"
)
_BRACKET = re.compile(r"（[^（）]*）")
_AND = r"(?:和(?!谐|睦|田)|与(?!会)|及(?!以[上下]|时|其|格|早))"
_SPLIT = re.compile(
    rf"、|以及(?!以)|(?<=[率例比重数]){_AND}|{_AND}(?=[^（）的]*(?:率|比例|比重|占比|数|人次|收入|总值|产值|增加值)$)"
)
_SPLIT_ALL = re.compile(rf"、|以及(?!以)|{_AND}")
_SPLITS = (_SPLIT_ALL, re.compile("、|以及(?!以)"), re.compile(_AND))
_PROPORTION = re.compile("[与和][^、与和]{2,12}(?:的?比例|之比|比)$")
"""保育人员与婴幼儿的比例 is one measure."""
_DOING = re.compile(r"(?<=[一-龥]{2})(?:达到|设置|设立|开展|建成|配备|建立|成为|提供|占).{2,20}(?:率|比例|比重|占比)$")
_OF_PERSONS = re.compile(r"(?<=[一-龥])(?:患者|病人|人群|学生).{2,14}(?:率|比例|占比|度|数)$")
_PER_PRODUCT = re.compile("单位(?:国内生产总值|地区生产总值|GDP|工业增加值|建筑面积)")
_AND_SUCH = re.compile("等(?=[一-龥]{2,6}$)")
_PER_PERSON = re.compile("[人户生]均[一-龥]{2,14}$")
_ONLY_PERSONS = re.compile(
    r"[一-龥\d-]{0,8}(?:患者|人群|儿童|妇女|老年人|学生|居民|职工|孕产妇|人员|婴幼儿|婴儿|新生儿)"
)
_INSTITUTION = re.compile("(?:[一二三]级(?:及)?以上)?[一-龥]{0,6}?(?:医院|医疗机构|卫生院|学校|养老机构|托育机构|企业)")
_SICK = re.compile("[一-龥]{2,10}?(?:感染者|患者|病人)")
_PLACE = re.compile(
    r"(?:(?:省|市|县|区|乡|镇|村|乡镇|街道|社区|城市|城区|农村|行政村|建制村|县城)(?:（[^（）]{1,6}）)?级?)+"
)
_MODIFIER = re.compile("[一-龥]{2}(?:性|型|类|化|级)?")
_LEVELS = re.compile(rf"(?:{_PLACE.pattern}、?)+[两二三四]级")
_AGE = re.compile(r"\d{1,3}(?:-\d{1,3})?周?岁(?:及)?(?:以上|以下)?(?:儿童|人群|老年人|妇女|居民|老人|婴幼儿|人口)?")


def split_list(name: str, shared: bool) -> list[str]:
    """孕产妇艾滋病、梅毒、乙肝检测率 → three full names; one name when nothing shows that it is a list."""
    if ("、" not in name and not re.search(r"和|与|及", name)) or _PROPORTION.search(name):
        return [name]
    parts = [part for part in _outside((_SPLIT_ALL if shared else _SPLIT), name) if part]
    if len(parts) < 2 or len(parts) > 12:
        return [name]
    heads = [names.has_head(part) for part in parts]
    shared = shared or all(map(names.STAGE.fullmatch, parts[:-1])) or _is_parallel(parts, "、" in name)
    if not heads[-1] or not (shared or all(heads)):
        return [name]
    return _share_ends(parts, heads)


def split_into(name: str, count: int | None) -> list[str]:
    """宫颈癌和乳腺癌筛查率 for two values → two names; [] when the list has not so many items.

    Without a count every separator cuts: 卒中中心、胸痛中心各3个.
    """
    if _PROPORTION.search(name):
        return []
    for pattern in _SPLITS:
        parts = [part for part in _outside(pattern, name) if part]
        if len(parts) == count or (count is None and len(parts) > 1):
            return _share_ends(parts, [names.has_head(part) for part in parts])
    return []


def _is_parallel(parts: list[str], listed: bool) -> bool:
    """高血压、糖尿病患者管理率, 无烟机关、无烟机构建成率: a list by its build, though no 均 says so."""
    last = parts[-1]
    if not listed:
        return False
    sick = _OF_PERSONS.search(last)
    if sick and sick.start() <= 8 and all(len(part) <= 6 for part in parts[:-1]):
        return True
    return all(len(part) > 2 and part[:2] == last[:2] for part in parts[:-1])


def _outside(pattern: re.Pattern[str], name: str) -> list[str]:
    """Split where the separator stands outside brackets, quotes and lists of levels (县、乡、村三级)."""
    pieces, last = [], 0
    levels = _LEVELS.search(name)
    for found in pattern.finditer(name):
        if levels and levels.start() <= found.start() < levels.end():
            continue
        before = name[: found.start()]
        if any(before.count(opening) > before.count(closing) for opening, closing in ("（）", "“”")):
            continue
        pieces.append(name[last : found.start()])
        last = found.end()
    return [*pieces, name[last:]]


def _share_ends(parts: list[str], heads: list[bool]) -> list[str]:
    last = parts[-1]
    such = _AND_SUCH.search(last)
    if such:  # 转移支付、奖补资金等增幅
        return [part + last[such.end() :] for part in parts[:-1]] + [last]
    if all(names.is_scope_only(part) for part in parts[:-1]) and names.scope_of(last):  # 城镇、农村居民人均住房面积
        return [*(names.rescope(part, last) for part in parts[:-1]), last]
    if heads[-1] and not all(heads):  # 氨氮、化学需氧量、氮氧化物减排量: the 量 of a substance is no measure
        heads = [
            measured and part[-1:] == last[-1:] and len(part) > 5 for part, measured in zip(parts, heads, strict=True)
        ]
        heads[-1] = True
    bare = next((part for part, measured in zip(parts, heads, strict=True) if not measured), parts[0])
    head = _shared_head(bare, last, len(parts)) if heads[-1] else ""
    named = [part if measured or not head else part + head for part, measured in zip(parts, heads, strict=True)]
    prefix = _shared_lead(named[0])
    thing = names.without_generic_rate(named[0])
    if thing and all(map(names.is_generic_rate, named[1:])):  # 任务完成率、完结率
        return [named[0], *(names.overlapped(thing, one) for one in named[1:])]
    return [
        one
        if not prefix
        or at == 0
        or (names.PERSONS.search(one) and prefix not in SCOPES)
        or _POPULATION.match(one)
        or names.scope_of(one)
        or names.is_density(one)
        else prefix + one
        for at, one in enumerate(named)
    ]


def _shared_lead(first: str) -> str:
    """Whom or where a list is about, said once before its first item."""
    for pattern in (names.PER_LEAD, _PER_PRODUCT, _AGE, _POPULATION, _SICK, _INSTITUTION):
        found = pattern.match(first)
        if found and len(found[0]) < len(first) - 1:
            return found[0]
    return names.scope_of(first)


def population_of(name: str) -> str:
    """Whom a name is about: 5岁以下儿童 of 5岁以下儿童生长迟缓率; "" when it does not begin with people."""
    found = _AGE.match(name) or _POPULATION.match(name)
    return found[0] if found and names.PERSONS.search(found[0]) and len(found[0]) < len(name) - 1 else ""


def _shared_head(first: str, last: str, count: int) -> str:
    """What the last of a list has and the others leave out: 孕产妇和0-6岁儿童健康管理率 → 健康管理率."""
    stage = names.STAGE.match(last) if names.STAGE.fullmatch(first) else None
    if stage:
        return last[stage.end() :]
    if _PLACE.fullmatch(first):
        place = _PLACE.match(last)
        return re.sub("^[两三四]级", "", last[place.end() :]) if place else last
    land = names.REGION.match(last) if names.REGION.fullmatch(first) else None
    if land:
        return last[land.end() :]
    parallel = behind_parallel(first, last)
    if parallel:
        return parallel
    per_person = _PER_PERSON.search(last)  # 医保和公共卫生经费人均补助标准
    if per_person:
        return per_person[0]
    persons = list(names.PERSONS.finditer(last))
    if persons and _ONLY_PERSONS.fullmatch(first):
        return last[persons[-1].end() :]
    if persons and len(first) <= 3:  # 高龄、空巢、独居老人签约率
        return last[persons[-1].start() :]
    modifier = _MODIFIER.match(last) if _MODIFIER.fullmatch(first) else None
    if modifier and (count == 2 or len(modifier[0]) == 2):  # 失业、工伤保险参保人数
        return last[modifier.end() :]
    found = _DOING.search(last)
    if not found and not names.PERSONS.search(first):
        found = _OF_PERSONS.search(last)
    found = found or _RATE_HEAD.search(_BRACKET.sub("", last))
    return found[0] if found else ""


def behind_parallel(first: str, last: str) -> str:
    """职工医保 | 居民医保住院费用报销比例: both end alike up to there, what follows is shared."""
    for length in range(len(first) - 1, 0, -1):
        place = last.find(first[-length:])
        if place > 0 and (length > 1 or place <= len(first)):
            return last[place + length :]
    return ""
