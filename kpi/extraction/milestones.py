"""Deliverables with a checkable finish: 成立…中心, 出台《…》, 项目竣工, 完成…评审, 建成…平台."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kpi.core.quantity import Comparator, Kind
from kpi.extraction import names
from kpi.extraction.candidates import Draft
from kpi.extraction.exclusions import says_past
from kpi.extraction.phrases import hedge_in
from kpi.extraction.segments import Part, Segment

DOCUMENT = "文件"
REVIEW = "评审"
WORKS = "工程"
SYSTEM = "系统"
BODY = "机构"
OTHER = "其他"

PAPERS = (
    "办法|方案|意见|规划|计划|规范|标准|细则|制度|政策|清单|指南|目录|条例|公报|报告|规定|章程|指标体系|指标|"
    "流程图|流程|文书|预案|导则|手册|蓝皮书|白皮书|蓝图|纲要|措施|规程|要点|文件|地图|图册|名录"
)
NAMED_PAPERS = "《|(?:办法|标准|评价体系|指标体系|清单|指南|目录|手册|名录)$"
BODIES = (
    "中心|委员会|专家库|人才库|课题库|数据库|联盟|联合体|基地|工作站|研究院|研究所|学院|实验室|领导小组|专班|"
    "小组|队伍|办公室|集团|协会|学会|监测点|站点|质控中心|分院|机构|监督员|基金|协作平台"
)
SYSTEMS = (
    "平台|系统|网站|热线|一张网|一件事|云|电子[一-龥]{2,6}|互联网医院|小程序|APP|互认共享|一站式|数据中心|大屏|驾驶舱"
)
RETURNS = "评审|验收|复评|复审|论证|认证|终期评估|中期评估|效果评估|政策评估|第三方评估|推选|遴选|升等|双创"
REVIEWS = f"{RETURNS}|评估|评价|考核|认定|创建|达标|评选|审计|普查|鉴定|示范区|示范市|示范单位|示范机构"
SITES = "项目|工程|大楼|院区|新址|新校区|校区|楼|医院|学校|迁建|改建|扩建|园区|公园|道路|分院|场馆|平台"

_PART = "[^，。；]"
_EDITION = "首批|首届|第[一二三四五六七八九十]+[轮批届期]|新一[轮批期周]|(?<!\\d)20\\d\\d年?度?|《"
"""Said of something that ends and comes again: the third round, the first batch, the year's."""

KINDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (DOCUMENT, re.compile(
        rf"(?:编制|制定|制订|制修订|修订|出台|印发|下发|发布|起草|研究提出|编写|编撰|编印|拟定|研制|颁布|公布|拟订|推出)"
        rf"{_PART}{{0,50}}(?:《|{PAPERS})|(?:完善|健全|优化){_PART}{{0,40}}(?:{NAMED_PAPERS})"), "制定或印发文件"),
    (REVIEW, re.compile(
        rf"(?:完成|通过|迎接|争创|创建|创成|确保|争取){_PART}{{0,50}}(?:{REVIEWS})|^评估|^遴选|^创建"
        rf"|(?:开展|组织|启动|做好|实施|接受|推进|推动|落实|申报){_PART}{{0,50}}(?:{RETURNS})"
        rf"|(?:开展|组织|启动|实施|推进|推动){_PART}{{0,40}}(?:{_EDITION}){_PART}{{0,40}}(?:{REVIEWS})"
        rf"|(?:开展|推进){_PART}{{0,10}}(?:全国|国家|国家级|省级){_PART}{{2,30}}创建(?:工作|活动)?$"
        rf"|以{_PART}{{2,20}}评审为抓手|^{_PART}{{0,12}}达{_PART}{{2,12}}标准"
        rf"|(?:开展|组织){_PART}{{2,40}}(?:效果|改革|政策|水平|实施情况|分级){_PART}{{0,4}}(?:评估|评价)"), "评审评估"),
    (WORKS, re.compile(
        rf"{_PART}{{2,40}}(?:开工|竣工|完工|封顶|通车|投入使用|投用|投入运营|投运|启用|开诊|建成|迁入新址|主体结构|"
        rf"主体工程|主体完工|可研批复|概算批复|初步设计|前期计划|前期工作)"
        rf"|(?:启动|筹建|建成|开工建设|新建){_PART}{{2,45}}(?:{SITES}|建设|计划|工作)"
        rf"|(?:推进|加快|推动|实施|落实|完成|统筹建设){_PART}{{2,40}}(?:{SITES})的?(?:建设|应用|试点应用|改造|实事项目|$)"),
        "工程进度"),
    (SYSTEM, re.compile(
        rf"(?:建立|建成|建设|搭建|构建|打造|上线|启动|开通|开发|成立|统筹建设|启用|升级){_PART}{{0,45}}(?:{SYSTEMS})"
        rf"|(?:{SYSTEMS}){_PART}{{0,10}}(?:上线|开通|试点应用)"), "系统建设"),
    (BODY, re.compile(
        rf"(?:成立|组建|设立|建立|筹建|建成|启动|挂牌|牵头建立|共建|新设|完成|做好){_PART}{{0,45}}(?:{BODIES}|换届)"),
        "机构设立"),
    (OTHER, re.compile(
        rf"(?:设立|召开|制作|举办){_PART}{{2,45}}(?:奖|宣传片|例会|会议|大会|论坛)"
        rf"|(?:启动|完成){_PART}{{2,45}}(?:任务|要求|计划|项目|培训|行动)"
        rf"|(?:启动|开展|实施){_PART}{{0,20}}(?:{_EDITION}){_PART}{{2,40}}(?:计划|项目|工程|工作|行动)"
        rf"|(?:开展|实施){_PART}{{2,30}}试点项目$|提高{_PART}{{2,20}}标准$|加快实施{_PART}{{2,30}}制度$"
        rf"|进入{_PART}{{0,12}}(?:第一方阵|前列|第一梯队)|纳入{_PART}{{2,30}}(?:考核|规划)"
        rf"|{_PART}{{4,40}}达到(?:上级|国家|省|市|规定){_PART}{{0,6}}(?:要求|标准)"), "其他可核查事项"),
)  # fmt: skip
"""Type of deliverable, how it is said, and the rule's name. The first that fits is taken.

Only what has a finish: 推进…体系建设, 完善…机制, 开展…检查 go on for ever and are left out.
"""

