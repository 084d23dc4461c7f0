"""Counts of lights are kept beside the lights

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

NOW = sa.text("superseded_at IS NULL")
BOARD_BEFORE = ["plan_id", "period", "light", "target_id", "unit_id", "data_period"]
BOARD = ["plan_id", "period", "unit_id", "light", "target_id", "data_period"]

COUNT_WHAT_IS_KEPT = """
INSERT INTO light_count (plan_id, period, unit_id, own, lead_id, light, data_period, count)
SELECT a.plan_id, a.period, a.unit_id, t.unit_id = a.unit_id, t.lead_id, a.light, coalesce(a.data_period, ''), count(*)
FROM assessment a JOIN target t ON t.id = a.target_id
WHERE a.superseded_at IS NULL
GROUP BY a.plan_id, a.period, a.unit_id, t.unit_id = a.unit_id, t.lead_id, a.light, coalesce(a.data_period, '')
"""


def upgrade() -> None:
    op.create_table(
        "light_count",
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("light", sa.String(16), nullable=False),
        sa.Column("data_period", sa.String(length=8), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name="fk_light_count_plan_id", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name="fk_light_count_unit_id"),
        sa.ForeignKeyConstraint(["lead_id"], ["org_unit.id"], name="fk_light_count_lead_id"),
        sa.PrimaryKeyConstraint(
            "plan_id", "period", "unit_id", "own", "lead_id", "light", "data_period", name="pk_light_count"
        ),
    )
    op.execute(COUNT_WHAT_IS_KEPT)
    _index_board(BOARD)


def downgrade() -> None:
    _index_board(BOARD_BEFORE)
    op.drop_table("light_count")


def _index_board(columns: list[str]) -> None:
    op.drop_index("ix_assessment_board", "assessment")
    op.create_index("ix_assessment_board", "assessment", columns, postgresql_where=NOW, sqlite_where=NOW)
