"""What the measurements share: databases of the product measured, and the ledger of 1,000 targets × 36 months."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from typing import Any

from bench.databases import Databases
from bench.workload import Ledger, Shape, generate
from kpi.db.store import Store


class Ground:
    """`quick` makes everything ten times smaller: to see that it works, not to compare figures."""

    def __init__(self, databases: Databases, *, quick: bool) -> None:
        self.databases, self.quick = databases, quick
        self._stores: list[Store] = []

    @property
    def product(self) -> str:
        return self.databases.product

    @property
    def cpu(self) -> Callable[[], float]:
        return self.databases.cpu_seconds

    def smaller(self, shape: Shape) -> Shape:
        return replace(shape, targets=max(20, shape.targets // 10)) if self.quick else shape

    def made(self, name: str, shape: Shape) -> tuple[Store, Ledger]:
        """A database of its own with a generated ledger."""
        store = self.databases.fresh(name)
        self._stores.append(store)
        with store.write() as session:
            ledger = generate(session, self.smaller(shape))
        self.databases.settle(store)
        return store, ledger

    @cached_property
    def usual(self) -> tuple[Store, Ledger]:
        return self.made("ledger", Shape())

    def driver(self, store: Store) -> Any:
        """A bare connection of the database's own driver, for the raw figures."""
        connection = store.engine.raw_connection()
        connection.detach()
        return connection

    def close(self) -> None:
        for store in self._stores:
            store.close()
