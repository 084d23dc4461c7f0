"""Seeds: reference plans, the demonstration city, its removal, and a first start without it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from factories import make_person, make_target, make_unit
from kpi.accounts.actions import person_of
from kpi.accounts.actions_sessions import sign_in, verify
from kpi.accounts.hashing import set_password_cost
from kpi.accounts.records import Account
from kpi.accounts.rules import Role
from kpi.actuals.records import Actual
from kpi.actuals.rules import ActualState
from kpi.assessment.records import Assessment
from kpi.assessment.rules import Light
from kpi.assessment.rules_spc import Assurance, Cause, Variation
from kpi.assessment.rules_trend import Place
from kpi.audit.records import AuditRow
from kpi.catalog.records import Indicator
from kpi.core.errors import WrongState
from kpi.core.period import Period
from kpi.db.base import Base
from kpi.db.store import Store
from kpi.documents.records import Document
from kpi.extraction.records import CandidateRow, Decision
from kpi.extraction.rules import find
from kpi.operations import seeding
from kpi.operations.seeding_data import demo_city, reference_plans, units_in
from kpi.operations.seeding_demo import match, span_of
from kpi.organisation.records import OrgUnit
from kpi.readmodel.due import duties_of, rows_due
from kpi.readmodel.target_statistics import Statistics, statistics_of
from kpi.targets.records import Allocation, Plan, PlanState, Target, TargetVersion
from kpi.targets.rules import Shape
from kpi.targets.rules_curve import due_at, whole_due
from support import BACKENDS, NOW, Server

OCTOBER = Period.month(2026, 10)
TODAY = date(2026, 11, 12)


@pytest.fixture(scope="module", params=BACKENDS)
def loaded(request: pytest.FixtureRequest, servers: dict[str, Server]) -> Iterator[Store]:
    """A database with reference plans and the demonstration; tests read it, or write and roll back."""
    set_password_cost("low")
    server = servers[request.param]
    url = server.copy()
    store = Store(url)
    with store.write() as session:
        seeding.load_reference(session, NOW)
        seeding.load_demo(session, NOW)
    yield store
    store.close()
    server.drop(url)


@pytest.fixture
def demo(loaded: Store) -> Iterator[Session]:
    with loaded.rehearse() as session:
        yield session


def counts(session: Session) -> dict[str, int]:
    session.flush()
    return {
        table.name: session.scalar(select(func.count()).select_from(table)) for table in Base.metadata.sorted_tables
    }


def october(session: Session) -> dict[tuple[str, str], Light]:
    query = (
        select(Indicator.code, OrgUnit.code, Assessment.light)
        .join(Target, Target.id == Assessment.target_id)
        .join(Indicator, Indicator.id == Target.indicator_id)
        .join(OrgUnit, OrgUnit.id == Assessment.unit_id)
        .where(Assessment.period == str(OCTOBER), Assessment.superseded_at.is_(None))
    )
    return {(code, unit): light for code, unit, light in session.execute(query)}


# --- the data itself ----------------------------------------------------------------------------------------------


def test_every_unit_that_the_data_names_exists() -> None:
    city = demo_city()
    known = {unit.code for unit in city.units}
    named = {city.region} | {a.unit for a in city.accounts if a.unit} | {u.parent for u in city.units if u.parent}
    for target in city.targets:
        named |= {target.lead, *target.support} | {series.unit for series in target.series if series.unit}
    assert named <= known
    reference = {unit.code for unit in units_in("reference", "units.toml")}
    assert {code for plan in reference_plans() for code in (plan.region, plan.lead)} <= reference
    assert not known & reference


def test_the_words_of_every_demo_target_stand_once_in_the_plan() -> None:
    city = demo_city()
    text = city.file.read_text(encoding="utf-8")
    words = [each.find for each in (*city.targets, *city.refusals)] + list(city.open)
    assert [each for each in words if text.count(each) != 1] == []


def test_the_demo_plan_has_targets_of_every_kind() -> None:
    targets = demo_city().targets
    assert len(targets) >= 40
    assert {each.judged_as.value for each in targets} == {
        "deliver",
        "reach",
        "hold",
        "band",
        "cover",
        "change",
        "stage",
    }
    assert {each.demand.kind.value for each in targets} == {"count", "amount", "ratio", "rate", "coverage", "milestone"}
    assert {each.frequency.value for each in targets} == {"month", "quarter", "half", "year"}
    assert {each.accumulates.value for each in targets} == {"sum", "running", "level", "ratio"}


def test_extraction_finds_nine_of_ten_demo_targets() -> None:
    city = demo_city()
    text = city.file.read_text(encoding="utf-8")
    found = find(text, file=city.file_name)
    missed = [each.find for each in city.targets if match(each, text, found) is None]
    assert len(missed) <= len(city.targets) // 10, missed


# --- reference plans ----------------------------------------------------------------------------------------------


def test_reference_plans_are_kept_for_comparison_only(session: Session) -> None:
    seeding.load_reference(session, NOW)
    plans = session.scalars(select(Plan).order_by(Plan.code)).all()
    assert [(plan.code, plan.year, plan.state) for plan in plans] == [
        (code, int(code[4:8]), PlanState.REFERENCE)
        for code in ("REF-2018-CS", "REF-2019-SH", "REF-2020-HZ", "REF-2020-SH", "REF-2023-BS")
    ]
    made = counts(session)
    assert made["target"] == made["target_version"] == made["baseline"] == 61
    assert made["assignment"] == made["assessment"] == made["candidate"] == made["document"] == 0
    rate = session.scalars(select(TargetVersion).where(TargetVersion.name == "全市孕产妇死亡率")).one()
    assert (rate.comparator, rate.value, rate.unit, rate.judged_as) == ("<=", 17, "/10万", "hold")
    assert rate.evidence == ""


def test_reference_plans_load_once(session: Session) -> None:
    seeding.load_reference(session, NOW)
    before = counts(session)
    seeding.load_reference(session, NOW)
    assert counts(session) == before


def test_reference_plans_ask_nobody_for_anything(demo: Session) -> None:
    reviewer = make_person(demo, Role.REVIEWER)
    assert {duty.code[:4] for duty in duties_of(demo, reviewer, TODAY)} == {"YJ26"}
    reference = select(Plan.id).where(Plan.state == PlanState.REFERENCE)
    assert not demo.scalar(select(func.count(Assessment.id)).where(Assessment.plan_id.in_(reference)))


# --- the demonstration --------------------------------------------------------------------------------------------


def test_the_demo_loads_once(demo: Session) -> None:
    before = counts(demo)
    assert seeding.load_demo(demo, NOW) is False
    assert counts(demo) == before


def test_every_light_shines_in_october(demo: Session) -> None:
    lights = october(demo)
    city = Counter(light for (_, unit), light in lights.items() if unit == "YJ")
    assert sum(city.values()) == len(demo_city().targets)
    assert set(city) == set(Light)
    assert city[Light.ON_TRACK] + city[Light.ACHIEVED] > city[Light.BEHIND] > city[Light.OFF_TRACK] >= 3


@pytest.mark.parametrize(
    ("code", "light"),
    [
        ("YJ26-06", Light.OFF_TRACK),
        ("YJ26-07", Light.ACHIEVED),
        ("YJ26-10", Light.OFF_TRACK),
        ("YJ26-11", Light.ON_TRACK),
        ("YJ26-12", Light.BEHIND),
        ("YJ26-24", Light.NOT_ASSESSABLE),
        ("YJ26-25", Light.NOT_ASSESSABLE),
        ("YJ26-31", Light.WAIVED),
    ],
)
def test_the_demo_tells_its_stories(demo: Session, code: str, light: Light) -> None:
    assert october(demo)[code, "YJ"] is light


def test_a_green_total_hides_a_red_district_and_the_board_shows_it(demo: Session) -> None:
    lights = october(demo)
    parts = {unit: light for (code, unit), light in lights.items() if code == "YJ26-16"}
    assert parts["YJ"] is Light.ON_TRACK
    assert len(parts) == 8
    assert parts["YJ-05"] is Light.OFF_TRACK
    shares = select(func.sum(Allocation.value)).join(Target, Target.id == Allocation.target_id).join(Indicator)
    assert demo.scalar(shares.where(Indicator.code == "YJ26-16", Allocation.superseded_at.is_(None))) == 26000


def statistics(demo: Session, indicator: str) -> Statistics:
    code = demo.scalars(select(Target.code).join(Indicator).where(Indicator.code == indicator)).one()
    found = statistics_of(demo, code, OCTOBER)
    assert found is not None
    return found


def test_three_years_of_months_show_a_steady_process_with_one_special_cause(demo: Session) -> None:
    process = statistics(demo, "YJ26-19").process
    assert process is not None and len(process.points) == 34
    special = [(str(point.period), point.cause) for point in process.points if point.cause is not Cause.COMMON]
    assert special == [("2025-05", Cause.BELOW_LIMIT)]
    assert (process.latest, process.assurance) == (Variation.COMMON, Assurance.MET)


def test_a_limit_of_few_events_is_pooled_over_three_years(demo: Session) -> None:
    """3 deaths of this year, 4 and 5 of those before."""
    windows = statistics(demo, "YJ26-11").windows
    assert [(window.years, window.events) for window in windows] == [(1, 3), (3, 12)]


def test_a_plan_follows_the_months_of_last_year(demo: Session) -> None:
    facts = statistics(demo, "YJ26-40").facts
    assert facts.shape.shape is Shape.SEASONAL and facts.shape.shares[:2] == (3900, 4600)
    due = due_at(facts.curve, date(2026, 2, 28)) if facts.curve is not None else None
    assert due is not None and whole_due(facts.curve, due) == 8673  # 55000 × (3900 + 4600) ÷ 53900


def test_a_district_stands_out_in_the_funnel(demo: Session) -> None:
    districts = statistics(demo, "YJ26-14").districts
    assert districts is not None and districts.funnel is not None
    assert [row.name for row in districts.in_funnel if row.place is Place.FAR_BELOW] == ["松坪县"]
    assert sum(row.place is Place.INSIDE for row in districts.in_funnel) >= 4


def test_every_reporting_state_is_there(demo: Session) -> None:
    states = Counter(demo.scalars(select(Actual.state).where(Actual.superseded_at.is_(None))))
    assert [states[each] for each in (ActualState.DRAFT, ActualState.SUBMITTED, ActualState.RETURNED)] == [1, 1, 1]
    rows = rows_due(demo, make_person(demo, Role.REVIEWER), TODAY, OCTOBER)
    overdue = {(row.duty.code, str(row.period)) for row in rows if row.state == "overdue"}
    assert {("YJ26-20", "2026Q3"), ("YJ26-41", "2026-10")} <= overdue


def test_reds_and_ambers_of_october_are_explained(demo: Session) -> None:
    for (code, unit), light in october(demo).items():
        if light not in (Light.BEHIND, Light.OFF_TRACK) or (code, unit) == ("YJ26-16", "YJ"):
            continue
        latest = demo.scalars(
            select(Actual)
            .join(Indicator, Indicator.id == Actual.indicator_id)
            .join(OrgUnit, OrgUnit.id == Actual.unit_id)
            .where(Indicator.code == code, OrgUnit.code == unit)
            .where(Actual.state == ActualState.APPROVED, Actual.superseded_at.is_(None))
            .order_by(Actual.period_end.desc())
        ).first()
        assert latest is not None
        assert latest.cause and latest.measure and latest.expected_on, (code, unit)


def test_what_happened_in_spring_was_recorded_in_spring(demo: Session) -> None:
    march = demo.scalars(select(Actual).where(Actual.period == "2026-03", Actual.state == ActualState.APPROVED)).all()
    assert len(march) > 30
    assert {row.recorded_at.strftime("%Y-%m") for row in march} == {"2026-04"}
    assert all(row.decided_at and row.recorded_at < row.decided_at < datetime(2026, 4, 20, tzinfo=UTC) for row in march)
    assert all(row.decided_by != row.entered_by for row in march)


def test_a_corrected_a_returned_and_a_late_value_are_in_the_versions(demo: Session) -> None:
    def versions(code: str, period: str) -> list[tuple[ActualState, bool]]:
        rows = demo.scalars(
            select(Actual)
            .join(Indicator, Indicator.id == Actual.indicator_id)
            .where(Indicator.code == code, Actual.period == period)
            .order_by(Actual.version)
        )
        return [(row.state, row.superseded_at is None) for row in rows]

    approved, returned = ActualState.APPROVED, ActualState.RETURNED
    assert versions("YJ26-40", "2026-06") == [(approved, False), (approved, True)]
    assert versions("YJ26-40", "2026-03") == [(returned, False), (approved, True)]
    late = demo.scalars(
        select(Actual.recorded_at)
        .join(Indicator, Indicator.id == Actual.indicator_id)
        .where(Indicator.code == "YJ26-27", Actual.period == "2026-07")
    ).one()
    assert late.date() == date(2026, 8, 17)


def test_candidates_are_decided_but_for_a_few_left_for_practice(demo: Session) -> None:
    decisions = Counter(demo.scalars(select(CandidateRow.decision)))
    assert decisions[Decision.ACCEPTED] == len(demo_city().targets)
    assert 1 <= decisions[Decision.OPEN] <= 5
    assert decisions[Decision.REJECTED]
    text = demo.scalars(select(Document)).one().text
    row = demo.scalars(select(CandidateRow).where(CandidateRow.decision == Decision.ACCEPTED)).first()
    assert row is not None
    assert text[row.start : row.end] == row.evidence
    assert span_of("新建12家急救站点", text)[0] > 0


def test_demo_people_sign_in_with_the_documented_password(demo: Session) -> None:
    for login in ("officer", "officer-medical", "reviewer", "leader", "admin", "auditor"):
        account = sign_in(demo, login, verify(demo, login, "demo2026-kpi"), NOW)
        assert isinstance(account, Account)
        assert account.demo
        assert not person_of(demo, account).must_change_password


def test_everything_of_the_demo_is_marked(demo: Session) -> None:
    for kind in (OrgUnit, Account, Indicator, Document, Plan, Target):
        marked = {row.demo for row in demo.scalars(select(kind)) if not _is_reference(row)}
        assert marked == {True}, kind


def _is_reference(row: object) -> bool:
    code = getattr(row, "code", "")
    return code.startswith("REF") or code[:1].isdigit()


def test_a_login_that_is_taken_gets_a_longer_name(session: Session) -> None:
    set_password_cost("low")
    seeding.create_first_admin(session, NOW)
    seeding.load_demo(session, NOW)
    admins = session.scalars(select(Account.login).where(Account.role == Role.ADMIN).order_by(Account.login)).all()
    assert admins == ["admin", "demo-admin"]


# --- removal ------------------------------------------------------------------------------------------------------


def test_removal_leaves_the_rest_and_the_trail(demo: Session) -> None:
    own = make_target(demo)
    trail = demo.scalar(select(func.count(AuditRow.id)))
    gone = seeding.remove_demo(demo, NOW)
    assert gone["target"] == len(demo_city().targets)
    left = counts(demo)
    assert left["plan"] == 6
    assert left["target"] == 62
    for table in ("document", "clause", "candidate", "actual", "assessment", "account", "waiver", "allocation"):
        assert left[table] == 0, table
    for table in Base.metadata.sorted_tables:
        if "demo" in table.c:
            assert not demo.scalar(select(func.count()).select_from(table).where(table.c.demo.is_(True))), table.name
    assert demo.get(Target, own.id) is not None
    assert demo.scalar(select(func.count(AuditRow.id))) == trail + 1
    assert seeding.remove_demo(demo, NOW) == {}


def test_the_demo_can_come_back(demo: Session) -> None:
    before, lights = counts(demo), october(demo)
    seeding.remove_demo(demo, NOW)
    assert seeding.load_demo(demo, NOW) is True
    assert {**counts(demo), "audit_row": 0} == {**before, "audit_row": 0}
    assert october(demo) == lights


def test_removal_refuses_while_other_data_hangs_on_the_demo(demo: Session) -> None:
    lead = demo.scalars(select(OrgUnit).where(OrgUnit.code == "YJ-B1")).one()
    make_target(demo, lead=lead)
    before = counts(demo)
    with pytest.raises(WrongState) as told:
        seeding.remove_demo(demo, NOW)
    assert "1条目标（lead_id）引用了演示单位" in told.value.message
    assert {**counts(demo), "audit_row": 0} == {**before, "audit_row": 0}


def test_a_child_unit_of_a_demo_unit_keeps_it(demo: Session) -> None:
    make_unit(demo, "新设处室", parent=demo.scalars(select(OrgUnit).where(OrgUnit.code == "YJ-B")).one())
    with pytest.raises(WrongState, match="parent_id"):
        seeding.remove_demo(demo, NOW)


# --- a start without the demonstration ----------------------------------------------------------------------------


def test_a_first_admin_has_to_change_the_password_and_finds_departments(session: Session) -> None:
    set_password_cost("low")
    assert seeding.is_empty(session)
    seeding.load_reference(session, NOW)
    assert not seeding.is_empty(session)
    assert not seeding.has_admin(session)
    login, password = seeding.create_first_admin(session, NOW)
    account = sign_in(session, login, verify(session, login, password), NOW)
    assert isinstance(account, Account)
    assert (account.role, account.must_change_password, account.demo) == (Role.ADMIN, True, False)
    assert session.scalar(select(OrgUnit.id).where(OrgUnit.name == "妇幼健康处"))
    assert seeding.has_admin(session)


def test_there_is_one_first_admin(session: Session) -> None:
    set_password_cost("low")
    seeding.create_first_admin(session, NOW)
    with pytest.raises(WrongState):
        seeding.create_first_admin(session, NOW)


def test_initial_passwords_differ(session: Session) -> None:
    set_password_cost("low")
    _, first = seeding.create_first_admin(session, NOW)
    session.rollback()
    _, second = seeding.create_first_admin(session, NOW)
    assert first != second
