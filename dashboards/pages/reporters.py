"""填报分工: who reports which indicator for which unit, and handing a duty over from a day on."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dash import Input, Output, State

from dashboards.components.grid import grid
from dashboards.guarded import Door, Doors, no_update, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.catalog.actions_duties import hand_over
from kpi.core.clock import business_date
from kpi.core.errors import BadInput, Problem
from kpi.core.text import t
from kpi.readmodel import reporters

MANAGE = Action.MANAGE_CATALOG


def layout(**_query: str) -> Component:
    return dmc.Stack(
        [
            dcc.Store(id="catalog-duty"),
            dcc.Store(id="duty-seen"),
            dcc.Store(id="duty-reload"),
            html.Div(
                [
                    dcc.Link(t("返回指标与单位"), href="/catalog", className="quiet-link"),
                    html.H1(t("填报分工"), className="page-title"),
                    html.P(
                        t("谁为哪个单位填报哪项指标；移交后新单位从起始日期所在的报送期起负责，已报的数值不变。"),
                        className="page-lead",
                    ),
                ]
            ),
            dmc.TextInput(id="duty-words", label=t("查找"), placeholder=t("指标、编码或单位"), debounce=300, w=280),
            grid(
                "duty-grid",
                _columns(),
                rowData=[],
                options={"pagination": True, "paginationPageSize": 20, "paginationPageSizeSelector": False},
            ),
            dmc.Modal(_form(), id="duty-modal", title=t("移交或补录")),
        ],
        gap="sm",
    )


def _columns() -> list[dict[str, Any]]:
    return [
        {"field": "name", "headerName": t("指标"), "flex": 1, "minWidth": 220, "tooltipField": "name"},
        {"field": "unit", "headerName": t("所属单位"), "width": 150},
        {"field": "reporter", "headerName": t("填报单位"), "width": 170},
        {"field": "days", "headerName": t("起止"), "width": 210},
        {"field": "code", "headerName": t("编码"), "width": 140},
        {"field": "edit", "headerName": "", "width": 80, "sortable": False, "cellRenderer": "KpiEdit"},
    ]


def _form() -> Component:
    return dmc.Stack(
        [
            html.P(id="duty-what"),
            dmc.Select(id="duty-reporter", label=t("由谁填报"), searchable=True, required=True, allowDeselect=False),
            dmc.DateInput(
                id="duty-since",
                label=t("起始日期"),
                description=t("从这一天所在的报送期起填报。补录以前年度的数据：选现在的单位，把日期提前。"),
                valueFormat="YYYY-MM-DD",
                required=True,
            ),
            dmc.Textarea(id="duty-reason", label=t("原因"), required=True, autosize=True, minRows=2),
            dmc.Button(t("保存"), id="duty-save"),
        ]
    )


def _row(duty: reporters.AnyRow) -> dict[str, Any]:
    told = {
        "kind": "duty",
        "id": duty.id,
        "words": t("移交"),
        "label": t("移交{name}", name=f"{duty.name} {duty.unit}"),
    }
    days = f"{duty.starts_on.isoformat()} — {duty.ends_on.isoformat()}"
    same = {name: getattr(duty, name) for name in ("name", "unit", "reporter", "code")}
    return {"key": str(duty.id), **same, "days": days, "edit": told}


def register(doors: Doors) -> None:
    """The list, and the form of one duty."""

    @doors.callback(MANAGE, Output("duty-grid", "rowData"), Input("duty-words", "value"), Input("duty-reload", "data"))
    def _list(door: Door, words: str | None, _reload: Any) -> Any:
        with door.store.read() as session:
            return [_row(duty) for duty in reporters.duties(session, words or "")]

    @doors.callback(
        MANAGE,
        Output("duty-modal", "opened"),
        Output("duty-what", "children"),
        Output("duty-reporter", "data"),
        Output("duty-reporter", "value"),
        Output("duty-since", "value"),
        Output("duty-reason", "value"),
        Output("duty-seen", "data"),
        Input("catalog-duty", "data"),
        prevent_initial_call=True,
    )
    def _open(door: Door, wanted: Mapping[str, int] | None) -> Any:
        if not wanted:
            return (no_update,) * 7
        with door.store.read() as session:
            duty, units = reporters.duty(session, wanted["id"]), reporters.units(session)
        what = t("{name}（{unit}），现由{reporter}填报。", name=duty.name, unit=duty.unit, reporter=duty.reporter)
        offered = [{"value": str(unit), "label": name} for unit, name in units]
        seen = {"id": duty.id, "days": [duty.starts_on.isoformat(), duty.ends_on.isoformat()]}
        return True, what, offered, None, business_date(door.now).isoformat(), "", seen

    @doors.callback(
        MANAGE,
        Output("duty-modal", "opened", allow_duplicate=True),
        Output("duty-reload", "data"),
        Input("duty-save", "n_clicks"),
        State("duty-seen", "data"),
        State("duty-reporter", "value"),
        State("duty-since", "value"),
        State("duty-reason", "value"),
        prevent_initial_call=True,
        running=[(Output("duty-save", "loading"), True, False)],
    )
    def _save(door: Door, clicks: Any, seen: Mapping[str, Any], reporter: Any, since: Any, reason: Any) -> Any:
        if not clicks:
            return no_update, no_update
        _check(reporter, since)
        first, last = (date.fromisoformat(day) for day in seen["days"])
        with door.store.write() as session:
            hand_over(
                session,
                seen["id"],
                int(reporter),
                since=date.fromisoformat(since[:10]),
                reason=reason or "",
                by=door.person,
                now=door.now,
                seen=(first, last),
            )
        notify(t("已保存"), t("该单位从{day}所在的报送期起负责填报。", day=since[:10]))
        return False, door.now.isoformat()


def _check(reporter: str | None, since: str | None) -> None:
    problems = []
    if not (reporter or "").isdecimal():
        problems.append(Problem(t("请选择单位"), t("填报单位")))
    if not since:
        problems.append(Problem(t("请填写日期"), t("起始日期")))
    if problems:
        raise BadInput.of(*problems)


PAGE = Page("reporters", "/catalog/reporters", "填报分工", MANAGE, layout, register, menu=False)
