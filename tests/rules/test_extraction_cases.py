"""One row a form of the language: an invented sentence and the targets it promises.

A target is written as `name comparator value unit @deadline`, with `base=`, `change=` where they are said.
"""

from __future__ import annotations

import pytest

from kpi.core.quantity import Kind
from kpi.extraction.candidates import Candidate
from kpi.extraction.rules import find

TITLE = "云岭市2024年卫生健康工作要点"


def show(one: Candidate) -> str:
    value = f"{one.value:f}" if one.value is not None else f"{one.low:f}-{one.high:f}"
    text = f"{one.name} {one.comparator} {value}{one.unit}"
    if one.deadline and one.deadline.isoformat() != "2024-12-31":
        text += f" @{one.deadline}"
    if one.baseline:
        text += f" base={one.baseline.value:f}"
    return text + (f" change={one.change}" if one.change else "")


def read(text: str, title: str = TITLE) -> list[str]:
    return [show(one) for one in find(text, title=title) if one.kind is not Kind.MILESTONE]


CASES = [
    # a name, a verb, a value
    ("森林覆盖率达到41.5%。", ["森林覆盖率 >= 41.5%"]),
    ("社区食堂覆盖率达到60%以上。", ["社区食堂覆盖率 >= 60%"]),
    ("失能老人照护服务满意率不低于九成。", ["失能老人照护服务满意率 >= 90%"]),
    ("肺结核报告发病率控制在48/10万以下。", ["肺结核报告发病率 <= 48/10万"]),
    ("新生儿死亡率控制在1.9‰以内。", ["新生儿死亡率 <= 1.9‰"]),
    ("次均门诊费用不超过260元。", ["次均门诊费用 <= 260元"]),
    ("高新技术企业突破300家。", ["高新技术企业数 > 300家"]),
    ("药占比低于26%。", ["药占比 < 26%"]),
    ("床位使用率保持在85%左右。", ["床位使用率 ~ 85%"]),
    ("参保率稳定在96%以上。", ["参保率 >= 96%"]),
    ("职业健康检查率保持100%。", ["职业健康检查率 = 100%"]),
    ("村医本地签约率100%。", ["村医本地签约率 = 100%"]),
    ("人均预期寿命提高到80.2岁。", ["人均预期寿命 >= 80.2岁"]),
    ("细颗粒物平均浓度降至28微克/立方米。", ["细颗粒物平均浓度 <= 28微克/立方米"]),
    ("医护比达到1∶1.25。", ["医护比 >= 1.25"]),
    ("献血人次达到3.2万以上。", ["献血人次 >= 32000人次"]),
    # a verb, a number, a thing
    ("新建12家社区托育园。", ["新建社区托育园数 = 12家"]),
    ("改造提升口袋公园18个。", ["改造提升口袋公园数 = 18个"]),
    ("为2.4万名老人免费安装防滑扶手。", ["老人免费安装防滑扶手人数 = 24000名"]),
    ("引进紧缺专业医师不少于60名。", ["引进紧缺专业医师人数 >= 60名"]),
    ("培育3—5个特色专科。", ["培育特色专科数 between 3-5个"]),
    ("遴选四至六家试点单位。", ["遴选试点单位数 between 4-6家"]),
    ("新增养老床位二千五百张。", ["新增养老床位 = 2500张"]),
    ("建设20余个健康驿站。", ["建设健康驿站数 ~ 20个"]),
    ("新增托位１，２００个。", ["新增托位 = 1200个"]),
    ("举办招聘会 1 200 场次以上。", ["举办招聘会数 >= 1200场次"]),
    ("推进实施“新建8家急救分站”市政府实事项目。", ["新建急救分站数 = 8家"]),
    ("每个街道至少建成2所普惠托育机构。", ["每个街道建成普惠托育机构数 >= 2所"]),
    # shares before their noun
    ("70%以上的社区卫生服务站提供中医药服务。", ["社区卫生服务站提供中医药服务比例 >= 70%"]),
    ("对100%村卫生室开展巡诊。", ["村卫生室开展巡诊比例 = 100%"]),
    ("一半以上的二级医院设立营养科。", ["二级医院设立营养科比例 >= 50%"]),
    ("四分之三的乡镇建成康复驿站。", ["乡镇建成康复驿站比例 = 75%"]),
    # densities and numbers inside names
    ("每千人口注册护士数达到4.1人。", ["每千人口注册护士数 >= 4.1人"]),
    ("每万名居民拥有全科医生4.5名。", ["每万名居民拥有全科医生人数 = 4.5名"]),
    ("3岁以下婴幼儿入托率达到18%。", ["3岁以下婴幼儿入托率 >= 18%"]),
    ("65岁及以上老年人健康管理率达到73%。", ["65岁及以上老年人健康管理率 >= 73%"]),
    ("二级以上综合医院设置康复科比例达到65%以上。", ["二级以上综合医院设置康复科比例 >= 65%"]),
    ("120电话8秒内接听率达到97%。", ["120电话8秒内接听率 >= 97%"]),
    # several at once
    (
        "婴儿死亡率、5岁以下儿童死亡率分别控制在2.5‰、3.8‰以内。",
        ["婴儿死亡率 <= 2.5‰", "5岁以下儿童死亡率 <= 3.8‰"],
    ),
    (
        "高血压、糖尿病患者规范管理率均达到72%以上。",
        ["高血压患者规范管理率 >= 72%", "糖尿病患者规范管理率 >= 72%"],
    ),
    ("新建校医室6间、心理辅导室12间。", ["新建校医室数 = 6间", "新建心理辅导室数 = 12间"]),
    (
        "到2025年和2030年，居民健康素养水平分别达到30%和36%以上。",
        ["居民健康素养水平 >= 30% @2025-12-31", "居民健康素养水平 >= 36% @2030-12-31"],
    ),
    (
        "城镇、农村居民人均住房面积分别达到36平方米、48平方米。",
        ["城镇居民人均住房面积 >= 36平方米", "农村居民人均住房面积 >= 48平方米"],
    ),
    ("培训护理员300人以上，其中男性30人。", ["培训护理员人数 >= 300人", "培训男性护理员人数 = 30人"]),
    (
        "新生儿、婴儿和6岁以下儿童死亡率分别降至1.8‰、2.6‰和3.9‰以下。",
        ["新生儿死亡率 <= 1.8‰", "婴儿死亡率 <= 2.6‰", "6岁以下儿童死亡率 <= 3.9‰"],
    ),
    (
        "孕产妇和0—6岁儿童健康管理率均达到92%。",
        ["孕产妇健康管理率 >= 92%", "0-6岁儿童健康管理率 >= 92%"],
    ),
    (
        "每千名儿童拥有儿科医生达到1.2名、床位达到3.1张。",
        ["每千名儿童拥有儿科医生人数 >= 1.2名", "每千名儿童床位 >= 3.1张"],
    ),
    (
        "全市60%的乡镇卫生院达到基本标准，20%达到推荐标准。",
        ["全市乡镇卫生院达到基本标准比例 = 60%", "全市乡镇卫生院达到推荐标准比例 = 20%"],
    ),
    ("城乡低保标准分别提高到每人每月900元和700元。", ["城市低保标准 >= 900元", "农村低保标准 >= 700元"]),
    (
        "门诊、住院患者满意度分别达到91分、93分。",
        ["门诊患者满意度 >= 91分", "住院患者满意度 >= 93分"],
    ),
    ("每千人口床位数达到7.1张，其中公立医院4.2张。", ["每千人口床位数 >= 7.1张", "每千人口公立医院床位 = 4.2张"]),
    ("80%以上的社区建设1所儿童之家。", ["社区建设儿童之家比例 >= 80%"]),
    # change and baseline
    ("居民人均可支配收入增长6.5%以上。", ["居民人均可支配收入增长率 >= 6.5% change=increase"]),
    ("次均住院费用增长不超过4%。", ["次均住院费用增长幅度 <= 4%"]),
    (
        "县域就诊率由2023年的84.5%提高到88%。",
        ["县域就诊率 >= 88% base=84.5"],
    ),
    ("三级医院平均住院日由7.9天缩短到7.2天。", ["三级医院平均住院日 <= 7.2天 base=7.9"]),
    ("儿童近视率较上年降低0.8个百分点以上。", ["儿童近视率降低幅度 >= 0.8个百分点 change=decrease"]),
    ("康养产业增加值比2022年翻一番。", ["康养产业增加值 = 2倍 change=increase"]),
    # subjects left out
    ("学前教育公办率提高到58%，乡镇达到65%。", ["学前教育公办率 >= 58%", "乡镇学前教育公办率 >= 65%"]),
    ("产妇住院分娩率持续提高，到2026年达到99.8%。", ["产妇住院分娩率 >= 99.8% @2026-12-31"]),
    # deadlines
    ("6月底前，完成30所学校饮水设施改造。", ["完成学校饮水设施改造数 = 30所 @2024-06-30"]),
    ("上半年新增泊位900个。", ["新增泊位数 = 900个 @2024-06-30"]),
    ("第三季度建成步道15公里。", ["建成步道长度 = 15公里 @2024-09-30"]),
    ("计划三年内引育骨干人才45名左右。", ["引育骨干人才人数 ~ 45名 @2026-12-31"]),
    ("“十四五”期间新建体育公园10个。", ["新建体育公园数 = 10个 @2025-12-31"]),
    # without a number
    ("村卫生室智能健康监测设备全覆盖。", ["村卫生室智能健康监测设备覆盖率 = 100%"]),
    ("困难老人应养尽养。", ["困难老人应养尽养率 = 100%"]),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text[:24] for text, _ in CASES])
