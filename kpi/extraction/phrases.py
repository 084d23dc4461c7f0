"""Between name and number: which verb, comparator, hedge, change and basis stand there.

`peel` walks backwards from the number and takes off what belongs to the phrase, so that what is left is
the name: 全市孕产妇死亡率 | 力争 | 控制在 | 17/10万 | 以下.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from kpi.core.quantity import Change, Comparator
from kpi.extraction.quantities import Quantity
from kpi.extraction.words import (
    ADVERBS,
    BEFORE,
    CHANGE_DOWN,
    CHANGE_UP,
    DELIVER_VERBS,
    EQUALS,
    FALL_TO,
    HEDGES,
    KEEP_AT,
    RISE_TO,
    any_of,
)

_ROLES: dict[str, str] = {}
for _role, _list in (
    ("adverb", ADVERBS),
    ("equals", EQUALS),
    ("up", CHANGE_UP),
    ("down", CHANGE_DOWN),
    ("keep", KEEP_AT),
    ("rise", RISE_TO),
    ("fall", FALL_TO),
    ("compare", BEFORE),
):
    _ROLES.update(dict.fromkeys(_list, _role))
_LONGEST = max(map(len, _ROLES))
_ROUGHLY = frozenset({"约", "近", "大约", "约为"})
_LEVEL = frozenset({"rise", "fall", "keep", "equals"})

_MOVED = frozenset(word for word in (*RISE_TO, *FALL_TO) if len(word) == 3)
BASIS = re.compile(
    r"(?:较之|较|比|与|在|同比|相对|以|于)(?:全[省市国县区])?(?:(?:20\d\d年?|上一?年度?|去年|前一?年|目前|现在|"
    r"现有|当前|“?十[一二三四五]五”?|基期|规划基期|往年|同期|原有|前[一二三]年)"
    r"(?:度|底|末|初|年末|年底|同期|水平|全年|实际|时期|期间|期末|平均|同口径|数据|数)*)(?:的?基础(?:之)?上?|的?基数上?|"
    r"的?水平上?|相比|相比较|为基期|为基数|的|年)?$"
)
_NOT_HEDGES = {"基本": "(?=实现|建成|完成|达到|形成|消除|建立|满足|普及|全覆盖|覆盖|做到|竣工|解决|补齐|具备|控制|"
    "保持|稳定)", "计划": "(?!生育|免疫|单列|内|外|》|”)(?<!行动计划)",
               "鼓励": "", "努力": "", "探索": "", "逐步": "", "保证": "(?!金)"}  # fmt: skip
"""Hedges that are also parts of other words: 基本养老保险, 计划生育."""
_HEDGE = re.compile(
    "|".join(re.escape(word) + _NOT_HEDGES.get(word, "") for word in sorted(HEDGES, key=len, reverse=True))
)
_BRACKETED = r"[新改扩迁重续](?:（[改扩新迁续、]{1,5}）)建|"
"""新（改、扩）建 is one verb."""
_VERB = re.compile(_BRACKETED + any_of(DELIVER_VERBS))
_NAME_EATING = {"为": ("行", "作", "成", "人"), "有": ("国", "所", "公", "共"), "达": ("发", "到"), "要": ("需",
    "主", "重"), "能": ("功", "性", "节"), "在": ("存", "潜"),
                "降": ("下",), "占": (), "至": (), "是": (), "可": ("认",), "计": ("统", "设", "审", "会", "合",
                    "累", "总", "估", "生"), "共": ("公",), "增": ("新", "净", "扩"), "减": ("缩", "压", "三", "加",
                    "增"),
                "的": (), "得": ("获",), "应": ("供", "适", "响", "反"), "力": ("能", "活", "动", "压", "人", "视",
                    "听", "智", "劳", "电", "接", "务"), "保障": ("社会", "医疗", "生活", "服务"), "就": (), "即": (),
                "近": ("亲", "附"), "破": (), "超": ("B", "彩", "赶"), "约": ("签", "预", "履", "节", "制"), "完成":
                    (), "满": (), "使": (), "须": (), "到": ("签", "报", "得"), "必": (), "其": ("尤",), "之": ("总",),
                    "共计": (),
                "提升": (), "增长": (), "计划": (), "改善": (), "累计": (), "平均": (), "拥有": (), "设置": (),
                    "配置": (), "配备": ()}  # fmt: skip
"""Short words that are often the end of a longer one: 行为, 国有, 统计 — then they are left in the name."""


NO_DATES: Mapping[int, int] = {}


@dataclass
class Phrase:
    """What stood between name and number. `name_end`: where the name ends in the text."""

    name_end: int
    comparator: Comparator | None = None
    comparator_text: str = ""
    verb: str = ""
    role: str = ""
    change: Change | None = None
    basis: str = ""
    shared: str = ""
    words: list[str] = field(default_factory=list)


def peel(text: str, start: int, end: int, dates: Mapping[int, int] = NO_DATES) -> Phrase:
    """Take the phrase off the end of text[start:end], date expressions (end → start) included."""
    phrase = Phrase(end)
    while phrase.name_end > start:
        if (
            _peel_basis(text, start, phrase)
            or _peel_date(text, start, phrase, dates)
            or _peel_word(text, start, phrase)
        ):
            continue
        break
    return phrase


def _peel_basis(text: str, start: int, phrase: Phrase) -> bool:
    end = phrase.name_end
    if text[end - 1] not in "年末底平上相比数基期的度前有同半划初期间均径实际去五”在":
        return False
    found = BASIS.search(text[max(start, end - 24) : end])
    if not found:
        return False
    phrase.basis = phrase.basis or found[0].rstrip("的")
    phrase.name_end = end - len(found[0])
    return True


def _peel_date(text: str, start: int, phrase: Phrase, ends: Mapping[int, int]) -> bool:
    begin = ends.get(phrase.name_end)
    if begin is None or begin < start:
        return False
    while begin > start and text[begin - 1] in "到至在于截，" and text[begin - 3 : begin] not in _MOVED:
        begin -= 1
    phrase.name_end = begin
    return True


def _peel_word(text: str, start: int, phrase: Phrase) -> bool:
    end = phrase.name_end
    for length in range(min(_LONGEST, end - start), 0, -1):
        word = text[end - length : end]
        role = _ROLES.get(word)
        if role is None or not _fits(text, start, end - length, word, role, phrase):
            continue
        _take(word, role, phrase)
        phrase.name_end = end - length
        return True
    return False


def _fits(text: str, start: int, at: int, word: str, role: str, phrase: Phrase) -> bool:
    before = text[max(start, at - 2) : at]
    if any(before.endswith(part) for part in _NAME_EATING.get(word, ())):
        return False
    if role in {"up", "down"}:  # 费用增长|不超过3%: a change with a comparator behind it is what is measured
        return set(phrase.words) <= _ROUGHLY
    if role == "equals":
        return not phrase.role or (phrase.role in {"compare", "rise"} and word in {"实现", "为", "要有", "有"})
    if role in {"rise", "fall", "keep"}:
        return phrase.role not in {"up", "down"} and (not phrase.verb or word == "达到")
    return True


def _take(word: str, role: str, phrase: Phrase) -> None:
    phrase.words.append(word)
    if role == "adverb":
        if word in {"均", "都", "全部", "分别", "各"}:
            phrase.shared = phrase.shared or word
        return
    phrase.role = phrase.role or role
    if role == "compare" and phrase.comparator is None:
        phrase.comparator, phrase.comparator_text = BEFORE[word][0], word
        return
    phrase.verb = phrase.verb or word
    if role in {"up", "down"}:
        phrase.change = Change.INCREASE if role == "up" else Change.DECREASE


def decide(quantity: Quantity, phrase: Phrase) -> tuple[Comparator, str]:
    """The operator of a target and the words it was read from: 左右 wins, then the word behind, before, the verb."""
    if quantity.low is not None:
        return Comparator.BETWEEN, phrase.comparator_text or quantity.after_text
    if quantity.about or quantity.after is Comparator.ABOUT:
        return Comparator.ABOUT, quantity.after_text or "余"
    if phrase.comparator is Comparator.ABOUT:
        return Comparator.ABOUT, phrase.comparator_text
    if quantity.after is not None:
        return quantity.after, quantity.after_text
    if phrase.comparator is not None:
        return phrase.comparator, phrase.comparator_text
    if phrase.change is None and phrase.verb:
        if phrase.verb in RISE_TO:
            return Comparator.AT_LEAST, phrase.verb
        if phrase.verb in FALL_TO:
            return Comparator.AT_MOST, phrase.verb
    return Comparator.EQUAL, phrase.verb if phrase.change is None else ""


def is_level(phrase: Phrase) -> bool:
    """Does the phrase say that a level is reached, kept or limited?"""
    return phrase.role in _LEVEL or phrase.comparator is not None


def hedge_in(text: str) -> str:
    """The first hedging word of a piece of text, "" when there is none."""
    found = _HEDGE.search(text)
    return found[0] if found else ""


def verb_at_end(text: str) -> str:
    """The longest verb of delivery that ends the text."""
    for length in range(min(6, len(text)), 0, -1):
        if text[-length:] in _VERBS:
            return text[-length:]
    return ""


def verb_at_start(text: str) -> str:
    found = _VERB.match(text)
    return found[0] if found else ""


def find_verb(text: str) -> re.Match[str] | None:
    """The first verb of delivery of two characters and more."""
    return _LONG_VERB.search(text)


_VERBS = frozenset(DELIVER_VERBS)
_LONG_VERB = re.compile(_BRACKETED + any_of(verb for verb in DELIVER_VERBS if len(verb) > 1))
