"""Title, issuer, number, year and date out of invented heads and feet of documents."""

from datetime import date

import pytest

from kpi.documents.rules_dates import read_date, year_of
from kpi.documents.rules_facts import facts_of

NOTICE = """关于印发《松江口市2026年卫生健康工作要点》的通知
各县（市）区卫生健康局，委属各单位：
现将《松江口市2026年卫生健康工作要点》发给你们，请照办。参照省里（省卫发〔2025〕9号）的要求执行。
松江口市卫生健康委员会
2026年2月6日
松江口市2026年卫生健康工作要点
今年的工作安排如下。
一、抓基层
"""
PAGE = """青石区2026年卫生健康工作要点_政务公开_青石区门户
青石区2026年卫生健康工作要点
信息来源: 区卫生健康委 发布时间 2026-03-10
  • 发文字号: 青卫[2026] 7号
  • 发文日期: 2026-03-02
一、抓基层
1.建站

青石区卫生健康委员会   \xa0 2026年3月2日
"""
CELLS = """索引号 | 0001/2026-3 | 文件编号 | 发布机构 | 白水市卫生健康委员会 |
成文日期 | 2026-04-01 | 主题分类 | 卫生 |
白水市卫生健康委员会2026年工作要点
一、抓基层
"""
BROKEN = """红旗县卫生健康局关于印发
2026年全县卫生健康工作要点的通知
红卫发〔2026〕第12号
各卫生院：
一、抓基层
"""
PLAN = "云岭县“十四五”卫生健康发展规划\n云政发〔2021〕12 号\n第一章 总则\n"


@pytest.mark.parametrize(
    ("text", "title", "issuer", "number", "year", "day"),
    [
        pytest.param(
            NOTICE, "松江口市2026年卫生健康工作要点", "松江口市卫生健康委员会", "", 2026, date(2026, 2, 6), id="notice"
        ),
        pytest.param(
            PAGE,
            "青石区2026年卫生健康工作要点",
            "青石区卫生健康委员会",
            "青卫〔2026〕7号",
            2026,
            date(2026, 3, 10),
            id="page",
        ),
        pytest.param(
            CELLS, "白水市卫生健康委员会2026年工作要点", "白水市卫生健康委员会", "", 2026, date(2026, 4, 1), id="cells"
        ),
        pytest.param(
            BROKEN,
            "2026年全县卫生健康工作要点",
            "红旗县卫生健康局",
            "红卫发〔2026〕第12号",
            2026,
            None,
            id="broken title",
        ),
        pytest.param(PLAN, "云岭县“十四五”卫生健康发展规划", "", "云政发〔2021〕12号", 2021, None, id="five years"),
        pytest.param("一、抓基层", "某县2026年计划", "", "", 2026, None, id="nothing but the file's name"),
    ],
)
def test_facts(text, title, issuer, number, year, day):
    facts = facts_of(text, "某县2026年计划.txt")
    assert (facts.title, facts.issuer, facts.number, facts.plan_year, facts.published_on) == (
        title,
        issuer,
        number,
        year,
        day,
    )


@pytest.mark.parametrize(
    ("head", "title", "issuer"),
    [
        ("云岭市儿童发展规划\n（2026—2030年）", "云岭市儿童发展规划（2026—2030年）", ""),
        ("云岭市“十五五”\n卫生健康发展规划", "云岭市“十五五”卫生健康发展规划", ""),
        (
            "云岭市养老服务体系建设\n三年行动计划\n（2026—2028年）",
            "云岭市养老服务体系建设三年行动计划（2026—2028年）",
            "",
        ),
        ("云岭市第六届人民代表大会文件\n政府工作报告", "政府工作报告", ""),
        ("指标表\n云岭市“十五五”健康发展主要指标\n1 | 床位 | 2026-03-01", "云岭市“十五五”健康发展主要指标", ""),
        (
            "云岭市卫生健康委员会办公室关于印发2026年\n卫生健康工作要点的通知",
            "2026年卫生健康工作要点",
            "云岭市卫生健康委员会办公室",
        ),
        (
            "中共云岭市委 云岭市人民政府\n关于建设健康云岭的实施意见",
            "关于建设健康云岭的实施意见",
            "中共云岭市委、云岭市人民政府",
        ),
    ],
)
def test_titles_and_issuers_set_in_several_lines(head, title, issuer):
    facts = facts_of(head + "\n一、抓基层\n")
    assert (facts.title, facts.issuer, facts.published_on) == (title, issuer, None)


def test_year_comes_from_the_date_when_the_title_has_none():
    assert facts_of("卫生健康工作要点\n红旗县卫生健康局\n2026年3月1日\n一、抓基层").plan_year == 2026


def test_no_year_at_all_is_left_open():
    assert facts_of("卫生健康工作要点\n一、抓基层").plan_year is None


@pytest.mark.parametrize(
    ("title", "year"),
    [
        ("红旗县2026年卫生健康工作要点", 2026),
        ("2025年工作总结和2026年工作要点", 2026),
        ("妇女发展规划（2021—2030年）", 2021),
        ("急救体系三年行动计划(2024-2026年)", 2024),
        ("“十五五”卫生健康规划", 2026),
        ("第十五个五年规划和二〇三五年远景目标纲要", 2026),
        ("卫生健康工作要点", None),
    ],
)
def test_year_of_a_title(title, year):
    assert year_of(title) == year


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2026年3月20日", date(2026, 3, 20)),
        ("发布日期：2026-03-20 08:00", date(2026, 3, 20)),
        ("3/20/2026 12:00:00 AM", date(2026, 3, 20)),
        ("二〇二六年三月二十日", date(2026, 3, 20)),
        ("二○二六年十二月三十一日", date(2026, 12, 31)),
        ("2026年2月30日", None),
        ("近日", None),
    ],
)
def test_read_date(written, day):
    assert read_date(written) == day
