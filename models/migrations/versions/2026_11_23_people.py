"""Add posts and absences, engagements, enquiries, and what stewards are told."""

from collections.abc import Sequence

import sqlalchemy as sa
import sqlmodel.sql.sqltypes
from alembic import op
from sqlalchemy.dialects import postgresql

revision: str = "people"
down_revision: str | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None


def upgrade() -> None:
    # A migration must not queue behind a long transaction and block everybody behind itself.
    op.execute("SET LOCAL lock_timeout = '5s'")
    op.create_table(
        "applicant_classes",
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("enterprise_class", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "enterprise_class IN ('key_project', 'above_scale_industry', 'above_scale_trade')",
            name=op.f("ck_applicant_classes_enterprise_class"),
        ),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_applicant_classes_applicant_id")),
        sa.PrimaryKeyConstraint("applicant_id", "enterprise_class", name=op.f("pk_applicant_classes")),
    )
    op.create_table(
        "absences",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first", sa.Date(), nullable=False),
        sa.Column("last", sa.Date(), nullable=True),
        sa.Column("returned_on", sa.Date(), nullable=True),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("applications", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("backup_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Text(), nullable=False),
        sa.CheckConstraint("last >= first", name=op.f("ck_absences_last")),
        sa.ForeignKeyConstraint(["backup_id"], ["people.id"], name=op.f("fk_absences_backup_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_absences_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absences")),
    )
    op.create_index(op.f("ix_absences_person_id"), "absences", ["person_id"], unique=False)
    op.create_table(
        "posts",
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("item", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("principal_id", sa.Integer(), nullable=False),
        sa.Column("backup_id", sa.Integer(), nullable=True),
        sa.Column("manager_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("backup_id <> principal_id", name=op.f("ck_posts_backup")),
        sa.ForeignKeyConstraint(["backup_id"], ["people.id"], name=op.f("fk_posts_backup_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_posts_department")),
        sa.ForeignKeyConstraint(["manager_id"], ["people.id"], name=op.f("fk_posts_manager_id")),
        sa.ForeignKeyConstraint(["principal_id"], ["people.id"], name=op.f("fk_posts_principal_id")),
        sa.PrimaryKeyConstraint("department", "item", name=op.f("pk_posts")),
    )
    op.create_table(
        "steward_duties",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enterprise_class", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.CheckConstraint(
            "enterprise_class IN ('key_project', 'above_scale_industry', 'above_scale_trade')",
            name=op.f("ck_steward_duties_enterprise_class"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_steward_duties_person_id")),
        sa.PrimaryKeyConstraint("person_id", "enterprise_class", name=op.f("pk_steward_duties")),
    )
    op.create_table(
        "engagements",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("applicant_id", sa.BigInteger(), nullable=False),
        sa.Column("representative", sa.Text(), nullable=True),
        sa.Column("reference", sa.Text(), nullable=True),
        sa.Column("agent_id", sa.Integer(), nullable=False),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("items", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("stages", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("verbs", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("excluded", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_until", sa.Date(), nullable=True),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_because", sqlmodel.sql.sqltypes.AutoString(), nullable=True),
        sa.Column("end_note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "ended_because IS NULL OR ended_because IN ('revoked', 'expired', 'false_papers', 'fees_unpaid', 'conditions_unmet', 'project_cancelled', 'applicant_unresponsive', 'statutory')",
            name=op.f("ck_engagements_ended_because"),
        ),
        sa.CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name=op.f("ck_engagements_ended")),
        sa.CheckConstraint("valid_until >= valid_from", name=op.f("ck_engagements_valid_until")),
        sa.ForeignKeyConstraint(["agent_id"], ["people.id"], name=op.f("fk_engagements_agent_id")),
        sa.ForeignKeyConstraint(["applicant_id"], ["applicants.id"], name=op.f("fk_engagements_applicant_id")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_engagements_application_id")),
        sa.ForeignKeyConstraint(["deputy_id"], ["people.id"], name=op.f("fk_engagements_deputy_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_engagements")),
    )
    op.create_index("ix_engagements_application_id", "engagements", ["application_id"], unique=False)
    op.create_index(
        "uq_engagements_current",
        "engagements",
        ["application_id"],
        unique=True,
        postgresql_where=sa.text("ended_at IS NULL"),
    )
    op.create_table(
        "enquiries",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=True),
        sa.Column("asker", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("responsible_id", sa.Integer(), nullable=False),
        sa.Column("offered_to_id", sa.Integer(), nullable=True),
        sa.Column("bounces", sa.Integer(), nullable=False),
        sa.Column("resolved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("resolution", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_enquiries_application_id")),
        sa.ForeignKeyConstraint(["first_id"], ["people.id"], name=op.f("fk_enquiries_first_id")),
        sa.ForeignKeyConstraint(["offered_to_id"], ["people.id"], name=op.f("fk_enquiries_offered_to_id")),
        sa.ForeignKeyConstraint(["responsible_id"], ["people.id"], name=op.f("fk_enquiries_responsible_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enquiries")),
    )
    op.create_index(op.f("ix_enquiries_application_id"), "enquiries", ["application_id"], unique=False)
    op.create_index(op.f("ix_enquiries_offered_to_id"), "enquiries", ["offered_to_id"], unique=False)
    op.create_index(
        "ix_enquiries_open", "enquiries", ["id"], unique=False, postgresql_where=sa.text("resolved_at IS NULL")
    )
    op.create_index(op.f("ix_enquiries_responsible_id"), "enquiries", ["responsible_id"], unique=False)
    op.create_table(
        "steward_alerts",
        sa.Column("id", sa.BigInteger(), nullable=False),
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("subject", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("department", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("addressee_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("acknowledged_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("acknowledged_by", sa.Text(), nullable=True),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('silent', 'repeated_extension', 'stop_too_long', 'red_light')",
            name=op.f("ck_steward_alerts_kind"),
        ),
        sa.ForeignKeyConstraint(["addressee_id"], ["people.id"], name=op.f("fk_steward_alerts_addressee_id")),
        sa.ForeignKeyConstraint(["application_id"], ["applications.id"], name=op.f("fk_steward_alerts_application_id")),
        sa.ForeignKeyConstraint(["department"], ["departments.code"], name=op.f("fk_steward_alerts_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_steward_alerts")),
        sa.UniqueConstraint(
            "application_id", "kind", "subject", name=op.f("uq_steward_alerts_application_id_kind_subject")
        ),
    )
    op.create_index(
        "ix_steward_alerts_open",
        "steward_alerts",
        ["addressee_id"],
        unique=False,
        postgresql_where=sa.text("acknowledged_at IS NULL"),
    )
    op.create_table(
        "steward_watches",
        sa.Column("application_id", sa.BigInteger(), nullable=False),
        sa.Column("looked_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"], ["applications.id"], name=op.f("fk_steward_watches_application_id")
        ),
        sa.PrimaryKeyConstraint("application_id", name=op.f("pk_steward_watches")),
    )
    op.create_table(
        "enquiry_steps",
        sa.Column("enquiry_id", sa.BigInteger(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("kind", sqlmodel.sql.sqltypes.AutoString(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('offered', 'accepted', 'declined', 'resolved')", name=op.f("ck_enquiry_steps_kind")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["people.id"], name=op.f("fk_enquiry_steps_by_id")),
        sa.ForeignKeyConstraint(["enquiry_id"], ["enquiries.id"], name=op.f("fk_enquiry_steps_enquiry_id")),
        sa.ForeignKeyConstraint(["to_id"], ["people.id"], name=op.f("fk_enquiry_steps_to_id")),
        sa.PrimaryKeyConstraint("enquiry_id", "serial", name=op.f("pk_enquiry_steps")),
    )
    op.add_column("decisions", sa.Column("on_behalf_of", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("decisions", "on_behalf_of")
    op.drop_table("enquiry_steps")
    op.drop_table("steward_watches")
    op.drop_index(
        "ix_steward_alerts_open", table_name="steward_alerts", postgresql_where=sa.text("acknowledged_at IS NULL")
    )
    op.drop_table("steward_alerts")
    op.drop_index(op.f("ix_enquiries_responsible_id"), table_name="enquiries")
    op.drop_index("ix_enquiries_open", table_name="enquiries", postgresql_where=sa.text("resolved_at IS NULL"))
    op.drop_index(op.f("ix_enquiries_offered_to_id"), table_name="enquiries")
    op.drop_index(op.f("ix_enquiries_application_id"), table_name="enquiries")
    op.drop_table("enquiries")
    op.drop_index("uq_engagements_current", table_name="engagements", postgresql_where=sa.text("ended_at IS NULL"))
    op.drop_index("ix_engagements_application_id", table_name="engagements")
    op.drop_table("engagements")
    op.drop_table("steward_duties")
    op.drop_table("posts")
    op.drop_index(op.f("ix_absences_person_id"), table_name="absences")
    op.drop_table("absences")
    op.drop_table("applicant_classes")
