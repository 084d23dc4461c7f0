"""Whatever moves a light, and the light current when it ends. Doors call these, never the rooms behind them.

Values: `record`, `approve`, `return_`, `preview`, `import_sheet`, `import_rows`, `collect`.
Targets are in `kpi.operations.actions_targets`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kpi.accounts.rules import Person
from kpi.actuals import actions as actuals
from kpi.actuals import actions_decisions as decisions
from kpi.actuals.actions_cells import facts_of, period_of
from kpi.actuals.actions_rows import resolve
from kpi.actuals.actions_writing import APPROVED, SUBMITTED, Taken
from kpi.actuals.records import Actual, ActualState, Source, SourceKind
from kpi.actuals.rules import Entry, complete, explanation_problems
from kpi.actuals.rules_rows import IncomingRow
from kpi.assessment import actions as assessment
from kpi.assessment.actions_keeping import Judged
from kpi.assessment.rules import Light, Observation, Result
from kpi.assessment.rules_rollup import WORST_FIRST
from kpi.audit.actions import Actor
from kpi.catalog.records import Indicator
from kpi.core.errors import BadInput, Problem
from kpi.core.period import Period
from kpi.core.text import t
from kpi.db.bulk import many_rows

_TO_BE_EXPLAINED = frozenset({Light.BEHIND, Light.OFF_TRACK})


# --- by hand ------------------------------------------------------------------------------------------------------


def record(session: Session, entry: Entry, *, by: Person, now: datetime, submit: bool) -> Actual | None:
    """Save one value as a draft, or submit it; raises BadInput, Forbidden or Conflict, and nothing is saved then.

    Submitting a value that makes a light amber or red asks for cause, measure and expected date. Returns what
    stands in the cell now (None only when an empty cell was saved empty).
    """
    if not submit:
        return actuals.save_draft(session, entry, by=by, now=now)
    return actuals.submit(session, entry, by=by, now=now, owed=lambda entries: _unexplained(session, entries, now))


def approve(session: Session, items: Sequence[tuple[int, int]], *, by: Person, now: datetime) -> list[Taken]:
    """Let submitted values take effect, all or none, and bring the lights they move up to date.

    `items` are (actual id, revision looked at).
    """
    taken = decisions.approve(session, items, by=by, now=now)
    _reassess(session, taken, now)
    return taken


def return_(
    session: Session, items: Sequence[tuple[int, int]], *, reason: str, by: Person, now: datetime
) -> list[Taken]:
    """Give submitted values back with a reason, all or none; no light moves."""
    return decisions.return_(session, items, reason=reason, by=by, now=now)


def _reassess(session: Session, taken: Iterable[Taken], now: datetime) -> int:
    """Every target that these approved values count for, from the month of the earliest of them on."""
    first: dict[tuple[int, int], Period] = {}
    for each in taken:
        key, month = (each.indicator_id, each.unit_id), period_of(each.period).last_month
        first[key] = min(month, first.get(key, month))
    moved = assessment.moved_by(session, first.keys())
    since = {target_id: min(first[cell] for cell in cells) for target_id, cells in moved.items()}
    return assessment.assess(session, since.keys(), now, since)


# --- looking ahead ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Preview:
    """What would follow if a value were approved: the worst light of the targets it counts for.

    `asks`: cause, measure and expected date are owed with it. No target, no result.
    """

    target_id: int | None = None
    target_name: str = ""
    result: Result | None = None

    @property
    def asks(self) -> bool:
        return self.result is not None and self.result.light in _TO_BE_EXPLAINED


def preview(session: Session, entry: Entry, now: datetime) -> Preview:
    """The result of the entry's own month that would follow; reads only, and checks nothing."""
    return previews(session, [entry], now).get(entry.key, Preview())


