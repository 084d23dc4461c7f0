"""The name of what is measured: full, self-contained, without verb, hedge and date."""

from __future__ import annotations

import re

from kpi.core.quantity import Kind
from kpi.extraction.candidates import LONGEST_NAME
from kpi.extraction.phrases import verb_at_start
from kpi.extraction.words import AMOUNT_UNITS, MEASURE_HEADS, PROPORTION_UNITS, SCOPES, any_of

_MARKER = re.compile(
    r"^(?:第?[一二三四五六七八九十]{1,3}(?:、|是(?!否)|要(?!求))|（[一二三四五六七八九十\d]{1,3}）|"
    r"\d{1,2}、|\d{1,2}(?:[.、．）]|\.\d{1,2}\.?(?!周?岁))(?!\d)|[①-⑳●·•◆■▲★※○◇□▪*#>-]+)+"
)
_LEADS = (
    "下一步", "[一二三四五六七八九十\\d]年累计", "分别(?!率)",
    "《[^《》]*》(?:要求|提出|明确|指出)",
    "(?:报告|会议|规划|方案)(?:要求|提出|指出)",
    "到(?!位|岗)", "至(?!少)", "在(?!校|园|职|册|岗|线|编|建|地|读|院|孕|孵|研|训)", "截至", "于",
        "自(?!来|治|然|贸|理|愿|主|费|闭|动|助|救|行|建|由|杀)", "从(?!业)", "并(?!网|轨)", "且", "同时", "其中",
    "另外", "此外", "以及", "及(?!时)", "和(?!谐|美)", "与(?!会)", "或", "的", "等(?!级|离)", "，", "、", "：",
        "力争", "争取", "确保", "努力", "逐步", "计划(?!生育|免疫|内)", "拟",
    "基本(?!公共|医|养|药|建设|农|生活|服务|社会|保障|住房|办学|实现率|达标率)", "继续(?!教育|医学)", "进一步", "不断",
        "持续", "加快", "全面(?!小康|两孩|三孩|无烟|禁烟|健康|发展)", "积极", "大力", "着力", "切实", "稳步", "严格",
        "有效(?!期|发明|专利|灌溉|投资)",
    "深入", "使得?(?!用)", "让", "将", "把", "对(?!口|外|接|标|象|台|于)", "为(?!民|老|先)", "要(?!素|件|点|求)",
        "应(?!急|用|届|征|对|收|保|检|尽|配|参|急)", "需(?!求|要)", "力求", "保证(?!金)", "全力", "年内", "全年",
        "今年",
    "当年", "本年度?", "主要预期目标", "预期目标", "主要目标", "每年",
    "年度(?!预算|计划)", "累计", "有序", "扎实", "基础上",
        "再(?!生|就业|造|次|利用)", "还(?!款|田|林)", "也", "均(?!衡|等)", "合计", "共计",
    "(?:以?达到)?20\\d\\d年(?:底|末)?前?(?!度)", "“?十[一二三四五六]五”?(?:期间|末|时期)", "规划期末", "期末",
    "上半年", "第?[一二三四]季度(?:末|底)?前?",
        "下半年", "\\d{1,2}月底前?", "[一二两三四五六七八九十\\d]年(?:之|以)?内", "至少", "不少于",
)  # fmt: skip
"""What may stand before a name without being part of it; the brackets name the words that only begin alike."""
_LEAD = re.compile(f"^(?:{'|'.join(_LEADS)})+")
_IMPROVE = re.compile(
    r"^(?:巩固提升|稳步提高|稳步提升|持续提高|持续提升|不断提高|不断提升|进一步提高|进一步提升|逐步提高|逐步提升|"
    r"有效提升|全面提升|全面提高|着力提高|大幅提高|提高|提升|降低|减少|增加|扩大|实现|保持|稳定|控制|严格控制|"
    r"推动|推进|促进|加快|强化|加强|完善|落实|做好|抓好|健全|保障(?!性|房)|优化|巩固|延长|缩短|压缩|遏制|维持|引导|鼓励|"
    r"支持|开展|实施)+"
)
_TOPIC_TAIL = re.compile(
    r"(?:(?:持续|稳步|不断|明显|显著|进一步|大幅|逐步|全面|继续|有效|总体|稳定|得到|更加|基本)*(?:延长|提高|提升|"
    r"下降|降低|扩大|增加|增长|改善|缩小|上升|优化|减少|增强|加强|完善|健全|普及|新增|达标|保持稳定|稳定|加快|"
    r"覆盖|推进|推广|发展|壮大|均衡|领先|有力|有效控制|控制))+$"
)
_TAIL = re.compile(
    r"(?:的|等|为|是|到|至|在|达|，|、|：|“|（|并|且|其|已|共|总计|合计|以|由|从|按|约|全面|确保|力争|争取|努力|"
    r"逐步|要|应|将|使|能够|可|均|都|也|有|再|累计|每年|年均|分别|目标值?)+$"
)
_SMALL_TAIL = re.compile(r"(?:工作|任务|目标任务|建设任务)$")
_SCOPE = re.compile(rf"^(?:{any_of(SCOPES)})")
_ONLY_SCOPE = re.compile(
    rf"^(?:其中)?(?:{any_of(SCOPES)}|[一-龥]{{1,4}}(?:(?<![上超])市|县|(?<![社园校院小片景库厂])区|(?<!节)省|镇|(?<!下)乡)|各?(?:区、)?县（[^（）]{{1,4}}）)?(?:总体|平均|整体|的|内)*$"
)
REGION = re.compile(
    r"[一-龥]{1,12}?(?:等(?:区域|地区|流域|城市|省市?|市县?|[区县])|周边地区|地区|区域|流域|平原|盆地|高原|城市群|都市圈|"
    r"经济[区带圈]|三角洲?|大湾区|[省市县州盟旗]|(?<![社园校院小片景库厂辖])区|(?<=京)津冀)+"
)
"""A stretch of land: 汾渭平原, 长三角, 珠三角等区域."""
_HEAD = re.compile(rf"(?:{any_of(MEASURE_HEADS)})(?:（[^（）]{{1,30}}）)?$")
_PADDED = re.compile(r"^0\d(?=[一-龥])")
_BY_UNIT = re.compile(r"以[一-龥、（）]{1,10}为单位|至少|不少于")
_QUOTED = re.compile("“([^“”]*)”")
_NOTE_MARK = re.compile(r"\[\d{0,2}(?:\]|$)")
"""[1]: the number of a footnote or a source."""
_LONG_BRACKET = re.compile(r"（(?:[^（）]{25,}|(?:以下)?[统简]称[^（）]*)）")
_ODD_QUOTES = re.compile(r"^[”》）]+|[“《（]+$")
_EACH_PLACE = re.compile("^每(?:一?个|所|家)?(?:[县市区镇乡村]|乡镇|街道|社区|学校|机构)(?:（[^）]*）)?(?:至少)?")
_WHOM = re.compile(".*?(?:患者|病人|感染者|人群)")
_GENERIC_AMOUNT = re.compile(
    "(?:完成|实现|年度|年|累计|当年|直接|日均)*(?:投资|产值|产量|销售额|交易额|营业收入|产出|参与人次|活跃用户)"
)
_CHANGED = re.compile(
    r"(?:提高|提升|增长|增加|上升|扩大|延长|下降|降低|减少|缩短|压减|压缩|缩减|缩小|削减)(?:幅度|率)$"
)
_GENERIC_RATE = re.compile(
    r"(?:及时|按期|规范|规律|首次)?(?:早诊|救助|完结|有效|治疗有效|治疗成功|服药|报告|审核|回访|随访|转诊|执行|投产|履约|"
    r"保存|合格|完工|达标|普及|使用|利用|完成|满意|到位|处理|处置|通过|成活|存活|及时|准确|参与|知晓|覆盖|落实|办结|完好|"
    r"实现|建成|优良|注册|活跃|月活跃|干预|检出|就业|升学|报销|结案|整改|竣工|开工)(?:率|度|比例)"
)
_GENERIC_TAIL = re.compile(f"(?:{_GENERIC_RATE.pattern})$")
_SHORT_HEADS = re.compile(
    r"^(?:[一-龥]{0,2}率|(?:直接|累计|年)?(?:参与|受益|惠及|服务|培训|受训|参加)(?:人次|人数)|占比|比例|比重|总数|总量|平均|人数|数量|规模|总规模|面积|增速|增幅|其比例|"
    r"占.{2,12}(?:比例|比重|占比)?|[一-龥]{0,2}覆盖面|[一-龥]{1,2}比例)$"
)
PERSONS = re.compile("老人|婴儿|新生儿|患者|人群|儿童|妇女|老年人|学生|居民|职工|孕产妇|人员")
_SCOPE_LAST = re.compile(
    "(.{2,}(?:率|比例|占比|比重|标准|水平))(城市|农村|城镇|乡村|城区|职工|居民|男性|女性|小学|初中|高中|幼儿园)"
)
STAGE = re.compile("小学|初中|高中|高中阶段|幼儿园|学前教育|义务教育|中职|高职|本科|专科")
"""Stages of school are never one population: what is said of two holds for each."""
SHARE_OF = re.compile(r"占[一-龥A-Z]{2,14}$")
PER_LEAD = re.compile(
    r"(?:全[省市县区国]|我[省市县区])?每(?:百|千|万|10万|十万|\d+万?)(?:名|位|个)?(?:[一-龥]{0,2}常住人口|户籍人口|"
    r"老年人口|人口|老年人|居民|儿童|人|从业人员|学生)"
)
_CIRCUMSTANCE = re.compile("考虑到|由于|因为?(?!材|地|病|素)|鉴于|为了|随着|面对|针对")
"""How a clause begins that says why, and names nothing."""
_PROMISED = re.compile(
    "^[一-龥]{2,8}(?:力争|争取|确保)(?:在?(?:到|至)?“?十[一二三四五六]五”?(?:期间|末|时期))?(?:实现|完成)?(?=.{4})"
)
"""Who promises: 云岭力争在“十四五”期间实现…."""
_PER_HEAD = re.compile(
    r"每(?:百|千|万|10万|十万|\d+万?)(?:名|位|个)?[一-龥]{0,6}(?:人|口|儿童|老人|居民|从业人员|学生|常住)|(?:^|"
    r"[省市县区国])(?:千|万)名?[一-龥]{0,5}(?:人口|老年人|从业人员)|人均|户均|生均|医护比|师生比"
)


