"""What stands in `seeds/`: facts of published plans and the demonstration city, read into frozen values."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from kpi.actuals.rules import ActualState
from kpi.catalog.rules import Accumulates, RollUp
from kpi.config import bundled
from kpi.core.period import Frequency, Period
from kpi.core.quantity import Change, Comparator, Direction, Kind
from kpi.organisation.records import UnitKind
from kpi.targets.rules import JudgedAs, PlanShape


@dataclass(frozen=True)
class SeedUnit:
    code: str
    name: str
    kind: UnitKind
    parent: str | None


@dataclass(frozen=True)
class SeedAccount:
    login: str
    name: str
    role: str
    unit: str | None


@dataclass(frozen=True)
class Demand:
    """What a target asks for."""

    name: str
    kind: Kind
    comparator: Comparator
    value: Decimal | None
    low: Decimal | None
    high: Decimal | None
    unit: str
    deadline: date
    change: Change | None = None
    hedge: str = ""


@dataclass(frozen=True)
class ReferenceTarget:
    demand: Demand
    clause: str
    group: str


@dataclass(frozen=True)
class ReferencePlan:
    code: str
    title: str
    issuer: str
    number: str
    year: int
    region: str
    lead: str
    targets: tuple[ReferenceTarget, ...]


@dataclass(frozen=True)
class Reported:
    """What was reported for one period; nothing in it at all: not reported."""

    period: Period
    value: str | None = None
    numerator: str | None = None
    denominator: str | None = None
    happened_on: date | None = None


@dataclass(frozen=True)
class Explanation:
    """Cause, measure and expected day, given with the values of some periods (of one unit, or of the target's own)."""

    first: Period
    last: Period
    cause: str
    measure: str
    expected_on: date
    unit: str | None = None


@dataclass(frozen=True)
class Correction:
    """What stood first in a period, and what came of it."""

    period: Period
    first: Reported
    reason: str
    on: date | None = None


@dataclass(frozen=True)
class Series:
    """The values of one unit: `unit` None is the target's own."""

    reported: tuple[Reported, ...]
    unit: str | None = None
    share: Decimal | None = None


@dataclass(frozen=True)
class History:
    """Values of former years, entered together on a day; from `plan_on` the plan follows the months of last year."""

    since: date
    entered: date
    reported: tuple[Reported, ...]
    plan_on: date | None


@dataclass(frozen=True)
class SeedBaseline:
    value: Decimal
    day: date
    source: str


@dataclass(frozen=True)
class SeedWaiver:
    starts_on: date
    ends_on: date
    on: date
    reason: str


@dataclass(frozen=True)
class DemoTarget:
    find: str
    code: str
    demand: Demand
    indicator_unit: str
    lead: str
    support: tuple[str, ...]
    frequency: Frequency
    accumulates: Accumulates
    roll_up: RollUp
    judged_as: JudgedAs
    direction: Direction
    numerator: str
    denominator: str
    largest: Decimal | None
    baseline: SeedBaseline | None
    shape: PlanShape
    series: tuple[Series, ...]
    history: History | None
    explanations: tuple[Explanation, ...]
    jumps: Mapping[str, str]
    late: Mapping[str, date]
    revised: Mapping[str, Correction]
    returned: Mapping[str, Correction]
    last: ActualState
    return_reason: str
    waiver: SeedWaiver | None


@dataclass(frozen=True)
class Refusal:
    find: str
    reason: str


@dataclass(frozen=True)
class DemoCity:
    password: str
    plan_code: str
    file: Path
    file_name: str
    region: str
    imported: date
    reviewed: date
    year: int
    units: tuple[SeedUnit, ...]
    accounts: tuple[SeedAccount, ...]
    targets: tuple[DemoTarget, ...]
    refusals: tuple[Refusal, ...]
    refuse_rest: str
    open: tuple[str, ...]


def _toml(*path: str) -> dict[str, Any]:
    with bundled("seeds").joinpath(*path).open("rb") as file:
        return tomllib.load(file)


def units_in(*path: str) -> tuple[SeedUnit, ...]:
    return _units(_toml(*path)["unit"])


def _units(rows: list[dict[str, Any]]) -> tuple[SeedUnit, ...]:
    return tuple(SeedUnit(row["code"], row["name"], UnitKind(row["kind"]), row.get("parent")) for row in rows)


def reference_plans() -> Iterator[ReferencePlan]:
    for row in _toml("reference", "plans.toml")["plan"]:
        end = date(row["year"], 12, 31)
        targets = tuple(
            ReferenceTarget(_demand(each, end), each["clause"], each.get("group", "")) for each in row["targets"]
        )
        yield ReferencePlan(**row | {"targets": targets})


@cache
def demo_city() -> DemoCity:
    city, targets = _toml("demo", "city.toml"), _toml("demo", "targets.toml")
    plan = city["plan"]
    year = plan["reviewed"].year
    return DemoCity(
        password=city["password"],
        plan_code=plan["code"],
        file=bundled("seeds") / "demo" / plan["file"],
        file_name=plan["file_name"],
        region=plan["region"],
        imported=plan["imported"],
        reviewed=plan["reviewed"],
        year=year,
        units=_units(city["unit"]),
        accounts=tuple(SeedAccount(r["login"], r["name"], r["role"], r.get("unit")) for r in city["account"]),
        targets=tuple(_demo_target(row, year) for row in targets["target"]),
        refusals=tuple(Refusal(row["find"], row["reason"]) for row in targets["refused"]),
        refuse_rest=targets["rest"],
        open=tuple(targets["open"]),
    )


def _decimal(row: Mapping[str, Any], name: str) -> Decimal | None:
    return Decimal(row[name]) if name in row else None


def _demand(row: dict[str, Any], end: date) -> Demand:
    return Demand(
        name=row["name"],
        kind=Kind(row["kind"]),
        comparator=Comparator(row.get("comparator", "=")),
        value=_decimal(row, "value"),
        low=_decimal(row, "low"),
        high=_decimal(row, "high"),
        unit=row.get("unit", ""),
        deadline=row.get("deadline", end),
        change=Change(row["change"]) if "change" in row else None,
        hedge=row.get("hedge", ""),
    )


def _demo_target(row: dict[str, Any], year: int) -> DemoTarget:
    frequency = Frequency(row["frequency"])
    baseline, waiver = row.get("baseline"), row.get("waiver")
    return DemoTarget(
        find=row["find"],
        code=row["code"],
        demand=_demand(row, date(year, 12, 31)),
        indicator_unit=row.get("indicator_unit", row.get("unit", "")),
        lead=row["lead"],
        support=tuple(row.get("support", ())),
        frequency=frequency,
        accumulates=Accumulates(row["accumulates"]),
        roll_up=RollUp(row.get("roll_up", "own")),
        judged_as=JudgedAs(row["judged_as"]),
        direction=Direction(row["direction"]),
        numerator=row.get("numerator", ""),
        denominator=row.get("denominator", ""),
        largest=_decimal(row, "largest"),
        baseline=SeedBaseline(Decimal(baseline["value"]), baseline["day"], baseline["source"]) if baseline else None,
        shape=PlanShape.from_json(row.get("shape")),
        series=tuple(_series(row, frequency, year)),
        history=_history(row["history"], frequency) if "history" in row else None,
        explanations=tuple(_explanation(each) for each in row.get("explain", ())),
        jumps={period: each["reason"] for each in row.get("jump", ()) for period in each["periods"]},
        late={each["period"]: each["on"] for each in row.get("late", ())},
        revised={each["period"]: _correction(each) for each in row.get("revised", ())},
        returned={each["period"]: _correction(each) for each in row.get("returned", ())},
        last=ActualState(row.get("last", "approved")),
        return_reason=row.get("return_reason", ""),
        waiver=SeedWaiver(waiver["from"], waiver["to"], waiver["on"], waiver["reason"]) if waiver else None,
    )


def _history(row: dict[str, Any], frequency: Frequency) -> History:
    first = Period.containing(row["since"], frequency)
    reported = tuple(_reported(first.next(n), word) for n, word in enumerate(row["values"].split()))
    return History(row["since"], row["entered"], reported, row.get("plan_on"))


def _series(row: dict[str, Any], frequency: Frequency, year: int) -> Iterator[Series]:
    if "values" in row:
        yield Series(_written(row["values"], frequency, year))
    for each in row.get("allocation", ()):
        yield Series(_written(each["values"], frequency, year), each["unit"], Decimal(each["value"]))


def _written(values: str, frequency: Frequency, year: int) -> tuple[Reported, ...]:
    return tuple(_reported(Period(frequency, year, i), word) for i, word in enumerate(values.split(), 1) if word != "-")


def _reported(period: Period, word: str) -> Reported:
    if word.startswith("@"):
        return Reported(period, happened_on=date.fromisoformat(word[1:]))
    top, stroke, bottom = word.partition("/")
    return Reported(period, numerator=top, denominator=bottom) if stroke else Reported(period, value=word)


def _explanation(row: dict[str, Any]) -> Explanation:
    first, last = Period.parse(row["from"]), Period.parse(row["to"])
    return Explanation(first, last, row["cause"], row["measure"], row["expected"], row.get("unit"))


def _correction(row: dict[str, Any]) -> Correction:
    period = Period.parse(row["period"])
    return Correction(period, _reported(period, row["first"]), row["reason"], row.get("on"))
