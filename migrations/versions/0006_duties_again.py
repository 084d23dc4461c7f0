"""A unit may report the same values in several spans of time: from one day on, then another unit, then it again

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ONCE, AGAIN = ["indicator_id", "unit_id", "reporter_id"], ["indicator_id", "unit_id", "reporter_id", "starts_on"]

SAME = "other.indicator_id = {0}.indicator_id AND other.unit_id = {0}.unit_id AND other.reporter_id = {0}.reporter_id"
WIDEN = f"""UPDATE assignment SET
    starts_on = (SELECT min(other.starts_on) FROM assignment other WHERE {SAME.format("assignment")}),
    ends_on = (SELECT max(other.ends_on) FROM assignment other WHERE {SAME.format("assignment")})"""  # noqa: S608
KEEP_ONE = """DELETE FROM assignment
    WHERE id NOT IN (SELECT min(id) FROM assignment GROUP BY indicator_id, unit_id, reporter_id)"""


def upgrade() -> None:
    _drop(ONCE)
    _create(AGAIN)


def downgrade() -> None:
    """The old table has room for one span of each reporter: the one that holds all of them."""
    _drop(AGAIN)
    op.execute(WIDEN)
    op.execute(KEEP_ONE)
    _create(ONCE)


def _drop(columns: list[str]) -> None:
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.drop_constraint("uq_assignment_" + "_".join(columns), type_="unique")


def _create(columns: list[str]) -> None:
    with op.batch_alter_table("assignment") as batch_op:
        batch_op.create_unique_constraint("uq_assignment_" + "_".join(columns), columns)
