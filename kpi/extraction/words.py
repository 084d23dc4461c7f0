"""The word lists of the grammar: units, comparator words, verbs, hedges, scopes. Data, to be read by a linguist.

Each table says in one line what its words do. A word belongs here only if it says something about the
language of plans in general; nothing here is the name of one indicator.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kpi.core.quantity import Comparator


def words_of(words: str) -> tuple[str, ...]:
    """Words separated by blanks; a word that stands twice stands once."""
    return tuple(dict.fromkeys(words.split()))


def any_of(words: Iterable[str]) -> str:
    """A pattern for one of the words, the longest first."""
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))


# ------------------------------------------------------------------ units

UNITS_OF_THINGS = words_of("""
    人口 列 标箱 剂次 批次 个百分点 百分点 个工作日 平方公里 平方千米 平方米 立方米 微克/立方米 毫克/立方米
    微克每立方米 毫克/升 吨标准煤 吨标煤 千瓦时 公里 千米 千瓦 公顷 小时 分钟 个月 周岁 人次 人份 例次 车次 班次
    场次 户次 件次 家次 床位 学时 课时 人日 美元 欧元 公斤 千克 毫克 微克 克 标准箱 家 个 名 人 支 项 所 处 辆 种
    类 次 套 座 台 张 条 间 件 户 对 场 门 篇 批 班 站 点 位 例 份 部 株 棵 只 头 艘 架 栋 幢 片 块 轮 期 步 孔 口
    枚 本 册 宗 桩 起 元 亩 米 吨 斤 岁 倍 度 天 日 秒 周 年 分 盏 组 团 届 级 大 款 节 堂 杆 柜 瓦 升 剂 针 根 副
    段 大类 小类 亩次 厅 馆 村 镇 县 区 市 乡 校 园 床 桌 桶 箱 袋 标台 延米 管 羽 尾 盘 卷 幅 艘次 架次 辆次 标段
    ㎡ m² m2 km² km2 平米
    Mbps Gbps TB PB MW GW kW 兆瓦 吉瓦 个小时 孵化器 社区 街道 乡镇 企业 学位 托位 泊位 车位 学校 医院 机构
""")
"""What can follow a number as its unit: measure words, physical units, and nouns used like one (200余社区)."""

PER_UNITS = words_of("""
    人 户 亩 年 月 日 天 吨 平方米 公里 百人 千人 万人 百户 生 床 平方公里 立方米
""")
"""What a unit can be counted per: 万元/人, 批次/千人."""

NOUN_UNITS = frozenset(
    words_of("""
    床位 学位 托位 泊位 车位 社区 街道 乡镇 企业 学校 医院 机构 孵化器 村 镇 县 区 市 乡 校 园 馆 厅
""")
)
"""Units that are also the thing counted: the word stays in the name."""

AMOUNT_UNITS = frozenset(
    words_of("""
    级 亩次 ㎡ m² m2 km² km2 平米
    平方公里 平方千米 平方米 立方米 微克/立方米 毫克/立方米 微克每立方米 毫克/升 吨标准煤 吨标煤 千瓦时 公里
    千米 千瓦 公顷 小时 分钟 个月 周岁 岁 学时 课时 美元 欧元 公斤 千克 毫克 微克 克 元 亩 米 吨 斤 天 日 秒 周 年
    分 度 升 瓦 延米 Mbps Gbps TB PB MW GW kW 兆瓦 吉瓦 个小时 个工作日
""")
)
"""Units of a measured amount (money, area, length, time), as against things counted one by one."""

EXTENT_UNITS = frozenset(
    words_of("""
    ㎡ m² m2 km² km2 平米
    公里 千米 米 延米 亩 公顷 平方米 平方公里 平方千米 立方米 吨 千瓦 兆瓦 吉瓦 kW MW GW 千瓦时
""")
)
"""Amounts that come before what they measure (新建20公里绿道), as counts of things do."""

TIME_UNITS = frozenset(
    words_of("""
    岁 周岁 秒 分钟 小时 天 日 周 个月 年 个工作日 分 度 级 届 期 米
""")
)
"""Numbers with these units mostly describe something (5岁以下儿童); they are values only of a name that measures."""

NEVER_UNITS = frozenset(
    words_of("""
    年 日 届 级 大 轮 批 步 字 期
