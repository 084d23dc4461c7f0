"""What is no target: achievements, statistics, forecasts, thresholds, citations, list counts, addresses."""

from __future__ import annotations

import re

PAST_WORDS = (
    "已经", "已", "截至", "截止", "目前", "去年", "上年末", "近年来", "以来", "一年来", "五年来", "过去", "达到了",
        "实现了", "完成了", "新增了", "建成了", "先后", "荣获",
    "获得了", "历史最", "超额完成", "圆满完成", "提前完成", "提前实现", "提前一年", "被评为", "位居", "位列", "名列",
        "排名第", "创历史", "新高", "累计完成", "累计建成",
    "累计签约", "现有", "曾", "连续三年", "连续五年", "连续多年", "连续两年", "连续四年", "回顾", "较好完成",
        "全面完成了", "同比增长", "同比下降", "同比提高", "同比上升", "较上年同期",
    "比上年同期", "较去年", "比去年", "今年上半年完成", "前三季度", "一季度完成", "分别增长了", "提高了", "增长了",
        "下降了", "增加了", "减少了", "投入了", "上年",
)  # fmt: skip
"""Words of what has been done: numbers after them are achievements, until a word of the future stands."""

FUTURE_WORDS = (
    "力争", "确保", "争取", "将", "计划", "下一步", "今后", "力求", "拟", "预期目标", "目标", "要", "努力", "打算",
        "明年", "未来", "任务", "应",
)  # fmt: skip
"""Words of intention: after them numbers are targets again."""

FORECAST_WORDS = ("预计", "预测", "据测算", "估计", "预估", "据估算", "推算", "预判")
"""Words of a forecast: what is expected to happen by itself."""

THRESHOLD_WORDS = (
    "mmHg", "mmol", "mg/", "μg", "ug/", "kPa", "℃", "dB", "收缩压", "舒张压", "血糖", "剂量", "每日口服", "口服",
        "静脉", "间隔", "频次", "消毒液", "有效氯", "作用时间", "水温", "体温", "pH",
    "静息", "安静休息", "测量", "诊断标准", "判定", "阈值", "报警值", "限值", "转诊标准", "剂次", "第1剂", "第2剂",
        "满14周岁", "满18周岁",
)  # fmt: skip
"""Signs of a technical rule: the number is a limit of a procedure, not of a plan."""

_PAST = re.compile(
    "|".join(sorted(map(re.escape, PAST_WORDS), key=len, reverse=True))
    + r"|连续\S{1,3}年|(?<=[一-龥])了(?=\d)|今年以来|比上年(?=提高|增长|上升|下降|增加|减少|降低)"
)
_FUTURE = re.compile("|".join(sorted(map(re.escape, FUTURE_WORDS), key=len, reverse=True)))
_FORECAST = re.compile("|".join(FORECAST_WORDS))
_THRESHOLD = re.compile("|".join(map(re.escape, THRESHOLD_WORDS)))
_SAFE = re.compile(
    r"目前的?(?=\d)|现有(?:的)?(?=\d)|在现有|现有基础|新高地|新高度|已有的|已建(?=[^成立]{1,6}(?:提升|改造))|"
    r"为目标|主要|需要|重要|要求|要素|摘要|要点|纲要|必要|对应|供应|适应|反应|响应|应急|应用|应届|以上年度"
)

PAST_HEADINGS = re.compile(
    r"总结|回顾|成效|成绩|现状|完成情况|进展|运行情况|背景|形势|存在(?:的)?(?:主要)?问题|困难|发展基础|工作基础|"
    r"主要做法|基本情况|概况|执行情况|落实情况|开展情况|取得|过去|面临|机遇|经验|亮点"
)
FUTURE_HEADINGS = re.compile(
    r"目标|计划|打算|安排|任务|思路|举措|下一步|指标|展望|部署|实事|要点|规划|措施|方案|行动|建议|工作重点|"
    r"重点工作|预期|今年工作|纲要"
)
PAST_TITLES = re.compile(
    r"总结|回顾|公报|年报|年鉴|统计(?!局)|简报|概况|快报|通报|大事记|工作情况|进展情况|完成情况|解读|白皮书|述职|"
    r"成就|综述"
)
REFERENCE_TITLES = re.compile(
    r"技术规范|操作规程|诊疗|指南|服务规范|规程|说明|问答|须知|条例|暂行规定|管理规定|管理办法|标准(?!化)|手册|"
    r"公告|公示|政策解读|附则|章程"
)


_AGAINST = re.compile("(?:较|比)(?:上一?年|去年)(?:度|末|底)?(?!同期)")
_AIMED = re.compile("以上|左右|以内|力争|确保|争取|目标|不低于|不少于")
"""较上年降低…以上 is an aim; 较上年降低… alone tells what happened."""


def drop_safe(text: str) -> str:
    """Words that only look like marks of time (需要, 要求, 供应) are blanked, lengths kept."""
    text = _SAFE.sub(lambda found: "＿" * len(found[0]), text)
    return _AGAINST.sub("＿", text) if _AIMED.search(text) else text


def says_past(text: str) -> bool:
    return bool(_PAST.search(drop_safe(text)))


def says_future(text: str) -> bool:
    return bool(_FUTURE.search(drop_safe(text)))


def says_forecast(text: str) -> bool:
    return bool(_FORECAST.search(text))


def is_technical(text: str) -> bool:
    return bool(_THRESHOLD.search(text))


def heading_mood(heading: str) -> str:
    """past, future or "" for a heading such as 一、2023年工作回顾."""
    if not heading:
        return ""
    past, future = PAST_HEADINGS.search(heading), FUTURE_HEADINGS.search(heading)
    if past and future:
        return "past" if past.end() >= future.end() else "future"
    return "past" if past else "future" if future else ""


def title_mood(title: str) -> str:
    """past for a report of what was done, reference for a rule book, else "" (a plan)."""
    if PAST_TITLES.search(title) and not re.search(r"计划|打算|要点|规划|纲要|方案|任务|安排|目标|实事", title):
        return "past"
    if REFERENCE_TITLES.search(title) and not re.search(r"计划|要点|规划|纲要|方案|行动|目标|任务|实事|指标", title):
        return "reference"
    return ""