LONGEST_PIECE = 200
LONGEST_TOPIC = 50


def clean(name: str) -> str:
    """A piece of text without list marks, leading adverbs, dates and trailing particles."""
    name = _PADDED.sub("", _MARKER.sub("", _NOTE_MARK.sub("", name[-LONGEST_PIECE:])))
    while True:
        shorter = _LEAD.sub("", name)
        if shorter == name:
            break
        name = shorter
    name = _PROMISED.sub("", name)
    name = _LONG_BRACKET.sub("", _BY_UNIT.sub("", name))
    name = _ODD_QUOTES.sub("", _TAIL.sub("", name))
    quoted = _QUOTED.fullmatch(name)
    return _balance(quoted[1] if quoted else name)[-LONGEST_NAME:]


def _balance(name: str) -> str:
    """No half brackets and half quotes."""
    for opening, closing in ("（）", "“”", "《》"):
        if name.count(opening) != name.count(closing):
            name = name.replace(opening, "").replace(closing, "")
    return name


def is_scope_only(name: str) -> bool:
    return bool(_ONLY_SCOPE.match(name) or _EACH_PLACE.fullmatch(name))


def has_head(name: str) -> bool:
    """Does the name end in a word for something measured (率, 比例, 人次, 指数)?"""
    return bool(_HEAD.search(name))


