"""Why a light is what it is: one kept result with its formulas, its settings, and the proof by repeating it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kpi.assessment.actions_again import again, written_as_kept
from kpi.assessment.records import Assessment
from kpi.assessment.rules import USUAL, LightRules
from kpi.assessment.rules_working import working_of
from kpi.core.errors import NotFound
from kpi.core.period import Period
from kpi.core.text import t
from kpi.organisation.records import OrgUnit
from kpi.readmodel.series import ResultRow, result_row
from kpi.targets.records import RuleSetting, Target


@dataclass(frozen=True)
class Explanation:
    """`rules` are the settings that the result's rule version names; None when no one keeps them any more."""

    result: ResultRow
    working: list[dict[str, str]]
    rules: dict[str, Any] | None
    kept: Assessment


@dataclass(frozen=True)
class Repeated:
    """`same`: byte for byte. `result` is what came out this time, None where nothing did."""

    same: bool
    result: str | None


def explain(session: Session, code: str, month: Period, *, unit: str = "", version: int | None = None) -> Explanation:
    """The result of a board month, of the target's own unit or (by code) another, now or (version) as it was once."""
    query = (
        select(Assessment, OrgUnit.code)
        .join(Target, Target.id == Assessment.target_id)
        .join(OrgUnit, OrgUnit.id == Assessment.unit_id)
        .where(Target.code == code, Assessment.period == str(month))
        .where(OrgUnit.code == unit if unit else Assessment.unit_id == Target.unit_id)
        .where(Assessment.superseded_at.is_(None) if version is None else Assessment.version == version)
    )
    row = session.execute(query).one_or_none()
    if row is None:
        raise NotFound(t("目标“{code}”在{month}没有这样的评价结果。", code=code, month=month.label))
    kept, unit_code = row
    steps = [{"step": step, "formula": formula} for step, formula in working_of(kept.operands)]
    return Explanation(result_row(kept, unit_code), steps, _settings(session, kept), kept)


def _settings(session: Session, kept: Assessment) -> dict[str, Any] | None:
    """Versions are named by what is in them, so the settings are found again by their name."""
    own = or_(RuleSetting.target_id == kept.target_id, RuleSetting.target_id.is_(None))
    stored = session.scalars(select(RuleSetting.settings).where(RuleSetting.plan_id == kept.plan_id, own))
    every = [USUAL, *(LightRules.from_json(settings) for settings in stored)]
    return next((rules.as_json() for rules in every if rules.version == kept.rule_version), None)


def repeat(session: Session, found: Explanation) -> Repeated:
    """The result worked out again from what was known at its cut-off."""
    result = again(session, found.kept)
    return Repeated(result == written_as_kept(found.kept), result)
