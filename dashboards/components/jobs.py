"""Parts of the jobs page: sources as cards, the form of a source, the history of runs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards.libraries import Component, dmc, html
from kpi.actuals.collectors.base import FIELDS, field_label
from kpi.actuals.collectors.folder import DEFAULT_FIELDS as FILE_HEADERS
from kpi.actuals.records import CollectorKind
from kpi.actuals.rules_rows import IncomingRow
from kpi.core.clock import BUSINESS_ZONE
from kpi.core.text import t
from kpi.jobs.listing import History, Overview, RunDetail, RunLine, ServiceLine, SourceLine, kind_label, state_label
from kpi.jobs.records import RunState
from kpi.jobs.work import Trial

_STATE_LOOK = {
    RunState.REQUESTED: ("…", "none"),
    RunState.RUNNING: ("▷", "apart"),
    RunState.DONE: ("✓", "green"),
    RunState.FAILED: ("✕", "red"),
}

SETTING_FIELDS = {
    "url": "网址",
    "path": "数据路径",
    "headers": "请求头",
    "url_env": "环境变量",
    "query": "查询语句",
    "folder": "文件夹",
    "pattern": "文件名",
}
"""Setting → the label of its control, which is also how a problem names it."""


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


# --- the form


def source_form(line: SourceLine | None) -> Component:
    """The form, empty or filled from a source."""
    settings: Mapping[str, Any] = line.settings if line else {}
    kind = line.kind if line else CollectorKind.HTTP_JSON
    return dmc.Stack(
        [
            dmc.TextInput(id="source-name", label=t("名称"), value=line.name if line else "", required=True),
            dmc.Select(
                id="source-kind",
                label=t("类型"),
                data=[{"value": each.value, "label": kind_label(each)} for each in CollectorKind],
                value=kind.value,
                allowDeselect=False,
            ),
            *_kind_boxes(settings, kind),
            _mapping(settings),
            dmc.TextInput(
                id="source-cron",
                label=t("运行时间"),
                description=t("分 时 日 月 星期，例如 0 6 * * * 是每天6点；留空则只手动运行"),
                value=line.cron if line else "0 6 * * *",
            ),
            dmc.Text("", id="source-cron-words", size="sm", c="dimmed", **{"aria-live": "polite"}),
            dmc.Switch(
                id="source-approval",
                label=t("采集的数值须经审核才生效"),
                checked=line.needs_approval if line else True,
            ),
            dmc.Switch(id="source-enabled", label=t("启用定时运行"), checked=line.enabled if line else True),
        ],
        gap="sm",
    )


def shown_for(kind: CollectorKind, chosen: str | None) -> dict[str, str]:
    return {} if kind.value == chosen else {"display": "none"}


def _kind_boxes(settings: Mapping[str, Any], chosen: CollectorKind) -> list[Component]:
    boxes = {
        CollectorKind.HTTP_JSON: _http_fields(settings),
        CollectorKind.SQL: _sql_fields(settings),
        CollectorKind.FOLDER: _folder_fields(settings),
    }
    return [
        html.Div(dmc.Stack(fields, gap="sm"), id={"kind-box": kind.value}, style=shown_for(kind, chosen.value))
        for kind, fields in boxes.items()
    ]


def _text(settings: Mapping[str, Any], key: str, **more: Any) -> Component:
    return dmc.TextInput(id={"setting": key}, label=t(SETTING_FIELDS[key]), value=settings.get(key, ""), **more)


def _http_fields(settings: Mapping[str, Any]) -> list[Component]:
    headers = settings.get("headers") or {}
    return [
        _text(
            settings,
            "url",
            required=True,
            description=t("主机须在配置 KPI_COLLECT_HOSTS 中；可用 {last_month} 代表上月"),
            placeholder="http://localhost/api/values?month={last_month}",
        ),
        _text(
            settings,
            "path",
            description=t("返回内容中逐行数据所在的位置；最外层就是列表时留空"),
            placeholder="data.items",
        ),
        dmc.Textarea(
            id={"setting": "headers"},
            label=t(SETTING_FIELDS["headers"]),
            description=t("每行一项“请求头=环境变量名”；密钥存放在环境变量中，这里只写名字"),
            placeholder="Authorization=KPI_SOURCE_TOKEN",
            value="\n".join(f"{name}={variable}" for name, variable in headers.items()),
            autosize=True,
            minRows=1,
        ),
    ]


def _sql_fields(settings: Mapping[str, Any]) -> list[Component]:
    return [
        _text(
            settings,
            "url_env",
            required=True,
            description=t("存放数据库地址的环境变量名，以 KPI_SOURCE_ 开头；请使用只读账号"),
            placeholder="KPI_SOURCE_STATISTICS",
        ),
        dmc.Textarea(
            id={"setting": "query"},
            label=t(SETTING_FIELDS["query"]),
            required=True,
            description=t("一条 SELECT 语句；可用 '{last_month}' 代表上月"),
            placeholder="SELECT code AS indicator, dept AS unit, ym AS period, amount AS value FROM monthly",
            value=settings.get("query", ""),
            autosize=True,
            minRows=3,
            maxRows=12,
            className="code-input",
        ),
    ]


def _folder_fields(settings: Mapping[str, Any]) -> list[Component]:
    return [
        _text(
            settings,
            "folder",
            required=True,
            description=t("须在配置 KPI_COLLECT_FOLDERS 之内；写相对路径时从其中第一个算起"),
            placeholder="monthly",
        ),
        _text(settings, "pattern", description=t("留空则读取全部 CSV 和 XLSX 文件"), placeholder="*.csv"),
    ]


def _mapping(settings: Mapping[str, Any]) -> Component:
    """Each of our fields: its name in the source, or one value for all rows."""
    named, fixed = settings.get("fields") or {}, settings.get("fixed") or {}
    rows = [
        dmc.TableTr(
            [
                dmc.TableTd(field_label(name)),
                dmc.TableTd(_cell("named", name, named.get(name, ""), t("来源中的名称"))),
                dmc.TableTd(_cell("fixed", name, fixed.get(name, ""), t("固定内容"))),
            ]
        )
        for name in FIELDS
    ]
    head = dmc.TableTr([dmc.TableTh(t("字段")), dmc.TableTh(t("来源中的名称")), dmc.TableTh(t("固定内容"))])
    return dmc.Fieldset(
        [
            dmc.Text("", id="mapping-hint", size="xs", c="dimmed"),
            dmc.Table([dmc.TableThead(head), dmc.TableTbody(rows)], verticalSpacing=4, horizontalSpacing=4),
            html.Div("", id="mapping-error", className="field-error", role="alert"),
        ],
        legend=t("字段对照"),
        p="xs",
    )


def _cell(column: str, name: str, value: str, label: str) -> Component:
    return dmc.TextInput(
        id={"map": column, "field": name},
        value=value,
        size="xs",
        placeholder="last_month" if (column, name) == ("fixed", "period") else "",
        **{"aria-label": t("{label}：{words}", label=field_label(name), words=label)},
    )


def mapping_hint(kind: str) -> str:
    """What happens where nothing is filled in."""
    if kind == CollectorKind.FOLDER.value:
        headers = t("、").join(FILE_HEADERS.values())
        return t("不填时按表头“{headers}”读取；固定内容用于文件里没有的列。", headers=headers)
    return t(
        "不填时按 {names} 读取；固定内容用于来源没有给出的字段，期间可写 last_month（上月）。",
        names=t("、").join(FIELDS),
    )


def cron_hint(words: str, runs: Sequence[datetime]) -> str:
    if not runs:
        return words
    return t("{words}；接下来：{moments}", words=words, moments=t("、").join(moment(run) for run in runs))


# --- the trial


def trial_result(trial: Trial) -> Component:
    """What a run would do now, shown under the form."""
    outcome = trial.outcome
    title = t("试运行：读到{read}行，拒绝{rejected}项", read=outcome.rows_read, rejected=outcome.rejected)
    return dmc.Alert(
        dmc.Stack(
            [
                dmc.Text(t("以下没有保存。正式运行时：{detail}。", detail=outcome.detail), size="sm"),
                *([_sample(trial.sample)] if trial.sample else []),
                rejects_table([problem.as_dict() for problem in outcome.rejects[:100]], outcome.rejected),
            ]
        ),
        title=dmc.Text(title, fw=600, c="dark"),
        color="yellow" if outcome.rejected else "blue",
        styles={"body": {"minWidth": 0}},  # so that wide tables scroll inside it on a phone
        id="trial-result",
    )


def _sample(rows: Sequence[IncomingRow]) -> Component:
    head = dmc.TableTr([dmc.TableTh(t("行")), *(dmc.TableTh(field_label(name)) for name in FIELDS[:6])])
    body = [
        dmc.TableTr(
            [
                dmc.TableTd(str(row.row)),
                *(dmc.TableTd(str(value if value is not None else "")) for value in _first_six(row)),
            ]
        )
        for row in rows
    ]
    return dmc.TableScrollContainer(
        dmc.Table([dmc.TableCaption(t("前{n}行", n=len(rows))), dmc.TableThead(head), dmc.TableTbody(body)]),
        minWidth=520,
    )


def _first_six(row: IncomingRow) -> tuple[object, ...]:
    return row.indicator, row.unit, row.period, row.value, row.numerator, row.denominator


def trial_error(message: str) -> Component:
    return dmc.Alert(message, title=t("试运行没有成功"), color="red", id="trial-result")
