"""A department's own assignments, as its people work on them; never another department's."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.snapshots import network
from rules.catalog import ItemCode, MaterialSource
from rules.clocks import Light
from rules.errors import NotFoundError
from rules.network import Network
from rules.terms import SpecialProcedure
from rules.vocabulary import FINAL_STATUSES, AssignmentStatus

_COLUMNS: Final = """
SELECT s.id, s.item, s.round, s.status, s.light, s.handler, s.opened_at, s.ended_at, s.promised_due, s.legal_due,
       s.provisional, s.asked, s.awaits, s.proposal, a.number, a.network, p.name AS project, t.name AS applicant
  FROM assignments s
  JOIN applications a ON a.id = s.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
 WHERE s.department = :department"""
# Most urgent first; what has no deadline yet (not received, or stopped) after what has one.
_OPEN = text(_COLUMNS + " AND NOT s.status = ANY(:final) ORDER BY s.promised_due NULLS LAST, s.opened_at LIMIT :limit")
_ENDED = text(_COLUMNS + " AND s.status = ANY(:final) ORDER BY s.ended_at DESC NULLS LAST LIMIT :limit")
_ONE = text(_COLUMNS + " AND s.id = :assignment")
_COUNTS = text("""
SELECT s.light, count(*) AS number FROM assignments s
 WHERE s.department = :department AND NOT s.status = ANY(:final) GROUP BY s.light
""")
_MATERIALS = text("""
SELECT m.name, m.version, m.provided_at, m.asked_at FROM materials m JOIN assignments s USING (application_id)
 WHERE s.id = :assignment
""")
_FINAL: Final = sorted(status.value for status in FINAL_STATUSES)


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """One assignment of a department, whatever the channel it came by."""

    id: UUID
    application: str
    project: str
    applicant: str
    item: ItemCode
    item_name: str
    round: int
    status: AssignmentStatus
    light: Light
    handler: str | None
    opened_at: datetime
    ended_at: datetime | None
    #: None before the clock starts, and while a stop holds it.
    promised_due: date | None
    legal_due: date | None
    provisional: bool
    #: Items that must be granted first.
    awaits: tuple[str, ...]
    #: What was asked for in the one-time notice.
    asked: tuple[str, ...]
    #: A negative decision that waits for the second pair of eyes.
    proposal: dict[str, Any] | None
    #: The special procedures whose time is not counted (行政许可法 art. 45).
    procedures: tuple[SpecialProcedure, ...]


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material of the item, and whether it is there; ``version`` is 0 before it was ever brought."""

    name: str
    source: MaterialSource
    deferrable: bool
    version: int
    provided_at: datetime | None
    asked_at: datetime | None


async def assignments_of(
    session: AsyncSession, department: str, *, ended: bool = False, limit: int
) -> tuple[list[AssignmentLine], dict[Light, int]]:
    """List a department's open assignments, the most urgent first, or its ended ones, the newest first.

    The second value counts all its open ones by light.
    """
    given = {"department": department, "final": _FINAL}
    rows = (await session.execute(_ENDED if ended else _OPEN, {**given, "limit": limit})).all()
    lines = [_line(row, await network(session, row.network)) for row in rows]
    counts = {Light(row.light): row.number for row in await session.execute(_COUNTS, given)}
    return lines, counts


async def assignment_of(
    session: AsyncSession, department: str, assignment: UUID
) -> tuple[AssignmentLine, tuple[MaterialLine, ...]]:
    """Return one assignment of a department with its materials. Raises NotFoundError, also for another department's."""
    row = (await session.execute(_ONE, {"department": department, "assignment": assignment})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到部门任务 {assignment}", wanted=str(assignment))
    known = {each.name: each for each in await session.execute(_MATERIALS, {"assignment": assignment})}
    net = await network(session, row.network)
    materials = tuple(
        MaterialLine(
            name=each.name,
            source=each.source,
            deferrable=each.deferrable,
            version=known[each.name].version if each.name in known else 0,
            provided_at=known[each.name].provided_at if each.name in known else None,
            asked_at=known[each.name].asked_at if each.name in known else None,
        )
        for each in net.item(ItemCode(row.item)).materials
    )
    return _line(row, net), materials


def _line(row: Row[Any], net: Network) -> AssignmentLine:
    return AssignmentLine(
        id=row.id,
        application=row.number,
        project=row.project,
        applicant=row.applicant,
        item=ItemCode(row.item),
        item_name=net.item(ItemCode(row.item)).name,
        round=row.round,
        status=AssignmentStatus(row.status),
        light=Light(row.light),
        handler=row.handler,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        promised_due=row.promised_due,
        legal_due=row.legal_due,
        provisional=row.provisional,
        awaits=tuple(row.awaits),
        asked=tuple(row.asked),
        proposal=row.proposal,
        procedures=net.item(ItemCode(row.item)).terms.procedures,
    )
