"""The life of a value: saved as a draft, submitted, approved or returned; corrected by a version beside it.

Every way in (page, spreadsheet, API, job) ends in `record`. Nothing here knows lights: doors call
`kpi.operations.actions`, which keeps them current.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.records import Account
from kpi.accounts.rules import Action, Person, require
from kpi.actuals.actions_cells import (
    ENTRY_FIELDS,
    VALUE_FIELDS,
    ActualRow,
    Cell,
    Desk,
    chunks,
    last_values,
    open_desk,
    period_of,
)
from kpi.actuals.records import Actual
from kpi.actuals.rules import (
    ANY_REVISION,
    ActualState,
    Entry,
    LastValue,
    SourceKind,
    check_complete,
    complete,
    impossible,
    printable,
    problems_of_period,
    too_long,
)
from kpi.audit import actions as audit
from kpi.audit.actions import Actor, Event
from kpi.core.clock import BUSINESS_ZONE, business_date
from kpi.core.errors import BadInput, Conflict, Forbidden, KpiError, NotFound, Problem, WrongState
from kpi.core.quantity import show_number, show_quantity
from kpi.core.text import t
from kpi.db.bulk import insert_numbered
from kpi.db.types import Instant

DRAFT, SUBMITTED, APPROVED, RETURNED = ActualState


@dataclass(frozen=True, slots=True)
class Taken:
    """A cell that changed."""

    actual_id: int
    indicator_id: int
    unit_id: int
    period: str
    state: ActualState
    revision: int


@dataclass(frozen=True, slots=True)
class Refused:
    """An entry that was not taken: its place in the batch, and why."""

    index: int
    error: KpiError

    def problems(self, row: int | None = None) -> list[Problem]:
        """The reasons, with the row of the file they came from."""
        found = self.error.problems if isinstance(self.error, BadInput) else ()
        return [Problem(p.reason, p.field, row) for p in found] or [Problem(self.error.message, None, row)]


@dataclass(frozen=True, slots=True)
class Recorded:
    taken: tuple[Taken, ...] = ()
    unchanged: int = 0
    refused: tuple[Refused, ...] = ()


Owed = Callable[[Sequence[Entry]], Mapping[tuple[int, int, str], list[Problem]]]
"""Asked with all entries that would change something: what each of them still lacks, by cell."""


@dataclass(slots=True)
class _Plan:
    """What will be written for one entry."""

    index: int
    entry: Entry
    old: ActualRow | None
    version: int
    revision: int
    in_place: bool
    supersedes: tuple[int, ...]


def record(
    session: Session,
    entries: Sequence[Entry],
    *,
    by: Person | Actor,
    now: datetime,
    to: ActualState,
    all_or_nothing: bool = True,
    owed: Owed | None = None,
    dry: bool = False,
) -> Recorded:
    """Put values into their cells as drafts, submitted or (by the service itself only) approved.

    Checks role, scope, duty, revision and every rule of the room, and then what `owed` says is still missing with
    the entries that would change something. What is refused is returned with its reason, and unless
    `all_or_nothing` is False nothing at all is written then. The same content again changes nothing. `dry`: only
    find out what would be refused.
    """
    if to is RETURNED or (to is APPROVED and isinstance(by, Person)):
        raise WrongState(t("填报的数值须经他人审核，不能直接生效。"))
    actor = acting(by, Action.ENTER_ACTUALS)
    if not entries:
        return Recorded()
    desk = open_desk(session, entries)
    entries = [_completed(entry, desk) for entry in entries]
    plans, unchanged, refused = _plan_all(session, desk, entries, by, now, to)
    if owed is not None and plans:
        plans, more = _ask(plans, owed)
        refused = sorted([*refused, *more], key=lambda one: one.index)
    if dry or (refused and all_or_nothing):
        return Recorded(refused=tuple(refused))
    return Recorded(_write(session, desk, plans, actor, now, to), unchanged, tuple(refused))


def _completed(entry: Entry, desk: Desk) -> Entry:
    entry, facts = printable(entry), desk.indicators.get(entry.indicator_id)
    return complete(entry, facts) if facts else entry


def _plan_all(
    session: Session, desk: Desk, entries: Sequence[Entry], by: Person | Actor, now: datetime, to: ActualState
) -> tuple[list[_Plan], int, list[Refused]]:
    last = last_values(desk, entries) if to is not DRAFT else {}
    today = business_date(now)
    seen: set[tuple[int, int, str]] = set()
    plans, unchanged, refused = [], 0, []
    for index, entry in enumerate(entries):
        try:
            if entry.key in seen:
                raise BadInput.of(Problem(t("同一指标、单位、期间重复出现"), t("期间")))
            seen.add(entry.key)
            plan = _plan(session, desk, index, entry, by, today, to, last.get(entry.key))
        except KpiError as error:
            refused.append(Refused(index, error))
            continue
        if plan is None:
            unchanged += 1
        else:
            plans.append(plan)
    return plans, unchanged, refused


def _plan(
    session: Session,
    desk: Desk,
    index: int,
    entry: Entry,
    by: Person | Actor,
    today: date,
    to: ActualState,
    last: LastValue | None,
) -> _Plan | None:
    """What to write for one entry, or nothing when it stands there already; raises what is wrong with it."""
    _check_duty(desk, entry, by)
    cell = desk.cell(entry)
    if _stands_already(entry, cell, to, by):
        return None  # even when somebody else wrote it: nothing is lost, and uploading a file twice is once
    facts = desk.indicators[entry.indicator_id]
    if not_yet := problems_of_period(entry, facts, today):
        raise BadInput.of(*not_yet)  # before the revision: of a month to come nobody can have seen anything
    _check_revision(session, desk, entry, cell)
    if to is DRAFT:
        wrong = impossible(entry, facts, today)
    else:
        # A job can not explain a jump: where a reviewer looks at the value anyway, it is left to the reviewer.
        reviewed = isinstance(by, Actor) and to is SUBMITTED
        wrong = check_complete(entry, facts, None if reviewed else last, today)
    wrong += too_long(entry)
    if wrong:
        raise BadInput.of(*wrong)
    if isinstance(by, Actor):
        _spare_people(desk, entry, cell, to)
    return _place(index, entry, cell, to)


def _check_duty(desk: Desk, entry: Entry, by: Person | Actor) -> None:
    if entry.indicator_id not in desk.indicators:
        raise NotFound(t("没有这个指标。"))
    duties = desk.duties.get(entry.key[:2], [])
    if not duties:
        raise BadInput.of(Problem(t("该指标没有安排为此单位填报，请联系管理员"), t("单位")))
    if not any(duty.covers(entry.period) for duty in duties):
        raise BadInput.of(Problem(t("{period}不在该指标的填报期内", period=entry.period.label), t("期间")))
    if isinstance(by, Person) and not any(by.may_for(duty.reporter_id) for duty in duties):
        raise Forbidden(t("该指标由其他单位填报，如需调整请联系管理员。"))


def _check_revision(session: Session, desk: Desk, entry: Entry, cell: Cell) -> None:
    if entry.revision == ANY_REVISION or entry.revision == cell.revision:
        return
    raise _conflict(session, desk, cell.newest)


def _conflict(session: Session, desk: Desk, row: ActualRow | Actual | None) -> Conflict:
    """Who changed the cell, when, and what stands there now."""
    if row is None:
        return Conflict(t("您看到的内容已不存在，请刷新后重试。"))
    name = session.scalar(select(Account.name).where(Account.id == row.entered_by)) if row.entered_by else None
    facts = desk.indicators.get(row.indicator_id)
    return Conflict(
        t(
            "{who}已于{when}修改此项，现为{value}（{state}）。请刷新后再改，您刚才的内容没有保存。",
            who=name or row.source or t("系统"),
            when=row.recorded_at.astimezone(BUSINESS_ZONE).strftime("%Y-%m-%d %H:%M"),
            value=show_quantity(row.value, facts.unit if facts else ""),
            state=row.state.label,
        )
    )


def _stands_already(entry: Entry, cell: Cell, to: ActualState, by: Person | Actor) -> bool:
    """Whether writing would change nothing. A job looks at the values only; a person's words count too."""
    row = cell.newest
    if row is None:
        return entry.is_empty and not entry.note and to is DRAFT
    fields = VALUE_FIELDS if isinstance(by, Actor) else ENTRY_FIELDS
    if any(getattr(entry, name) != getattr(row, name) for name in fields):
        return False
    if isinstance(by, Actor) and row.state is RETURNED:
        return True  # the same value again is no answer to a reviewer's objection
    return row.state in {DRAFT: (DRAFT, SUBMITTED, APPROVED), SUBMITTED: (SUBMITTED, APPROVED)}.get(to, (APPROVED,))


