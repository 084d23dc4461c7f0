"""How an indicator was measured before it was changed, so that an old result can be worked out again

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

EXACT = sa.Numeric(24, 6).with_variant(sa.String(32), "sqlite")


def upgrade() -> None:
    op.create_table(
        "former_indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("accumulates", sa.String(length=16), nullable=False),
        sa.Column("roll_up", sa.String(length=16), nullable=False),
        sa.Column("lag_days", sa.Integer(), nullable=False),
        sa.Column("year_start_month", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("scale", EXACT, nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["indicator_id"], ["indicator.id"], name=op.f("fk_former_indicator_indicator_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_former_indicator")),
    )
    op.create_index(op.f("ix_former_indicator_indicator_id"), "former_indicator", ["indicator_id"])


def downgrade() -> None:
    op.drop_index(op.f("ix_former_indicator_indicator_id"), "former_indicator")
    op.drop_table("former_indicator")
