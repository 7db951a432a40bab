"""How the endpoints of departments are: the board a manager looks at when assignments do not leave."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.catalog import Channel
from rules.retrying import Circuit
from rules.vocabulary import EndpointState

_BOARD = text("""
SELECT d.code AS department, d.name, d.channel, d.endpoint, coalesce(e.failures, 0) AS failures, e.opened_at,
       e.probe_at, coalesce(e.probes, 0) AS probes, e.closed_at, e.succeeded_at, e.failed_at, e.last_error,
       coalesce(m.backlog, 0) AS backlog, coalesce(m.parked, 0) AS parked, coalesce(m.rejected, 0) AS rejected,
       m.oldest, (SELECT count(*) FROM sending_permits p WHERE p.department = d.code AND p.until > :wall) AS under_way
  FROM departments d
  LEFT JOIN department_endpoints e ON e.department = d.code
  LEFT JOIN (
    SELECT department, count(*) AS backlog, count(parked_at) AS parked, count(rejected_at) AS rejected,
           min(created_at) AS oldest
      FROM department_messages WHERE sent_at IS NULL AND voided_at IS NULL GROUP BY department) m
    ON m.department = d.code
 WHERE d.channel <> 'inbox' OR m.backlog > 0
 ORDER BY e.opened_at NULLS LAST, d.code
""")


@dataclass(frozen=True, slots=True)
class EndpointHealth:
    """How one endpoint is. ``oldest`` is office time, the other instants are real time."""

    department: str
    name: str
    channel: Channel
    endpoint: str | None
    state: EndpointState
    #: It has been away for so long that its assignments stand in the department's inbox too.
    failed_over: bool
    failures: int
    opened_at: datetime | None
    probe_at: datetime | None
    succeeded_at: datetime | None
    failed_at: datetime | None
    last_error: str | None
    under_way: int
    #: Messages that have not arrived, and of them those that no longer go by themselves.
    backlog: int
    parked: int
    rejected: int
    oldest: datetime | None


async def endpoint_health(session: AsyncSession, *, wall: datetime, away_since: datetime) -> list[EndpointHealth]:
    """Look at every department with a system of its own, those in trouble first."""
    lines = []
    for row in (await session.execute(_BOARD, {"wall": wall})).mappings():
        shown = dict(row)
        circuit = Circuit(
            row["failures"], row["opened_at"], row["probe_at"], shown.pop("probes"), shown.pop("closed_at")
        )
        shown["channel"] = Channel(row["channel"])
        shown["state"] = EndpointState(circuit.state(wall).value)
        shown["failed_over"] = row["opened_at"] is not None and row["opened_at"] <= away_since
        lines.append(EndpointHealth(**shown))
    return lines
