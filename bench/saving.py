"""Saving one value: submitted by an officer and approved by a reviewer, with checks, lights and trail."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.figures import Figure, timed
from bench.ground import Ground
from bench.workload import LAST_MONTH, NOW
from kpi.accounts.actions import person_of
from kpi.accounts.records import Account
from kpi.accounts.rules import Person, Role
from kpi.actuals.records import Actual
from kpi.actuals.rules import Entry
from kpi.operations import actions as operations
from kpi.targets.records import Target

RUNS, WARM = 40, 8
MONTH = LAST_MONTH.next()
SAID: dict[str, Any] = {"cause": "设备未到位", "measure": "逐周调度", "expected_on": date(2026, 12, 20)}


def measure(ground: Ground) -> Iterator[Figure]:
    store, ledger = ground.usual
    with store.read() as session:
        officers, reviewer = _people(session)
        leads = dict(session.execute(select(Target.id, Target.lead_id)).tuples().all())
        last = _last_values(session)
    left = iter(sorted(last))

    def save() -> None:
        """Two transactions, as two people make them."""
        target = next(left)
        value, numerator, denominator = last[target]
        given: dict[str, Any] = {"numerator": numerator, "denominator": denominator}
        if numerator is None:
            given = {"value": value}
        entry = Entry(target, 1, MONTH, **given, **SAID)
        with store.write() as session:
            saved = operations.record(session, entry, by=officers[leads[target]], now=NOW, submit=True)
        assert saved is not None
        with store.write() as session:
            operations.approve(session, [(saved.id, saved.revision)], by=reviewer, now=NOW)

    runs = min(RUNS, len(ledger.target_ids) // 3)
    raw = timed(_raw(ground), runs, 5).usual
    ours = timed(save, runs, WARM, ground.cpu)
    least = "the same rows by bare SQL, two transactions"
    yield Figure("saving one value", ground.product, "ms", ours, raw, least, 15)


def _people(session: Session) -> tuple[dict[int, Person], Person]:
    accounts = session.scalars(select(Account).where(Account.role.in_((Role.OFFICER, Role.REVIEWER)))).all()
    people = [person_of(session, account) for account in accounts]
    officers = {person.unit_id: person for person in people if person.unit_id is not None}
    return officers, next(person for person in people if person.role is Role.REVIEWER)


def _last_values(session: Session) -> dict[int, tuple[Decimal | None, ...]]:
    """Of the series that are up to date; the next month repeats them."""
    query = select(Actual.indicator_id, Actual.value, Actual.numerator, Actual.denominator).where(
        Actual.period == str(LAST_MONTH), Actual.indicator_id > 20
    )
    return {row[0]: (row[1], row[2], row[3]) for row in session.execute(query)}


def _raw(ground: Ground) -> Callable[[], None]:
    """Value in, value approved, light superseded and written, two rows of trail; nothing checked or computed."""
    store = ground.usual[0]
    connection = ground.driver(store)
    mark = "?" if ground.product == "sqlite" else "%s"
    months = (f"{year}-{month:02d}" for year in count(2001) for month in range(1, 13))

    def put(cursor: Any, name: str, row: dict[str, Any]) -> None:
        columns, marks = ", ".join(row), ", ".join([mark] * len(row))
        cursor.execute(f"INSERT INTO {name} ({columns}) VALUES ({marks})", list(row.values()))

    def run() -> None:
        cursor, month = connection.cursor(), next(months)
        cursor.execute("BEGIN")
        put(cursor, "actual", _ACTUAL | {"period": month})
        put(cursor, "audit_row", _TRAIL)
        cursor.execute("COMMIT")
        cursor.execute("BEGIN")
        cursor.execute(f"UPDATE actual SET state = 'approved' WHERE indicator_id = 1 AND period = {mark}", [month])
        gone = f"UPDATE assessment SET superseded_at = {mark} WHERE target_id = 1 AND unit_id = 1 AND period = {mark}"
        cursor.execute(gone, [str(NOW), month])
        put(cursor, "assessment", _LIGHT | {"period": month})
        put(cursor, "audit_row", _TRAIL)
        cursor.execute("COMMIT")

    if ground.product == "postgresql":
        connection.autocommit = True
    return run


_AT = "2026-10-12 01:00:00"
_WORDS = dict.fromkeys(("note", "jump_reason", "cause", "measure", "source", "return_reason"), "")
_ACTUAL = _WORDS | {"indicator_id": 1, "unit_id": 1, "period_end": "2001-01-31", "version": 9, "revision": 1}
_ACTUAL |= {"state": "submitted", "value": "12", "source_kind": "manual", "recorded_at": _AT}
_TRAIL = {"at": _AT, "actor": "测量", "action": "actuals.submit", "entity": "actual", "entity_id": "1", "what": "测量"}
_TRAIL |= {"new": json.dumps({"value": "12"}), "why": ""}
_LIGHT = {"plan_id": 1, "target_id": 1, "unit_id": 1, "version": 9, "light": "on_track", "value": "12", "rule": "reach"}
_LIGHT |= {"rule_version": "1", "operands": json.dumps({"expected": "11"}), "reason": "测量", "cut_off": _AT}
_LIGHT |= {"computed_at": _AT, "as_of": "2001-01-31", "superseded_at": _AT}
