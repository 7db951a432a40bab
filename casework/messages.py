"""Messages to departments: what to send, and what became of sending it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, Actor, CaseFile, open_by_id, open_by_number
from casework.entering import enter
from casework.snapshots import network
from kit.clock import wall_now
from rules.acts.acceptance import received
from rules.acts.opining import arrived, opinion_of
from rules.entries import Revised
from rules.errors import NotFoundError
from rules.identifiers import message_id
from rules.network import NetworkItem
from rules.retrying import next_attempt
from rules.snapshot import AssignmentView, MessageView
from rules.vocabulary import AssignmentStatus, MessageKind

_LOAD = text("""
SELECT m.id, m.kind, m.body, m.attempts, m.created_at, m.application_id,
       m.sent_at IS NOT NULL OR m.voided_at IS NOT NULL AS settled,
       s.id AS assignment, s.item, s.round, s.awaits, d.code AS department, d.endpoint,
       CASE WHEN m.department = s.department THEN coalesce(s.channel, d.channel) ELSE d.channel END AS channel,
       a.number, a.network, p.name AS project, t.name AS applicant, t.credit_code,
       ARRAY(SELECT name FROM materials WHERE application_id = a.id AND provided_at IS NOT NULL) AS provided,
       (SELECT jsonb_object_agg(t.name, jsonb_build_object('version', t.version, 'sha256', f.sha256, 'size', f.size,
                                                           'media_type', f.media_type))
          FROM materials t JOIN stored_files f ON f.sha256 = t.sha256
         WHERE t.application_id = a.id AND f.finding IN ('clean', 'unscanned')) AS files,
       (SELECT jsonb_agg(jsonb_build_object('id', c.id, 'kind', c.kind, 'materials', c.materials, 'signer', c.signer,
                                            'signed_at', c.signed_at, 'signature', c.signature) ORDER BY c.signed_at)
          FROM commitments c WHERE c.application_id = a.id AND c.item = s.item AND c.ended_at IS NULL) AS commitments
  FROM department_messages m
  JOIN assignments s ON s.id = m.assignment_id
  JOIN departments d ON d.code = m.department
  JOIN applications a ON a.id = m.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
 WHERE m.id = :id
""")
_OWNER = text("""
SELECT application_id, assignment_id, attempts, held_since, deferred_at FROM department_messages WHERE id = :id
""")
_SENT = text("""
UPDATE department_messages SET sent_at = :now, attempts = attempts + 1, last_error = NULL, retry_at = NULL,
       deferred_at = NULL, parked_at = NULL, rejected_at = NULL
 WHERE id = :id AND sent_at IS NULL
""")
_RECEIPT = text("""
UPDATE assignments s SET receipt_number = :number FROM department_messages m
 WHERE m.id = :id AND s.id = m.assignment_id AND s.department = m.department AND s.receipt_number IS NULL
""")
_FAILED = text("""
UPDATE department_messages SET attempts = attempts + 1, last_error = :error, retry_at = :retry_at, deferred_at = NULL,
       rejected_at = :rejected_at, parked_at = :parked_at, held_since = coalesce(held_since, :now), tried_at = :tried_at
 WHERE id = :id AND sent_at IS NULL
""")
_DUE_AGAIN = text("""
UPDATE department_messages SET rejected_at = NULL, retry_at = NULL, deferred_at = NULL, parked_at = NULL,
       held_since = NULL
 WHERE id = ANY(:ids) AND sent_at IS NULL
