"""How sure a reading is, in one number and in words a reviewer can check."""

from __future__ import annotations

import re

from kpi.core.quantity import Comparator, Kind
from kpi.extraction import names
from kpi.extraction.candidates import Draft
from kpi.extraction.words import PROPORTION_UNITS

DOUBT_COSTS = {
    "主语承前省略": 0.12,
    "可能是已有事物的数量": 0.3,
    "多个数值与名称未能一一对应": 0.3,
    "文中没有数字，按100%理解": 0.35,
    "名称过短": 0.15,
    "名称过长": 0.08,
    "未写明单位": 0.1,
    "期限按文件推定": 0.03,
    "没有期限": 0.05,
    "没有谓语": 0.06,
    "由分数折算": 0.15,
    "表头未识别": 0.2,
    "中文数字": 0.05,
}
"""What each doubt takes off a confidence that starts near certainty."""

_WORDS = re.compile("[一-龥A-Za-z]")
START = 0.98
"""A candidate without any doubt: rules are never quite sure."""
LEAST_SHOWN = 0.3
"""However many doubts there are, the reviewer sees it at the bottom."""


def judge(draft: Draft) -> tuple[float, tuple[str, ...]]:
    """Confidence between 0 and 1, and the reasons: the rule first, then what is doubtful."""
    doubts = list(draft.doubts)
    if len(draft.name) < 4:
        doubts.append("名称过短")
    if len(draft.name) > 40:
        doubts.append("名称过长")
    if draft.kind is not Kind.MILESTONE and not draft.unit:
        doubts.append("未写明单位")
    if draft.due is None:
        doubts.append("没有期限")
    elif draft.due_from == "文件":
        doubts.append("期限按文件推定")
    bare = draft.rule == "名称+数值" and draft.unit not in PROPORTION_UNITS and draft.comparator is Comparator.EQUAL
    if bare and not names.leads_with_verb(draft.name):
        doubts.append("没有谓语")
    cost = sum(DOUBT_COSTS.get(doubt, 0.05) for doubt in doubts)
    return round(max(0.05, START - cost), 2), (draft.rule, *doubts)


def named(draft: Draft) -> bool:
    """Does the name tell what is measured? Signs and figures alone (+5.3%) do not."""
    return len(_WORDS.findall(draft.name.removesuffix("比例"))) >= 2 and not names.is_scope_only(draft.name)
