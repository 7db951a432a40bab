"""Intake of department events: over HTTP, by the use case in this process, and the least that SQL alone would take.

The same events to the same tables, in turn, each contestant with as many applications at a time: a handler takes an
assignment on, accepts it, and grants. The lower bound sends the statements that cannot be done without, one by one, and
ends with the same number of rows; it knows everything beforehand, checks nothing and computes nothing.
"""

import asyncio
import multiprocessing
import socket
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from statistics import median
from typing import Any, Final
from uuid import UUID, uuid4

import asyncpg
import httpx
import orjson
from sqlalchemy import text
from sqlalchemy.engine import make_url

from bench.engine import database, launched, open_assignments
from casework.casefile import Actor
from casework.department_events import Event, receive
from kit import clock
from kit.database import transaction
from kit.settings import settings
from kit.signing import department_secret, ensure_department_secrets, sign
from portal.server import serve
from rules.vocabulary import DepartmentAct

#: Applications that every contestant has in hand at a time.
AT_ONCE: Final = 4
#: What a department reports of an assignment, in this order.
LIFE: Final[tuple[tuple[DepartmentAct, dict[str, Any]], ...]] = (
    (DepartmentAct.CLAIMED, {"handler": "王"}),
    (DepartmentAct.ACCEPTED, {}),
    (DepartmentAct.DECIDED, {"decision": "granted", "document_number": "1"}),
)
_TABLES: Final = (
    "department_events",
    "step_records",
    "clock_events",
    "notices",
    "issued_documents",
    "decisions",
    "deliveries",
    "outbox_messages",
)

_LOCK = """
SELECT a.id, a.revision, a.step_count, a.last_hash, s.status, s.item, s.promised_due FROM applications a
  JOIN assignments s ON s.application_id = a.id WHERE s.id = $1 FOR NO KEY UPDATE OF a
"""
_KNOWN = "SELECT digest, answer FROM department_events WHERE assignment_id = $1 AND event_id = $2"
_EVENT = """
INSERT INTO department_events (assignment_id, event_id, department, kind, digest, occurred_at, recorded_at, answer)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7)
"""
_STEP = """
INSERT INTO step_records (application_id, serial, at, kind, actor, department, assignment_id, item, before, after,
                          details, previous_hash, hash)
VALUES ($1, $2, $3, $4, $5::text, $5::text, $6, $7, $8, $9, $10, $11, $12)
"""
_CLOCK = "INSERT INTO clock_events (application_id, assignment_id, kind, at, reason) VALUES ($1, $2, $3, $4, '')"
_NOTICE = """
INSERT INTO notices (id, application_id, assignment_id, kind, title, body, created_at)
VALUES ($1, $2, $3, 'acceptance', '受理通知书', $4, $5)
"""
_DOCUMENT = """
INSERT INTO issued_documents (id, application_id, assignment_id, kind, item, number, title, content, template_version,
                              issued_at, sha256, check_code)
VALUES ($1, $2, $3, $4::text, $5, $6, $4::text, $7, '1', $8, $9, $10)
"""
_DECISION = """
INSERT INTO decisions (assignment_id, kind, document_number, decided_at, recorded_at, source)
VALUES ($1, 'granted', '1', $2, $2, $3)
"""
_DELIVERY = """
INSERT INTO deliveries (id, application_id, assignment_id, item, attempt, channel, status, decided_on, prepared_at,
                        evidence, escalated)
VALUES ($1, $2, $3, $4, 1, 'online', 'prepared', $5, $6, '{}', false)
"""
_ASSIGNMENT = {
    DepartmentAct.CLAIMED: "UPDATE assignments SET handler = '王' WHERE id = $1",
    DepartmentAct.ACCEPTED: """
UPDATE assignments SET status = 'accepted', promised_due = current_date, legal_due = current_date WHERE id = $1
""",
    DepartmentAct.DECIDED: "UPDATE assignments SET status = 'granted', ended_at = now() WHERE id = $1",
}
_APPLICATION = """
UPDATE applications SET revision = $2, step_count = $3, last_hash = $4, next_timer = $5 WHERE id = $1
"""
_OUTBOX = """
INSERT INTO outbox_messages (application_id, kind, seq) VALUES ($1, $2, $3)
ON CONFLICT (application_id, kind) DO UPDATE SET seq = greatest(outbox_messages.seq, excluded.seq)
"""
_CONTENT = "SELECT content FROM issued_documents WHERE kind = 'grant' LIMIT 1"
_NOTICE_BODY = "SELECT body FROM notices WHERE kind = 'acceptance' LIMIT 1"

