"""Decisions that come after another one, or after the end: kept as evidence, and shown to a person if they differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_id
from models import DecisionConflict
from rules.errors import NotAllowedNowError, NotFoundError
from rules.snapshot import AssignmentView
from rules.vocabulary import ConflictResolution, DepartmentAct

#: Acts that decide.
DECIDING: Final = frozenset({DepartmentAct.DECIDED, DepartmentAct.NOT_ACCEPTED, DepartmentAct.NOT_REQUIRED})

_OPEN = text("SELECT claimed FROM decision_conflicts WHERE assignment_id = :assignment AND resolved_at IS NULL")
_OF = text("SELECT application_id, assignment_id, resolved_at FROM decision_conflicts WHERE id = :id")
_RESOLVE = text("""
UPDATE decision_conflicts SET resolution = :resolution, resolved_at = :now, resolved_by = :by, reason = :reason
 WHERE id = :id
""")
_LIST = text("""
SELECT c.id, a.number AS application, c.assignment_id AS assignment, s.item, c.department, d.name AS department_name,
       c.source, c.claimed, c.recorded, c.occurred_at, c.recorded_at, c.resolution, c.resolved_at, c.resolved_by,
       c.reason
  FROM decision_conflicts c
  JOIN applications a ON a.id = c.application_id
  JOIN assignments s ON s.id = c.assignment_id
  JOIN departments d ON d.code = c.department
 WHERE c.id > :after AND (NOT :unresolved OR c.resolved_at IS NULL)
 ORDER BY c.id LIMIT :limit
""")


@dataclass(frozen=True, slots=True)
class ConflictLine:
    """A decision that contradicts what is recorded, and what a person found about it."""

    id: int
    application: str
    assignment: UUID
    item: str
    department: str
    department_name: str
    #: Who reported it: the department's system, or a person in its inbox.
    source: str
    claimed: dict[str, Any]
    #: Empty where the assignment ended without a decision.
    recorded: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    resolution: ConflictResolution | None
    resolved_at: datetime | None
    resolved_by: str | None
    reason: str | None


async def keep(
    case: CaseFile,
    view: AssignmentView,
    event: str,
    claimed: Mapping[str, Any],
    recorded: Mapping[str, Any],
    occurred_at: datetime,
) -> None:
    """Keep a late decision as evidence: a step in any case, a place in the queue if it says something else.

    What says the same as another one in the queue is a step only.
    """
    agrees = _same(claimed, recorded)
    details = {"event": event, "occurred_at": occurred_at.isoformat(), "claimed": dict(claimed)}
    step = "decision.repeated" if agrees else "decision.contradicted" if recorded else "decision.came_late"
    case.record(step, assignment=view.id, department=view.department, item=view.item, details=details)
    if agrees:
        return
    waiting = (await case.session.scalars(_OPEN, {"assignment": view.id})).all()
    if any(_same(claimed, other) for other in waiting):
        return
    case.add(
        DecisionConflict,
        application_id=case.id,
        assignment_id=view.id,
        event_id=event,
        department=view.department,
        source=case.actor.name,
        claimed=dict(claimed),
        recorded=dict(recorded),
        occurred_at=occurred_at,
        recorded_at=case.now,
    )


def _same(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Two decisions agree when they decide alike and do not name different documents."""
    numbers = {each["document_number"] for each in (one, other) if each.get("document_number")}
    return one.get("decision") == other.get("decision") and len(numbers) < 2


async def conflicts(
    session: AsyncSession, *, unresolved: bool = True, after: int = 0, limit: int
) -> list[ConflictLine]:
    """List contradicting decisions, the oldest first, after the one of id ``after``."""
    rows = await session.execute(_LIST, {"unresolved": unresolved, "after": after, "limit": limit})
    return [
        ConflictLine(**{**row, "resolution": ConflictResolution(row["resolution"]) if row["resolution"] else None})
        for row in rows.mappings()
    ]


async def resolve(
    session: AsyncSession, conflict: int, resolution: ConflictResolution, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Record what a person found; the recorded decision itself is not touched. Locks the application row.

    Raises NotFoundError, NotAllowedNowError once it is resolved.
    """
    row = (await session.execute(_OF, {"id": conflict})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到存疑决定 {conflict}", wanted=str(conflict))
    case = await open_by_id(session, row.application_id, actor=actor, now=now)
    row = (await session.execute(_OF, {"id": conflict})).one()  # as it is under the lock
    if row.resolved_at is not None:
        raise NotAllowedNowError("该存疑决定已处理", conflict=conflict)
    given = {"id": conflict, "resolution": resolution, "now": now, "by": actor.name, "reason": reason}
    await session.execute(_RESOLVE, given)
    view = next((v for v in case.snapshot.assignments.values() if v.id == row.assignment_id), None)
    case.record(
        "conflict.resolved",
        assignment=row.assignment_id,
        department=view.department if view else None,
        item=view.item if view else None,
        after=resolution,
        reason=reason,
        details={"conflict": conflict},
    )
    await advance(case)
