"""Sources of collected values, the service's own jobs, and how their runs went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from dashboards.components import jobs as parts
from dashboards.components import jobs_source as source_parts
from dashboards.guarded import Door, Doors, notify
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.actions import actor_of
from kpi.accounts.rules import Action
from kpi.actuals.collectors.base import FIELDS
from kpi.actuals.records import CollectorKind
from kpi.core.errors import BadInput, KpiError, Problem
from kpi.core.text import t
from kpi.jobs import actions, listing
from kpi.jobs.actions import SourceForm
from kpi.jobs.work import context_of, try_out

REFRESH_MS = 2_000
SETTINGS = tuple(source_parts.SETTING_FIELDS)


def layout(**_query: str) -> Component:
    return dmc.Stack(
        [
            dmc.Group(
                [dmc.Title(t("采集与任务"), order=1, size="h2"), dmc.Button(t("新建数据来源"), id="source-new")],
                justify="space-between",
            ),
            html.Div(id="scheduler-box", **{"aria-live": "polite"}),
            dmc.Title(t("数据来源"), order=2, size="h3"),
            html.Div(id="source-list"),
            dmc.Title(t("系统任务"), order=2, size="h3"),
            html.Div(id="service-list"),
            dmc.Group(
                [
                    dmc.Title(t("运行记录"), order=2, size="h3"),
                    dmc.Select(
                        id="history-job",
                        placeholder=t("全部任务"),
                        clearable=True,
                        w=240,
                        **{"aria-label": t("只看这个任务")},
                    ),
                ],
                justify="space-between",
            ),
            html.Div(id="history-table"),
            dmc.Pagination(id="history-page", total=1, value=1, withEdges=True, hideWithOnePage=True),
            dcc.Store(id="jobs-changed"),
            dcc.Interval(id="jobs-tick", interval=REFRESH_MS, disabled=True),
            dmc.Modal(html.Div(id="run-detail-body"), id="run-detail", title=t("运行详情"), size="lg"),
            _form_dialog(),
        ]
    )


def _form_dialog() -> Component:
    return dmc.Modal(
        id="source-dialog",
        title=t("数据来源"),
        size="xl",
        closeOnClickOutside=False,
        children=dmc.Stack(
            [
                html.Div(id="source-form"),
                dcc.Loading(html.Div(id="trial-box", **{"aria-live": "polite"}), delay_show=300),
                dmc.Group(
                    [
                        dmc.Button(t("保存"), id="source-save"),
                        dmc.Button(t("试运行（不保存）"), id="source-try", variant="default"),
                        dmc.Button(t("取消"), id="source-cancel", variant="subtle"),
                        dmc.Button(t("删除"), id="source-delete", variant="subtle", color="red", ml="auto"),
                    ]
                ),
                dcc.Store(id="source-which"),
            ]
        ),
    )


def register(doors: Doors) -> None:
    _register_list(doors)
    _register_history(doors)
    _register_form(doors)
    _register_saving(doors)


def _register_list(doors: Doors) -> None:
    @doors.callback(
        Action.RUN_JOBS,
        Output("scheduler-box", "children"),
        Output("source-list", "children"),
        Output("service-list", "children"),
        Output("history-job", "data"),
        Output("jobs-tick", "disabled"),
        Input("jobs-changed", "data"),
        Input("jobs-tick", "n_intervals"),
    )
    def _list(door: Door, _changed: Any, _tick: Any) -> tuple[Any, ...]:
        with door.store.read() as session:
            found = listing.overview(session, door.now)
        choices = [{"value": f"source:{line.source_id}", "label": line.name} for line in found.sources]
        choices += [{"value": service.name, "label": service.title} for service in found.service]
        return (
            parts.scheduler_state(found),
            parts.source_cards(found.sources),
            parts.service_cards(found.service),
            choices,
            not found.is_busy,
        )

    @doors.callback(
        Action.RUN_JOBS,
        Output("jobs-changed", "data", allow_duplicate=True),
        Input({"run": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _run(door: Door, clicks: list[int | None]) -> str:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            raise PreventUpdate
        with door.store.write() as session:
            run = actions.request_run(session, ctx.triggered_id["run"], actor_of(door.person), door.now)
        notify(t("已请求运行"), t("调度进程将在几秒内开始，进展显示在本页。"))
        return f"run {run.id}"


def _register_history(doors: Doors) -> None:
    @doors.callback(
        Action.RUN_JOBS,
        Output("history-table", "children"),
        Output("history-page", "total"),
        Input("history-page", "value"),
        Input("history-job", "value"),
        Input("jobs-changed", "data"),
        Input("jobs-tick", "n_intervals"),
        Input("jobs-tick", "disabled"),
    )
    def _history(door: Door, page: int | None, job: str | None, *_changed: Any) -> tuple[Any, int]:
        with door.store.read() as session:
            found = listing.history(session, page or 1, job)
        return parts.history_table(found), found.pages

    @doors.callback(
        Action.RUN_JOBS,
        Output("run-detail", "opened"),
        Output("run-detail-body", "children"),
        Input({"run-detail": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _detail(door: Door, clicks: list[int | None]) -> tuple[bool, Any]:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            raise PreventUpdate
        with door.store.read() as session:
            return True, parts.run_detail(listing.run_detail(session, int(ctx.triggered_id["run-detail"])))


def _register_form(doors: Doors) -> None:
    # Apart from one another: cards that appear call the second, whose answer would replace that of a press on “new”.
    @doors.callback(
        Action.RUN_JOBS,
        Output("source-dialog", "opened"),
        Output("source-form", "children"),
        Output("source-which", "data"),
        Output("source-delete", "style"),
        Output("trial-box", "children"),
        Input("source-new", "n_clicks"),
        prevent_initial_call=True,
    )
    def _new(_door: Door, clicks: int | None) -> tuple[Any, ...]:
        if not clicks:
            raise PreventUpdate
        return True, source_parts.source_form(None), None, {"display": "none"}, None

    @doors.callback(
        Action.RUN_JOBS,
        Output("source-dialog", "opened", allow_duplicate=True),
        Output("source-form", "children", allow_duplicate=True),
        Output("source-which", "data", allow_duplicate=True),
        Output("source-delete", "style", allow_duplicate=True),
        Output("trial-box", "children", allow_duplicate=True),
        Input({"edit": ALL}, "n_clicks"),
        prevent_initial_call=True,
    )
    def _edit(door: Door, clicks: list[int | None]) -> tuple[Any, ...]:
        if not any(clicks) or not isinstance(ctx.triggered_id, dict):
            raise PreventUpdate
        with door.store.read() as session:
            line = listing.source_line(session, int(ctx.triggered_id["edit"]), door.now)
        which = {"id": line.source_id, "revision": line.revision}
        return True, source_parts.source_form(line), which, {}, None

    @doors.callback(
        Action.RUN_JOBS,
        Output({"kind-box": ALL}, "style"),
        Output("mapping-hint", "children"),
        Input("source-kind", "value"),
    )
    def _kind(_door: Door, chosen: str) -> tuple[list[dict[str, str]], str]:
        boxes = [CollectorKind(output["id"]["kind-box"]) for output in ctx.outputs_list[0]]
        return [source_parts.shown_for(kind, chosen) for kind in boxes], source_parts.mapping_hint(chosen)

    @doors.callback(
        Action.RUN_JOBS,
        Output("source-cron-words", "children"),
        Output("source-cron", "error"),
        Input("source-cron", "value"),
    )
    def _cron(door: Door, written: str | None) -> tuple[str, str]:
        words, runs = listing.schedule_words(written or "", door.now)
        if (written or "").strip() and not runs:
            return "", words
        return source_parts.cron_hint(words, runs), ""

    doors.in_browser(
        "closeDialog",
        Output("source-dialog", "opened", allow_duplicate=True),
        Input("source-cancel", "n_clicks"),
        prevent_initial_call=True,
    )


FORM = (
    State("source-name", "value"),
    State("source-kind", "value"),
    State({"setting": ALL}, "value"),
    State({"setting": ALL}, "id"),
    State({"map": ALL, "field": ALL}, "value"),
    State({"map": ALL, "field": ALL}, "id"),
    State("source-cron", "value"),
    State("source-approval", "checked"),
    State("source-enabled", "checked"),
)
ERRORS = (
    Output("source-name", "error"),
    Output({"setting": ALL}, "error"),
    Output("mapping-error", "children"),
    Output("source-cron", "error", allow_duplicate=True),
)


def _form_of(values: Sequence[Any]) -> SourceForm:
    """The form's states as one value; BadInput when the headers are not written as pairs."""
    name, kind, texts, text_ids, cells, cell_ids, cron, approval, enabled = values
    settings: dict[str, Any] = {
        place["setting"]: (text or "").strip() for place, text in zip(text_ids, texts, strict=True)
    }
    settings["headers"] = _pairs(settings["headers"]) if kind == CollectorKind.HTTP_JSON.value else {}
    for column, setting in (("named", "fields"), ("fixed", "fixed")):
        filled = {
            place["field"]: text.strip()
            for place, text in zip(cell_ids, cells, strict=True)
            if place["map"] == column and (text or "").strip()
        }
        settings[setting] = {field: filled[field] for field in FIELDS if field in filled}
    return SourceForm(name or "", CollectorKind(kind), settings, cron or "", bool(approval), bool(enabled))


