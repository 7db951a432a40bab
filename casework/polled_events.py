"""News that a department was asked for (poll): taken in by the same use case as callbacks, each once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import department_events, opinion_events
from casework.advancing import advance
from casework.casefile import Actor, open_by_assignment
from casework.department_events import Event
from casework.queries import departments_of
from rules.errors import DaibanError
from rules.vocabulary import DepartmentAct

_KNOWN = text("""
INSERT INTO department_endpoints (department, failures, probes)
SELECT code, 0, 0 FROM departments WHERE channel = 'poll' ON CONFLICT DO NOTHING
""")
# Whoever takes a department asks it; a worker that dies while asking is followed by another after the interval.
_TAKE = text("""
UPDATE department_endpoints e SET polled_at = :now FROM departments d
 WHERE d.code = e.department AND d.channel = 'poll' AND (e.polled_at IS NULL OR e.polled_at <= :due)
   AND (e.opened_at IS NULL OR e.probe_at <= :now)
RETURNING e.department, d.endpoint, e.cursor
""")
_READ = text("UPDATE department_endpoints SET cursor = :cursor WHERE department = :department")


@dataclass(frozen=True, slots=True)
class Asked:
    """A department that is due to be asked, and up to where its news has been read."""

    department: str
    endpoint: str | None
    cursor: str | None


async def take_due(session: AsyncSession, *, every: timedelta, now: datetime) -> list[Asked]:
    """Take the departments that are due to be asked (real time); nobody else asks them within the interval."""
    await session.execute(_KNOWN)
    rows = await session.execute(_TAKE, {"now": now, "due": now - every})
    return [Asked(*row) for row in rows]


async def record_read(session: AsyncSession, department: str, cursor: str) -> None:
    """Record up to where a department's news has been taken in."""
    await session.execute(_READ, {"department": department, "cursor": cursor})


async def take_in(
    session: AsyncSession, about: UUID, department: str, event: Event, *, actor: Actor, now: datetime
) -> None:
    """Take one event in as if it had been called back. Raises DaibanError; one that is ``kept`` is to be committed."""
    receive = opinion_events.receive if event.act is DepartmentAct.OPINION_GIVEN else department_events.receive
    await receive(session, about, department, event, actor=actor, now=now)


async def record_refused(
    session: AsyncSession,
    about: UUID | None,
    department: str,
    event: str,
    error: DaibanError,
    *,
    actor: Actor,
    now: datetime,
) -> bool:
    """Keep an event that was refused as a step of its application; tell whether the department has such an assignment.

    A department that is asked hears no answer, so it must not be lost.
    """
    if about is None or department not in await departments_of(session, about):
        return False
    case = await open_by_assignment(session, about, actor=actor, now=now)
    view = next((each for each in case.snapshot.assignments.values() if each.id == about), None)
    case.record(
        "event.refused",
        assignment=about,
        department=department,
        item=view.item if view else None,
        reason=error.message,
        details={"event": event, "code": error.code},
    )
    await advance(case)
    return True
