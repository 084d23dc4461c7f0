"""What is no target: achievements, statistics, forecasts, thresholds, citations, list counts, addresses."""

from __future__ import annotations

import re

from kpi.extraction.words import any_of, words_of

PAST_WORDS = words_of("""
    已经 已 截至 截止 目前 去年 上年末 近年来 以来 一年来 五年来 过去 达到了 实现了 完成了 新增了 建成了 先后 荣获
    获得了 历史最 超额完成 圆满完成 提前完成 提前实现 提前一年 被评为 创历史 新高 现有 曾 连续三年 连续五年
    连续多年 连续两年 连续四年 回顾 较好完成 全面完成了 今年上半年完成 上年为 上年度 调查显示 前三季度 一季度完成
    据统计 数据显示 普查 监测显示 圆满 如期完成了 查出 全年共接待 全年共办理 分别增长了 提高了 增长了 下降了
    增加了 减少了 投入了 差距较大 较大差距 差距明显
""")
"""Words of what has been done: numbers after them are achievements, until a word of the future stands."""

FUTURE_WORDS = words_of("""
    力争 确保 争取 将 计划 下一步 今后 力求 拟 预期目标 目标 要 努力 打算 明年 未来 任务 应
""")
"""Words of intention: after them numbers are targets again."""

FORECAST_WORDS = words_of("""
    预计 预测 据测算 估计 预估 据估算 推算 预判
""")
"""Words of a forecast: what is expected to happen by itself."""

THRESHOLD_WORDS = words_of("""
    mmHg mmol mg/ μg ug/ kPa ℃ dB 收缩压 舒张压 血糖≥ 血糖> 空腹血糖 剂量 每日口服 口服 静脉 间隔 频次 消毒液
    有效氯 作用时间 水温 体温 pH 共印 扣减 扣除 罚款 不得分 百分制 满分为 满分1 总分 静息 安静休息 测量 诊断标准
    判定 阈值 报警值 限值 转诊标准 满14周岁 满18周岁
""")
"""Signs of a technical rule: the number is a limit of a procedure, not of a plan."""

_PAST = re.compile(
    any_of(PAST_WORDS) + r"|(?:位居|位列|名列|排名|居)全[国省市县](?:同[一-龥]{1,4})?第|连续\S{1,3}年|今年以来"
    r"|(?<=[一-龥])了(?=\d)|共为(?=\d)|仅(?:为|有|占|达)?(?=\d)|据(?:\d{4}年|[^，。]{0,16}(?:调查|统计|测算|监测))"
)
_NOT_AHEAD = {
    "将": "(?!该|其|此|近|之|军|帅|[^，。；]{0,30}(?:纳入|列入|列为|作为|划入))",
    "目标": "(?!任务的|任务\\d|值/)",
}
"""Words of intention with what must not follow them: 将该项目纳入 tells what was done to it."""
_QUOTA = re.compile(
    "(?:占|完成|超额|达到|圆满)[^，。；]{0,6}(?:目标任务|目标|任务)|完成[^，。；]{6,16}的目标|(?:目标|任务)完成"
)
"""完成年度任务的115%: the aim is named only to say how much of it is done."""
_DONE_OF_QUOTA = re.compile(r"完成[^，。；]{0,8}(?:任务|目标|计划)(?:的|数的|量的)\d[\d.]*%(?!以上|左右)")
_GAP = re.compile("差距|距离(?!.{0,4}(?:半径|公里|不超过))")
_FUTURE = re.compile(
    "|".join(re.escape(w) + _NOT_AHEAD.get(w, "") for w in sorted(FUTURE_WORDS, key=len, reverse=True))
)
_FORECAST = re.compile("|".join(FORECAST_WORDS))
_THRESHOLD = re.compile(any_of(THRESHOLD_WORDS) + r"|扣[\d.一二三四五]+分|得分[=：]|年龄[≥>≤<\d]")
_CONDITION = re.compile("的$|^(?:如果|假如|假设|倘若|若|那么|那(?=\\d))(?!干)")
"""对床位不足40张的，逐步整合: a clause that ends so says for whom, not what."""
_SAFE = re.compile(
    r"项目前期?|(?<=[个所家座条处栋户])(?:已建成?|现有|已有|已投用)|目前的?(?=\d)|现有(?:的)?(?=\d)|在现有|现有基础|新高地|新高度|已有的|已建(?=[^成立]{1,6}(?:提升|改造))|"
    r"为目标|主要|需要|重要|要求|要素|摘要|要点|纲要|必要|对应|供应|适应|反应|响应|应急|应用|应届|以上年度"
)

