"""Forecasts: what is fitted to which series, what is said and what is not."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from bench.forecast import SETTINGS, coverage, trials
from kpi.assessment.rules import Observation, TargetFacts, standing
from kpi.assessment.rules_forecast import Outlook, Silence, forecast
from kpi.assessment.rules_forecast_words import outlook_label, say_chance, say_forecast, say_pace
from kpi.assessment.rules_steps import Nature
from kpi.catalog.rules import Accumulates
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.targets.rules import JudgedAs, PlanShape, Shape

DELIVER = TargetFacts(
    JudgedAs.DELIVER,
    Kind.COUNT,
    Comparator.AT_LEAST,
    Direction.MORE,
    date(2026, 1, 1),
    date(2026, 12, 31),
    D(10),
    unit="家",
    places=0,
    whole=True,
)
REACH = replace(
    DELIVER, judged_as=JudgedAs.REACH, kind=Kind.RATIO, value=D(60), baseline=D(50), unit="%", whole=False, places=1
)
HOLD = replace(
    DELIVER,
    judged_as=JudgedAs.HOLD,
    kind=Kind.RATE,
    comparator=Comparator.AT_MOST,
    direction=Direction.LESS,
    value=D(17),
    unit="/10万",
    scale=D(100_000),
    whole=False,
    places=2,
)
SUM, RUNNING, LEVEL, RATIO = Accumulates.SUM, Accumulates.RUNNING, Accumulates.LEVEL, Accumulates.RATIO


def months(values, first=1, year=2026):
    return [Observation(Period.month(year, first).next(i), D(str(value))) for i, value in enumerate(values)]


def parts(pairs):
    return [Observation(Period.month(2026, 1).next(i), None, D(n), D(d)) for i, (n, d) in enumerate(pairs)]


def told(facts, seen, accumulates, month=None):
    stood = standing(facts, seen, accumulates)
    as_of = Period.month(2026, month) if month else (seen[-1].period if seen else Period.month(2026, 6))
    return forecast(facts, stood, accumulates, as_of)


@pytest.mark.parametrize(
    ("facts", "seen", "accumulates", "nature"),
    [
        (DELIVER, months([1, 1, 1]), SUM, Nature.COUNTS),
        (DELIVER, months([1, 2, 3]), RUNNING, Nature.COUNTS),
        (replace(DELIVER, kind=Kind.AMOUNT, unit="万元", whole=False), months([1] * 4), SUM, Nature.AMOUNTS),
        (REACH, months([50, 51, 50, 52, 53, 52]), LEVEL, Nature.LEVELS),
        (REACH, months([50, 51, 50, 52, 53, 52]), RUNNING, Nature.LEVELS),
        (HOLD, parts([(1, 9000)] * 3), RATIO, Nature.RATES),
        (replace(REACH, scale=D(100)), parts([(60, 100)] * 3), RATIO, Nature.SHARES),
        (replace(REACH, scale=D(100)), parts([(160, 100)] * 3), RATIO, Nature.RATES),
        (replace(REACH, judged_as=JudgedAs.COVER, scale=D(100)), parts([(1, 9), (2, 9), (4, 9)]), LEVEL, Nature.COUNTS),
    ],
)
def test_what_the_series_is_decides_what_is_fitted(facts, seen, accumulates, nature):
    found = told(facts, seen, accumulates)
    assert found.silence is None
    assert found.nature is nature
    assert found.interval[0] <= found.middle <= found.interval[1]
    assert 0 <= found.chance <= 1


@pytest.mark.parametrize(
    ("facts", "seen", "accumulates", "silence", "words"),
    [
        (DELIVER, [], SUM, Silence.TOO_FEW, "至少需要3期，目前0期"),
        (DELIVER, months([1, 1]), SUM, Silence.TOO_FEW, "至少需要3期，目前2期"),
        (REACH, months([50] * 5), LEVEL, Silence.TOO_FEW, "至少需要连续6期，目前5期"),
        (DELIVER, months([1] * 12), SUM, Silence.OVER, "期限已到"),
        (DELIVER, months([5, 5, 1]), SUM, Silence.DONE, "目标已完成"),
        (replace(DELIVER, judged_as=JudgedAs.STAGE), months([1]), LEVEL, Silence.STAGE, "阶段性任务"),
        (replace(DELIVER, value=None), months([1, 1, 1]), SUM, Silence.NO_TARGET, "无基线"),
    ],
)
def test_where_nothing_can_be_said_it_says_why(facts, seen, accumulates, silence, words):
    found = told(facts, seen, accumulates)
    assert found.silence is silence
    assert found.chance is None and found.outlook is None
    assert words in say_forecast(found, facts)


def test_a_gap_starts_a_level_anew():
    seen = [*months([50] * 6), *months([51, 52], first=8)]
    assert told(REACH, seen, LEVEL).points == 2


def test_even_counts_go_on_as_they_were():
    """One a month for nine months of 273 days; 92 days are left: 9.5 × 92 ÷ 273 = 3.2 more."""
    found = told(replace(DELIVER, value=D(12)), months([1] * 9), SUM)
    assert found.middle == 12
    assert found.interval == (10, 15)
    assert found.outlook is Outlook.OPEN


@pytest.mark.parametrize(("goal", "outlook"), [(10, Outlook.LIKELY), (13, Outlook.OPEN), (30, Outlook.UNLIKELY)])
def test_the_flag_follows_the_chance(goal, outlook):
    found = told(replace(DELIVER, value=D(goal)), months([1] * 9), SUM)
    assert found.outlook is outlook
    assert outlook_label(outlook)


def test_running_totals_and_sums_say_the_same():
    by_sum = told(DELIVER, months([1, 0, 2, 1]), SUM)
    by_total = told(DELIVER, months([1, 1, 3, 4]), RUNNING)
    assert (by_sum.middle, by_sum.interval, by_sum.chance) == (by_total.middle, by_total.interval, by_total.chance)


def test_a_running_total_that_skips_a_month_loses_nothing():
    seen = [months([1])[0], *months([3, 4], first=3)]
    assert told(DELIVER, seen, RUNNING).middle == told(DELIVER, months([1, 2, 3, 4]), RUNNING).middle


def test_months_that_differ_widen_the_interval():
    even, uneven = (told(replace(DELIVER, value=D(90)), months(v), SUM) for v in ([5] * 6, [0, 15, 0, 0, 15, 0]))
    assert uneven.interval[1] - uneven.interval[0] > 2 * (even.interval[1] - even.interval[0])


def test_a_seasonal_plan_spreads_what_is_to_come():
    """Half of last year fell on December: three quarters done by November leave as much again."""
    late = PlanShape(Shape.SEASONAL, shares=(D(1),) * 11 + (D(11),))
    usual, seasonal = told(DELIVER, months([1] * 6), SUM), told(replace(DELIVER, shape=late), months([1] * 6), SUM)
    assert seasonal.middle > usual.middle + 5


def test_a_level_without_noise_goes_straight_on():
    found = told(REACH, months([50, 51, 52, 53, 54, 55]), LEVEL)
    assert (found.middle, found.interval, found.chance) == (61, (61, 61), 1)


def test_a_percentage_stays_within_its_ends():
    found = told(REACH, months([90, 96, 93, 97, 99, 99]), LEVEL)
    assert found.interval[1] <= 100


def test_coverage_never_exceeds_the_units_there_are():
    cover = replace(REACH, judged_as=JudgedAs.COVER, kind=Kind.COVERAGE, value=D(100), scale=D(100), baseline=None)
    found = told(cover, parts([(3, 10), (6, 10), (9, 10)]), LEVEL)
    assert found.middle == 100
    assert found.chance > 0.9


def test_rates_share_one_pace_of_events_and_births():
    """6 deaths of 54,000 births by June; as many births to come: 17 of 100,000 leaves room for 18 in all."""
    found = told(HOLD, parts([(1, 9000)] * 6), RATIO)
    assert found.nature is Nature.RATES
    assert D(10) < found.middle < D(13)
    assert found.pace.events == 12
    assert found.outlook is Outlook.LIKELY
    assert "最多还可发生12例（此前每月1例）" in say_pace(found.pace, HOLD)


def test_a_broken_limit_says_by_how_much():
    found = told(HOLD, parts([(9, 9000)] * 6), RATIO)
    assert found.pace.events == -36
    assert "已超出限额36例" in say_pace(found.pace, HOLD)


@pytest.mark.parametrize(
    ("facts", "seen", "accumulates", "words"),
    [
        (DELIVER, months([1, 0, 0, 1]), SUM, "每月还需1家（此前每月0.5家）"),
        (replace(DELIVER, value=D(22)), months([1, 0, 0, 1]), SUM, "每月还需2.5家（此前每月0.5家）"),
        (REACH, months([50, 51, 50, 51, 50, 51]), LEVEL, "每月还需提高1.5个百分点"),
        (
            replace(REACH, comparator=Comparator.AT_MOST, direction=Direction.LESS, value=D(42)),
            months([50, 51, 50, 51, 50, 51]),
            LEVEL,
            "每月还需降低1.5个百分点",
        ),
        (REACH, months([60, 61, 62, 61, 62, 61]), LEVEL, ""),
    ],
)
def test_the_pace_that_is_needed(facts, seen, accumulates, words):
    assert say_pace(told(facts, seen, accumulates).pace, facts) == words


def test_the_sentence_says_interval_and_chance():
    words = say_forecast(told(DELIVER, months([1] * 6), SUM), DELIVER)
    assert words.startswith("照此下去，到2026年12月31日预计12家（80%区间")
    assert "达到目标的可能性" in words


@pytest.mark.parametrize(("chance", "words"), [(0, "不到1%"), (0.304, "30%"), (0.995, "99%以上"), (1, "99%以上")])
def test_chances_are_not_overstated(chance, words):
    assert say_chance(chance) == words


def test_later_months_do_not_count():
    seen = months([1, 1, 1, 9])
    assert told(DELIVER, seen, SUM, month=3) == told(DELIVER, seen[:3], SUM, month=3)


def test_a_window_that_has_not_begun_keeps_nothing():
    """Two statistical years: what happened in the first does not count in the rate of the second."""
    facts = replace(HOLD, start=date(2025, 1, 1), deadline=date(2026, 12, 31))
    seen = [Observation(Period.month(2025, m), None, D(9), D(9000)) for m in range(1, 7)]
    found = forecast(facts, standing(facts, seen, RATIO), RATIO, Period.month(2025, 6))
    assert found.middle > 90
    assert found.pace.events == 17 * 108 // 100


@pytest.mark.parametrize(
    ("number", "cut"), [(1, 6), (3, 6), (5, 9), (7, 9), (10, 6), (12, 9)], ids=lambda value: str(value)
)
def test_intervals_hold_most_truths_of_simulated_worlds(number, cut):
    """A small part of the backtest; its figures are in docs/assessment.md."""
    setting = SETTINGS[number]
    assert 0.65 <= coverage(list(trials(setting, cut, 80))) <= 1


def test_pooled_years_count_on_the_deadline():
    """One death a month of 9,000 births in 2024 and 2025, none until June 2026: the three years together stay high."""
    seen = [Observation(Period.month(y, m), None, D(1), D(9000)) for y in (2024, 2025) for m in range(1, 13)]
    seen += [Observation(Period.month(2026, m), None, D(0), D(9000)) for m in range(1, 7)]
    june = Period.month(2026, 6)
    one, three = (replace(HOLD, rules=replace(HOLD.rules, pooled_years=years)) for years in (1, 3))
    alone, pooled = (forecast(facts, standing(facts, seen, RATIO, pooled=False), RATIO, june) for facts in (one, three))
    assert alone.middle < 3 < 7 < pooled.middle < 10
    assert alone.pace.events == 18
    assert pooled.pace.events == 17 * 36 * 9000 // 100_000 - 24


def test_a_statistical_year_from_october_keeps_what_it_had_before_the_plan():
    """Maternal and child health: October to December count, and their months count as time too."""
    facts = replace(HOLD, deadline=date(2026, 9, 30))
    seen = [Observation(Period.month(2025, 10).next(i), None, D(1), D(9000)) for i in range(6)]
    stood = standing(facts, seen, RATIO, year_start_month=10)
    found = forecast(facts, stood, RATIO, Period.month(2026, 3), year_start_month=10)
    assert found.points == 6
    assert D(10) < found.middle < D(13)
    assert found.pace.so_far == 1
