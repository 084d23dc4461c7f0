"""The list of documents as a table."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from dashboards.libraries import Component, dmc, html
from kpi.core.clock import business_date
from kpi.core.quantity import show_number
from kpi.core.text import t
from kpi.readmodel.documents import DocumentRow


def table(rows: Sequence[DocumentRow]) -> Component:
    """Title, where it comes from, and how far its review is."""
    if not rows:
        return nothing_imported()
    head = [t("标题"), t("发文单位"), t("发文字号"), t("年度"), t("待定"), t("已采纳"), t("未采纳"), t("导入")]
    numbers = {t("待定"), t("已采纳"), t("未采纳")}
    return html.Div(
        html.Table(
            [
                html.Thead(
                    html.Tr(
                        [html.Th(name, className="number" if name in numbers else "", scope="col") for name in head]
                    )
                ),
                html.Tbody([_line(row) for row in rows]),
            ],
            className="plain-table",
        ),
        className="table-box",
        tabIndex=0,
        role="region",
        **{"aria-label": t("文件列表")},
    )


def nothing_imported() -> Component:
    return dmc.Alert(
        t(
            "还没有导入文件。请由审核人员上传年度工作要点"
            "（txt、html、docx 或带文字层的 pdf），系统会找出其中可量化的目标。"
        ),
        title=t("没有文件"),
        color="blue",
    )


def _line(row: DocumentRow) -> Component:
    marks = []
    if row.edition > 1:
        marks.append(html.Span(t("第{n}版", n=row.edition), className="chip tone-apart"))
    if row.superseded:
        marks.append(html.Span(t("已有新版"), className="chip tone-none"))
    if row.demo:
        marks.append(html.Span(t("演示"), className="chip tone-amber"))
    imported = f"{business_date(row.imported_at).isoformat()} {row.imported_by}".strip()
    return html.Tr(
        [
            html.Td([html.A(row.title, href=f"/documents/{row.id}", className="quiet-link"), " ", *marks]),
            html.Td(row.issuer or "—"),
            html.Td(row.number or "—"),
            html.Td(str(row.plan_year) if row.plan_year else "—"),
            *(_count(n) for n in (row.open, row.accepted, row.rejected)),
            html.Td(imported),
        ]
    )


def _count(n: int) -> Component:
    return html.Td(show_number(Decimal(n)), className="number")
