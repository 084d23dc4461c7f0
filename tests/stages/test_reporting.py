"""The monthly report: what it says, when it changes, who may put it out, and what is in the files."""

from __future__ import annotations

import io
import re
from datetime import UTC, date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest
from docx import Document
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import LONG_AGO, make_actual, make_indicator, make_person, make_plan, make_target, make_unit
from kpi.accounts.actions import actor_of
from kpi.accounts.rules import Role
from kpi.actuals.records import Actual
from kpi.audit.actions import SYSTEM
from kpi.catalog.rules import RollUp
from kpi.core.errors import BadInput, NotFound, WrongState
from kpi.core.period import Period
from kpi.organisation.records import UnitKind
from kpi.reporting import actions, listing
from kpi.reporting.records import MonthlyReport, ReportState
from kpi.reporting.writers.registry import FORMATS, file_name, format_of
from kpi.targets.records import Allocation, Plan, Target
from support import NOW

OCTOBER = Period.month(2026, 10)
BEFORE_CUT_OFF = datetime(2026, 11, 8, 2, 0, tzinfo=UTC)


@pytest.fixture
def plan(session: Session) -> Plan:
    """Three targets: one on track, one far behind with cause and measure, one silent."""
    plan = make_plan(
        session, make_unit(session, "云江市", kind=UnitKind.REGION), title="云江市工作要点", issuer="云江市卫健委"
    )
    lead = make_unit(session, "医政处")
    good = make_target(session, plan=plan, lead=lead, name="新建急救分站数", value=Decimal(10))
    bad = make_target(session, plan=plan, lead=lead, name="培训全科医生数", value=Decimal(10))
    make_target(session, plan=plan, lead=make_unit(session, "妇幼处"), name="新增托位数", value=Decimal(10))
    make_actual(session, good, "2026-10", Decimal(9), decided_at=BEFORE_CUT_OFF)
    make_actual(
        session,
        bad,
        "2026-10",
        Decimal(3),
        decided_at=BEFORE_CUT_OFF,
        cause="招标推迟",
        measure="每周调度",
        expected_on=date(2026, 12, 20),
    )
    return plan


def words_of(content: dict) -> str:
    return "\n".join(
        paragraph for section in content["sections"] for part in section["parts"] for paragraph in part["paragraphs"]
    )


def test_it_says_what_is_stored_and_nothing_else(session: Session, plan: Plan) -> None:
    report = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    words = words_of(report.content)
    assert "共纳入监测目标3项" in words
    assert "已完成0项、正常1项、滞后0项、严重滞后1项" in words
    assert "占50%" in words
    assert "应报送3项，截至2026年11月10日已报并审核通过2项，已报待审0项，未报（含退回）1项" in words
    assert "原因：招标推迟。" in words
    assert "每周调度。预计2026年12月20日前赶上进度。" in words
    assert "请妇幼处尽快补报" in words
    assert [row[1] for row in report.content["silent"]["rows"]] == ["新增托位数"]
    assert (report.issue_number, report.version, report.state) == (1, 1, ReportState.DRAFT)


def test_causes_and_measures_are_never_made_up(session: Session, plan: Plan) -> None:
    for actual in session.scalars(select(Actual)):
        actual.cause = actual.measure = ""
    words = words_of(actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id).content)
    assert "责任单位未填报原因。" in words
    assert "责任单位未填报措施。" in words


def test_the_same_knowledge_gives_the_same_report(session: Session, plan: Plan) -> None:
    first = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    later = datetime(2027, 2, 1, tzinfo=UTC)
    assert actions.draft(session, OCTOBER, by=SYSTEM, now=later, plan_id=plan.id) is first
    for form in FORMATS.values():
        assert text_in(form.suffix, form.write(first.content)) == text_in(form.suffix, form.write(first.content))


def test_what_became_known_after_the_cut_off_waits_for_another_one(session: Session, plan: Plan) -> None:
    first = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    silent = session.scalars(select(Actual.indicator_id)).all()
    late = next(target for target in session.scalars(select(Target)) if target.indicator_id not in silent)
    make_actual(session, late, "2026-10", Decimal(9), at=NOW)
    assert actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id) is first
    second = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id, cut_off=date(2026, 11, 12))
    assert (second.version, second.issue_number) == (2, first.issue_number)
    assert first.superseded_at == NOW
    assert "未报（含退回）0项" in words_of(second.content)
    assert "未报（含退回）1项" in words_of(first.content)


