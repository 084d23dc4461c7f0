"""The whole job in one test, and the first test to read: from a policy document to lights and a monthly report.

    documents.import_file → extraction.find_candidates → operations.accept → operations.record → operations.approve
    → board.overview → reporting.draft → a Word file, opened again

Doors do nothing but this: open a session, call one of these, show the answer.
"""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

from docx import Document
from sqlalchemy import select
from sqlalchemy.orm import Session

from factories import form_of, make_person, make_unit
from kpi.accounts.actions import actor_of
from kpi.accounts.rules import Role
from kpi.actuals.rules import Entry
from kpi.assessment.rules import Light
from kpi.core.clock import business_date
from kpi.core.period import Period
from kpi.documents import actions as documents
from kpi.extraction import actions as extraction
from kpi.operations import actions as operations
from kpi.operations import actions_targets
from kpi.organisation.records import UnitKind
from kpi.readmodel import board
from kpi.readmodel.scope import Wanted
from kpi.reporting import actions as reporting
from kpi.reporting.writers.registry import format_of
from kpi.targets import actions_plans as plans
from kpi.targets.records import TargetVersion

TEXT = """青禾市卫生健康委员会2026年工作要点
一、提升服务能力
（一）健全急救网络。年内新建急救分站10家，平均急救反应时间进一步缩短。
（二）发展老年健康服务。二级以上综合医院设置老年医学科的比例达到60%以上。
二、守住健康底线
（三）保障母婴安全。孕产妇死亡率控制在10/10万以下。
（四）去年全市共开展义诊368场，受到群众欢迎。
"""
JANUARY = datetime(2026, 1, 20, 2, 0, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 8, 2, 0, tzinfo=UTC)
OCTOBER = Period.month(2026, 10)


def test_from_document_to_lights_and_report(session: Session) -> None:
    city = make_unit(session, "青禾市", kind=UnitKind.REGION)
    department = make_unit(session, "医政处")
    officer, reviewer = make_person(session, Role.OFFICER, department), make_person(session, Role.REVIEWER)

    # The document comes in, and its targets are read.
    imported = documents.import_file(session, content=TEXT.encode(), file_name="要点.txt", by=reviewer, now=JANUARY)
    candidates = extraction.find_candidates(session, imported.document.id, by=reviewer, now=JANUARY)
    assert [(c.name, c.comparator, c.value, c.unit) for c in candidates] == [
        ("新建急救分站数", "=", Decimal(10), "家"),
        ("二级以上综合医院设置老年医学科的比例", ">=", Decimal(60), "%"),
        ("孕产妇死亡率", "<=", Decimal(10), "/10万"),
    ]

    # A reviewer accepts them, adding what the text can not say.
    plan = plans.create_plan(
        session,
        code="QH2026",
        title=imported.document.title,
        year=2026,
        region_id=city.id,
        document_id=imported.document.id,
        by=actor_of(reviewer),
        now=JANUARY,
    )
    additions = [
        {},
        {
            "baseline_known": True,
            "baseline_value": Decimal(40),
            "baseline_day": date(2025, 12, 31),
            "baseline_source": "年报",
        },
        {"has_parts": True, "numerator": "孕产妇死亡数", "denominator": "活产数"},
    ]
    accepted = []
    for candidate, added in zip(candidates, additions, strict=True):
        form = form_of(candidate, plan, lead_id=department.id, **added)
        accepted.append(actions_targets.accept(session, candidate.id, form, by=reviewer, now=JANUARY))

    # An officer enters October; the reviewer approves; the lights follow in the same transaction.
    stations, clinics, deaths = accepted
    explained = {"cause": "选址调整", "measure": "两周一调度", "expected_on": date(2026, 12, 20)}
    values = [
        (stations, {"value": Decimal(6), **explained}),
        (clinics, {"value": Decimal(58)}),
        (deaths, {"numerator": Decimal(2), "denominator": Decimal(41_000)}),
    ]
    for target, given in values:
        entry = Entry(target.indicator_id, target.unit_id, OCTOBER, **given)
        saved = operations.record(session, entry, by=officer, now=NOVEMBER, submit=True)
        assert saved is not None
        operations.approve(session, [(saved.id, saved.revision)], by=reviewer, now=NOVEMBER)

    # Leadership sees the lights, and why.
    seen = board.overview(session, Wanted(), business_date(NOVEMBER))
    assert seen is not None
    assert seen.scope.month == OCTOBER
    assert (seen.counts.by_light[Light.ON_TRACK], seen.counts.by_light[Light.OFF_TRACK]) == (2, 1)
    (red,) = seen.attention
    assert "应完成8家" in red.reason
    assert "实际6家" in red.reason
    assert red.cause == "选址调整"

    # And everybody gets the report, as a Word file.
    report = reporting.draft(session, OCTOBER, by=actor_of(reviewer), now=NOVEMBER)
    reporting.issue(session, report.id, by=actor_of(reviewer), now=NOVEMBER)
    book = Document(io.BytesIO(format_of("docx").write(report.content)))
    text = "\n".join(paragraph.text for paragraph in book.paragraphs)
    assert "共纳入监测目标3项" in text
    assert "选址调整" in text
    names = session.scalars(select(TargetVersion.name).order_by(TargetVersion.target_id)).all()
    assert [row.cells[1].text for row in book.tables[0].rows][1:] == names
