"""The inbox of a department (收件箱): what its people work on here, because it has no system, or its system is away."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import Actor, open_by_assignment
from rules.catalog import Channel
from rules.clocks import Light
from rules.errors import NotAllowedNowError, NotFoundError
from rules.vocabulary import AssignmentStatus, InboxReason

# ``away_since``: endpoints that have been left alone since then are away (real time).
_REASON = """
CASE WHEN s.channel = 'inbox' THEN 'chosen'
     WHEN s.channel IS NULL AND d.channel = 'inbox' THEN 'own'
     WHEN e.opened_at <= :away_since THEN 'failover' END"""
_LIST = text(f"""
SELECT * FROM (
  SELECT s.id AS assignment, a.number AS application, p.name AS project, s.item, i.name AS item_name, s.department,
         s.status, s.light, s.opened_at, s.promised_due, s.legal_due, s.receipt_number, s.green, {_REASON} AS because
    FROM assignments s
    JOIN departments d ON d.code = s.department
    JOIN applications a ON a.id = s.application_id
    JOIN projects p ON p.id = a.project_id
    JOIN approval_items i ON i.catalog_version = s.catalog_version AND i.code = s.item
    LEFT JOIN department_endpoints e ON e.department = s.department
   WHERE s.department = :department AND s.ended_at IS NULL) found
 WHERE because IS NOT NULL
   AND (CAST(:after AS uuid) IS NULL
        OR (NOT green, opened_at, assignment) > (SELECT NOT green, opened_at, id FROM assignments WHERE id = :after))
 ORDER BY NOT green, opened_at, assignment LIMIT :limit
""")  # noqa: S608 - constants
_ONE = text(f"""
SELECT s.department, {_REASON} AS because FROM assignments s
  JOIN departments d ON d.code = s.department
  LEFT JOIN department_endpoints e ON e.department = s.department
 WHERE s.id = :assignment
""")  # noqa: S608 - constants
_CHANNEL = text("""
SELECT s.item, s.department, s.channel AS chosen, d.channel, s.ended_at
  FROM assignments s JOIN departments d ON d.code = s.department WHERE s.id = :assignment
""")
_FREE = text("""
UPDATE department_messages m SET rejected_at = NULL, retry_at = NULL, deferred_at = NULL, parked_at = NULL,
       held_since = NULL
 WHERE m.assignment_id = :assignment AND m.department = :department AND m.sent_at IS NULL AND m.voided_at IS NULL
""")


@dataclass(frozen=True, slots=True)
class InboxLine:
    """An assignment in a department's inbox, and why it is there."""

    assignment: UUID
    application: str
    project: str
    item: str
    item_name: str
    department: str
    status: AssignmentStatus
    light: Light
    opened_at: datetime
    promised_due: date | None
    legal_due: date | None
    #: It goes first (绿色通道).
    green: bool
    #: The number of the department's own system, where that has it too.
    receipt_number: str | None
    because: InboxReason


async def inbox(
    session: AsyncSession, department: str, *, away_since: datetime, after: UUID | None = None, limit: int
) -> list[InboxLine]:
    """List what stands in a department's inbox: what goes first, then the oldest; after the assignment ``after``."""
    given = {"department": department, "away_since": away_since, "after": after, "limit": limit}
    rows = await session.execute(_LIST, given)
    return [
        InboxLine(
            **{
                **row,
                "status": AssignmentStatus(row["status"]),
                "light": Light(row["light"]),
                "because": InboxReason(row["because"]),
            }
        )
        for row in rows.mappings()
    ]


async def require_in_inbox(session: AsyncSession, assignment: UUID, department: str, *, away_since: datetime) -> None:
    """Let a person act in their department's inbox only.

    Raises NotFoundError for another department's assignment, NotAllowedNowError for one that its system works on.
    """
    row = (await session.execute(_ONE, {"assignment": assignment, "away_since": away_since})).one_or_none()
    if row is None or row.department != department:
        raise NotFoundError(f"没有找到部门任务 {assignment}", wanted=str(assignment))
    if row.because is None:
        raise NotAllowedNowError("该任务由部门自己的系统办理，不在收件箱中", assignment=str(assignment))


async def choose_channel(
    session: AsyncSession, assignment: UUID, channel: Channel | None, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Let one assignment go by the inbox instead of its department's system, or (None) by that again.

    What has not been delivered becomes due at once. Locks the application row. Raises NotFoundError,
    NotAllowedNowError when it has ended or goes that way already.
    """
    case = await open_by_assignment(session, assignment, actor=actor, now=now)
    row = (await session.execute(_CHANNEL, {"assignment": assignment})).one()
    before, after = row.chosen or row.channel, channel or row.channel
    if row.ended_at is not None or before == after:
        raise NotAllowedNowError(
            "该任务已结束" if row.ended_at is not None else f"该任务已由 {after} 渠道办理", assignment=str(assignment)
        )
    case.change(assignment, channel=channel)
    await session.execute(_FREE, {"assignment": assignment, "department": row.department})
    case.free_messages(assignment, row.department)
    case.record(
        "channel.changed",
        assignment=assignment,
        department=row.department,
        item=row.item,
        before=before,
        after=after,
        reason=reason,
    )
    await advance(case)