""")
)
"""A number with one of these is a date, a rank or a list count, never the value of a target."""

PROPORTION_UNITS = frozenset(
    words_of("""
    % ‰ /10万 /万 /千
""")
)
"""Units of a share or a rate: what stands before them is measured, not counted."""

# ------------------------------------------------------------------ comparators

BEFORE = {
    "不低于": (Comparator.AT_LEAST, "includes the number"),
    "不少于": (Comparator.AT_LEAST, "includes the number"),
    "不小于": (Comparator.AT_LEAST, "includes the number"),
    "不得低于": (Comparator.AT_LEAST, "a rule, includes the number"),
    "不得少于": (Comparator.AT_LEAST, "a rule, includes the number"),
    "不能低于": (Comparator.AT_LEAST, "includes the number"),
    "不能少于": (Comparator.AT_LEAST, "includes the number"),
    "高于或等于": (Comparator.AT_LEAST, "includes the number"),
    "大于等于": (Comparator.AT_LEAST, "the sign in words"),
    "至少": (Comparator.AT_LEAST, "includes the number"),
    "最低": (Comparator.AT_LEAST, "a floor"),
    "≥": (Comparator.AT_LEAST, "sign, notes and tables"),
    "≧": (Comparator.AT_LEAST, "sign, notes and tables"),
    ">=": (Comparator.AT_LEAST, "sign typed on a keyboard"),
    "不超过": (Comparator.AT_MOST, "includes the number"),
    "不超": (Comparator.AT_MOST, "includes the number"),
    "不得超过": (Comparator.AT_MOST, "a rule, includes the number"),
    "不能超过": (Comparator.AT_MOST, "includes the number"),
    "不高于": (Comparator.AT_MOST, "includes the number"),
    "不得高于": (Comparator.AT_MOST, "a rule, includes the number"),
    "不大于": (Comparator.AT_MOST, "includes the number"),
    "不多于": (Comparator.AT_MOST, "includes the number"),
    "不突破": (Comparator.AT_MOST, "includes the number"),
    "小于等于": (Comparator.AT_MOST, "the sign in words"),
    "最多": (Comparator.AT_MOST, "a ceiling"),
    "最高": (Comparator.AT_MOST, "a ceiling"),
    "≤": (Comparator.AT_MOST, "sign, notes and tables"),
    "≦": (Comparator.AT_MOST, "sign, notes and tables"),
    "<=": (Comparator.AT_MOST, "sign typed on a keyboard"),
    "超过": (Comparator.MORE_THAN, "excludes the number"),
    "超出": (Comparator.MORE_THAN, "excludes the number"),
    "突破": (Comparator.MORE_THAN, "excludes the number"),
    "大于": (Comparator.MORE_THAN, "excludes the number"),
    "高于": (Comparator.MORE_THAN, "excludes the number"),
    "多于": (Comparator.MORE_THAN, "excludes the number"),
    "超": (Comparator.MORE_THAN, "short for 超过"),
    "逾": (Comparator.MORE_THAN, "literary for 超过"),
    "破": (Comparator.MORE_THAN, "short for 突破"),
    ">": (Comparator.MORE_THAN, "sign"),
    "低于": (Comparator.LESS_THAN, "excludes the number"),
    "少于": (Comparator.LESS_THAN, "excludes the number"),
    "小于": (Comparator.LESS_THAN, "excludes the number"),
    "不满": (Comparator.LESS_THAN, "excludes the number"),
    "不足": (Comparator.LESS_THAN, "excludes the number"),
    "<": (Comparator.LESS_THAN, "sign"),
    "大约": (Comparator.ABOUT, "about"),
    "约为": (Comparator.ABOUT, "about"),
    "约": (Comparator.ABOUT, "about"),
    "近": (Comparator.ABOUT, "nearly, read as about"),
    "接近": (Comparator.ABOUT, "nearly, read as about"),
    "≈": (Comparator.ABOUT, "sign"),
}
"""Comparator words standing before the number: word → (operator, why)."""

AFTER = {
    "以上": (Comparator.AT_LEAST, "includes the number"),
    "及以上": (Comparator.AT_LEAST, "includes the number"),
    "或以上": (Comparator.AT_LEAST, "includes the number"),
    "之上": (Comparator.AT_LEAST, "includes the number"),
    "以下": (Comparator.AT_MOST, "includes the number"),
    "及以下": (Comparator.AT_MOST, "includes the number"),
    "或以下": (Comparator.AT_MOST, "includes the number"),
    "之下": (Comparator.AT_MOST, "includes the number"),
    "以内": (Comparator.AT_MOST, "includes the number"),
    "之内": (Comparator.AT_MOST, "includes the number"),
    "内": (Comparator.AT_MOST, "short for 以内"),
    "左右": (Comparator.ABOUT, "about"),
    "上下": (Comparator.ABOUT, "about"),
}
"""Comparator words standing after number and unit."""

# ------------------------------------------------------------------ verbs that join a name to its value

RISE_TO = words_of("""
    扩至 扩到 增扩至 扩充至 扩容至 提高到 提高至 提升到 提升至 提升为 增加到 增加至 增长到 增长至 上升到 上升至
    升至 升到 增至 增到 扩大到 扩大至 发展到 发展至 延长到 延长至 达到 达至 达 提至 提到 提标至 扩展到 扩展至
    壮大到 拓展到 拓展至 增强到 推进到 覆盖到
