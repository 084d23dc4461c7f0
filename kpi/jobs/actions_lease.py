"""The lease: of any number of scheduler processes exactly one works. Time is the database's own."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kpi.core.errors import WrongState
from kpi.core.text import t
from kpi.jobs.records import Lease

LEASE = "scheduler"
"""Whose holder works the schedule."""

_NOW = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now') || '000'",
    "postgresql": "clock_timestamp()",
}
_THEN = {
    "sqlite": "strftime('%Y-%m-%d %H:%M:%f', 'now', :seconds || ' seconds') || '000'",
    "postgresql": "clock_timestamp() + make_interval(secs => :seconds)",
}


class LeaseLost(WrongState):
    """Another process leads now; whatever was being done is dropped."""


@dataclass(frozen=True)
class Held:
    """Proof of leading: good while the row still says this fence and has not expired."""

    name: str
    fence: int


def take_lease(session: Session, name: str, holder: str, seconds: float) -> int | None:
    """The fencing number while `holder` leads for `seconds` more; None while another does.

    One conditional UPDATE, so that two who try at once can not both succeed. The number rises whenever the
    holder changes, and stays while the same holder renews.
    """
    dialect = session.get_bind().dialect.name
    session.execute(
        text("INSERT INTO lease (name, holder, fence) VALUES (:name, '', 0) ON CONFLICT (name) DO NOTHING"),
        {"name": name},
    )
    taken = text(
        f"""UPDATE lease SET fence = CASE WHEN holder = :holder THEN fence ELSE fence + 1 END,
                holder = :holder, expires_at = {_THEN[dialect]}
            WHERE name = :name AND (holder = :holder OR expires_at IS NULL OR expires_at <= {_NOW[dialect]})
            RETURNING fence"""  # noqa: S608 - only the words above, nothing from outside
    )
    fence: int | None = session.scalar(taken, {"name": name, "holder": holder, "seconds": seconds})
    return fence


def release_lease(session: Session, name: str, holder: str) -> None:
    """Let go at once, so that a standby need not wait for the expiry."""
    session.execute(
        text("UPDATE lease SET holder = '', expires_at = NULL WHERE name = :name AND holder = :holder"),
        {"name": name, "holder": holder},
    )


def still_held(session: Session, held: Held) -> None:
    """LeaseLost unless the lease is ours to the end of this transaction: for the write of a run's results.

    The row stays locked until then, so a successor starts after our results or instead of them.
    """
    row = session.execute(
        select(Lease.fence).where(Lease.name == held.name).with_for_update().execution_options(populate_existing=True)
    ).first()
    if row is None or row.fence != held.fence or not is_led(session, held.name):
        raise LeaseLost(t("另一个调度进程已接手，本次运行的结果没有保存。"))


def is_led(session: Session, name: str) -> bool:
    """Whether any process leads at this moment."""
    moment = _NOW[session.get_bind().dialect.name]
    alive = text(f"SELECT 1 FROM lease WHERE name = :name AND expires_at > {moment}")  # noqa: S608 - as above
    return session.scalar(alive, {"name": name}) is not None
