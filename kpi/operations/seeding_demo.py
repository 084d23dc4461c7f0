"""Building the demonstration city by the same steps that people take: import, read, decide, enter, approve."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts import actions as accounts
from kpi.accounts.records import Account
from kpi.accounts.rules import Person, Role
from kpi.assessment.actions_supposed import AS_IT_IS, imagine
from kpi.audit.actions import SYSTEM
from kpi.catalog.actions_duties import hand_over
from kpi.catalog.records import Assignment
from kpi.core.quantity import Kind
from kpi.core.text import t
from kpi.documents import actions as documents
from kpi.documents.records import Document
from kpi.extraction import actions as extraction
from kpi.extraction.records import CandidateRow, Decision
from kpi.operations import actions_targets
from kpi.operations.seeding_data import Demand, DemoCity, DemoTarget, History, SeedAccount
from kpi.operations.seeding_reference import add_units
from kpi.operations.seeding_values import at, deeds_of, replay
from kpi.targets import actions_plans as plans
from kpi.targets.records import Plan, Target
from kpi.targets.rules import PlanShape, Shape
from kpi.targets.rules_form import AcceptForm, Part

MORNING = time(9, 0)
AFTERNOON = time(15, 0)


@dataclass(frozen=True)
class Cast:
    """Ids of units by code, and the people by what they do; `officers` by the code of the unit that reports."""

    units: dict[str, int]
    officers: dict[str, Person]
    reviewer: Person
    admin: Person


def build(session: Session, city: DemoCity, now: datetime) -> Plan:
    """Everything of the city, in one go; at the end its lights are current as of `now`."""
    began = at(city.imported, MORNING)
    units = add_units(session, city.units, began, demo=True)
    cast = _cast(city, units, _people(session, city, units, began))
    document = _import(session, city, cast)
    plan = _plan(session, city, document, cast)
    accepted = _decide(session, city, document, plan, cast)
    deeds = [deed for seed in city.targets for deed in deeds_of(seed, city.region)]
    for when, revise, seed in _revisions(city):
        replay(session, [deed for deed in deeds if deed.at < when], cast.officers, cast.reviewer)
        deeds = [deed for deed in deeds if deed.at >= when]
        revise(session, accepted[seed.code], seed, when, cast)
    last = replay(session, deeds, cast.officers, cast.reviewer)
    if last is None or now > last:
        actions_targets.reassess_plan(session, plan.id, now)
    return plan


Revise = Callable[[Session, Target, DemoTarget, datetime, "Cast"], None]


def _revisions(city: DemoCity) -> list[tuple[datetime, Revise, DemoTarget]]:
    """What was changed about targets during the year, in order."""
    found: list[tuple[datetime, Revise, DemoTarget]] = []
    for seed in city.targets:
        if seed.waiver:
            found.append((at(seed.waiver.on, MORNING), _waive, seed))
        if seed.history and seed.history.plan_on:
            found.append((at(seed.history.plan_on, MORNING), _follow_last_year, seed))
    return sorted(found, key=lambda each: each[0])


def _people(session: Session, city: DemoCity, units: dict[str, int], now: datetime) -> list[tuple[SeedAccount, Person]]:
    """A login that somebody has already gets a longer name here."""
    taken = set(session.scalars(select(Account.login)))
    made = []
    for seed in city.accounts:
        account = accounts.create(
            session,
            login=f"demo-{seed.login}" if seed.login in taken else seed.login,
            name=seed.name,
            role=Role(seed.role),
            unit_id=units[seed.unit] if seed.unit else None,
            password=city.password,
            by=SYSTEM,
            now=now,
            must_change_password=False,
            demo=True,
        )
        session.flush()
        made.append((seed, accounts.person_of(session, account)))
    return made


def _cast(city: DemoCity, units: dict[str, int], people: Sequence[tuple[SeedAccount, Person]]) -> Cast:
    officers = sorted(
        (person for _, person in people if person.role is Role.OFFICER), key=lambda person: -len(person.units or ())
    )
    by_unit = {unit.code: officer for officer in officers for unit in city.units if officer.may_for(units[unit.code])}
    reviewer, admin = (next(p for _, p in people if p.role is role) for role in (Role.REVIEWER, Role.ADMIN))
    return Cast(units, by_unit, reviewer, admin)


# --- the document and its targets ---------------------------------------------------------------------------------


def _import(session: Session, city: DemoCity, cast: Cast) -> Document:
    when = at(city.imported, AFTERNOON)
    done = documents.import_file(
        session,
        content=city.file.read_bytes(),
        file_name=city.file_name,
        by=cast.reviewer,
        now=when,
        demo=True,
    )
    extraction.find_candidates(session, done.document.id, by=cast.reviewer, now=when)
    return done.document


def _plan(session: Session, city: DemoCity, document: Document, cast: Cast) -> Plan:
    plan = plans.create_plan(
        session,
        code=city.plan_code,
        title=document.title,
        year=city.year,
        region_id=cast.units[city.region],
        document_id=document.id,
        by=cast.reviewer,
        now=at(city.reviewed, MORNING),
        demo=True,
    )
    session.flush()
    return plan


def _decide(session: Session, city: DemoCity, document: Document, plan: Plan, cast: Cast) -> dict[str, Target]:
    """Accept what the city watches (marking what the rules missed), refuse the rest; targets by indicator code."""
    when = at(city.reviewed, AFTERNOON)
    found = {row.id: row for row in extraction.of_document(session, document.id)}
    accepted: dict[str, Target] = {}
    for seed in city.targets:
        row = match(seed, document.text, list(found.values())) or _mark(session, document, seed, cast, when)
        found.pop(row.id, None)
        form = form_of(seed, plan.id, row, cast.units)
        target = actions_targets.accept(session, row.id, form, by=cast.reviewer, now=when)
        accepted[seed.code] = target
        if seed.history:
            _reach_back(session, target, seed.history, cast, when)
        parts = {cast.units[s.unit]: Part(value=s.share) for s in seed.series if s.unit and s.share is not None}
        if parts:
            actions_targets.allocate(
                session, target.id, parts, reason=t("按文件要求分解到各县（区）"), by=cast.reviewer, now=when
            )
    for row, reason in _refused(city, document.text, found.values()):
        extraction.reject(session, row.id, reason=reason, by=cast.reviewer, now=when)
    return accepted


def match(seed: DemoTarget, text: str, rows: Sequence[CandidateRow]) -> CandidateRow | None:
    """The open candidate within the words of a target that has its quantity; of several the one of the same name."""
    start, end = span_of(seed.find, text)
    wanted = _quantity(seed.demand)
    same = [row for row in rows if row.start < end and start < row.end and _quantity(row) == wanted]
    named = [row for row in same if row.name in seed.demand.name or seed.demand.name in row.name]
    return next(iter(named or same), None)


def span_of(words: str, text: str) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def _quantity(thing: Demand | CandidateRow) -> tuple[object, ...]:
    """What makes two readings of a number the same: 3.6亿元 and 36000万元 are."""
    if thing.kind is Kind.MILESTONE:
        return (Kind.MILESTONE,)
    factor = Decimal(10_000) if thing.unit.startswith("万") else Decimal(1)
    numbers = (None if number is None else number * factor for number in (thing.value, thing.low, thing.high))
    return (thing.unit.removeprefix("万"), thing.change, *numbers)


def _mark(session: Session, document: Document, seed: DemoTarget, cast: Cast, when: datetime) -> CandidateRow:
    start, end = span_of(seed.find, document.text)
    demand = seed.demand
    row = extraction.mark(
        session,
        document.id,
        start,
        end,
        name=demand.name,
        kind=demand.kind,
        comparator=demand.comparator,
        value=demand.value,
        low=demand.low,
        high=demand.high,
        unit=demand.unit,
        deadline=demand.deadline,
        change=demand.change,
        by=cast.reviewer,
        now=when,
    )
    session.flush()
    return row


def form_of(seed: DemoTarget, plan_id: int, row: CandidateRow, units: dict[str, int]) -> AcceptForm:
    """The review form as the demonstration's reviewer fills it in."""
    demand, baseline = seed.demand, seed.baseline
    return AcceptForm(
        plan_id=plan_id,
        name=demand.name,
        kind=demand.kind,
        comparator=demand.comparator,
        comparator_text=row.comparator_text,
        value=demand.value,
        low=demand.low,
        high=demand.high,
        unit=demand.unit,
        change=demand.change,
        judged_as=seed.judged_as,
        direction=seed.direction,
        deadline=demand.deadline,
        lead_id=units[seed.lead],
        supporting_ids=tuple(units[code] for code in seed.support),
        baseline_known=baseline is not None,
        baseline_value=baseline.value if baseline else None,
        baseline_day=baseline.day if baseline else None,
        baseline_source=baseline.source if baseline else "",
        frequency=seed.frequency,
        accumulates=seed.accumulates,
        roll_up=seed.roll_up,
        has_parts=bool(seed.denominator),
        numerator=seed.numerator,
        denominator=seed.denominator,
        largest=seed.largest,
        indicator_code=seed.code,
        indicator_unit=seed.indicator_unit,
        curve=seed.shape,
        hedge=row.hedge,
        scope=row.scope,
        nature=row.nature,
        group_key=row.group_key,
        demo=True,
    )