def test_a_promise_is_read(text: str, expected: list[str]) -> None:
    assert read(text) == expected


NO_TARGETS = [
    "落实18项医疗核心制度，深化“五大中心”建设。",
    "聚焦三个方面，抓好五项重点任务，实施六大工程。",
    "推进“最多跑一次”改革，打通服务群众“最后一公里”。",
    "每季度召开1次联席会议，每月开展2次督导检查。",
    "联系电话：0571-12345678，邮编310000，地址：滨河路118号3号楼。",
    "经2024年第3次常务会议审议通过，根据《某办法》（某发〔2023〕12号）第15条规定执行。",
    "去年新建幼儿园15所，毛入园率达到90%。",
    "截至2023年底，全市共有医疗机构1200家，床位3.5万张。",
    "目前已建成社区养老服务站200个，覆盖率达85%。",
    "2022年，全市新增就业5万人，增长3.2%。",
    "预计2025年全市常住人口将达到500万人，占全省的12%。",
    "收缩压≥140mmHg者应转诊，体温超过37.3℃的不得入园。",
    "本方案自2024年1月1日起施行，有效期5年。",
    "推广“1+1+1”签约模式，实施十百千人才工程。",
    "全市60岁以上老年人口占总人口的21.3%。",
    "给予最高100万元奖励。",
    "项目总建筑面积12万平方米，总投资8.5亿元。",
]


