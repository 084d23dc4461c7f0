"""Alembic's door: an open connection is handed in by `kpi.db.migrate`, so there is no second configuration."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from kpi.db.base import Base
from kpi.db.migrate import load_records
from kpi.db.types import Exact, Instant


def stand_alone(kind: str, thing: Any, _autogen: Any) -> str | Literal[False]:
    """Write our column types into a new migration as plain SQLAlchemy, so that it never imports `kpi`."""
    if kind != "type":
        return False
    match thing:
        case Instant():
            return "sa.DateTime(timezone=True)"
        case Exact():
            return "EXACT"
        case sa.Enum():
            return f"sa.String({thing.length})"
        case sa.JSON():
            return "JSON"
    return False


load_records()

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
    render_item=stand_alone,
)
with context.begin_transaction():
    context.run_migrations()