def previews(session: Session, entries: Sequence[Entry], now: datetime) -> dict[tuple[int, int, str], Preview]:
    """The same for many entries at once, as if all of them were approved; by cell."""
    indicators = {entry.indicator_id: session.get(Indicator, entry.indicator_id) for entry in entries}
    values: dict[tuple[int, int], list[Observation]] = {}
    for entry in entries:
        indicator = indicators[entry.indicator_id]
        done = complete(entry, facts_of(indicator)) if indicator else entry
        seen = Observation(done.period, done.value, done.numerator, done.denominator, done.happened_on)
        values.setdefault(entry.key[:2], []).append(seen)
    found = assessment.previews(session, values, now)
    return {key: _worst(judged) for key, judged in found.items()}


def _worst(judged: Sequence[Judged]) -> Preview:
    worst = min(judged, key=lambda each: WORST_FIRST.index(each.result.light))
    return Preview(worst.target.target_id, worst.target.name, worst.result)


def _unexplained(
    session: Session, entries: Sequence[Entry], now: datetime
) -> dict[tuple[int, int, str], list[Problem]]:
    """What is still owed with values that turn a light amber or red, by cell; nothing is missing keyless."""
    silent = {entry.key: owed for entry in entries if (owed := explanation_problems(entry))}
    if not silent:
        return {}
    seen = previews(session, entries, now)
    return {key: owed for key, owed in silent.items() if key in seen and seen[key].asks}


# --- many at once -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of the rows of a file or source; `problems` name row, field and reason."""

    taken: int = 0
    unchanged: int = 0
    problems: tuple[Problem, ...] = ()


def import_rows(
    session: Session,
    rows: Sequence[IncomingRow],
    *,
    by: Person | Actor,
    now: datetime,
    to: ActualState,
    source_kind: SourceKind,
    source: str = "",
    all_or_nothing: bool = True,
) -> Imported:
    """Rows with codes into cells, in bulk: the same checks as for one value, and the lights they move current.

    With any problem nothing is written, unless `all_or_nothing` is False: then the good rows are taken. A person's
    rows can go as far as submitted; approved is for the service itself.
    """
    asked = isinstance(by, Person) and to is SUBMITTED
    with many_rows(session):
        read = resolve(session, rows, source_kind=source_kind, source=source)
        done = actuals.record(
            session,
            read.entries,
            by=by,
            now=now,
            to=to,
            all_or_nothing=all_or_nothing,
            owed=(lambda entries: _unexplained(session, entries, now)) if asked else None,
            # Unreadable rows stop the others, but a person wants the whole list of problems at once.
            dry=all_or_nothing and bool(read.problems),
        )
        if to is APPROVED:
            _reassess(session, done.taken, now)
    found = [*read.problems, *(p for one in done.refused for p in one.problems(read.rows[one.index]))]
    return Imported(len(done.taken), done.unchanged, tuple(sorted(found, key=lambda p: p.row or 0)))


def import_sheet(
    session: Session, rows: Sequence[IncomingRow], *, by: Person, now: datetime, file_name: str = ""
) -> Imported:
    """An uploaded workbook, submitted as a whole: BadInput with every problem (row, field, reason), or all is saved."""
    done = import_rows(
        session, rows, by=by, now=now, to=SUBMITTED, source_kind=SourceKind.SHEET, source=file_name[:200]
    )
    if done.problems:
        raise BadInput(t("有{n}处问题，全部内容均未保存，请改正后重新上传。", n=len(done.problems)), done.problems)
    return done


def collect(session: Session, source: Source, rows: Sequence[IncomingRow], now: datetime) -> Imported:
    """Rows of a job: good ones are taken, bad ones rejected with row and reason; the same rows again change nothing.

    Values take effect at once, or wait for a reviewer, as the source says. What a person is working on, or has put
    right, is never overwritten.
    """
    return import_rows(
        session,
        rows,
        by=Actor(None, t("采集：{name}", name=source.name)),
        now=now,
        to=SUBMITTED if source.needs_approval else APPROVED,
        source_kind=SourceKind.JOB,
        source=source.name,
        all_or_nothing=False,
    )
