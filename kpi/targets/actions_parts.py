"""Who answers for a target and who has a part in it: lead and supporting departments, shares handed down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.rules import Person
from kpi.audit import actions as audit
from kpi.audit.actions import Actor
from kpi.core.errors import BadInput, Problem
from kpi.core.text import t
from kpi.organisation import actions as organisation
from kpi.targets.actions_duties import let_all_report, let_lead_report
from kpi.targets.actions_versions import changed_meanwhile, opened, supersede
from kpi.targets.records import Allocation, Target, TargetSupport
from kpi.targets.rules_form import Part


def allocate(
    session: Session,
    target_id: int,
    parts: Mapping[int, Part],
    *,
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: Mapping[int, int] | None = None,
) -> list[Allocation]:
    """Hand a target down: each unit with its own value, owing its own reports. Units left out have no part any more.

    Returns the parts in force. How the whole follows from them is the indicator's roll-up. `seen` are the versions
    of the parts looked at, by unit; Conflict when others are in force.
    """
    target, actor = opened(session, target_id, by, reason)
    check_parts(target, parts)
    rows = session.scalars(select(Allocation).where(Allocation.target_id == target_id)).all()
    versions = {row.unit_id: max(r.version for r in rows if r.unit_id == row.unit_id) for row in rows}
    kept = {row.unit_id: row for row in rows if row.superseded_at is None}
    if seen is not None and dict(seen) != {unit: row.version for unit, row in kept.items()}:
        raise changed_meanwhile(session, max(rows, key=lambda row: row.recorded_at, default=None))
    old = {str(unit): _numbers(row) for unit, row in kept.items()}
    new = {str(unit): _numbers(part) for unit, part in parts.items()}
    if old == new:
        return list(kept.values())
    for unit_id in list(kept):
        if old.get(str(unit_id)) != new.get(str(unit_id)):
            supersede(session, kept.pop(unit_id), now)
    for unit_id, part in parts.items():
        if unit_id not in kept:
            kept[unit_id] = Allocation(
                target_id=target_id,
                unit_id=unit_id,
                version=versions.get(unit_id, 0) + 1,
                recorded_at=now,
                recorded_by=actor.account_id,
                reason=reason.strip(),
                value=part.value,
                low=part.low,
                high=part.high,
            )
            session.add(kept[unit_id])
    let_all_report(session, target, actor, now)
    audit.write(session, actor, now, "targets.allocate", target, what=target.code, old=old, new=new, why=reason)
    return [kept[unit_id] for unit_id in sorted(kept)]


def _numbers(row: Allocation | Part) -> list[Decimal | None]:
    return [row.value, row.low, row.high]


def check_parts(target: Target, parts: Mapping[int, Part]) -> None:
    """BadInput when a unit has no value, or the target would be handed down to the very unit it belongs to."""
    field = t("分解单位")
    problems = [Problem(t("不能分解给目标所属单位自己"), field)] if target.unit_id in parts else []
    ranged = (part.low is not None and part.high is not None and part.low < part.high for part in parts.values())
    if not all(part.value is not None or fits for part, fits in zip(parts.values(), ranged, strict=True)):
        problems.append(Problem(t("请为每个单位填写目标值"), field))
    if problems:
        raise BadInput.of(*problems)


def set_lead(
    session: Session,
    target_id: int,
    *,
    lead_id: int,
    supporting_ids: Sequence[int] = (),
    reason: str,
    by: Person | Actor,
    now: datetime,
    seen: tuple[int, Sequence[int]] | None = None,
) -> Target:
    """Another department answers for a target, and owes its values beside the former one (whose duty
    `kpi.catalog.actions_duties.hand_over` ends). `seen` are lead and supporting departments as looked at."""
    target, actor = opened(session, target_id, by, reason)
    supports = session.scalars(select(TargetSupport).where(TargetSupport.target_id == target_id)).all()
    before, after = sorted(support.unit_id for support in supports), sorted(set(supporting_ids))
    if seen is not None and (target.lead_id, before) != (seen[0], sorted(seen[1])):
        raise changed_meanwhile(session)
    if lead_id in after:
        raise BadInput.of(Problem(t("配合单位不能与牵头单位相同"), t("配合单位")))
    for needed in (lead_id, *after):
        organisation.get(session, needed)
    old, new = audit.changes(target, lead_id=lead_id)
    if before != after:
        old["supporting_ids"], new["supporting_ids"] = before, after
        _replace_supports(session, target_id, supports, after)
    if "lead_id" in new:
        let_lead_report(session, target, actor, now)
    if new:
        audit.write(session, actor, now, "targets.set_lead", target, what=target.code, old=old, new=new, why=reason)
    return target


def _replace_supports(session: Session, target_id: int, former: Sequence[TargetSupport], units: Sequence[int]) -> None:
    for support in former:
        session.delete(support)
    session.flush()
    session.add_all(TargetSupport(target_id=target_id, unit_id=unit) for unit in units)
