"""Keep the numbers of the daily report."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_FIGURES = (
    "'registered', 'concluded', 'delivered', 'received', 'accepted', 'corrected', 'granted', 'refused', 'late', "
    "'applications', 'open', 'due_today', 'yellow', 'red', 'black', 'by_department', 'by_leader', 'by_applicant', "
    "'by_procedure', 'by_center', 'material', 'delivery', 'confirmation'"
)


def upgrade() -> None:
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "board_days",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("figure", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.CheckConstraint(f"figure IN ({_FIGURES})", name=op.f("ck_board_days_figure")),
        sa.PrimaryKeyConstraint("day", "department", "figure", name=op.f("pk_board_days")),
    )


def downgrade() -> None:
    op.drop_table("board_days")
