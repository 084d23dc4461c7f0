"""Verb, number, thing (新建12家社区托育园), and shares before their noun (对100%乡镇卫生院开展巡诊)."""

from __future__ import annotations

import re
from dataclasses import replace

from kpi.extraction import names
from kpi.extraction.candidates import Draft
from kpi.extraction.names import ACTS
from kpi.extraction.phrases import find_verb, is_level, verb_at_end
from kpi.extraction.reading import Reading
from kpi.extraction.spread import spread
from kpi.extraction.state import WINDOW
from kpi.extraction.subjects import INHERITED
from kpi.extraction.things import is_list_count, noun_after
from kpi.extraction.words import (
    AMOUNT_UNITS,
    DELIVER_VERBS,
    EXTENT_UNITS,
    NOUN_UNITS,
    PROPORTION_UNITS,
    SCOPES,
    WEAK_VERBS,
)

EXISTING = ("可能是已有事物的数量",)
_FIRST = re.compile(r"第[一二三四五六七八九十\d]+(?:批|轮|期|届|次)|首批|新一批")
_SERVED = re.compile("(?:为|对|向)[一-龥]{0,4}$")
_NOTE = re.compile(r"（[^（）]*\d[^（）]*）")
_ONE = re.compile(r"(?<=[一-龥])(?:1|一)(?=[所个家名处支座])[所个家名处支座]")
_PLACES = (
    *(word for word in SCOPES if word[-1] in "市省县区国级内" and len(word) <= 3),
    "城区",
    "农村",
    "为",
    "对",
    "在",
)
_RULE_OF_MONEY = re.compile(
    r"(?:的)?(?:补贴|补助|资金|奖励|优惠|折|标准|税|费|报销|经费|给予|比例给予|利率|幅度|以上的(?:单位|县|地区))"
)
_PEOPLE = re.compile(f"{names.PERSONS.pattern}|群众|群体|毕业生|农民工|市民|村民|劳动者|青年|教师|人才|户籍")
_OBTAINED = re.compile("取得|获得|通过|享受|领取")
"""What so many people come to: 1.6万人取得证书."""
_REACHING = frozenset({"覆盖", "惠及", "服务"})
"""Verbs whose subject is part of what is measured: 服务圈覆盖90%以上的社区."""
_BY_SHARE = re.compile(r"(?:按照?|给予|依|以|不足|低于|按不低于|扣除|下浮|上浮)$")
_LISTED = ("、", "和", "与", "及")


def read_counted(reading: Reading) -> list[Draft]:
    value = reading.values[-1]
    limit = reading.segment.end if reading.is_share else reading.following
    noun = _NOTE.sub("", noun_after(reading.text, value.end, limit, reading.segment))
    if not noun:
        return []
    if reading.is_share:
        return _read_share(reading, _ONE.sub("", noun))
    if value.unit in AMOUNT_UNITS - EXTENT_UNITS or value.unit in {"倍", "个百分点"}:
        return []
    if not value.unit and _counts_people(reading, noun):
        value = reading.values[-1] = replace(value, unit="人")
    if is_list_count(noun, reading.before, value) or not value.unit:
        return []
    if value.unit in EXTENT_UNITS and not (verb_at_end(reading.before) or reading.made or find_verb(reading.said)):
        return []
    if value.after_text.startswith(("及", "或")) and not verb_at_end(reading.before):  # 56人及以上大班额
        return []
    if value.chinese and value.value == 1 and not is_level(reading.phrase):
        return []
    return _read_things(reading, noun)


def _counts_people(reading: Reading, noun: str) -> bool:
    """培训10万农民工: people by the ten thousand need no measure word."""
    tens = reading.text[reading.values[-1].start : reading.values[-1].end].endswith(("万", "亿"))
    return tens and bool(_PEOPLE.search(noun[:8]))


