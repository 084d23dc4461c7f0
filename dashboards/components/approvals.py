"""A waiting value as a card: the numbers, what they would do to the lights, the words that came with them.

Cards have no ids of their own: hundreds of pattern-matched ids would keep the browser busy for seconds. What is
clicked in them is told by `assets/approvals.js`.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dashboards.components.lights import light_badge
from dashboards.components.links import target_address
from dashboards.libraries import Component, dmc, html
from kpi.core.clock import business_date
from kpi.core.quantity import Kind, show_number, show_quantity
from kpi.core.text import t
from kpi.readmodel.approvals import Effect, WaitingRow


def cards(rows: Sequence[WaitingRow], total: int) -> list[Component]:
    """The first of all that wait, and how many more there are."""
    if not rows:
        return [nothing_waits()]
    shown = [_card(row) for row in rows]
    if total > len(rows):
        shown.append(
            html.P(
                t("共{total}项待审；处理完本页后显示其余{n}项。", total=total, n=total - len(rows)), className="hint"
            )
        )
    return shown


def nothing_waits() -> Component:
    return dmc.Alert(
        t("目前没有待审的数据。各单位提交后会出现在这里。"), title=t("都审完了"), color="green", id="waiting-none"
    )


def _card(row: WaitingRow) -> Component:
    words = [
        (t("变动原因"), row.jump_reason),
        (t("滞后原因"), row.cause),
        (t("改进措施"), row.measure),
        (t("预计日期"), row.expected_on.isoformat() if row.expected_on else ""),
        (t("备注"), row.note),
    ]
    return html.Article(
        [
            _head(row),
            html.Dl([_number(label, shown) for label, shown in _numbers(row)], className="waiting-numbers"),
            *(_effect(effect) for effect in row.effects),
            *(html.P([html.B(label), said], className="waiting-words") for label, said in words if said),
            _decision(row),
        ],
        className="waiting-card",
        tabIndex=0,
        **{"aria-label": row.facts.name, "data-actual": str(row.actual_id)},
    )


def _head(row: WaitingRow) -> Component:
    marks = []
    if row.is_correction:
        marks.append(html.Span(t("更正已审核的数值"), className="chip tone-apart"))
    if row.jump_reason:
        marks.append(html.Span(t("变动较大"), className="chip tone-amber"))
    return html.Div(
        [
            dmc.Checkbox(
                disabled=row.own,
                checked=False,
                **{"aria-label": t("选择{name}", name=row.facts.name)},
            ),
            html.Span(row.facts.name, className="waiting-name"),
            html.Span(f"{row.unit_name} · {row.period.label}", className="hint"),
            *marks,
        ],
        className="waiting-head",
    )


def _numbers(row: WaitingRow) -> list[tuple[str, Any]]:
    facts = row.facts

    def shown(value: Decimal | None) -> str:
        return show_quantity(value, facts.unit, facts.places)

    found: list[tuple[str, Any]] = []
    if facts.kind is Kind.MILESTONE:
        found.append((t("完成日期"), row.happened_on.isoformat() if row.happened_on else t("未完成")))
    else:
        found.append((t("填报值"), shown(row.value)))
    if row.numerator is not None or row.denominator is not None:
        found.append((t("分子/分母"), f"{show_number(row.numerator)} / {show_number(row.denominator)}"))
    if row.is_correction:
        found.append((t("现行值"), shown(row.in_force)))
    if row.last is not None and facts.kind is not Kind.MILESTONE:
        found.append((t("上期值（{period}）", period=row.last.period.label), shown(row.last.value)))
    expected = next((effect.expected for effect in row.effects if effect.expected is not None), None)
    if expected is not None and facts.kind is not Kind.MILESTONE:
        found.append((t("计划值"), show_quantity(expected, facts.unit)))
    found.append((t("填报"), _by_whom(row)))
    return found


def _by_whom(row: WaitingRow) -> str:
    who = row.submitted_by or row.entered_by or row.source or t("系统")
    when = business_date(row.submitted_at).isoformat() if row.submitted_at else ""
    return t("{text}（{note}）", text=who, note=row.source_kind.label) + " " + when


def _number(label: str, shown: Any) -> Component:
    return html.Div([html.Dt(label), html.Dd(shown)])


def _effect(effect: Effect) -> Component:
    """The light of that month now, and after."""
    before: Component = (
        light_badge(effect.before)
        if effect.before is not None
        else html.Span(t("尚无亮灯"), className="chip tone-none")
    )
    return html.Div(
        [
            before,
            html.Span("→", className="arrow", **{"aria-label": t("审核后变为")}),
            light_badge(effect.after),
            html.A(f"{effect.code} {effect.name}", href=target_address(effect.code), className="quiet-link"),
            html.Span(effect.reason, className="hint"),
        ],
        className="effect",
    )


def _decision(row: WaitingRow) -> Component:
    parts: list[Any] = [
        dmc.Button(t("通过"), size="compact-md", disabled=row.own, **{"data-verb": "approve"}),
        dmc.Button(t("退回"), size="compact-md", variant="default", **{"data-verb": "return"}),
    ]
    if row.own:
        parts.append(html.Span(t("这是您自己填报的数值，须由其他审核人员审核。"), className="hint"))
    return html.Div(parts, className="sheet")
