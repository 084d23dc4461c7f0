"""Light rules as a form: bands row by row, drawn as a number line while one types."""

from __future__ import annotations

from decimal import Decimal

from dashboards.components.editing import Fields, choice_field, either, hint, text_field
from dashboards.libraries import Component, html
from kpi.assessment.rules import USUAL, Band, Family, Light, LightRules
from kpi.assessment.rules_bands import Stretch, number_line
from kpi.core.text import t
from kpi.readmodel.target_editing import Editing

LIGHTS = (Light.ON_TRACK, Light.BEHIND, Light.OFF_TRACK)
SPARE_ROWS = 1


def rules_form(rules: LightRules) -> Component:
    """The settings of a plan or a target."""
    families = {family.value: family.label for family in Family}
    rows = [
        _band_row(n, rules.bands[n] if n < len(rules.bands) else None) for n in range(len(rules.bands) + SPARE_ROWS)
    ]
    return html.Div(
        [
            either("family", t("差距怎样算"), families, rules.family.value),
            hint(t("差距大于0是落后于计划，小于0是超前。每个差距应恰好落在一档里；不要的档位清空亮灯即可。")),
            html.Div(rows, className="edit-stack wide"),
            html.Div(
                [
                    text_field("grace", t("节点宽限天数"), rules.stage_grace_days),
                    text_field("tolerance", t("控制线容许偏差（%）"), rules.hold_tolerance_percent),
                    text_field("width", t("“左右”的幅度（%）"), rules.band_width_percent),
                    text_field("strikes", t("连续滞后几期升级（0为不升级）"), rules.strikes),
                    text_field("pooled", t("控制线合并几年评价"), rules.pooled_years),
                ],
                className="form-grid wide",
            ),
        ],
        className="edit-stack",
    )


def _band_row(n: int, band: Band | None) -> Component:
    lights = {light.value: f"{light.shape} {light.label}" for light in LIGHTS}
    edges_low = {"out": t("大于"), "in": t("不小于")}
    edges_high = {"in": t("不超过"), "out": t("小于")}
    chosen = str(band.outcome) if band else None
    return html.Div(
        [
            choice_field(f"light-{n}", t("亮灯"), lights, chosen, allowDeselect=True, clearable=True,
                         clearButtonProps={"aria-label": t("清空")}, placeholder=t("不用")),
            choice_field(f"lowin-{n}", t("从"), edges_low, "in" if band and band.low_in else "out"),
            text_field(f"low-{n}", t("下端"), band.low if band else None, placeholder="−∞"),
            choice_field(f"highin-{n}", t("到"), edges_high, "in" if band is None or band.high_in else "out"),
            text_field(f"high-{n}", t("上端"), band.high if band else None, placeholder="+∞"),
        ],
        className="band-row",
        role="group",
        **{"aria-label": t("第{row}档", row=n + 1)},
    )  # fmt: skip


def own_rules_form(editing: Editing) -> Component:
    """A target follows its plan, or has rules of its own."""
    words = {"no": t("沿用计划的规则"), "yes": t("本目标单独设定")}
    told = t("计划的规则：{line}", line=editing.plan_rules.number_line)
    return _choice_of_rules(words, told, editing.rules, editing.plan_rules)


def plan_rules_form(rules: LightRules | None) -> Component:
    """A plan goes by the usual rules, or has its own (None: the usual ones)."""
    words = {"no": t("通常规则"), "yes": t("本计划单独设定")}
    return _choice_of_rules(words, t("通常规则：{line}", line=USUAL.number_line), rules, USUAL)


def _choice_of_rules(words: dict[str, str], told: str, rules: LightRules | None, otherwise: LightRules) -> Component:
    own = "yes" if rules else "no"
    form = html.Div(rules_form(rules or otherwise), id="edit-own-rules", className=f"own-{own}")
    return html.Div([either("own", t("用哪套规则"), words, own), hint(told), form], className="edit-stack")


# --- reading ------------------------------------------------------------------------------------------------------


def read_rules(fields: Fields) -> LightRules:
    """The settings as typed, complete or not: `LightRules.check` says whether they can be used."""
    bands = [_read_band(fields, n) for n in fields.rows("light") if fields.words(f"light-{n}")]
    read = LightRules(
        fields.word(Family, "family") or Family.POINTS,
        tuple(bands),
        fields.whole("grace", t("节点宽限天数")),
        fields.number("tolerance", t("控制线容许偏差")) or Decimal(0),
        fields.number("width", t("“左右”的幅度")) or Decimal(0),
        fields.whole("strikes", t("连续滞后升级")),
        fields.whole("pooled", t("合并年数")),
    )
    fields.done()
    return read


def _read_band(fields: Fields, n: int) -> Band:
    low, high = fields.number(f"low-{n}", t("下端"), n + 1), fields.number(f"high-{n}", t("上端"), n + 1)
    low_in = low is not None and fields.words(f"lowin-{n}") == "in"
    high_in = high is not None and fields.words(f"highin-{n}") == "in"
    return Band(Light(fields.words(f"light-{n}")), low, high, low_in, high_in)


def read_own_rules(fields: Fields) -> LightRules | None:
    """None: follow the plan, or (of a plan) the usual rules."""
    if fields.words("own") != "yes":
        return None
    rules = read_rules(fields)
    rules.check()
    return rules


# --- drawing ------------------------------------------------------------------------------------------------------


def typed_line(fields: Fields) -> Component | None:
    """The line of the rules being typed, right or wrong; BadInput while a field can not be read."""
    return line_view(read_rules(fields)) if fields.words("own") == "yes" else None


def line_view(rules: LightRules) -> Component:
    """The number line of the gap, left to right; holes and overlaps stand out."""
    stretches = [_stretch(each) for each in number_line(rules.bands)]
    unit = t("落后计划的百分点") if rules.family is Family.POINTS else t("低于计划的百分比")
    label = t("差距的数轴：{line}", line=t("；").join(_said(each) for each in number_line(rules.bands)))
    return html.Div(
        [
            html.Div(stretches, className="number-line", role="img", **{"aria-label": label}),
            html.Div([html.Span(t("← 超前")), html.Span(unit), html.Span(t("落后 →"))], className="number-line-foot"),
        ],
        id="edit-number-line",
    )


def _stretch(each: Stretch) -> Component:
    light = Light(each.outcomes[0]) if len(each.outcomes) == 1 else None
    mark = f"{light.shape} {light.label}" if light else _trouble(each)
    colour = f"light-{light.colour}" if light else "line-wrong"
    return html.Div([html.B(mark), html.Span(str(each.piece))], className=f"stretch {colour}")


def _trouble(each: Stretch) -> str:
    return t("没有规定") if not each.outcomes else t("重叠")


def _said(each: Stretch) -> str:
    words = Light(each.outcomes[0]).label if len(each.outcomes) == 1 else _trouble(each)
    return f"{words} {each.piece}"
