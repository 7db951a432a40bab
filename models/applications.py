"""Applicants, projects and the applications they hand in, with materials, milestones and notices."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index, Text
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.delivery.record import DeliveryChannel
from rules.joining import Verdict
from rules.vocabulary import ApplicationStatus, NoticeKind, Outcome, SiblingsDecision


class Applicant(SQLModel, table=True):
    """An enterprise or person (申请人), known by its unified social credit code or identity number."""

    __tablename__ = "applicants"

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    credit_code: str = Field(unique=True)
    name: str = text()
    contact: str | None = text(nullable=True)


class ApplicantVersion(SQLModel, table=True):
    """What an applicant is called from a day on (个转企, 企业更名): the same party, known by the same code."""

    __tablename__ = "applicant_versions"

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    applicant_id: int = Field(foreign_key="applicants.id", index=True, sa_type=BigInteger)
    name: str = text()
    former_name: str = text()
    #: As registered; None: never told.
    kind: str | None = text(nullable=True)
    #: Of the registration authority.
    document: str = text()
    changed_on: date
    recorded_at: datetime = instant()
    recorded_by: str = text()


class Project(SQLModel, table=True):
    """A project (项目); ``code`` is the national project code where one has been issued."""

    __tablename__ = "projects"

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    applicant_id: int = Field(foreign_key="applicants.id", index=True, sa_type=BigInteger)
    name: str = text()
    code: str | None = Field(default=None, unique=True)


class Application(SQLModel, table=True):
    """One application (代办件); this row's lock serialises every change of it and of all below it."""

    __tablename__ = "applications"
    __table_args__ = (
        one_of("status", ApplicationStatus),
        one_of("outcome", Outcome, nullable=True),
        one_of("verdict", Verdict, nullable=True),
        one_of("siblings", SiblingsDecision, nullable=True),
        one_of("delivery_channel", DeliveryChannel),
        Index("ix_applications_due", "next_timer", postgresql_where=sql("next_timer IS NOT NULL")),
        Index("ix_applications_open", "id", postgresql_where=sql("NOT complete")),
        Index("ix_applications_green", "id", postgresql_where=sql("green IS NOT NULL")),
        Index("ix_applications_registered", "registered_at"),
        Index("ix_applications_status", "status", "id"),
        Index("ix_applications_journey", "journey", "id"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    number: str = Field(unique=True)
    project_id: int = Field(foreign_key="projects.id", index=True, sa_type=BigInteger)
    applicant_id: int = Field(foreign_key="applicants.id", index=True, sa_type=BigInteger)
    network: str = Field(foreign_key="approval_networks.digest")
    catalog_version: int = Field(foreign_key="catalog_versions.number")
    journey: str
    answers: dict[str, Any] = document()
    agent_id: int = Field(foreign_key="people.id", index=True)
    backup_agent_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    steward_id: int | None = Field(default=None, foreign_key="people.id", index=True)
    status: str
    outcome: str | None = None
    #: Nothing is left to do or to wait for; set when the plan has an outcome.
    complete: bool = False
    registered_at: datetime = instant()
    concluded_at: datetime | None = instant(nullable=True)
    delivered_at: datetime | None = instant(nullable=True)
    withdrawal_requested_at: datetime | None = instant(nullable=True)
    next_timer: datetime | None = instant(nullable=True)
    #: How the applicant wants the results, and whether all together (一并出件).
    delivery_channel: str = DeliveryChannel.ONLINE
    delivery_together: bool = False
    delivery_address: str | None = text(nullable=True)
    #: The applicant has confirmed the receipt of everything; the last objection was answered; it is closed.
    confirmed_at: datetime | None = instant(nullable=True)
    objection_answered_at: datetime | None = instant(nullable=True)
    closed_at: datetime | None = instant(nullable=True)
    #: Why closing was refused, as last recorded.
    closing_refused: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    #: SHA-256 of the code with which the applicant looks at it and speaks without an account; None: none issued.
    tracking_sha256: str | None = None
    #: Permits that are to be renewed (延续), by item: number, last day, and whether asked for in time.
    renewals: dict[str, Any] | None = document(nullable=True)
    #: It goes first (绿色通道): authority, document, reason and since when; None: in its turn.
    green: dict[str, Any] | None = document(nullable=True)
    #: Grows by one with every change; messages to Prefect carry it.
    revision: int = 0
    step_count: int = 0
    last_hash: str = ""
    #: The caller's Idempotency-Key, so that a repeated launch answers with the first application.
    launch_key: str | None = Field(default=None, unique=True)
    launch_digest: str | None = None
    #: What the required items come to, once certain while something was still at work.
    verdict: str | None = None
    verdict_at: datetime | None = instant(nullable=True)
    #: The agent's answer to what becomes of those still at work.
    siblings: str | None = None
    #: The application whose refusal this one answers: what was granted there counts here.
    reapplies_id: int | None = Field(default=None, foreign_key="applications.id", index=True, sa_type=BigInteger)


class ApplicationWords(SQLModel, table=True):
    """What an application can be found by: the characters of its names, and their pairs (``casework.words``)."""

    __tablename__ = "application_words"
    __table_args__ = (Index("ix_application_words_grams", "grams", postgresql_using="gin"),)

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    grams: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))


class Material(SQLModel, table=True):
    """A document the application has, or has been asked for (材料), once for all items that need it."""

    __tablename__ = "materials"

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    name: str = Field(primary_key=True)
    asked_at: datetime | None = instant(nullable=True)
    provided_at: datetime | None = instant(nullable=True)
    provided_by: str | None = text(nullable=True)
    #: How many times it has been brought; 0: asked for and never brought.
    version: int = 0
    #: Of the newest version, where it is known.
    sha256: str | None = None


class Milestone(SQLModel, table=True):
    """A real-world milestone: ``opened_at`` is when the law lets it happen, ``reached_at`` when it did."""

    __tablename__ = "milestones"

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    code: str = Field(primary_key=True)
    opened_at: datetime = instant()
    reached_at: datetime | None = instant(nullable=True)
    reported_by: str | None = text(nullable=True)


class JointExtension(SQLModel, table=True):
    """The one extension of a stage that several departments handle together (行政许可法 art. 42(2))."""

    __tablename__ = "joint_extensions"

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    stage: str = Field(primary_key=True)
    days: int
    #: The head of the government who approved it.
    approver: str = text()
    reason: str = text()
    at: datetime = instant()


class Notice(SQLModel, table=True):
    """A notice to the applicant (告知); unsent until the flow has delivered it."""

    __tablename__ = "notices"
    __table_args__ = (
        one_of("kind", NoticeKind),
        Index("ix_notices_application_id", "application_id"),
        Index("ix_notices_unsent", "application_id", postgresql_where=sql("sent_at IS NULL")),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID | None = Field(default=None, foreign_key="assignments.id", index=True)
    kind: str
    title: str = text()
    body: dict[str, Any] = document()
    created_at: datetime = instant()
    sent_at: datetime | None = instant(nullable=True)
