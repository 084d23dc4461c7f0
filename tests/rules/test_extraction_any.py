"""What holds for every text: nothing raises, evidence is the exact slice, unrelated sentences keep apart."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.extraction.candidates import LONGEST_EVIDENCE, Candidate
from kpi.extraction.rules import find

PIECES = (
    "达到", "控制在", "以上", "以下", "左右", "分别", "均", "由", "提高到", "下降", "孕产妇死亡率", "比例",
    "新建", "医院", "全市", "其中", "100%", "85.5%", "9/10万", "4.6万名", "2—3家", "百分之八十", "翻一番",
    "1∶1.2", "到2025年", "6月底前", "较2020年", "十四五", "、", "，", "。", "；", "：", "（", "）", "“",
    "”", "《", "》", "\n", "\t", "  ", "|", "一、", "（一）", "1.", "指标", "2020年", "属性", "预期性", "—",
    "≥", "[", "]", "全覆盖", "应保尽保", "所有", "第", "每", "万", "亿", "０", "\r\n", "\u3000", "a", "的",
    "县\t", "合计\t5", "指标名称2020年2025年属性", "（%）", "完成时限", "年度目标：", "进展情况：", "每千人口",
    "| 指标 | 2025年 |\n|---|---|\n", "| |\n", "| 甲（约15%左右） | 3 |\n", "\t\t\n", "指标\t2020年\t2025年\n",
    "和", "目标", "单位", " | ", "指标 | 2026年目标 | 备注\n签约率 | 75% |\n", "合计 |  |\n", "任务 |  | 2026年\n",
)  # fmt: skip
texts = st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=40).map("".join)


def sound(text: str, found: list[Candidate]) -> None:
    for one in found:
        assert text[one.start : one.end] == one.evidence
        assert 0 < len(one.evidence) <= LONGEST_EVIDENCE
        assert 0 < one.confidence <= 1
        assert one.name.strip()
        assert one.reasons
        assert (one.value is None) == (one.low is not None or one.kind == "milestone")


@given(texts)
@settings(max_examples=300, deadline=None)
def test_any_mixture_of_the_words_of_plans_is_read_soundly(text: str) -> None:
    sound(text, find(text))


@given(st.text(max_size=200))
@settings(deadline=None)
def test_any_text_at_all_is_read_soundly(text: str) -> None:
    sound(text, find(text))


def test_a_row_of_a_table_may_say_nothing_but_its_name() -> None:
    text = "指标 | 2026年目标 | 备注\n签约率 | 75% |\n合计 |  |\n入托率 | 12% |"
    assert [one.name for one in find(text)] == ["签约率", "入托率"]


SENTENCES = [
    "孕产妇死亡率控制在12/10万以下。", "新建社区托育园12家，新增托位600个。", "到2026年，森林覆盖率达到41%。",
    "引进骨干医师不少于30名。", "落实18项核心制度。", "去年新建学校3所。", "6月底前完成20所学校改造。",
    "高血压、糖尿病患者规范管理率均达到72%以上。", "婚检率由72%提高到80%。", "村卫生室智能设备全覆盖。",
    "成立市级托育中心。", "健康产业增加值比2022年翻一番。",
]  # fmt: skip


@given(st.permutations(SENTENCES))
@settings(max_examples=40, deadline=None)
def test_the_order_of_unrelated_sentences_changes_nothing(sentences: list[str]) -> None:
    def read(lines: list[str]) -> list[tuple[object, ...]]:
        found = find("\n".join(lines), title="云岭市2024年工作要点")
        return sorted((one.name, str(one.value), one.unit, str(one.deadline), str(one.comparator)) for one in found)

    assert read(sentences) == read(SENTENCES)


HOSTILE = {
    "digits": "9" * 100_000,
    "dates": "2025年" * 20_000,
    "顿号": "甲、" * 50_000,
    "rates": "合格率、" * 20_000 + "均达到95%",
    "brackets": "（" * 30_000 + "达到95%" + "）" * 30_000,
    "quotes": "“新建10家" * 10_000,
    "numerals": "一" * 100_000,
    "values": "95%" * 20_000,
    "and": "覆盖率和" * 20_000 + "均达到100%",
    "pipes": "| 1 " * 20_000,
    "heads": "指标\n2025年\n" * 5_000,
    "heads far apart": ("指标\n" + "\n" * 300) * 300,
    "turned heads": "指标 | 甲\n2025年 | 乙\n" * 8_000,
    "open rows": "| 指标 | 2025年 |\n" + "| 甲\n" * 20_000,
    "commas": '指标,2025年\n甲,"乙\n' * 8_000,
    "gaps": "a  " * 30_000,
    "blanks": " " * 100_000 + "5%",
    "colons": "到2025年：" * 5_000,
    "adverbs": "力争逐步" * 30_000 + "达到95%",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_is_read_to_its_end(name: str) -> None:
    text = HOSTILE[name]
    sound(text, find(text))


def test_the_same_text_gives_the_same_answer_twice() -> None:
    lines = random.Random(7).choices(SENTENCES, k=60)
    assert find("\n".join(lines)) == find("\n".join(lines))
