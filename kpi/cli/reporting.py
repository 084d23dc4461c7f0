"""The monthly report from the command line."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import click

from kpi.audit.actions import SYSTEM
from kpi.cli.door import opened
from kpi.core import clock
from kpi.core.period import Period
from kpi.core.text import t
from kpi.reporting import actions
from kpi.reporting.writers.registry import FORMATS, file_name, format_of
from kpi.targets.actions_plans import plan_by_code


@click.command(help="生成某月月报，如 kpi report 2026-10；同一计划、月份和截止日内容相同。")
@click.argument("month")
@click.option("--plan", "plan_code", default="", help="计划编码；默认为在用计划")
@click.option("--cut-off", type=click.DateTime(["%Y-%m-%d"]), help="数据截止日；默认为次月10日")
@click.option("--format", "suffix", type=click.Choice(list(FORMATS)), default="docx", help="文件格式")
@click.option("--out", type=click.Path(path_type=Path), help="文件或文件夹；默认为当前文件夹")
def report(month: str, plan_code: str, cut_off: datetime | None, suffix: str, out: Path | None) -> None:
    period, form = Period.parse(month), format_of(suffix)
    day: date | None = cut_off.date() if cut_off else None
    with opened() as (_settings, store), store.write() as session:
        plan_id = plan_by_code(session, plan_code).id if plan_code else None
        made = actions.draft(session, period, by=SYSTEM, now=clock.now(), plan_id=plan_id, cut_off=day)
        content, version, state = made.content, made.version, made.state.value
    path = out or Path(file_name(content, form.suffix))
    if path.is_dir():
        path = path / file_name(content, form.suffix)
    path.write_bytes(form.write(content))
    label = t("草稿") if state == "draft" else t("已签发")
    click.echo(
        t(
            "《{plan}》{issue}（第{version}版，{label}）已写入 {path}",
            plan=content["plan"],
            issue=content["issue"],
            version=version,
            label=label,
            path=path,
        )
    )