def _spare_people(desk: Desk, entry: Entry, cell: Cell, to: ActualState) -> None:
    """A job never takes the place of what a person is working on, nor of what a person put right."""
    row = cell.open
    if row is not None and row.source_kind is not SourceKind.JOB:
        raise WrongState(t("该项有人工填报的{state}内容，未采用采集值", state=row.state.label))
    row = cell.approved
    if to is APPROVED and row is not None and row.source_kind is not entry.source_kind:
        shown = show_number(row.value)
        raise WrongState(t("该项已有人工填报并审核的数值{value}，与采集值不一致，请人工核对", value=shown))


def _place(index: int, entry: Entry, cell: Cell, to: ActualState) -> _Plan:
    """A draft is edited in place; from submission on every change is a new version."""
    row, beside = cell.newest, cell.open
    if row is None:
        return _Plan(index, entry, None, 1, 1, False, ())
    if beside is not None and beside.state is DRAFT and to is not APPROVED:
        return _Plan(index, entry, beside, beside.version, beside.revision + 1, True, ())
    gone = [beside.id] if beside is not None else []
    if to is APPROVED and cell.approved is not None:
        gone.append(cell.approved.id)
    return _Plan(index, entry, row, row.version + 1, row.revision + 1, False, tuple(gone))


def _ask(plans: Sequence[_Plan], owed: Owed) -> tuple[list[_Plan], list[Refused]]:
    lacking = owed([plan.entry for plan in plans])
    refused = [Refused(p.index, BadInput.of(*lacking[p.entry.key])) for p in plans if lacking.get(p.entry.key)]
    return [plan for plan in plans if not lacking.get(plan.entry.key)], refused


