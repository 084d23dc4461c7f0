"""Do forecasts hold what they promise? Series with a known truth, forecast from their first part.

Every world is simulated many times; the forecast sees the months up to a cut and is compared with what the deadline
then brought. Printed are the part of all truths inside the 80 % interval, and how often targets were reached among
forecasts that gave about the same chance.
"""

from __future__ import annotations

import math
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kpi.assessment.rules import Observation, TargetFacts, standing
from kpi.assessment.rules_forecast import Forecast, forecast
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from kpi.core.quantity import PROPORTION_SCALES, Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs

START, DEADLINE = date(2026, 1, 1), date(2026, 12, 31)
MONTHS = [Period.month(2026, month) for month in range(1, 13)]
CUTS = (3, 6, 9)
World = Callable[[random.Random], list[Observation]]


@dataclass(frozen=True)
class Setting:
    """How the world is watched: its target is put where the truth lies about half of the time."""

    name: str
    world: World
    accumulates: Accumulates
    kind: Kind
    judged_as: JudgedAs
    unit: str
    places: int = 2

    def facts(self, value: Decimal) -> TargetFacts:
        """A demand of at least `value` for what is delivered or reached, of at most that for what is held."""
        held = self.judged_as is JudgedAs.HOLD
        return TargetFacts(
            self.judged_as,
            self.kind,
            Comparator.AT_MOST if held else Comparator.AT_LEAST,
            Direction.LESS if held else Direction.MORE,
            START,
            DEADLINE,
            value,
            unit=self.unit,
            places=self.places,
            baseline=Decimal(0),
            whole=self.kind is Kind.COUNT,
            scale=PROPORTION_SCALES.get(self.unit),
        )


# --- worlds -------------------------------------------------------------------------------------------------------


def poisson(luck: random.Random, mean: float) -> int:
    if mean > 500:
        return max(0, round(luck.gauss(mean, math.sqrt(mean))))
    limit, found, product = math.exp(-mean), 0, luck.random()
    while product > limit:
        found += 1
        product *= luck.random()
    return found


def counts(mean: float, shape: float | None = None) -> World:
    """Every month so many on average; with `shape` the months differ (gamma), as overdispersed counts do."""

    def months(luck: random.Random) -> list[Observation]:
        means = [mean if shape is None else luck.gammavariate(shape, mean / shape) for _ in MONTHS]
        return [Observation(month, Decimal(poisson(luck, each))) for month, each in zip(MONTHS, means, strict=True)]

    return months


def amounts(mean: float, shape: float) -> World:
    def months(luck: random.Random) -> list[Observation]:
        return [Observation(month, Decimal(f"{luck.gammavariate(shape, mean / shape):.2f}")) for month in MONTHS]

    return months


def levels(drift: float, noise: float, walk: float, start: float = 50.0) -> World:
    """A level that drifts and walks, seen with noise; two years, of which the deadline closes the second."""

    def months(luck: random.Random) -> list[Observation]:
        level, found = start, []
        for month in [each.next(-12) for each in MONTHS] + MONTHS:
            level += drift + luck.gauss(0, walk)
            found.append(Observation(month, Decimal(f"{level + luck.gauss(0, noise):.2f}")))
        return found

    return months


def rates(per_month: float, base: int, shape: float | None = None) -> World:
    def months(luck: random.Random) -> list[Observation]:
        means = [per_month if shape is None else luck.gammavariate(shape, per_month / shape) for _ in MONTHS]
        events = [Decimal(poisson(luck, each)) for each in means]
        births = [Decimal(round(base * luck.uniform(0.9, 1.1))) for _ in MONTHS]
        return [Observation(m, None, e, b) for m, e, b in zip(MONTHS, events, births, strict=True)]

    return months


def shares(share: float, base: int, spread: float = 0.0) -> World:
    def months(luck: random.Random) -> list[Observation]:
        found = []
        for month in MONTHS:
            p = min(0.999, max(0.001, luck.gauss(share, spread)))
            n = round(base * luck.uniform(0.9, 1.1))
            found.append(Observation(month, None, Decimal(sum(luck.random() < p for _ in range(n))), Decimal(n)))
        return found

    return months


