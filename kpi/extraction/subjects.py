"""What a value is about: the name before it, completed from the clauses before where it is left out."""

from __future__ import annotations

import re
from dataclasses import replace

from kpi.core.quantity import Change
from kpi.extraction import lists, names
from kpi.extraction.candidates import Draft
from kpi.extraction.phrases import find_verb, is_level
from kpi.extraction.reading import CHANGE_UNITS, Reading
from kpi.extraction.words import CHANGE_DOWN, CHANGE_UP, DELIVER_VERBS, PROPORTION_UNITS

INHERITED = ("主语承前省略",)
NEAR = 60
"""A rate that any thing can have belongs to what was measured no further than this before it."""
Subject = tuple[str, tuple[str, ...]]
"""A name with what is doubtful about it; "" when nothing is named."""

_MOVES_ALONE = re.compile("(?:每?年均?|平均)?(?:增长|提高|增加|下降|降低|减少)")
_POINTERS = frozenset({"其中", "这一比例", "该比例"})
_WHOLE_VERBS = frozenset(
    "惠及 覆盖 带动 服务 受益 吸纳 安置 改厕 造林 绿化 植树 招商 献血 体检 手术 就业 创业 脱贫 留学 义诊".split()
)
"""Verbs that need no object: what they count is not what was counted before."""
_PURE = frozenset(
    "占比 比例 比重 总数 总量 人数 数量 规模 总规模 面积 增速 其比例 覆盖率 床位 托位 学位 建筑面积 人次".split()
)
"""Heads that name nothing by themselves."""


def subject_of(reading: Reading) -> Subject:
    """The full name of what the value measures."""
    own = names.with_scope_first(_with_verb_of_change(reading))
    last = reading.last
    topic = "" if reading.made else reading.reader.state.topic
    base = topic or (plain_name(last) if last else "")
    if _is_part(reading, own):
        whole = reading.reader.state.whole
        assert whole is not None
        reading.part = True
        return names.part_of(own, whole.name), ()
    if last and _MOVES_ALONE.fullmatch(own) and reading.values[0].unit in PROPORTION_UNITS:
        return _moved(reading, own, base), INHERITED
    if not own or own in _POINTERS:
        return _inherited(reading, base, last)
    done = _of_same_unit(reading) if names.is_only_verbs(own) and own not in _WHOLE_VERBS else None
    if done:
        return own + names.without_verb(done.name), INHERITED
    if topic.endswith(("工程", "项目", "行动")) and names.is_only_verbs(own) and own not in _WHOLE_VERBS:
        return topic + own, INHERITED
    if own == "涉及" and last:
        return names.stem(names.without_verb(last.name)) + own, INHERITED
    if names.is_scope_only(own):
        return (names.rescope(own, _whose(reading, base)), INHERITED) if base else ("", ())
    if own.startswith(("占", "达到")) and base and own not in _PURE:
        return names.stem(names.without_growth(base)) + own, INHERITED
    return _completed(reading, own, last)


def _moved(reading: Reading, own: str, base: str) -> str:
    """持证社工达到320人、年增长不低于15%: the change of what was named, with a comparator of its own."""
    verb = next(word for word in (*CHANGE_UP, *CHANGE_DOWN) if own.endswith(word))
    change = Change.INCREASE if verb in CHANGE_UP else Change.DECREASE
    reading.phrase = replace(reading.phrase, change=change, verb=verb)
    return base


def plain_name(draft: Draft) -> str:
    """The name of a draft, without what was added for its change: 城镇化率提高幅度 → 城镇化率."""
    return names.without_change(draft.name) if draft.change is not None else draft.name


def _with_verb_of_change(reading: Reading) -> str:
    """增加床位300张, 减少3家: a change verb with things behind it delivers them."""
    own, phrase = reading.before, reading.phrase
    counts = phrase.change is not None and reading.values[0].unit not in CHANGE_UNITS
    compared = bool(phrase.basis)  # 较上年增加45所
    if not counts or compared or names.has_head(own):
        return own
    reading.phrase = replace(phrase, change=None, verb="", role="")
    return phrase.verb + own if own and own not in DELIVER_VERBS else own + phrase.verb


def _of_same_unit(reading: Reading) -> Draft | None:
    """The last draft of the sentence that counts in the same unit."""
    unit = reading.values[0].unit
    earlier = [*reading.reader.state.recent, *reading.made]
    return next((draft for draft in reversed(earlier) if draft.unit == unit), None)


