"""Clauses out of invented texts: paths, headings, and spans that lose nothing."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.documents.rules import ancestors, chinese_count, clause_at, own_text, split_clauses

PATHS = [
    pytest.param("", [], id="empty text"),
    pytest.param("没有编号的一段话。", [""], id="no number at all"),
    pytest.param(
        "引言\n一、甲\n（一）乙\n1.丙\n（1）丁\n①戊",
        ["", "一", "一.(一)", "一.(一).1", "一.(一).1.(1)", "一.(一).1.(1).①"],
        id="four levels and a circle",
    ),
    pytest.param("一、甲\n1.乙\n2.丙\n二、丁\n3.戊", ["一", "一.1", "一.2", "二", "二.3"], id="second level counts on"),
    pytest.param("一、甲\n(一)乙\n二、丙\n(二)丁", ["一", "一.(一)", "二", "二.(二)"], id="half-width brackets"),
    pytest.param("（ 一 ）甲\n（十四）乙", ["(一)", "(十四)"], id="blanks inside brackets"),
    pytest.param("１．甲\n２、乙\n⑶丙", ["1", "2", "2.(3)"], id="full-width digits and one-character numbers"),
    pytest.param("㈠甲\n㈡乙\n⒈丙\n⒉丁", ["(一)", "(二)", "(二).1", "(二).2"], id="enclosed signs"),
    pytest.param(
        "第一章 总则\n第一条 甲\n（一）乙\n第二章 指标\n第一节 数量\n第二条 丙",
        ["第一章", "第一章.第一条", "第一章.第一条.(一)", "第二章", "第二章.第一节", "第二章.第一节.第二条"],
        id="chapters, sections and articles",
    ),
    pytest.param(
        "第一部分 总体\n一、甲\n第二部分 任务\n一、乙",
        ["第一部分", "第一部分.一", "第二部分", "第二部分.一"],
        id="parts",
    ),
    pytest.param(
        "1.总体\n1.1 目标\n1.2 任务\n2.措施\n2.1 人员\n2.1.1 招聘",
        ["1", "1.1", "1.2", "2", "2.1", "2.1.1"],
        id="decimal numbers",
    ),
    pytest.param("\xa0 \xa0 一、甲\r\n\u3000\u3000（一）乙\r\n", ["一", "一.(一)"], id="indents and CRLF"),
    pytest.param("## 一、甲\n**（一）乙**", ["一", "一.(一)"], id="markdown signs in front"),
    pytest.param(
        "一、甲\n1.乙\n2.丙\n(一)丁\n(二)戊\n3.己",
        ["一", "一.1", "一.2", "一.2.(一)", "一.2.(二)", "一.3"],
        id="brackets below digits",
    ),
    pytest.param("通知\n附件\n一、甲\n附件2\n一、乙", ["", "附件", "一", "附件2", "一"], id="an annex counts anew"),
    # in the middle of a line
    pytest.param("15.建好站点。扩大服务。16.打造品牌。继续。", ["15", "16"], id="goes on counting in a line"),
    pytest.param("15.建好站点。见第3版。18.打造品牌。", ["15"], id="does not go on counting"),
    pytest.param("一、抓好。1.建站。2.培训。二、督促。", ["一", "一.1", "一.2", "二"], id="a whole list in a line"),
    pytest.param("一、抓好。1.建站，就这一项。", ["一"], id="a lone first is no list"),
    pytest.param("15.建站16.打造", ["15"], id="no sentence ended"),
    pytest.param("7.建站（牵头处室：规划处）8.打造", ["7", "8"], id="after a bracket"),
    # looks like a number
    pytest.param("一、甲\n1.5万人次参加\n2.3%以上", ["一"], id="decimals"),
    pytest.param("一、甲\n二、三级医院都要参加\n三、四线城市", ["一"], id="enumerations"),
    pytest.param("一、甲\n二、三级以上", ["一"], id="enumeration of grades"),
    pytest.param("2026年完成任务\n65岁以上老人", [""], id="years and ages"),
    pytest.param(
        "1.0—6岁儿童建档\n2.65岁以上老人体检\n3.2026年办完", ["1", "2", "3"], id="a number before a year or an age"
    ),
    pytest.param("一、指标\n1. | 建站 | 10家\n二、办法 | 5\n（二）其他", ["一", "一.(二)"], id="rows of a table"),
    pytest.param("第三季度开工\n第二条规定的事项", [""], id="ordinals in prose"),
    pytest.param("(2026)\n（试行）", [""], id="brackets of other things"),
]


@pytest.mark.parametrize(("text", "paths"), PATHS)
def test_paths(text, paths):
    assert [clause.path for clause in split_clauses(text)] == paths


@pytest.mark.parametrize(
    ("text", "heading"),
    [
        ("一、加强基层服务", "加强基层服务"),
        ("1.建好急救站。年内再建两家。", "建好急救站"),
        ("（一）总体目标：到年底全部建成", "总体目标"),
        ("2.不断" + "推进" * 30, ""),
    ],
)
def test_heading_is_the_short_first_sentence(text, heading):
    assert split_clauses(text)[0].heading == heading


def test_own_text_leaves_the_number_out():
    text = "引言\n\u3000（十四）妇幼健康。\n1. 建档。"
    assert [own_text(text, clause) for clause in split_clauses(text)] == ["引言", "妇幼健康。", "建档。"]


def test_clause_at_an_offset_and_what_it_stands_under():
    text = "引言\n一、甲\n（一）乙\n1.丙\n（二）丁\n2.戊"
    clauses = split_clauses(text)
    found = clause_at(clauses, text.index("戊"))
    assert found is not None
    assert found.path == "一.(二).2"
    assert [above.heading for above in ancestors(clauses, found)] == ["甲", "丁"]
    assert ancestors(clauses, clauses[0]) == []
    assert clause_at(clauses, len(text)) is None
    assert clause_at([], 0) is None


@pytest.mark.parametrize(
    ("written", "count"),
    [("十", 10), ("十四", 14), ("二十", 20), ("三十八", 38), ("一百零二", 102), ("12", 12), ("１２", 12)],
)
def test_chinese_count(written, count):
    assert chinese_count(written) == count


PIECES = st.sampled_from(
    [
        "一、",
        "（二）",
        "(三)",
        "1.",
        "２．",
        "3、",
        "（4）",
        "①",
        "第一章 ",
        "第二条 ",
        "附件1：",
        "1.1 ",
        "\n",
        "\r\n",
        "。",
        "；",
        " | ",
        "\u3000",
        "建站",
        "2026年",
        "65岁",
        "%",
    ]
)
TEXTS = st.one_of(st.text(max_size=300), st.lists(PIECES, max_size=60).map("".join))


@given(TEXTS)
def test_spans_cover_the_text_in_order_without_gaps(text):
    clauses = split_clauses(text)
    assert "".join(text[clause.start : clause.end] for clause in clauses) == text
    assert all(clause.start < clause.end for clause in clauses)
    assert all(bool(clause.path) == (clause.level > 0) for clause in clauses)
    assert [clause.path for clause in clauses].count("") <= 1


@given(st.lists(st.text("甲乙丙建站服务，", min_size=1, max_size=20), min_size=1, max_size=30))
def test_numbered_lines_are_all_found(lines):
    text = "\n".join(f"{count}.{line}" for count, line in enumerate(lines, 1))
    assert [clause.path for clause in split_clauses(text)] == [str(count) for count in range(1, len(lines) + 1)]


@pytest.mark.parametrize(
    "text",
    [
        "1" * 100_000,
        "一、" * 50_000,
        "（" * 100_000,
        "。1.a" * 25_000,
        " " * 100_000 + "x",
        "第" + " " * 99_999,
        "附 " * 50_000,
        "。" + "\u3000" * 99_999,
    ],
    ids=["digits", "enumeration marks", "brackets", "sentence ends", "blanks", "ordinal", "annex", "wide blanks"],
)
def test_hostile_texts_take_no_long_time(text):
    begin = time.perf_counter()
    split_clauses(text)
    assert time.perf_counter() - begin < 3
