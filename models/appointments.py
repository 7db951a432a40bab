"""Appointments (预约) of an application with departments."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import instant, one_of, text
from rules.appointments import AppointmentStatus, Purpose


class AppointmentRow(SQLModel, table=True):
    """When somebody comes to a department, or a department to them; ``serial`` counts within the application."""

    __tablename__ = "appointments"
    __table_args__ = (
        one_of("purpose", Purpose),
        one_of("status", AppointmentStatus),
        UniqueConstraint("application_id", "serial"),
        Index("ix_appointments_department", "department", "planned_at", "id"),
        Index("ix_appointments_planned_at", "planned_at", "id"),
    )

    id: UUID = Field(primary_key=True)
    application_id: int = Field(foreign_key="applications.id", sa_type=BigInteger)
    serial: int
    department: str = Field(foreign_key="departments.code")
    #: Empty: about the application as a whole.
    item: str | None = None
    purpose: str
    status: str
    planned_at: datetime = instant()
    outside_hours: bool
    visitor: str = text()
    place: str = text("")
    note: str = text("")
    requested_at: datetime = instant()
    requested_by: str = text()
    #: Of the latest answer.
    answered_at: datetime | None = instant(nullable=True)
    answered_by: str | None = text(nullable=True)
    reason: str | None = text(nullable=True)