PAST_HEADINGS = re.compile(
    r"总结|回顾|成效|成绩|现状|完成情况|进展|运行情况|背景|形势|存在(?:的)?(?:主要)?问题|"
    r"困难(?=$|和|与|及|、|问题|挑战)|发展基础|工作基础|"
    r"主要做法|基本情况|概况|执行情况|落实情况|开展情况|取得|过去|面临|机遇|经验|亮点"
)
"""Words of a heading below which things are told that have been done: nothing there is a target."""
FUTURE_HEADINGS = re.compile(
    r"目标|计划|打算|安排|任务|思路|举措|下一步|指标|展望|部署|实事|要点|规划|措施|方案|行动|建议|工作重点|"
    r"重点工作|预期|今年工作|纲要"
)
"""Words of a heading below which things are planned, also inside a document that mostly looks back."""
PAST_TITLES = re.compile(
    r"运行情况|经济运行|落实情况|执行情况|形势分析|总结|回顾|公报|年报|年鉴|统计(?!局)|简报|概况|快报|通报|大事记|工作情况|进展情况|完成情况|解读|白皮书|述职|"
    r"成就|综述|再创新高|创历史|开门红|良好开局"
)
"""Words of a title that make the whole document a report of the past."""
_LOOKS_BACK = re.compile(
    "(?:过去|回顾过去的?|上个?)(?:[一二三四五六七八九十]|几)?年(?:来|里|间)?，|(?:五|一|三|十)年来，"
)
REFERENCE_TITLES = re.compile(
    r"招聘|招录|招考|缴存|申领|核心信息|提示|倡议|培训班|补助资金|补贴标准|津贴|资金预算|评分细则|考核细则|考核评分|评分标准|扣分标准|技术规范|操作规程|诊疗|指南|服务规范|规程|说明|问答|须知|条例|暂行规定|管理规定|办法|标准(?!化)|手册|"
    r"公告|公示|简介|政策解读|附则|章程"
)
"""Words of a title that make the document a rule book or a notice: its numbers are conditions, not targets."""


_AGAINST = re.compile("(?:较|比|由|从|在|与|[低少高多]于|超过)(?:上一?年|去年)(?:度|末|底)?(?!同期)")
"""What an aim is compared with tells nothing about the past by itself."""


def drop_safe(text: str) -> str:
    """Words that only look like marks of time (需要, 要求, 供应) are blanked, lengths kept."""
    return _AGAINST.sub("＿", _SAFE.sub(lambda found: "＿" * len(found[0]), text))


def says_past(text: str) -> bool:
    return bool(_PAST.search(text) and _PAST.search(drop_safe(text)))


_AIMS = re.compile("(?:年度|工作|主要|总体|预期)?(?:目标|任务|目标任务|计划)(?:要求|任务)?$")
_PROGRESS = re.compile("(?:进展|完成|落实|推进|实施)(?:情况|进度)$|进度$")


def label_mood(text: str, ends: str) -> str:
    """年度目标：… and 进展情况：… say what the rest of their sentence is: "future", "past", or ""."""
    if ends != "：" or len(text) > LONGEST_HEADING:
        return ""
    return "future" if _AIMS.search(text) else "past" if _PROGRESS.search(text) else ""


def tells_of_a_quota(text: str) -> bool:
    """完成“十三五”规划的目标, 距离规划目标差距较大: an aim is named to say how things stand."""
    return bool(_QUOTA.search(text) or _GAP.search(text))


