"""Open assignments of the city or of one department, the most urgent first, with the runs that carry them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.snapshots import network
from rules.catalog import ItemCode
from rules.clocks import Light
from rules.network import Network
from rules.vocabulary import AssignmentStatus

_COLUMNS: Final = """
SELECT s.id, s.item, s.status, s.light, s.green, s.handler, s.opened_at, s.promised_due, s.legal_due, s.provisional,
       s.department, d.name AS department_name, a.number, a.network, p.name AS project, r.flow_run_id
  FROM ({chosen}) s
  JOIN applications a ON a.id = s.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN departments d ON d.code = s.department
  LEFT JOIN application_runs r ON r.application_id = a.id
 ORDER BY s.promised_due NULLS LAST, s.id"""
_PART: Final = "SELECT * FROM assignments WHERE ended_at IS NULL{only}"
_DATED: Final = "{after} ORDER BY promised_due, id LIMIT {limit}"
# What has no date yet (not received, or stopped) follows what has one.
_UNDATED: Final = " AND promised_due IS NULL{after} ORDER BY promised_due, id LIMIT {limit}"
_OF_A_DAY: Final = "{after} ORDER BY promised_due, id LIMIT {limit}"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page of the list ended: the last one's date, if it has one, and id."""

    due: date | None
    id: UUID

    @classmethod
    def read(cls, written: str) -> "Place":
        """Read what ``str`` wrote. Raises ValueError for anything else."""
        due, _, id_ = written.partition("~")
        return cls(date.fromisoformat(due) if due else None, UUID(id_))

    def __str__(self) -> str:
        return f"{self.due.isoformat() if self.due else ''}~{self.id}"


@dataclass(frozen=True, slots=True)
class OpenAssignment:
    """An assignment that has not ended."""

    id: UUID
    application: str
    project: str
    item: str
    item_name: str
    department: str
    department_name: str
    status: AssignmentStatus
    light: Light
    #: It goes first (绿色通道).
    green: bool
    handler: str | None
    opened_at: datetime
    promised_due: date | None
    legal_due: date | None
    provisional: bool
    #: The Prefect run that carries the application; None before its first.
    flow_run_id: UUID | None

    @property
    def place(self) -> Place:
        """Where the list goes on after this one."""
        return Place(self.promised_due, self.id)


async def open_assignments(
    session: AsyncSession,
    *,
    department: str | None = None,
    light: Light | None = None,
    due_on: date | None = None,
    after: Place | None = None,
    limit: int,
) -> list[OpenAssignment]:
    """List up to ``limit``, only those after the place ``after``; of one department, light or last day if named."""
    # The limit is written out: of one that it does not know PostgreSQL expects a tenth of the table, and sorts it all.
    given: dict[str, Any] = {}
    only = ""
    for name, value in (("department", department), ("light", light), ("promised_due", due_on)):
        if value is not None:
            only, given[name] = f"{only} AND {name} = :{name}", value
    part = _PART.format(only=only)
    if due_on is not None:
        chosen = part + _OF_A_DAY.format(limit=int(limit), after=" AND id > :id" if after else "")
        given |= {"id": after.id} if after else {}
    elif after is not None and after.due is None:
        chosen, given = part + _UNDATED.format(limit=int(limit), after=" AND id > :id"), {**given, "id": after.id}
    else:
        # A place says by itself that there is a date: said twice, PostgreSQL expects next to nothing after it, and
        # picks it all out of another index.
        further = " AND (promised_due, id) > (:due, :id)" if after else " AND promised_due IS NOT NULL"
        dated, undated = (each.format(limit=int(limit), after=how) for each, how in ((_DATED, further), (_UNDATED, "")))
        chosen = f"({part}{dated}) UNION ALL ({part}{undated}) LIMIT {int(limit)}"
        given |= {"due": after.due, "id": after.id} if after else {}
    rows = (await session.execute(text(_COLUMNS.format(chosen=chosen)), given)).all()
    return [_line(row, await network(session, row.network)) for row in rows]


def _line(row: Row[Any], net: Network) -> OpenAssignment:
    return OpenAssignment(
        id=row.id,
        application=row.number,
        project=row.project,
        item=row.item,
        item_name=net.item(ItemCode(row.item)).name,
        department=row.department,
        department_name=row.department_name,
        status=AssignmentStatus(row.status),
        light=Light(row.light),
        green=row.green,
        handler=row.handler,
        opened_at=row.opened_at,
        promised_due=row.promised_due,
        legal_due=row.legal_due,
        provisional=row.provisional,
        flow_run_id=row.flow_run_id,
    )
