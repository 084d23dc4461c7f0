"""Tables and forms of the catalog: indicators, units, plans."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from dashboards.components.accept_form import accumulations, directions, frequencies, kinds
from dashboards.libraries import Component, dcc, dmc, html
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Frequency
from kpi.core.quantity import Direction, parse_number, plain, show_number
from kpi.core.text import t
from kpi.organisation.records import UnitKind
from kpi.readmodel.catalog import AnyRow, UnitRow
from kpi.targets.records import PlanState


def plan_states() -> dict[str, str]:
    return {"active": t("监测中"), "reference": t("参考"), "closed": t("已结束")}


def unit_kinds() -> dict[str, str]:
    return {"department": t("处室"), "region": t("地区"), "institution": t("机构")}


def roll_ups() -> dict[str, str]:
    return {"own": t("直接填报"), "sum": t("各单位相加"), "ratio": t("各单位分子分母相加")}


def options(words: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"value": value, "label": label} for value, label in words.items()]


def _table(label: str, heads: Sequence[str], lines: Sequence[Component]) -> Component:
    head = html.Thead(html.Tr([html.Th(word, scope="col") for word in heads]))
    table = html.Table([head, html.Tbody(list(lines))], className="plain-table")
    return html.Div(table, className="table-box", tabIndex=0, role="region", **{"aria-label": label})


# --- indicators ---------------------------------------------------------------------------------------------------


def indicator_columns() -> list[dict[str, Any]]:
    return [
        {"field": "code", "headerName": t("编码"), "width": 150},
        {"field": "name", "headerName": t("名称"), "flex": 1, "minWidth": 220, "tooltipField": "name"},
        {"field": "kind", "headerName": t("类型"), "width": 105},
        {"field": "unit", "headerName": t("计量单位"), "width": 95},
        {"field": "frequency", "headerName": t("频率"), "width": 110},
        {"field": "lag_days", "headerName": t("期后天数"), "width": 95, "cellClass": "number"},
        {"field": "accumulates", "headerName": t("数值含义"), "width": 170},
        {"field": "targets", "headerName": t("目标数"), "width": 85, "cellClass": "number"},
        _edit_column(),
    ]


def _edit_column() -> dict[str, Any]:
    return {"field": "edit", "headerName": t("修改"), "width": 80, "sortable": False, "cellRenderer": "KpiEdit"}


def indicator_row(row: AnyRow) -> dict[str, Any]:
    return {
        "key": str(row.id),
        "code": row.code,
        "name": row.name if row.active else t("{name}（停用）", name=row.name),
        "kind": kinds()[row.kind.value],
        "unit": row.unit or "—",
        "frequency": frequencies()[row.frequency.value],
        "lag_days": str(row.lag_days),
        "accumulates": accumulations()[row.accumulates.value],
        "targets": show_number(Decimal(row.targets)),
        "edit": _edit("indicator", row.id, row.name),
    }


def _edit(kind: str, thing_id: int, name: str) -> dict[str, Any]:
    """A button of the grid, told by `assets/catalog.js`."""
    return {"kind": kind, "id": thing_id, "words": t("修改"), "label": t("修改{name}", name=name)}


def field_id(name: str) -> dict[str, str]:
    return {"type": "catalog-field", "field": name}


def indicator_form(row: AnyRow) -> Component:
    """Unit and kind are not asked: stored values are in them."""

    def text(name: str, label: str, value: Any, **more: Any) -> Component:
        return dmc.TextInput(id=field_id(name), label=label, value="" if value is None else str(value), **more)

    def number(name: str, label: str, value: Decimal | None) -> Component:
        return text(name, label, None if value is None else plain(value))

    def choice(name: str, label: str, words: Mapping[str, str], value: str) -> Component:
        return dmc.Select(id=field_id(name), label=label, data=options(words), value=value, allowDeselect=False)

    yes_no = {"yes": t("是"), "no": t("否")}
    return html.Div(
        [
            text("name", t("名称"), row.name, className="wide", required=True),
            choice("frequency", t("报送频率"), frequencies(), row.frequency.value),
            text("lag_days", t("期后几天内报送"), row.lag_days),
            choice("accumulates", t("数值含义"), accumulations(), row.accumulates.value),
            choice("roll_up", t("整体数值"), roll_ups(), row.roll_up.value),
            choice("direction", t("方向"), directions(), row.direction.value),
            text("year_start_month", t("统计年度起始月"), row.year_start_month),
            text("places", t("小数位数"), row.places),
            choice("has_parts", t("填分子分母"), yes_no, "yes" if row.has_parts else "no"),
            text("numerator", t("分子名称"), row.numerator),
            text("denominator", t("分母名称"), row.denominator),
            number("smallest", t("最小可能值"), row.smallest),
            number("largest", t("最大可能值"), row.largest),
            number("jump_percent", t("变动超过%要说明"), row.jump_percent),
            choice("active", t("启用"), yes_no, "yes" if row.active else "no"),
            dmc.Textarea(
                id=field_id("definition"), label=t("口径说明"), value=row.definition, autosize=True, className="wide"
            ),
        ],
        className="form-grid",
    )


def read_indicator(values: Mapping[str, Any]) -> dict[str, Any]:
    """The form as fields of an indicator; BadInput naming every field that is wrong."""
    problems: list[Problem] = []

    def words(name: str) -> str:
        return str(values.get(name) or "").strip()

    def whole(name: str, label: str, low: int, high: int) -> int:
        written = words(name)
        if not written.isdecimal() or not low <= int(written) <= high:
            problems.append(Problem(t("请填写{low}到{high}之间的整数", low=low, high=high), label))
            return low
        return int(written)

    def number(name: str, label: str) -> Decimal | None:
        try:
            return parse_number(words(name), label) if words(name) else None
        except BadInput as error:
            problems.extend(error.problems)
            return None

    found = {
        "name": words("name"),
        "frequency": Frequency(words("frequency")),
        "lag_days": whole("lag_days", t("期后天数"), 0, 366),
        "accumulates": Accumulates(words("accumulates")),
        "roll_up": RollUp(words("roll_up")),
        "direction": Direction(words("direction")),
        "year_start_month": whole("year_start_month", t("统计年度起始月"), 1, 12),
        "places": whole("places", t("小数位数"), 0, 6),
        "has_parts": words("has_parts") == "yes",
        "numerator": words("numerator"),
        "denominator": words("denominator"),
        "smallest": number("smallest", t("最小可能值")),
        "largest": number("largest", t("最大可能值")),
        "jump_percent": number("jump_percent", t("变动幅度")),
        "active": words("active") == "yes",
        "definition": words("definition"),
    }
    if not found["name"]:
        problems.append(Problem(t("请填写指标名称"), t("名称")))
    low, high = found["smallest"], found["largest"]
    if isinstance(low, Decimal) and isinstance(high, Decimal) and low >= high:
        problems.append(Problem(t("应大于最小可能值"), t("最大可能值")))
    if problems:
        raise BadInput.of(*problems)
    return found


# --- units --------------------------------------------------------------------------------------------------------


def unit_columns() -> list[dict[str, Any]]:
    return [
        {"field": "name", "headerName": t("名称"), "flex": 1, "minWidth": 220, "sortable": False},
        {"field": "code", "headerName": t("编码"), "width": 140, "sortable": False},
        {"field": "kind", "headerName": t("类别"), "width": 100, "sortable": False},
        _edit_column(),
    ]


def unit_row(each: UnitRow) -> dict[str, Any]:
    row = each.row
    name = row.name if row.active else t("{name}（停用）", name=row.name)
    return {
        "key": str(row.id),
        "name": "　" * each.depth + name,
        "code": row.code,
        "kind": unit_kinds()[row.kind.value],
        "edit": _edit("unit", row.id, row.name),
    }


def read_unit_kind(written: str | None) -> UnitKind:
    if written not in unit_kinds():
        raise BadInput.of(Problem(t("请选择类别"), t("类别")))
    return UnitKind(written)


# --- plans --------------------------------------------------------------------------------------------------------


def plan_table(rows: Sequence[AnyRow]) -> Component:
    if not rows:
        return html.P(t("还没有计划。审定文件时可以新建。"), className="hint")
    heads = (t("名称"), t("编码"), t("年度"), t("地区"), t("起止"), t("目标数"), t("亮灯规则"), t("状态"))
    return _table(t("计划"), heads, [_plan_line(row) for row in rows])


def _plan_line(row: AnyRow) -> Component:
    return html.Tr(
        [
            html.Td(row.title, className="wide-cell"),
            html.Td(row.code, className="nowrap"),
            html.Td(str(row.year)),
            html.Td(row.region),
            html.Td(f"{row.starts_on.isoformat()} — {row.ends_on.isoformat()}", className="nowrap"),
            html.Td(show_number(Decimal(row.targets)), className="number"),
            html.Td(
                dcc.Link(
                    t("查看与修改"),
                    href=f"/plans/{quote(row.code)}/rules",
                    className="quiet-link",
                    title=t("{name}的亮灯规则", name=row.title),
                )
            ),
            html.Td(
                dmc.Select(
                    id={"type": "catalog-plan", "id": row.id},
                    data=options(plan_states()),
                    value=row.state.value,
                    allowDeselect=False,
                    w=120,
                    **{"aria-label": t("{name}的状态", name=row.title)},
                )
            ),
        ]
    )


def read_plan_state(written: str | None) -> PlanState:
    if written not in plan_states():
        raise BadInput.of(Problem(t("请选择状态"), t("状态")))
    return PlanState(written)