@pytest.mark.parametrize("text", NO_TARGETS)
def test_what_is_no_promise_is_left_alone(text: str) -> None:
    assert read(text) == []


def test_a_report_of_last_year_holds_no_targets() -> None:
    text = "云岭市2023年工作总结\n全年新建卫生服务站9家，婴儿死亡率下降到2.6‰，签约率达87.3%。"
    assert [one for one in find(text) if one.kind is not Kind.MILESTONE] == []


def test_a_review_section_is_passed_over_and_the_plan_is_read() -> None:
    text = (
        "云岭县2024年政府工作报告\n一、2023年工作回顾\n新建幼儿园15所，毛入园率达到90%。\n"
        "二、2024年主要目标任务\n新建幼儿园6所，毛入园率达到93%。\n"
    )
    assert [one.clause for one in find(text)] == ["二", "二"]


def test_the_title_gives_the_deadline_when_nothing_else_does() -> None:
    assert read("孕产妇死亡率下降到10/10万以下。", "云岭省妇女发展规划（2021—2030年）") == [
        "孕产妇死亡率 <= 10/10万 @2030-12-31"
    ]


def test_a_number_of_the_clause_is_no_part_of_the_name() -> None:
    text = "一、目标\n1.新增托位500个。\n2.3岁以下婴幼儿入托率达到20%。\n"
    assert read(text) == ["新增托位 = 500个", "3岁以下婴幼儿入托率 >= 20%"]


