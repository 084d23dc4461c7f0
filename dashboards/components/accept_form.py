"""The reviewer's form: a candidate's fields to correct, what the text can not say to fill in, read back as a form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from dashboards.libraries import Component, dmc, html
from kpi.catalog.rules import Accumulates
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Frequency
from kpi.core.quantity import Change, Comparator, Direction, Kind, parse_number, plain
from kpi.core.text import t
from kpi.readmodel.documents import AnyRow, Choices
from kpi.targets.rules import JudgedAs
from kpi.targets.rules_form import AcceptForm

Word = TypeVar("Word", bound=StrEnum)
Values = Mapping[str, Any]


def field_id(name: str) -> dict[str, str]:
    return {"type": "accept", "field": name}


def kinds() -> dict[str, str]:
    return {
        "count": t("数量"),
        "amount": t("总量"),
        "ratio": t("比例"),
        "rate": t("率"),
        "coverage": t("覆盖面"),
        "milestone": t("节点"),
    }


def comparators() -> dict[str, str]:
    return {
        ">=": t("不低于（≥）"),
        ">": t("高于（>）"),
        "<=": t("不超过（≤）"),
        "<": t("低于（<）"),
        "=": t("等于"),
        "~": t("左右"),
        "between": t("区间"),
    }


def changes() -> dict[str, str]:
    return {"increase": t("提高"), "decrease": t("下降")}


def frequencies() -> dict[str, str]:
    return {"month": t("每月"), "quarter": t("每季度"), "half": t("每半年"), "year": t("每年")}


def directions() -> dict[str, str]:
    return {"more": t("越高越好"), "less": t("越低越好"), "inside": t("保持在区间内")}


def accumulations() -> dict[str, str]:
    return {
        "sum": t("当期数（逐期相加）"),
        "running": t("累计数（年初至今）"),
        "level": t("期末数"),
        "ratio": t("分子分母分别累计"),
    }


def _options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in words.items()]


def _units(units: Sequence[tuple[int, str]]) -> list[dict[str, str]]:
    return [{"value": str(unit_id), "label": name} for unit_id, name in units]


# --- drawing ------------------------------------------------------------------------------------------------------


def accept_form(row: AnyRow, choices: Choices, kept: Values) -> Component:
    """`kept`: what the reviewer chose for the candidate before (plan, lead, frequency …), so that it is asked once."""
    return html.Div(
        [
            *_demand_fields(row),
            html.H3(t("计划与责任"), className="form-section"),
            *_duty_fields(choices, kept),
            html.H3(t("基线"), className="form-section"),
            *_baseline_fields(row),
            html.H3(t("口径与填报"), className="form-section"),
            *_measuring_fields(row, kept),
        ],
        className="form-grid",
    )


def _text(name: str, label: str, value: str = "", **more: Any) -> Component:
    return dmc.TextInput(id=field_id(name), label=label, value=value, debounce=300, **more)


def _clearable() -> dict[str, Any]:
    return {"clearable": True, "clearButtonProps": {"aria-label": t("清空")}}


def _choice(name: str, label: str, data: list[dict[str, str]], value: str | None = None, **more: Any) -> Component:
    return dmc.Select(id=field_id(name), label=label, data=data, value=value, **more)


def _day(name: str, label: str, value: date | None = None, **more: Any) -> Component:
    return dmc.DateInput(
        id=field_id(name),
        label=label,
        value=value.isoformat() if value else None,
        valueFormat="YYYY-MM-DD",
        **_clearable(),
        **more,
    )


def _number(value: Decimal | None) -> str:
    return "" if value is None else plain(value)


def _demand_fields(row: AnyRow) -> list[Component]:
    return [
        _text("name", t("指标名称"), row.name, className="wide", required=True),
        _choice("kind", t("类型"), _options(kinds()), row.kind.value, allowDeselect=False),
        _choice(
            "comparator", t("比较"), _options(comparators()), row.comparator.value if row.comparator else "=",
            allowDeselect=False,
        ),
        _text("value", t("目标值"), _number(row.value)),
        _text("low", t("下限（区间）"), _number(row.low)),
        _text("high", t("上限（区间）"), _number(row.high)),
        _text("unit", t("单位"), row.unit),
        _choice(
            "change", t("是变化幅度"), _options(changes()), row.change.value if row.change else None,
            **_clearable(), placeholder=t("否"),
        ),
        _day("deadline", t("完成期限"), row.deadline, placeholder=t("计划年末")),
        _text("scope", t("范围"), row.scope),
    ]  # fmt: skip


def _duty_fields(choices: Choices, kept: Values) -> list[Component]:
    plans = [{"value": str(plan.id), "label": plan.title} for plan in choices.plans]
    usual = kept.get("plan_id") or _usual_plan(choices)
    return [
        _choice("plan_id", t("所属计划"), plans, usual, searchable=True, required=True, allowDeselect=False,
                placeholder=t("请选择，或新建计划"), className="wide"),
        _choice("lead_id", t("牵头单位"), _units(choices.departments), kept.get("lead_id"), searchable=True,
                required=True, placeholder=t("请选择")),
        dmc.MultiSelect(id=field_id("supporting_ids"), label=t("配合单位"), data=_units(choices.departments),
                        value=[], searchable=True, **_clearable()),
        _choice("unit_id", t("评价对象"), _units([*choices.regions, *choices.departments]), None, searchable=True,
                **_clearable(), placeholder=t("计划所在地区")),
    ]  # fmt: skip


def _usual_plan(choices: Choices) -> str | None:
    """The plan of this very document; with several documents a year nothing is guessed."""
    first = choices.plans[0] if choices.plans else None
    return str(first.id) if first is not None and first.document_id == choices.document_id else None


def _baseline_fields(row: AnyRow) -> list[Component]:
    known = "yes" if row.baseline_value is not None else "no"
    return [
        html.Div(
            dmc.SegmentedControl(
                id=field_id("baseline_known"),
                data=[{"value": "no", "label": t("未知")}, {"value": "yes", "label": t("已知")}],
                value=known,
                **{"aria-label": t("基线是否已知")},
            )
        ),
        _text("baseline_value", t("基线值"), _number(row.baseline_value)),
        _day("baseline_day", t("基线日期"), row.baseline_date),
        _text("baseline_source", t("基线来源"), "", placeholder=t("如：统计年鉴")),
    ]


def _measuring_fields(row: AnyRow, kept: Values) -> list[Component]:
    proposed = t("按规则")
    return [
        _choice("indicator_id", t("并入已有指标"), [], None, searchable=True, **_clearable(), className="wide",
                placeholder=t("不并入：新建指标；输入名称可查找"), nothingFoundMessage=t("没有找到")),
        _choice("frequency", t("报送频率"), _options(frequencies()), kept.get("frequency") or Frequency.MONTH.value,
                allowDeselect=False),
        _text("lag_days", t("期后几天内报送"), str(kept.get("lag_days") or "10")),
        _choice("judged_as", t("评价方式"), [{"value": j.value, "label": j.label} for j in JudgedAs], None,
                **_clearable(), placeholder=proposed),
        _choice("direction", t("方向"), _options(directions()), None, **_clearable(), placeholder=proposed),
        _choice("accumulates", t("数值含义"), _options(accumulations()), None, **_clearable(), placeholder=proposed),
        _choice("has_parts", t("填分子分母"), [{"value": "yes", "label": t("是")}, {"value": "no", "label": t("否")}],
                "yes" if _has_parts(row) else "no", allowDeselect=False),
        _text("numerator", t("分子名称")),
        _text("denominator", t("分母名称")),
        _text("places", t("小数位数"), "2"),
    ]  # fmt: skip


def _has_parts(row: AnyRow) -> bool:
    return row.change is None and row.kind in (Kind.RATIO, Kind.COVERAGE)


# --- reading ------------------------------------------------------------------------------------------------------


def values_of(ids: Sequence[Mapping[str, str]], values: Sequence[Any]) -> dict[str, Any]:
    """The fields of the form by name."""
    return {one["field"]: value for one, value in zip(ids, values, strict=True)}


def read_form(values: Values, row: AnyRow) -> AcceptForm:
    """The form as filled in; BadInput naming every field that can not be read."""
    problems: list[Problem] = []

    def number(name: str, label: str) -> Decimal | None:
        written = str(values.get(name) or "").strip()
        try:
            return parse_number(written, label) if written else None
        except BadInput as error:
            problems.extend(error.problems)
            return None

    def whole(name: str, label: str, usual: int) -> int:
        written = str(values.get(name) or "").strip()
        if written and not written.isdecimal():
            problems.append(Problem(t("请填写整数"), label))
        return int(written) if written.isdecimal() else usual

    plan_id = _id(values, "plan_id")
    if plan_id is None:
        problems.append(Problem(t("请选择计划；还没有时请先新建"), t("所属计划")))
    form = AcceptForm(
        plan_id=plan_id or 0,
        name=_words(values, "name"),
        kind=_word(Kind, values, "kind") or row.kind,
        comparator=_word(Comparator, values, "comparator") or Comparator.EQUAL,
        comparator_text=row.comparator_text,
        value=number("value", t("目标值")),
        low=number("low", t("下限")),
        high=number("high", t("上限")),
        unit=_words(values, "unit"),
        change=_word(Change, values, "change"),
        judged_as=_word(JudgedAs, values, "judged_as"),
        direction=_word(Direction, values, "direction"),
        deadline=_date(values, "deadline"),
        scope=_words(values, "scope"),
        lead_id=_id(values, "lead_id"),
        supporting_ids=tuple(int(one) for one in values.get("supporting_ids") or ()),
        unit_id=_id(values, "unit_id"),
        baseline_known=values.get("baseline_known") == "yes",
        baseline_value=number("baseline_value", t("基线值")),
        baseline_day=_date(values, "baseline_day"),
        baseline_source=_words(values, "baseline_source"),
        frequency=_word(Frequency, values, "frequency") or Frequency.MONTH,
        lag_days=whole("lag_days", t("报送时限"), 10),
        accumulates=_word(Accumulates, values, "accumulates"),
        has_parts=values.get("has_parts") == "yes",
        numerator=_words(values, "numerator"),
        denominator=_words(values, "denominator"),
        places=whole("places", t("小数位数"), 2),
        indicator_id=_id(values, "indicator_id"),
        hedge=row.hedge,
        nature=row.nature,
        group_key=row.group_key,
    )
    if problems:
        raise BadInput.of(*problems)
    return form


def _words(values: Values, name: str) -> str:
    return str(values.get(name) or "").strip()


def _id(values: Values, name: str) -> int | None:
    written = _words(values, name)
    return int(written) if written.isdecimal() else None


def _word(words: type[Word], values: Values, name: str) -> Word | None:
    written = _words(values, name)
    return words(written) if written in {word.value for word in words} else None


def _date(values: Values, name: str) -> date | None:
    written = _words(values, name)[:10]
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        return None


def proposals(form: AcceptForm) -> dict[str, str]:
    """What the rules would choose where the reviewer leaves a field open, as a placeholder."""
    return {
        "judged_as": t("按规则：{choice}", choice=form.proposed_judged_as.label),
        "direction": t("按规则：{choice}", choice=directions()[form.proposed_direction.value]),
        "accumulates": t("按规则：{choice}", choice=accumulations()[form.proposed_accumulates.value]),
    }


KEPT = ("plan_id", "lead_id", "frequency", "lag_days")
"""What is carried over from one candidate of a document to the next."""


def read_plan(title: str | None, code: str | None, year: str | None, region: str | None) -> dict[str, Any]:
    """The fields of a new plan; BadInput naming each that is missing or no number."""
    problems = []
    if not (year or "").strip().isdecimal():
        problems.append(Problem(t("请填写四位年份"), t("年度")))
    if not (region or "").isdecimal():
        problems.append(Problem(t("请选择地区；还没有时请联系管理员在“指标与单位”中添加"), t("地区")))
    if problems:
        raise BadInput.of(*problems)
    return {"title": title or "", "code": code or "", "year": int(year or 0), "region_id": int(region or 0)}
