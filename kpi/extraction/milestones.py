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
BODIES = (
    "中心|委员会|专家库|人才库|课题库|数据库|联盟|联合体|基地|工作站|研究院|研究所|学院|实验室|领导小组|专班|"
    "小组|队伍|办公室|集团|协会|学会|监测点|站点|质控中心|分院|机构|监督员|基金|平台和机制|协作平台"
)
SYSTEMS = (
    "平台|系统|网站|热线|一张网|一件事|云|电子[一-龥]{2,6}|互联网医院|小程序|APP|信息化|互联互通|互认共享|一站式|"
    "应用场景|数据中心|大屏|驾驶舱"
)
REVIEWS = (
    "评审|评估|评价|验收|复评|复审|论证|考核|认定|认证|创建|达标|评选|推选|遴选|审计|普查|调查|检查|督查|抽查|"
    "检验|鉴定|升等|双创|专项整治|核查|示范区|示范市|示范单位|示范机构"
)
BUILDINGS = "项目|工程|大楼|院区|新址|新校区|校区|楼|医院|学校|迁建|改建|扩建|改造|建设|园区|公园|道路|分院|设施|场馆"

KINDS: tuple[tuple[str, re.Pattern[str], str], ...] = (
    (DOCUMENT, re.compile(rf"(?:编制|制定|制订|制修订|修订|出台|印发|下发|发布|起草|研究提出|编写|编撰|编印|拟定|"
        rf"完善|研制|颁布|公布|健全|拟订|推出|优化)[^，。；]{{0,50}}(?:《|{PAPERS})"), "制定或印发文件"),
    (REVIEW, re.compile(rf"(?:开展|完成|组织|通过|启动|做好|实施|接受|推进|迎接|争创|创建|创成|推动|落实|申报|遴选|"
        rf"评估|确保|争取|达到?)[^，。；]{{0,50}}(?:{REVIEWS})|^评估|^遴选|(?:中期|终期|期末)评估|终期验收|"
        rf"国家级复评|^[^，。；]{{0,12}}达[^，。；]{{2,12}}标准"), "评审评估"),
    (WORKS, re.compile(rf"(?:[^，。；]{{2,40}}(?:开工|竣工|完工|封顶|通车|投入使用|投用|投入运营|投运|启用|开诊|"
        rf"建成|迁入新址|主体结构|主体工程|主体完工|可研批复|概算批复|初步设计|前期计划|前期工作))|(?:启动|筹建|"
        rf"建成|完成|开工建设|新建|推进|加快|推动|建设|落实|加快推进)[^，。；]{{2,45}}(?:{BUILDINGS})"), "工程进度"),
    (SYSTEM, re.compile(rf"(?:建立|建成|建设|搭建|构建|打造|上线|启动|开通|开发|推进|成立|探索建立|统筹建设|启用|"
        rf"推广|升级|完善)[^，。；]{{0,45}}(?:{SYSTEMS})|(?:{SYSTEMS})[^，。；]{{0,10}}(?:上线|开通|试点应用|运行|"
        rf"互认共享)"), "系统建设"),
    (BODY, re.compile(rf"(?:成立|组建|设立|建立|筹建|建成|启动|挂牌|牵头建立|共建|新设|完成|"
        rf"做好)[^，。；]{{0,45}}(?:{BODIES}|换届)"), "机构设立"),
    (OTHER, re.compile(r"(?:设立|启动|建立|开展|提高|完成|制作|召开|实施|举办)[^，。；]{2,45}(?:奖|制度|机制|标准|"
        r"学科建设|项目|任务|工程|宣传片|例会|会议|工作任务|培训工作|计划)|进入[^，。；]{0,12}(?:第一方阵|前列|"
        r"第一梯队)|纳入[^，。；]{2,30}(?:考核|规划|体系|范围)|[^，。；]{4,40}达到(?:上级|国家|省|市|"
        r"规定)[^，。；]{0,6}(?:要求|标准)"), "其他可核查事项"),
)  # fmt: skip
"""Type of deliverable, how it is said, and the rule's name. The first that fits is taken."""

_START = re.compile(
    "编制|制定|制订|制修订|修订|出台|印发|下发|发布|起草|编写|编撰|编印|拟定|研制|颁布|公布|成立|组建|设立|建立|"
    "筹建|建成|启动|挂牌|搭建|构建|打造|开通|上线|完成|通过|开展|组织|遴选|评估|新建|建设|推进|推动|创建|创成|"
    "召开|制作|实施|提高|落实|统筹|共建|进入|纳入|探索|研究|加快|牵头|做好|争创|迎接|接受|推出|完善|健全|优化|开发|"
    "申报|举办|推广|达"
)
_ENOUGH = re.compile(
    "开工|竣工|完工|封顶|投入使用|投用|投运|启用|开诊|建成|主体|批复|初步设计|前期计划|新址|评估|验收|复评|评审|"
    "达[^，。；]{2,12}标准|要求|考核|共享|第一方阵|换届|工程"
)
_LEADERS = re.compile(
    r"^(?:一是|二是|三是|四是|五是|六是|七是|八是|并|同时|继续|进一步|加快|全面|积极|抓紧|尽快|及时|"
    r"会同[^，]{2,10}部门|牵头|配合[^，]{2,8})+"
)
_VAGUE = re.compile(
    r"^(?:坚持|贯彻|加强|强化|深化|提升|以|按照|围绕|根据|聚焦|结合|通过[^《]{0,10}等|依托|在|对|充分|为|鼓励|支持|"
    r"引导|努力|发挥|巩固|持续|推行)"
)
_ATTRIBUTE = re.compile(r"^(?:落实|贯彻|按照|根据|执行|结合|依据|对照|严格执行)")
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
    if _VAGUE.match(piece) and not _ENOUGH.search(piece):
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
