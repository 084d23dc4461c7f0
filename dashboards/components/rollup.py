"""Parts of the page that compares departments, districts, chapters and plans."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dashboards.components.lights import light_badge
from dashboards.components.links import ledger_address, number_link
from dashboards.components.panels import data_table, panel
from dashboards.libraries import Component, dmc, html
from kpi.assessment.rules import Light
from kpi.core.quantity import show_number
from kpi.core.text import t
from kpi.readmodel.rollup import Group, Grouping, RollUp
from kpi.readmodel.scope import Wanted

SHOWN = (Light.ACHIEVED, Light.ON_TRACK, Light.BEHIND, Light.OFF_TRACK, Light.WAIVED, Light.NOT_ASSESSABLE)


def grouping_choice(chosen: str) -> Component:
    data = [{"value": by.value, "label": by.label} for by in Grouping]
    known = chosen if chosen in {by.value for by in Grouping} else Grouping.DEPARTMENTS.value
    return html.Div(
        dmc.SegmentedControl(id="compare-by", data=data, value=known, **{"aria-label": t("按什么汇总")}),
        className="compare-by",
    )


def rollup_view(found: RollUp) -> Component:
    said = t("{n}个单位中{done}个已报", n=found.units.expected, done=found.units.reported)
    title = t("{month}，按{by}汇总", month=found.scope.month.label, by=found.by.label)
    if not found.groups:
        empty = t("这个计划没有可按此汇总的目标。")
        return panel(title, [html.P(empty, className="hint")], "panel-compare")
    head = [t("位次"), found.by.label, *(_light_head(light) for light in SHOWN)]
    head += [t("最差"), t("分数"), t("正常率"), t("已报")]
    rows = [_row(group, found) for group in found.groups] + [_row(found.whole, found)]
    notes = [
        t("分数 = Σ权重×得分 ÷ Σ权重：已完成和正常得100、滞后50、严重滞后0，只计可评价的目标。"),
        t("权重默认1，在目标的“修改—目标要求”中设定。分数相同位次相同，其后跳过。"),
        t("正常率只计可评价的目标；豁免和无法评价不在分子也不在分母。"),
    ]
    return panel(
        title,
        [
            html.P(html.B(said), id="compare-complete"),
            data_table(head, rows, title),
            *(html.P(note, className="hint") for note in notes),
        ],
        "panel-compare",
    )


def _light_head(light: Light) -> Component:
    return html.Span([html.Span(light.shape, **{"aria-hidden": "true"}), " ", light.label])


def _row(group: Group, found: RollUp) -> list[Any]:
    counts = group.counts.by_light
    name = group.name if group.key or not found.groups else html.B(group.name)
    lights = [_count(group, light, counts[light], found) for light in SHOWN]
    share = group.counts.share_on_track
    done = group.reported
    return [
        "—" if group.rank is None else str(group.rank),
        name,
        *lights,
        light_badge(group.worst, "sm"),
        _score(group),
        "—" if share is None else f"{show_number(share, 1)}%",
        "—" if done is None else f"{done.reported}/{done.expected}",
    ]


def _score(group: Group) -> Component | str:
    if group.score is None:
        return "—"
    return html.Div([show_number(group.score.value, 1), html.Span(group.score.working, className="working-line")])


def _count(group: Group, light: Light, count: int, found: RollUp) -> Component | str:
    """A way into the ledger where the ledger can show just these."""
    wanted = _narrowed(group, found)
    if wanted is None:
        return str(count)
    return number_link(count, ledger_address(wanted, light=light.value), f"{group.name} {light.label}")


def _narrowed(group: Group, found: RollUp) -> Wanted | None:
    wanted = found.scope.wanted
    match found.by:
        case Grouping.DEPARTMENTS:
            return replace(wanted, department=group.key or wanted.department)
        case Grouping.DISTRICTS:
            return replace(wanted, region=group.key) if group.key else None
        case Grouping.PLANS:
            return Wanted(group.key, wanted.month) if group.key else None
        case Grouping.CHAPTERS:
            return None
