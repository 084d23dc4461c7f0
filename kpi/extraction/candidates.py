"""The candidate target: what extraction hands to a person, and its JSON shape."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from enum import StrEnum

from kpi.core.quantity import Change, Comparator, Kind

LONGEST_EVIDENCE = 150
LONGEST_NAME = 80


class Nature(StrEnum):
    """预期性 or 约束性, as tables of indicators say."""

    EXPECTED = "expected"
    BINDING = "binding"


@dataclass(frozen=True)
class Baseline:
    value: Decimal
    date: date | None = None

    def as_dict(self) -> dict[str, object]:
        return {"value": json_number(self.value), "date": self.date.isoformat() if self.date else None}


@dataclass(frozen=True)
class Candidate:
    """A possible target. `evidence` is exactly text[start:end]; `reasons` say which rule read it and what is doubtful.

    A range has no value but low and high; a milestone has no number at all.
    """

    file: str
    clause: str
    name: str
    kind: Kind
    comparator: Comparator
    comparator_text: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    deadline: date | None
    baseline: Baseline | None
    change: Change | None
    basis: str
    hedge: str
    scope: str
    group: str
    nature: Nature | None
    deliverable_type: str | None
    evidence: str
    start: int
    end: int
    confidence: float
    reasons: tuple[str, ...]

    def as_dict(self) -> dict[str, object]:
        """The contract of `kpi extract --format jsonl`: JSON-ready, numbers exact."""
        return {
            "file": self.file,
            "clause": self.clause,
            "name": self.name,
            "kind": self.kind.value,
            "comparator": self.comparator.value,
            "comparator_text": self.comparator_text,
            "value": json_number(self.value),
            "low": json_number(self.low),
            "high": json_number(self.high),
            "unit": self.unit,
            "deadline": self.deadline.isoformat() if self.deadline else None,
            "baseline": self.baseline.as_dict() if self.baseline else None,
            "change": self.change.value if self.change else None,
            "basis": self.basis,
            "hedge": self.hedge,
            "scope": self.scope,
            "group": self.group or None,
            "nature": self.nature.value if self.nature else None,
            "deliverable_type": self.deliverable_type,
            "evidence": self.evidence,
            "start": self.start,
            "end": self.end,
            "confidence": self.confidence,
            "reasons": list(self.reasons),
        }


@dataclass(frozen=True)
class Draft:
    """A target as read from one paragraph, before the document adds its clause, title and group.

    `due` and `due_from` say the deadline and where it was read; `at` is where the number stands.
    """

    name: str
    kind: Kind
    comparator: Comparator
    comparator_text: str
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    start: int
    end: int
    at: int
    rule: str
    due: date | None = None
    due_from: str = ""
    baseline: Baseline | None = None
    change: Change | None = None
    basis: str = ""
    hedge: str = ""
    scope: str = ""
    group: int | None = None
    nature: Nature | None = None
    deliverable_type: str | None = None
    doubts: tuple[str, ...] = ()

    def doubt(self, *more: str) -> Draft:
        return replace(self, doubts=self.doubts + tuple(one for one in more if one and one not in self.doubts))


def json_number(value: Decimal | None) -> int | float | None:
    """An int for a whole number; else the float that prints with the same digits."""
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
