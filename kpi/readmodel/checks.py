"""What is wrong with values while they are typed, and what they would do to the light. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from kpi.actuals.actions_cells import last_values, open_desk
from kpi.actuals.rules import Entry, check, complete, explanation_problems, too_long
from kpi.core.clock import business_date
from kpi.core.errors import NotFound, Problem
from kpi.core.text import t
from kpi.operations.actions import Preview, previews


@dataclass(frozen=True, slots=True)
class Checked:
    """One entry looked at: its value worked out, its problems, and the light that would follow."""

    value: Decimal | None
    problems: tuple[Problem, ...]
    preview: Preview


def check_entries(session: Session, entries: Sequence[Entry], now: datetime) -> list[Checked]:
    """The same checks as on submitting, for each entry by itself; an empty one has no problems yet.

    A light that turns amber or red asks for its explanation here already; half a fraction has no light yet.
    Read only; a dozen queries.
    """
    if not entries:
        return []
    desk = open_desk(session, entries)
    if any(entry.indicator_id not in desk.indicators for entry in entries):
        raise NotFound(t("没有这个指标，它可能已被停用，请刷新页面。"))
    whole = [complete(entry, desk.indicators[entry.indicator_id]) for entry in entries]
    lasts = last_values(desk, whole)
    wrong = [
        []
        if entry.is_empty
        else check(entry, desk.indicators[entry.indicator_id], lasts.get(entry.key), business_date(now))
        for entry in whole
    ]
    seen = previews(session, [entry for entry in whole if entry.value is not None], now)
    found = []
    for entry, problems in zip(whole, wrong, strict=True):
        preview = seen.get(entry.key, Preview())
        owed = explanation_problems(entry) if preview.asks else []
        found.append(Checked(entry.value, (*problems, *owed, *too_long(entry)), preview))
    return found
