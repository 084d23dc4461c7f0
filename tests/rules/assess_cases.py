"""A target to vary: eight words of the usual, the rest as the case says."""

from datetime import date
from decimal import Decimal as D

from kpi.assessment.rules import Observation, TargetFacts
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs

_USUAL = {
    "deliver": (Kind.COUNT, Comparator.EQUAL, Direction.MORE, "10", {"unit": "家", "places": 0, "whole": True}),
    "reach": (Kind.RATIO, Comparator.AT_LEAST, Direction.MORE, "60", {"unit": "%", "baseline": "50"}),
    "change": (
        Kind.RATIO,
        Comparator.AT_LEAST,
        Direction.MORE,
        "65",
        {"unit": "%", "baseline": "60", "derived": "60 + 5"},
    ),
    "hold": (Kind.RATE, Comparator.AT_MOST, Direction.LESS, "17", {"unit": "/10万"}),
    "band": (Kind.RATIO, Comparator.ABOUT, Direction.INSIDE, "30", {"unit": "%"}),
    "cover": (Kind.COVERAGE, Comparator.EQUAL, Direction.MORE, "100", {"unit": "%"}),
    "stage": (Kind.MILESTONE, Comparator.EQUAL, Direction.MORE, None, {}),
}


def number(written):
    return D(written) if isinstance(written, str) else written


def facts(judged_as, **changes):
    """The usual target of a kind, over the year 2026, changed as told; numbers may be given as text."""
    kind, comparator, direction, value, more = _USUAL[judged_as]
    given = {"kind": kind, "comparator": comparator, "direction": direction, "value": value, "places": 2}
    given |= {"start": date(2026, 1, 1), "deadline": date(2026, 12, 31)} | more | changes
    numbers = {name: number(given[name]) for name in ("value", "low", "high", "baseline") if name in given}
    return TargetFacts(JudgedAs(judged_as), **(given | numbers))


def seen(period, value=None, numerator=None, denominator=None, happened_on=None, missing=0):
    day = None if happened_on is None else date.fromisoformat(happened_on)
    return Observation(Period.parse(period), number(value), number(numerator), number(denominator), day, missing)