def _is_part(reading: Reading, own: str) -> bool:
    """其中公立医院4.6张: a part of the whole named before, in the same unit."""
    state = reading.reader.state
    among = reading.said.rfind("其中") + reading.values[0].start - len(reading.said)
    if "其中" in reading.said and not (reading.made and reading.made[-1].at > among):
        state.whole = _of_same_unit(reading) or state.last
    if state.whole is None or state.whole.unit != reading.values[0].unit:
        return False
    return bool(own) and not (names.has_head(own) or is_level(reading.phrase) or find_verb(own))


def _whose(reading: Reading, base: str) -> str:
    """The thing itself where a share of it follows, else the measure as it stands."""
    share = reading.values[0].unit in PROPORTION_UNITS and not base.endswith(("率", "比例", "比重", "占比"))
    return names.stem(base) if share else base


def _inherited(reading: Reading, base: str, last: Draft | None) -> Subject:
    phrase = reading.phrase
    yearly = "年均" in phrase.words and last is not None and last.unit == reading.values[0].unit
    loose = phrase.change is None and not phrase.basis and not is_level(phrase) and not yearly
    shared_out = bool(phrase.shared) and "其中" in reading.said and last and last.unit == reading.values[0].unit
    if not base or (last and not reading.reader.state.topic and loose and not shared_out):
        return "", ()
    return base + "年均数" if yearly and phrase.change is None and not is_level(phrase) else base, INHERITED


def _completed(reading: Reading, own: str, last: Draft | None) -> Subject:
    """An own name, with the owner or the population said once before it."""
    unit = reading.values[0].unit
    per = names.PER_LEAD.match(reading.made[-1].name) if reading.made else None
    if per and unit not in CHANGE_UNITS and not names.is_density(own):
        return per[0] + own, ()
    head = names.without_improving(own)
    if names.is_short_head(head) or (len(head) <= 6 and names.has_head(head)):
        owner = _owner(head, last, reading) if len(head) > 2 or head in _PURE else ""
        if owner and owner not in head:
            return names.overlapped(names.stem(owner), head), INHERITED
    if reading.made and len(head) <= 4 and names.is_short_head(head):  # 5岁以下儿童生长迟缓率7%、贫血率12%
        whom = lists.population_of(reading.made[-1].name)
        if whom:
            return whom + head, INHERITED
    sibling = _like_sibling(reading, own, last)
    if sibling:
        return sibling, INHERITED
    if unit in PROPORTION_UNITS | {"个百分点"} and names.has_head(own):
        own = names.without_improving(own)
    return own, ()


def _owner(own: str, last: Draft | None, reading: Reading) -> str:
    """参保率 after 基本养老保险参保人数 is that insurance's; 合格率 after a count is that of the things counted."""
    topic = "" if reading.made else reading.reader.state.topic
    short = names.is_short_head(own) or own in _PURE or names.is_generic_amount(own)
    if topic and short:
        return topic
    if last is None or names.is_short_head(last.name):
        return reading.reader.context.topic if last is None and short else ""
    things = names.without_verb(plain_name(last))
    shared = last.name.find(own[:2]) if own.endswith(("率", "度", "比例")) else -1
    if shared >= 0 and not names.is_about_persons(own) and "占" not in last.name[:shared]:
        return last.name[:shared] if shared >= 2 else names.stem(things) if shared == 0 and short else ""
    if own in _PURE and last.unit in PROPORTION_UNITS:
        return names.stem(last.name)
    near = reading.values[0].start - last.at < NEAR
    if names.is_generic_rate(own) and last.unit in PROPORTION_UNITS and near:
        return names.without_generic_rate(last.name)
    generic = own in _PURE or names.is_generic_rate(own) or names.is_generic_amount(own)
    return names.stem(things) if generic and last.unit not in PROPORTION_UNITS else ""


def _like_sibling(reading: Reading, own: str, last: Draft | None) -> str:
    """简易项目控制在15个工作日 after 一般项目审批时间…: the same measure of another of its kind."""
    unit = reading.values[0].unit
    stage = names.of_same_stage(own, last.name) if last and last.unit == unit else ""
    if stage:
        return stage
    if last is None or last.unit != unit or names.has_head(own) or not is_level(reading.phrase):
        return ""
    shared = lists.behind_parallel(own, last.name) if names.has_head(last.name) else ""
    return own + shared if shared else ""
