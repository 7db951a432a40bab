"""Complaints and consultations: taken in, given to somebody, answered, called back, closed (投诉、咨询).

What happens to a ticket about an application is in the application's step records, too, and in the same transaction.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.advancing import advance
from casework.casefile import Actor, open_by_id
from casework.people import known_ids
from models import Complaint, ComplaintStep
from rules import complaints as rules
from rules.catalog import ItemCode
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintStatus, ComplaintSubject, Ticket
from rules.errors import NotFoundError

_TICKET: Final = """
SELECT id, application_id, item, kind, subject, status, received_at, reopened_at, responsible, answered_by,
       called_back_by
  FROM complaints WHERE id = :id"""
_READ: Final = text(_TICKET)
_LOCKED: Final = text(_TICKET + " FOR NO KEY UPDATE")
_APPLICATION: Final = text("SELECT id FROM applications WHERE number = :number")
_CHANGED: Final = text("""
UPDATE complaints SET status = :status, reopened_at = :reopened_at, responsible = :responsible,
       answered_by = :answered_by, called_back_by = :called_back_by, answer = coalesce(:answer, answer),
       closed_at = :closed_at
 WHERE id = :id
""")
_SERIAL: Final = text("SELECT coalesce(max(serial), 0) + 1 FROM complaint_steps WHERE complaint_id = :id")
_STEPS: Final = text("SELECT count(*) FROM step_records WHERE application_id = :id AND serial = ANY(:serials)")


@dataclass(frozen=True, slots=True)
class Grievance:
    """What somebody says, as it is taken in."""

    subject: ComplaintSubject
    channel: ComplaintChannel
    complainant: str
    words: str
    kind: ComplaintKind = ComplaintKind.COMPLAINT
    number: str | None = None
    item: str | None = None
    department: str | None = None
    contact: str | None = None
    external_number: str | None = None


@dataclass(frozen=True, slots=True)
class _Turn:
    kind: str
    actor: Actor
    at: datetime
    words: str | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


async def receive(session: AsyncSession, said: Grievance, *, actor: Actor, now: datetime) -> int:
    """Take in a complaint or consultation and return its ticket. Raises NotFoundError for what it is about."""
    application = None
    if said.number is not None:
        application = await session.scalar(_APPLICATION, {"number": said.number})
        if application is None:
            raise NotFoundError(f"没有找到 {said.number}", wanted=said.number)
    row = {
        "application_id": application,
        "item": said.item,
        "department": said.department,
        "kind": said.kind.value,
        "subject": said.subject.value,
        "channel": said.channel.value,
        "external_number": said.external_number,
        "complainant": said.complainant,
        "contact": said.contact,
        "words": said.words,
        "status": ComplaintStatus.RECEIVED.value,
        "received_at": now,
    }
    if application is not None and said.item is not None:
        case = await open_by_id(session, application, actor=actor, now=now)
        case.snapshot.network.item(said.item)
    ticket = int((await session.execute(insert(Complaint).returning(col(Complaint.id)), row)).scalar_one())
    turn = _Turn("complaint.received", actor, now, said.words, {"subject": said.subject.value})
    await _record(session, ticket, application, said.item, turn)
    return ticket


async def assign(session: AsyncSession, ticket: int, to: str, *, actor: Actor, now: datetime) -> None:
    """Give a ticket to a person of the center or of a department. Raises NotFoundError, NotAllowedNowError."""
    await known_ids(session, [to])
    turn = _Turn("complaint.assigned", actor, now, details={"to": to})
    await _turn(session, ticket, turn, lambda state: rules.assigned(state, to))


async def answer(
    session: AsyncSession, ticket: int, words: str, *, steps: tuple[int, ...] = (), actor: Actor, now: datetime
) -> None:
    """Answer a ticket; ``steps`` are serials of the application's step records that show what is said.

    Raises NotFoundError also for a step that there is not, NotAllowedNowError.
    """
    turn = _Turn("complaint.answered", actor, now, words, {"steps": list(steps)} if steps else {})
    await _turn(session, ticket, turn, lambda state: rules.answered(state, actor.name), answer=words)


async def call_back(
    session: AsyncSession, ticket: int, words: str, *, satisfied: bool, actor: Actor, now: datetime
) -> None:
    """Record what the complainant says of the answer. Raises NotFoundError, NotAllowedNowError."""
    turn = _Turn("complaint.called_back", actor, now, words, {"satisfied": satisfied})
    await _turn(session, ticket, turn, lambda state: rules.called_back(state, actor.name, now, satisfied=satisfied))


async def close(session: AsyncSession, ticket: int, *, actor: Actor, now: datetime) -> None:
    """Close a ticket; an application that waited for nothing else closes with it. Safe to repeat.

    Raises NotFoundError, and CallBackMissingError without a call back.
    """
    await _turn(session, ticket, _Turn("complaint.closed", actor, now), rules.closed)


async def reopen(session: AsyncSession, ticket: int, reason: str, *, actor: Actor, now: datetime) -> None:
    """Open a ticket again; its time runs anew. Raises NotFoundError, NotAllowedNowError."""
    turn = _Turn("complaint.reopened", actor, now, reason)
    await _turn(session, ticket, turn, lambda state: rules.reopened(state, now))


async def _turn(
    session: AsyncSession, ticket: int, turn: _Turn, change: Callable[[Ticket], Ticket], *, answer: str | None = None
) -> None:
    row = (await session.execute(_READ, {"id": ticket})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到投诉 {ticket}", wanted=str(ticket))
    if row.application_id is not None:
        # The application first, as everywhere: closing it asks for its tickets.
        await open_by_id(session, row.application_id, actor=turn.actor, now=turn.at)
    row = (await session.execute(_LOCKED, {"id": ticket})).one()
    before = _state(row)
    after = change(before)
    if after == before:
        return
    await _require_steps(session, row.application_id, turn.details.get("steps", ()))
    changed = {name: getattr(after, name) for name in ("reopened_at", "responsible", "answered_by", "called_back_by")}
    closed_at = turn.at if after.status is ComplaintStatus.CLOSED else None
    given = {**changed, "id": ticket, "status": after.status.value, "answer": answer, "closed_at": closed_at}
    await session.execute(_CHANGED, given)
    await _record(session, ticket, row.application_id, row.item, turn)


async def _require_steps(session: AsyncSession, application: int | None, serials: Any) -> None:
    wanted = set(serials)
    if wanted and await session.scalar(_STEPS, {"id": application, "serials": list(wanted)}) != len(wanted):
        raise NotFoundError("所引步骤记录不存在", wanted=sorted(wanted))


async def _record(session: AsyncSession, ticket: int, application: int | None, item: str | None, turn: _Turn) -> None:
    serial = (await session.execute(_SERIAL, {"id": ticket})).scalar_one()
    step = {"kind": turn.kind, "at": turn.at, "by": turn.actor.name, "words": turn.words, "details": dict(turn.details)}
    await session.execute(insert(ComplaintStep), {"complaint_id": ticket, "serial": serial, **step})
    if application is None:
        return
    case = await open_by_id(session, application, actor=turn.actor, now=turn.at)
    view = case.snapshot.assignments.get(ItemCode(item)) if item else None
    case.record(
        turn.kind,
        assignment=view.id if view else None,
        department=view.department if view else None,
        item=item,
        details={"complaint": ticket, **turn.details},
    )
    await advance(case)


def _state(row: Row[Any]) -> Ticket:
    return Ticket(
        ComplaintKind(row.kind),
        ComplaintStatus(row.status),
        row.received_at,
        row.reopened_at,
        row.responsible,
        row.answered_by,
        row.called_back_by,
    )
