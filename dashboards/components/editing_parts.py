"""Waivers and shares as forms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from dashboards.components.editing import Fields, choice_field, clearable, day_field, either, hint, text_field
from dashboards.libraries import Component, html
from kpi.core.quantity import Comparator, Kind, show_quantity
from kpi.core.text import t
from kpi.readmodel.target_editing import Editing, UnitChoice
from kpi.targets.rules_form import Part

# --- waiver -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WaiverWish:
    """To set the light aside from one day to another (None: until lifted), or to lift the waiver in force."""

    lift: bool
    starts_on: date | None = None
    ends_on: date | None = None


def waiver_form(editing: Editing, today: date) -> Component:
    waiver = editing.waiver
    words = {"waive": t("延长或修改") if waiver else t("设豁免"), "lift": t("解除豁免")}
    choice = [either("act", t("做什么"), words, "waive")] if waiver else []
    return html.Div(
        [
            *_in_force(editing),
            *choice,
            day_field("from", t("起始日期"), waiver.starts_on if waiver else today),
            day_field("until", t("有效期至"), waiver.ends_on if waiver else None, placeholder=t("直至解除")),
            hint(t("豁免期间不评价，数据照常填报；理由、批准人和有效期显示在亮灯旁边和月报中。保存的人即批准人。")),
        ],
        className="form-grid",
    )


def _in_force(editing: Editing) -> list[Component]:
    waiver = editing.waiver
    if waiver is None:
        return []
    until = t("有效期至{until}", until=waiver.ends_on.isoformat()) if waiver.ends_on else t("直至解除")
    words = t(
        "现有豁免：{reason}；{who}批准，自{since}起，{until}。",
        reason=waiver.reason,
        who=waiver.approved_by,
        since=waiver.starts_on.isoformat(),
        until=until,
    )
    return [html.P(words, className="callout tone-apart wide")]


def read_waiver(fields: Fields, _editing: Editing) -> WaiverWish:
    if fields.words("act") == "lift":
        return WaiverWish(True)
    starts_on, ends_on = fields.day("from", t("起始日期")), fields.day("until", t("有效期至"))
    if not fields.words("from"):
        fields.wrong(t("请填写日期"), t("起始日期"))
    fields.done()
    return WaiverWish(False, starts_on, ends_on)


# --- shares -------------------------------------------------------------------------------------------------------


OTHER_ROWS = 2


def parts_form(editing: Editing) -> Component:
    """A field for each region directly below and each unit that has a part, and rows to add other units."""
    listed = [unit for unit in editing.units if unit.is_below or unit.id in editing.parts]
    others = [unit for unit in editing.units if unit not in listed and unit.id != editing.unit_id]
    return html.Div(
        [
            hint(_words(editing)),
            html.Div([field for unit in listed for field in _fields(unit, editing)], className="form-grid"),
            *[_other_row(n, others, editing) for n in range(OTHER_ROWS if others else 0)],
        ],
        className="edit-stack",
    )


def _words(editing: Editing) -> str:
    if editing.parts and not editing.is_rolled_up:
        return t("留空的单位不分解。整体数值直接填报，不由各单位汇总（管理员可在指标口径中更改）。")
    return t("留空的单位不分解。分到目标的单位各自填报、各自亮灯。")


def _is_range(editing: Editing) -> bool:
    return editing.demand.comparator is Comparator.BETWEEN


def _fields(unit: UnitChoice, editing: Editing) -> list[Component]:
    part, name = editing.parts.get(unit.id, Part()), unit.name
    if _is_range(editing):
        return [
            text_field(f"low-{unit.id}", t("{unit}下限", unit=name), part.low),
            text_field(f"high-{unit.id}", t("{unit}上限", unit=name), part.high),
        ]
    return [text_field(f"share-{unit.id}", name, part.value)]


def _other_row(n: int, others: Sequence[UnitChoice], editing: Editing) -> Component:
    names = {str(unit.id): unit.name for unit in others}
    free = {"allowDeselect": True, "searchable": True, "placeholder": t("请选择"), **clearable()}
    choose = choice_field(f"other-{n}", t("其他单位"), names, None, **free)
    words = (("low", t("下限")), ("high", t("上限"))) if _is_range(editing) else (("share", t("目标值")),)
    numbers = [text_field(f"{name}-other-{n}", label) for name, label in words]
    return html.Div([choose, *numbers], className="edit-row", role="group", **{"aria-label": t("其他单位")})


def read_parts(fields: Fields, editing: Editing) -> dict[int, Part]:
    """What each unit is to reach; empty fields are no part."""
    by_id = {unit.id: unit for unit in editing.units}
    stems = [(str(unit.id), unit) for unit in editing.units]
    for n in fields.rows("other"):
        chosen = by_id.get(fields.id(f"other-{n}") or 0)
        if chosen is not None:
            stems.append((f"other-{n}", chosen))
        elif any(fields.words(f"{name}-other-{n}") for name in ("share", "low", "high")):
            fields.wrong(t("请选择单位"), t("其他单位"), n + 1)
    read = {unit.id: _read_part(fields, stem, unit.name) for stem, unit in stems}
    fields.done()
    return {unit: part for unit, part in read.items() if part != Part()}


def _read_part(fields: Fields, stem: str, name: str) -> Part:
    low, high = fields.number(f"low-{stem}", name), fields.number(f"high-{stem}", name)
    return Part(fields.number(f"share-{stem}", name), low, high)


def sum_view(parts: dict[int, Part], editing: Editing) -> Component:
    """The sum of the shares against the whole; of rates there is none to speak of."""
    shares = [part.value for part in parts.values() if part.value is not None]
    whole, unit = editing.demand.value, editing.level_unit
    adds_up = editing.demand.kind in (Kind.COUNT, Kind.AMOUNT) and editing.demand.change is None
    if not shares or whole is None or _is_range(editing) or not adds_up:
        return html.P(t("{n}个单位有分解目标。", n=len(parts)), className="hint", id="edit-sum")
    total = sum(shares, Decimal(0))
    words = t(
        "{n}个单位合计{total}，整体目标{whole}，", n=len(shares), total=show_quantity(total, unit),
        whole=show_quantity(whole, unit),
    )  # fmt: skip
    missing = whole - total
    if missing > 0:
        rest, tone = t("还差{missing}。", missing=show_quantity(missing, unit)), "tone-amber"
    elif missing < 0:
        rest, tone = t("多出{more}。", more=show_quantity(-missing, unit)), "tone-plain"
    else:
        rest, tone = t("正好。"), "tone-green"
    return html.P(words + rest, className=f"callout {tone}", id="edit-sum")
