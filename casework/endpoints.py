"""The endpoints of departments: who may send to one now, and what became of it. Their state is shared by all workers.

Instants are real time: an outage goes by no accelerated clock.
"""

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.retrying import Admission, Circuit, admission, asked_to_rest, failed, room, succeeded

_MAKE = text("""
INSERT INTO department_endpoints (department, failures, probes) VALUES (:department, 0, 0) ON CONFLICT DO NOTHING
""")
_LOCK = text("""
SELECT failures, opened_at, probe_at, probes, closed_at FROM department_endpoints
 WHERE department = :department FOR NO KEY UPDATE
""")
# A statement of its own: a locking SELECT would count from before the lock was granted.
_UNDER_WAY = text("""
SELECT count(*) FROM sending_permits WHERE department = :department AND until > :now AND message_id <> :message
""")
_PERMIT = text("""
INSERT INTO sending_permits (message_id, department, until) VALUES (:message, :department, :until)
ON CONFLICT (message_id) DO UPDATE SET until = excluded.until, department = excluded.department
""")
_RETURN = text("DELETE FROM sending_permits WHERE message_id = :message")
_WRITE = text("""
UPDATE department_endpoints SET failures = :failures, opened_at = :opened_at, probe_at = :probe_at, probes = :probes,
       closed_at = :closed_at, failed_at = coalesce(:failed_at, failed_at), last_error = coalesce(:error, last_error),
       succeeded_at = coalesce(:succeeded_at, succeeded_at)
 WHERE department = :department
""")
# What waits for its turn, and what failed before the endpoint came back: of each department, the oldest first.
_STUCK = text("""
SELECT m.id, m.department FROM department_endpoints e
  CROSS JOIN LATERAL (
    SELECT id, department, created_at FROM department_messages
     WHERE department = e.department AND sent_at IS NULL AND voided_at IS NULL
       AND (deferred_at IS NOT NULL OR retry_at IS NOT NULL OR parked_at IS NOT NULL)
       AND (deferred_at IS NOT NULL OR tried_at < e.closed_at)
       AND NOT EXISTS (SELECT FROM sending_permits p WHERE p.message_id = department_messages.id AND p.until > :now)
     ORDER BY created_at, id LIMIT :limit) m
 WHERE e.opened_at IS NULL OR e.probe_at <= :now
 ORDER BY m.created_at, m.id
""")
_WAITED_FOR = text("""
SELECT id FROM department_messages
 WHERE id = :message AND sent_at IS NULL AND voided_at IS NULL
   AND (deferred_at IS NOT NULL OR retry_at IS NOT NULL OR parked_at IS NOT NULL)
""")


async def admit(
    session: AsyncSession, message: UUID, department: str, *, at_once: int, lease: timedelta, now: datetime
) -> Admission:
    """Ask whether a message may be sent; with GO it has a permit, which ends by itself after ``lease``.

    Locks the endpoint's row until the transaction ends.
    """
    circuit = await _locked(session, department)
    given = {"department": department, "message": message, "now": now}
    under_way = await session.scalar(_UNDER_WAY, given) or 0
    answer = admission(circuit, under_way, at_once, now)
    if answer is Admission.GO:
        await session.execute(_PERMIT, {**given, "until": now + lease})
    return answer


async def succeed(session: AsyncSession, message: UUID | None, department: str, *, now: datetime) -> None:
    """Record that the endpoint has answered; last in a transaction, for it locks the endpoint's row.

    ``message`` is None when it was asked for news.
    """
    circuit = succeeded(await _locked(session, department), now)
    await _write(session, department, circuit, succeeded_at=now)
    await session.execute(_RETURN, {"message": message})


async def fail(
    session: AsyncSession,
    message: UUID | None,
    department: str,
    *,
    error: str,
    now: datetime,
    rest_until: datetime | None = None,
) -> None:
    """Record that the endpoint did not do its work, or has asked for a rest; last in a transaction, as ``succeed``."""
    circuit = await _locked(session, department)
    circuit = failed(circuit, now) if rest_until is None else asked_to_rest(circuit, rest_until, now)
    await _write(session, department, circuit, failed_at=now, error=error)
    await session.execute(_RETURN, {"message": message})


async def stuck(session: AsyncSession, *, now: datetime, limit: int) -> list[tuple[UUID, str]]:
    """Messages that endpoints which work, or may be tried, could get now: up to ``limit`` of each, with department."""
    rows = await session.execute(_STUCK, {"now": now, "limit": limit})
    return [(row.id, row.department) for row in rows]


async def reserve(
    session: AsyncSession, message: UUID, department: str, *, at_once: int, lease: timedelta, now: datetime
) -> bool:
    """Give a stuck message its turn, for as long as ``lease``; tell whether there was room and it still waits."""
    circuit = await _locked(session, department)
    given = {"department": department, "message": message, "now": now}
    under_way = await session.scalar(_UNDER_WAY, given) or 0
    if not room(circuit, under_way, at_once, now) or await session.scalar(_WAITED_FOR, given) is None:
        return False
    await session.execute(_PERMIT, {**given, "until": now + lease})
    return True


async def _locked(session: AsyncSession, department: str) -> Circuit:
    row = (await session.execute(_LOCK, {"department": department})).one_or_none()
    if row is None:
        await session.execute(_MAKE, {"department": department})
        row = (await session.execute(_LOCK, {"department": department})).one()
    return Circuit(*row)


async def _write(session: AsyncSession, department: str, circuit: Circuit, **more: Any) -> None:
    told = {"failed_at": None, "error": None, "succeeded_at": None, **more}
    await session.execute(_WRITE, {"department": department, **asdict(circuit), **told})
