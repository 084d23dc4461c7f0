"""Plans: made where documents are reviewed or with the catalog, watched, kept for reference, closed."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.rules import Action, Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.text import t
from kpi.documents.records import Document
from kpi.organisation import actions as organisation
from kpi.targets.records import Plan, PlanState


def get_plan(session: Session, plan_id: int, *, lock: bool = False) -> Plan:
    plan = session.get(Plan, plan_id, with_for_update=lock or None)
    if plan is None:
        raise NotFound(t("没有这个计划。"))
    return plan


def plan_by_code(session: Session, code: str) -> Plan:
    plan = session.scalar(select(Plan).where(Plan.code == code))
    if plan is None:
        raise NotFound(t("没有编码为“{code}”的计划。", code=code))
    return plan


def acting_on_plans(by: Person | Actor) -> Actor:
    """Plans are made where documents are reviewed, and looked after with the catalog: either right will do."""
    looks_after = isinstance(by, Person) and by.may(Action.MANAGE_CATALOG)
    return acting(by, Action.MANAGE_CATALOG if looks_after else Action.REVIEW_DOCUMENTS)


def create_plan(
    session: Session,
    *,
    code: str,
    title: str,
    year: int,
    region_id: int,
    by: Person | Actor,
    now: datetime,
    starts_on: date | None = None,
    ends_on: date | None = None,
    document_id: int | None = None,
    issuer: str = "",
    number: str = "",
    state: PlanState = PlanState.ACTIVE,
    demo: bool = False,
) -> Plan:
    """A plan of one calendar year unless other days are given; issuer and number come from its document."""
    actor = acting_on_plans(by)
    code, title = code.strip(), title.strip()
    problems = _plan_problems(session, code, title, year)
    if problems:
        raise BadInput.of(*problems)
    starts_on, ends_on = starts_on or date(year, 1, 1), ends_on or date(year, 12, 31)
    if ends_on < starts_on:
        raise BadInput.of(Problem(t("结束日期不能早于开始日期"), t("结束日期")))
    organisation.get(session, region_id)
    document = session.get(Document, document_id) if document_id is not None else None
    plan = Plan(
        code=code,
        title=title,
        year=year,
        region_id=region_id,
        document_id=document.id if document else None,
        issuer=issuer or (document.issuer if document else ""),
        number=number or (document.number if document else ""),
        starts_on=starts_on,
        ends_on=ends_on,
        state=state,
        demo=demo,
        created_at=now,
    )
    session.add(plan)
    new = {"code": code, "title": title, "year": year, "starts_on": starts_on, "ends_on": ends_on, "state": state}
    audit.write(session, actor, now, "targets.create_plan", plan, what=title, new=new)
    return plan


def _plan_problems(session: Session, code: str, title: str, year: int) -> list[Problem]:
    problems = []
    if not code or len(code) > 30:
        problems.append(Problem(t("请填写编码（最多30个字符）"), t("编码")))
    elif session.scalar(select(func.count()).where(Plan.code == code)):
        problems.append(Problem(t("编码“{code}”已被使用，请换一个", code=code), t("编码")))
    if not title:
        problems.append(Problem(t("请填写名称"), t("名称")))
    if not 1990 <= year <= 2150:
        problems.append(Problem(t("年份不合理，请核对"), t("年份")))
    return problems


def set_plan_state(session: Session, plan_id: int, state: PlanState, *, by: Person | Actor, now: datetime) -> Plan:
    """Watch a plan, keep it for reference, or close it."""
    actor = acting_on_plans(by)
    plan = get_plan(session, plan_id, lock=True)
    old, new = audit.changes(plan, state=state)
    if new:
        audit.write(session, actor, now, "targets.set_plan_state", plan, what=plan.title, old=old, new=new)
    return plan
