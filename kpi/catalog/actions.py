"""Looking after indicators."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.catalog.records import MEASURED, FormerIndicator, Indicator
from kpi.catalog.rules import Accumulates, RollUp, measuring_problems
from kpi.core.errors import BadInput, NotFound, Problem
from kpi.core.period import Frequency
from kpi.core.quantity import PROPORTION_SCALES, Direction, Kind
from kpi.core.text import t


def get(session: Session, indicator_id: int) -> Indicator:
    indicator = session.get(Indicator, indicator_id)
    if indicator is None:
        raise NotFound(t("没有这个指标。"))
    return indicator


def by_code(session: Session, code: str) -> Indicator | None:
    return session.scalar(select(Indicator).where(Indicator.code == code))


def next_code(session: Session) -> str:
    """IND-0001, IND-0002, …: one more than the highest id ever given."""
    return f"IND-{(session.scalar(select(func.max(Indicator.id))) or 0) + 1:04d}"


def create(
    session: Session,
    *,
    name: str,
    kind: Kind,
    unit: str,
    direction: Direction,
    frequency: Frequency,
    by: Actor,
    now: datetime,
    accumulates: Accumulates | None = None,
    code: str | None = None,
    **more: Any,
) -> Indicator:
    """A new indicator. What is not said is derived: scale from the unit, accumulation and range from the kind."""
    if not name.strip():
        raise BadInput.of(Problem(t("请填写指标名称"), t("名称")))
    scale = PROPORTION_SCALES.get(unit)
    if accumulates is None:
        accumulates = Accumulates.RUNNING if kind in (Kind.COUNT, Kind.AMOUNT, Kind.MILESTONE) else Accumulates.LEVEL
    values: dict[str, Any] = {
        "scale": scale,
        "smallest": Decimal(0),
        "largest": Decimal(100) if kind is Kind.COVERAGE and unit == "%" else None,
        "roll_up": RollUp.OWN,
        **more,
    }
    indicator = Indicator(
        code=code or next_code(session),
        name=name.strip(),
        kind=kind,
        unit=unit,
        direction=direction,
        frequency=frequency,
        accumulates=accumulates,
        created_at=now,
        **values,
    )
    session.add(indicator)
    audit.write(
        session,
        by,
        now,
        "catalog.create",
        indicator,
        what=indicator.name,
        new={"code": indicator.code, "kind": kind, "unit": unit, "frequency": frequency, "accumulates": accumulates},
    )
    return indicator


EDITABLE = frozenset(
    {"name", "frequency", "lag_days", "year_start_month", "places", "has_parts", "numerator", "denominator", "scale"}
    | {"smallest", "largest", "jump_percent", "definition", "active", "accumulates", "roll_up", "direction"}
)


_MEASURING = ("accumulates", "has_parts", "lag_days", "year_start_month", "places")


def update(session: Session, indicator_id: int, by: Actor, now: datetime, **values: Any) -> Indicator:
    """Change what may be changed; unit and kind stay, since stored values are in them.

    How it was measured until now stays on record, for the lights of then.
    """
    indicator = get(session, indicator_id)
    for wrong in values.keys() - EDITABLE:
        raise BadInput.of(Problem(t("此项不能更改"), wrong))
    problems = measuring_problems(*(values.get(name, getattr(indicator, name)) for name in _MEASURING))
    if problems:
        raise BadInput.of(*problems)
    measured = {name: getattr(indicator, name) for name in MEASURED}
    old, new = audit.changes(indicator, **values)
    if new.keys() & set(MEASURED):
        _keep_former(session, indicator, measured, now)
    if new:
        audit.write(session, by, now, "catalog.update", indicator, what=indicator.name, old=old, new=new)
    return indicator


def _keep_former(session: Session, indicator: Indicator, measured: dict[str, Any], now: datetime) -> None:
    of_it = FormerIndicator.indicator_id == indicator.id
    changed_before = session.scalar(select(func.max(FormerIndicator.superseded_at)).where(of_it))
    since = changed_before or indicator.created_at
    session.add(FormerIndicator(indicator_id=indicator.id, recorded_at=since, superseded_at=now, **measured))