# --- writing ------------------------------------------------------------------------------------------------------


def _write(
    session: Session, desk: Desk, plans: Sequence[_Plan], actor: Actor, now: datetime, to: ActualState
) -> tuple[Taken, ...]:
    if not plans:
        return ()
    session.flush()
    try:
        _supersede(session, [actual_id for plan in plans for actual_id in plan.supersedes], now)
        ids = _insert(session, [plan for plan in plans if not plan.in_place], actor, now, to)
        _edit(session, [plan for plan in plans if plan.in_place], actor, now, to)
    except IntegrityError as error:
        raise Conflict(t("刚刚有人同时修改了同一项，您的内容没有保存，请刷新后重试。")) from error
    _forget(session)
    taken, events = [], []
    fresh = iter(ids)
    for plan in plans:
        entry = plan.entry
        actual_id = plan.old.id if plan.in_place and plan.old is not None else next(fresh)
        taken.append(Taken(actual_id, *entry.key, to, plan.revision))
        events.append(_event(desk, plan, actual_id, to))
    audit.write_many(session, actor, now, "actual", events)
    return tuple(taken)


def _supersede(session: Session, ids: Sequence[int], now: datetime) -> None:
    for part in chunks(ids):
        _must_have_hit(session.connection().execute(_SUPERSEDE, {"ids": part, "now": now}), len(part))


_THESE: Any = Actual.id.in_(bindparam("ids", expanding=True))
_SUPERSEDE = (
    update(Actual.__table__)  # type: ignore[arg-type]
    .where(_THESE, Actual.superseded_at.is_(None))
    .values(superseded_at=bindparam("now", type_=Instant()))
)


def _must_have_hit(result: Any, count: int) -> None:
    """Fewer rows than were read: somebody was quicker."""
    if result.rowcount != count:
        raise Conflict(t("刚刚有人同时修改了同一项，您的内容没有保存，请刷新后重试。"))


_entered = attrgetter(*ENTRY_FIELDS)
_STAMPS = ("state", "entered_by", "recorded_at", "submitted_at", "submitted_by", "decided_at")


def _stamps(actor: Actor, now: datetime, to: ActualState) -> tuple[Any, ...]:
    """The columns `_STAMPS`, the same for all rows of a batch."""
    submitted = (None, None) if to is DRAFT else (now, actor.account_id)
    return to, actor.account_id, now, *submitted, now if to is APPROVED else None


_KEYS = ("indicator_id", "unit_id", "period", "period_end", "version", "return_reason")
_CONTENT = (*ENTRY_FIELDS, "revision", "source_kind", "source")


