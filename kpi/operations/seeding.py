"""What the database begins with: reference plans, the demonstration city or a first administrator.

Everything here may be called again: what is there stays as it is.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.accounts import actions as accounts
from kpi.accounts.records import Account
from kpi.accounts.rules import Role
from kpi.audit import actions as audit
from kpi.audit.actions import SYSTEM
from kpi.core.errors import WrongState
from kpi.core.text import t
from kpi.operations.seeding_data import demo_city, reference_plans, units_in
from kpi.operations.seeding_demo import build
from kpi.operations.seeding_reference import add_plan, add_units
from kpi.operations.seeding_removal import remove_marked
from kpi.targets.records import Plan

FIRST_ADMIN = "admin"


def is_empty(session: Session) -> bool:
    """Whether nothing was ever put in: no plan (not even a reference plan) and nobody who could sign in."""
    return not session.scalar(select(func.count(Plan.id))) and not session.scalar(select(func.count(Account.id)))


def has_admin(session: Session) -> bool:
    """Whether anybody is left who can look after people."""
    return bool(session.scalar(select(Account.id).where(Account.role == Role.ADMIN, Account.active).limit(1)))


def load_reference(session: Session, now: datetime) -> None:
    """Regions and the targets of published plans, for comparison; plans and units that are there stay untouched."""
    units = add_units(session, units_in("reference", "units.toml"), now)
    for plan in reference_plans():
        add_plan(session, plan, units, now)


def load_demo(session: Session, now: datetime) -> bool:
    """The demonstration city with its plan and its year; False when it is there already.

    Goes the way of real work (import, read, accept, enter, approve), with the clock of each day; at the end the
    lights are current as of `now`.
    """
    city = demo_city()
    if session.scalar(select(Plan.id).where(Plan.code == city.plan_code)):
        return False
    build(session, city, now)
    return True


def remove_demo(session: Session, now: datetime) -> dict[str, int]:
    """Delete all demonstration data, and say how many rows of which table; the trail stays and tells of it.

    WrongState, naming what, when other data hangs on it: then nothing is removed.
    """
    plan = session.scalar(select(Plan).where(Plan.code == demo_city().plan_code))
    if plan is not None:
        audit.write(session, SYSTEM, now, "seeding.remove_demo", plan, what=plan.title)
    return remove_marked(session)


def create_first_admin(session: Session, now: datetime) -> tuple[str, str]:
    """Login and password of an administrator who has to choose another at the first sign-in, and a commission with
    its usual departments to begin with. WrongState when there is an administrator."""
    if has_admin(session):
        raise WrongState(t("已有管理员账号，不再建立首个管理员。"))
    password = secrets.token_urlsafe(12)
    accounts.create(
        session,
        login=FIRST_ADMIN,
        name=t("系统管理员"),
        role=Role.ADMIN,
        unit_id=None,
        password=password,
        by=SYSTEM,
        now=now,
    )
    add_units(session, units_in("reference", "departments.toml"), now)
    return FIRST_ADMIN, password
