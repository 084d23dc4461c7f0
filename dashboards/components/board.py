"""The overview as tiles, tables and a chart: functions from rows to parts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from dashboards.components.graph import base_layout, graph
from dashboards.components.lights import light_badge
from dashboards.components.links import ledger_address, number_link, target_address
from dashboards.components.panels import table_box
from dashboards.libraries import Component, dcc, dmc, html
from kpi.assessment.rules import Light, Reporting
from kpi.assessment.rules_rollup import Counts
from kpi.core.period import month_name
from kpi.core.quantity import show_quantity
from kpi.core.text import t
from kpi.readmodel.board import LISTED, Attention, Board, Move, Moved, TrendMonth
from kpi.readmodel.owed import OwedCell
from kpi.readmodel.scope import Wanted
from kpi.readmodel.waivers import Waived
from kpi.targets.records import PlanState

REPORTING_SIGNS = {
    Reporting.OVERDUE: "‼",
    Reporting.RETURNED: "↩",
    Reporting.AWAITING: "…",
    Reporting.SUBMITTED: "✎",
    Reporting.REPORTED: "✓",
    Reporting.NOT_DUE: "–",
}
MOVE_WORDS = {Move.WORSE: ("↓", "red"), Move.BETTER: ("↑", "green")}
OWED_LISTED = 15


def board_view(board: Board) -> Component:
    """The whole overview below its choices."""
    wanted = board.scope.wanted
    return dmc.Stack(
        gap="md",
        children=[
            *_notices(board),
            _tiles(board, wanted),
            html.Div(
                className="board-columns",
                children=[
                    _attention(board, wanted),
                    html.Div(
                        _side(board, wanted),
                        className="board-side",
                    ),
                ],
            ),
            _departments(board, wanted),
        ],
    )


def _side(board: Board, wanted: Wanted) -> list[Component]:
    apart = [_waived(board, wanted)] if board.waived else []
    return [_missing(board, wanted), *apart, _moves(board, wanted), _trend(board.trend, wanted)]


def _notices(board: Board) -> list[Component]:
    found = []
    if board.scope.plan.state is PlanState.REFERENCE:
        text = t("这是已发布计划的参考资料，只列目标，不催报、不亮灯。")
        found.append(dmc.Alert(text, title=t("参考计划"), color="gray"))
    elif not board.is_assessed:
        text = t("{month}还没有评价结果，请选择其他月份，或等待数据报送、审核。", month=board.scope.month.label)
        found.append(dmc.Alert(text, title=t("没有评价结果"), color="gray", id="not-assessed"))
    return found


# --- tiles --------------------------------------------------------------------------------------------------------


def _tiles(board: Board, wanted: Wanted) -> Component:
    counts = board.counts
    lights = [_light_tile(light, count, wanted) for light, count in counts.by_light.items()]
    return html.Div([_share_tile(counts, wanted), *lights], className="tiles", id="tiles")


def _share_tile(counts: Counts, wanted: Wanted) -> Component:
    share = show_quantity(counts.share_on_track, "%", 1)
    green = f"{Light.ACHIEVED.value},{Light.ON_TRACK.value}"
    return dcc.Link(
        [
            html.Span(t("达到进度"), className="tile-word"),
            html.Span(share, className="tile-number"),
            html.Span(
                t("可评价{judged}项中{good}项", judged=counts.judged, good=counts.on_track), className="tile-foot"
            ),
        ],
        href=ledger_address(wanted, light=green),
        className="tile tile-share",
        id="tile-share",
    )


def _light_tile(light: Light, count: int, wanted: Wanted) -> Component:
    return dcc.Link(
        [
            html.Span(
                [html.Span(light.shape, className="light-shape", **{"aria-hidden": "true"}), light.label],
                className="tile-word",
            ),
            html.Span(str(count), className="tile-number"),
            html.Span(t("项"), className="tile-foot"),
        ],
        href=ledger_address(wanted, light=light.value),
        className=f"tile light-{light.colour}",
        id=f"tile-{light.value}",
    )


# --- what stands out ----------------------------------------------------------------------------------------------


def _attention(board: Board, wanted: Wanted) -> Component:
    lights = board.counts.by_light
    total = lights[Light.OFF_TRACK] + lights[Light.BEHIND]
    if not board.attention:
        body: Component = html.P(t("没有滞后或严重滞后的目标。"), className="hint")
    else:
        body = html.Ol([_attention_item(each, wanted) for each in board.attention], className="attention")
    more = None
    if total > LISTED:
        href = ledger_address(wanted, light=f"{Light.OFF_TRACK.value},{Light.BEHIND.value}")
        more = dcc.Link(t("查看全部{n}项", n=total), href=href, className="quiet-link")
    return _panel(t("需要关注（{n}项）", n=total), [body, more], "attention")


def _attention_item(each: Attention, wanted: Wanted) -> Component:
    return html.Li(
        className=f"attention-item edge-{each.light.colour}",
        children=[
            html.Div(
                className="attention-head",
                children=[
                    light_badge(each.light, "sm"),
                    dcc.Link(
                        each.name, href=target_address(each.code, wanted.month, wanted.region), className="name-link"
                    ),
                    html.Span(each.lead, className="hint"),
                ],
            ),
            html.P(each.reason, className="reason"),
            html.P(_said(each), className="said"),
        ],
    )


def _said(each: Attention) -> list[Any]:
    """Cause, measure and date as the department entered them; never invented."""
    if not each.cause and not each.measure and each.expected_on is None:
        return [html.Span(t("牵头单位尚未填写原因和措施"), className="hint")]
    expected = each.expected_on.isoformat() if each.expected_on else t("未填")
    pairs = ((t("原因"), each.cause or t("未填")), (t("措施"), each.measure or t("未填")), (t("预计"), expected))
    return _pairs(pairs)


def _pairs(pairs: Iterable[tuple[str, str]]) -> list[Any]:
    return [part for word, text in pairs for part in (html.B(word), html.Span(text, className="said-text"))]


# --- what is missing ----------------------------------------------------------------------------------------------


def _missing(board: Board, wanted: Wanted) -> Component:
    chips = [
        dcc.Link(
            [html.Span(REPORTING_SIGNS[state], **{"aria-hidden": "true"}), " ", state.label, " ", html.B(str(count))],
            href=ledger_address(wanted, reporting=state.value),
            className=f"chip chip-link {'chip-zero' if not count else ''}",
            id=f"missing-{state.value}",
        )
        for state, count in board.missing.items()
    ]
    shown = board.owed[:OWED_LISTED]
    rows = html.Ul([_owed_item(cell, wanted) for cell in shown], className="plain-list") if shown else None
    words = t("该报的都已报送并审核。") if not board.owed else None
    more = None
    if len(board.owed) > len(shown):
        href = ledger_address(wanted, reporting=",".join(state.value for state in board.missing))
        more = dcc.Link(t("另有{n}条，查看全部", n=len(board.owed) - len(shown)), href=href, className="quiet-link")
    hint = t("报送情况按今天计，与亮灯分开：亮灯取最近一期已审核的数据。")
    parts = [html.Div(chips, className="chips"), html.P(words or hint, className="hint"), rows, more]
    return _panel(t("报送情况"), parts, "missing")


def _owed_item(cell: OwedCell, wanted: Wanted) -> Component:
    sign = REPORTING_SIGNS[cell.state]
    due = t("应于{day}前报", day=_day(cell.due_on))
    return html.Li(
        [
            html.Span([html.Span(sign, **{"aria-hidden": "true"}), " ", cell.state.label], className="owed-state"),
            dcc.Link(cell.name, href=target_address(cell.code, wanted.month, wanted.region), className="name-link"),
            html.Span(f"{cell.reporter} · {cell.period.label} · {due}", className="hint"),
        ]
    )


def _day(day: date) -> str:
    return t("{month}{day}日", month=month_name(day.month), day=day.day)


# --- what is set aside ---------------------------------------------------------------------------------------------


def _waived(board: Board, wanted: Wanted) -> Component:
    total = board.counts.by_light[Light.WAIVED]
    rows = html.Ul([_waived_item(each, wanted) for each in board.waived], className="plain-list")
    more = None
    if total > len(board.waived):
        href = ledger_address(wanted, light=Light.WAIVED.value)
        more = dcc.Link(t("查看全部{n}项", n=total), href=href, className="quiet-link")
    return _panel(t("已调整/豁免（{n}项）", n=total), [rows, more], "waived")


def _waived_item(each: Waived, wanted: Wanted) -> Component:
    until = each.until.isoformat() if each.until else t("直至解除")
    said = ((t("原因"), each.reason), (t("批准人"), each.approved_by or t("系统")), (t("有效期至"), until))
    return html.Li(
        [
            dcc.Link(each.name, href=target_address(each.code, wanted.month, wanted.region), className="name-link"),
            html.Span(each.lead, className="hint"),
            html.P(_pairs(said), className="said"),
        ]
    )


# --- what moved ---------------------------------------------------------------------------------------------------


def _moves(board: Board, wanted: Wanted) -> Component:
    before = board.scope.month.next(-1).label
    chips = [
        dcc.Link(
            [f"{MOVE_WORDS[which][0]} ", move_label(which), " ", html.B(str(board.moves[which]))],
            href=ledger_address(wanted, move=which.value),
            className=f"chip chip-link {'chip-zero' if not board.moves[which] else 'tone-' + MOVE_WORDS[which][1]}",
            id=f"moved-{which.value}",
        )
        for which in Move
    ]
    rows = html.Ul([_moved_item(each, wanted) for each in board.moved[:OWED_LISTED]], className="plain-list")
    empty = html.P(t("与上月相比没有变好或变差的目标。"), className="hint")
    parts = [html.Div(chips, className="chips"), rows if board.moved else empty]
    return _panel(t("与{month}相比", month=before), parts, "moves")


def move_label(which: Move) -> str:
    return t("变差") if which is Move.WORSE else t("变好")


def _moved_item(each: Moved, wanted: Wanted) -> Component:
    return html.Li(
        [
            html.Span(
                [light_badge(each.before, "xs"), html.Span("→", className="arrow"), light_badge(each.now, "xs")],
                className="moved-lights",
            ),
            dcc.Link(each.name, href=target_address(each.code, wanted.month, wanted.region), className="name-link"),
            html.Span(each.lead, className="hint"),
        ]
    )


# --- departments --------------------------------------------------------------------------------------------------


def _departments(board: Board, wanted: Wanted) -> Component:
    heads = [
        html.Th([html.Span(light.shape, className=f"shape-{light.colour}", **{"aria-hidden": "true"}), light.label])
        for light in Light
    ]
    header = html.Tr([html.Th(t("牵头单位")), *heads, html.Th(t("合计")), html.Th(t("达到进度"))])
    rows = [
        _department_row(row.name, row.counts, Wanted(wanted.plan, wanted.month, row.code, wanted.region))
        for row in board.departments
    ]
    total = _department_row(t("合计"), board.counts, wanted, "total-row")
    table = html.Table(
        [html.Caption(t("各单位亮灯"), className="visually-hidden"), html.Thead(header), html.Tbody([*rows, total])],
        className="plain-table number-table",
        id="departments",
    )
    return _panel(t("各牵头单位"), [table_box(table, t("各牵头单位"))], "by-department")


def _department_row(name: str, counts: Counts, wanted: Wanted, class_name: str = "") -> Component:
    cells = [
        html.Td(
            number_link(
                count, ledger_address(wanted, light=light.value), f"{name} {light.label}", f"ink-{light.colour}"
            )
        )
        for light, count in counts.by_light.items()
    ]
    total = number_link(counts.total, ledger_address(wanted), f"{name} {t('合计')}")
    share = show_quantity(counts.share_on_track, "%", 1)
    return html.Tr([html.Th(name, scope="row"), *cells, html.Td(total), html.Td(share)], className=class_name)


# --- trend --------------------------------------------------------------------------------------------------------

FILLS = {
    Light.ACHIEVED: ("#1b7f4b", ""),
    Light.ON_TRACK: ("#7cc39b", ""),
    Light.BEHIND: ("#d98e1f", "/"),
    Light.OFF_TRACK: ("#b3261e", "x"),
    Light.WAIVED: ("#5b4a9e", "."),
    Light.NOT_ASSESSABLE: ("#aeb9c2", "-"),
}
"""Colour and pattern; with the words of the legend nothing hangs on colour alone."""


def _fill(light: Light) -> dict[str, Any]:
    colour, shape = FILLS[light]
    return {"color": colour, "pattern": {"shape": shape, "bgcolor": colour, "fgcolor": "#fff", "size": 6}}


def trend_figure(trend: Sequence[TrendMonth]) -> dict[str, Any]:
    """Lights by month, stacked; one bar a month."""
    months = [each.month.label for each in trend]
    bars = [
        {
            "type": "bar",
            "name": f"{light.shape} {light.label}",
            "x": months,
            "y": [each.counts.by_light[light] for each in trend],
            "marker": _fill(light),
            "hovertemplate": "%{x}<br>%{y}<extra>" + light.label + "</extra>",
        }
        for light in Light
        if any(each.counts.by_light[light] for each in trend)
    ]
    axis = {"type": "category", "automargin": True, "tickangle": -45, "fixedrange": True}
    layout = base_layout(barmode="stack", bargap=0.3, height=300, xaxis=axis, legend={"orientation": "h", "y": -0.5})
    return {"data": bars, "layout": layout | {"margin": {"l": 36, "r": 8, "t": 8, "b": 40}}}


def _trend(trend: Sequence[TrendMonth], wanted: Wanted) -> Component:
    if not trend:
        return _panel(t("逐月亮灯"), [html.P(t("还没有逐月数据。"), className="hint")], "trend")
    chart = html.Div(
        graph(trend_figure(trend), style={"height": "300px"}),
        role="group",
        **{"aria-label": t("逐月亮灯数量，表格见下")},
    )
    rows = [_trend_row(each, wanted) for each in reversed(trend)]
    head = html.Tr([html.Th(t("月份")), *(html.Th(light.label) for light in Light), html.Th(t("达到进度"))])
    table = html.Table([html.Thead(head), html.Tbody(rows)], className="plain-table number-table")
    folded = html.Details([html.Summary(t("以表格查看")), table_box(table, t("逐月亮灯"))])
    return _panel(t("逐月亮灯"), [chart, folded], "trend")


def _trend_row(each: TrendMonth, wanted: Wanted) -> Component:
    at = Wanted(wanted.plan, str(each.month), wanted.department, wanted.region)
    cells = [
        html.Td(number_link(count, ledger_address(at, light=light.value), f"{each.month.label} {light.label}"))
        for light, count in each.counts.by_light.items()
    ]
    return html.Tr(
        [html.Th(each.month.label, scope="row"), *cells, html.Td(show_quantity(each.counts.share_on_track, "%", 1))]
    )


def _panel(title: str, children: Iterable[Any], panel_id: str) -> Component:
    kept = [child for child in children if child is not None]
    return html.Section(
        [html.H2(title, className="panel-title", id=f"panel-{panel_id}-title"), *kept],
        className="panel",
        id=f"panel-{panel_id}",
        **{"aria-labelledby": f"panel-{panel_id}-title"},
    )