def with_scope_first(name: str) -> str:
    """社区食堂覆盖率城市 → 城市社区食堂覆盖率."""
    found = _SCOPE_LAST.fullmatch(name)
    return found[2] + found[1] if found else name


def of_same_stage(own: str, other: str) -> str:
    """初中 after 小学教师本科学历比例 → 初中教师本科学历比例."""
    stage = STAGE.match(other) if STAGE.fullmatch(own) else None
    return own + other[stage.end() :] if stage else ""


def without_generic_rate(name: str) -> str:
    """学生体质健康标准优良率 → 学生体质健康标准; else whom it is about (在册患者规范管理率 → 在册患者), or ""."""
    rate = _GENERIC_TAIL.search(name)
    if rate:
        return name[: rate.start()]
    persons = _WHOM.match(name)
    return persons[0] if persons else ""


def is_short_head(name: str) -> bool:
    """A head that needs its subject from the clause before: 占比, 检查率, 占常住人口比例."""
    return bool(_SHORT_HEADS.match(name))


def is_density(name: str) -> bool:
    return bool(_PER_HEAD.search(name))


def without_improving(name: str) -> str:
    """提高重点人群签约率 → 重点人群签约率."""
    shorter = _IMPROVE.sub("", name)
    return shorter if len(shorter) >= 2 else name


ACTS = re.compile(
    "建有|设有|配有|拥有|纳入|实行|推行|开设|签订|能够|达到|建成|设立|开展|实现|成为|具备|配备|通过|创建|完成|建立|提供|设置"
)


def doer_of(name: str) -> str:
    """Who does it: 全市乡镇卫生院达到基本标准比例 → 全市乡镇卫生院."""
    found = ACTS.search(name)
    return name[: found.start()] if found else ""


def topic_of(segment: str) -> str:
    """What a clause without a number is about, for the clause after it: 妇女人均预期寿命延长 → 妇女人均预期寿命."""
    if len(segment) > LONGEST_TOPIC or "”" in segment[-3:]:
        return ""
    if _CIRCUMSTANCE.match(segment):
        return ""
    text = without_improving(clean(segment))
    shorter = _TOPIC_TAIL.sub("", text)
    return _SMALL_TAIL.sub("", shorter if len(shorter) >= 2 else text)


def scope_of(name: str) -> str:
    found = _SCOPE.match(name)
    return found[0] if found and found[0] != "其中" else ""


