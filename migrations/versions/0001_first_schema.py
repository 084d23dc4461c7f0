"""First schema

Revision: 0001
Follows: nothing
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# Exact decimals: SQLite's NUMERIC keeps 15 digits, so they are text there.
EXACT = sa.Numeric(24, 6).with_variant(sa.String(32), "sqlite")
JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

REFUSE_SQLITE = """
CREATE TRIGGER audit_row_refuse_{verb} BEFORE {verb} ON audit_row
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END
"""
REFUSE_POSTGRES = """
CREATE FUNCTION audit_row_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit trail is append-only'; END $$
"""
TRIGGER_POSTGRES = """
CREATE TRIGGER audit_row_refuse BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_row
FOR EACH STATEMENT EXECUTE FUNCTION audit_row_refuse()
"""


def protect_audit_trail() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(REFUSE_SQLITE.format(verb=verb))
    else:
        op.execute(REFUSE_POSTGRES)
        op.execute(TRIGGER_POSTGRES)


def upgrade() -> None:
    op.create_table(
        "audit_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=60), nullable=False),
        sa.Column("entity", sa.String(length=40), nullable=False),
        sa.Column("entity_id", sa.String(length=40), nullable=False),
        sa.Column("what", sa.String(length=300), nullable=False),
        sa.Column("old", JSON, nullable=True),
        sa.Column("new", JSON, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_row")),
    )
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_audit_row_action"), ["action"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_row_at"), ["at"], unique=False)
        batch_op.create_index("ix_audit_row_entity", ["entity", "entity_id"], unique=False)

    op.create_table(
        "indicator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("accumulates", sa.String(16), nullable=False),
        sa.Column("roll_up", sa.String(16), nullable=False),
        sa.Column("frequency", sa.String(16), nullable=False),
        sa.Column("lag_days", sa.Integer(), nullable=False),
        sa.Column("year_start_month", sa.Integer(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("has_parts", sa.Boolean(), nullable=False),
        sa.Column("numerator", sa.String(length=200), nullable=False),
        sa.Column("denominator", sa.String(length=200), nullable=False),
        sa.Column("scale", EXACT, nullable=True),
        sa.Column("smallest", EXACT, nullable=True),
        sa.Column("largest", EXACT, nullable=True),
        sa.Column("jump_percent", EXACT, nullable=True),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator")),
        sa.UniqueConstraint("code", name=op.f("uq_indicator_code")),
    )
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_indicator_name"), ["name"], unique=False)

    op.create_table(
        "lease",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("holder", sa.String(length=100), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_lease")),
    )
    op.create_table(
        "org_unit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["org_unit.id"], name=op.f("fk_org_unit_parent_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_org_unit")),
        sa.UniqueConstraint("code", name=op.f("uq_org_unit_code")),
    )
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_org_unit_parent_id"), ["parent_id"], unique=False)

    op.create_table(
        "account",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("login", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("session_epoch", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("last_sign_in_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_account_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("login", name=op.f("uq_account_login")),
    )
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_account_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_assignment_indicator_id")),
        sa.ForeignKeyConstraint(["reporter_id"], ["org_unit.id"], name=op.f("fk_assignment_reporter_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_assignment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint(
            "indicator_id", "unit_id", "reporter_id", name=op.f("uq_assignment_indicator_id_unit_id_reporter_id")
        ),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_indicator_id"), ["indicator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_reporter_id"), ["reporter_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_assignment_unit_id"), ["unit_id"], unique=False)

    op.create_table(
        "actual",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("numerator", EXACT, nullable=True),
        sa.Column("denominator", EXACT, nullable=True),
        sa.Column("happened_on", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("jump_reason", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("measure", sa.Text(), nullable=False),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("source_kind", sa.String(16), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("entered_by", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("return_reason", sa.Text(), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_actual_decided_by")),
        sa.ForeignKeyConstraint(["entered_by"], ["account.id"], name=op.f("fk_actual_entered_by")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_actual_indicator_id")),
        sa.ForeignKeyConstraint(["submitted_by"], ["account.id"], name=op.f("fk_actual_submitted_by")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_actual_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_actual")),
        sa.UniqueConstraint(
            "indicator_id", "unit_id", "period", "version", name=op.f("uq_actual_indicator_id_unit_id_period_version")
        ),
    )
    with op.batch_alter_table("actual", schema=None) as batch_op:
        batch_op.create_index("ix_actual_series", ["indicator_id", "unit_id", "period_end"], unique=False)
        batch_op.create_index("ix_actual_state", ["state", "period_end"], unique=False)
        batch_op.create_index(
            "uq_actual_approved",
            ["indicator_id", "unit_id", "period"],
            unique=True,
            postgresql_where=sa.text("state = 'approved' AND superseded_at IS NULL"),
            sqlite_where=sa.text("state = 'approved' AND superseded_at IS NULL"),
        )
        batch_op.create_index(
            "uq_actual_open",
            ["indicator_id", "unit_id", "period"],
            unique=True,
            postgresql_where=sa.text("state <> 'approved' AND superseded_at IS NULL"),
            sqlite_where=sa.text("state <> 'approved' AND superseded_at IS NULL"),
        )

    op.create_table(
        "api_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["account.id"], name=op.f("fk_api_token_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_api_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_api_token_token_hash")),
    )
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_api_token_account_id"), ["account_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("media_type", sa.String(length=100), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("plan_year", sa.Integer(), nullable=True),
        sa.Column("published_on", sa.Date(), nullable=True),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("supersedes_id", sa.Integer(), nullable=True),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["imported_by"], ["account.id"], name=op.f("fk_document_imported_by")),
        sa.ForeignKeyConstraint(["supersedes_id"], ["document.id"], name=op.f("fk_document_supersedes_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("sha256", name=op.f("uq_document_sha256")),
    )
    op.create_table(
        "source",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("cron", sa.String(length=60), nullable=False),
        sa.Column("needs_approval", sa.Boolean(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_source_created_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("name", name=op.f("uq_source_name")),
    )
    op.create_table(
        "clause",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.String(length=80), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("heading", sa.String(length=300), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_clause_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clause")),
    )
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_clause_document_id"), ["document_id"], unique=False)

    op.create_table(
        "document_file",
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_document_file_document_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_document_file")),
    )
    op.create_table(
        "job_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("job", sa.String(length=60), nullable=False),
        sa.Column("claim", sa.String(length=60), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.Column("rejected", sa.Integer(), nullable=False),
        sa.Column("rejects", JSON, nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["asked_by"], ["account.id"], name=op.f("fk_job_run_asked_by")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_job_run_source_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_run")),
        sa.UniqueConstraint("job", "claim", name=op.f("uq_job_run_job_claim")),
    )
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_job_run_job"), ["job"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_run_source_id"), ["source_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_job_run_state"), ["state"], unique=False)

    op.create_table(
        "plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("issuer", sa.String(length=200), nullable=False),
        sa.Column("number", sa.String(length=100), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_plan_document_id")),
        sa.ForeignKeyConstraint(["region_id"], ["org_unit.id"], name=op.f("fk_plan_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan")),
        sa.UniqueConstraint("code", name=op.f("uq_plan_code")),
    )
    op.create_table(
        "monthly_report",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("issue_year", sa.Integer(), nullable=False),
        sa.Column("issue_number", sa.Integer(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("content", JSON, nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["created_by"], ["account.id"], name=op.f("fk_monthly_report_created_by")),
        sa.ForeignKeyConstraint(["issued_by"], ["account.id"], name=op.f("fk_monthly_report_issued_by")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_monthly_report_plan_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_monthly_report")),
        sa.UniqueConstraint("plan_id", "period", "version", name=op.f("uq_monthly_report_plan_id_period_version")),
    )
    with op.batch_alter_table("monthly_report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_monthly_report_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("indicator_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("clause_path", sa.String(length=80), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("demo", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_target_clause_id")),
        sa.ForeignKeyConstraint(["indicator_id"], ["indicator.id"], name=op.f("fk_target_indicator_id")),
        sa.ForeignKeyConstraint(["lead_id"], ["org_unit.id"], name=op.f("fk_target_lead_id")),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_target_plan_id")),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_target_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("code", name=op.f("uq_target_code")),
    )
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_indicator_id"), ["indicator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_lead_id"), ["lead_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_target_plan_id"), ["plan_id"], unique=False)

    op.create_table(
        "allocation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("low", EXACT, nullable=True),
        sa.Column("high", EXACT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_allocation_recorded_by")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_allocation_target_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_allocation_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
        sa.UniqueConstraint("target_id", "unit_id", "version", name=op.f("uq_allocation_target_id_unit_id_version")),
    )
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_allocation_target_id"), ["target_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_allocation_unit_id"), ["unit_id"], unique=False)
        batch_op.create_index(
            "uq_allocation_current",
            ["target_id", "unit_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "assessment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=8), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("light", sa.String(16), nullable=False),
        sa.Column("data_period", sa.String(length=8), nullable=True),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("expected", EXACT, nullable=True),
        sa.Column("target_value", EXACT, nullable=True),
        sa.Column("progress", EXACT, nullable=True),
        sa.Column("gap", EXACT, nullable=True),
        sa.Column("rule", sa.String(length=60), nullable=False),
        sa.Column("rule_version", sa.String(length=40), nullable=False),
        sa.Column("operands", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cut_off", sa.DateTime(timezone=True), nullable=False),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_assessment_plan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_assessment_target_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_assessment_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assessment")),
        sa.UniqueConstraint(
            "target_id", "unit_id", "period", "version", name=op.f("uq_assessment_target_id_unit_id_period_version")
        ),
    )
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.create_index(
            "ix_assessment_board",
            ["plan_id", "period", "light", "target_id", "unit_id", "data_period"],
            unique=False,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.create_index(
            "uq_assessment_current",
            ["target_id", "unit_id", "period"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "baseline",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("known", sa.Boolean(), nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_baseline_recorded_by")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_baseline_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_baseline")),
        sa.UniqueConstraint("target_id", "version", name=op.f("uq_baseline_target_id_version")),
    )
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_baseline_target_id"), ["target_id"], unique=False)
        batch_op.create_index(
            "uq_baseline_current",
            ["target_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "candidate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("clause_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("comparator", sa.String(16), nullable=True),
        sa.Column("comparator_text", sa.String(length=40), nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("low", EXACT, nullable=True),
        sa.Column("high", EXACT, nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=True),
        sa.Column("baseline_value", EXACT, nullable=True),
        sa.Column("baseline_date", sa.Date(), nullable=True),
        sa.Column("change", sa.String(16), nullable=True),
        sa.Column("basis", sa.String(length=100), nullable=False),
        sa.Column("hedge", sa.String(length=20), nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("group_key", sa.String(length=40), nullable=False),
        sa.Column("nature", sa.String(length=12), nullable=False),
        sa.Column("deliverable_type", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Double(), nullable=False),
        sa.Column("reasons", JSON, nullable=False),
        sa.Column("marked_by", sa.Integer(), nullable=True),
        sa.Column("decision", sa.String(16), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Integer(), nullable=True),
        sa.Column("decision_reason", sa.String(length=300), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["clause_id"], ["clause.id"], name=op.f("fk_candidate_clause_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["decided_by"], ["account.id"], name=op.f("fk_candidate_decided_by")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_candidate_document_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["marked_by"], ["account.id"], name=op.f("fk_candidate_marked_by")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_candidate_target_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_candidate")),
    )
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_candidate_decision"), ["decision"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_document_id"), ["document_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_candidate_target_id"), ["target_id"], unique=False)

    op.create_table(
        "rule_setting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("settings", JSON, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan_id"], ["plan.id"], name=op.f("fk_rule_setting_plan_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_rule_setting_recorded_by")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["target.id"], name=op.f("fk_rule_setting_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rule_setting")),
    )
    with op.batch_alter_table("rule_setting", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_rule_setting_plan_id"), ["plan_id"], unique=False)
        batch_op.create_index(
            "uq_rule_setting_plan",
            ["plan_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL AND target_id IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL AND target_id IS NULL"),
        )
        batch_op.create_index(
            "uq_rule_setting_target",
            ["target_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL AND target_id IS NOT NULL"),
            sqlite_where=sa.text("superseded_at IS NULL AND target_id IS NOT NULL"),
        )

    op.create_table(
        "target_support",
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target_id"], ["target.id"], name=op.f("fk_target_support_target_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["org_unit.id"], name=op.f("fk_target_support_unit_id")),
        sa.PrimaryKeyConstraint("target_id", "unit_id", name=op.f("pk_target_support")),
    )
    op.create_table(
        "target_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("comparator", sa.String(16), nullable=False),
        sa.Column("comparator_text", sa.String(length=40), nullable=False),
        sa.Column("value", EXACT, nullable=True),
        sa.Column("low", EXACT, nullable=True),
        sa.Column("high", EXACT, nullable=True),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("judged_as", sa.String(16), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("change", sa.String(16), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("deadline", sa.Date(), nullable=False),
        sa.Column("curve", JSON, nullable=False),
        sa.Column("scope", sa.String(length=200), nullable=False),
        sa.Column("hedge", sa.String(length=20), nullable=False),
        sa.Column("nature", sa.String(length=12), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_start", sa.Integer(), nullable=True),
        sa.Column("evidence_end", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_target_version_recorded_by")),
        sa.ForeignKeyConstraint(
            ["target_id"], ["target.id"], name=op.f("fk_target_version_target_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_version")),
        sa.UniqueConstraint("target_id", "version", name=op.f("uq_target_version_target_id_version")),
    )
    with op.batch_alter_table("target_version", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_version_target_id"), ["target_id"], unique=False)
        batch_op.create_index(
            "uq_target_version_current",
            ["target_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    op.create_table(
        "waiver",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("lifted", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.Column("superseded_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["recorded_by"], ["account.id"], name=op.f("fk_waiver_recorded_by")),
        sa.ForeignKeyConstraint(["target_id"], ["target.id"], name=op.f("fk_waiver_target_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiver")),
        sa.UniqueConstraint("target_id", "version", name=op.f("uq_waiver_target_id_version")),
    )
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_waiver_target_id"), ["target_id"], unique=False)
        batch_op.create_index(
            "uq_waiver_current",
            ["target_id"],
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    protect_audit_trail()


def downgrade() -> None:
    with op.batch_alter_table("waiver", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_waiver_current",
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_waiver_target_id"))

    op.drop_table("waiver")
    with op.batch_alter_table("target_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_target_version_current",
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_target_version_target_id"))

    op.drop_table("target_version")
    op.drop_table("target_support")
    with op.batch_alter_table("rule_setting", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_rule_setting_target",
            postgresql_where=sa.text("superseded_at IS NULL AND target_id IS NOT NULL"),
            sqlite_where=sa.text("superseded_at IS NULL AND target_id IS NOT NULL"),
        )
        batch_op.drop_index(
            "uq_rule_setting_plan",
            postgresql_where=sa.text("superseded_at IS NULL AND target_id IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL AND target_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_rule_setting_plan_id"))

    op.drop_table("rule_setting")
    with op.batch_alter_table("candidate", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_candidate_target_id"))
        batch_op.drop_index(batch_op.f("ix_candidate_document_id"))
        batch_op.drop_index(batch_op.f("ix_candidate_decision"))

    op.drop_table("candidate")
    with op.batch_alter_table("baseline", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_baseline_current",
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_baseline_target_id"))

    op.drop_table("baseline")
    with op.batch_alter_table("assessment", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_assessment_current",
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(
            "ix_assessment_board",
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )

    op.drop_table("assessment")
    with op.batch_alter_table("allocation", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_allocation_current",
            postgresql_where=sa.text("superseded_at IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_allocation_unit_id"))
        batch_op.drop_index(batch_op.f("ix_allocation_target_id"))

    op.drop_table("allocation")
    with op.batch_alter_table("target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_plan_id"))
        batch_op.drop_index(batch_op.f("ix_target_lead_id"))
        batch_op.drop_index(batch_op.f("ix_target_indicator_id"))

    op.drop_table("target")
    with op.batch_alter_table("monthly_report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_monthly_report_plan_id"))

    op.drop_table("monthly_report")
    op.drop_table("plan")
    with op.batch_alter_table("job_run", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_job_run_state"))
        batch_op.drop_index(batch_op.f("ix_job_run_source_id"))
        batch_op.drop_index(batch_op.f("ix_job_run_job"))

    op.drop_table("job_run")
    op.drop_table("document_file")
    with op.batch_alter_table("clause", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_clause_document_id"))

    op.drop_table("clause")
    op.drop_table("source")
    op.drop_table("document")
    with op.batch_alter_table("api_token", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_api_token_account_id"))

    op.drop_table("api_token")
    with op.batch_alter_table("actual", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_actual_open",
            postgresql_where=sa.text("state <> 'approved' AND superseded_at IS NULL"),
            sqlite_where=sa.text("state <> 'approved' AND superseded_at IS NULL"),
        )
        batch_op.drop_index(
            "uq_actual_approved",
            postgresql_where=sa.text("state = 'approved' AND superseded_at IS NULL"),
            sqlite_where=sa.text("state = 'approved' AND superseded_at IS NULL"),
        )
        batch_op.drop_index("ix_actual_state")
        batch_op.drop_index("ix_actual_series")

    op.drop_table("actual")
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_unit_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_reporter_id"))
        batch_op.drop_index(batch_op.f("ix_assignment_indicator_id"))

    op.drop_table("assignment")
    with op.batch_alter_table("account", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_account_unit_id"))

    op.drop_table("account")
    with op.batch_alter_table("org_unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_org_unit_parent_id"))

    op.drop_table("org_unit")
    op.drop_table("lease")
    with op.batch_alter_table("indicator", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_indicator_name"))

    op.drop_table("indicator")
    with op.batch_alter_table("audit_row", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_row_entity")
        batch_op.drop_index(batch_op.f("ix_audit_row_at"))
        batch_op.drop_index(batch_op.f("ix_audit_row_action"))

    op.drop_table("audit_row")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_row_refuse()")