def _refused(city: DemoCity, text: str, rows: Iterable[CandidateRow]) -> Iterator[tuple[CandidateRow, str]]:
    """Candidates that stay without a target, with the reason; some stay open for practice."""
    stay_open = [span_of(words, text) for words in city.open]
    reasons = [(span_of(each.find, text), each.reason) for each in city.refusals]
    for row in rows:
        if row.decision is Decision.OPEN and not any(row.start < end and start < row.end for start, end in stay_open):
            own = (why for (start, end), why in reasons if row.start < end and start < row.end)
            yield row, next(own, city.refuse_rest)


def _reach_back(session: Session, target: Target, history: History, cast: Cast, when: datetime) -> None:
    """Who reports the target's values may enter those of former years, too."""
    duty = session.scalars(select(Assignment).where(Assignment.indicator_id == target.indicator_id)).one()
    hand_over(
        session, duty.id, duty.reporter_id, since=history.since, reason=t("补录以前年度数据"), by=cast.admin, now=when
    )


def _follow_last_year(session: Session, target: Target, seed: DemoTarget, when: datetime, cast: Cast) -> None:
    shares = imagine(session, target.id, {"": AS_IT_IS})[""].last_year()
    assert shares is not None
    shape = PlanShape(Shape.SEASONAL, shares=shares)
    reason = t("按上年各月实际分布安排计划进度")
    actions_targets.set_curve(session, target.id, shape, reason=reason, by=cast.reviewer, now=when)


def _waive(session: Session, target: Target, seed: DemoTarget, when: datetime, cast: Cast) -> None:
    waiver = seed.waiver
    assert waiver is not None
    actions_targets.waive(
        session,
        target.id,
        starts_on=waiver.starts_on,
        ends_on=waiver.ends_on,
        reason=waiver.reason,
        by=cast.reviewer,
        now=when,
    )