""")
"""A level to be reached from below: the value is a floor (>=)."""

FALL_TO = words_of("""
    下降到 下降至 降低到 降低至 降到 降至 减少到 减少至 减至 减到 缩短到 缩短至 缩减到 缩减至 压缩到 压缩至 压减到
    压减至 回落到 回落至 控制到 控制在 控制为 控制于 控制 缩小到 缩小至 缩短为 降为 压降至 压降到 限制在 精确到
    精确至 压缩为
""")
"""A level to be reached from above, or a limit: the value is a ceiling (<=)."""

KEEP_AT = words_of("""
    保持在 稳定在 维持在 保持 稳定 维持 巩固在 稳定保持在 持续保持在 稳控在 保障在 稳定到 稳定于
""")
"""A level to be kept: the value stands for itself (=) unless a comparator word says more."""

EQUALS = words_of("""
    调整到 调整至 优化调整至 优化调整到 实现 为 是 占 占到 达成 确定为 设定为 完成 计 有 共 共计 合计 总计
    拥有 建有 设有 配有 配备 在 到 至 累计 突破性 目标为 目标值 目标值为 能 就 满 需 要有 设置 配置 做到 要求为
    评分 得分 取得 按
""")
"""A bare link between name and value: the value stands for itself (=)."""

CHANGE_UP = words_of("""
    提高 提升 增长 增加 上升 增 升高 扩大 上涨 增强 延长 新增长 递增 上浮 上调 提速 改善
""")
"""The number directly after is an increase, not a level."""

CHANGE_DOWN = words_of("""
    精简 下降 降低 减少 缩短 压减 压缩 降 缩减 减 缩小 回落 削减 减轻 下调 压降 消减 下浮
""")
"""The number directly after is a decrease, not a level."""

# ------------------------------------------------------------------ hedges and adverbs

HEDGES = words_of("""
    力争 争取 逐步 探索 有望 确保 计划 努力 基本 原则上 力求 尽量 尽可能 鼓励 保证 尽早 有条件的
""")
"""Words that soften or harden a promise; kept with the target, they change no number."""

ADVERBS = frozenset(
    words_of("""
    提前 常年 长年 均 都 全部 分别 总体 应当 应 将 要 需要 需 须 必须 也 再 稳步 进一步 大幅 明显 显著 持续 累计
    平均 总共 力争 争取 逐步 确保 努力 基本 计划 有望 力求 原则上 保证 继续 全面 仅 则 实际 整体 最终 初步 同比
    普遍 大体 预期 合计 共计 共 稳中有 着力 加快 积极 务必 约 保障 拟 切实 尽快 分步 分批 同步 每年 年均 每季度
    每月 全年 当年 还要 还 能够 能 可 可以 使 让 不断 严格 有效 科学 合理 牢牢 始终 长期 动态 必 就 即 超额 年平均
    平均每年 适当 相应 一直 按要求 各 力保 尽量 尽可能 力 稳定 只 又 的 之 其 得 率先 顺利 如期 完成 总计 大力
    深入 扎实 目前 现在 现有 当前 每人每年 每人每月 每生每年 每人每天 每户每年 每床每年 每人 每生 按年
