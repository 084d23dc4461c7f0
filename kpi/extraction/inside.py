"""Numbers that are part of a name, a code or a rule: 5岁以下儿童, H7N9, 第三批, 二级以上, 每3万人口."""

from __future__ import annotations

import re

from kpi.extraction.phrases import verb_at_start
from kpi.extraction.quantities import Quantity
from kpi.extraction.segments import Segment
from kpi.extraction.words import CHINESE_UNITS, EXTENT_UNITS, NEVER_UNITS, TIME_UNITS

_CODE_BEFORE = re.compile(r"[A-Za-z+＋*#@_./-]$|第$|《[^》]*$")
_CODE_AFTER = re.compile(r"[A-Za-z+＋*#@_]|/\d")
_WORD_AFTER = re.compile("人制|人间|轮车|维码|星级|天制|班制|折页")
"""What makes a number part of a word: 3人制篮球场, 5星级."""
_FLOOR = re.compile(
    "(?<=[张名个位人座床家])(?:床位|学生|教职工|员工|座席)?(?:（[^）]*）)?(?:及)?以[上下]的?(?=[一-龥])"
)
"""200张床位以上的机构: a floor for what is counted, not a count."""
_COUNTED_BEFORE = re.compile(r"(?<!第)[\d一两][所个家座处批]$")
_OF_WHOM = re.compile("[^，。；]{2,30}的[一-龥（）]{2,10}(?:都|均|全部|进行|给予|予以)")
"""10名以上孤寡老人的行政村都建有食堂: says which villages."""
_ANNOUNCES = re.compile("(?:主要)?(?:包括|分别[是为]|如下|即为)")
_EACH = re.compile(
    r"每(?:[一两二三]?)?$|千分之$|连续$|(?:周岁|满|未满|年满)$|每(?:增加|减少|下降|降低|提高|上升|低于|高于|超过|新增|缺)$"
)
_COMPOSED = re.compile("包括|包含|涵盖|分为|划分为|分成")
"""What something is made of is no promise."""
_RANK = re.compile("[省国市县区域名列入居]前$|第$")
"""全省前三, 排名前5位: a rank is no number of things."""
_LASTS = re.compile("年限|寿命|学制")
_GRADED = re.compile("级别|等级|分级|水平|测评|成熟度")
_GRADE = re.compile("(?:级别|等级|分级|评级)[^，。；]{0,6}(?:达到?|为|至|到)$")
_SLOGAN = re.compile("“[一二两三四五六七八九十]个$")
_CLASSES = re.compile("(?:班|培训|讲座|论坛|活动|课堂|沙龙|大讲堂|节目)(?:达到?|不少于|不低于|超过?)?$")
_YEARS = re.compile("(?:年限|年数|寿命|龄)[^，。；]{0,8}$")
_MOVES = re.compile(r"(?:逐步|左右)?(?:提高|提升|增加|增长|缩短|压缩|压减|降|减|下降|延长|上升|增)")
_GOES_ON = re.compile(r"办结|办理完|办好|送达|出证|的?(?:目标|要求|水平|左右)|和|与|、|并|及|（|且|同时|提前|年均|；")
_PERIODIC = re.compile(r"每(?:年|季度|半年|月|周|两年|三年|五年|学期|人|天|日|\d+年|[一二三四五]年)[^，。；]{0,10}$")
_NOT_COUNT = re.compile(
    r"(?:步走|手抓|手都|到位|体化|把手|站式|窗|网通|票制|盘棋|公里|公开|化|岁|刻钟|起来|样|同|定|直|些|律|致|般|切|时|旦|边|方面|批次|年|月)"
)


def is_part_of_a_name(text: str, number: Quantity, segment: Segment) -> bool:
    before = text[max(segment.start, number.start - 14) : number.start]
    after = text[number.body : number.body + 4]
    if number.unit in NEVER_UNITS and not _may_measure(text, number, before):
        return True
    if _EACH.search(before) and (number.unit != "%" or before.endswith(("低于", "高于", "超过", "下降", "降低"))):
        return True
    if number.unit in {"位", "名", ""} and _RANK.search(before):
        return True
    if _WORD_AFTER.match(text, number.start + 1) or _ANNOUNCES.match(text, number.end):
        return True
    if _is_floor(text, number, before):
        return True
    if _COMPOSED.search(text, max(segment.start, number.start - 60), number.start):
        return True
    if number.unit in {"%", "‰", "/10万"}:
        return bool(_SLOGAN.search(before)) and text[number.end : number.end + 1] == "”"
    if number.chinese and _figure_of_speech(text, number, after):
        return True
    if _code(before, after, number) or _in_quotes(text, number, before):
        return True
    if number.unit in TIME_UNITS and _describes(text, number, segment, before):
        return True
    few = number.value is not None and number.value <= 12
    return few and number.unit in {"次", "场", "遍", "剂", "针"} and bool(_PERIODIC.search(before))


def _is_floor(text: str, number: Quantity, before: str) -> bool:
    """1所200张床位以上的机构, 1个100平方米以上的活动室: behind a number of things a second one describes them."""
    if number.after is not None and _OF_WHOM.match(text, number.end):
        return True
    if _COUNTED_BEFORE.search(before):
        if number.chinese and number.unit in EXTENT_UNITS:  # 10个百万亩基地
            return True
        of_them = before.endswith("批") or text.startswith("的", number.end)
        return (number.after is not None and of_them) or bool(_FLOOR.match(text, number.body))
    return number.after is None and bool(_FLOOR.match(text, number.body))


def _may_measure(text: str, number: Quantity, before: str) -> bool:
    """受教育年限提高到11.2年, 平均级别达到4级: some such units measure after a name that says so."""
    if number.unit == "年":
        reached = before.endswith(("达到", "达", "提高到", "延长到")) and _LASTS.search(
            text, max(0, number.start - 60), number.start
        )
        return bool(_YEARS.search(before) or reached)
    if number.unit == "期":
        return bool(_CLASSES.search(before))
    graded = before.endswith(("达到", "达")) and _GRADED.search(text, max(0, number.start - 60), number.start)
    return number.unit == "级" and bool(_GRADE.search(before) or graded)


def _figure_of_speech(text: str, number: Quantity, after: str) -> bool:
    if number.form != "number":
        return False
    large = number.value is not None and number.value >= 10_000
    if (number.unit not in CHINESE_UNITS and not large) or _NOT_COUNT.match(after):
        return True
    return number.unit == "次" and number.after is None


def _code(before: str, after: str, number: Quantity) -> bool:
    if _CODE_BEFORE.search(before) and not before.endswith(("/", ">", "<")):
        return True
    return number.unit == "" and bool(_CODE_AFTER.match(after))


def _in_quotes(text: str, number: Quantity, before: str) -> bool:
    """“两个允许”, “最多跑一次”: a slogan in quotes, unless the quote opens with a verb (“新建10家…”)."""
    opening = before.rfind("“")
    if opening < 0 or "”" in before[opening:]:
        return False
    closing = text.find("”", number.start, number.start + 12)
    return len(before) - opening <= 1 or (closing >= 0 and not verb_at_start(before[opening + 1 :]))


def _describes(text: str, number: Quantity, segment: Segment, before: str) -> bool:
    """5岁以下儿童, 10秒内接听率: a time or an age with a noun right behind it describes that noun."""
    if number.end >= segment.end or before.endswith(("由", "从")) or _MOVES.match(text, number.end):
        return False
    return bool(re.match(r"[一-龥A-Za-z（“]", text[number.end])) and not _GOES_ON.match(text, number.end)
