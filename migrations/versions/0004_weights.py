"""A target weighs so much where targets are rolled up into one score

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(24, 6).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.add_column("target_version", sa.Column("weight", EXACT, nullable=False, server_default="1"))
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("target_version", "weight", server_default=None)


def downgrade() -> None:
    op.drop_column("target_version", "weight")
