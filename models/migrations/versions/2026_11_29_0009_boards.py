"""What boards count."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "0009"
down_revision: str | None = "0008"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "board_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("figure", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "figure IN ('registered', 'concluded', 'delivered', 'received', 'accepted', 'corrected', 'granted', 'refused', 'late', 'applications', 'open', 'due_today', 'yellow', 'red', 'black', 'by_department', 'by_leader', 'by_applicant', 'by_procedure', 'by_center', 'material', 'delivery', 'confirmation')",
            name=op.f("ck_board_days_figure"),
        ),
        sa.PrimaryKeyConstraint("day", "department", "figure", name=op.f("pk_board_days")),
    )
    op.create_table(
        "board_ratings",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("grade", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "grade", name=op.f("pk_board_ratings")),
    )
    op.create_table(
        "board_refreshes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("findings_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("id = 1", name=op.f("ck_board_refreshes_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_board_refreshes")),
    )
    op.create_table(
        "board_standings",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("open", sa.Integer(), nullable=False),
        sa.Column("due_today", sa.Integer(), nullable=False),
        sa.Column("yellow", sa.Integer(), nullable=False),
        sa.Column("red", sa.Integer(), nullable=False),
        sa.Column("black", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("department", "journey", name=op.f("pk_board_standings")),
    )
    op.create_table(
        "board_weeks",
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=False),
        sa.Column("timed", sa.Integer(), nullable=False),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.Integer(), nullable=False),
        sa.Column("center", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("week", "department", "journey", name=op.f("pk_board_weeks")),
    )
    op.create_table(
        "kept_findings",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("evidence", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint(
            "kind IN ('refiled', 'stop_without_basis', 'stop_too_long', 'stop_at_the_end', 'returned_at_the_end', 'bulk_closing', 'reported_late', 'not_received', 'closing_rejected', 'unlisted_material')",
            name=op.f("ck_kept_findings_kind"),
        ),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_kept_findings_application_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_findings")),
    )
    op.create_index("ix_kept_findings_at", "kept_findings", ["at", "id"], unique=False)
    op.create_index("ix_kept_findings_kind", "kept_findings", ["kind", "at", "id"], unique=False)
    op.create_index("uq_kept_findings_matter", "kept_findings", ["application_id", "kind", "item", "at"], unique=True)
    op.create_table(
        "assignment_figures",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("journey", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timed", sa.Boolean(), nullable=False),
        sa.Column("late", sa.Boolean(), nullable=False),
        sa.Column("promised", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("applicant", sa.Integer(), nullable=False),
        sa.Column("center", sa.Integer(), nullable=False),
        sa.Column("stopped", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["assignment_id"], ["assignments.id"], name=op.f("fk_assignment_figures_assignment_id")
        ),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_assignment_figures")),
    )
    op.create_index("ix_assignment_figures_week", "assignment_figures", ["week"], unique=False)


def downgrade() -> None:
    op.drop_table("assignment_figures")
    op.drop_table("kept_findings")
    op.drop_table("board_weeks")
    op.drop_table("board_standings")
    op.drop_table("board_refreshes")
    op.drop_table("board_ratings")
    op.drop_table("board_days")
