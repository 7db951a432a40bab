"""The engine plane by itself: one application, eight parallel decisions, join, conclude; without Prefect or HTTP."""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import median
from uuid import UUID, uuid4

from sqlalchemy import text

from bench.join_storm import with_parallel_journey
from bench.office import environment
from casework import launching, messages, notices, runs
from casework.casefile import Actor
from casework.catalog_file import read_catalog
from casework.catalogs import publish
from casework.department_events import Event, receive
from casework.people import register
from deployments.illustrative_catalog import KAIYUAN
from deployments.postgres import EmbeddedPostgres, ensure_database
from kit import clock
from kit.check_codes import ensure_check_code_secret
from kit.database import dispose_engine, transaction
from models import Role
from models.migrate import upgrade
from rules.catalog import JourneyCode
from rules.materials import listed
from rules.moves import SendMessage
from rules.network import resolve
from rules.vocabulary import DepartmentAct

DEPARTMENTS = 8
_OPEN = text("""
SELECT s.id, s.department FROM assignments s JOIN applications a ON a.id = s.application_id
 WHERE a.number = :number AND s.ended_at IS NULL
""")
_BYTES = text("""
SELECT sum(pg_total_relation_size(c.oid)) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE n.nspname = 'public' AND c.relkind = 'r'
""")


@dataclass(frozen=True, slots=True)
class Engine:
    """Figures of the workload *parallel-8*; every application has its step records, clocks and outbox."""

    applications_per_second: float
    decisions_per_second: float
    one_decision_ms: float
    last_decision_to_concluded_ms: float
    bytes_per_open_application: int


@asynccontextmanager
async def database() -> AsyncIterator[None]:
    """A PostgreSQL of our own with the catalog, one agent and a journey of eight parallel items."""
    async with AsyncExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="daiban-")))
        postgres = EmbeddedPostgres(folder / "postgres")
        await asyncio.to_thread(postgres.start)
        exits.callback(postgres.stop)
        url = postgres.url("daiban")
        await ensure_database(url)
        await asyncio.to_thread(upgrade, url)
        settings_of_ours = {"DAIBAN_DATABASE_URL": url, "DAIBAN_ENVIRONMENT": "local"}
        exits.enter_context(environment({**settings_of_ours, "DAIBAN_SECRETS_DIR": str(folder / "secrets")}))
        ensure_check_code_secret()
        exits.push_async_callback(dispose_engine)
        async with transaction() as session:
            catalog = with_parallel_journey(read_catalog(KAIYUAN), "J8", DEPARTMENTS)
            await publish(session, catalog, now=clock.now())
            await register(session, "agent", "代办员", [Role.AGENT])
        yield


async def launched() -> str:
    """Launch an application and deliver its eight dispatches, as its flow would."""
    intake = launching.Intake(
        journey="J8",
        applicant_name="开原市测试有限公司",
        credit_code="91211282MA0KYF01X8",
        project_name="并联",
        materials=tuple(_materials()),
    )
    async with transaction() as session:
        number, _ = await launching.launch(session, intake, actor=Actor("agent"), now=clock.now())
    async with transaction() as session:
        plan, _ = await runs.observe(session, number, now=clock.now())
    for move in plan.outside:
        assert isinstance(move, SendMessage)
        async with transaction() as session:
            await messages.record_delivered(session, move.message, receipt_number="R", now=clock.now())
    return number


@cache
def _materials() -> frozenset[str]:
    catalog = with_parallel_journey(read_catalog(KAIYUAN), "J8", DEPARTMENTS)
    return listed(resolve(catalog, JourneyCode("J8"), {}))


async def _decide(assignment: UUID, department: str) -> float:
    began = clock.monotonic()
    event = Event(str(uuid4()), DepartmentAct.DECIDED, clock.now(), {"decision": "granted", "document_number": "1"})
    async with transaction() as session:
        await receive(session, assignment, department, event, actor=Actor(department), now=clock.now())
    return clock.monotonic() - began


async def open_assignments(number: str) -> list[tuple[UUID, str]]:
    async with transaction() as session:
        return [(row.id, row.department) for row in await session.execute(_OPEN, {"number": number})]


async def _finish(number: str) -> None:
    async with transaction() as session:
        plan, _ = await runs.observe(session, number, now=clock.now())
    for move in plan.outside:
        async with transaction() as session:
            await notices.deliver(session, move.notice, now=clock.now())  # type: ignore[union-attr]


async def _at_once(limit: int, jobs: list[Callable[[], Awaitable[object]]]) -> float:
    slots = asyncio.Semaphore(limit)

    async def run(job: Callable[[], Awaitable[object]]) -> None:
        async with slots:
            await job()

    began = clock.monotonic()
    await asyncio.gather(*(run(job) for job in jobs))
    return clock.monotonic() - began


async def _life() -> None:
    number = await launched()
    for assignment, department in await open_assignments(number):
        await _decide(assignment, department)
    await _finish(number)


async def measure(applications: int) -> Engine:
    """Measure with so many applications."""
    await _life()
    async with transaction() as session:
        before = int((await session.execute(_BYTES)).scalar_one())
    waiting = [await launched() for _ in range(applications)]
    async with transaction() as session:
        after = int((await session.execute(_BYTES)).scalar_one())
    pairs = [pair for number in waiting for pair in await open_assignments(number)]
    storm = await _at_once(16, [lambda pair=pair: _decide(*pair) for pair in pairs])  # type: ignore[misc]
    alone, last = [], []
    for _ in range(20):
        *others, final = await open_assignments(await launched())
        alone += [await _decide(*pair) for pair in others]
        last.append(await _decide(*final))
    lives = await _at_once(16, [_life for _ in range(applications)])
    return Engine(
        applications / lives,
        len(pairs) / storm,
        median(alone) * 1000,
        median(last) * 1000,
        (after - before) // applications,
    )


async def main(applications: int) -> None:
    async with database():
        print(await measure(applications))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
