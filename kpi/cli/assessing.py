"""Assessing anew, and the conformance suite."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from kpi.assessment import conformance as suite
from kpi.cli.door import opened
from kpi.core import clock
from kpi.core.text import t
from kpi.operations.actions_targets import reassess_plan
from kpi.reporting.actions import active_plan_id
from kpi.targets.actions_plans import plan_by_code


@click.command(help="按现有数据重新评价一个计划；没有变化的结果不动。")
@click.option("--plan", "plan_code", default="", help="计划编码；默认为在用计划")
def assess(plan_code: str) -> None:
    with opened() as (_settings, store), store.write() as session:
        plan_id = plan_by_code(session, plan_code).id if plan_code else active_plan_id(session)
        changed = reassess_plan(session, plan_id, clock.now())
    click.echo(t("更新了{n}个评价结果。", n=changed))


@click.command(help="用已发表的算例核对评价方法：{id, method, input, expected, tolerance}。")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--emit", is_flag=True, help="只打印结果（jsonl），不判断")
def conformance(file: Path, emit: bool) -> None:
    outcomes = suite.run(suite.read_cases(file.read_bytes()), clock.business_date(clock.now()))
    for outcome in outcomes:
        click.echo(outcome.emitted if emit else outcome.line)
    if not emit:
        click.echo(suite.summary(outcomes))
        sys.exit(1 if any(outcome.passed is False for outcome in outcomes) else 0)
