"""Messages to departments: what to send, and what became of sending it."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, Actor, CaseFile, open_by_id, open_by_number
from casework.entering import enter
from casework.snapshots import network
from rules.acts.acceptance import received
from rules.acts.opining import arrived, opinion_of
from rules.entries import Revised
from rules.errors import NotFoundError
from rules.identifiers import message_id
from rules.network import NetworkItem
from rules.snapshot import AssignmentView, MessageView
from rules.vocabulary import AssignmentStatus, MessageKind

_LOAD = text("""
SELECT m.id, m.kind, m.body, m.attempts, m.created_at, m.application_id,
       m.sent_at IS NOT NULL OR m.voided_at IS NOT NULL AS settled,
       s.id AS assignment, s.item, s.round, s.awaits, d.code AS department, d.channel, d.endpoint,
       a.number, a.network, p.name AS project, t.name AS applicant, t.credit_code,
       ARRAY(SELECT name FROM materials WHERE application_id = a.id AND provided_at IS NOT NULL) AS provided,
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
_OWNER = text("SELECT application_id, assignment_id, attempts FROM department_messages WHERE id = :id")
_SENT = text("""
UPDATE department_messages SET sent_at = :now, attempts = attempts + 1, last_error = NULL, retry_at = NULL
 WHERE id = :id AND sent_at IS NULL
""")
_RECEIPT = text("""
UPDATE assignments s SET receipt_number = :number FROM department_messages m
 WHERE m.id = :id AND s.id = m.assignment_id AND s.department = m.department AND s.receipt_number IS NULL
""")
_FAILED = text("""
UPDATE department_messages SET attempts = attempts + 1, last_error = :error, retry_at = :retry_at,
       rejected_at = :rejected_at
 WHERE id = :id AND sent_at IS NULL
""")

_DUE_AGAIN = text("""
UPDATE department_messages SET rejected_at = NULL, retry_at = NULL WHERE id = ANY(:ids) AND sent_at IS NULL
""")

#: Office time after which a message is tried again when its quick retries were in vain, doubling up to the last.
_FIRST_RETRY: Final = timedelta(minutes=1)
_LAST_RETRY: Final = timedelta(hours=1)


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
    )


async def record_delivered(session: AsyncSession, message: UUID, *, receipt_number: str | None, now: datetime) -> None:
    """Record that a department has the message; a delivered dispatch starts its receipt clock. Safe to repeat."""
    case, owner, waiting = await _open(session, message, now)
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
    session: AsyncSession, message: UUID, *, error: str, rejected: bool, now: datetime
) -> None:
    """Record that sending failed: for a while (it is tried again), or for good (a person must look)."""
    case, owner, waiting = await _open(session, message, now)
    retry_at = None if rejected else now + min(_FIRST_RETRY * 2**owner.attempts, _LAST_RETRY)
    await session.execute(
        _FAILED, {"id": message, "error": error, "retry_at": retry_at, "rejected_at": now if rejected else None}
    )
    if waiting is None:
        return
    case.snapshot = replace(
        case.snapshot,
        messages=tuple(
            replace(m, retry_at=retry_at, rejected=rejected) if m.id == message else m for m in case.snapshot.messages
        ),
    )
    step = "message.rejected" if rejected else "message.held"
    _record(case, _view(case, owner.assignment_id), step, {"kind": waiting.kind, "error": error})
    await advance(case, announce=False)


async def resend(session: AsyncSession, number: str, *, actor: Actor, now: datetime) -> int:
    """Make every undelivered message of an application due again, refused ones too; return how many there were.

    Locks the application row. For a person who has mended what stood in the way. Raises NotFoundError.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    stuck = [message for message in case.snapshot.messages if message.rejected or message.retry_at is not None]
    if not stuck:
        return 0
    await session.execute(_DUE_AGAIN, {"ids": [message.id for message in stuck]})
    again = tuple(replace(m, rejected=False, retry_at=None) for m in case.snapshot.messages)
    case.snapshot = replace(case.snapshot, messages=again)
    views = {view.id: view for view in case.snapshot.assignments.values()}
    for message in stuck:
        _record(case, views[message.assignment], "message.resent", {"kind": message.kind})
    await advance(case)
    return len(stuck)


def _warning(view: AssignmentView, due: date) -> UUID:
    return message_id(view.id, MessageKind.SILENCE_WARNED, due.isoformat())


def _record(case: CaseFile, view: AssignmentView, step: str, details: dict[str, Any]) -> None:
    case.record(step, assignment=view.id, department=view.department, item=view.item, details=details)


def _view(case: CaseFile, assignment: UUID) -> AssignmentView:
    """Find the assignment of a waiting message: the newest round of its item, for a decision voids what waits."""
    return next(view for view in case.snapshot.assignments.values() if view.id == assignment)


async def _open(session: AsyncSession, message: UUID, now: datetime) -> tuple[CaseFile, Row[Any], MessageView | None]:
    owner = (await session.execute(_OWNER, {"id": message})).one_or_none()
    if owner is None:
        raise NotFoundError(f"没有找到消息 {message}", wanted=str(message))
    case = await open_by_id(session, owner.application_id, actor=SYSTEM, now=now)
    waiting = next((m for m in case.snapshot.messages if m.id == message), None)
    return case, owner, waiting
