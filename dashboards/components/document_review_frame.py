"""What stands still on the review page: filters of the list, the bars with buttons, the form of a new plan."""

from __future__ import annotations

from dashboards.components.document_review import Order
from dashboards.libraries import Component, dmc, html
from kpi.core.text import t


def side() -> list[Component]:
    decisions = [("open", t("待定")), ("accepted", t("已采纳")), ("rejected", t("未采纳")), ("all", t("全部"))]
    orders = [(Order.TEXT.value, t("按原文顺序")), (Order.DOUBTFUL.value, t("存疑在前"))]
    return [
        dmc.SegmentedControl(
            id="review-tab",
            data=[{"value": "numbers", "label": t("数值目标")}, {"value": "milestones", "label": t("节点任务")}],
            value="numbers",
            fullWidth=True,
            **{"aria-label": t("候选的种类")},
        ),
        html.Div(
            [
                dmc.Select(
                    id="review-decision",
                    data=[{"value": value, "label": label} for value, label in decisions],
                    value="open",
                    allowDeselect=False,
                    w=120,
                    **{"aria-label": t("按决定筛选")},
                ),
                dmc.Select(
                    id="review-order",
                    data=[{"value": value, "label": label} for value, label in orders],
                    value=Order.DOUBTFUL.value,
                    allowDeselect=False,
                    w=140,
                    **{"aria-label": t("排序")},
                ),
                html.Span(
                    [
                        *(html.Kbd("j"), "/", html.Kbd("k"), t("上下条 ")),
                        *(html.Kbd("a"), t("采纳 "), html.Kbd("x"), t("不采纳 ")),
                    ],
                    className="hint keys",
                ),
            ],
            className="bar",
        ),
        html.Div(
            id="review-list", **{"data-none": t("没有符合条件的候选。可换一个筛选条件，或在原文中选取文字新增。")}
        ),
        html.Div(id="review-form"),
    ]  # fmt: skip


def picked_bar() -> list[Component]:
    return [
        html.Span([t("已选取："), html.B(id="review-picked-words")]),
        dmc.Button(t("新增为候选"), id="review-mark", size="compact-md"),
    ]


def plan_form() -> Component:
    return dmc.Modal(
        id="review-plan-modal",
        title=t("新建计划"),
        children=dmc.Stack(
            [
                dmc.TextInput(id="review-plan-title", label=t("名称"), required=True),
                dmc.TextInput(id="review-plan-code", label=t("编码"), description=t("目标编号以它开头"), required=True),
                dmc.TextInput(id="review-plan-year", label=t("年度"), required=True),
                dmc.Select(
                    id="review-plan-region",
                    label=t("地区"),
                    description=t("目标评价的是哪个地区的数值"),
                    searchable=True,
                    required=True,
                ),
                dmc.Button(t("新建"), id="review-plan-create"),
            ]
        ),
    )


def decide_bar() -> Component:
    reasons = [
        t("不是目标，是已有事物的数量"),
        t("是往年情况"),
        t("与另一条重复"),
        t("由其他单位负责"),
        t("无法量化评价"),
    ]
    return html.Div(
        [
            dmc.Button(t("采纳"), id="review-accept"),
            dmc.Button(t("新建计划"), id="review-plan-open", variant="default"),
            dmc.Autocomplete(
                id="review-reason",
                data=reasons,
                placeholder=t("不采纳的原因"),
                className="grow",
                **{"aria-label": t("不采纳的原因")},
            ),
            dmc.Button(t("不采纳"), id="review-reject", variant="outline", color="red"),
        ],
        className="sheet decide-bar",
    )


def undo_bar() -> Component:
    return html.Div(
        [
            dmc.TextInput(
                id="review-undo-reason",
                placeholder=t("撤回的原因"),
                className="grow",
                **{"aria-label": t("撤回的原因")},
            ),
            dmc.Button(t("撤回决定"), id="review-undo", variant="default"),
        ],
        className="sheet decide-bar",
    )