def _read_things(reading: Reading, noun: str) -> list[Draft]:
    before = _FIRST.sub("", reading.before)
    bare = names.clean(before)
    verb = verb_at_end(bare) or (reading.phrase.verb if reading.phrase.verb in DELIVER_VERBS else "")
    if verb and not bare.endswith(verb):
        bare = bare + verb
    doubts = EXISTING if verb in WEAK_VERBS else () if verb else _doubts_without_verb(reading, bare, noun)
    if doubts is None:
        return []
    lead = _short_lead(bare, verb) if verb or bare.endswith(_PLACES) or len(bare) <= 8 else ""
    if not lead and ("、" in bare or bare.endswith("等")):  # 拆除城东、城西等5个收费站
        lead = names.leads_with_verb(bare)
    if not verb and reading.made and not find_verb(bare):
        lead = names.leads_with_verb(reading.made[-1].name) + lead
    if reading.phrase.change is not None:  # 改善126所学校条件: the verb works on things, it moves no measure
        reading.phrase = replace(reading.phrase, change=None)
    unit = reading.values[-1].unit
    name = names.clean(lead + reading.before[len(before) :] + (unit if unit in NOUN_UNITS else "") + noun)
    return spread(reading, [names.counted(name, unit)], doubts)


def _doubts_without_verb(reading: Reading, bare: str, noun: str) -> tuple[str, ...] | None:
    """A number of things without a verb right before it; None when it promises nothing."""
    said = reading.said
    if not reading.made and said.endswith(_LISTED):
        return None
    promised = (
        find_verb(said)
        or find_verb(noun)
        or _OBTAINED.match(noun)
        or bare.endswith(_PLACES)
        or is_level(reading.phrase)
    )
    if not (promised or reading.reader.state.last_verb):
        return None
    served = bool(_SERVED.search(said)) or bool(reading.made)
    return () if served and (find_verb(noun) or reading.made) else EXISTING


def _short_lead(before: str, verb: str) -> str:
    """What stands before the number, no longer than needed: from its last verb on when it is long."""
    if len(before) <= 14:
        return before
    each = before.find("每")
    if each >= 0 and len(before) - each <= 40:
        return before[each:]
    return before[-len(verb) :] if verb else before[-14:]


def _read_share(reading: Reading, noun: str) -> list[Draft]:
    """80%以上的综合医院成为…: the share of those who do."""
    first = reading.values[0]
    if _RULE_OF_MONEY.match(noun) or _BY_SHARE.search(reading.text[max(reading.left, first.start - 8) : first.start]):
        return []
    noun = _with_shared_predicate(reading, noun)
    verb = verb_at_end(reading.before)
    reaches = verb in _REACHING and len(reading.before) > len(verb) + 1
    owner = names.without_improving(reading.before) if reaches or not verb else ""
    last = reading.last
    left_out = not owner and last is not None and ACTS.match(noun)
    if left_out and last:
        owner = names.doer_of(last.name)
    name = names.clean(owner + noun)
    if len(name) < 3:
        return []
    doubts = ("由分数折算",) if first.form == "fraction" else ()
    named = name if name.endswith(("率", "比例", "占比", "比重")) else name + "比例"
    return spread(reading, [named], (*doubts, *INHERITED) if left_out else doubts)


def _with_shared_predicate(reading: Reading, noun: str) -> str:
    """100%的卫生院、80%的服务站、70%的村卫生室具备…能力: what they all do is said once, at the end."""
    text, start = reading.text, reading.values[-1].end
    limit = min(reading.segment.end, start + WINDOW)
    more = [one for one in reading.reader.numbers_in(start, limit) if one.unit in PROPORTION_UNITS]
    if not more or not text.startswith(_LISTED, more[0].start - 1):
        return noun
    own = text[start : more[0].start].rstrip("、和与及").removeprefix("的")
    act = ACTS.search(text, more[-1].end, limit)
    return own + text[act.start() : limit] if act and not ACTS.search(own) else own
