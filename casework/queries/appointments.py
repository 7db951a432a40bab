"""Appointments (预约) of an application, a department or the city, in the order of their times."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.appointments import STANDING, AppointmentStatus, Purpose, may_call_off

_LIST: Final = """
SELECT v.id, v.serial, a.number, p.name AS project, v.department, d.name AS department_name, v.item,
       i.name AS item_name, v.purpose, v.status, v.planned_at, v.outside_hours, v.visitor, v.place, v.note,
       v.requested_at, v.requested_by, v.answered_at, v.answered_by, v.reason
  FROM appointments v
  JOIN applications a ON a.id = v.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN departments d ON d.code = v.department
  LEFT JOIN approval_items i ON i.catalog_version = a.catalog_version AND i.code = v.item
 WHERE true"""


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """An appointment; ``serial`` counts within its application."""

    id: UUID
    serial: int
    number: str
    project: str
    department: str
    department_name: str
    item: str | None
    item_name: str | None
    purpose: Purpose
    status: AppointmentStatus
    planned_at: datetime
    #: Outside the hours of the office (延时、错时服务).
    outside_hours: bool
    visitor: str
    place: str
    note: str
    requested_at: datetime
    requested_by: str
    answered_at: datetime | None
    answered_by: str | None
    #: Of the latest answer.
    reason: str | None


@dataclass(frozen=True, slots=True)
class TrackedAppointment:
    """An appointment as the applicant sees it."""

    serial: int
    department_name: str
    item: str | None
    item_name: str | None
    purpose: Purpose
    status: AppointmentStatus
    planned_at: datetime
    outside_hours: bool
    visitor: str
    place: str
    #: Why the department moved it, or it was called off.
    reason: str | None
    #: The applicant may still call it off.
    revocable: bool


async def tracked_appointments(
    session: AsyncSession, number: str, *, now: datetime, limit: int
) -> tuple[TrackedAppointment, ...]:
    """List an application's appointments as its applicant sees them, the latest first."""
    latest = _LIST + " AND a.number = :number ORDER BY v.planned_at DESC, v.id DESC LIMIT :limit"
    rows = (await session.execute(text(latest), {"number": number, "limit": limit})).mappings()
    shown = [each.name for each in fields(TrackedAppointment) if each.name != "revocable"]
    found = [{name: row[name] for name in shown} | _words(row) for row in rows]
    return tuple(
        TrackedAppointment(**row, revocable=may_call_off(row["status"], row["planned_at"], now)) for row in found
    )


async def appointments(
    session: AsyncSession,
    *,
    number: str | None = None,
    department: str | None = None,
    standing: bool = False,
    since: datetime | None = None,
    after: UUID | None = None,
    limit: int,
) -> list[AppointmentLine]:
    """List appointments by their times: of an application, of a department, those still ``standing``, from a time on.

    Only those after the appointment ``after``.
    """
    statement, given = _LIST, dict[str, Any](limit=limit)
    if number is not None:
        statement, given = statement + " AND a.number = :number", {**given, "number": number}
    if department is not None:
        statement, given = statement + " AND v.department = :department", {**given, "department": department}
    if standing:
        statement += " AND v.status = ANY(:statuses)"
        given["statuses"] = [status.value for status in STANDING]
    if since is not None:
        statement, given = statement + " AND v.planned_at >= :since", {**given, "since": since}
    if after is not None:
        statement += " AND (v.planned_at, v.id) > (SELECT planned_at, id FROM appointments WHERE id = :after)"
        given["after"] = after
    rows = await session.execute(text(statement + " ORDER BY v.planned_at, v.id LIMIT :limit"), given)
    return [AppointmentLine(**{**row, **_words(row)}) for row in rows.mappings()]


def _words(row: RowMapping) -> dict[str, Any]:
    return {"purpose": Purpose(row["purpose"]), "status": AppointmentStatus(row["status"])}