""")
)
"""Words that may stand between a name and its verb, or before a verb; they are no part of the name."""

# ------------------------------------------------------------------ verbs that promise things

DELIVER_VERBS = words_of("""
    新改扩建 新建改建 新建改造 新建扩建 新改建 新扩建 改扩建 新建成 新建 新增 新设 新开 新购 新创建 新创 新培育
    改善 补充 缔结 净增 新引进 新发展 新成立 新评 新认定 新招录 新招聘 新培训 新开工 新投 新签 新招 改建 扩建 重建
    迁建 续建 筹建 创建 建成 建设 建立 建好 建 组建 共建 搭建 构建 打造 成立 设立 设置 开设 开办 增设 增加 增配
    增添 添置 培育 培养 培训 轮训 引进 引育 引入 招引 招聘 招录 扩招 招收 招募 选派 选聘 选树 选拔 选送 选育 遴选 评选
    评定 认定 认证 命名 推荐 申报 申请 争创 争取 完成 实施 启动 开工 竣工 投用 投入使用 投运 改造 提升改造
    升级改造 提升 升级 更新 配备 配置 配齐 购置 采购 安装 加装 投放 发放 发展 扶持 支持 资助 救助 帮扶 帮助 援助
    补助 惠及 覆盖 服务 受益 筛查 体检 检查 接种 签约 组织 举办 承办 举行 开展 召开 编制 制定 制订 修订 制修订
    出台 发布 推出 推广 实现 提供 解决 安置 转移 淘汰 关停 关闭 治理 整治 修复 修缮 造林 绿化 植树 栽植 种植 压减
    减少 削减 布设 布局 建有 拥有 孵化 转化 授权 获批 获评 入选 纳入 开放 验收 化解 处置 核查 抽检 抽查 监测 检测
    回收 利用 储备 供应 筹集 筹措 分配 配租 交付 上线 接入 开通 运营 投入 安排 兑现 减免 吸引 接待 外派 下派 派出
    派驻 义诊 评审 创成 摘牌 形成 集聚 汇聚 签订 盘活 拆除 清理 整改 排查 拓展 开行 替换 报废 招商 落地 落户 引导
    促进 带动 扶助 慰问 关爱 结对 录用 输送 吸纳 消除 退出 腾退 整合 撤并 规范 推进 推动 加强 保障 确保 力争 做好
    落实 巩固 达到 抓好 办好 高标准建设 建造 兴建 研制 研发 攻克 突破 征集 放映 演出 优化 优选 铺设 敷设 疏浚 硬化
    维修 改厕 种草 增殖 放流 评估 复核 调解 办理 受理 提交 开发 挖掘 收购 维护 养护 创办 续签 新签约 挂牌 试点
    确定 选取 选择 部署 联建 引领 集中 开辟 设 配 招 增 建档 掌握 翻建 粉刷 亮化 实行 派遣 创评 评出 评为 推选
    培植 壮大 做强 上市 落成 入库 入统 升规 转型 更换 清运 回迁 搬迁 复工 复垦 新开辟 新改造 再造 打通 畅通 贯通
    通车 通水 通电 通气 通航 建构 重点建设 规划建设 规划 征收 收储 出让 供地 发行 支付 到位 上缴 节约 节水 减排
    调查 走访 入户 随访 检验 检定 校准 巡查 巡检 巡诊 会诊 手术 诊疗 献血 采集 宣传 刊发 报道 印发 发表 出版 创作
    展演 参加 参与 组建成 留学 就业 创业 脱贫 脱困 再就业 复审 达标 合并 兼并 重组 改制 划转 下放 取消 精简 压缩
    缩短 清退 查处 侦办 破获
""")
"""Verbs whose object can be counted: a number after one of them is something to be delivered."""

WEAK_VERBS = frozenset(
    words_of("""
    推进 推动 加强 规范 保障 落实 巩固 做好 提升 抓好 促进 支持 开放 引导 纳入 利用 集中 优化 整合 实施 开展 实行
    办好 服务 发展 维护 宣传 畅通
