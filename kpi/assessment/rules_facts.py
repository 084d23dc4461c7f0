"""What goes into an assessment and what comes out: frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property

from kpi.assessment.rules_edges import Edges, decimals_of, edges_about, edges_of
from kpi.assessment.rules_light import USUAL, Light, LightRules
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind, plain
from kpi.targets.rules import STRAIGHT, JudgedAs, PlanShape
from kpi.targets.rules_curve import PlanCurve


@dataclass(frozen=True, slots=True)
class WaiverFacts:
    """An approved waiver: no light while it lasts (`until` included; None: until it is lifted).

    `matters` are the things it waits for, done or not; once all of them are done it is over too.
    """

    reason: str
    since: date
    until: date | None = None
    matters: tuple[bool, ...] = ()
    approved_by: str = ""

    def covers(self, day: date) -> bool:
        in_time = self.since <= day and (self.until is None or day <= self.until)
        return in_time and not (self.matters and all(self.matters))


@dataclass(frozen=True)
class TargetFacts:
    """One target of one unit, as it was known at the instant looked from.

    A target that asks for a change comes with the level that follows (kpi.targets.rules.derive_target)
    in `comparator`, `value`, `low`, `high`, `unit`, and with how it was worked out in `derived`; without a baseline
    it comes without a value.
    """

    judged_as: JudgedAs
    kind: Kind
    comparator: Comparator
    direction: Direction
    start: date
    deadline: date
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unit: str = ""
    places: int = 2
    baseline: Decimal | None = None
    derived: str = ""
    whole: bool = False
    shape: PlanShape = STRAIGHT
    rules: LightRules = USUAL
    lag_days: int = 0
    scale: Decimal | None = None
    waiver: WaiverFacts | None = None

    @cached_property
    def is_final_fact(self) -> bool:
        """Whether it stays reached: things delivered, units covered, a stage that is finished."""
        return self.judged_as in _FINAL and self.kind in _FINAL_KINDS

    @cached_property
    def shown_places(self) -> int:
        """Decimals shown: those of the indicator, or more where the target itself is written with more."""
        if self.derived:
            return self.places
        return max(decimals_of(number, self.places) for number in (self.value, self.low, self.high))

    @cached_property
    def edges(self) -> Edges | None:
        """None while nobody can say what is to be reached (a change without a baseline)."""
        if self.comparator is Comparator.BETWEEN:
            if self.low is None or self.high is None:
                return None
            found = Edges(self.low, self.high)
        elif self.value is None:
            return None
        elif self.comparator is Comparator.ABOUT:
            found = edges_about(self.value, self.rules.band_width_percent, self.whole)
        else:
            found = edges_of(self.comparator, self.direction, self.value)
        if self.derived and self.whole and not found.open:
            return found.in_whole_things()
        worked_out = self.derived or self.comparator is Comparator.ABOUT
        return found.rounded(self.shown_places) if worked_out else found

    @cached_property
    def origin(self) -> Decimal | None:
        """Where the way to the target starts: nothing delivered, nothing covered yet, or the baseline."""
        if self.judged_as is JudgedAs.DELIVER:
            return Decimal(0)
        if self.judged_as is JudgedAs.COVER and self.baseline is None:
            return Decimal(0)
        return self.baseline

    @cached_property
    def goal(self) -> Decimal | None:
        """The level the plan leads to."""
        return None if self.edges is None else self.edges.goal(self.origin, self.direction)

    @cached_property
    def has_way_to_go(self) -> bool:
        """Whether the target lies ahead of where it started. Not when T = B, nor from a start that already meets it."""
        origin, edges = self.origin, self.edges
        return origin is None or edges is None or not (self.goal == origin or edges.met_by(origin))

    @cached_property
    def curve(self) -> PlanCurve | None:
        """The plan curve, for judging and for drawing; None where a target is not judged by one."""
        if self.goal is None or self.judged_as in (JudgedAs.STAGE, JudgedAs.HOLD) or not self.has_way_to_go:
            return None
        if self.origin is None and (not self.shape.shape.has_points or self.judged_as is JudgedAs.BAND):
            return None
        whole = self.whole and not (self.judged_as is JudgedAs.COVER and self.unit == "%")
        return PlanCurve(self.start, self.deadline, self.goal, self.origin, self.shape, whole)

    @cached_property
    def operands(self) -> dict[str, str]:
        """What the target itself puts into every working."""
        words = {
            "judged_as": self.judged_as.value,
            "comparator": self.comparator.value,
            "direction": self.direction.value,
            "unit": self.unit,
            "start": self.start.isoformat(),
            "deadline": self.deadline.isoformat(),
            "shape": self.shape.shape.value,
            "derived": self.derived,
        }
        numbers = {"target": self.value, "low": self.low, "high": self.high, "baseline": self.baseline}
        if self.edges is not None:
            numbers |= {"low_edge": self.edges.low, "high_edge": self.edges.high}
            numbers |= {"origin": self.origin, "goal": self.goal}
        return {key: word for key, word in words.items() if word} | {
            key: plain(number) for key, number in numbers.items() if number is not None
        }


_FINAL = frozenset({JudgedAs.STAGE, JudgedAs.COVER, JudgedAs.DELIVER})
_FINAL_KINDS = frozenset({Kind.COUNT, Kind.COVERAGE, Kind.MILESTONE})


@dataclass(frozen=True, slots=True)
class Result:
    """A light with everything that led to it.

    `period` is the last one with an approved value. `value`, `expected`, `progress` and `gap` are the rounded numbers
    that the sentence shows and the light was computed from; `operands` holds the exact ones, written out.
    """

    light: Light
    rule: str
    reason: str
    version: str
    period: Period | None = None
    value: Decimal | None = None
    expected: Decimal | None = None
    target: Decimal | None = None
    progress: Decimal | None = None
    gap: Decimal | None = None
    interval: tuple[Decimal, Decimal] | None = None
    operands: dict[str, str] = field(default_factory=dict)
