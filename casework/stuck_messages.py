"""Messages to departments that do not get through: put off, given their turn, retried or discarded by a person."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor
from casework.messages import open_of, record_of, replace_waiting
from rules.errors import NotAllowedNowError, NotFoundError
from rules.vocabulary import MessageKind, StuckState

_DEFER = text("""
UPDATE department_messages SET deferred_at = :wall, retry_at = NULL, last_error = coalesce(:why, last_error)
 WHERE id = :id AND sent_at IS NULL
""")
_FREE = text("""
UPDATE department_messages SET deferred_at = NULL, retry_at = NULL, parked_at = NULL, rejected_at = NULL,
       held_since = CASE WHEN :anew THEN NULL ELSE held_since END
 WHERE id = :id AND sent_at IS NULL
""")
_DISCARD = text("""
UPDATE department_messages SET voided_at = :now, discarded_by = :by
 WHERE id = :id AND sent_at IS NULL AND voided_at IS NULL
""")
# A message is stuck from the first attempt in vain; what is new and on its way is not shown.
_LIST = text("""
SELECT m.id, a.number AS application, m.assignment_id AS assignment, s.item, m.department, d.name AS department_name,
       m.kind, m.created_at, m.attempts, m.retry_at, m.last_error,
       CASE WHEN m.rejected_at IS NOT NULL THEN 'rejected' WHEN m.parked_at IS NOT NULL THEN 'parked'
            WHEN m.deferred_at IS NOT NULL THEN 'deferred' ELSE 'held' END AS state
  FROM department_messages m
  JOIN applications a ON a.id = m.application_id
  JOIN assignments s ON s.id = m.assignment_id
  JOIN departments d ON d.code = m.department
 WHERE m.sent_at IS NULL AND m.voided_at IS NULL
   AND (m.rejected_at IS NOT NULL OR m.parked_at IS NOT NULL OR m.deferred_at IS NOT NULL OR m.retry_at IS NOT NULL)
   AND (CAST(:department AS text) IS NULL OR m.department = :department)
   AND (CAST(:after AS uuid) IS NULL OR (m.created_at, m.id) > (SELECT created_at, id FROM department_messages
                                                                 WHERE id = :after))
 ORDER BY m.created_at, m.id LIMIT :limit
""")
_ASSIGNMENT = text("SELECT assignment_id FROM department_messages WHERE id = :id")
#: Without them the department would never have the assignment, or the question.
_NEVER_DISCARDED: Final = frozenset({MessageKind.DISPATCHED, MessageKind.OPINION_ASKED})


@dataclass(frozen=True, slots=True)
class StuckMessage:
    """A message that did not get through, as the list shows it."""

    id: UUID
    application: str
    assignment: UUID
    item: str
    department: str
    department_name: str
    kind: MessageKind
    created_at: datetime
    attempts: int
    #: When it is tried again by itself, where that is known.
    retry_at: datetime | None
    last_error: str | None
    state: StuckState


async def stuck_messages(
    session: AsyncSession, *, department: str | None = None, after: UUID | None = None, limit: int
) -> list[StuckMessage]:
    """List what did not get through, the oldest first, after the message ``after``."""
    rows = await session.execute(_LIST, {"department": department, "after": after, "limit": limit})
    return [
        StuckMessage(**{**row, "kind": MessageKind(row["kind"]), "state": StuckState(row["state"])})
        for row in rows.mappings()
    ]


async def assignment_of(session: AsyncSession, message: UUID) -> UUID:
    """Return the assignment that a message is about. Raises NotFoundError."""
    found = await session.scalar(_ASSIGNMENT, {"id": message})
    if found is None:
        raise NotFoundError(f"没有找到消息 {message}", wanted=str(message))
    return UUID(str(found))


async def defer(session: AsyncSession, message: UUID, *, why: str | None, wall: datetime, now: datetime) -> None:
    """Let a message wait for its turn, without an attempt; ``why`` is recorded once, where its endpoint is at fault.

    Locks the application row.
    """
    case, owner, waiting = await open_of(session, message, now)
    if waiting is None:
        return
    await session.execute(_DEFER, {"id": message, "wall": wall, "why": why})
    replace_waiting(case, message, deferred=True, retry_at=None)
    if why is not None and owner.held_since is None and owner.deferred_at is None:
        record_of(case, owner.assignment_id, "message.deferred", {"kind": waiting.kind, "error": why})
    await advance(case, announce=False)


async def free(session: AsyncSession, message: UUID, *, now: datetime) -> None:
    """Make a message due whose turn has come, and wake the application. Locks its row. Safe to repeat."""
    case, _, waiting = await open_of(session, message, now)
    if waiting is None:
        return
    await session.execute(_FREE, {"id": message, "anew": False})
    replace_waiting(case, message, deferred=False, retry_at=None, rejected_at=None)
    await advance(case)


async def retry(session: AsyncSession, message: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Make a message due again because a person says so; its schedule begins anew. Locks the application row.

    Raises NotFoundError, NotAllowedNowError when it is not stuck.
    """
    case, owner, waiting = await open_of(session, message, now, actor)
    if waiting is None or not (waiting.rejected or waiting.deferred or waiting.retry_at is not None):
        raise NotAllowedNowError("消息已送达、已作废或正在送达", id=str(message))
    await session.execute(_FREE, {"id": message, "anew": True})
    replace_waiting(case, message, deferred=False, retry_at=None, rejected_at=None)
    record_of(case, owner.assignment_id, "message.resent", {"kind": waiting.kind}, reason)
    await advance(case)


async def discard(session: AsyncSession, message: UUID, *, reason: str, actor: Actor, now: datetime) -> None:
    """Give a message up because a person says so; what followed it is sent. Locks the application row.

    Raises NotFoundError, NotAllowedNowError for one that is not stuck, and for a dispatch or a question, without which
    the department would never know.
    """
    case, owner, waiting = await open_of(session, message, now, actor)
    if waiting is None or not (waiting.rejected or waiting.deferred or waiting.retry_at is not None):
        raise NotAllowedNowError("消息已送达、已作废或正在送达", id=str(message))
    if waiting.kind in _NEVER_DISCARDED:
        raise NotAllowedNowError(
            f"{waiting.kind.zh}不得作废：可改由收件箱办理，或撤件", id=str(message), kind=waiting.kind
        )
    await session.execute(_DISCARD, {"id": message, "now": now, "by": actor.name})
    record_of(case, owner.assignment_id, "message.discarded", {"kind": waiting.kind, "message": str(message)}, reason)
    left = tuple(m for m in case.snapshot.messages if m.id != message)
    case.snapshot = replace(case.snapshot, messages=left)
    await advance(case)
