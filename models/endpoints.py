"""What is known of the endpoints of departments, who is sending to them now, and decisions that contradict another."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, Index
from sqlalchemy import text as sql
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text
from rules.vocabulary import ConflictResolution


class DepartmentEndpoint(SQLModel, table=True):
    """The circuit of a department's endpoint, shared by all workers, and how far its news has been read.

    Its instants are real time: neither an outage nor a rest goes by an accelerated clock.
    """

    __tablename__ = "department_endpoints"

    department: str = Field(primary_key=True, foreign_key="departments.code")
    failures: int = 0
    opened_at: datetime | None = instant(nullable=True)
    probe_at: datetime | None = instant(nullable=True)
    probes: int = 0
    closed_at: datetime | None = instant(nullable=True)
    failed_at: datetime | None = instant(nullable=True)
    last_error: str | None = text(nullable=True)
    succeeded_at: datetime | None = instant(nullable=True)
    #: Of a department that is asked for news: up to where it has been read.
    cursor: str | None = text(nullable=True)
    polled_at: datetime | None = instant(nullable=True)


class SendingPermit(SQLModel, table=True):
    """A request under way, or about to be; one whose worker has died ends by itself."""

    __tablename__ = "sending_permits"
    __table_args__ = (Index("ix_sending_permits_department", "department"),)

    message_id: UUID = Field(primary_key=True, foreign_key="department_messages.id")
    department: str = Field(foreign_key="departments.code")
    until: datetime = instant()


class DecisionConflict(SQLModel, table=True):
    """A decision that came after another one, or after the end, and says something else (evidence, 存疑决定)."""

    __tablename__ = "decision_conflicts"
    __table_args__ = (
        one_of("resolution", ConflictResolution, nullable=True),
        Index("ix_decision_conflicts_assignment_id", "assignment_id"),
        Index("ix_decision_conflicts_open", "id", postgresql_where=sql("resolved_at IS NULL")),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    assignment_id: UUID = Field(foreign_key="assignments.id")
    event_id: str = text()
    department: str
    #: Who reported it: the department's system, or a person in its inbox.
    source: str = text()
    #: What it says, as it came.
    claimed: dict[str, Any] = document()
    #: What counts; empty where the assignment ended without a decision.
    recorded: dict[str, Any] = document()
    occurred_at: datetime = instant()
    recorded_at: datetime = instant()
    resolution: str | None = None
    resolved_at: datetime | None = instant(nullable=True)
    resolved_by: str | None = text(nullable=True)
    reason: str | None = text(nullable=True)
