"""Parts of the jobs page: sources and the service's own jobs as cards, the history of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards.libraries import Component, dmc, html
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.text import t
from kpi.jobs.listing import History, Overview, RunDetail, RunLine, ServiceLine, SourceLine, kind_label, state_label
from kpi.jobs.records import RunState

_STATE_LOOK = {
    RunState.REQUESTED: ("…", "none"),
    RunState.RUNNING: ("▷", "apart"),
    RunState.DONE: ("✓", "green"),
    RunState.FAILED: ("✕", "red"),
}


def moment(instant: datetime) -> str:
    return instant.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M")


def state_badge(line: RunLine) -> Component:
    shape, colour = _STATE_LOOK[line.state]
    mark = html.Span(shape, className="light-shape", **{"aria-hidden": "true"})
    return dmc.Badge([mark, state_label(line.state)], className=f"light light-{colour} kept-whole", variant="outline")


# --- the list


def scheduler_state(found: Overview) -> Component:
    """Whether anybody is there to do the work."""
    if found.led:
        return dmc.Text(t("● 调度进程正在工作"), size="sm", c="dimmed", id="scheduler-state")
    return dmc.Alert(
        t("现在没有调度进程在工作，定时采集和“立即运行”都不会执行。请在服务器上运行 kpi jobs（make run 会一并启动）。"),
        title=t("调度进程未运行"),
        color="red",
        id="scheduler-state",
    )


def source_cards(sources: Sequence[SourceLine]) -> Component:
    if not sources:
        return dmc.Alert(
            t("点“新建数据来源”，可从 HTTP 接口、其他数据库或文件夹定时采集数值；没有来源也不影响手工填报。"),
            title=t("还没有数据来源"),
            color="gray",
        )
    return dmc.SimpleGrid([_source_card(line) for line in sources], cols={"base": 1, "lg": 2}, spacing="md")


def _source_card(line: SourceLine) -> Component:
    return dmc.Paper(
        withBorder=True,
        p="md",
        children=dmc.Stack(
            gap="xs",
            children=[
                dmc.Group([dmc.Title(line.name, order=3, size="h4"), *_source_badges(line)], gap="xs"),
                dmc.Text(_schedule(line), size="sm"),
                _last_run(line.last),
                dmc.Group(
                    gap="xs",
                    children=[
                        dmc.Button(
                            t("立即运行"),
                            id={"run": f"source:{line.source_id}"},
                            size="xs",
                            disabled=bool(line.last and line.last.is_open),
                            **{"aria-label": t("立即运行 {name}", name=line.name)},
                        ),
                        dmc.Button(
                            t("编辑"),
                            id={"edit": line.source_id},
                            size="xs",
                            variant="default",
                            **{"aria-label": t("编辑 {name}", name=line.name)},
                        ),
                    ],
                ),
            ],
        ),
    )


def _source_badges(line: SourceLine) -> list[Component]:
    badges = [dmc.Badge(kind_label(line.kind), variant="light", tt="none")]
    badges.append(dmc.Badge(t("须审核") if line.needs_approval else t("直接生效"), variant="outline", color="gray"))
    if not line.enabled:
        badges.append(dmc.Badge(t("■ 已停用"), color="gray", variant="filled"))
    if line.demo:
        badges.append(dmc.Badge(t("演示数据"), color="yellow", className="demo-badge"))
    return badges


def _schedule(line: SourceLine) -> str:
    if not line.enabled:
        return t("已停用，不会定时运行（{words}）", words=line.cron_words)
    if not line.next_runs:
        return line.cron_words
    return t("{words}，下次 {moment}", words=line.cron_words, moment=moment(line.next_runs[0]))


def _last_run(run: RunLine | None) -> Component:
    if run is None:
        return dmc.Text(t("还没有运行过"), size="sm", c="dimmed")
    said = run.error or run.detail or (t("等待调度进程") if run.state is RunState.REQUESTED else "")
    rejected = t("；拒绝{n}项", n=run.rejected) if run.rejected else ""
    return dmc.Group(
        [state_badge(run), dmc.Text(f"{moment(run.started_at)} {said}{rejected}", size="sm")], gap="xs", wrap="nowrap"
    )


def service_cards(lines: Sequence[ServiceLine]) -> Component:
    return dmc.SimpleGrid([_service_card(line) for line in lines], cols={"base": 1, "lg": 2}, spacing="md")


def _service_card(line: ServiceLine) -> Component:
    upcoming = t("，下次 {moment}", moment=moment(line.next_run)) if line.next_run else ""
    return dmc.Paper(
        withBorder=True,
        p="md",
        children=dmc.Stack(
            gap="xs",
            children=[
                dmc.Title(line.title, order=3, size="h4"),
                dmc.Text(f"{line.cron_words}{upcoming}", size="sm"),
                _last_run(line.last),
                dmc.Group(
                    dmc.Button(
                        t("立即运行"),
                        id={"run": line.name},
                        size="xs",
                        variant="default",
                        disabled=bool(line.last and line.last.is_open),
                        **{"aria-label": t("立即运行 {name}", name=line.title)},
                    )
                ),
            ],
        ),
    )


# --- the history


def history_table(found: History) -> Component:
    if not found.runs:
        return dmc.Alert(t("运行后，读取、采用和拒绝的行数会记在这里。"), title=t("还没有运行记录"), color="gray")
    head = [t("时间"), t("任务"), t("状态"), t("读取"), t("采用"), t("拒绝"), t("用时"), t("说明"), t("详情")]
    return dmc.TableScrollContainer(
        dmc.Table(
            [
                dmc.TableThead(dmc.TableTr([dmc.TableTh(text) for text in head])),
                dmc.TableTbody([_history_row(run) for run in found.runs]),
            ],
            striped=True,
            verticalSpacing="xs",
        ),
        minWidth=900,
    )


def _history_row(run: RunLine) -> Component:
    asked = t("（{who}手动）", who=run.asked_by) if run.asked_by else ""
    more = dmc.Button(
        t("详情"),
        id={"run-detail": run.run_id},
        size="compact-xs",
        variant="subtle",
        **{"aria-label": t("{name} {moment} 的详情", name=run.title, moment=moment(run.started_at))},
    )
    cells = [
        dmc.TableTd(moment(run.started_at), className="nowrap"),
        dmc.TableTd(f"{run.title}{asked}"),
        dmc.TableTd(state_badge(run)),
        *(dmc.TableTd(str(number), ta="right") for number in (run.rows_read, run.taken, run.rejected)),
        dmc.TableTd(_duration(run), className="nowrap"),
        dmc.TableTd(run.error or run.detail),
        dmc.TableTd(more),
    ]
    return dmc.TableTr(cells)


def _duration(run: RunLine) -> str:
    if run.seconds is None:
        return "—"
    return t("{n}秒", n=f"{run.seconds:.1f}") if run.seconds < 120 else t("{n}分钟", n=round(run.seconds / 60))


def run_detail(found: RunDetail) -> Component:
    line = found.line
    counts = t(
        "读取{read}行，采用{taken}项，拒绝{rejected}项", read=line.rows_read, taken=line.taken, rejected=line.rejected
    )
    return dmc.Stack(
        [
            dmc.Group([state_badge(line), dmc.Text(f"{line.title}　{moment(line.started_at)}", fw=600)]),
            dmc.Text(counts),
            *([dmc.Text(line.detail)] if line.detail else []),
            *([dmc.Alert(line.error, title=t("失败原因"), color="red")] if line.error else []),
            rejects_table(found.rejects, line.rejected),
        ]
    )


def rejects_table(rejects: Sequence[Mapping[str, Any]], total: int) -> Component:
    """Row, field and reason of what was not taken; the first few hundred are kept."""
    if not rejects:
        return dmc.Text(t("没有被拒绝的行。"), size="sm", c="dimmed")
    rows = [
        dmc.TableTr(
            [
                dmc.TableTd(str(reject.get("row", "")), ta="right"),
                dmc.TableTd(reject.get("field", "")),
                dmc.TableTd(reject.get("reason", "")),
            ]
        )
        for reject in rejects
    ]
    head = dmc.TableThead(
        dmc.TableTr([dmc.TableTh(t("行"), w=60), dmc.TableTh(t("字段"), w=110), dmc.TableTh(t("原因"))])
    )
    note = t("只列出前{n}项，共{total}项。", n=len(rejects), total=total)
    return dmc.Stack(
        [
            dmc.Text(t("未采用的行"), fw=600),
            html.Div(dmc.Table([head, dmc.TableTbody(rows)], striped=True), className="reject-rows", tabIndex=0),
            *([dmc.Text(note, size="sm", c="dimmed")] if total > len(rejects) else []),
        ],
        gap="xs",
    )
