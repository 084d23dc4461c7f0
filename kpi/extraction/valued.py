"""Name, verb, value: 孕产妇死亡率控制在9/10万以下; and which such phrases promise something."""

from __future__ import annotations

import re
from dataclasses import replace

from kpi.core.quantity import Change, Comparator
from kpi.extraction import lists, names
from kpi.extraction.candidates import Draft
from kpi.extraction.phrases import find_verb, is_level, verb_at_end
from kpi.extraction.quantities import Quantity
from kpi.extraction.reading import Reading
from kpi.extraction.spread import due_of, spread
from kpi.extraction.subjects import INHERITED, plain_name, subject_of
from kpi.extraction.things import is_list_count
from kpi.extraction.words import (
    BEFORE,
    CHANGE_DOWN,
    CHANGE_UP,
    FALL_TO,
    KEEP_AT,
    PROPORTION_UNITS,
    RISE_TO,
    TIME_UNITS,
    any_of,
)

_SPECIFICATION = re.compile(
    r"(?:总投资|建筑面积|占地面积|用地面积|总概算|概算|注册资本|计划投资|完成投资额|总建筑面积)$"
)
LARGEST_REWARD = 1_000_000
"""元; what is given to one person or firm is less, a programme costs more."""
_REWARD = re.compile(r"给予|发给|补助|补贴|奖励|资助|奖补|罚款|处罚|贴息|额度|减免|优惠|信用贷款")
_BUDGET = re.compile("^安排|安排$")
"""Money set aside is an expense, unless a floor is promised for it."""
_COMPARED = re.compile("^(?:比|高于|低于)|^较(?!大|高|低|重|好|强|多)")
_FURNISHED = re.compile("设置?|配备|开放|编制|建设|拥有")
_STOCK = re.compile("现有|共有|全[省市县区]有|拥有|已有")
_PROGRESS = re.compile("(?:完成|占)[^，。]{0,8}(?:任务|目标|计划|预算)")
"""完成年度任务的103% tells how far things are."""
_MOVES = re.compile(r"(?:增长|下降|提高|降低|减少|提升|涨)$")
_COUNTED_TIMES = {"期", "级"}
"""Courses and grades: what passed as a value of these is one."""
_SPANS = frozenset({"个工作日", "小时", "分钟", "天"})
_SETTLED = re.compile("办结|办理完毕|办好|送达|出证")
_DAILY = re.compile("每[天日周年]")
_COMPARES = re.compile(rf"(?<=..)({any_of(word for word in BEFORE if len(word) > 1)})([^，。；]{{2,30}})$")
_OF_TOTAL = re.compile(rf"(?<=..)({any_of(RISE_TO)})([^，。；]{{2,14}}总(?:数|量|额|人口|人数|面积))$")
_CHANGES_FIRST = re.compile(f"({any_of(word for word in (*CHANGE_UP, *CHANGE_DOWN) if len(word) > 1)})(?=..)")
_PER_BEHIND = re.compile(
    rf"({any_of((*RISE_TO, *FALL_TO, *KEEP_AT, *BEFORE))})(每[千万百十\d]+[一-龥]{{0,6}}人[口员]?)$"
)
_LAST_YEAR = re.compile("(?:上一?年|去年)(?:度|末|底|同期|水平|实际)*")
_TIME_NAME = re.compile(r"(?:时间|时|期|日|龄|寿命|半径|距离)$")


def read_valued(reading: Reading) -> list[Draft]:
    earlier = _respectively(reading)
    if earlier:
        return spread(reading, earlier, INHERITED)
    _move_shared_verb(reading)
    _turn_density(reading)
    _turn_comparison(reading)
    _turn_about(reading)
    _turn_change(reading)
    title, doubts = subject_of(reading)
    title += _missing_head(reading, title)
    if not title or not _is_worth_it(reading, title):
        return []
    return spread(reading, _names(reading, title), doubts)


def _respectively(reading: Reading) -> list[str]:
    """接待游客…人次，实现旅游收入…元，分别增长10%、12%: the values belong to the drafts right before."""
    count = len(reading.values)
    earlier = [*reading.reader.state.recent, *reading.made][-count:]
    if reading.before or reading.phrase.shared != "分别" or count < 2 or len(earlier) < count:
        return []
    return [] if reading.reader.state.topic else [plain_name(draft) for draft in earlier]


