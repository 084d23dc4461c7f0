"""Whatever a person may store as a target, it gets a light, a sentence and numbers that agree."""

import re
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from kpi.assessment.rules import Family, Light, LightRules, Observation, TargetFacts, assess, three_bands
from kpi.assessment.rules_reason import Told, reason_of
from kpi.core.period import Frequency, Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.core.text import speaking
from kpi.targets.rules import JudgedAs, PlanPoint, PlanShape, Shape

CHINESE = re.compile("[\u4e00-\u9fff]")
numbers = st.decimals(-20, 120, places=2) | st.decimals(-1000, 1_000_000, places=2)
parts = st.none() | st.integers(0, 5000).map(Decimal)
days = st.dates(date(2024, 1, 1), date(2028, 12, 31))
starts = st.dates(date(2024, 1, 1), date(2024, 12, 31)) | days
ends = st.dates(date(2026, 1, 1), date(2028, 12, 31)) | days
months = st.builds(Period.containing, st.dates(date(2025, 1, 1), date(2026, 12, 31)))
shapes = st.one_of(
    st.sampled_from([Shape.LINEAR, Shape.MONTHS, Shape.DEADLINE, Shape.QUARTERS, Shape.S_CURVE]).map(PlanShape),
    st.lists(st.tuples(days, numbers), min_size=1, max_size=4, unique_by=lambda pair: pair[0]).map(
        lambda pairs: PlanShape(Shape.POINTS, tuple(PlanPoint(*pair) for pair in sorted(pairs)))
    ),
    st.lists(st.integers(0, 3).map(Decimal), min_size=12, max_size=12)
    .filter(any)
    .map(lambda shares: PlanShape(Shape.SEASONAL, shares=tuple(shares))),
)
periods = st.builds(Period.containing, days, st.sampled_from(Frequency))
rules = st.builds(
    LightRules, st.sampled_from(Family), st.sampled_from([three_bands(Decimal(10)), three_bands(Decimal(30))])
)


@st.composite
def targets(draw):
    comparator = draw(st.sampled_from(Comparator))
    low = draw(numbers)
    is_range = comparator is Comparator.BETWEEN
    return TargetFacts(
        draw(st.sampled_from(JudgedAs)),
        draw(st.sampled_from(Kind)),
        comparator,
        draw(st.sampled_from(Direction)),
        draw(starts),
        draw(ends),
        value=None if is_range else draw(numbers),
        low=low if is_range else None,
        high=low + abs(draw(numbers)) if is_range else None,
        unit=draw(st.sampled_from(["%", "‰", "/10万", "家", ""])),
        places=draw(st.integers(0, 3)),
        baseline=draw(st.none() | numbers),
        whole=draw(st.booleans()),
        shape=draw(shapes),
        rules=draw(rules),
    )


observations = st.builds(Observation, months, numbers, parts, parts) | st.builds(
    Observation, periods, st.none() | numbers, parts, parts, st.none() | days
)
lookouts = st.builds(Period.containing, st.dates(date(2026, 6, 1), date(2027, 6, 30))) | periods


@settings(max_examples=300, deadline=None)
@given(targets(), st.lists(observations, max_size=4), lookouts)
def test_every_target_gets_an_answer_that_agrees_with_itself(facts, series, as_of):
    found = assess(facts, series, as_of)
    assert found.reason
    assert found.light.label in found.reason
    assert found.rule.startswith(facts.judged_as.value)
    if ".plan." in found.rule or ".points." in found.rule:
        assert facts.rules.light_of(found.gap)[0] is found.light
        assert found.operands["gap"] in found.reason.replace(",", "") or found.gap <= 0
    if found.rule.endswith((".achieved", ".met", ".inside")) and found.value is not None and facts.edges is not None:
        assert facts.judged_as is JudgedAs.STAGE or facts.edges.met_by(found.value)
    if found.rule.endswith(".missed"):
        assert not facts.edges.met_by(found.value)
    told = Told(found.light, found.rule, found.operands, as_of, as_of.end)
    assert reason_of(told) == found.reason
    with speaking("en"):
        english = reason_of(told)
    assert found.light.label not in english and not CHINESE.search(english.replace(facts.unit or " ", ""))


@settings(max_examples=100, deadline=None)
@given(targets(), st.lists(observations, max_size=4), lookouts, st.integers(0, 60))
def test_the_order_of_values_does_not_matter(facts, series, as_of, late):
    today = as_of.end + timedelta(days=late - 30)
    unique = list({(each.period.start, each.period.end): each for each in series}.values())
    assert assess(facts, unique, as_of, today) == assess(facts, unique[::-1], as_of, today)


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 500), st.integers(0, 600), st.integers(0, 600), st.integers(1, 12))
def test_more_delivered_is_never_a_worse_light(target, first, second, month):
    order = [Light.OFF_TRACK, Light.BEHIND, Light.ON_TRACK, Light.ACHIEVED]
    facts = TargetFacts(
        JudgedAs.DELIVER,
        Kind.COUNT,
        Comparator.EQUAL,
        Direction.MORE,
        date(2026, 1, 1),
        date(2026, 12, 31),
        Decimal(target),
        unit="家",
        whole=True,
    )
    period = Period.month(2026, month)
    few, many = sorted([first, second])
    lights = [assess(facts, [Observation(period, Decimal(count))], period).light for count in (few, many)]
    assert order.index(lights[0]) <= order.index(lights[1])