def reports_progress(text: str) -> bool:
    """A sentence with 完成年度任务的103% in it reports: all its numbers are achievements."""
    return "完成" in text and bool(_DONE_OF_QUOTA.search(text))


def looks_back(text: str) -> bool:
    """过去五年，…: how a paragraph opens that tells of the past to its end."""
    return bool(_LOOKS_BACK.match(text))


def says_future(text: str) -> bool:
    return bool(_FUTURE.search(text) and _FUTURE.search(_QUOTA.sub("＿", drop_safe(text))))


def says_forecast(text: str) -> bool:
    return bool(_FORECAST.search(text))


def is_technical(text: str) -> bool:
    return bool(_THRESHOLD.search(text))


def is_condition(text: str, ends: str) -> bool:
    found = _CONDITION.search(text)
    return found is not None and (ends in {"，", "；"} or found[0] != "的")


_ORDERS = re.compile("巩固|提升|推进|深化|加强|健全|完善|强化|推动|促进|加快|落实|打造|实施|构建|做好|抓好|扩大|坚持")
"""A heading that orders (巩固提升“双减”成效) is about what is to be done."""
_BOASTS = re.compile("取得|显著|明显|突出|情况|回顾|持续深化$")
LONGEST_HEADING = 40
"""A longer heading is a sentence, and says nothing about its section."""


def heading_mood(heading: str) -> str:
    """past, future or "" for a heading such as 一、2023年工作回顾."""
    if not heading or len(heading) > LONGEST_HEADING:
        return ""
    if _ORDERS.match(heading) and not _BOASTS.search(heading):
        return "future"
    past, future = PAST_HEADINGS.search(heading), FUTURE_HEADINGS.search(heading)
    if past and future:
        return "past" if past.end() >= future.end() else "future"
    return "past" if past else "future" if future else ""


_REVIEW = re.compile("(?:工作|情况|[一二三四五]年)(?:的)?(?:回顾|总结)|回顾|总结$|完成情况")
_AHEAD = re.compile("目标|打算|下一步|今后|展望|思路|安排|部署|计划|明年")


def reviews(heading: str) -> bool:
    """一、2025年工作回顾: what stands under it was done, whatever the headings below it order."""
    return heading_mood(heading) == "past" and bool(_REVIEW.search(heading))


def turns_ahead(heading: str) -> bool:
    """Does a heading below a review leave it? （三）推动城乡融合 in 一、2025年工作回顾 tells what was done."""
    return bool(_AHEAD.search(heading))


_PLAN_TITLES = re.compile("计划|打算|要点|规划|纲要|方案|任务|安排|目标|实事")
_EXPLAINS = re.compile("解读|问答|说明")
"""An explanation of a plan repeats its targets."""
_NEWS = re.compile(
    "本报讯|据[^，。]{0,12}(?:监测|统计)，|[网报社]讯|记者[^，。]{0,12}(?:从|获悉|报道|）)|记者 ?[一-龥]{2,3}）"
)


def is_plan(title: str) -> bool:
    """Does the title announce what is to be done? A report of the government does, where it does not look back."""
    return bool(_PLAN_TITLES.search(title) or "政府工作报告" in title) and not title_mood(title)


def is_news(opening: str, title: str) -> bool:
    """A report in a newspaper: what it tells has happened, unless it says that it is ahead."""
    return bool(_NEWS.search(opening)) and not _PLAN_TITLES.search(_QUOTA.sub("", title))


def title_mood(title: str) -> str:
    """past for a report of what was done, reference for a rule book, else "" (a plan)."""
    past, plans = list(PAST_TITLES.finditer(title)), list(_PLAN_TITLES.finditer(title))
    if past and (not plans or (past[-1].start() > plans[-1].end() and not _EXPLAINS.search(title))):
        return "past"
    if REFERENCE_TITLES.search(title) and not re.search(r"计划|要点|规划|纲要|方案|行动|目标|任务|实事|指标", title):
        return "reference"
    return ""
