"""Twenty departments behind real sockets, one a black hole and one failing every second time: are the others slower?

The tables, the outbox and a worker of sixteen places in one process, without Prefect: what is measured is whether
places are lost to departments that do not answer. In turn, eighteen departments are sent to alone, beside two more that
work, and beside two bad ones, whose circuits are forgotten each time. Where the processor is the narrow place, two more
departments are more work, good or bad.
"""

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from pathlib import Path
from random import Random
from statistics import median
from typing import Any, Final
from uuid import UUID

import anyio
from prefect.client.schemas.objects import State
from sqlalchemy import text

from bench.office import environment
from casework import launching, outbox
from casework.casefile import Actor
from casework.catalog_file import read_catalog
from casework.catalogs import publish
from casework.people import register
from deployments.illustrative_catalog import KAIYUAN
from deployments.postgres import EmbeddedPostgres, ensure_database
from deployments.worker import AT_ONCE
from flows.errands import Errands
from kit import clock, places
from kit.check_codes import ensure_check_code_secret
from kit.database import dispose_engine, transaction
from kit.department_http import close_department_clients
from kit.logs import configure_logs
from kit.settings import settings
from kit.signing import ensure_department_secrets
from models import Role
from models.migrate import upgrade
from rules.catalog import Catalog, Channel, Journey, JourneyCode, JourneyItem, Stage
from rules.materials import listed
from rules.network import resolve
from tasks import applicants, applications, departments, policy
from tasks.turns import give_turns

DEPARTMENTS: Final = 20
#: Seconds that a system which works takes to answer.
ANSWER_SECONDS: Final = 1.0
HANGS_SECONDS: Final = 30.0
_RECEIVED = text("SELECT count(*) FROM assignments WHERE department = ANY(:good) AND status = 'received'")
_last_attempt: ContextVar[bool] = ContextVar("last_attempt", default=True)
_SEND, _NOTIFY = departments.send.fn, applicants.notify.fn


@dataclass(slots=True)
class Town:
    """The systems of the departments, all behind one socket, told apart by path."""

    hole: str
    flaky: str
    random: Random
    requests: dict[str, int] = field(default_factory=dict)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
                lengths = [line for line in head.split("\r\n") if line.startswith("content-length:")]
                await reader.readexactly(int(lengths[0].split(":")[1]))
                code = head.split("/")[1].upper()
                self.requests[code] = self.requests.get(code, 0) + 1
                await asyncio.sleep(HANGS_SECONDS if code == self.hole else ANSWER_SECONDS)
                broken = code == self.flaky and self.random.random() < 0.5
                body = b'{"receipt_number": "R"}'
                writer.write(
                    b"HTTP/1.1 %d X\r\ncontent-length: %d\r\n\r\n" % (500 if broken else 202, len(body)) + body
                )
                await writer.drain()
        writer.close()


def twenty_journeys(catalog: Catalog) -> tuple[Catalog, list[str]]:
    """Add a journey of one item for each of twenty departments."""
    first = {item.department: item.code for item in reversed(catalog.items.values())}
    reachable = [d for d in first if catalog.departments[d].channel is Channel.PUSH][:DEPARTMENTS]
    assert len(reachable) == DEPARTMENTS
    made = {
        JourneyCode(f"T{d}"): Journey(
            code=JourneyCode(f"T{d}"),
            name=d,
            name_en=d,
            stages=(Stage("all", "全部", "all", None),),
            items=(JourneyItem(first[d], "all"),),
            edges=(),
        )
        for d in reachable
    }
    return replace(catalog, journeys={**catalog.journeys, **made}), [str(d) for d in reachable]


@asynccontextmanager
async def town() -> AsyncIterator[tuple[Catalog, list[str], Town]]:
    """A PostgreSQL of our own, the journeys, and the departments' systems."""
    async with AsyncExitStack() as exits:
        folder = Path(exits.enter_context(tempfile.TemporaryDirectory(prefix="daiban-")))
        postgres = EmbeddedPostgres(folder / "postgres")
        await asyncio.to_thread(postgres.start)
        exits.callback(postgres.stop)
        url = postgres.url("daiban")
        await ensure_database(url)
        await asyncio.to_thread(upgrade, url)
        catalog, codes = twenty_journeys(read_catalog(KAIYUAN))
        made = Town(codes[-1], codes[-2], Random(1))
        server = await asyncio.start_server(made.serve, "127.0.0.1", 0)
        exits.callback(server.close)
        variables = {
            "DAIBAN_DATABASE_URL": url,
            "DAIBAN_ENVIRONMENT": "local",
            "DAIBAN_DATA_DIR": str(folder),
            "DAIBAN_DEPARTMENT_BASE_URL": f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}",
            "DAIBAN_LOG_LEVEL": "ERROR",
        }
        exits.enter_context(environment(variables))
        settings.cache_clear()
        configure_logs("bench")
        ensure_department_secrets(codes)
        ensure_check_code_secret()
        exits.push_async_callback(dispose_engine)
        exits.push_async_callback(close_department_clients)
        async with transaction() as session:
            await publish(session, catalog, now=clock.now())
            await register(session, "agent", "代办员", [Role.AGENT])
        yield catalog, codes, made