def _pairs(written: str) -> dict[str, str]:
    found = {}
    for line in written.splitlines():
        name, sign, variable = line.partition("=")
        if line.strip() and not (sign and name.strip() and variable.strip()):
            raise BadInput.of(Problem(t("每行写成“请求头=环境变量名”"), t("请求头")))
        if line.strip():
            found[name.strip()] = variable.strip()
    return found


def _errors_of(problems: Sequence[Problem], setting_ids: Sequence[Mapping[str, str]]) -> tuple[Any, ...]:
    """Each problem at its own control."""
    said: dict[str, str] = {}
    for problem in problems:
        said[problem.field or ""] = t("；").join(filter(None, [said.get(problem.field or ""), problem.reason]))
    settings = [said.pop(t(source_parts.SETTING_FIELDS[place["setting"]]), "") for place in setting_ids]
    name, cron = said.pop(t("名称"), ""), said.pop(t("运行时间"), "")
    return name, settings, t("；").join(said.values()), cron


def _register_saving(doors: Doors) -> None:
    @doors.callback(
        Action.RUN_JOBS,
        Output("source-dialog", "opened", allow_duplicate=True),
        Output("jobs-changed", "data", allow_duplicate=True),
        *ERRORS,
        Input("source-save", "n_clicks"),
        State("source-which", "data"),
        *FORM,
        prevent_initial_call=True,
        running=[(Output("source-save", "loading"), True, False)],
    )
    def _save(door: Door, clicks: int | None, which: dict[str, int] | None, *values: Any) -> tuple[Any, ...]:
        if not clicks:
            raise PreventUpdate
        try:
            form = _form_of(values)
            _store_source(door, which, form)
        except BadInput as error:
            notify(t("请检查后再试"), t("有{n}处需要改正，已标在相应位置。", n=len(error.problems)), "red")
            return no_update, no_update, *_errors_of(error.problems, values[3])
        notify(t("已保存"), t("“{name}”的设置将在半分钟内生效。", name=form.name.strip()))
        return False, f"saved {clicks}", *_errors_of((), values[3])

    @doors.callback(
        Action.RUN_JOBS,
        Output("trial-box", "children", allow_duplicate=True),
        *(Output(e.component_id, e.component_property, allow_duplicate=True) for e in ERRORS),
        Input("source-try", "n_clicks"),
        *FORM,
        prevent_initial_call=True,
        running=[(Output("source-try", "loading"), True, False)],
    )
    def _try(door: Door, clicks: int | None, *values: Any) -> tuple[Any, ...]:
        if not clicks:
            raise PreventUpdate
        try:
            trial = try_out(door.store, door.settings, _form_of(values), door.now)
        except BadInput as error:
            return source_parts.trial_error(error.message), *_errors_of(error.problems, values[3])
        except KpiError as error:
            return source_parts.trial_error(error.message), *_errors_of((), values[3])
        return source_parts.trial_result(trial), *_errors_of((), values[3])

    @doors.callback(
        Action.RUN_JOBS,
        Output("source-dialog", "opened", allow_duplicate=True),
        Output("jobs-changed", "data", allow_duplicate=True),
        Input("source-delete", "n_clicks"),
        State("source-which", "data"),
        prevent_initial_call=True,
    )
    def _delete(door: Door, clicks: int | None, which: dict[str, int] | None) -> tuple[bool, str]:
        if not clicks or not which:
            raise PreventUpdate
        with door.store.write() as session:
            actions.delete_source(session, which["id"], actor_of(door.person), door.now)
        notify(t("已删除"), t("这个数据来源不再出现。"))
        return False, f"deleted {which['id']}"


def _store_source(door: Door, which: dict[str, int] | None, form: SourceForm) -> None:
    context, by = context_of(door.settings, door.now), actor_of(door.person)
    with door.store.write() as session:
        if which:
            actions.update_source(session, which["id"], form, which["revision"], context, by, door.now)
        else:
            actions.create_source(session, form, context, by, door.now)


PAGE = Page("jobs", "/jobs", "采集与任务", Action.RUN_JOBS, layout, register, icon="⟳")
