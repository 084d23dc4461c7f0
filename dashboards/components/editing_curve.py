"""The plan curve as a form: its shape, and the numbers that some shapes need."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dashboards.components.editing import Fields, day_field, field_id, hint, text_field
from dashboards.libraries import Component, dmc, html
from kpi.core.period import month_name
from kpi.core.quantity import plain
from kpi.core.text import t
from kpi.readmodel.target_editing import Editing
from kpi.targets.rules import JudgedAs, PlanPoint, PlanShape, Shape
from kpi.targets.rules_curve import fitting_problems, quarters_of

SPARE_ROWS = 2
"""Empty rows for points, so that one can type on."""


def shapes() -> dict[str, tuple[str, str]]:
    return {
        "linear": (t("按天均匀"), t("每天同样多")),
        "months": (t("按月均匀"), t("每月同样多，不论天数")),
        "quarters": (t("按季度"), t("每季度末一步，可给各季度不同份额")),
        "s_curve": (t("先慢后快再慢"), t("S形曲线")),
        "seasonal": (t("按季节"), t("按各月份额，通常取自上年实绩")),
        "milestones": (t("按节点"), t("到节点日期才要求，节点之间不变")),
        "points": (t("自定义折线"), t("经过各节点，节点之间均匀")),
        "deadline": (t("期末一次完成"), t("期限之前不要求")),
    }


def stage_shapes() -> dict[str, tuple[str, str]]:
    return {
        "linear": (t("按完成期限"), t("期限之前不算逾期")),
        "points": (t("按节点日期"), t("第几步应在哪天前完成")),
    }


def curve_form(editing: Editing) -> Component:
    shape, staged = editing.demand.curve, editing.demand.judged_as is JudgedAs.STAGE
    offered = stage_shapes() if staged else shapes()
    chosen = shape.shape.value if shape.shape.value in offered else "linear"
    return html.Div(
        [
            *_not_used(editing),
            dmc.RadioGroup(
                html.Div(
                    [dmc.Radio(label=label, description=more, value=key) for key, (label, more) in offered.items()],
                    className="shape-grid",
                ),
                id=field_id("shape"),
                value=chosen,
                label=t("怎样分布"),
            ),
            html.Div(
                [_quarters(editing), _seasons(editing), _points(editing)],
                id="edit-shape-parts",
                className=f"shape-{chosen}",
            ),
        ],
        className="edit-stack",
    )


def _not_used(editing: Editing) -> list[Component]:
    if editing.demand.judged_as is not JudgedAs.HOLD:
        return []
    return [hint(t("这个目标按控制线评价：随时都应在线内，计划进度不影响亮灯。"))]


def _quarters(editing: Editing) -> Component:
    quarters = quarters_of(editing.demand.starts_on, editing.demand.deadline)
    shares = editing.demand.curve.shares if editing.demand.curve.shape is Shape.QUARTERS else ()
    fields = [
        text_field(f"quarter-{n}", quarter.label, shares[n] if n < len(shares) else None, placeholder="1")
        for n, quarter in enumerate(quarters)
    ]
    words = t("各季度的份额，比例即可（如 1、2、2、1）；全部留空为相同。")
    return html.Div([hint(words), html.Div(fields, className="form-grid")], className="for-shape for-quarters")


def _seasons(editing: Editing) -> Component:
    shares = editing.demand.curve.shares if editing.demand.curve.shape is Shape.SEASONAL else editing.last_year or ()
    fields = [
        text_field(f"season-{n}", month_name(n + 1), shares[n] if n < len(shares) else None, placeholder="0")
        for n in range(12)
    ]
    if editing.last_year is None:
        action: Component = hint(t("没有上年同期的实绩可用，请手工填写各月份额。"))
    else:
        action = html.Div(dmc.Button(t("用上年实绩填充"), id="edit-last-year", variant="default", size="xs"))
    return html.Div(
        [hint(t("各月的份额，比例即可。")), action, html.Div(fields, className="month-grid")],
        className="for-shape for-seasonal",
    )


def _points(editing: Editing) -> Component:
    points = editing.demand.curve.points
    rows = [point_row(n, points[n] if n < len(points) else None) for n in range(len(points) + SPARE_ROWS)]
    words = t("每行一个节点：到这一天应达到的累计数值。不要的行清空即可；期限当天总是目标值，不必填写。")
    more = dmc.Button(t("增加一行"), id="edit-more-points", variant="default", size="xs")
    return html.Div(
        [hint(words), html.Div(rows, id="edit-points"), html.Div(more)],
        className="for-shape for-points for-milestones edit-stack",
    )


def point_row(n: int, point: PlanPoint | None = None) -> Component:
    return html.Div(
        [
            html.Span(str(n + 1), className="row-number", **{"aria-hidden": "true"}),
            day_field(f"day-{n}", t("日期"), point.day if point else None),
            text_field(f"due-{n}", t("应达到"), point.value if point else None),
        ],
        className="edit-row",
        role="group",
        **{"aria-label": t("第{row}行", row=n + 1)},
    )


# --- reading ------------------------------------------------------------------------------------------------------


def read_curve(fields: Fields, editing: Editing) -> PlanShape:
    """The shape with the numbers that it needs; BadInput naming field and row of the form."""
    shape = fields.word(Shape, "shape") or Shape.LINEAR
    rows: list[tuple[int, PlanPoint]] = []
    shares: tuple[Decimal, ...] = ()
    if shape.has_points:
        rows = sorted(_read_points(fields), key=lambda row: row[1].day)
    elif shape is Shape.QUARTERS:
        shares = _read_shares(fields, "quarter", Decimal(1))
    elif shape is Shape.SEASONAL:
        shares = _read_shares(fields, "season", Decimal(0))
    fields.done()
    read = PlanShape(shape, tuple(point for _, point in rows), shares)
    demand = editing.demand
    for problem in (*read.problems, *fitting_problems(read, demand.starts_on, demand.deadline)):
        fields.wrong(problem.reason, problem.field or "", rows[problem.row - 1][0] if problem.row else None)
    fields.done()
    return read


def _read_points(fields: Fields) -> list[tuple[int, PlanPoint]]:
    """The points with the rows they stand in; an empty row is none."""
    found = []
    for n in fields.rows("day"):
        row = n + 1
        day, due = fields.day(f"day-{n}", t("日期"), row), fields.number(f"due-{n}", t("应达到"), row)
        if day is not None and due is not None:
            found.append((row, PlanPoint(day, due)))
        elif fields.words(f"due-{n}") and not fields.words(f"day-{n}"):
            fields.wrong(t("请填写日期"), t("日期"), row)
        elif fields.words(f"day-{n}") and not fields.words(f"due-{n}"):
            fields.wrong(t("请填写应达到的数值"), t("应达到"), row)
    return found


def _read_shares(fields: Fields, name: str, usual: Decimal) -> tuple[Decimal, ...]:
    """None at all when every field is empty; an empty one among others takes the usual share."""
    rows = fields.rows(name)
    if not any(fields.words(f"{name}-{n}") for n in rows):
        return ()
    read = [fields.number(f"{name}-{n}", t("份额"), n + 1) for n in rows]
    return tuple(usual if share is None else share for share in read)


def seasons_written(shares: tuple[Decimal, ...]) -> list[Any]:
    """Last year's weights as the twelve fields show them."""
    return [plain(share) for share in shares]
