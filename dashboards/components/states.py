"""What a page says while there is nothing to show: waiting, nothing yet, or something wrong with the address."""

from __future__ import annotations

from dashboards.libraries import Component, dcc, dmc, html
from kpi.core.errors import KpiError
from kpi.core.text import t


def waiting(heights: tuple[int, ...] = (92, 320)) -> Component:
    return dmc.Stack(
        [dmc.Skeleton(h=height, radius="sm") for height in heights], gap="sm", **{"aria-label": t("正在读取…")}
    )


def wrong_address(error: KpiError, href: str) -> Component:
    """The address names what is not there; the way back stands beside it."""
    return dmc.Alert(
        [html.P(error.message), dcc.Link(t("按默认条件打开"), href=href, className="quiet-link")],
        title=t("打不开这个视图"),
        color="orange",
        id="wrong-address",
    )


def no_plan() -> Component:
    return dmc.Alert(
        [
            html.P(t("请先导入工作要点，并在“文件”中采纳目标；采纳后这里会显示亮灯。")),
            dcc.Link(t("去导入文件"), href="/documents", className="quiet-link"),
        ],
        title=t("还没有计划"),
        color="gray",
        id="no-plan",
    )
