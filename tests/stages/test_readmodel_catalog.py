"""What an administrator looks after: indicators by use, units as a tree, plans with their targets."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from factories import make_indicator, make_plan, make_target, make_unit
from kpi.core.errors import NotFound
from kpi.organisation.records import UnitKind
from kpi.readmodel import catalog
from kpi.targets.records import PlanState, TargetState


def test_indicators_in_use_come_first(session: Session) -> None:
    idle = make_indicator(session, code="A-1", name="闲置指标")
    make_target(session, indicator=make_indicator(session, code="B-1", name="参考指标"),
                plan=make_plan(session, state=PlanState.REFERENCE))  # fmt: skip
    used = make_indicator(session, code="C-1", name="在用指标")
    make_target(session, indicator=used)
    withdrawn = make_target(session, indicator=used)
    withdrawn.state = TargetState.WITHDRAWN
    session.flush()
    rows = catalog.indicator_rows(session)
    assert [(row.code, row.targets) for row in rows] == [("C-1", 1), ("A-1", 0), ("B-1", 1)]
    assert [row.code for row in catalog.indicator_rows(session, "指标 A-")] == [idle.code]
    assert catalog.indicator_rows(session, "%") == []


def test_an_unknown_indicator(session: Session) -> None:
    with pytest.raises(NotFound):
        catalog.indicator(session, 4711)


def test_units_stand_under_their_parents(session: Session) -> None:
    city = make_unit(session, "市", kind=UnitKind.REGION)
    other = make_unit(session, "邻市", kind=UnitKind.REGION)
    district = make_unit(session, "区", kind=UnitKind.REGION, parent=city)
    make_unit(session, "处", parent=other)
    make_unit(session, "街道", parent=district)
    found = [(each.row.name, each.depth) for each in catalog.unit_rows(session)]
    assert found == [("市", 0), ("区", 1), ("街道", 2), ("邻市", 0), ("处", 1)]


def test_plans_with_what_they_watch(session: Session) -> None:
    region = make_unit(session, "临川市", kind=UnitKind.REGION)
    plan = make_plan(session, region)
    make_target(session, plan=plan)
    assert [(row.title, row.region, row.targets) for row in catalog.plan_rows(session)] == [(plan.title, "临川市", 1)]
