"""What a manager sees of one application in Prefect: its assignments, labels and the line that says what it awaits."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import wording
from casework.snapshots import load_snapshot
from rules.clocks import Light
from rules.network import NetworkItem
from rules.planner import settle
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import AssignmentStatus, Outcome, Party

_APPLICATION = text("""
SELECT a.id, a.number, a.status, a.outcome, a.network, a.withdrawal_requested_at, a.journey, a.complete,
       a.concluded_at,
       p.account AS agent, r.flow_run_id, r.artifact_id, r.mirrored, a.revision,
       r.executor IS NOT NULL
         OR EXISTS (SELECT FROM outbox_messages o WHERE o.application_id = a.id AND o.kind = 'wake') AS waking
  FROM applications a JOIN people p ON p.id = a.agent_id JOIN application_runs r ON r.application_id = a.id
 WHERE a.id = :id
""")
_TIMES = text("""
SELECT s.id, s.opened_at, s.ended_at, b.name AS department, d.reason, coalesce(c.at, s.opened_at) AS changed_at,
       (SELECT min(e.at) FROM clock_events e WHERE e.assignment_id = s.id AND e.kind = 'received') AS received_at
  FROM assignments s JOIN departments b ON b.code = s.department LEFT JOIN decisions d ON d.assignment_id = s.id
  LEFT JOIN (SELECT assignment_id, max(at) AS at FROM step_records WHERE application_id = :id GROUP BY assignment_id) c
    ON c.assignment_id = s.id
 WHERE s.application_id = :id
""")


@dataclass(frozen=True, slots=True)
class BoardLine:
    """One approval item: where it is and how much time it has left."""

    assignment: UUID | None
    item: str
    name: str
    department: str
    status: AssignmentStatus | None
    light: Light
    remaining: int | None
    due: date | None
    reason: str | None
    opened_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    #: When its last step was taken.
    changed_at: datetime | None
    #: The days left rest on a calendar that is not published yet.
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Board:
    """Everything shown of one application."""

    number: str
    journey: str
    agent: str
    outcome: Outcome | None
    complete: bool
    waiting: str
    waits_on: frozenset[str]
    lines: tuple[BoardLine, ...]
    flow_run_id: UUID | None
    artifact_id: UUID | None
    mirrored: dict[str, object]
    revision: int
    #: The run is executing or about to; its state must not be touched.
    waking: bool

    @property
    def light(self) -> Light:
        """The worst light of all assignments under way."""
        shown = {line.light for line in self.lines if line.status is not None and not line.status.final}
        return max(shown, key=list(Light).index, default=Light.GREEN)


async def board(session: AsyncSession, application_id: int, *, now: datetime) -> Board:
    """Load the board of an application; nothing is locked."""
    row = (await session.execute(_APPLICATION, {"id": application_id})).one()
    snapshot, _ = await load_snapshot(session, row)
    times = {row.id: row for row in await session.execute(_TIMES, {"id": application_id})}
    snapshot, _, current = settle(snapshot, now)
    return Board(
        number=row.number,
        journey=row.journey,
        agent=row.agent,
        outcome=snapshot.outcome,
        complete=row.complete,
        waiting=wording.waiting(snapshot.network, current),
        waits_on=frozenset(
            wait.who.lower() if wait.party in (Party.DEPARTMENT, Party.LEADER) else wait.party.value
            for wait in current.waits
        ),
        lines=tuple(_line(snapshot, item, now, times) for item in snapshot.network.items),
        flow_run_id=row.flow_run_id,
        artifact_id=row.artifact_id,
        mirrored=row.mirrored or {},
        revision=row.revision,
        waking=row.waking,
    )


def _line(snapshot: ApplicationSnapshot, item: NetworkItem, now: datetime, times: dict[UUID, Row[Any]]) -> BoardLine:
    view: AssignmentView | None = snapshot.assignments.get(item.code)
    at = times.get(view.id) if view else None
    running = view is not None and bool(view.clock) and not view.status.final
    clock = snapshot.read_clock(view, now) if view is not None and running else None
    return BoardLine(
        assignment=view.id if view else None,
        item=item.code,
        name=item.name,
        department=at.department if at else item.department_name,
        status=view.status if view else None,
        light=view.light if view else Light.GREEN,
        remaining=clock.remaining if clock else None,
        due=clock.promised_due if clock else None,
        reason=at.reason if at else None,
        opened_at=at.opened_at if at else None,
        received_at=at.received_at if at else None,
        ended_at=at.ended_at if at else None,
        changed_at=at.changed_at if at else None,
        provisional=clock.provisional if clock else False,
    )
