"""Rows that read models hand to pure rules further right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.assessment.rules import Light, Reporting


@dataclass(frozen=True)
class MonthRow:
    """One target in the report's month. Numbers are the rounded ones that the light was computed from."""

    code: str
    name: str
    clause: str
    lead: str
    target_text: str
    expected_text: str
    actual_text: str
    data_text: str
    light: Light
    reason: str
    deadline: date
    due: bool
    reporting: Reporting
    previous: Light | None
    cause: str
    measure: str
    expected_on: date | None
    target: Decimal | None
    expected: Decimal | None
    actual: Decimal | None
    unit: str
    outlook: str = ""
    """Where a late target is heading; a flag beside the light."""
