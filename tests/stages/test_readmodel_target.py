"""One target with its months, plan, history and clause."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from board_rows import TODAY, small_board
from query_count import counted
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import (
    EXPLAINED,
    LONG_AGO,
    make_actual,
    make_document,
    make_indicator,
    make_person,
    make_plan,
    make_target,
    make_unit,
)
from kpi.accounts.rules import Role
from kpi.actuals.records import ActualState
from kpi.assessment.actions import assess
from kpi.assessment.rules import Light
from kpi.catalog.rules import RollUp
from kpi.core.errors import NotFound
from kpi.core.quantity import Change, Comparator, Direction, Kind
from kpi.documents.records import Clause
from kpi.organisation.records import UnitKind
from kpi.readmodel.demand import demand_in_words, value_in_words
from kpi.readmodel.target import target_sheet
from kpi.readmodel.target_source import LONGEST, excerpt
from kpi.targets.records import Allocation, Baseline, Target, TargetSupport, TargetVersion, Waiver
from kpi.targets.rules import JudgedAs
from support import NOW


def test_head_months_and_plan(session: Session) -> None:
    made = small_board(session)
    helper = make_unit(session, "丙处")
    session.add(TargetSupport(target_id=made.late.id, unit_id=helper.id))
    session.flush()
    sheet = target_sheet(session, made.late.code, TODAY)
    assert (sheet.head.lead, sheet.head.supports, sheet.head.demand) == ("乙处", ("丙处",), "不少于12家")
    assert str(sheet.month) == "2026-10" and sheet.now is not None
    assert sheet.now.light is Light.OFF_TRACK and sheet.now.shown == "5家" and sheet.now.shown_expected == "9家"
    assert sheet.now.actual is not None and sheet.now.actual.cause == "施工延期"
    assert [(str(each.month), each.is_news) for each in sheet.months[-3:]] == [
        ("2026-09", True),
        ("2026-10", True),
        ("2026-11", False),
    ]
    days, due = zip(*sheet.line.curve, strict=True)
    assert len(days) == 12 and days[-1] == date(2026, 12, 31) and due[-1] == 12 and due[0] == 1
    assert sheet.line.low == 12 and sheet.line.high is None


def test_the_working_names_its_settings_while_they_hold(session: Session) -> None:
    made = small_board(session)
    working = target_sheet(session, made.late.code, TODAY).working
    assert working is not None and working.rules is not None
    assert working.operands["formula"] == "(9 − 5) ÷ 12 × 100" and working.rule == "deliver.plan.off_track"


def test_another_month(session: Session) -> None:
    made = small_board(session)
    sheet = target_sheet(session, made.slipping.code, TODAY, month="2026-09")
    assert sheet.now is not None and sheet.now.light is Light.ON_TRACK


def test_hold_shows_its_interval(session: Session) -> None:
    indicator = make_indicator(
        session, kind=Kind.RATE, unit="/10万", direction=Direction.LESS, has_parts=True, scale=Decimal(100_000)
    )
    target = make_target(
        session,
        indicator=indicator,
        comparator=Comparator.AT_MOST,
        value=Decimal(17),
        judged_as=JudgedAs.HOLD,
        direction=Direction.LESS,
    )
    make_actual(session, target, "2026-10", Decimal(20), numerator=Decimal(10), denominator=Decimal(50_000))
    assess(session, [target.id], NOW)
    sheet = target_sheet(session, target.code, TODAY)
    assert sheet.now is not None and sheet.now.interval is not None
    low, high = sheet.now.interval
    assert low < 17 < high and sheet.now.light is Light.BEHIND
    assert sheet.head.demand == "不超过17/10万" and sheet.line.curve == () and sheet.line.high == 17


def test_every_version_of_a_value_but_drafts(session: Session) -> None:
    made = small_board(session)
    officer, reviewer = make_person(session, name="填报甲"), make_person(session, Role.REVIEWER, name="审核乙")
    make_actual(session, made.silent, "2026-10", Decimal(3), superseded_at=NOW, entered_by=officer.account_id)
    make_actual(
        session,
        made.silent,
        "2026-10",
        Decimal(4),
        version=2,
        entered_by=officer.account_id,
        decided_by=reviewer.account_id,
        numerator=Decimal(4),
        **EXPLAINED,
    )
    make_actual(session, made.silent, "2026-10", Decimal(99), version=3, state=ActualState.DRAFT)
    sheet = target_sheet(session, made.silent.code, TODAY)
    assert [(each.version, each.value, each.current, each.decided_by) for each in sheet.actuals] == [
        (2, "4家", True, "审核乙"),
        (1, "3家", False, ""),
    ]
    assert sheet.actuals[0].entered_by == "填报甲"


def test_revisions_newest_first(session: Session) -> None:
    target = make_target(session, baseline=Decimal(3))
    first = session.scalars(select(TargetVersion).where(TargetVersion.target_id == target.id)).one()
    first.superseded_at = NOW
    session.flush()
    facts = {name: getattr(first, name) for name in ("name", "comparator", "unit", "judged_as", "direction", "curve")}
    session.add(
        TargetVersion(
            target_id=target.id,
            version=2,
            value=Decimal(20),
            starts_on=first.starts_on,
            deadline=first.deadline,
            recorded_at=NOW,
            reason="上级调整",
            **facts,
        )
    )
    later = NOW + timedelta(hours=1)
    session.add(Waiver(target_id=target.id, starts_on=date(2026, 10, 1), recorded_at=later, reason="停工"))
    session.flush()
    revisions = target_sheet(session, target.code, TODAY).revisions
    assert [(each.about, each.version, each.current) for each in revisions[:2]] == [
        ("豁免", 1, True),
        ("目标值", 2, True),
    ]
    assert revisions[1].reason == "上级调整" and revisions[1].words.startswith("不少于20家")
    assert ("基线", "3家") in {(each.about, each.words) for each in revisions}


def test_an_unknown_baseline_is_said(session: Session) -> None:
    target = make_target(session)
    assert ("基线", "未知") in {
        (each.about, each.words) for each in target_sheet(session, target.code, TODAY).revisions
    }
    assert session.scalars(select(Baseline).where(Baseline.target_id == target.id)).one().known is False


def test_the_clause_with_its_evidence(session: Session) -> None:
    text = "一、总体要求\n二、加强急救。新建12家急救分站𠀀，覆盖城乡。\n三、保障"
    document = make_document(session, text, issuer="某市卫生健康委员会", number="某卫〔2026〕1号")
    begins, ends = text.index("二、"), text.index("\n三、")
    clause = Clause(document_id=document.id, position=1, path="二", level=1, start=begins, end=ends)
    session.add(clause)
    session.flush()
    at = text.index("新建12家急救分站𠀀")
    target = make_target(session, evidence_start=at, evidence_end=at + len("新建12家急救分站𠀀"))
    target.clause_id = clause.id
    session.flush()
    source = target_sheet(session, target.code, TODAY).source
    assert source is not None and source.mark is not None
    assert source.text == text[begins:ends] and source.text[slice(*source.mark)] == "新建12家急救分站𠀀"
    assert source.document_id == document.id and source.number == "某卫〔2026〕1号"


@pytest.mark.parametrize("at", [0, 700, 2500, 4990])
def test_a_long_clause_is_cut_around_its_evidence(at: int) -> None:
    text = "".join(chr(0x4E00 + n % 5000) for n in range(5000))
    cut, mark = excerpt(text, (at, at + 10))
    assert mark is not None and cut[slice(*mark)] == text[at : at + 10] and len(cut) <= LONGEST + 2


def test_offsets_outside_the_clause_mark_nothing() -> None:
    assert excerpt("新建12家", (3, 90)) == ("新建12家", None)


def _handed_down(session: Session) -> tuple[Target, str]:
    district = make_unit(session, "东区", kind=UnitKind.REGION)
    target = make_target(session, indicator=make_indicator(session, roll_up=RollUp.SUM))
    session.add(Allocation(target_id=target.id, unit_id=district.id, value=Decimal(6), recorded_at=LONG_AGO))
    session.flush()
    make_actual(session, target, "2026-10", Decimal(3), unit=district)
    assess(session, [target.id], NOW)
    return target, district.code


def test_parts_and_the_view_of_one_of_them(session: Session) -> None:
    target, district = _handed_down(session)
    sheet = target_sheet(session, target.code, TODAY)
    assert [(part.name, part.demand, part.latest, part.light) for part in sheet.parts] == [
        ("东区", "不少于6家", "3家", Light.OFF_TRACK)
    ]
    part = target_sheet(session, target.code, TODAY, unit=district)
    assert part.head.unit == "东区" and not part.head.is_own_unit and part.line.low == 6
    assert [each.value for each in part.actuals] == ["3家"]


def test_what_is_not_there(session: Session) -> None:
    target, _ = _handed_down(session)
    with pytest.raises(NotFound):
        target_sheet(session, "nothing", TODAY)
    with pytest.raises(NotFound):
        target_sheet(session, target.code, TODAY, unit=make_unit(session).code)


def test_without_any_light_the_page_still_opens(session: Session) -> None:
    plan = make_plan(session)
    target = make_target(session, plan=plan)
    sheet = target_sheet(session, target.code, TODAY)
    assert sheet.now is None and sheet.months == () and str(sheet.month) == "2026-10" and sheet.line.curve


def test_as_many_queries_for_a_long_history(session: Session) -> None:
    target = make_target(session, plan=make_plan(session, starts_on=date(2024, 1, 1)))
    make_actual(session, target, "2024-01", Decimal(1))
    assess(session, [target.id], NOW)
    with counted(session) as few:
        target_sheet(session, target.code, TODAY)
    for n in range(2, 13):
        make_actual(session, target, f"2025-{n:02d}", Decimal(n))
    assess(session, [target.id], NOW)
    with counted(session) as many:
        sheet = target_sheet(session, target.code, TODAY)
    assert len(few) == len(many) <= 16 and len(sheet.months) == 35


@pytest.mark.parametrize(
    ("comparator", "numbers", "unit", "more", "expected"),
    [
        (Comparator.AT_LEAST, (60, None, None), "%", {"kind": Kind.RATIO}, "不低于60%"),
        (Comparator.AT_LEAST, (10, None, None), "家", {}, "不少于10家"),
        (Comparator.MORE_THAN, (60, None, None), "%", {"kind": Kind.RATIO}, "高于60%"),
        (Comparator.AT_MOST, (17, None, None), "/10万", {"kind": Kind.RATE}, "不超过17/10万"),
        (Comparator.LESS_THAN, (8, None, None), "天", {"kind": Kind.AMOUNT}, "低于8天"),
        (Comparator.EQUAL, (46000, None, None), "名", {}, "46,000名"),
        (Comparator.ABOUT, (20, None, None), "家", {}, "20家左右"),
        (Comparator.BETWEEN, (None, 2, 3), "个", {}, "2—3个"),
        (Comparator.EQUAL, (1, None, None), "", {"judged_as": JudgedAs.STAGE, "kind": Kind.MILESTONE}, "按期完成"),
        (Comparator.AT_LEAST, (5, None, None), "个百分点", {"change": Change.INCREASE}, "较基线提高5个百分点以上"),
        (Comparator.EQUAL, (3, None, None), "%", {"change": Change.DECREASE}, "较基线下降3%"),
        (Comparator.AT_MOST, (5, None, None), "%", {"change": Change.INCREASE}, "较基线上升不超过5%"),
        (Comparator.EQUAL, (1, None, None), "番", {"change": Change.INCREASE}, "较基线翻1番"),
    ],
)
def test_demands_in_words(comparator, numbers, unit, more, expected) -> None:
    value, low, high = (None if n is None else Decimal(n) for n in numbers)
    usual = {"kind": Kind.COUNT, "judged_as": JudgedAs.DELIVER}
    assert demand_in_words(comparator, value, low, high, unit, **usual | more) == expected


@pytest.mark.parametrize(
    ("value", "judged_as", "expected"),
    [
        (None, JudgedAs.REACH, "—"),
        (60, JudgedAs.REACH, "60%"),
        (1, JudgedAs.STAGE, "已完成"),
        (0, JudgedAs.STAGE, "未完成"),
    ],
)
def test_levels_in_words(value: int | None, judged_as: JudgedAs, expected: str) -> None:
    assert value_in_words(None if value is None else Decimal(value), "%", judged_as) == expected