_DELIVERED = (Accumulates.SUM, Kind.COUNT, JudgedAs.DELIVER, "家", 0)
_RATES = (Accumulates.RATIO, Kind.RATE, JudgedAs.HOLD, "/10万", 2)
_SHARES = (Accumulates.RATIO, Kind.RATIO, JudgedAs.REACH, "%", 1)
_LEVELS = (Accumulates.LEVEL, Kind.RATIO, JudgedAs.REACH, "‰", 2)
_AMOUNTS = (Accumulates.SUM, Kind.AMOUNT, JudgedAs.DELIVER, "万元", 2)
SETTINGS = [
    Setting("counts, 0.3 a month", counts(0.3), *_DELIVERED),
    Setting("counts, 2 a month", counts(2), *_DELIVERED),
    Setting("counts, 40 a month", counts(40), *_DELIVERED),
    Setting("counts, 5 a month, months that differ", counts(5, 2), *_DELIVERED),
    Setting("amounts, even months", amounts(100, 25), *_AMOUNTS),
    Setting("amounts, very uneven months", amounts(100, 1.5), *_AMOUNTS),
    Setting("levels, noise round a line", levels(0.8, 1, 0), *_LEVELS),
    Setting("levels, random walk with drift", levels(0.5, 0, 1), *_LEVELS),
    Setting("levels, walk seen with noise", levels(0.3, 1, 0.5), *_LEVELS),
    Setting("rates, 0.7 events a month", rates(0.7, 4000), *_RATES),
    Setting("rates, 6 a month, months that differ", rates(6, 40_000, 3), *_RATES),
    Setting("shares, 60 % of 200", shares(0.6, 200), *_SHARES),
    Setting("shares, 95 % of 80, months that differ", shares(0.95, 80, 0.03), *_SHARES),
]


# --- comparing ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Trial:
    found: Forecast
    truth: Decimal
    reached: bool


def trials(setting: Setting, cut: int, runs: int) -> Iterator[Trial]:
    """Forecasts after `cut` months of the plan, with what came of them."""
    goal = _middle(setting)
    facts = setting.facts(goal)
    luck = random.Random(f"{setting.name} {cut}")
    for _ in range(runs):
        stood = standing(facts, setting.world(luck), setting.accumulates)
        truth = round(stood[-1].value or Decimal(0), setting.places)
        met = facts.edges is not None and facts.edges.met_by(truth)
        yield Trial(forecast(facts, stood, setting.accumulates, MONTHS[cut - 1]), truth, met)


def _middle(setting: Setting) -> Decimal:
    luck, facts = random.Random(setting.name), setting.facts(Decimal(1))
    ends = sorted(standing(facts, setting.world(luck), setting.accumulates)[-1].value or Decimal(0) for _ in range(101))
    return Decimal(max(Decimal(1), round(ends[50], setting.places)))


def coverage(found: Sequence[Trial]) -> float:
    """The part of truths inside the interval, of those forecasts that gave one."""
    given = [trial for trial in found if trial.found.interval is not None]
    inside = [t for t in given if t.found.interval and t.found.interval[0] <= t.truth <= t.found.interval[1]]
    return len(inside) / len(given) if given else math.nan


def calibration(found: Sequence[Trial]) -> Iterator[tuple[str, int, float, float]]:
    """By fifths of the chance given: how many, the mean chance, and how many reached."""
    for fifth in range(5):
        low, high = fifth / 5, (fifth + 1) / 5
        here = [t for t in found if t.found.chance is not None and low <= t.found.chance < high + (fifth == 4)]
        if here:
            mean = math.fsum(trial.found.chance or 0.0 for trial in here) / len(here)
            yield f"{low:.0%}–{high:.0%}", len(here), mean, sum(t.reached for t in here) / len(here)


def _share(part: float) -> str:
    return "—" if math.isnan(part) else f"{part:.1%}"


def main(runs: int = 1000) -> None:
    every: list[Trial] = []
    print(f"{'of truths inside the 80 % interval, after':42}" + "".join(f"{cut:>6} m" for cut in CUTS))
    for setting in SETTINGS:
        of_cuts = [list(trials(setting, cut, runs)) for cut in CUTS]
        print(f"{setting.name:42}" + "".join(f"{_share(coverage(found)):>8}" for found in of_cuts))
        every += [trial for found in of_cuts for trial in found]
    print(f"\n{'chance given':14}{'forecasts':>10}{'mean':>8}{'reached':>9}")
    for name, count, mean, reached in calibration(every):
        print(f"{name:14}{count:>10,}{mean:>8.1%}{reached:>9.1%}")


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:2]))