def _move_shared_verb(reading: Reading) -> None:
    """国家级、省级重点专科分别新增2个和20个: the verb behind the names delivers each of them."""
    verb = verb_at_end(reading.before)
    rest = reading.before.removesuffix(verb)
    word = next((word for word in ("分别", "均", "各") if rest.endswith(word)), "")
    if verb and word and len(rest) > len(word) + 1:
        reading.before, reading.verb = rest.removesuffix(word), verb
        reading.phrase = replace(reading.phrase, shared=word)


def _turn_comparison(reading: Reading) -> None:
    """交流人数不低于符合条件人数的10%: a share of another measure, with its comparator in the middle."""
    total = _OF_TOTAL.search(reading.written)
    if total and reading.is_share:  # 卫生城市数量提高到城市总数的50%
        reading.before = f"{names.clean(reading.written[: total.start()])}占{total[2]}比例"
        reading.phrase = replace(reading.phrase, verb=total[1], role="rise")
        return
    found = _COMPARES.search(reading.written) if reading.phrase.comparator is None else None
    if not found:
        return
    left, word, whole = names.clean(reading.written[: found.start()]), found[1], names.clean(found[2])
    if _LAST_YEAR.fullmatch(whole):  # 务工规模不低于上年的1.9万人
        reading.before = left
        reading.phrase = replace(reading.phrase, comparator=BEFORE[word][0], comparator_text=word, role="compare")
        return
    if not reading.is_share or whole.endswith(("率", "比例", "占比", "比重")):
        return
    reading.before = left if names.has_head(left) and left.endswith(("率", "比例")) else f"{left}占{whole}比例"
    reading.phrase = replace(reading.phrase, comparator=BEFORE[word][0], comparator_text=word, role="compare")


def _turn_about(reading: Reading) -> None:
    """保障性住房约占供应总量的40%: the word of doubt stands before the verb."""
    head, verb, whole = reading.before.rpartition("约占")
    if verb and len(head) > 1 and reading.is_share:
        reading.before = f"{head}占{whole}"
        reading.phrase = replace(reading.phrase, comparator=Comparator.ABOUT, comparator_text="约", role="compare")


def _turn_density(reading: Reading) -> None:
    """床位数控制在每千人口7.5张: whom it is counted per stands behind the verb."""
    found = _PER_BEHIND.search(reading.before)
    if found:
        verb = found[1]
        if verb in BEFORE:
            reading.phrase = replace(reading.phrase, comparator=BEFORE[verb][0], comparator_text=verb, role="compare")
            reading.before = found[2] + reading.before[: found.start()]
            return
        role = "fall" if verb in FALL_TO else "rise" if verb in RISE_TO else "keep"
        reading.before = found[2] + reading.before[: found.start()]
        reading.phrase = replace(reading.phrase, verb=verb, role=role)


def _turn_change(reading: Reading) -> None:
    """精简文件会议10%以上: the verb of change stands first."""
    unit, phrase = reading.values[-1].unit, reading.phrase
    if unit not in {"%", "个百分点"} or phrase.change is not None or is_level(phrase) or names.has_head(reading.before):
        return
    found = _CHANGES_FIRST.match(reading.before)
    if found:
        change = Change.INCREASE if found[1] in CHANGE_UP else Change.DECREASE
        reading.before = reading.before[found.end() :]
        reading.phrase = replace(phrase, change=change, verb=found[1])


def _missing_head(reading: Reading, title: str) -> str:
    """What a name lacks when its value tells it: 抵押登记1个工作日办结 is about its 办结时限."""
    if not title or names.has_head(title):
        return ""
    if reading.covers:
        return "覆盖率"
    return "办结时限" if _is_settled(reading) else ""


def _is_settled(reading: Reading) -> bool:
    value = reading.values[-1]
    limit = min(reading.segment.end, value.end + 20)
    return value.unit in _SPANS and bool(_SETTLED.search(reading.text, value.end, limit))


def _names(reading: Reading, title: str) -> list[str]:
    """One name, or the names of a list that share what is said once."""
    unit = reading.values[-1].unit
    several = _split(reading, title)
    if unit not in PROPORTION_UNITS | {"个百分点"} and not names.has_head(several[-1]):
        said_first = names.leads_with_verb(several[0])
        return [_led_by(said_first, _with_verb(reading, one)) for one in several]
    is_share = names.SHARE_OF.search(title) and not title.endswith(("率", "比例", "比重"))
    if unit in PROPORTION_UNITS and (is_share or not names.has_head(title)) and reading.phrase.change is None:
        return [one if _MOVES.search(one) else one + "比例" for one in several]
    return several


