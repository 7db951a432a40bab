"""Approval items at their departments: assignments, clocks, decisions, and what both sides told each other."""

from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKeyConstraint, Index, Text, UniqueConstraint
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import ARRAY
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.catalog import Channel
from rules.clocks import ClockEventKind, Light
from rules.vocabulary import AssignmentStatus, DecisionKind, DepartmentAct, MessageKind, Rung

_OPEN: Final = sql("ended_at IS NULL")


class Assignment(SQLModel, table=True):
    """An approval item at a department (部门任务), once per application, item and round."""

    __tablename__ = "assignments"
    __table_args__ = (
        UniqueConstraint("application_id", "item", "round"),
        ForeignKeyConstraint(["catalog_version", "item"], ["approval_items.catalog_version", "approval_items.code"]),
        one_of("status", AssignmentStatus),
        one_of("light", Light),
        one_of("channel", Channel, nullable=True),
        one_of("rung", Rung, nullable=True),
        Index("ix_assignments_department_status", "department", "status"),
        # The lists of what is open and of what has ended, of a department and of the city, in the order they are shown.
        Index("ix_assignments_open", "department", "promised_due", "id", postgresql_where=_OPEN),
        Index(
            "ix_assignments_green",
            "department",
            "promised_due",
            "id",
            postgresql_where=sql("ended_at IS NULL AND green"),
        ),
        Index("ix_assignments_open_light", "department", "light", "promised_due", "id", postgresql_where=_OPEN),
        Index("ix_assignments_due", "promised_due", "id", postgresql_where=_OPEN),
        Index("ix_assignments_light", "light", "promised_due", "id", postgresql_where=_OPEN),
        Index(
            "ix_assignments_proposed",
            "department",
            "opened_at",
            postgresql_where=sql("status = 'refusal_proposed'"),
        ),
        Index(
            "ix_assignments_given_up",
            "application_id",
            postgresql_where=sql(
                "procedures #>> '{cancellation,ground}' = 'requested' "
                "AND procedures #> '{cancellation,struck_off_on}' IS NULL"
            ),
        ),
        Index("ix_assignments_ended", "department", "ended_at", "id", postgresql_where=sql("ended_at IS NOT NULL")),
        Index("ix_assignments_ended_at", "ended_at", "id", postgresql_where=sql("ended_at IS NOT NULL")),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    catalog_version: int
    item: str
    department: str = Field(foreign_key="departments.code")
    round: int = 1
    status: str
    light: str = Light.GREEN
    awaits: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    #: Silence has accepted it (行政许可法 art. 32(4)).
    deemed_accepted: bool = False
    #: What its one-time notice lists.
    asked: list[str] = Field(sa_column=Column(ARRAY(Text), nullable=False))
    #: Which version of each material its decision relied on.
    relied_on: dict[str, Any] = document()
    handler: str | None = text(nullable=True)
    receipt_number: str | None = text(nullable=True)
    opened_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
    #: The assignment of an earlier application whose decision this is.
    reused_from: UUID | None = Field(default=None, foreign_key="assignments.id")
    #: A negative decision that waits for its approver, as it was proposed.
    proposal: dict[str, Any] | None = document(nullable=True)
    #: The legal limit of which the department was warned that silence means consent, and when it had the warning.
    warned_for: date | None = None
    warned_at: datetime | None = instant(nullable=True)
    #: The passed legal limit has been brought before supervision.
    escalated: bool = False
    #: How far supervision has gone, since when, and whether its last order has been answered.
    rung: str | None = None
    supervised_on: date | None = None
    answered: bool = False
    #: The deadlines last told, and the edition of the calendar they were computed by.
    promised_due: date | None = None
    legal_due: date | None = None
    provisional: bool = False
    calendar_edition: int | None = None
    #: The first reminder has gone out.
    reminded: bool = False
    #: It had stopped because of another item that is under way again: the item may be filed anew.
    superseded: bool = False
    #: The day by which its permit must have been made use of, and how often that was extended (建筑法 art. 9).
    use_by: date | None = None
    use_extensions: int = 0
    #: It comes first in its department's queue (绿色通道).
    green: bool = False
    #: Of its hearing, its site visit and the revocation of its permit, by name.
    procedures: dict[str, Any] | None = document(nullable=True)
    #: Chosen by a person in place of its department's own (转收件箱); None: the department's.
    channel: str | None = None


class ClockEvent(SQLModel, table=True):
    """A fact from which a clock is computed; a clock itself is never stored."""

    __tablename__ = "clock_events"
    __table_args__ = (
        one_of("kind", ClockEventKind),
        Index("ix_clock_events_application_id", "application_id"),
        Index("ix_clock_events_assignment_id", "assignment_id"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID = Field(foreign_key="assignments.id")
    kind: str
    at: datetime = instant()
    days: int | None = None
    reason: str = text("")


class Decision(SQLModel, table=True):
    """The one final decision of an assignment (决定)."""

    __tablename__ = "decisions"
    __table_args__ = (
        one_of("kind", DecisionKind),
        # 否定备案: no refusal without its filing, nor with that of another assignment.
        CheckConstraint("filing IS NOT NULL OR kind NOT IN ('refused', 'not_accepted')", name="filed"),
        ForeignKeyConstraint(["filing", "assignment_id"], ["refusal_filings.number", "refusal_filings.assignment_id"]),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    assignment_id: UUID = Field(foreign_key="assignments.id", unique=True)
    kind: str
    document_number: str | None = text(nullable=True)
    reason: str | None = text(nullable=True)
    legal_basis: str | None = text(nullable=True)
    handler: str | None = text(nullable=True)
    #: Whom the handler stood in for (B岗代A岗); the decision carries both names.
    on_behalf_of: str | None = text(nullable=True)
    decided_at: datetime = instant()
    recorded_at: datetime = instant()
    source: str = text()
    filing: str | None = None


class DepartmentMessage(SQLModel, table=True):
    """A message to a department; its id is the Idempotency-Key it travels with."""

    __tablename__ = "department_messages"
    __table_args__ = (
        one_of("kind", MessageKind),
        Index(
            "ix_department_messages_unsent",
            "application_id",
            postgresql_where=sql("sent_at IS NULL AND voided_at IS NULL"),
        ),
        Index("ix_department_messages_assignment_id", "assignment_id"),
        Index(
            "ix_department_messages_stuck",
            "department",
            "created_at",
            postgresql_where=sql(
                "sent_at IS NULL AND voided_at IS NULL"
                " AND (deferred_at IS NOT NULL OR retry_at IS NOT NULL OR parked_at IS NOT NULL)"
            ),
        ),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID = Field(foreign_key="assignments.id")
    department: str = Field(foreign_key="departments.code")
    kind: str
    serial: int
    body: dict[str, Any] = document()
    created_at: datetime = instant()
    sent_at: datetime | None = instant(nullable=True)
    voided_at: datetime | None = instant(nullable=True)
    rejected_at: datetime | None = instant(nullable=True)
    retry_at: datetime | None = instant(nullable=True)
    #: Its endpoint is busy or left alone (real time); it gets its turn without having been tried.
    deferred_at: datetime | None = instant(nullable=True)
    #: The schedule of retries has ended: kept for a person, or for the day the department is back.
    parked_at: datetime | None = instant(nullable=True)
    attempts: int = 0
    #: The first attempt in vain, and the real time of the last one.
    held_since: datetime | None = instant(nullable=True)
    tried_at: datetime | None = instant(nullable=True)
    last_error: str | None = text(nullable=True)
    discarded_by: str | None = text(nullable=True)


class DepartmentEvent(SQLModel, table=True):
    """An event a department reported, with the answer it got: a duplicate is answered as the first was."""

    __tablename__ = "department_events"
    __table_args__ = (one_of("kind", DepartmentAct),)

    assignment_id: UUID = Field(primary_key=True, foreign_key="assignments.id")
    event_id: str = Field(primary_key=True)
    #: Who reported it: an assignment may have been handed on since.
    department: str
    kind: str
    digest: str
    occurred_at: datetime = instant()
    recorded_at: datetime = instant()
    answer: dict[str, Any] = document()
