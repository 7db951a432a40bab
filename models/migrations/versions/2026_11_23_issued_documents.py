"""Create the issued documents, which cannot be changed."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "issued_documents",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("assignment_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("content", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("template_version", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sha256", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("check_code", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('receipt', 'correction_notice', 'acceptance', 'deemed_acceptance', 'not_accepted', 'not_required', 'deferred_material', 'deferral_commitment', 'notification_and_commitment', 'special_procedure', 'extension', 'refusal', 'grant', 'returned_papers', 'withdrawal', 'delivery_record', 'refusal_filing', 'overdue_explanation', 'handover_list')",
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
    op.execute(_REFUSE_CHANGES)
    op.execute(
        "CREATE TRIGGER issued_documents_unchanged BEFORE UPDATE OR DELETE ON issued_documents"
        " FOR EACH ROW EXECUTE FUNCTION daiban_refuse_document_changes()"
    )
    op.execute(
        "CREATE TRIGGER issued_documents_no_truncate BEFORE TRUNCATE ON issued_documents"
        " FOR EACH STATEMENT EXECUTE FUNCTION daiban_refuse_document_changes()"
    )


_REFUSE_CHANGES = """
CREATE FUNCTION daiban_refuse_document_changes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'issued documents are never changed' USING ERRCODE = 'restrict_violation';
END $$
"""


def downgrade() -> None:
    op.drop_table("issued_documents")
    op.execute("DROP FUNCTION daiban_refuse_document_changes")
