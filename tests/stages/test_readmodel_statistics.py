"""What the page of a target says beyond its light: forecast, process, limits, sticky history, districts."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from board_rows import TODAY, small_board
from query_count import counted
from sqlalchemy.orm import Session

from factories import make_actual, make_indicator, make_target, make_unit
from kpi.actuals.records import Actual
from kpi.assessment.actions import assess
from kpi.assessment.actions_facts import load
from kpi.assessment.rules import Light
from kpi.assessment.rules_forecast import Outlook, Silence
from kpi.assessment.rules_spc import Variation
from kpi.assessment.rules_trend import Place
from kpi.catalog.rules import Accumulates, RollUp
from kpi.core.period import Period
from kpi.core.quantity import Comparator, Direction, Kind
from kpi.organisation.records import UnitKind
from kpi.readmodel.outlook import outlooks
from kpi.readmodel.report import month_rows
from kpi.readmodel.target_statistics import Statistics, statistics_of
from kpi.targets.records import Allocation, Target, TargetState
from kpi.targets.rules import JudgedAs
from support import NOW

OCTOBER = Period.month(2026, 10)


def found_for(session: Session, target: Target, month: Period = OCTOBER, unit: str = "") -> Statistics:
    found = statistics_of(session, target.code, month, unit=unit)
    assert found is not None
    return found


def test_forecast_and_strikes_of_a_late_target(session: Session) -> None:
    target = make_target(session)
    for month, value in enumerate((0, 1, 2, 3, 3, 4, 5, 5, 5, 5), start=1):
        make_actual(session, target, f"2026-{month:02d}", Decimal(value))
    assess(session, [target.id], NOW)
    found = found_for(session, target)
    assert found.forecast.outlook is Outlook.UNLIKELY
    assert found.forecast.pace is not None and found.forecast.pace.needed == Decimal("3.5")
    assert found.strikes > 1 and found.latest == "10月"
    assert found.windows == () and found.districts is None
    assert found.process is None and found.process_points == 10


def test_an_earlier_month_knows_nothing_of_later_ones(session: Session) -> None:
    made = small_board(session)
    september = found_for(session, made.late, Period.month(2026, 9))
    assert september.latest == "9月" and september.strip[-1].month == Period.month(2026, 9)


def held(session: Session) -> Target:
    indicator = make_indicator(
        session,
        kind=Kind.RATE,
        unit="/10万",
        direction=Direction.LESS,
        has_parts=True,
        scale=Decimal(100_000),
        accumulates=Accumulates.RATIO,
    )
    target = make_target(
        session,
        indicator=indicator,
        comparator=Comparator.AT_MOST,
        value=Decimal(17),
        judged_as=JudgedAs.HOLD,
        direction=Direction.LESS,
    )
    for year, events in ((2024, "000000000000"), (2025, "100100100100"), (2026, "0010010001")):
        for month, count in enumerate(events, start=1):
            parts = {"numerator": Decimal(count), "denominator": Decimal(2000)}
            make_actual(session, target, f"{year}-{month:02d}", None, **parts)
    assess(session, [target.id], NOW)
    return target


def test_a_limit_since_the_year_began_and_over_three(session: Session) -> None:
    found = found_for(session, held(session))
    one, three = found.windows
    assert (one.years, one.begins.isoformat(), one.value, one.events, one.room) == (1, "2026-01-01", 15, 3, 0)
    assert (three.years, three.begins.isoformat(), three.events, three.base, three.room) == (
        *(3, "2024-01-01", 7, 68_000),
        4,
    )
    assert one.interval is not None and three.interval is not None
    assert three.interval[1] - three.interval[0] < one.interval[1] - one.interval[0]


def test_the_process_from_twelve_points_on(session: Session) -> None:
    found = found_for(session, held(session))
    assert found.process is not None and len(found.process.points) == 34
    assert found.process.target == 17
    assert found.process.latest is Variation.COMMON


def test_a_month_once_red_stays_marked(session: Session) -> None:
    """What was known of September on the twelfth of October is not forgotten when its value is put right."""
    target = make_target(session)
    first = make_actual(session, target, "2026-09", Decimal(2), decided_at=NOW - timedelta(days=31))
    assess(session, [target.id], NOW - timedelta(days=31))
    session.get_one(Actual, first.id).superseded_at = NOW
    session.flush()
    make_actual(session, target, "2026-09", Decimal(9), version=2)
    assess(session, [target.id], NOW)
    strip = {str(each.month): each for each in found_for(session, target).strip}
    september = strip["2026-09"]
    assert (september.then, september.now, september.worst) == (Light.OFF_TRACK, Light.ON_TRACK, Light.OFF_TRACK)
    assert september.was_red and september.differs and september.corrected_at == NOW
    assert not strip["2026-08"].differs


def test_a_month_that_was_never_corrected_is_told_once(session: Session) -> None:
    made = small_board(session)
    strip = found_for(session, made.late).strip
    assert strip[-1].then is strip[-1].now is Light.OFF_TRACK and not strip[-1].was_red


def allotted(session: Session, values: list[tuple[int, int] | None]) -> Target:
    indicator = make_indicator(
        session, kind=Kind.RATIO, unit="%", has_parts=True, roll_up=RollUp.RATIO, accumulates=Accumulates.RATIO
    )
    target = make_target(session, indicator=indicator, value=Decimal(60), judged_as=JudgedAs.REACH)
    for number, pair in enumerate(values, start=1):
        unit = make_unit(session, f"区{number}", kind=UnitKind.REGION)
        session.add(Allocation(target_id=target.id, unit_id=unit.id, value=Decimal(60), recorded_at=NOW))
        session.flush()
        if pair is not None:
            parts = {"numerator": Decimal(pair[0]), "denominator": Decimal(pair[1])}
            make_actual(session, target, "2026-10", None, unit=unit, **parts)
    return target


def test_districts_rank_with_ties_and_stand_out_by_size(session: Session) -> None:
    target = allotted(session, [(60, 100), (60, 100), (58, 100), (30, 100), (590, 1000), None])
    districts = found_for(session, target).districts
    assert districts is not None
    assert (districts.completeness.reported, districts.completeness.expected, districts.period) == (5, 6, "10月")
    assert [(row.name, row.rank) for row in districts.rows] == [
        *(("区1", 1), ("区2", 1), ("区5", 3), ("区3", 4), ("区4", 5)),
        ("区6", None),
    ]
    assert districts.funnel is not None
    assert [row.name for row in districts.in_funnel if row.place is not Place.INSIDE] == ["区4"]


def test_two_districts_make_no_funnel(session: Session) -> None:
    districts = found_for(session, allotted(session, [(6, 10), (5, 10)])).districts
    assert districts is not None and districts.funnel is None and districts.in_funnel == ()


def test_what_is_delivered_ranks_by_the_share_done(session: Session) -> None:
    target = make_target(session)
    for value, done in ((4, 2), (10, 4)):
        unit = make_unit(session, kind=UnitKind.REGION)
        session.add(Allocation(target_id=target.id, unit_id=unit.id, value=Decimal(value), recorded_at=NOW))
        session.flush()
        make_actual(session, target, "2026-10", Decimal(done), unit=unit)
    districts = found_for(session, target).districts
    assert districts is not None and districts.by_share
    assert [(row.rank, row.score) for row in districts.rows] == [(1, 50), (2, 40)]


@pytest.mark.parametrize("unit", ["NONE", "elsewhere"])
def test_who_has_no_part_in_it_gets_nothing(session: Session, unit: str) -> None:
    made = small_board(session)
    code = make_unit(session).code if unit == "elsewhere" else unit
    assert statistics_of(session, made.late.code, OCTOBER, unit=code) is None
    assert statistics_of(session, "NONE", OCTOBER) is None


def test_a_withdrawn_target_has_no_statistics(session: Session) -> None:
    made = small_board(session)
    made.late.state = TargetState.WITHDRAWN
    session.flush()
    assert statistics_of(session, made.late.code, OCTOBER) is None


def test_silence_has_a_reason(session: Session) -> None:
    made = small_board(session)
    assert found_for(session, made.silent).forecast.silence is Silence.TOO_FEW


def test_a_handful_of_queries_however_long_the_history(session: Session) -> None:
    target = held(session)
    with counted(session) as statements:
        found_for(session, target)
    assert len(statements) <= 10


def test_a_report_says_where_late_targets_are_heading(session: Session) -> None:
    made = small_board(session)
    for month, value in (("2026-06", 1), ("2026-07", 2), ("2026-08", 3)):
        make_actual(session, made.late, month, Decimal(value))
    rows = {row.code: row for row in month_rows(session, made.plan.id, OCTOBER, NOW, TODAY)}
    words = rows[made.late.code].outlook
    assert words.startswith("已连续5期滞后；照此下去，到2026年12月31日预计")
    assert "预计难完成；每月还需3.5家" in words
    assert rows[made.steady.code].outlook == ""


def test_a_report_of_an_earlier_instant_knows_no_later_value(session: Session) -> None:
    made = small_board(session)
    make_actual(session, made.late, "2026-08", Decimal(3), decided_at=NOW + timedelta(days=1))
    material = load(session, [made.late.id, made.steady.id], NOW)
    assert outlooks(material, [made.late.id], OCTOBER) == {made.late.id: "已连续2期滞后"}
    assert outlooks(material, [], OCTOBER) == {}