def _split(reading: Reading, title: str) -> list[str]:
    if not reading.before and len(due_of(reading)) > 1:  # 其中2021年、2022年各1500名
        return [title]
    count = len(reading.values)
    shared = reading.phrase.shared or ("覆盖" if reading.covers else "")
    per_year = shared == "分别" and 1 < count == len(due_of(reading))  # 到2025年、2030年分别达到80%、90%
    several = lists.split_list(title, bool(shared) and not per_year)
    if len(several) == 1 and (shared == "各" or (shared == "分别" and count == 1 and len(due_of(reading)) < 2)):
        return lists.split_into(title, None) or several
    if count < 2 or len(several) == count or len(due_of(reading)) == count:
        return several
    if count == 2 and "城乡" in title:
        town = "城镇" if "城乡居民" in title else "城市"
        return [title.replace("城乡", place) for place in (town, "农村")]
    return lists.split_into(title, count) or several


def _led_by(verb: str, name: str) -> str:
    return name if names.leads_with_verb(name) else verb + name


def _with_verb(reading: Reading, name: str) -> str:
    """重点学科带头人30名 after 引进…10名: the verb said once holds for the list."""
    if reading.verb:
        return reading.verb + name
    verb = reading.reader.state.last_verb
    if reading.made and not names.leads_with_verb(name):
        verb = names.leads_with_verb(reading.made[-1].name) or verb
    sibling = bool(reading.made) or not is_level(reading.phrase)
    return verb + name if verb and sibling and not find_verb(name) else name


def _is_worth_it(reading: Reading, title: str) -> bool:
    """A bare number of things needs a verb that delivers it, or a name that measures."""
    value, level = reading.values[-1], is_level(reading.phrase)
    if reading.part:
        return True
    if value.unit == "%" and _PROGRESS.match(title) and value.after is None and not level:
        return False
    if _SPECIFICATION.search(title) and not level and not names.is_density(title):
        reading.reader.state.specifies = True
        return False
    if _COMPARED.search(title) or (reading.reader.state.specifies and not level and _FURNISHED.match(title)):
        return False
    if value.unit == "元" and (_is_reward(reading, title) or (_BUDGET.search(title) and not level)):
        return False
    if _reports(reading, level):
        return False
    if reading.phrase.verb == "占" or (names.SHARE_OF.search(title) and not level and reading.phrase.change is None):
        return value.after is not None or value.about or reading.phrase.comparator is not None
    if value.unit in PROPORTION_UNITS or value.unit in {"个百分点", "倍"} or value.form in {"fold", "ratio"}:
        return value.form != "ratio" or names.has_head(title)
    if value.unit == "":
        return names.has_head(title) and (level or value.after is not None or value.about)
    if value.unit in TIME_UNITS - _COUNTED_TIMES:
        return names.has_head(title) or (level and _lasts(reading, title))
    return _counts(reading, title, value, level)


def _reports(reading: Reading, level: bool) -> bool:
    """优良天数比例为61.2%: where nothing is planned and no day is named, what something is is a report."""
    state, context, value = reading.reader.state, reading.reader.context, reading.values[-1]
    stated = level and reading.phrase.verb in {"为", "是"} and reading.phrase.comparator is None and value.after is None
    return stated and not (context.plan or context.mood == "future" or state.deadlines or state.label == "future")


def _lasts(reading: Reading, title: str) -> bool:
    """控制在15个工作日, 每天不少于1小时: a limit or a daily dose of time."""
    unit = reading.values[-1].unit
    daily = reading.phrase.comparator is Comparator.AT_LEAST and bool(_DAILY.search(title))
    return bool(_TIME_NAME.search(title)) or (unit in _SPANS and (reading.phrase.role == "fall" or daily))


def _is_reward(reading: Reading, title: str) -> bool:
    capped = reading.phrase.comparator_text in {"最高", "不超过"} or not reading.phrase.words
    value = reading.values[-1].value
    small = value is not None and value < LARGEST_REWARD
    return capped and small and bool(_REWARD.search(title))


def _counts(reading: Reading, title: str, value: Quantity, level: bool) -> bool:
    if is_list_count("", title, value) and names.leads_with_verb(title) not in {"新增", "净增", "新建"}:
        return False
    if names.has_head(title) or level or names.is_density(title):
        return True
    if value.chinese and value.value == 1:
        return False
    state, context = reading.reader.state, reading.reader.context
    if find_verb(reading.said) or state.last_verb:
        return True
    stock = title.endswith("人口") or _STOCK.match(title)
    return len(title) >= 4 and not stock and (bool(state.deadlines) or context.mood == "future" or context.plan)
