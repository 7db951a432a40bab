"""People take over where the ladder of supervision ends: they refer the matter (移送)."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_assignment
from casework.entering import enter
from rules.errors import NotFoundError
from rules.supervision import referred


async def refer(
    session: AsyncSession, assignment: UUID, *, to: str, document: str, reason: str, actor: Actor, now: datetime
) -> str:
    """Record that an overdue assignment has been referred, to whom and by which document; return its application.

    Locks the application row. Raises NotFoundError, and NotAllowedNowError before the ladder has come to it.
    """
    case = await open_by_assignment(session, assignment, actor=actor, now=now)
    view = next((each for each in case.snapshot.assignments.values() if each.id == assignment), None)
    if view is None:
        raise NotFoundError(f"部门任务 {assignment} 已被后一轮取代", wanted=str(assignment))
    enter(case, referred(view, to=to, document=document, reason=reason, by=actor.name))
    await advance(case)
    return case.number
