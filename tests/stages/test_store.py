"""Sessions, exact columns and instants mean the same on both databases."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal as D
from pathlib import Path

import pytest
from psycopg import errors
from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError, InternalError, OperationalError, StatementError
from sqlalchemy.orm import Session

from kpi.actuals.records import Actual, ActualState, SourceKind
from kpi.audit.actions import SYSTEM
from kpi.catalog import actions as catalog
from kpi.config import Settings
from kpi.core.errors import BadInput, Conflict, Unavailable
from kpi.core.period import Frequency
from kpi.core.quantity import Direction, Kind
from kpi.db.bulk import FEW, insert_rows
from kpi.db.store import Store
from kpi.db.troubles import in_words
from kpi.organisation import actions as organisation
from kpi.organisation.records import OrgUnit, UnitKind
from support import NOW


def unit(code: str) -> OrgUnit:
    return OrgUnit(code=code, name=code, kind=UnitKind.REGION)


def test_a_write_is_kept_and_a_failed_one_leaves_nothing(store: Store) -> None:
    with store.write() as session:
        session.add(unit("A"))
    with pytest.raises(ZeroDivisionError), store.write() as session:
        session.add(unit("B"))
        session.flush()
        raise ZeroDivisionError
    with store.rehearse() as session:
        session.add(unit("C"))
        session.flush()
    with store.read() as session:
        assert session.scalars(select(OrgUnit.code)).all() == ["A"]


def test_a_read_session_keeps_nothing(store: Store) -> None:
    with store.read() as session:
        session.add(unit("A"))
    if store.engine.dialect.name == "postgresql":
        with pytest.raises(InternalError, match="read-only"), store.read() as session:
            session.execute(insert(OrgUnit).values(code="B", name="B", kind=UnitKind.REGION))
    with store.read() as session:
        assert session.scalars(select(OrgUnit.code)).all() == []


def test_a_writer_who_waits_too_long_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    if store.engine.dialect.name == "postgresql":
        pytest.skip("writers of different rows do not wait there")
    monkeypatch.setattr("kpi.db.store.BUSY_TIMEOUT_MS", 1)
    impatient = Store(store.url.render_as_string(hide_password=False))
    with store.write(), pytest.raises(Unavailable, match="数据库正忙"), impatient.write():
        pass
    impatient.close()


def test_two_writers_queue_instead_of_failing(store: Store) -> None:
    def add(code: str) -> None:
        with store.write() as session:
            session.scalars(select(OrgUnit)).all()
            session.add(unit(code))

    threads = [threading.Thread(target=add, args=(f"U{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert len(session.scalars(select(OrgUnit)).all()) == 8


@pytest.mark.parametrize("value", ["17.123456", "123456789012345.678901", "-0.000001", "0", "46000"])
def test_decimals_are_exact(session: Session, value: str) -> None:
    place = organisation.create(session, code="R", name="市", kind=UnitKind.REGION, parent_id=None, by=SYSTEM, now=NOW)
    indicator = catalog.create(
        session, name="数", kind=Kind.COUNT, unit="家", direction=Direction.MORE, frequency=Frequency.MONTH,
        by=SYSTEM, now=NOW,
    )  # fmt: skip
    east = datetime(2026, 11, 8, 9, 30, tzinfo=timezone(timedelta(hours=8)))
    session.add(
        Actual(
            indicator_id=indicator.id,
            unit_id=place.id,
            period="2026-10",
            period_end=NOW.date(),
            state=ActualState.DRAFT,
            value=D(value),
            source_kind=SourceKind.MANUAL,
            recorded_at=east,
        )
    )
    session.flush()
    session.expire_all()
    actual = session.scalars(select(Actual)).one()
    assert actual.value == D(value)
    assert (actual.recorded_at, actual.recorded_at.tzinfo) == (east, UTC)


@pytest.mark.parametrize(
    ("wrong", "why"),
    [({"recorded_at": datetime(2026, 1, 1)}, "naive datetime"), ({"value": 0.5}, "take Decimal")],
)
def test_naive_instants_and_floats_are_refused(session: Session, wrong: dict[str, object], why: str) -> None:
    right = {"period_end": NOW.date(), "state": ActualState.DRAFT, "source_kind": SourceKind.MANUAL, "recorded_at": NOW}
    session.add(Actual(indicator_id=1, unit_id=1, period="2026", **right | wrong))
    with pytest.raises(StatementError, match=why):
        session.flush()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("database is locked", "数据库正忙"),
        ("database or disk is full", "磁盘已满"),
        ("attempt to write a readonly database", "只能读取"),
        ("unable to open database file", "连接不上"),
    ],
)
def test_trouble_with_the_database_is_told_and_its_own_words_are_logged(
    words: str, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match=told), in_words():
        raise OperationalError("INSERT …", {}, Exception(words))
    assert words in caplog.text


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (errors.DeadlockDetected("检测到死锁"), "数据库正忙"),
        (errors.LockNotAvailable("无法获得锁"), "数据库正忙"),
        (errors.DiskFull("无法扩展文件: 设备上没有空间"), "磁盘已满"),
    ],
)
def test_postgresql_may_tell_its_trouble_in_any_language(error: Exception, told: str) -> None:
    with pytest.raises(Unavailable, match=told), in_words():
        raise OperationalError("INSERT …", {}, error)


@pytest.mark.parametrize("count", [1, FEW + 1])
def test_who_is_second_to_make_a_thing_is_told(store: Store, caplog: pytest.LogCaptureFixture, count: int) -> None:
    rows = [{"code": f"A{n}", "name": "A", "kind": UnitKind.REGION, "position": 0} for n in range(count)]
    rows = [row | {"active": True, "demo": False} for row in rows]
    with store.write() as session:
        session.add(unit("A0"))
    with pytest.raises(Conflict, match="没有保存"), store.write() as session:
        insert_rows(session, OrgUnit.__table__, rows)
    assert "org_unit" in caplog.text


def test_a_mistake_of_ours_stays_one(store: Store) -> None:
    with pytest.raises(OperationalError), in_words():
        raise OperationalError("SELECT …", {}, Exception("no such column: x"))
    with pytest.raises(IntegrityError), store.write() as session:
        session.add(OrgUnit(code="A", name="A", kind=UnitKind.REGION, parent_id=99))


def test_a_database_out_of_reach_is_told(tmp_path: Path) -> None:
    (tmp_path / "kpi.db").write_bytes(b"something else" * 100)
    for url in (f"sqlite:///{tmp_path / 'kpi.db'}", "postgresql+psycopg://u:secret@127.0.0.1:1/x"):
        away = Store(url)
        with pytest.raises(Unavailable, match="连接不上") as caught, away.read() as session:
            session.scalars(select(OrgUnit)).all()
        assert "secret" not in str(caught.value)
        away.close()


@pytest.mark.parametrize("url", ["nonsense", "foo://u:secret@bar"])
def test_an_address_that_is_none_is_told_without_its_secrets(url: str) -> None:
    with pytest.raises(BadInput, match="KPI_DATABASE_URL") as caught:
        Store(url)
    assert "secret" not in str(caught.value)


def test_the_secret_is_made_once_and_for_the_owner_only(tmp_path: Path) -> None:
    keys = {Settings(var=tmp_path / "new").signing_key for _ in range(3)}
    assert len(keys.pop()) == 64
    assert not keys
    assert (tmp_path / "new" / "secret_key").stat().st_mode & 0o077 == 0
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["secret_key"]
