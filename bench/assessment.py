"""How long the assessments of one month take: python bench/assessment.py [targets] [districts]."""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from kpi.assessment.rules import Observation, TargetFacts, assess
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs

AS_OF = Period.month(2026, 10)
START, DEADLINE = date(2026, 1, 1), date(2026, 12, 31)


def deliver(luck: random.Random) -> tuple[TargetFacts, Decimal]:
    value = Decimal(luck.randint(2, 400))
    facts = TargetFacts(
        JudgedAs.DELIVER, Kind.COUNT, Comparator.EQUAL, Direction.MORE, START, DEADLINE, value, unit="家", whole=True
    )
    return facts, value


def reach(luck: random.Random) -> tuple[TargetFacts, Decimal]:
    value = Decimal(luck.randint(500, 990)) / 10
    return TargetFacts(
        JudgedAs.REACH,
        Kind.RATIO,
        Comparator.AT_LEAST,
        Direction.MORE,
        START,
        DEADLINE,
        value,
        unit="%",
        baseline=value - luck.randint(2, 30),
    ), value


def hold(luck: random.Random) -> tuple[TargetFacts, Decimal]:
    value = Decimal(luck.randint(50, 300)) / 10
    return TargetFacts(
        JudgedAs.HOLD, Kind.RATE, Comparator.AT_MOST, Direction.LESS, START, DEADLINE, value, unit="/10万"
    ), value


def series(targets: int, districts: int) -> Iterator[tuple[TargetFacts, tuple[Observation, ...]]]:
    luck = random.Random(7)
    for number in range(targets):
        facts, value = (deliver, reach, hold)[number % 3](luck)
        for _ in range(districts):
            seen = value * luck.randint(50, 115) / 100
            if facts.judged_as is JudgedAs.HOLD:
                base = Decimal(luck.randint(20_000, 90_000))
                events = (seen * base / 100_000).to_integral_value()
                yield facts, (Observation(AS_OF, events / base * 100_000, events, base),)
            else:
                yield facts, (Observation(AS_OF, seen.quantize(Decimal("0.01"))),)


def main(targets: int = 10_000, districts: int = 16) -> None:
    work = list(series(targets, districts))
    began = time.process_time()
    lights = Counter(assess(facts, seen, AS_OF).light.value for facts, seen in work)
    took = time.process_time() - began
    print(f"{len(work):,} assessments in {took:.2f} s of one core, {took / len(work) * 1e6:.1f} µs each")
    print(", ".join(f"{light} {count:,}" for light, count in sorted(lights.items())))


if __name__ == "__main__":
    main(*(int(given) for given in sys.argv[1:3]))