""")
)
"""Verbs that may only be working on something that already exists: the number is doubtful."""

# ------------------------------------------------------------------ names

MEASURE_HEADS = words_of("""
    权重 率 比例 占比 比重 比 覆盖面 面 指数 得分 水平 人次 人数 户数 次数 数量 总数 总量 数 量 寿命 收入 支出
    增加值 产值 总产值 总值 投资 金额 费用 资金 面积 里程 长度 半径 时间 时长 时限 周期 住院日 浓度 强度 规模 标准
    额 额度 成本 距离 容量 能力 产量 用水量 能耗 排放 年限 年龄 密度 增速 增幅 涨幅 降幅 幅度 天数 床位 学位 托位
    度 系数 价格 经费 贡献 预算 位次 排名 差距 倍差 之比 级别 等级 带宽 时段 净增 交易 用户 耗材费 材料费 均次费用
    产出 营收 营业收入 税收 销售额 交易额 进出口 补助 补贴 日数 学时 身高 深度 储备 消费 用地 绿地 体量 存量 蓄积
    名额 缺口 岗位 就业 基数 限额 分 分数 参保 体质 比值
""")
"""How the name of something measured ends. A number right after such a word is its value even without a verb."""

SCOPES = words_of("""
    全市 全省 全县 全区 全国 全州 全旗 全盟 全镇 全乡 全域 全系统 全行业 全社会 我市 我省 我县 我区 我州 我国 本市
    本省 本县 本区 各区 各县 各市 各镇 市级 省级 县级 区级 国家级 城市 农村 城区 城镇 城乡 市区 县城 郊区 乡村
    区内 市内 县域 县域内 省内 全自治区 自治区 全兵团 市域 主城区 中心城区 建成区 各县区 各地 各单位 辖区 辖区内
    东部 中部 西部 其他地区 其他 其余 山区 平原 城市社区 农村社区 女性 男性 其中
""")
"""Words that only say where or for whom: alone they name nothing, the name comes from the clause before."""

POPULATIONS = words_of("""
    孕产妇 育龄妇女 适龄妇女 妇女 儿童 婴幼儿 新生儿 老年人 残疾人 学生 中小学生 居民 职工 农民 高血压患者
    糖尿病患者 患者 计生特殊家庭 计划生育特殊家庭 青少年 高校毕业生 医务人员 公立医院 二级以上医院 三级医院
    基层医疗卫生机构 乡镇卫生院 社区卫生服务中心 村卫生室 婴儿
""")
"""People and institutions that, named once, stand for every item of the list that follows."""

ABSTRACT_HEADS = words_of("""
    部分 准则 制度 机制 体系 行动 原则 方面 任务 措施 举措 工程 意识 关系 环节 问题 要求 目标 阶段 维度 领域 重点
    关键 方向 方式 模式 理念 能力 内容 要点 步骤 抓手 优势 战略 关口 主题 改革 政策 事项 工作 层面 层级 意见 特征
    特点 职责 纪律 规定 禁令 要素 结合 转变 统一 全覆盖 一批 必须 确保 坚持 意识形态 到位 方案 规划 计划 实事 大事
    好事 民生实事 实事项目 民生项目 短板 弱项 服务 指标 板块 篇章 支柱 主体 省份 国家 月 小时 结构 需求 功能 流程
    效应 梯队 梯次 红线 底线 责任 清单 台账 创新 文章 形态 允许 专项 突破 提升 转型 融合 协同 联动 贯通 打通 挂钩
    不变 不准 严禁 维护 自信 伟大 务必 更加 基本 同步 优先 导向 关切
""")
"""Heads of list counts: 五大行动, 18项制度, 三个方面 announce a list and are no targets."""

ABSTRACT_UNITS = frozenset(
    words_of("""
    项 个 大 种 类 条 件 篇 张 块 点 面 道 组 期
""")
)
"""Measure words that can head such a list; 家, 所, 名 and the like always count real things."""

CHINESE_UNITS = frozenset(
    words_of("""
    家 所 名 人 个 支 座 台 辆 项 种 类 处 户 间 套 倍 张 万 场 床 亩 人次 个百分点 元 栋 门 册 架 平方米 公里 例
    期 岁 天 小时 分钟 条 年 个月 次
""")
)
"""Before these a Chinese numeral is a number; before other measure words it is a figure of speech (一路, 三步)."""