def test_lines_of_a_list_without_full_stops_are_not_run_together() -> None:
    items = [
        "新改扩建公办幼儿园11所，新增公办学位2600个",
        "新改建中小学12所，新增义务教育学位1.1万个",
        "筹建人才住房1000套",
    ]
    text = "\n".join(f"{at:02} {item}" for at, item in enumerate(items, start=1))
    assert [line.split(" ")[0] for line in read(text)] == [
        "新改扩建公办幼儿园数", "新增公办学位", "新改建中小学数", "新增义务教育学位", "筹建人才住房数",
    ]  # fmt: skip


def test_a_heading_gives_the_deadline_to_its_section() -> None:
    text = "一、到2027年主要目标\n入园率达到95%。\n二、组织保障\n培训教师300名。\n"
    assert [str(one.deadline) for one in find(text, title="云岭县教育规划（2023—2030年）")] == [
        "2027-12-31",
        "2030-12-31",
    ]


def test_a_line_that_ends_with_a_colon_gives_its_year_to_the_lines_below() -> None:
    text = "二、目标\n到2026年，实现以下目标：\n1.入园率达到95%。\n2.新增学位2000个。\n"
    assert {str(one.deadline) for one in find(text, title="云岭县教育规划（2023—2030年）")} == {"2026-12-31"}


def test_a_target_said_twice_is_read_once() -> None:
    text = "总体目标：婚前医学检查率达到80%。\n二、妇幼健康\n婚前医学检查率达到80%。\n"
    assert len(read(text)) == 1


def test_evidence_is_one_phrase_and_the_exact_slice() -> None:
    text = "年内，全市  孕产妇\n死亡率控制在 9/10万 以下，新建 2 — 3 家医院。"
    for one in find(text, title=TITLE):
        assert text[one.start : one.end] == one.evidence
        assert 0 < len(one.evidence) <= 150


def test_hedge_scope_and_doubts_are_kept() -> None:
    one = find("全市力争适龄人群参检率达到95%。", title=TITLE)[0]
    assert one.hedge == "力争"
    assert find("全市参检率达到95%。", title=TITLE)[0].scope == "全市"
    assert "期限按文件推定" in one.reasons


def test_what_is_guessed_is_less_sure_than_what_is_said() -> None:
    said = find("到2025年，适龄人群参检率达到95%。", title=TITLE)[0]
    guessed = find("村卫生室智能健康监测设备全覆盖。", title=TITLE)[0]
    assert said.confidence >= 0.9 > 0.7 > guessed.confidence


MILESTONES = [
    ("成立市级托育综合服务中心。", "机构"),
    ("印发《云岭市慢病管理办法》。", "文件"),
    ("力争南院区二期工程竣工。", "工程"),
    ("完成县级医院等级复评。", "评审"),
    ("搭建区域影像云平台。", "系统"),
]


@pytest.mark.parametrize(("text", "kind"), MILESTONES)
def test_deliverables_become_milestones_without_a_number(text: str, kind: str) -> None:
    (one,) = find(text, title=TITLE)
    assert (one.kind, one.deliverable_type, one.value, one.unit) == (Kind.MILESTONE, kind, None, "")
    assert str(one.deadline) == "2024-12-31"
