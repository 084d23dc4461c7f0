"""Taking the demonstration out again: everything marked demo and what belongs to it, or nothing at all."""

from __future__ import annotations

from sqlalchemy import ColumnElement, ForeignKey, Table, and_, delete, false, func, not_, or_, select
from sqlalchemy.orm import Session

from kpi.core.errors import Problem, WrongState
from kpi.core.text import t
from kpi.db.base import Base
from kpi.db.migrate import load_records

OWNED = {("actual", "indicator_id"), ("assignment", "indicator_id")}
"""Foreign keys that make a row part of what they point at, beside those that cascade."""


def remove_marked(session: Session) -> dict[str, int]:
    """Delete every demo row and what is part of it; returns how many rows of each table went.

    WrongState naming tables and counts when rows that are no demonstration point at something to be deleted:
    then nothing is touched. The audit trail has no foreign keys and stays.
    """
    load_records()
    session.flush()
    tables = Base.metadata.sorted_tables
    doomed = _doomed(tables)
    problems = [problem for table in tables for problem in _hanging(session, table, doomed)]
    if problems:
        listed = t("；").join(str(problem) for problem in problems)
        raise WrongState(
            t("演示数据还被其他数据引用，没有移除任何内容：{listed}。请先处理这些数据，再移除演示。", listed=listed)
        )
    gone = {}
    for table in reversed([table for table in tables if table in doomed]):
        removed = session.connection().execute(delete(table).where(doomed[table])).rowcount
        if removed:
            gone[table.name] = removed
    session.expire_all()
    return gone


def _doomed(tables: list[Table]) -> dict[Table, ColumnElement[bool]]:
    """Which rows of each table go. A table with a demo mark goes by its mark alone, any other by its owners.

    Tables without either (the trail) are never touched.
    """
    found: dict[Table, ColumnElement[bool]] = {}
    for table in tables:
        if "demo" in table.c:
            found[table] = table.c.demo.is_(True)
            continue
        owners = [key for key in table.foreign_keys if _owns(table, key) and key.column.table in found]
        if owners:
            found[table] = or_(*(_points_at(key, found[key.column.table]) for key in owners))
    return found


def _owns(table: Table, key: ForeignKey) -> bool:
    return key.ondelete == "CASCADE" or (table.name, key.parent.name) in OWNED


def _points_at(key: ForeignKey, condition: ColumnElement[bool]) -> ColumnElement[bool]:
    goal = key.column
    return and_(key.parent.is_not(None), key.parent.in_(select(goal).where(condition)))


def _hanging(session: Session, table: Table, doomed: dict[Table, ColumnElement[bool]]) -> list[Problem]:
    """Rows of a table that stay, but point at rows that go."""
    problems = []
    stays = not_(doomed.get(table, false()))
    for key in sorted(table.foreign_keys, key=lambda key: key.parent.name):
        goal = key.column.table
        if goal not in doomed:
            continue
        condition = _points_to_own_kind(key) if goal is table else _points_at(key, doomed[goal])
        count = session.scalar(select(func.count()).select_from(table).where(stays, condition))
        if count:
            said = {"n": count, "what": _label(table.name), "column": key.parent.name, "goal": _label(goal.name)}
            problems.append(Problem(t("{n}条{what}（{column}）引用了演示{goal}", **said)))
    return problems


def _points_to_own_kind(key: ForeignKey) -> ColumnElement[bool]:
    """A tree or chain within one table, whose demo rows are all marked."""
    other = key.column.table.alias()
    going = select(other.c[key.column.name]).where(other.c.demo.is_(True))
    return key.parent.in_(going)


def _label(table: str) -> str:
    labels = {
        "account": t("账号"),
        "org_unit": t("单位"),
        "indicator": t("指标"),
        "assignment": t("填报安排"),
        "document": t("文件"),
        "candidate": t("候选指标"),
        "plan": t("计划"),
        "target": t("目标"),
        "target_version": t("目标内容"),
        "baseline": t("基线"),
        "allocation": t("分解"),
        "waiver": t("豁免"),
        "target_support": t("配合单位"),
        "assessment": t("亮灯结果"),
        "light_count": t("亮灯汇总"),
        "rule_setting": t("亮灯规则"),
        "actual": t("实绩"),
        "monthly_report": t("月报"),
        "source": t("数据来源"),
        "job_run": t("运行记录"),
    }
    return labels.get(table, table)
