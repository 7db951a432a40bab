"""Book appointments with departments (预约), and record what becomes of them."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.entering import enter
from casework.entitlement import entitle
from models import AppointmentRow
from rules.acts import attending
from rules.appointments import (
    STANDING,
    Appointment,
    AppointmentStatus,
    Purpose,
    answered,
    booked,
    called_off,
    require_room,
    told,
)
from rules.catalog import DepartmentCode, ItemCode
from rules.engagement import Verb
from rules.entries import Entry
from rules.errors import ForbiddenError, NotFoundError
from rules.identifiers import appointment_id

_NEXT = text("SELECT coalesce(max(serial), 0) + 1 FROM appointments WHERE application_id = :id")
# Whoever books at the same department waits, so that two cannot take its last place.
_IN_TURN = text("SELECT pg_advisory_xact_lock(hashtextextended(:department, 11))")
_TAKEN = text("""
SELECT planned_at FROM appointments
 WHERE department = :department AND status = ANY(:standing) AND planned_at BETWEEN :since AND :until
""")
_OWN = text("""
SELECT count(*) FILTER (WHERE status = ANY(:standing)) AS standing,
       count(*) FILTER (WHERE requested_at > :since) AS within_a_day
  FROM appointments WHERE application_id = :id AND requested_by = :actor
""")
_ONE = text("""
SELECT serial, department, item, purpose, status, planned_at, outside_hours, visitor, place, note
  FROM appointments WHERE application_id = :id AND serial = :serial
""")
#: What a department says; all else is the agent's to say, or either's.
OF_DEPARTMENT = frozenset({AppointmentStatus.CONFIRMED, AppointmentStatus.DECLINED})
_BY_APPLICANT = "申请人取消"
_LONGEST = timedelta(hours=8)
_DAY = timedelta(days=1)


async def book(
    session: AsyncSession, number: str, wanted: Appointment, *, own: bool = False, actor: Actor, now: datetime
) -> int:
    """Ask for an appointment in the applicant's name, or as the applicant (``own``); return its serial.

    Locks the application row. Raises NotFoundError, NotAuthorisedError, and what ``rules.appointments.booked`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    items = [wanted.item] if wanted.item else [item.code for item in case.snapshot.network.items]
    # A person who must come themselves may have the time booked for them (行政许可法 art. 29(2)).
    if own:
        given = {"id": case.id, "actor": actor.name, "standing": [each.value for each in STANDING], "since": now - _DAY}
        asked = (await session.execute(_OWN, given)).one()
        require_room(asked.standing, asked.within_a_day)
    else:
        await entitle(case, Verb.FILE, items)
    department = _department(case, wanted)
    await session.execute(_IN_TURN, {"department": department})
    around = {"since": wanted.planned_at - _LONGEST, "until": wanted.planned_at + _LONGEST}
    standing = [status.value for status in STANDING]
    taken = (await session.execute(_TAKEN, {"department": department, "standing": standing, **around})).scalars().all()
    serial = int((await session.execute(_NEXT, {"id": case.id})).scalar_one())
    made, entries = booked(case.snapshot, replace(wanted, serial=serial), taken, now)
    row: dict[str, Any] = {
        "id": appointment_id(number, serial),
        "application_id": case.id,
        "serial": serial,
        "department": made.department,
        "item": made.item,
        "purpose": made.purpose,
        "status": made.status,
        "planned_at": made.planned_at,
        "outside_hours": made.outside_hours,
        "visitor": made.visitor,
        "place": made.place,
        "note": made.note,
        "requested_at": now,
        "requested_by": actor.name,
    }
    await session.execute(insert(AppointmentRow), row)
    enter(case, (*entries, *told(case.snapshot, made)))
    await advance(case)
    return serial


async def answer(
    session: AsyncSession,
    number: str,
    serial: int,
    after: AppointmentStatus,
    reason: str | None = None,
    *,
    by: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record what becomes of an appointment. ``by`` is the department that speaks; None for the agent.

    Locks the application row. Raises NotFoundError, ForbiddenError for another department or where it is not theirs to
    say, and what ``rules.appointments.answered`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    appointment = await _one(case, serial)
    if by not in (None, appointment.department):
        raise _unknown(number, serial)
    if by is None:
        if after in OF_DEPARTMENT:
            raise ForbiddenError("预约由部门确认或改约", needs=appointment.department)
        await entitle(case, Verb.FILE, [item.code for item in case.snapshot.network.items])
    changed, entries = answered(appointment, after, reason, now)
    if by is None:
        entries = *entries, *told(case.snapshot, changed, reason)
    await _keep(case, changed, reason, (*entries, *attending.kept(case.snapshot, appointment, after, by)))


async def call_off(
    session: AsyncSession, number: str, serial: int, reason: str | None, *, actor: Actor, now: datetime
) -> None:
    """Call an appointment off as the applicant, whoever had asked for it; why is theirs to say or not.

    Locks the application row. Raises NotFoundError, and what ``rules.appointments.called_off`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    why = reason or _BY_APPLICANT
    changed, entries = called_off(await _one(case, serial), why, now)
    await _keep(case, changed, why, (*entries, *told(case.snapshot, changed, why)))


async def attend(
    session: AsyncSession, number: str, item: str, visitor: str, *, by: str | None, actor: Actor, now: datetime
) -> None:
    """Record that the applicant has come to department ``by`` without an appointment, to apply in person.

    Locks the application row. Raises NotFoundError, ForbiddenError for a department that does not have the item, or for
    none, and what ``rules.acts.attending.attended`` raises.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    department = case.snapshot.network.item(item).department
    if by != department:
        raise ForbiddenError("申请人是否本人到场，由承办部门登记", needs=department)
    enter(case, attending.attended(case.snapshot, ItemCode(item), visitor, department))
    await advance(case)


async def _one(case: CaseFile, serial: int) -> Appointment:
    row = (await case.session.execute(_ONE, {"id": case.id, "serial": serial})).mappings().one_or_none()
    if row is None:
        raise _unknown(case.number, serial)
    return _read(dict(row))


def _unknown(number: str, serial: int) -> NotFoundError:
    return NotFoundError(f"{number} 没有第 {serial} 次预约", wanted=serial)


async def _keep(case: CaseFile, changed: Appointment, reason: str | None, entries: tuple[Entry, ...]) -> None:
    changes = {"status": changed.status, "answered_at": case.now, "answered_by": case.actor.name, "reason": reason}
    kept = col(AppointmentRow.id) == appointment_id(case.number, changed.serial)
    await case.session.execute(update(AppointmentRow).where(kept).values(changes))
    enter(case, entries)
    await advance(case)


def _department(case: CaseFile, wanted: Appointment) -> str:
    view = case.snapshot.assignments.get(wanted.item) if wanted.item else None
    if view is not None:
        return view.department
    return case.snapshot.network.item(wanted.item).department if wanted.item else wanted.department


def _read(row: dict[str, Any]) -> Appointment:
    return Appointment(
        **{
            **row,
            "department": DepartmentCode(row["department"]),
            "item": ItemCode(row["item"]) if row["item"] else None,
            "purpose": Purpose(row["purpose"]),
            "status": AppointmentStatus(row["status"]),
        }
    )