def _content(plan: _Plan) -> tuple[Any, ...]:
    return *_entered(plan.entry), plan.revision, plan.entry.source_kind, plan.entry.source


def _insert(session: Session, plans: Sequence[_Plan], actor: Actor, now: datetime, to: ActualState) -> list[int]:
    stamps = _stamps(actor, now, to)
    rows = [(*plan.entry.key, plan.entry.period.end, plan.version, "", *_content(plan), *stamps) for plan in plans]
    return insert_numbered(session, Actual.__table__, (*_KEYS, *_CONTENT, *_STAMPS), rows)


_EDITED = (*_CONTENT, *_STAMPS[:-1])


def _edit(session: Session, plans: Sequence[_Plan], actor: Actor, now: datetime, to: ActualState) -> None:
    if not plans:
        return
    rows, stamps = [], _stamps(actor, now, to)[:-1]
    for plan in plans:
        assert plan.old is not None
        row = {f"b_{name}": value for name, value in zip(_EDITED, (*_content(plan), *stamps), strict=True)}
        rows.append(row | {"b_id": plan.old.id, "b_seen": plan.old.revision})
    _must_have_hit(session.connection().execute(_EDIT, rows), len(rows))


_EDIT = (
    update(Actual.__table__)  # type: ignore[arg-type]
    .where(Actual.id == bindparam("b_id"), Actual.revision == bindparam("b_seen"), Actual.superseded_at.is_(None))
    .values({name: bindparam(f"b_{name}") for name in _EDITED})
)


def _forget(session: Session) -> None:
    """Values were written past the session: what it holds of them is read again when asked for."""
    for held in list(session.identity_map.values()):
        if isinstance(held, Actual):
            session.expire(held)


_VERB = {DRAFT: "actuals.save", SUBMITTED: "actuals.submit", APPROVED: "actuals.collect"}


def _event(desk: Desk, plan: _Plan, actual_id: int, to: ActualState) -> Event:
    entry, row = plan.entry, plan.old
    what, after = desk.title(*entry.key), _entered(entry)
    if row is None:
        said = {name: value for name, value in zip(ENTRY_FIELDS, after, strict=True) if value or value == 0}
        return Event(_VERB[to], actual_id, what, None, said | {"state": to}, entry.jump_reason)
    changed = [
        (name, old, new) for name, old, new in zip(ENTRY_FIELDS, _entered(row), after, strict=True) if old != new
    ]
    before = {name: old for name, old, _ in changed} | {"state": row.state}
    return Event(
        _VERB[to], actual_id, what, before, {name: new for name, _, new in changed} | {"state": to}, entry.jump_reason
    )


# --- one at a time ------------------------------------------------------------------------------------------------


def save_draft(session: Session, entry: Entry, *, by: Person, now: datetime) -> Actual | None:
    """Keep what was typed; nobody else has to look at it yet. Raises what is wrong; None: nothing to keep."""
    return _one(session, entry, by, now, DRAFT)


def submit(
    session: Session, entry: Entry, *, by: Person | Actor, now: datetime, owed: Owed | None = None
) -> Actual | None:
    """Hand a value to the reviewer. Raises what is wrong with it."""
    return _one(session, entry, by, now, SUBMITTED, owed)


def _one(
    session: Session, entry: Entry, by: Person | Actor, now: datetime, to: ActualState, owed: Owed | None = None
) -> Actual | None:
    done = record(session, [entry], by=by, now=now, to=to, owed=owed)
    if done.refused:
        raise done.refused[0].error
    if done.taken:
        return session.get_one(Actual, done.taken[0].actual_id)
    return newest(session, entry.indicator_id, entry.unit_id, entry.key[2])


def newest(session: Session, indicator_id: int, unit_id: int, period: str, *, lock: bool = False) -> Actual | None:
    """What stands in a cell: the open version if there is one, else the approved one."""
    query = (
        select(Actual)
        .where(
            Actual.indicator_id == indicator_id,
            Actual.unit_id == unit_id,
            Actual.period == period,
            Actual.superseded_at.is_(None),
        )
        .order_by(Actual.version.desc())
        .limit(1)
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True) if lock else query)


# --- decisions ----------------------------------------------------------------------------------------------------


