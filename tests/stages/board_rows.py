"""A small board for tests of the read models: two departments, targets of several lights, two months of values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from factories import EXPLAINED, make_actual, make_plan, make_target, make_unit
from kpi.assessment.actions import assess
from kpi.organisation.records import OrgUnit
from kpi.targets.records import Plan, Target
from support import NOW

TODAY = date(2026, 11, 12)


@dataclass
class SmallBoard:
    plan: Plan
    first: OrgUnit
    second: OrgUnit
    done: Target
    steady: Target
    slipping: Target
    late: Target
    silent: Target


def small_board(session: Session) -> SmallBoard:
    """Of 12 家 each, 9 are due by the end of October: done 12, steady 10, slipping 8, late 5, silent none."""
    plan, first, second = make_plan(session), make_unit(session, "甲处"), make_unit(session, "乙处")
    made = SmallBoard(
        plan,
        first,
        second,
        *(make_target(session, plan=plan, lead=lead) for lead in (first, first, first, second, second)),
    )
    for target, september, october in (
        (made.done, 11, 12),
        (made.steady, 9, 10),
        (made.slipping, 8, 8),
        (made.late, 5, 5),
    ):
        said = EXPLAINED if target is made.late else {}
        make_actual(session, target, "2026-09", Decimal(september))
        make_actual(session, target, "2026-10", Decimal(october), **said)
    assess(session, [made.done.id, made.steady.id, made.slipping.id, made.late.id, made.silent.id], NOW)
    return made
