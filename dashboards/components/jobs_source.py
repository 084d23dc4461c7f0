"""The form of a source on the jobs page, and what its trial run found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from dashboards.components.jobs import moment, rejects_table
from dashboards.libraries import Component, dmc, html
from kpi.actuals.collectors.base import FIELDS, field_label
from kpi.actuals.collectors.folder import DEFAULT_FIELDS as FILE_HEADERS
from kpi.actuals.records import CollectorKind
from kpi.actuals.rules_rows import IncomingRow
from kpi.core.text import t
from kpi.jobs.listing import SourceLine, kind_label
from kpi.jobs.work import Trial

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
