"""Sessions that were signed out of, tokens that only read, and no way around the trail by INSERT OR REPLACE

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# SQLite fires no DELETE trigger for the row that REPLACE takes away.
REFUSE_REPLACE = """
CREATE TRIGGER audit_row_refuse_replace BEFORE INSERT ON audit_row
WHEN EXISTS (SELECT 1 FROM audit_row WHERE id = NEW.id)
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""


def upgrade() -> None:
    op.create_table(
        "ended_session",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ended_session")),
    )
    op.create_index(op.f("ix_ended_session_ends_at"), "ended_session", ["ends_at"])
    op.add_column("api_token", sa.Column("reads_only", sa.Boolean(), nullable=False, server_default=sa.false()))
    if op.get_bind().dialect.name == "sqlite":
        op.execute(REFUSE_REPLACE)
    else:
        op.alter_column("api_token", "reads_only", server_default=None)


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DROP TRIGGER audit_row_refuse_replace")
    with op.batch_alter_table("api_token") as batch_op:
        batch_op.drop_column("reads_only")
    op.drop_index(op.f("ix_ended_session_ends_at"), "ended_session")
    op.drop_table("ended_session")
