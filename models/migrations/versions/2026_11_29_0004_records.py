"""What is kept of every step: records, messages to ourselves, documents and files."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

from models.migrations.append_only import refuse_changes

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "stored_files",
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("media_type", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("finding", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("stored_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "finding IN ('clean', 'infected', 'quarantined', 'unscanned')", name=op.f("ck_stored_files_finding")
        ),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_stored_files")),
    )
    op.create_table(
        "material_files",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("material", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("brought_by", sa.Text(), nullable=False),
        sa.Column("brought_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_material_files_application_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_material_files_sha256")),
        sa.PrimaryKeyConstraint("application_id", "material", "version", name=op.f("pk_material_files")),
    )
    op.create_index(op.f("ix_material_files_sha256"), "material_files", ["sha256"], unique=False)
    op.create_table(
        "outbox_messages",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("available_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.Column("attempts", sa.Integer(), server_default="0", nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('wake', 'mirror', 'notify')", name=op.f("ck_outbox_messages_kind")),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_outbox_messages_application_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_messages")),
        sa.UniqueConstraint("application_id", "kind", name=op.f("uq_outbox_messages_application_id_kind")),
    )
    op.create_index("ix_outbox_messages_kind_available_at", "outbox_messages", ["kind", "available_at"], unique=False)
    op.create_table(
        "step_records",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("before", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("after", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("details", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("previous_hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("hash", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_step_records_application_id")),
        sa.PrimaryKeyConstraint("application_id", "serial", name=op.f("pk_step_records")),
    )
    op.create_index("ix_step_records_at", "step_records", ["at"], unique=False)
    refuse_changes("step_records")
    op.create_table(
        "assignment_mirrors",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("flow_run_id", sa.Uuid(), nullable=False),
        sa.Column("shown", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_mirrors_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", "flow_run_id", name=op.f("pk_assignment_mirrors")),
    )
    op.create_table(
        "file_accesses",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("actor", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("source", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_file_accesses_assignment_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_file_accesses_sha256")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_file_accesses")),
    )
    op.create_index(op.f("ix_file_accesses_assignment_id"), "file_accesses", ["assignment_id"], unique=False)
    op.create_index("ix_file_accesses_sha256", "file_accesses", ["sha256"], unique=False)
    op.create_table(
        "issued_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("template_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("check_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'correction_notice', 'acceptance', 'deemed_acceptance', 'not_accepted', 'not_required', 'deferred_material', 'deferral_commitment', 'notification_and_commitment', 'special_procedure', 'extension', 'refusal', 'grant', 'returned_papers', 'withdrawal', 'delivery_record', 'refusal_filing', 'overdue_explanation', 'handover_list', 'materials_missing', 'filed', 'filing_refused', 'service_done', 'service_refused', 'deemed_approval', 'opinion_request', 'hearing_rights', 'hearing_notice', 'engagement', 'engagement_suspended', 'engagement_ended', 'supervision_order', 'yellow_card', 'red_card', 'order_to_correct', 'revocation_opened', 'revocation', 'permit_lapsed', 'cancellation_opened', 'cancellation', 'party_change')",
            name=op.f("ck_issued_documents_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_issued_documents_application_id")
        ),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_issued_documents_assignment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_issued_documents")),
        sa.UniqueConstraint("check_code", name=op.f("uq_issued_documents_check_code")),
        sa.UniqueConstraint("number", name=op.f("uq_issued_documents_number")),
    )
    op.create_index(op.f("ix_issued_documents_application_id"), "issued_documents", ["application_id"], unique=False)
    refuse_changes("issued_documents")
    op.create_table(
        "result_files",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["assignment_id"], ["assignments.id"], name=op.f("fk_result_files_assignment_id")),
        sa.ForeignKeyConstraint(["sha256"], ["stored_files.sha256"], name=op.f("fk_result_files_sha256")),
        sa.PrimaryKeyConstraint("assignment_id", "sha256", name=op.f("pk_result_files")),
    )


def downgrade() -> None:
    op.drop_table("result_files")
    op.drop_table("issued_documents")
    op.drop_table("file_accesses")
    op.drop_table("assignment_mirrors")
    op.drop_table("step_records")
    op.drop_table("outbox_messages")
    op.drop_table("material_files")
    op.drop_table("stored_files")
