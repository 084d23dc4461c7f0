"""文件: what was imported, how far its review is, and importing one more."""

from __future__ import annotations

from typing import Any

from dash import Input, Output, State

from dashboards.components import documents as parts
from dashboards.components.upload import bytes_of, upload_zone
from dashboards.guarded import Door, Doors, no_update, notify, notify_error
from dashboards.libraries import Component, dcc, dmc, html
from dashboards.page import Page
from kpi.accounts.rules import Action
from kpi.core.errors import KpiError
from kpi.core.text import t
from kpi.documents import actions as documents
from kpi.documents.readers.limits import MEGABYTE, Limits
from kpi.extraction import actions as extraction
from kpi.readmodel.documents import document_rows


def layout(**_query: str) -> Component:
    return dmc.Stack(
        gap="sm",
        children=[
            html.Div(
                [
                    html.H1(t("文件"), className="page-title"),
                    html.P(t("从年度工作要点中找出可量化的目标，逐条审定后进入台账。"), className="page-lead"),
                ]
            ),
            dcc.Loading(html.Div(id="documents-upload-box"), overlay_style={"visibility": "visible"}),
            html.Div(id="documents-progress", className="hint", **{"aria-live": "polite"}),
            html.Div(dmc.Skeleton(height=120), id="documents-list"),
        ],
    )


def register(doors: Doors) -> None:
    """The list for everybody; importing for those who review documents."""

    @doors.callback(
        Action.SEE_BOARD,
        Output("documents-list", "children"),
        Output("documents-upload-box", "children"),
        Input("documents-list", "id"),
    )
    def _list(door: Door, _id: str) -> Any:
        with door.store.read() as session:
            rows = document_rows(session)
        return parts.table(rows), _zone() if door.person.may(Action.REVIEW_DOCUMENTS) else None

    doors.in_browser(
        "documentsUploading",
        Output("documents-progress", "children"),
        Input("documents-upload", "filename"),
        State("documents-words", "data"),
        prevent_initial_call=True,
    )

    @doors.callback(
        Action.REVIEW_DOCUMENTS,
        Output("url", "pathname"),
        Output("documents-upload", "contents"),
        Output("documents-progress", "children", allow_duplicate=True),
        Input("documents-upload", "contents"),
        State("documents-upload", "filename"),
        prevent_initial_call=True,
    )
    def _import(door: Door, contents: str | None, name: str | None) -> Any:
        if contents is None or name is None:
            return no_update, no_update, no_update
        done = _import_file(door, bytes_of(contents), name)
        if done is None:
            return no_update, None, ""
        return f"/documents/{done}", None, ""


def _import_file(door: Door, content: bytes, name: str) -> int | None:
    """Everything slow happens before the write session; the candidates come with the document or not at all."""
    try:
        prepared = documents.prepare(content, name, Limits(size=door.settings.upload_limit_mb * MEGABYTE))
        with door.store.write() as session:
            imported = documents.import_prepared(session, prepared, by=door.person, now=door.now)
            if imported.created:
                found = len(extraction.find_candidates(session, imported.document.id, by=door.person, now=door.now))
            document_id, title = imported.document.id, imported.document.title
    except KpiError as error:
        notify_error(error)
        return None
    if not imported.created:
        notify(t("以前导入过"), t("“{title}”的内容与已有文件相同，直接打开。", title=title), "blue")
    else:
        notify(t("已导入"), t("“{title}”：找到{n}条候选指标，请逐条审定。", title=title, n=found))
    return document_id


def _zone() -> Component:
    return html.Div(
        [
            dcc.Store(id="documents-words", data=t("正在读取“{name}”并查找目标，请稍候……", name="{name}")),
            upload_zone(
                "documents-upload",
                t("选择文件，或拖到这里"),
                t("txt、html、docx、pdf（带文字层）、xlsx；导入后会自动查找目标"),
            ),
        ]
    )


PAGE = Page("documents", "/documents", "文件", Action.SEE_BOARD, layout, register, icon="▤")
