"""Alembic's door: an open connection is handed in by `kpi.db.migrate`, so there is no second configuration."""

from __future__ import annotations

from alembic import context

from kpi.db.base import Base
from kpi.db.migrate import load_records

load_records()

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