_VAGUE = re.compile(
    r"^(?:坚持|贯彻|加强|强化|深化|以|按照|围绕|根据|聚焦|结合|通过[^《]{0,10}等|依托|在|对|充分|为|鼓励|支持|"
    r"引导|努力|发挥|巩固|推行|继续推进|持续推进|深入推进)"
)
_ENOUGH = re.compile(
    "开工|竣工|完工|封顶|投入使用|投用|投运|启用|开诊|建成|主体|批复|初步设计|新址|评估|验收|复评|评审|"
    "达[^，。；]{2,12}标准|纳入|平台|第一方阵|换届"
)
_ATTRIBUTE = re.compile(r"^(?:落实|贯彻|按照|根据|执行|结合|依据|对照|严格执行)")
_ENDLESS = re.compile(
    r"(?:体系|机制|能力|队伍|制度|文化|作风|廉政|党建|内涵|诚信|信用|信息化|标准化|规范化)的?(?:建设|发展)$|的通知$|"
    r"风险评估|日常|评价结果|督查|长效|常态化"
)
"""Work without an end, whatever its verb."""
LONGEST = 110


def read_milestones(text: str, cut: Sequence[list[Part]]) -> Iterator[Draft]:
    """The deliverables of a paragraph, one draft a clause, each with its type; without deadline yet."""
    for parts in cut:
        past = False
        for part in parts:
            for segment in part:
                piece = text[segment.start : segment.end]
                past = past or says_past(piece)
                if not past and not segment.inside and 5 <= len(piece) <= LONGEST:
                    yield from _read(piece, segment)


def _read(piece: str, segment: Segment) -> Iterator[Draft]:
    if _ATTRIBUTE.match(piece) and not re.search("开工|竣工|投用", piece):
        return
    if (_VAGUE.match(piece) and not _ENOUGH.search(piece)) or (_ENDLESS.search(piece) and "《" not in piece):
        return
    for kind, pattern, rule in KINDS:
        found = pattern.search(piece)
        if found:
            yield _draft(piece, segment, found.start(), kind, rule)
            return


def _draft(piece: str, segment: Segment, at: int, kind: str, rule: str) -> Draft:
    name = names.clean(piece)
    return Draft(
        name=name,
        kind=Kind.MILESTONE,
        comparator=Comparator.EQUAL,
        comparator_text="",
        value=None,
        low=None,
        high=None,
        unit="",
        start=segment.start,
        end=segment.end,
        at=segment.start,
        rule=f"里程碑：{rule}",
        hedge=hedge_in(piece),
        scope=names.scope_of(name),
        deliverable_type=kind,
    )
