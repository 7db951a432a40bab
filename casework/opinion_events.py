"""What a department reports about an opinion it was asked for: recorded once, through a door of its own."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_assignment
from casework.department_events import Event, check_time
from casework.entering import enter
from models import OpinionEvent
from rules.acts import Report
from rules.acts.opining import opined
from rules.errors import EventReusedError, NotFoundError
from rules.joint_moves import found

_ASSIGNMENT = text("SELECT assignment_id FROM opinions WHERE id = :opinion AND department = :department")
_KNOWN = text("""
SELECT o.asked_at, e.digest, e.answer
  FROM opinions o LEFT JOIN opinion_events e ON e.opinion_id = o.id AND e.event_id = :event
 WHERE o.id = :opinion
""")


async def receive(
    session: AsyncSession, opinion: UUID, department: str, event: Event, *, actor: Actor, now: datetime
) -> dict[str, Any]:
    """Record a department's event about its opinion and advance the application; return the answer to send.

    Locks the application row. A repeated event id gets the first answer. Raises NotFoundError for an opinion that is
    not this department's, EventReusedError, InvalidEventError, NotAllowedNowError, AssignmentClosedError.
    """
    assignment = await session.scalar(_ASSIGNMENT, {"opinion": opinion, "department": department})
    if assignment is None:
        raise NotFoundError(f"没有向 {department} 征求意见 {opinion}", wanted=str(opinion))
    case = await open_by_assignment(session, assignment, actor=actor, now=now)
    known = (await session.execute(_KNOWN, {"opinion": opinion, "event": event.id})).one()
    digest = event.digest
    if known.digest is not None:
        if known.digest != digest:
            raise EventReusedError(f"事件编号 {event.id} 已用于内容不同的事件", event=event.id)
        return dict(known.answer)
    check_time(event, known.asked_at, now)
    report = Report(event.act, min(event.occurred_at, now), event.details)
    enter(case, opined(case.snapshot, opinion, report))
    view = found(case.snapshot, opinion)
    answer = {"opinion": str(opinion), "event": event.id, "status": view.status.value, "status_zh": view.status.zh}
    case.add(
        OpinionEvent,
        opinion_id=opinion,
        event_id=event.id,
        kind=event.act,
        digest=digest,
        occurred_at=report.occurred_at,
        recorded_at=now,
        answer=answer,
    )
    await advance(case)
    return answer