def approve(session: Session, items: Sequence[tuple[int, int]], *, by: Person, now: datetime) -> list[Taken]:
    """Let submitted values take effect, all or none; `items` are (actual id, revision that was looked at).

    Nobody approves a value of their own; a correction takes the place of the approved version beside it.
    """
    require(by, Action.APPROVE_ACTUALS)
    rows, desk = _submitted(session, items, by)
    for row in rows:
        if by.account_id in (row.entered_by, row.submitted_by):
            raise Forbidden(t("不能审核自己填报的数值，请由其他审核人员处理。"))
    cells = {(row.indicator_id, row.unit_id, row.period) for row in rows}
    before = [cell.approved.id for cell in (desk.series[(i, u)][p] for i, u, p in cells) if cell.approved is not None]
    _supersede(session, before, now)
    return _decide(session, desk, rows, by, now, APPROVED, "")


def return_(
    session: Session, items: Sequence[tuple[int, int]], *, reason: str, by: Person, now: datetime
) -> list[Taken]:
    """Give submitted values back to their department with a reason, all or none."""
    require(by, Action.APPROVE_ACTUALS)
    if not reason.strip():
        raise BadInput.of(Problem(t("请填写退回原因，便于对方修改"), t("退回原因")))
    rows, desk = _submitted(session, items, by)
    return _decide(session, desk, rows, by, now, RETURNED, reason.strip())


def _submitted(session: Session, items: Sequence[tuple[int, int]], by: Person) -> tuple[list[Actual], Desk]:
    """The rows behind the items, each still as the reviewer saw it and within the reviewer's scope."""
    rows: dict[int, Actual] = {}
    for part in chunks({actual_id for actual_id, _ in items}):
        rows |= {row.id: row for row in session.scalars(select(Actual).where(Actual.id.in_(part)))}
    if len(rows) < len({actual_id for actual_id, _ in items}):
        raise NotFound(t("没有这条填报记录。"))
    desk = open_desk(session, [_entry_of(row) for row in rows.values()], ahead=False)
    for actual_id, revision in items:
        row = rows[actual_id]
        _check_reviewer(desk, row, by)
        if row.revision != revision or row.superseded_at is not None:
            cell = desk.series.get((row.indicator_id, row.unit_id), {}).get(row.period, Cell())
            raise _conflict(session, desk, cell.newest)
        if row.state is not SUBMITTED:
            raise WrongState(t("该项目前为“{state}”，只有待审的数值可以审核或退回。", state=row.state.label))
    return [rows[actual_id] for actual_id in sorted(rows)], desk


def _check_reviewer(desk: Desk, row: Actual, by: Person) -> None:
    duties = desk.duties.get((row.indicator_id, row.unit_id), [])
    if not (by.may_for(row.unit_id) or any(by.may_for(duty.reporter_id) for duty in duties)):
        raise Forbidden(t("该单位不在您的填报或审核范围内，如需调整请联系管理员。"))


def _entry_of(row: Actual) -> Entry:
    return Entry(row.indicator_id, row.unit_id, period_of(row.period))


def _decide(
    session: Session, desk: Desk, rows: Sequence[Actual], by: Person, now: datetime, to: ActualState, reason: str
) -> list[Taken]:
    actor = acting(by, Action.APPROVE_ACTUALS)
    decision = {"b_state": to, "b_decided_at": now, "b_decided_by": actor.account_id, "b_return_reason": reason}
    for part in chunks([row.id for row in rows]):
        done = session.connection().execute(_DECIDE, {"ids": part, **decision})
        _must_have_hit(done, len(part))
    taken, events = [], []
    verb = "actuals.approve" if to is APPROVED else "actuals.return"
    for row in rows:
        key = (row.indicator_id, row.unit_id, row.period)
        taken.append(Taken(row.id, *key, to, row.revision + 1))
        new = {"state": to, "value": row.value}
        events.append(Event(verb, row.id, desk.title(*key), {"state": SUBMITTED}, new, reason))
    _forget(session)
    audit.write_many(session, actor, now, "actual", events)
    return taken


_DECIDE = (
    update(Actual.__table__)  # type: ignore[arg-type]
    .where(_THESE, Actual.state == SUBMITTED, Actual.superseded_at.is_(None))
    .values(revision=Actual.revision + 1)
    .values({name: bindparam(f"b_{name}") for name in ("state", "decided_at", "decided_by", "return_reason")})
)