def test_a_whole_put_together_is_reported_when_all_its_parts_are(session: Session, plan: Plan) -> None:
    indicator = make_indicator(session, roll_up=RollUp.SUM)
    target = make_target(session, plan=plan, indicator=indicator, name="分解到区的目标", value=Decimal(10))
    parts = [make_unit(session, f"{n}区", kind=UnitKind.REGION) for n in (1, 2)]
    for part in parts:
        session.add(Allocation(target_id=target.id, unit_id=part.id, value=Decimal(5), recorded_at=LONG_AGO))
    make_actual(session, target, "2026-10", Decimal(4), at=BEFORE_CUT_OFF, unit=parts[0])
    one = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    assert "分解到区的目标" in [row[1] for row in one.content["silent"]["rows"]]
    make_actual(session, target, "2026-10", Decimal(5), at=BEFORE_CUT_OFF, unit=parts[1])
    both = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    assert "分解到区的目标" not in [row[1] for row in both.content["silent"]["rows"]]


def test_issue_numbers_count_per_plan_and_year(session: Session, plan: Plan) -> None:
    other = make_plan(session)
    september = actions.draft(session, Period.month(2026, 9), by=SYSTEM, now=NOW, plan_id=plan.id)
    october = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    elsewhere = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=other.id)
    assert [report.issue_number for report in (september, october, elsewhere)] == [1, 2, 1]


def test_a_person_issues_the_latest_version_once(session: Session, plan: Plan) -> None:
    reviewer = make_person(session, Role.REVIEWER)
    first = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    second = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id, cut_off=date(2026, 11, 1))
    with pytest.raises(WrongState, match="取代"):
        actions.issue(session, first.id, by=actor_of(reviewer), now=NOW)
    actions.issue(session, second.id, by=actor_of(reviewer), now=NOW)
    assert (second.state, second.issued_by) == (ReportState.ISSUED, reviewer.account_id)
    with pytest.raises(WrongState, match="已经签发"):
        actions.issue(session, second.id, by=actor_of(reviewer), now=NOW)


def test_drafts_are_for_those_who_make_them(session: Session, plan: Plan) -> None:
    leader, reviewer = make_person(session, Role.LEADER), make_person(session, Role.REVIEWER)
    report = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id)
    assert listing.lines(session, leader) == []
    assert [line.report_id for line in listing.lines(session, reviewer)] == [report.id]
    with pytest.raises(NotFound):
        listing.visible(session, report.id, leader)
    actions.issue(session, report.id, by=actor_of(reviewer), now=NOW)
    assert [line.issued for line in listing.lines(session, leader)] == [True]


@pytest.mark.parametrize(
    ("period", "cut_off", "why"),
    [
        (Period.month(2026, 11), None, "尚未结束"),
        (Period.parse("2026Q3"), None, "以月为期"),
        (OCTOBER, date(2026, 10, 31), "截止日"),
    ],
)
def test_what_makes_no_report_is_refused(
    session: Session, plan: Plan, period: Period, cut_off: date | None, why: str
) -> None:
    with pytest.raises(BadInput, match=why):
        actions.draft(session, period, by=SYSTEM, now=NOW, plan_id=plan.id, cut_off=cut_off)
    assert session.scalars(select(MonthlyReport)).all() == []


def test_without_a_plan_it_says_what_to_do(session: Session) -> None:
    with pytest.raises(NotFound, match="导入文件"):
        actions.draft(session, OCTOBER, by=SYSTEM, now=NOW)


def text_in(suffix: str, data: bytes) -> str:
    """What a reader finds in a file after opening it."""
    if suffix == "docx":
        book = Document(io.BytesIO(data))
        cells = [cell.text for table in book.tables for row in table.rows for cell in row.cells]
        return "\n".join([*(paragraph.text for paragraph in book.paragraphs), *cells])
    if suffix == "xlsx":
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = [row for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python()]
        return "\n".join("|".join(str(cell) for cell in row) for row in rows)
    return re.sub(r"<style>.*?</style>|<[^>]+>", " ", data.decode())


@pytest.mark.parametrize("suffix", FORMATS)
def test_every_format_holds_the_whole_report(session: Session, plan: Plan, suffix: str) -> None:
    content = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id).content
    found = text_in(suffix, format_of(suffix).write(content))
    wanted = [
        content["masthead"],
        content["issue"],
        "一、总体情况",
        "四、下一步工作",
        "■ 严重滞后",
        "招标推迟",
        "妇幼处",
    ]
    for piece in wanted:
        assert piece.replace("&gt;", ">") in found, piece


def test_hostile_text_stays_text(session: Session, plan: Plan) -> None:
    for actual in session.scalars(select(Actual)):
        actual.cause = "<script>alert(1)</script> & =1+1"
    content = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id).content
    assert "<script>" not in format_of("html").write(content).decode()
    assert "<script>" in text_in("docx", format_of("docx").write(content))
    with ZipFile(io.BytesIO(format_of("xlsx").write(content))) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist())


def test_the_demo_is_marked_in_name_and_every_format(session: Session, plan: Plan) -> None:
    plan.demo = True
    content = actions.draft(session, OCTOBER, by=SYSTEM, now=NOW, plan_id=plan.id).content
    assert "演示" in file_name(content, "docx")
    for form in FORMATS.values():
        assert "演示数据" in text_in(form.suffix, form.write(content))
