"""Values come in: saved as a draft, submitted, or collected; a correction waits as a version beside the one in force.

Every way in (page, spreadsheet, API, job) ends in `record`. Nothing here knows lights: doors call
`kpi.operations.actions`, which keeps them current.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kpi.accounts.actions import acting
from kpi.accounts.records import Account
from kpi.accounts.rules import Action, Person
from kpi.actuals.actions_cells import (
    ENTRY_FIELDS,
    VALUE_FIELDS,
    ActualRow,
    Cell,
    Desk,
    last_values,
    open_desk,
)
from kpi.actuals.actions_writing import APPROVED, DRAFT, RETURNED, SUBMITTED, Planned, Taken, write
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
from kpi.audit.actions import Actor
from kpi.core.clock import BUSINESS_ZONE, business_date
from kpi.core.errors import BadInput, Conflict, Forbidden, KpiError, NotFound, Problem, WrongState
from kpi.core.quantity import show_number, show_quantity
from kpi.core.text import t


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
    return Recorded(write(session, desk, plans, actor, now, to), unchanged, tuple(refused))


def _completed(entry: Entry, desk: Desk) -> Entry:
    entry, facts = printable(entry), desk.indicators.get(entry.indicator_id)
    return complete(entry, facts) if facts else entry


def _plan_all(
    session: Session, desk: Desk, entries: Sequence[Entry], by: Person | Actor, now: datetime, to: ActualState
) -> tuple[list[Planned], int, list[Refused]]:
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
) -> Planned | None:
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
    raise conflict(session, desk, cell.newest)


def conflict(session: Session, desk: Desk, row: ActualRow | Actual | None) -> Conflict:
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


def _place(index: int, entry: Entry, cell: Cell, to: ActualState) -> Planned:
    """A draft is edited in place; from submission on every change is a new version."""
    row, beside = cell.newest, cell.open
    if row is None:
        return Planned(index, entry, None, 1, 1, False, ())
    if beside is not None and beside.state is DRAFT and to is not APPROVED:
        return Planned(index, entry, beside, beside.version, beside.revision + 1, True, ())
    gone = [beside.id] if beside is not None else []
    if to is APPROVED and cell.approved is not None:
        gone.append(cell.approved.id)
    return Planned(index, entry, row, row.version + 1, row.revision + 1, False, tuple(gone))


def _ask(plans: Sequence[Planned], owed: Owed) -> tuple[list[Planned], list[Refused]]:
    lacking = owed([plan.entry for plan in plans])
    refused = [Refused(p.index, BadInput.of(*lacking[p.entry.key])) for p in plans if lacking.get(p.entry.key)]
    return [plan for plan in plans if not lacking.get(plan.entry.key)], refused


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
