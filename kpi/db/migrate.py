"""Bringing a database to the schema of this version, from code: doors and tests call the same function."""

from __future__ import annotations

import importlib
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

ROOMS_WITH_RECORDS = (
    "audit",
    "organisation",
    "accounts",
    "catalog",
    "documents",
    "extraction",
    "targets",
    "actuals",
    "assessment",
    "reporting",
    "jobs",
)


def load_records() -> None:
    """Make every mapped class known to the metadata; by name, since this room is left of all of them."""
    for room in ROOMS_WITH_RECORDS:
        importlib.import_module(f"kpi.{room}.records")


def configuration(scripts: Path, connection: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine, scripts: Path, revision: str = "head") -> None:
    """Run the migrations that are missing; one transaction."""
    with engine.begin() as connection:
        command.upgrade(configuration(scripts, connection), revision)


def downgrade(engine: Engine, scripts: Path, revision: str = "base") -> None:
    with engine.begin() as connection:
        command.downgrade(configuration(scripts, connection), revision)


def is_current(engine: Engine, scripts: Path) -> bool:
    with engine.connect() as connection:
        heads = MigrationContext.configure(connection).get_current_heads()
    return set(heads) == set(ScriptDirectory.from_config(configuration(scripts)).get_heads())
