"""The ledger as a grid: rows for the browser, columns for a wide and a narrow screen, quick filters as chips."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from dashboards.components.board import REPORTING_SIGNS, move_label
from dashboards.components.links import ledger_address, target_address
from dashboards.libraries import Component, dcc, html
from kpi.assessment.rules import Light, Reporting
from kpi.core.quantity import show_quantity
from kpi.core.text import t
from kpi.readmodel.board import Move
from kpi.readmodel.ledger import LedgerRow, Quick
from kpi.readmodel.owed import MISSING
from kpi.readmodel.scope import Wanted

RANKS = {light: rank for rank, light in enumerate(Light)}


def quick_of(query: dict[str, Any] | None) -> Quick:
    """The quick filters of an address; words that mean nothing are dropped."""
    found = query or {}
    return Quick(
        lights=_words(found.get("light"), {light.value for light in Light}),
        reporting=_words(found.get("reporting"), {state.value for state in Reporting}),
        move=next(iter(_words(found.get("move"), {move.value for move in Move})), ""),
    )


def _words(written: Any, known: Collection[str]) -> tuple[str, ...]:
    return tuple(word for word in str(written or "").split(",") if word in known)


def grid_row(row: LedgerRow, wanted: Wanted) -> dict[str, Any]:
    """Texts are shown, numbers sort and filter."""
    return {
        "key": row.code,
        "href": target_address(row.code, wanted.month, wanted.region),
        "name": row.name,
        "code": row.code,
        "demand": row.demand,
        "value": _float(row.value),
        "latest": row.latest,
        "as_of": row.as_of,
        "expected": _float(row.expected_value),
        "expected_text": row.expected,
        "progress": _float(row.progress),
        "progress_text": show_quantity(row.progress, "%", 1) if row.progress is not None else "—",
        "light": row.light.label,
        "rank": RANKS[row.light],
        "shape": row.light.shape,
        "colour": row.light.colour,
        "reason": row.reason,
        "waived": row.light is Light.WAIVED,
        "reporting": reporting_words(row),
        "sign": REPORTING_SIGNS[row.reporting] if row.reporting else "",
        "lead": row.lead,
        "deadline": row.deadline.isoformat(),
        "trend": [float(value) for value in row.trend],
        "clause": row.clause,
    }


def reporting_words(row: LedgerRow) -> str:
    if row.reporting is None:
        return t("未指定填报人")
    return (
        t("{text}（{note}）", text=row.reporting.label, note=row.owed_for)
        if row.reporting in MISSING
        else row.reporting.label
    )


def _float(number: Any) -> float | None:
    return None if number is None else float(number)


def columns() -> dict[str, list[dict[str, Any]]]:
    """Of a wide screen, and of a phone: there every row is a card."""
    text = {"filter": "agTextColumnFilter"}
    number = {"filter": "agNumberColumnFilter", "cellClass": "number"}
    wide: list[dict[str, Any]] = [
        {"field": "name", "headerName": t("目标"), "pinned": "left", "width": 260, "minWidth": 160,
         "cellRenderer": "KpiLedgerName", "tooltipField": "name", "getQuickFilterText": _quick_text(), **text},
        {"field": "light", "headerName": t("亮灯"), "width": 125, "cellRenderer": "KpiLedgerLight",
         "comparator": {"function": "kpiByRank"}, "tooltipField": "reason", **text},
        {"field": "demand", "headerName": t("目标值"), "width": 165, "tooltipField": "demand", **text},
        {"field": "value", "headerName": t("最新值"), "width": 175, "cellRenderer": "KpiLedgerLatest", **number},
        {"field": "expected", "headerName": t("应达到"), "width": 115,
         "valueFormatter": {"function": "params.data.expected_text"}, **number},
        {"field": "progress", "headerName": t("进度"), "width": 130, "cellRenderer": "KpiLedgerProgress", **number},
        {"field": "trend", "headerName": t("走势"), "width": 130, "cellRenderer": "KpiLedgerTrend", "sortable": False,
         "getQuickFilterText": {"function": "kpiNothing(params)"}},
        {"field": "reporting", "headerName": t("报送"), "width": 150, "cellRenderer": "KpiLedgerReporting", **text},
        {"field": "lead", "headerName": t("牵头单位"), "width": 130, "tooltipField": "lead", **text},
        {"field": "deadline", "headerName": t("期限"), "width": 115, **text},
        {"field": "code", "headerName": t("编号"), "width": 120, **text},
        {"field": "reason", "headerName": t("说明"), "width": 420, "tooltipField": "reason", "sortable": False, **text},
    ]  # fmt: skip
    card = {"field": "name", "headerName": t("目标"), "flex": 1, "cellRenderer": "KpiLedgerCard", "wrapText": True}
    return {
        "wide": wide,
        "narrow": [card | {"getQuickFilterText": _quick_text(), "comparator": {"function": "kpiByRank"}}],
    }


def _quick_text() -> dict[str, str]:
    return {"function": "kpiLedgerWords(params)"}


def chips(quick: Quick, wanted: Wanted, rows: Sequence[LedgerRow]) -> list[Component]:
    """One tap to a light, a reporting state or what moved; a chosen one is taken back by another tap."""
    now = {"light": ",".join(quick.lights), "reporting": ",".join(quick.reporting), "move": quick.move}
    light = [_chip("light", each.value, f"{each.shape} {each.label}", now, wanted) for each in Light]
    owed = [_chip("reporting", each.value, f"{REPORTING_SIGNS[each]} {each.label}", now, wanted) for each in MISSING]
    signs = {Move.WORSE: "↓", Move.BETTER: "↑"}
    moved = [_chip("move", each.value, f"{signs[each]} {move_label(each)}", now, wanted) for each in Move]
    clear = dcc.Link(t("清除筛选"), href=ledger_address(wanted), className="quiet-link") if any(now.values()) else None
    count = html.Span(t("共{n}项", n=len(rows)), id="ledger-count", className="ledger-count")
    return [each for each in (count, *light, *owed, *moved, clear) if each is not None]


def _chip(key: str, word: str, label: str, now: dict[str, str], wanted: Wanted) -> Component:
    chosen = now[key].split(",") if now[key] else []
    on = word in chosen
    left = [each for each in chosen if each != word] if on else [*chosen, word]
    after = now | {key: word if key == "move" and not on else ",".join(left)}
    label = f"{label} ✕" if on else label
    return dcc.Link(
        label,
        href=ledger_address(wanted, **after),
        className=f"chip chip-link {'chip-on' if on else ''}".strip(),
        title=t("取消这个筛选") if on else None,
    )


def empty() -> Component:
    return html.P(t("没有符合条件的目标，请放宽或清除筛选。"), className="hint", id="ledger-empty")
