"""The parts of extraction one by one: numerals, quantities, dates, tables, writers."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from datetime import date
from decimal import Decimal

import cn2an
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpi.core.errors import BadInput
from kpi.core.quantity import Comparator
from kpi.extraction.candidates import Nature
from kpi.extraction.deadlines import Horizon, horizon_of, moments
from kpi.extraction.layout import plain_text
from kpi.extraction.numerals import read_numeral
from kpi.extraction.quantities import quantities
from kpi.extraction.rules import find
from kpi.extraction.segments import LONGEST_SEGMENT, sentences
from kpi.extraction.writers.registry import WRITERS, write_candidates


@given(st.integers(min_value=1, max_value=99_999_999))
def test_chinese_numerals_agree_with_another_reader(number: int) -> None:
    written = cn2an.an2cn(str(number), "low")
    assert read_numeral(written) == number


NUMERALS = [
    ("两", 2), ("十二", 12), ("二十", 20), ("三百零五", 305), ("三百五", 350), ("一万二", 12000), ("两千三百", 2300),
    ("三亿五千万", 350_000_000), ("八十五点五", "85.5"), ("二〇二五", 2025), ("1,200.5", "1200.5"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "value"), NUMERALS)
def test_a_numeral_is_read_exactly(written: str, value: object) -> None:
    assert read_numeral(written) == Decimal(str(value))


@pytest.mark.parametrize("written", ["百", "千方", "十百千万", "", "一" * 30, "点五"])
def test_what_is_no_numeral_is_none(written: str) -> None:
    assert read_numeral(written) is None


QUANTITIES = [
    ("4.6万名", "46000", None, "名", None),
    ("17/10万以下", "17", None, "/10万", Comparator.AT_MOST),
    ("九成以上", "90", None, "%", Comparator.AT_LEAST),
    ("百分之八十五点五", "85.5", None, "%", None),
    ("千分之五", "5", None, "‰", None),
    ("十万分之九", "9", None, "/10万", None),
    ("三分之一", "33.33", None, "%", None),
    ("一半以上", "50", None, "%", Comparator.AT_LEAST),
    ("翻两番", "4", None, "倍", None),
    ("1∶1.25", "1.25", None, "", None),
    ("2—3个", "2", "3", "个", None),
    ("60-70%", "60", "70", "%", None),
    ("1.3万亿斤", "1300000000000", None, "斤", None),
    ("30微克/立方米以内", "30", None, "微克/立方米", Comparator.AT_MOST),
]


@pytest.mark.parametrize(("written", "low", "high", "unit", "after"), QUANTITIES)
def test_a_quantity_has_value_unit_and_comparator(
    written: str, low: str, high: str | None, unit: str, after: Comparator | None
) -> None:
    (one,) = quantities(plain_text(written))
    assert (one.unit, one.after, one.end) == (unit, after, len(written))
    assert (one.value, one.low, one.high) == (
        (Decimal(low), None, None) if high is None else (None, Decimal(low), Decimal(high))
    )


DATES = [
    ("到2025年底，", date(2025, 12, 31)), ("6月底前，", date(2024, 6, 30)), ("2月底前", date(2024, 2, 29)),
    ("9月15日前", date(2024, 9, 15)), ("第三季度", date(2024, 9, 30)), ("上半年", date(2024, 6, 30)),
    ("年内", date(2024, 12, 31)), ("用三年时间", date(2026, 12, 31)), ("两年内", date(2025, 12, 31)),
    ("“十四五”期间", date(2025, 12, 31)), ("2023—2026年", date(2026, 12, 31)), ("明年底", date(2025, 12, 31)),
]  # fmt: skip


@pytest.mark.parametrize(("written", "due"), DATES)
def test_a_date_expression_gives_its_last_day(written: str, due: date) -> None:
    assert [when.due for when in moments(plain_text(written), Horizon(2024, 2024))] == [due]


@pytest.mark.parametrize("written", ["较2020年提高", "由2020年的78%", "在2023年基础上", "比2021年翻一番"])
def test_a_year_compared_with_is_no_deadline(written: str) -> None:
    assert all(when.basis for when in moments(written, Horizon(2024, 2024)))


@pytest.mark.parametrize(
    ("title", "first", "last"),
    [
        ("云岭省儿童发展规划（2021-2030年）", 2021, 2030),
        ("云岭市“十四五”养老规划", 2021, 2025),
        ("云岭县托育三年行动计划（2022年）", 2022, 2024),
        ("云岭区2026年工作要点", 2026, 2026),
    ],
)
def test_the_title_says_how_far_the_plan_runs(title: str, first: int, last: int) -> None:
    assert horizon_of(title, None) == Horizon(first, last)


def test_the_calendar_is_left_alone_in_titles_of_other_documents() -> None:
    assert moments("落实《养老规划（2021-2030年）》", Horizon(2024, 2024)) == []


# ------------------------------------------------------------------ tables

PLAN = "云岭市“十四五”托育规划（2021年）\n"
PIPED = """| 序号 | 指标 | 单位 | 2020年 | 2025年 | 属性 |
| --- | --- | --- | --- | --- | --- |
| 1 | 入托率 | % | 6.2 | ≥15 | 预期性 |
| 2 | 千人口托位数 | 个 | 1.8 | 4.6 | 约束性 |
"""
SPACED = """序号  指标                2020年   2025年   属性
1     入托率（%）          6.2     ≥15     预期性
2     千人口托位数（个）    1.8     4.6     约束性
"""
TABBED = re.sub(" {2,}", "\t", SPACED)
STACKED = "指标\n2020年\n2025年\n属性\n1.入托率（%）\n6.2\n≥15\n预期性\n2.千人口托位数（个）\n1.8\n4.6\n约束性\n"
ONE_LINE = "指标 2020年 2025年 属性 入托率（%） 6.2 ≥15 预期性 千人口托位数（个） 1.8 4.6 约束性\n"


@pytest.mark.parametrize("table", [PIPED, SPACED, TABBED, STACKED, ONE_LINE], ids=["|", "  ", "tab", "stacked", "line"])
def test_a_table_of_indicators_is_read_in_every_shape(table: str) -> None:
    first, second = find(PLAN + table)
    assert (first.name, first.comparator, first.value, first.unit) == ("入托率", Comparator.AT_LEAST, 15, "%")
    assert (second.name, second.value, second.unit) == ("千人口托位数", Decimal("4.6"), "个")
    assert first.baseline is not None
    assert (first.baseline.value, first.baseline.date) == (Decimal("6.2"), date(2020, 12, 31))
    assert (first.nature, second.nature) == (Nature.EXPECTED, Nature.BINDING)
    assert first.deadline == second.deadline == date(2025, 12, 31)


def test_two_target_years_give_two_candidates_of_one_group() -> None:
    text = "云岭省行动（2020年）\n指标\t2019年\t2022年\t2030年\n吸烟率（%）\t25\t<24\t<20\n"
    found = find(text)
    assert [(one.value, str(one.deadline)) for one in found] == [(24, "2022-12-31"), (20, "2030-12-31")]
    assert len({one.group for one in found}) == 1


def test_a_row_of_which_completes_its_name_from_the_row_above() -> None:
    text = PLAN + "指标\n2020年\n2025年\n诊疗人次占比（%）\n其中：村卫生室\n52\n18\n58\n20\n"
    assert [(one.name, one.value) for one in find(text)] == [("诊疗人次占比", 58), ("村卫生室诊疗人次占比", 20)]


def test_prose_in_a_cell_is_read_as_prose() -> None:
    head = "云岭市2024年实事项目\n| 序号 | 项目 | 年度目标 | 责任单位 |\n|-|-|-|-|\n"
    text = head + "| 1 | 学前教育 | 新建幼儿园9所，新增学位2700个 | 教育局 |\n"
    assert [(one.name, one.value) for one in find(text)] == [("新建幼儿园数", 9), ("新增学位", 2700)]


def test_a_scale_in_the_head_is_multiplied_in() -> None:
    text = PLAN + "指标\t2020年\t2025年\n产值（亿元）\t2.1\t4.25\n"
    (one,) = find(text)
    assert (one.value, one.unit, one.baseline and one.baseline.value) == (425_000_000, "元", 210_000_000)


# ------------------------------------------------------------------ writers

TEXT = "一、目标\n婚检率由72.5%提高到80%，新建2—3家医院，成立市老年健康中心。"


def test_jsonl_is_the_contract_with_exact_numbers() -> None:
    rows = [json.loads(line) for line in write_candidates(find(TEXT, file="a.txt"), "jsonl").decode().splitlines()]
    assert rows[0]["baseline"] == {"value": 72.5, "date": None}
    assert isinstance(rows[0]["value"], int)
    assert (rows[1]["value"], rows[1]["low"], rows[1]["high"]) == (None, 2, 3)
    assert rows[2]["kind"] == "milestone"
    assert {row["file"] for row in rows} == {"a.txt"}


def test_csv_and_xlsx_hold_the_same_rows() -> None:
    found = find(TEXT)
    rows = list(csv.DictReader(io.StringIO(write_candidates(found, "csv").decode("utf-8-sig"))))
    sheet = openpyxl.load_workbook(io.BytesIO(write_candidates(found, "xlsx"))).active
    assert sheet is not None
    assert [row["name"] for row in rows] == [one.name for one in found] == [cell.value for cell in sheet["C"][1:]]
    assert sheet["G"][1].value == 80


def test_a_text_that_looks_like_a_formula_stays_text() -> None:
    (one,) = find("婚检率达到80%。")
    assert "'=1+1" in write_candidates([replace(one, name="=1+1")], "csv").decode()


def test_the_table_shows_every_candidate_and_their_number() -> None:
    shown = write_candidates(find(TEXT), "table").decode()
    assert "≥80%" in shown
    assert "2—3家" in shown
    assert "里程碑" in shown
    assert shown.endswith("共3项\n")


def test_an_unknown_format_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match="jsonl"):
        write_candidates([], "yaml")
    assert all(isinstance(write([]), bytes) for write in WRITERS.values())


def read_rows(text: str, title: str = "云岭市“十四五”规划") -> list[tuple[str, str, str, str, str]]:
    return [
        (one.name, str(one.comparator), str(one.value), one.unit, str(one.baseline.value) if one.baseline else "")
        for one in find(text, title=title, plan_year=2021)
    ]


GLUED = [
    "指标名称2020年2025年年均/累计属性\n入托率（%）6.2≥15—预期性\n新增就业（万人）5.3—〔25〕预期性\n",
    "附表 序号指标2020年2025年属性1入托率（%）6.2≥15预期性2 3岁以下管理率（%）91.5≥93约束性",
]


def test_columns_that_ran_together_are_taken_apart() -> None:
    assert read_rows(GLUED[0]) == [("入托率", ">=", "15", "%", "6.2"), ("新增就业", "=", "250000", "人", "53000")]
    assert read_rows(GLUED[1]) == [("入托率", ">=", "15", "%", "6.2"), ("3岁以下管理率", ">=", "93", "%", "91.5")]


def test_the_totals_of_a_table_by_region_are_the_targets() -> None:
    text = (
        "2024年云岭市老旧小区改造任务分解表\n县（市、区）\t小区数（个）\t建筑面积（万平方米）\t完成时限\n"
        "合计\t86\t43.6\t2024年12月底前\n东区\t40\t20.1\t2024年12月底前\n西区\t46\t23.5\t2024年10月底前\n"
    )
    assert [(one.name, one.value, one.unit) for one in find(text)] == [
        ("云岭市老旧小区改造小区数", 86, "个"),
        ("云岭市老旧小区改造建筑面积", 436000, "平方米"),
    ]


def test_growth_beside_a_level_is_a_target_of_its_own() -> None:
    text = "| 指标 | 2020年 | 2025年 | 年均增长 |\n|---|---|---|---|\n| 生产总值（亿元） | 300 | 420 | 7%左右 |\n"
    assert [row[:3] for row in read_rows(text)] == [("生产总值", "=", "42000000000"), ("生产总值年均增长率", "~", "7")]


def test_a_row_one_cell_a_line_has_its_own_deadline() -> None:
    text = (
        "云岭县2024年重点工作任务分解表\n\n序号\n\n任务\n\n目标要求\n\n完成时限\n\n责任单位\n\n"
        "1\n\n健康管理\n\n签约率达36%以上，覆盖率达71%\n\n8月底前\n\n基层股\n\n"
        "2\n\n人才\n\n招聘人员80名\n\n10月底前\n\n人事股\n"
    )
    assert [str(one.deadline) for one in find(text)] == ["2024-08-31", "2024-08-31", "2024-10-31"]


def test_heads_with_remarks_and_spread_signs_are_known() -> None:
    text = "指　　标　　　单位　　　2023年完成　　　2024年计划\n覆盖率　　　　％　　　　86　　　　　88\n"
    assert [(one.name, one.value) for one in find(text, plan_year=2024)] == [("覆盖率", 88)]
    text = "| 行动 | 指标 | 基期（2020年） | 2025年目标值 |\n|---|---|---|---|\n| 控烟 | 吸烟率（%） | 26 | <24 |\n"
    assert read_rows(text) == [("吸烟率", "<", "24", "%", "26")]


def test_sentences_in_the_cells_of_a_row_are_due_when_the_row_is() -> None:
    text = (
        "| 序号 | 工作任务 | 目标要求 | 完成时限 |\n|---|---|---|---|\n"
        "| 1 | 治水 | 完成河道治理12条，新增管网35公里 | 2024年10月底前 |\n"
    )
    assert [str(one.deadline) for one in find(text, plan_year=2024)] == ["2024-10-31", "2024-10-31"]


def test_rows_of_one_name_take_the_heading_above_them() -> None:
    text = (
        "指    标\t2020年\t2025年\t属性\n义务教育\n在校生数（万人）\t32.5\t35.8\t预期性\n"
        "高中教育\n在校生数（万人）\t15.2\t17.6\t预期性\n\t\t\t\n"
    )
    assert [row[0] for row in read_rows(text)] == ["义务教育在校生数", "高中教育在校生数"]


def test_a_unit_above_a_table_holds_for_its_columns() -> None:
    text = (
        "云岭市2024年就业目标任务分解表\n单位：人\n地区\t城镇新增就业\t困难人员就业\n"
        "全市\t45000\t4000\n东区\t45000\t4000\n"
    )
    assert [(one.name, one.value, one.unit) for one in find(text)] == [
        ("城镇新增就业", 45000, "人"), ("困难人员就业", 4000, "人"),
    ]  # fmt: skip


def test_a_remark_behind_a_value_is_no_part_of_it() -> None:
    text = "| 指标 | 单位 | 2025年目标值 |\n|---|---|---|\n| 教育参与率 | % | 15（其中线上5） |\n"
    assert [row[:3] for row in read_rows(text)] == [("教育参与率", "=", "15")]


def test_what_goes_on_without_a_comma_is_cut() -> None:
    lengths = [one.end - one.start for parts in sentences("50%的" * 700) for part in parts for one in part]
    assert sum(lengths) == 2_800 and max(lengths) == LONGEST_SEGMENT


@pytest.mark.parametrize(
    "upper",
    ["指标 | 目标值 | 目标值 | 现状值 | 属性", "指标 | 目标值 |  | 现状值 | 属性"],
    ids=["written out", "left empty"],
)
def test_a_header_of_two_rows_is_read_as_one(upper: str) -> None:
    lower = upper.replace("目标值 | 目标值", "2028年 | 2030年").replace("目标值 | ", "2028年 | 2030年")
    first, second = find(f"云岭市健康规划（2026—2030年）\n{upper}\n{lower}\n入托率（%） | 9 | 15 | 6.2 | 预期性")
    assert [first.deadline, second.deadline] == [date(2028, 12, 31), date(2030, 12, 31)]
    assert first.baseline
    assert (first.baseline.value, first.group) == (Decimal("6.2"), second.group)


@pytest.mark.parametrize("written", ["2026-10-31", "2026/10/31", "2026.10", "2026年10月", "10月底"])
def test_the_column_of_deadlines_is_read_however_dates_are_written(written: str) -> None:
    (only,) = find(f"云岭市2026年任务清单\n任务 | 目标 | 完成时限\n签约率 | ≥60% | {written}\n")
    assert only.deadline == date(2026, 10, 31)