Pair = tuple[UUID, str]
Report = Callable[[Pair, DepartmentAct, dict[str, Any]], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Intake:
    """Events per second of each contestant, the median of its rounds."""

    bare_sql: float
    in_process: float
    over_http: float

    def __str__(self) -> str:
        return (
            f"events per second: bare SQL {self.bare_sql:.0f}, in process {self.in_process:.0f} "
            f"({self.in_process / self.bare_sql:.2f}), over HTTP {self.over_http:.0f} "
            f"({self.over_http / self.bare_sql:.2f})"
        )


class BareSql:
    """The statements alone, over a connection for each application in hand."""

    def __init__(self, pool: Any, content: str, body: str) -> None:
        self._pool, self._content, self._body = pool, content, body

    async def report(self, pair: Pair, act: DepartmentAct, _details: dict[str, Any]) -> None:
        """Write down one event."""
        (assignment, department), now, event = pair, clock.now(), str(uuid4())
        async with self._pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(_LOCK, assignment)
            await connection.fetchrow(_KNOWN, assignment, event)
            application, serial, digest = row["id"], row["step_count"], row["last_hash"]
            await connection.execute(_EVENT, assignment, event, department, act, digest, now, '{"status": "accepted"}')
            await self._particulars(connection, act, application, assignment, row["item"], now)
            kinds = {
                DepartmentAct.CLAIMED: ("review.started",),
                # Of some items the clock has run since receipt.
                DepartmentAct.ACCEPTED: ("acceptance.granted", "deadline.set")[: 1 if row["promised_due"] else 2],
                DepartmentAct.DECIDED: ("decision.granted", "result.issued"),
            }[act]
            for kind in kinds:
                serial += 1
                where = application, serial, now, kind, department, assignment, row["item"]
                await connection.execute(_STEP, *where, row["status"], row["status"], "{}", digest, digest)
            await connection.execute(_ASSIGNMENT[act], assignment)
            await connection.execute(_APPLICATION, application, row["revision"] + 1, serial, digest, now)
            await connection.execute(_OUTBOX, application, "wake", row["revision"] + 1)
            await connection.execute("SELECT pg_notify('daiban_outbox', 'wake')")
            await connection.execute(_OUTBOX, application, "mirror", row["revision"] + 1)

    async def _particulars(
        self, connection: Any, act: DepartmentAct, application: int, assignment: UUID, item: str, now: datetime
    ) -> None:
        if act is DepartmentAct.CLAIMED:
            return
        kind = "accepted" if act is DepartmentAct.ACCEPTED else "stopped"
        await connection.execute(_CLOCK, application, assignment, kind, now)
        id_ = uuid4()
        paper = id_, application, assignment, "acceptance" if act is DepartmentAct.ACCEPTED else "grant", item, str(id_)
        await connection.execute(_DOCUMENT, *paper, self._content, now, id_.hex * 2, id_.hex[:19])
        if act is DepartmentAct.ACCEPTED:
            await connection.execute(_NOTICE, uuid4(), application, assignment, self._body, now)
        else:
            await connection.execute(_DECISION, assignment, now, "bench")
            await connection.execute(_DELIVERY, uuid4(), application, assignment, item, now.date(), now)


async def in_process(pair: Pair, act: DepartmentAct, details: dict[str, Any]) -> None:
    """Report one event by calling the use case."""
    assignment, department = pair
    event = Event(str(uuid4()), act, clock.now(), details)
    async with transaction() as session:
        await receive(session, assignment, department, event, actor=Actor(f"department/{department}"), now=clock.now())


class OverHttp:
    """Signed CloudEvents to a portal that is a process of its own."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def report(self, pair: Pair, act: DepartmentAct, details: dict[str, Any]) -> None:
        """Send one event; the answer says that it is recorded."""
        (assignment, department), event = pair, str(uuid4())
        body = orjson.dumps(
            {
                "specversion": "1.0",
                "id": event,
                "source": f"department/{department}",
                "type": f"daiban.assignment.{act}",
                "subject": str(assignment),
                "time": clock.now().isoformat(),
                "datacontenttype": "application/json",
                "data": details,
            }
        )
        headers = {**sign(department_secret(department), event, body), "Content-Type": "application/cloudevents+json"}
        answer = await self._client.post(f"/api/v1/assignments/{assignment}/events", content=body, headers=headers)
        answer.raise_for_status()


async def _rate(report: Report, applications: int) -> tuple[float, dict[str, int]]:
    """Let all but the last department of so many new applications report.

    Returns events per second, and by how many rows each table has grown.
    """
    lives = [(await open_assignments(await launched()))[:-1] for _ in range(applications)]
    queue = asyncio.Queue[list[Pair]]()
    for pairs in lives:
        queue.put_nowait(pairs)

    async def work() -> None:
        while not queue.empty():
            for pair in queue.get_nowait():
                for act, details in LIFE:
                    await report(pair, act, details)

    before, began = await _rows(), clock.monotonic()
    await asyncio.gather(*(work() for _ in range(AT_ONCE)))
    seconds = clock.monotonic() - began
    grown = {table: rows - before[table] for table, rows in (await _rows()).items()}
    return sum(map(len, lives)) * len(LIFE) / seconds, grown


async def _rows() -> dict[str, int]:
    query = " UNION ALL ".join(f"SELECT '{table}' AS name, count(*) AS rows FROM {table}" for table in _TABLES)  # noqa: S608 - constants
    async with transaction() as session:
        return {row.name: row.rows for row in await session.execute(text(query))}


@asynccontextmanager
async def portal() -> AsyncIterator[httpx.AsyncClient]:
    """A portal in a process of its own, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = multiprocessing.get_context("spawn").Process(target=serve, args=("127.0.0.1", port), daemon=True)
    process.start()
    try:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            async with asyncio.timeout(60):
                while not await _answers(client):
                    await asyncio.sleep(0.1)
            yield client
    finally:
        process.terminate()
        await asyncio.to_thread(process.join)


async def _answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/healthz")).is_success
    except httpx.ConnectError:
        return False


@asynccontextmanager
async def bare_sql() -> AsyncIterator[BareSql]:
    """The lower bound, with documents as long as those that the office writes."""
    url = make_url(settings().database_url or "").set(drivername="postgresql").render_as_string(hide_password=False)
    async with asyncpg.create_pool(url, min_size=AT_ONCE, max_size=AT_ONCE) as pool:
        yield BareSql(pool, await pool.fetchval(_CONTENT), await pool.fetchval(_NOTICE_BODY))


async def measure(applications: int, rounds: int) -> Intake:
    """Let the three report in turn, each for so many applications in each round."""
    ensure_department_secrets(await _departments())
    async with portal() as client:
        http = OverHttp(client)
        await _rate(in_process, AT_ONCE)
        async with bare_sql() as bare:
            contestants: tuple[Report, ...] = (bare.report, in_process, http.report)
            # One round to warm up.
            measured = [[await _rate(each, applications) for each in contestants] for _ in range(1 + rounds)]
    for bound, *ours in measured:
        assert all(rows == bound[1] for _, rows in ours), "the lower bound leaves other rows than the use case"
    return Intake(*(median(rate for rate, _ in column) for column in zip(*measured[1:], strict=True)))


async def _departments() -> list[str]:
    async with transaction() as session:
        return list(await session.scalars(text("SELECT code FROM departments")))


async def main(applications: int, rounds: int = 5) -> None:
    async with database():
        print(await measure(applications, rounds))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 12))
