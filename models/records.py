"""The append-only step records, the outbox, number series, and what ties applications to Prefect runs."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Column, DateTime, Index, UniqueConstraint, func
from sqlmodel import Field, SQLModel

from models.base import document, instant, one_of, text


class OutboxKind(StrEnum):
    """What the relay is asked to do for an application."""

    WAKE = "wake"
    MIRROR = "mirror"
    #: People of the office are told of its newest steps.
    NOTIFY = "notify"


class StepRecord(SQLModel, table=True):
    """One step of an application, chained by hash to the one before; a trigger refuses UPDATE and DELETE."""

    __tablename__ = "step_records"
    __table_args__ = (Index("ix_step_records_at", "at"),)

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    serial: int = Field(primary_key=True)
    at: datetime = instant()
    kind: str
    actor: str = text()
    department: str | None = None
    assignment_id: UUID | None = None
    item: str | None = None
    before: str | None = None
    after: str | None = None
    reason: str | None = text(nullable=True)
    source: str | None = text(nullable=True)
    details: dict[str, Any] = document()
    previous_hash: str
    hash: str


class OutboxMessage(SQLModel, table=True):
    """Something the relay owes an application; a newer change only raises ``seq``."""

    __tablename__ = "outbox_messages"
    __table_args__ = (
        one_of("kind", OutboxKind),
        UniqueConstraint("application_id", "kind"),
        Index("ix_outbox_messages_kind_available_at", "kind", "available_at"),
    )

    id: int = Field(default=None, sa_column=Column(BigInteger, primary_key=True))
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    kind: str
    seq: int
    #: Real time of the database, not office time: delivery must not depend on an accelerated clock.
    created_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now()))
    available_at: datetime = Field(sa_column=Column(DateTime(timezone=True), nullable=False, server_default=func.now()))
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    last_error: str | None = text(nullable=True)


class ApplicationRun(SQLModel, table=True):
    """The Prefect flow run of an application, and who is executing it now."""

    __tablename__ = "application_runs"
    __table_args__ = (Index("ix_application_runs_executor", "executor"),)

    application_id: int = Field(primary_key=True, foreign_key="applications.id", sa_type=BigInteger)
    flow_run_id: UUID | None = Field(default=None, unique=True)
    #: Counts runs created because a manager cancelled or deleted the one before.
    incarnation: int = 0
    #: The application's revision when its flow last looked.
    observed_seq: int = -1
    #: The worker executing the run, as the key of the advisory lock it holds while it lives.
    executor: int | None = None
    artifact_id: UUID | None = None
    mirrored: dict[str, Any] = document(nullable=True)
    #: Steps up to this serial have been emitted as Prefect events.
    emitted_steps: int = 0


class AssignmentMirror(SQLModel, table=True):
    """The Prefect task run that shows an assignment in a flow run's timeline."""

    __tablename__ = "assignment_mirrors"

    assignment_id: UUID = Field(primary_key=True, foreign_key="assignments.id")
    flow_run_id: UUID = Field(primary_key=True)
    shown: str


class NumberSeries(SQLModel, table=True):
    """The last serial number given out per prefix and day."""

    __tablename__ = "number_series"

    prefix: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    last: int