async def _as_task_run(message: UUID, label: str, return_state: bool = True) -> State[Any]:
    """What Prefect makes of the task: what may be over in a second is tried again at once."""
    for delay in (*policy.RETRY_DELAYS_SECONDS, None):
        _last_attempt.set(delay is None)
        try:
            return await _SEND(message, label)
        except Exception as error:
            if delay is None or not policy.is_transient(error):
                raise
        await asyncio.sleep(delay)
    raise AssertionError


async def launch(catalog: Catalog, codes: list[str], each: int) -> None:
    """Launch so many applications for each department, in turn; nothing is sent yet."""
    for code in [code for _ in range(each) for code in codes]:
        materials = tuple(listed(resolve(catalog, JourneyCode(f"T{code}"), {})))
        intake = launching.Intake(
            journey=f"T{code}",
            applicant_name="开原市测试有限公司",
            credit_code="91211282MA0KYF01X8",
            project_name=code,
            materials=materials,
        )
        async with transaction() as session:
            await launching.launch(session, intake, actor=Actor("agent"), now=clock.now())


async def _run(number: str, limiter: anyio.CapacityLimiter, owner: object) -> None:
    """Carry one application until it waits for its department, as its flow does."""
    with places.held(lambda: limiter.release_on_behalf_of(owner)):
        async with Errands() as errands:
            while True:
                errands.begin(await applications.observe(number))
                if not errands.under_way:
                    break
                await errands.settle()
        places.leave()


async def _work(stop: asyncio.Event) -> None:
    """Take wakes and run their applications, sixteen at once; give turns to what waits for its department."""
    limiter = anyio.CapacityLimiter(AT_ONCE)
    running: set[asyncio.Task[None]] = set()
    while not stop.is_set():
        free = int(limiter.available_tokens)
        async with transaction() as session:
            taken = await outbox.take(session, "wake", limit=free, lease_seconds=60) if free else []
            numbers = text("SELECT id, number FROM applications WHERE id = ANY(:ids)")
            named = dict((await session.execute(numbers, {"ids": [o.application_id for o in taken]})).tuples().all())
        for owed in taken:
            owner = object()
            limiter.acquire_on_behalf_of_nowait(owner)
            task = asyncio.create_task(_run(named[owed.application_id], limiter, owner))
            running.add(task)
            task.add_done_callback(running.discard)
        await asyncio.sleep(0.1)
    await asyncio.gather(*running, return_exceptions=True)  # what hangs comes to its time-out


async def _turns(stop: asyncio.Event) -> None:
    while not stop.is_set():
        await asyncio.sleep(0.2 if await give_turns() else 1.0)


async def phase(catalog: Catalog, codes: list[str], good: list[str], each: int) -> float:
    """Send so many applications to each department; return the healthy ones' dispatches per second."""
    async with transaction() as session:
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("TRUNCATE applications CASCADE"))
        await session.execute(text("DELETE FROM department_endpoints"))
    await launch(catalog, codes, each)
    stop, began = asyncio.Event(), clock.monotonic()
    workers = [asyncio.create_task(_work(stop)), asyncio.create_task(_turns(stop))]
    received = 0
    while received < each * len(good):
        await asyncio.sleep(0.25)
        async with transaction() as session:
            received = int((await session.execute(_RECEIVED, {"good": good})).scalar_one())
    seconds = clock.monotonic() - began
    stop.set()
    await asyncio.gather(*workers)
    return received / seconds


async def main(each: int, rounds: int = 4) -> None:
    departments.send, applicants.notify = _as_task_run, _NOTIFY  # type: ignore[assignment]
    departments.is_last_attempt = _last_attempt.get
    async with town() as (catalog, codes, made):
        good = [code for code in codes if code not in (made.hole, made.flaky)]
        await phase(catalog, good, good, 1)  # warm
        hole, flaky, none = made.hole, made.flaky, ""
        arms = {
            "18 alone": (good, none, none),
            "20, all well": (codes, none, none),
            "20, two of them bad": (codes, hole, flaky),
        }
        figures: dict[str, list[float]] = {name: [] for name in arms}
        for number in range(rounds):
            for name in list(arms) if number % 2 else list(arms)[::-1]:
                sent_to, made.hole, made.flaky = arms[name]
                figures[name].append(await phase(catalog, sent_to, good, each))
                print(f"{name}: {figures[name][-1]:.2f} /s of the eighteen", flush=True)
        alone, well, bad = (median(each) for each in figures.values())
        print(f"medians: 18 alone {alone:.2f}, 20 well {well:.2f}, two bad {bad:.2f} /s")
        print(f"two bad / 18 alone {bad / alone:.3f}, two bad / 20 well {bad / well:.3f}")


if __name__ == "__main__":
    asyncio.run(main(*(int(each) for each in sys.argv[1:] or ["10"])))
