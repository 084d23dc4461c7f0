"""Tables of indicators as sites, copies from Word and PDF, markdown and CSV give them: one invented text a layout.

A target is written as `name comparator value unit @deadline`, with base, change and nature where the table says them.
"""

from __future__ import annotations

import pytest

from kpi.extraction.candidates import Candidate
from kpi.extraction.rules import find
from tests.rules.test_extraction_cases import show

TITLE = "云岭市“十四五”托育规划（2021年）"


def told(one: Candidate) -> str:
    return show(one, "2025-12-31") + (f" {one.nature}" if one.nature else "")


TWO = ["入托率 >= 15% base=6.2 expected", "每千人口托位数 = 4.6个 base=1.8 binding"]
PLAIN = ["入托率 >= 15% base=6.2", "每千人口托位数 = 4.6个 base=1.8"]
BARE = ["入托率 >= 15%", "每千人口托位数 = 4.6个"]

ROWS = {
    "markdown": (
        "| 指标 | 单位 | 2020年 | 2025年 | 属性 |\n|:---|:-:|---:|---:|---|\n"
        "| 入托率 | % | 6.2 | ≥15 | 预期性 |\n| 每千人口托位数 | 个 | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "no outer pipes": (
        "指标 | 2020年 | 2025年 | 属性\n--- | --- | --- | ---\n入托率（%） | 6.2 | ≥15 | 预期性\n"
        "每千人口托位数（个） | 1.8 | 4.6 | 约束性\n",
        TWO,
    ),
    "trailing pipes": (
        "指标 | 2020年 | 2025年 | 属性 |\n入托率（%） | 6.2 | ≥15 | 预期性 |\n"
        "每千人口托位数（个） | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "two columns": ("指标 | 2025年\n入托率（%） | ≥15\n每千人口托位数（个） | 4.6\n", BARE),
    "a line above the header": (
        "| 云岭市托育主要指标 |||||\n| 序号 | 指标 | 2020年 | 2025年 | 属性 |\n"
        "| 1 | 入托率（%） | 6.2 | ≥15 | 预期性 |\n| 2 | 每千人口托位数（个） | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "blank lines between rows": (
        "| 指标 | 2020年 | 2025年 | 属性 |\n\n| 入托率（%） | 6.2 | ≥15 | 预期性 |\n\n"
        "| 每千人口托位数（个） | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "a row over two lines": (
        "| 指标 | 2020年 | 2025年 | 属性 |\n| --- | --- | --- | --- |\n| 入托率（%） | 6.2 | ≥15 | 预期性 |\n"
        "| 每千人口 | | | |\n| 托位数（个） | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "a cell of two lines": (
        "| 指标 | 2020年 | 2025年 | 属性 |\n| --- | --- | --- | --- |\n| 入托率（%） | 6.2 | ≥15 | 预期性 |\n"
        "| 每千人口\n托位数（个） | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "tabs": (
        "指标\t2020年\t2025年\t属性\n入托率（%）\t6.2\t≥15\t预期性\n每千人口托位数（个）\t1.8\t4.6\t约束性\n",
        TWO,
    ),
    "tabs and blanks": (
        "指标 \t 2020年 \t 2025年 \t 属性\n入托率（%） \t 6.2 \t ≥15 \t 预期性\n"
        "每千人口托位数（个） \t 1.8 \t 4.6 \t 约束性\n",
        TWO,
    ),
    "full-width blanks": (
        "指标　　2020年　　2025年　　属性\n入托率（%）　　6.2　　≥15　　预期性\n"
        "每千人口托位数（个）　　1.8　　4.6　　约束性\n",
        TWO,
    ),
    "one full-width blank": (
        "指标　2020年　2025年　属性\n入托率（%）　6.2　≥15　预期性\n每千人口托位数（个）　1.8　4.6　约束性\n",
        TWO,
    ),
    "single blanks": (
        "指标 2020年 2025年 属性\n入托率（%） 6.2 ≥15 预期性\n每千人口托位数（个） 1.8 4.6 约束性\n",
        TWO,
    ),
    "bold": (
        "| **指标** | **2020年** | **2025年** |\n|---|---|---|\n| **入托率（%）** | 6.2 | **≥15** |\n"
        "| **每千人口托位数（个）** | 1.8 | **4.6** |\n",
        PLAIN,
    ),
    "the end of a name below its values": (
        "指标          2020年   2025年\n入托率（%）    6.2      ≥15\n每千人口托      1.8      4.6\n位数（个）\n",
        PLAIN,
    ),
    "csv": ("指标,单位,2020年,2025年,属性\n入托率,%,6.2,≥15,预期性\n每千人口托位数,个,1.8,4.6,约束性\n", TWO),
    "csv with quotes": (
        '"序号","指标","单位","2020年","2025年","属性"\n"1","入托率","%","6.2","≥15","预期性"\n'
        '"2","每千人口托位数","个","1.8","4.6","约束性"\n',
        TWO,
    ),
    "full-width commas": (
        "指标，2020年，2025年，属性\n入托率（%），6.2，≥15，预期性\n每千人口托位数（个），1.8，4.6，约束性\n",
        TWO,
    ),
    "a border drawn": (
        "+------+------+------+------+\n| 指标 | 2020年 | 2025年 | 属性 |\n+======+======+======+======+\n"
        "| 入托率（%） | 6.2 | ≥15 | 预期性 |\n+------+------+------+------+\n"
        "| 每千人口托位数（个） | 1.8 | 4.6 | 约束性 |\n"
        "+------+------+------+------+\n",
        TWO,
    ),
    "box drawing": (
        "┌──┬──┬──┬──┐\n│指标│2020年│2025年│属性│\n├──┼──┼──┼──┤\n│入托率（%）│6.2│≥15│预期性│\n├──┼──┼──┼──┤\n"
        "│每千人口托位数（个）│1.8│4.6│约束性│\n└──┴──┴──┴──┘\n",
        TWO,
    ),
}

STACKED = {
    "one cell a line": (
        "指标\n2020年\n2025年\n属性\n入托率（%）\n6.2\n≥15\n预期性\n每千人口托位数（个）\n1.8\n4.6\n约束性\n",
        TWO,
    ),
    "blank lines between cells": (
        "\n\n".join("指标 2020年 2025年 属性 入托率（%） 6.2 ≥15 预期性 每千人口托位数（个） 1.8 4.6 约束性".split())
        + "\n",
        TWO,
    ),
    "a pipe behind each cell": (
        "指标 |\n2020年 |\n2025年 |\n属性 |\n入托率（%） |\n6.2 |\n≥15 |\n预期性 |\n每千人口托位数（个） |\n"
        "1.8 |\n4.6 |\n约束性 |\n",
        TWO,
    ),
    "a pipe before each cell": (
        "|\n指标\n| 2020年\n| 2025年\n| 属性\n|\n入托率（%）\n| 6.2\n| ≥15\n| 预期性\n|\n每千人口托位数（个）\n"
        "| 1.8\n| 4.6\n| 约束性\n|\n",
        TWO,
    ),
    "a pipe in a line of its own": (
        "指标\n|\n2020年\n|\n2025年\n|\n属性\n|\n入托率（%）\n|\n6.2\n|\n≥15\n|\n预期性\n|\n"
        "每千人口托位数（个）\n|\n1.8\n|\n4.6\n|\n约束性\n",
        TWO,
    ),
    "explained heads": (
        "指标 |\n2020年基期值（从哪里出发） |\n2025年目标值（规划期末要达到的水平） |\n"
        "年均增速（五年累计） |\n入托率（%） |\n6.2 |\n≥15 |\n[8.8] |\n"
        "每千人口托位数（个） |\n1.8 |\n4.6 |\n[2.8) |\n",
        PLAIN,
    ),
    "an em-dash typed as the numeral one": (
        "指标 |\n2020年基期值 |\n2025年目标值 |\n五年累计 |\n托育从业人员（万人） |\n一 |\n>1.2 |\n一 |\n"
        "入托率（%） |\n6.2 |\n≥15 |\n[8.8] |\n",
        ["托育从业人员 > 12000人", "入托率 >= 15% base=6.2"],
    ),
    "categories between rows, a cell missing": (
        "|\n指标\n| 2020年\n| 2025年\n| 〔累计〕\n| 属性\n|\n托育服务\n|\n1.供给\n| 入托率（%）\n| 6.2\n| ≥15\n"
        "| -\n| 预期性\n|\n"
        "普惠托位价格下降（%）\n| -\n| -\n| 〔12〕\n| 预期性\n|\n2.队伍\n| 每千人口托位数（个）\n| 1.8\n| 4.6\n"
        "| 约束性\n|\n",
        [
            "入托率 >= 15% base=6.2 expected",
            "普惠托位价格下降 = 12% change=decrease expected",
            "每千人口托位数 = 4.6个 base=1.8 binding",
        ],
    ),
    "heads over two lines": (
        "指标\n2020年\n实际值\n2025年\n目标值\n属性\n入托率（%）\n6.2\n≥15\n预期性\n每千人口托位数（个）\n1.8\n4.6\n约束性\n",
        TWO,
    ),
    "a merged category as an empty cell": (
        "类别 |\n指标 |\n2020年 |\n2025年 |\n属性 |\n供给 |\n入托率（%） |\n6.2 |\n≥15 |\n预期性 |\n |\n"
        "每千人口托位数（个） |\n|\n4.6 |\n约束性 |\n",
        ["入托率 >= 15% base=6.2 expected", "每千人口托位数 = 4.6个 binding"],
    ),
    "numbered rows": (
        "序号\n指标\n单位\n2020年\n2025年\n属性\n1\n入托率\n%\n6.2\n≥15\n预期性\n2\n每千人口托位数\n个\n1.8\n"
        "4.6\n约束性\n",
        TWO,
    ),
    "a cell over two lines": (
        "指标\n2020年\n2025年\n属性\n入托率（%）\n6.2\n≥15\n预期性\n每千人口\n托位数（个）\n1.8\n4.6\n约束性\n",
        TWO,
    ),
}

COLUMNS = {
    "unit in the header": (
        "| 指标（%） | 2020年 | 2025年 |\n| 入托率 | 6.2 | ≥15 |\n| 持证上岗率 | 60 | 95 |\n",
        ["入托率 >= 15% base=6.2", "持证上岗率 = 95% base=60"],
    ),
    "unit in the column's head": (
        "| 指标 | 2020年（%） | 2025年（%） |\n| 入托率 | 6.2 | ≥15 |\n| 持证上岗率 | 60 | 95 |\n",
        ["入托率 >= 15% base=6.2", "持证上岗率 = 95% base=60"],
    ),
    "unit in the caption": (
        "表1 托育指标\n单位：%\n指标\t2020年\t2025年\n入托率\t6.2\t≥15\n持证上岗率\t60\t95\n",
        ["入托率 >= 15% base=6.2", "持证上岗率 = 95% base=60"],
    ),
    "unit in the caption above pipes": (
        "（单位：%）\n| 指标 | 2020年 | 2025年 |\n|---|---|---|\n| 入托率 | 6.2 | ≥15 |\n",
        ["入托率 >= 15% base=6.2"],
    ),
    "name with its unit in one head": (
        "指标（单位）\t2020年\t2025年\n入托率（%）\t6.2\t≥15\n",
        ["入托率 >= 15% base=6.2"],
    ),
    "unit behind a comma": ("指标\t2020年\t2025年\n入托率，%\t6.2\t≥15\n", ["入托率 >= 15% base=6.2"]),
    "a sum of five years beside a level": (
        "指标\t2020年\t2025年\t〔五年累计〕\n新建托育机构（家）\t—\t—\t〔40〕\n普惠托位（个）\t800\t1200\t〔400〕\n",
        ["新建托育机构 = 40家", "普惠托位 = 1200个 base=800"],
    ),
    "a sum of five years in the place of the target": (
        "指标\t2020年\t2025年\t属性\n新建托育机构（家）\t—\t〔40〕\t预期性\n"
        "单位能耗降低（%）\t—\t[13.5]\t约束性\n注：〔〕内为五年累计数。\n",
        ["新建托育机构 = 40家 expected", "单位能耗降低 = 13.5% change=decrease binding"],
    ),
    "yearly growth": (
        "指标\t2020年\t2025年\t年均增长（%）\t属性\n托育产业增加值（亿元）\t3\t4.5\t8.5\t预期性\n"
        "托育从业人员工资（元）\t—\t—\t6\t预期性\n",
        [
            "托育产业增加值 = 450000000元 base=300000000 expected",
            "托育产业增加值年均增长率 = 8.5% change=increase expected",
            "托育从业人员工资年均增长率 = 6% change=increase expected",
        ],
    ),
    "growth or sums in one column": (
        "指标\t2020年\t2025年\t年均增速/累计\n托育从业人员（人）\t5300\t—\t>8000\n"
        "托位数（个）\t1800\t—\t〔2800〕\n新增托位（个）\t300\t—\t〔2800〕\n",
        ["托育从业人员 > 8000人 base=5300", "托位数 = 2800个 change=increase", "新增托位 = 2800个 base=300"],
    ),
    "several target years": (
        "指标\t2020年\t2025年\t2030年\t2035年\n入托率（%）\t6.2\t15\t25\t40\n",
        ["入托率 = 15% base=6.2", "入托率 = 25% @2030-12-31 base=6.2", "入托率 = 40% @2035-12-31 base=6.2"],
    ),
    "years below a head that spans them": (
        "| 指标 | 现状 | 目标值 ||\n| | 2020年 | 2025年 | 2030年 |\n| 入托率（%） | 6.2 | ≥15 | ≥25 |\n",
        ["入托率 >= 15% base=6.2", "入托率 >= 25% @2030-12-31 base=6.2"],
    ),
    "years that lost their places below the head that spans them": (
        "指标\t现状\t规划目标\t属性\n\t2020年\t2025年\t2030年\t\n入托率（%）\t6.2\t≥15\t≥25\t预期性\n",
        ["入托率 >= 15% base=6.2 expected", "入托率 >= 25% @2030-12-31 base=6.2 expected"],
    ),
    "years over several years": ("| 指标 | 2021—2025年目标 |\n| 入托率（%） | 15 |\n", ["入托率 = 15%"]),
    "words for the columns": (
        "指标名称\t“十三五”末实际\t“十四五”末目标\t指标性质\n入托率（%）\t6.2\t≥15\t预期性\n",
        ["入托率 >= 15% base=6.2 expected"],
    ),
    "departments and remarks": (
        "| 序号 | 指标 | 2020年 | 2025年 | 属性 | 责任部门 | 备注 |\n|---|---|---|---|---|---|---|\n"
        "| 1 | 入托率（%） | 6.2 | ≥15 | 预期性 | 市卫生健康委 | 每3年评估 |\n",
        ["入托率 >= 15% base=6.2 expected"],
    ),
    "ranges and words": (
        "指标\t2020年\t2025年\n入托率（%）\t6.2\t15左右\n师生比\t—\t1:7\n每班人数（人）\t25\t18-20\n"
        "服务半径（米）\t800\t500以内\n"
        "满意度（%）\t85\t持续提高\n"
        "从业人员（名）\t1,200\t3,000以上\n家长满意度（%）\t90\t＞95\n投诉率（‰）\t3\t≤1\n",
        [
            "入托率 ~ 15% base=6.2",
            "师生比 = 7",
            "每班人数 between 18-20人 base=25",
            "服务半径 <= 500米 base=800",
            "从业人员 >= 3000名 base=1200",
            "家长满意度 > 95% base=90",
            "投诉率 <= 1‰ base=3",
        ],
    ),
    "merged categories": (
        "| 类别 | 指标 | 2020年 | 2025年 | 属性 |\n|---|---|---|---|---|\n"
        "| 供给 | 入托率（%） | 6.2 | ≥15 | 预期性 |\n"
        "| | 每千人口托位数（个） | 1.8 | 4.6 | 约束性 |\n",
        TWO,
    ),
    "merged categories without their cell": (
        "类别\t指标\t2020年\t2025年\t属性\n供给\t入托率（%）\t6.2\t≥15\t预期性\n"
        "每千人口托位数（个）\t1.8\t4.6\t约束性\n",
        TWO,
    ),
    "merged categories that moved their row to the left": (
        "类别 | 指标 | 2020年 | 2025年 | 属性 |\n供给 | 入托率（%） | 6.2 | ≥15 | 预期性 |\n"
        "每千人口托位数（个） | 1.8 | 4.6 | 约束性 | |\n",
        TWO,
    ),
    "a second header that moved to the left": (
        "指标 | 目标值 | 属性 | |\n2025年 | 2030年 | | |\n入托率（%） | ≥15 | ≥25 | 预期性 |\n",
        ["入托率 >= 15% expected", "入托率 >= 25% @2030-12-31 expected"],
    ),
    "parts of a row": (
        "指标\t2020年\t2025年\n托位数（个）\t1800\t4600\n其中：普惠托位\t900\t2800\n——社区托位\t300\t1200\n",
        ["托位数 = 4600个 base=1800", "普惠托位 = 2800个 base=900", "社区托位 = 1200个 base=300"],
    ),
    "footnotes below": (
        "指标\t2020年\t2025年\n入托率（%）\t6.2\t≥15\n"
        "注：1.〔〕内为五年累计数；2.入托率为3岁以下儿童入托人数占比，按2020年口径为5.8%。\n",
        ["入托率 >= 15% base=6.2"],
    ),
    "footnote marks": (
        "指标\t2020年\t2025年\n入托率①（%）\t6.2\t≥15\n每千人口托位数[2]（个）\t1.8\t4.6\n",
        ["入托率 >= 15% base=6.2", "每千人口托位数 = 4.6个 base=1.8"],
    ),
}

SIDEWAYS = {
    "two tables side by side": (
        "指标\t2025年\t指标\t2025年\n入托率（%）\t≥15\t每千人口托位数（个）\t4.6\n"
        "持证上岗率（%）\t95\t家长满意度（%）\t90\n",
        ["入托率 >= 15%", "每千人口托位数 = 4.6个", "持证上岗率 = 95%", "家长满意度 = 90%"],
    ),
    "two tables side by side by pipes": (
        "| 指标 | 2020年 | 2025年 | 指标 | 2020年 | 2025年 |\n|---|---|---|---|---|---|\n"
        "| 入托率（%） | 6.2 | ≥15 | 每千人口托位数（个） | 1.8 | 4.6 |\n| 持证上岗率（%） | 60 | 95 | | | |\n",
        ["入托率 >= 15% base=6.2", "每千人口托位数 = 4.6个 base=1.8", "持证上岗率 = 95% base=60"],
    ),
    "indicators across": (
        "| 指标 | 入托率（%） | 每千人口托位数（个） |\n|---|---|---|\n| 2020年 | 6.2 | 1.8 |\n"
        "| 2025年 | ≥15 | 4.6 |\n"
        "| 属性 | 预期性 | 约束性 |\n",
        TWO,
    ),
    "indicators across by tabs": (
        "指标\t入托率（%）\t每千人口托位数（个）\n2020年\t6.2\t1.8\n2025年目标\t≥15\t4.6\n",
        PLAIN,
    ),
    "rows of heads above rows of values, again and again": (
        "主 要 指 标 |\n入托率 | 每千人口托位数 | 持证上岗率 |\n2025 年 目 标 值 |\n≥15% | 4.6个 | 95% |\n"
        "属 性 | 预期性 | 约束性 | 预期性 |\n"
        "主 要 指 标 |\n家长满意度 | 社区托育覆盖率 |\n2025 年 目 标 值 |\n>90% | 60% |\n属 性 | 预期性 | 约束性 |\n",
        [
            "入托率 >= 15% expected",
            "每千人口托位数 = 4.6个 binding",
            "持证上岗率 = 95% expected",
            "家长满意度 > 90% expected",
            "社区托育覆盖率 = 60% binding",
        ],
    ),
    "rows of heads with their values in the same line": (
        "指标 | 入托率 | 每千人口托位数 |\n2020年 | 6.2% | 1.8个 |\n2025年 | ≥15% | 4.6个 |\n",
        PLAIN,
    ),
}

GLUED = {
    "columns run together": ("指标2020年2025年属性\n入托率（%）6.2≥15预期性\n每千人口托位数（个）1.84.6约束性\n", TWO),
    "with numbers": ("序号指标2020年2025年属性\n1入托率（%）6.2≥15预期性\n2每千人口托位数（个）1.84.6约束性\n", TWO),
    "with a unit column": ("指标单位2020年2025年属性\n入托率%6.2≥15预期性\n每千人口托位数个1.84.6约束性\n", TWO),
    "a target column only": (
        "指标名称2025年目标值属性\n入托率（%）≥15预期性\n每千人口托位数（个）4.6约束性\n",
        ["入托率 >= 15% expected", "每千人口托位数 = 4.6个 binding"],
    ),
}

ALL = {f"{kind}: {name}": case for kind, cases in
       (("rows", ROWS), ("stacked", STACKED), ("columns", COLUMNS), ("sideways", SIDEWAYS), ("glued", GLUED))
       for name, case in cases.items()}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_a_table_is_read_in_the_layout_it_comes_in(name: str) -> None:
    table, targets = ALL[name]
    text = f"{TITLE}\n\n一、主要目标\n到2025年，托育服务体系基本健全。\n{table}\n二、重点任务\n完善政策体系。\n"
    assert [told(one) for one in find(text) if one.kind != "milestone"] == targets
