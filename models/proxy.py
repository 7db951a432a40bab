"""What proxy handling (代办) rests on: engagements, enquiries and who answers for them, and what stewards are told."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.engagement import EngagementEnd
from rules.enquiries import HandOver
from rules.slowness import AlertKind


class Engagement(SQLModel, table=True):
    """An entrustment (委托); an application has one that has not ended, and keeps those that have."""

    __tablename__ = "engagements"
    __table_args__ = (
        one_of("ended_because", EngagementEnd, nullable=True),
        one_of("suspended_because", EngagementEnd, nullable=True),
        CheckConstraint("(ended_at IS NULL) = (ended_because IS NULL)", name="ended"),
        CheckConstraint("valid_until >= valid_from", name="valid_until"),
        Index("ix_engagements_application_id", "application_id"),
        Index("uq_engagements_current", "application_id", unique=True, postgresql_where=sql("ended_at IS NULL")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    #: The principal: the applicant who entrusts.
    applicant_id: int = Field(foreign_key="applicants.id", sa_type=BigInteger)
    #: Who signed for the applicant: the legal representative or who is authorised by them.
    representative: str | None = text(nullable=True)
    #: Number of the power of attorney (委托书); None for the default engagement of the intake form.
    reference: str | None = text(nullable=True)
    agent_id: int = Field(foreign_key="people.id")
    deputy_id: int | None = Field(default=None, foreign_key="people.id")
    #: Items and stages as entrusted; both empty mean the whole application.
    items: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    stages: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    verbs: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    excluded: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    valid_from: date
    valid_until: date | None = None
    signed_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    ended_because: str | None = None
    end_note: str | None = text(nullable=True)
    #: No agent acts at present (代办中止), why, and what lets it go on.
    suspended_at: datetime | None = instant(nullable=True)
    suspended_because: str | None = None
    suspension_note: str | None = text(nullable=True)


class Enquiry(SQLModel, table=True):
    """Something somebody asked (咨询), perhaps about an application, and who answers for it (首问负责)."""

    __tablename__ = "enquiries"
    __table_args__ = (
        Index("ix_enquiries_open", "id", postgresql_where=sql("resolved_at IS NULL")),
        # Of TOLERATED_BOUNCES: few of those that are open.
        Index("ix_enquiries_alarming", "id", postgresql_where=sql("resolved_at IS NULL AND bounces > 1")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int | None = Field(default=None, foreign_key="applications.id", index=True, sa_type=BigInteger)
    asker: str = text()
    subject: str = text()
    asked_at: datetime = instant()
    first_id: int = Field(foreign_key="people.id")
    responsible_id: int = Field(foreign_key="people.id", index=True)
    offered_to_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    bounces: int = 0
    resolved_at: datetime | None = instant(nullable=True)
    resolution: str | None = text(nullable=True)


class EnquiryStep(SQLModel, table=True):
    """What happened to the responsibility for an enquiry, in order."""

    __tablename__ = "enquiry_steps"
    __table_args__ = (one_of("kind", HandOver),)

    enquiry_id: int = Field(primary_key=True, foreign_key="enquiries.id", sa_type=BigInteger)
    serial: int = Field(primary_key=True)
    kind: str
    at: datetime = instant()
    by_id: int = Field(foreign_key="people.id")
    to_id: int | None = Field(default=None, foreign_key="people.id")
    reason: str | None = text(nullable=True)


class StewardAlert(SQLModel, table=True):
    """What a steward is told of slow progress, once as long as it lasts; what comes anew is told anew."""

    __tablename__ = "steward_alerts"
    __table_args__ = (
        one_of("kind", AlertKind),
        Index(
            "uq_steward_alerts_lasting",
            "application_id",
            "kind",
            "subject",
            unique=True,
            postgresql_where=sql("ended_at IS NULL"),
        ),
        Index("ix_steward_alerts_open", "addressee_id", postgresql_where=sql("acknowledged_at IS NULL")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    kind: str
    #: Code of the item.
    subject: str
    department: str = Field(foreign_key="departments.code")
    addressee_id: int = Field(foreign_key="people.id")
    since: date
    days: int
    raised_at: datetime = instant()
    #: When it was found to be so no longer.
    ended_at: datetime | None = instant(nullable=True)
    acknowledged_at: datetime | None = instant(nullable=True)
    acknowledged_by: str | None = text(nullable=True)
    reply: str | None = text(nullable=True)


class StewardWatch(SQLModel, table=True):
    """The last day on which somebody looked whether an application is slow; once a day is enough."""

    __tablename__ = "steward_watches"

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    looked_on: date