""")


#: Office time for which a message is tried, unless the installation says otherwise.
PARK_AFTER: Final = timedelta(hours=72)


class Undelivered(StrEnum):
    """What becomes of a message that did not arrive, and the step that says so."""

    #: Tried again by itself.
    HELD = "held"
    #: The schedule has ended: kept for a person.
    PARKED = "parked"
    #: The department's system said no: a person must look.
    REJECTED = "rejected"

    @property
    def step(self) -> str:
        return f"message.{self}"


@dataclass(frozen=True, slots=True)
class OutgoingMessage:
    """Everything needed to send one message, free of the database."""

    id: UUID
    kind: MessageKind
    application_id: int
    application: str
    assignment: UUID
    department: str
    channel: str
    endpoint: str | None
    item: NetworkItem
    round: int
    awaits: tuple[str, ...]
    project: str
    applicant: str
    credit_code: str
    provided: frozenset[str]
    body: dict[str, Any]
    created_at: datetime
    #: Sent or made pointless meanwhile.
    settled: bool
    #: What the applicant has committed to for the item.
    commitments: tuple[dict[str, Any], ...] = ()
    #: Of each material whose content is there: version, hash, size and media type.
    files: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


async def load(session: AsyncSession, message: UUID) -> OutgoingMessage:
    """Load a message with what it speaks of. Raises NotFoundError."""
    row = (await session.execute(_LOAD, {"id": message})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到消息 {message}", wanted=str(message))
    return OutgoingMessage(
        id=row.id,
        kind=MessageKind(row.kind),
        application_id=row.application_id,
        application=row.number,
        assignment=row.assignment,
        department=row.department,
        channel=row.channel,
        endpoint=row.endpoint,
        item=(await network(session, row.network)).item(row.item),
        round=row.round,
        awaits=tuple(row.awaits),
        project=row.project,
        applicant=row.applicant,
        credit_code=row.credit_code,
        provided=frozenset(row.provided),
        body=row.body,
        created_at=row.created_at,
        settled=row.settled,
        commitments=tuple(row.commitments or ()),
        files=row.files or {},
    )


async def record_delivered(session: AsyncSession, message: UUID, *, receipt_number: str | None, now: datetime) -> None:
    """Record that a department has the message; a delivered dispatch starts its receipt clock. Safe to repeat."""
    case, owner, waiting = await open_of(session, message, now)
    await session.execute(_SENT, {"id": message, "now": now})
    if waiting is None:
        # The department has called back before it answered: all that is new is its number.
        if receipt_number is not None:
            await session.execute(_RECEIPT, {"id": message, "number": receipt_number})
        return
    view = _view(case, owner.assignment_id)
    case.snapshot = replace(case.snapshot, messages=tuple(m for m in case.snapshot.messages if m.id != message))
    if waiting.kind is MessageKind.DISPATCHED and view.status is AssignmentStatus.OPENED:
        enter(case, received(case.snapshot, view, now, receipt_number))
    elif waiting.kind is MessageKind.OPINION_ASKED:
        _record(case, view, "message.delivered", {"kind": waiting.kind, "department": waiting.department})
        enter(case, arrived(opinion_of(case.snapshot, view, waiting.department), now))
    else:
        if waiting.kind is MessageKind.DISPATCHED and waiting.department == view.department:
            enter(case, (Revised(view.item, {"receipt_number": receipt_number}),))  # taken over from another
        if view.warned_for is not None and message == _warning(view, view.warned_for):
            enter(case, (Revised(view.item, {"warned_at": now}),))  # the proof that the warning arrived
        _record(case, view, "message.delivered", {"kind": waiting.kind})
    await advance(case, announce=False)


async def record_undelivered(
    session: AsyncSession,
    message: UUID,
    *,
    error: str,
    rejected: bool,
    now: datetime,
    retry_at: datetime | None = None,
    park_after: timedelta = PARK_AFTER,
) -> Undelivered:
    """Record that sending failed: for a while (it is tried again), or for good (a person must look).

    ``retry_at`` is the office time at which the department wants to be tried again, where it has said so. A message
    that has been held for ``park_after`` is parked. Returns which it is.
    """
    case, owner, waiting = await open_of(session, message, now)
    again = None
    if not rejected:
        again = next_attempt(owner.attempts, owner.held_since or now, now, at_most=park_after)
        again = max(again, retry_at) if again is not None and retry_at is not None else again
    became = Undelivered.REJECTED if rejected else Undelivered.HELD if again is not None else Undelivered.PARKED
    await session.execute(
        _FAILED,
        {
            "id": message,
            "error": error,
            "retry_at": again,
            "rejected_at": now if became is Undelivered.REJECTED else None,
            "parked_at": now if became is Undelivered.PARKED else None,
            "now": now,
            "tried_at": wall_now(),
        },
    )
    if waiting is None:
        return became
    replace_waiting(case, message, retry_at=again, rejected_at=now if again is None else None, deferred=False)
    record_of(case, owner.assignment_id, became.step, {"kind": waiting.kind, "error": error})
    await advance(case, announce=False)
    return became


async def resend(session: AsyncSession, number: str, *, actor: Actor, now: datetime) -> int:
    """Make every undelivered message of an application due again, refused ones too; return how many there were.

    Locks the application row. For a person who has mended what stood in the way. Raises NotFoundError.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    stuck = [m for m in case.snapshot.messages if m.rejected or m.deferred or m.retry_at is not None]
    if not stuck:
        return 0
    await session.execute(_DUE_AGAIN, {"ids": [message.id for message in stuck]})
    again = tuple(replace(m, rejected_at=None, retry_at=None, deferred=False) for m in case.snapshot.messages)
    case.snapshot = replace(case.snapshot, messages=again)
    views = {view.id: view for view in case.snapshot.assignments.values()}
    for message in stuck:
        _record(case, views[message.assignment], "message.resent", {"kind": message.kind})
    await advance(case)
    return len(stuck)


def replace_waiting(case: CaseFile, message: UUID, **changes: Any) -> None:
    """Show in the snapshot what became of a message that still waits."""
    changed = tuple(replace(m, **changes) if m.id == message else m for m in case.snapshot.messages)
    case.snapshot = replace(case.snapshot, messages=changed)


def record_of(case: CaseFile, assignment: UUID, step: str, details: dict[str, Any], reason: str | None = None) -> None:
    """Record a step about a message that waits."""
    view = _view(case, assignment)
    case.record(step, assignment=view.id, department=view.department, item=view.item, details=details, reason=reason)


def _warning(view: AssignmentView, due: date) -> UUID:
    return message_id(view.id, MessageKind.SILENCE_WARNED, due.isoformat())


def _record(case: CaseFile, view: AssignmentView, step: str, details: dict[str, Any]) -> None:
    case.record(step, assignment=view.id, department=view.department, item=view.item, details=details)


def _view(case: CaseFile, assignment: UUID) -> AssignmentView:
    """Find the assignment of a waiting message: the newest round of its item, for a decision voids what waits."""
    return next(view for view in case.snapshot.assignments.values() if view.id == assignment)


async def open_of(
    session: AsyncSession, message: UUID, now: datetime, actor: Actor = SYSTEM
) -> tuple[CaseFile, Row[Any], MessageView | None]:
    """Lock the application of a message and load it; with the message's row, and its view while it waits.

    Raises NotFoundError.
    """
    owner = (await session.execute(_OWNER, {"id": message})).one_or_none()
    if owner is None:
        raise NotFoundError(f"没有找到消息 {message}", wanted=str(message))
    case = await open_by_id(session, owner.application_id, actor=actor, now=now)
    waiting = next((m for m in case.snapshot.messages if m.id == message), None)
    return case, owner, waiting
