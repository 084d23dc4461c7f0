"""What a target demands and where it starts, as forms."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboards.components.accept_form import changes, comparators, directions
from dashboards.components.editing import (
    Fields,
    choice_field,
    clearable,
    day_field,
    either,
    field_id,
    hint,
    text_field,
)
from dashboards.libraries import Component, dmc, html
from kpi.core.quantity import Change, Comparator, Direction, Kind
from kpi.core.text import t
from kpi.readmodel.target_editing import Editing
from kpi.targets.rules import JudgedAs, direction_of, propose_judged_as
from kpi.targets.rules_form import Demand, Start


def demand_form(editing: Editing) -> Component:
    """A stage has days only; everything else a number as well."""
    demand = editing.demand
    numbers = [] if demand.kind is Kind.MILESTONE else _number_fields(demand)
    return html.Div(
        [
            text_field("name", t("指标名称"), demand.name, className="wide", required=True),
            *numbers,
            day_field("starts_on", t("起始日期"), demand.starts_on, required=True),
            day_field("deadline", t("完成期限"), demand.deadline, required=True),
            text_field("weight", t("权重"), demand.weight, description=t("只用于汇总得分"), required=True),
            text_field("scope", t("范围"), demand.scope, className="wide"),
        ],
        className="form-grid",
    )


def _number_fields(demand: Demand) -> list[Component]:
    by_rules = {"allowDeselect": True, "placeholder": t("按规则"), **clearable()}
    ways = {each.value: each.label for each in JudgedAs if each is not JudgedAs.STAGE}
    change, judged_as, direction = (str(word) if word else None for word in _words_of(demand))
    return [
        choice_field("comparator", t("比较"), comparators(), demand.comparator.value),
        text_field("value", _with_unit(t("目标值"), demand.unit), demand.value),
        text_field("low", t("下限（区间）"), demand.low),
        text_field("high", t("上限（区间）"), demand.high),
        choice_field("change", t("是变化幅度"), changes(), change, **by_rules | {"placeholder": t("否")}),
        choice_field("judged_as", t("评价方式"), ways, judged_as, **by_rules),
        choice_field("direction", t("方向"), directions(), direction, **by_rules),
    ]


def _words_of(demand: Demand) -> tuple[Change | None, JudgedAs | None, Direction | None]:
    return demand.change, demand.judged_as, demand.direction


def _with_unit(label: str, unit: str) -> str:
    return t("{label}（{unit}）", label=label, unit=unit) if unit else label


def read_demand(fields: Fields, editing: Editing) -> dict[str, Any]:
    """The fields of `Demand` that the form speaks of; what is left to the rules is proposed by them."""
    found: dict[str, Any] = {
        "name": fields.words("name"),
        "starts_on": fields.day("starts_on", t("起始日期")),
        "deadline": fields.day("deadline", t("完成期限")),
        "weight": fields.number("weight", t("权重")) or Decimal(0),
        "scope": fields.words("scope"),
    }
    for name, label in (("starts_on", t("起始日期")), ("deadline", t("完成期限"))):
        if not fields.words(name):
            fields.wrong(t("请填写日期"), label)
    if fields.has("comparator"):
        found |= _read_numbers(fields, editing)
    if len(found["scope"]) > 200:
        fields.wrong(t("最多{n}个字", n=200), t("范围"))
    fields.done()
    return found


def _read_numbers(fields: Fields, editing: Editing) -> dict[str, Any]:
    comparator = fields.word(Comparator, "comparator") or Comparator.EQUAL
    value, change = fields.number("value", t("目标值")), fields.word(Change, "change")
    kind, unit, baseline = editing.demand.kind, editing.demand.unit, editing.start.value
    shared: dict[str, Any] = {"value": value, "unit": unit, "change": change, "baseline": baseline}
    ranged = comparator is Comparator.BETWEEN
    return {
        "comparator": comparator,
        "value": None if ranged else value,
        "low": fields.number("low", t("下限")) if ranged else None,
        "high": fields.number("high", t("上限")) if ranged else None,
        "change": change,
        "judged_as": fields.word(JudgedAs, "judged_as") or propose_judged_as(kind, comparator, **shared),
        "direction": fields.word(Direction, "direction") or direction_of(comparator, kind, **shared),
    }


# --- baseline -----------------------------------------------------------------------------------------------------


def start_form(editing: Editing) -> Component:
    start = editing.start
    known = {"yes": t("已知"), "no": t("未知")}
    told = (
        [hint(t("目标是较基线的变化：改了基线，目标值随之重新推算，原来的结果仍保留。"))]
        if editing.demand.change
        else []
    )
    return html.Div(
        [
            either("known", t("基线是否已知"), known, "yes" if start.known else "no"),
            text_field("start", _with_unit(t("基线值"), editing.level_unit), start.value),
            day_field("start_day", t("基线日期"), start.day),
            text_field("source", t("基线来源"), start.source, placeholder=t("如：统计年鉴")),
            *told,
        ],
        className="form-grid",
    )


def read_start(fields: Fields, _editing: Editing) -> Start:
    """What is filled in beside “未知” does not count."""
    if fields.words("known") != "yes":
        return Start(False)
    value, day = fields.number("start", t("基线值")), fields.day("start_day", t("基线日期"))
    fields.done()
    return Start(True, value, day, fields.words("source"))


# --- who answers --------------------------------------------------------------------------------------------------


def duty_form(editing: Editing) -> Component:
    names = {str(unit.id): unit.name for unit in editing.units}
    data = [{"value": key, "label": name} for key, name in names.items()]
    return html.Div(
        [
            choice_field("lead", t("牵头单位"), names, str(editing.lead_id), searchable=True, required=True),
            dmc.MultiSelect(
                id=field_id("supports"),
                label=t("配合单位"),
                data=data,
                value=[str(unit) for unit in editing.supporting_ids],
                searchable=True,
                className="wide",
                **clearable(),
            ),
            hint(t("新的牵头单位从现在起与原单位一起负责填报；要改由谁填报，请管理员到“指标与单位”的“填报分工”。")),
        ],
        className="form-grid",
    )


def read_duty(fields: Fields, _editing: Editing) -> tuple[int, tuple[int, ...]]:
    lead = fields.id("lead")
    if lead is None:
        fields.wrong(t("请选择牵头单位"), t("牵头单位"))
    supports = fields.ids("supports")
    if lead in supports:
        fields.wrong(t("配合单位不能与牵头单位相同"), t("配合单位"))
    fields.done()
    return lead or 0, supports