def rescope(scope: str, name: str) -> str:
    """The same thing for another place: 农村 + 城区急救站点服务半径 → 农村急救站点服务半径."""
    named = _SCOPE.sub("", name)
    region = REGION.match(named) if REGION.fullmatch(scope) else None
    return scope + _EACH_PLACE.sub("", named[region.end() :] if region else named)


def stem(name: str) -> str:
    """The thing itself, without 数 and verbs at the end: for building the name of its share."""
    return _TOPIC_TAIL.sub("", re.sub(r"(?<=[一-龥]{2})(?:数量|[人户例套件次]?数)$", "", name))


def without_change(name: str) -> str:
    """城镇化率提高幅度 → 城镇化率, 收入增长率 → 收入."""
    return _CHANGED.sub("", name)


def without_growth(name: str) -> str:
    """农村低保标准年均增幅 → 农村低保标准."""
    return re.sub(r"(?:年均)?(?:增幅|增速|涨幅|增长率?)$", "", name)


def overlapped(owner: str, head: str) -> str:
    """婚前医学检查 + 检查率 → 婚前医学检查率."""
    for length in range(min(len(owner), len(head) - 1), 0, -1):
        if owner.endswith(head[:length]):
            return owner + head[length:]
    return owner + head


def is_generic_rate(name: str) -> bool:
    """合格率, 满意度: a head that any thing can have."""
    return bool(_GENERIC_RATE.fullmatch(name))


def is_generic_amount(name: str) -> bool:
    """年产值, 完成投资: an amount that any project can have."""
    return bool(_GENERIC_AMOUNT.fullmatch(name))


def is_about_persons(name: str) -> bool:
    return bool(PERSONS.match(name))


def part_of(part: str, whole: str) -> str:
    """其中公立医院4.6张 after 每千人口床位数: the whole's measure, for the part alone."""
    if has_head(part):
        return part
    if whole.endswith("人次"):  # 其中农民工3000人次 after 技能培训人次
        return f"{leads_with_verb(whole)}{part}{without_verb(whole)}"
    per = PER_LEAD.match(whole)
    thing = re.sub(r"(?:总数量|总数|总量|数量|人数|数)$", "", without_verb(whole))
    thing = thing if len(thing) <= 4 else thing[-2:]
    complete = part.endswith(thing) or part[-1:] in "士师员生人工者检查" or len(part) > 6 or bool(STAGE.fullmatch(part))
    tail = "" if complete else thing
    return f"{per[0] if per else leads_with_verb(whole)}{part}{tail}"


def counted(name: str, unit: str) -> str:
    """The name of a number of things: 新建急救分站 → 新建急救分站数."""
    if has_head(name) and not (unit in {"家", "所", "座", "条"} and name.endswith(("面",))):
        return name
    if unit in {"人", "名"} or unit == "位":
        return name + ("数" if name.endswith("人") else "人数")
    if unit == "人次":
        return name + "人次"
    if unit == "户":
        return name + ("数" if name.endswith("户") else "户数")
    if unit in {"公里", "千米", "米"}:
        return name + "长度"
    if unit in {"亩", "平方米", "公顷", "平方公里"}:
        return name + "面积"
    return name if unit in AMOUNT_UNITS else name + "数"


def kind_of(name: str, unit: str, changed: bool) -> Kind:
    """What the number is: coverage, rate, ratio, amount or count."""
    if unit in PROPORTION_UNITS or unit == "个百分点":
        if "覆盖率" in name[-8:] or "覆盖面" in name[-8:]:
            return Kind.COVERAGE
        return Kind.RATE if re.search(r"率(?:（[^）]*）)?$|幅度$|增速$|增长率$|增幅$|涨幅$", name) else Kind.RATIO
    if is_density(name) and unit not in AMOUNT_UNITS:
        return Kind.RATIO
    if unit == "倍":
        return Kind.COUNT if re.search(r"数|数量|家|企业$", name) else Kind.AMOUNT
    if unit == "" and re.search(r"比$", name):
        return Kind.RATIO
    if unit in AMOUNT_UNITS or unit.endswith("立方米") or unit == "":
        return Kind.AMOUNT
    return Kind.COUNT


def without_verb(name: str) -> str:
    """新建、改扩建高标准农田 → 高标准农田."""
    rest = _SCOPE.sub("", name)
    rest = rest.removeprefix(verb_at_start(rest))
    while rest[:1] in "、和及" and rest:
        rest = rest[1:].removeprefix(verb_at_start(rest[1:]))
    return rest


def is_only_verbs(name: str) -> bool:
    """改造提升, 基本建成: what is delivered was named before."""
    rest = name
    while verb := verb_at_start(rest):
        rest = rest.removeprefix(verb)
    return bool(name) and not rest


def leads_with_verb(name: str) -> str:
    return verb_at_start(_SCOPE.sub("", name))
