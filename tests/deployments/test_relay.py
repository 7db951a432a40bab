"""The relay: a wake is kept until Prefect has taken it or the run has looked, whatever became of the run."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prefect.client.schemas.filters import FlowRunFilter
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import (
    DeploymentResponse,
    OrchestrationResult,
    SetStateStatus,
    StateAbortDetails,
    StateAcceptDetails,
)
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled, Completed, Crashed, Failed, Pending, Running, Scheduled, Suspended
from sqlalchemy import text
from structlog.testing import capture_logs

from casework import runs
from deployments.prefect_setup import APPLICATION_DEPLOYMENT
from deployments.relay import Relay
from deployments.worker import DaibanWorker
from kit import clock
from kit.check_codes import ensure_check_code_secret
from kit.database import dispose_engine, transaction
from kit.settings import settings
from tests.casework.conftest import Desk
from tests.conftest import Databases, connection_to

EXECUTOR = 4711


def http_error(status: HTTPStatus) -> PrefectHTTPStatusError:
    request = httpx.Request("POST", "http://prefect.test/api")
    return PrefectHTTPStatusError(str(status), request=request, response=httpx.Response(status, request=request))


@dataclass(frozen=True)
class _Created:
    id: UUID


class FakePrefect:
    """Prefect's API as far as we use it: runs and their states in memory, refusing what the real one refuses."""

    def __init__(self) -> None:
        self.deployment = DeploymentResponse(id=uuid4(), name="project-application", flow_id=uuid4())
        self.runs: dict[UUID, FlowRun] = {}
        self.tables: dict[UUID, str | None] = {}
        self.calls: list[str] = []
        self.away = False
        #: Runs whose mention makes the client fail as no outage does.
        self.poisoned: set[UUID] = set()
        #: What happens elsewhere just before a call takes effect, once.
        self.meanwhile: dict[str, Callable[[], Awaitable[object]]] = {}
        self._by_key: dict[str, UUID] = {}

    def add(self, state: State[Any], *, run_count: int = 1, key: str | None = None, **given: Any) -> FlowRun:
        run = FlowRun(flow_id=self.deployment.flow_id, deployment_id=self.deployment.id, run_count=run_count, **given)
        self.runs[run.id] = run
        if key is not None:
            self._by_key[key] = run.id
        self.enter(run.id, state)
        return run

    def enter(self, run: UUID, state: State[Any]) -> None:
        found = self.runs[run]
        found.state, found.state_type, found.state_name = state, state.type, state.name

    def keys(self) -> list[str]:
        return list(self._by_key)

    async def read_deployment_by_name(self, name: str) -> DeploymentResponse:
        await self._called("read_deployment_by_name")
        assert name == APPLICATION_DEPLOYMENT
        return self.deployment

    async def create_flow_run_from_deployment(
        self, deployment_id: UUID, *, parameters: dict[str, Any], name: str, idempotency_key: str
    ) -> FlowRun:
        await self._called("create_flow_run_from_deployment")
        assert deployment_id == self.deployment.id
        if idempotency_key in self._by_key:
            return self.runs[self._by_key[idempotency_key]].model_copy()
        created = self.add(Scheduled(), run_count=0, key=idempotency_key, parameters=parameters, name=name)
        return created.model_copy()

    async def resume_flow_run(self, flow_run_id: UUID) -> OrchestrationResult[Any]:
        await self._called("resume_flow_run", flow_run_id)
        if flow_run_id not in self.runs:
            raise http_error(HTTPStatus.INTERNAL_SERVER_ERROR)
        before = self.runs[flow_run_id].state
        if before is None or before.type is not StateType.PAUSED:
            return _refused("Cannot resume a flow run that is not paused.")
        after: State[Any] = Scheduled(name="Resuming") if before.state_details.pause_reschedule else Running()
        self.enter(flow_run_id, after)
        return OrchestrationResult(state=after, status=SetStateStatus.ACCEPT, details=StateAcceptDetails())

    async def read_flow_run(self, flow_run_id: UUID) -> FlowRun:
        await self._called("read_flow_run", flow_run_id)
        return self._found(flow_run_id).model_copy()

    async def read_flow_runs(self, *, flow_run_filter: FlowRunFilter, limit: int) -> list[FlowRun]:
        await self._called("read_flow_runs")
        assert flow_run_filter.id is not None
        wanted = flow_run_filter.id.any_ or []
        return [self.runs[run].model_copy() for run in wanted if run in self.runs][:limit]

    async def set_flow_run_state(
        self, flow_run_id: UUID, state: State[Any], force: bool = False
    ) -> OrchestrationResult[Any]:
        await self._called("set_flow_run_state", flow_run_id)
        before = self._found(flow_run_id).state
        if before is not None and before.is_final() and not force:
            return _refused("This run has already terminated.")
        self.enter(flow_run_id, state)
        return OrchestrationResult(state=state, status=SetStateStatus.ACCEPT, details=StateAcceptDetails())

    async def update_flow_run(self, flow_run_id: UUID, *, tags: list[str]) -> None:
        await self._called("update_flow_run", flow_run_id)
        if flow_run_id not in self.runs:
            raise http_error(HTTPStatus.NOT_FOUND)
        self.runs[flow_run_id].tags = tags

    async def create_artifact(self, artifact: Any) -> _Created:
        await self._called("create_artifact")
        id_ = uuid4()
        self.tables[id_] = artifact.data
        return _Created(id_)

    async def update_artifact(self, artifact_id: UUID, artifact: Any) -> None:
        await self._called("update_artifact")
        if artifact_id not in self.tables:
            raise http_error(HTTPStatus.NOT_FOUND)
        self.tables[artifact_id] = artifact.data

    def _found(self, run: UUID) -> FlowRun:
        if run not in self.runs:
            raise ObjectNotFound(http_error(HTTPStatus.NOT_FOUND))
        return self.runs[run]

    async def _called(self, name: str, run: UUID | None = None) -> None:
        self.calls.append(name)
        if (happening := self.meanwhile.pop(name, None)) is not None:
            await happening()
        if self.away:
            raise httpx.ConnectError("connection refused")
        if run in self.poisoned:
            raise ValueError("a response that nobody can read")


def _refused(reason: str) -> OrchestrationResult[Any]:
    return OrchestrationResult(state=None, status=SetStateStatus.ABORT, details=StateAbortDetails(reason=reason))


class FakeWorker:
    """Remembers which runs it was offered."""

    def __init__(self) -> None:
        self.took: list[FlowRun] = []

    async def take(self, flow_run: FlowRun) -> None:
        self.took.append(flow_run)


@dataclass(frozen=True)
class Case:
    """An application and the run that stands for it."""

    id: int
    number: str
    run: UUID


@dataclass(frozen=True)
class Kept:
    """A message that is still owed."""

    seq: int
    attempts: int
    error: str | None
    delay: float


class Office:
    """Our tables, a Prefect in memory, and the relay between them."""

    def __init__(self) -> None:
        self.prefect = FakePrefect()
        self.worker = FakeWorker()
        self.relay = Relay(self.prefect, self.worker)  # type: ignore[arg-type]

    @asynccontextmanager
    async def desk(self) -> AsyncIterator[Desk]:
        async with transaction() as session:
            desk = Desk(session)
            desk.now = clock.now()
            yield desk

    async def launch(self) -> tuple[int, str]:
        async with self.desk() as desk:
            number = await desk.launch("J5")
            return await desk.count("SELECT id FROM applications WHERE number = :number", number=number), number

    async def case(self, state: State[Any], *, run_count: int = 1, seconds_ago: float = 0) -> Case:
        """An application that wants to be woken, and whose run came into a state some time ago."""
        application, number = await self.launch()
        state.timestamp = clock.wall_now() - timedelta(seconds=seconds_ago)  # type: ignore[assignment]
        run = self.prefect.add(state, run_count=run_count, key=number).id
        async with transaction() as session:
            await runs.record_created(session, application, run, 0)
        return Case(application, number, run)

    async def forget_wakes(self) -> None:
        await self.execute("DELETE FROM outbox_messages WHERE kind = 'wake'")

    async def deliver(self) -> None:
        """Let the relay deliver once what is due."""
        async with asyncio.TaskGroup() as group:
            await self.relay._deliver_wakes(group)

    async def execute(self, statement: str, **given: Any) -> None:
        async with transaction() as session:
            await session.execute(text(statement), given)

    async def overdue_timers(self) -> int:
        async with transaction() as session:
            return await session.scalar(text("SELECT count(*) FROM applications WHERE next_timer < '2000-01-01'")) or 0

    async def kept(self, kind: str = "wake") -> dict[int, Kept]:
        query = """SELECT application_id, seq, attempts, last_error,
                          extract(epoch FROM available_at - now())::float AS delay
                     FROM outbox_messages WHERE kind = :kind"""
        async with transaction() as session:
            rows = await session.execute(text(query), {"kind": kind})
            return {row.application_id: Kept(row.seq, row.attempts, row.last_error, row.delay) for row in rows}

    async def handed_over(self, case: Case, seconds: float = 15) -> bool:
        """Whether the run was made ready and its wake is kept until it has looked."""
        return (await self.kept())[case.id].delay == pytest.approx(seconds, abs=1)

    async def run_of(self, case: Case) -> runs.RunOf:
        async with transaction() as session:
            return await runs.run_of(session, case.id)

    def state(self, case: Case) -> State[Any]:
        found = self.prefect.runs[case.run].state
        assert found is not None
        return found


@asynccontextmanager
async def open_office(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """An office that leaves no application behind, whose clock shows a Monday morning and goes as fast as ours."""
    monkeypatch.setenv("DAIBAN_DATABASE_URL", database)
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_CLOCK", "2026-03-02T09:00+08:00@1")
    monkeypatch.setenv("DAIBAN_CLOCK_ANCHOR", str(clock.wall_now().timestamp()))
    with TemporaryDirectory() as folder:
        if "DAIBAN_SECRETS_DIR" not in os.environ:
            monkeypatch.setenv("DAIBAN_SECRETS_DIR", folder)
        settings.cache_clear()
        ensure_check_code_secret()
        yield Office()
    async with transaction() as session:
        # Steps may not be deleted; a superuser's replica does not ask.
        await session.execute(text("SET LOCAL session_replication_role = replica"))
        await session.execute(text("TRUNCATE applications CASCADE"))
    await dispose_engine()
    settings.cache_clear()


@asynccontextmanager
async def living(database: str, executor: int) -> AsyncIterator[None]:
    """A worker process that lives: PostgreSQL knows by its lock."""
    given = {"namespace": runs.LOCK_NAMESPACE, "executor": executor}
    async with connection_to(database) as connection:
        await connection.execute(text("SELECT pg_advisory_lock(:namespace, :executor)"), given)
        yield
        await connection.execute(text("SELECT pg_advisory_unlock(:namespace, :executor)"), given)


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    """A furnished database for the tests of this file, each of which leaves it as it found it."""
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with open_office(database, monkeypatch) as opened:
        yield opened


async def test_a_launch_is_heard_of_and_becomes_a_run_while_the_relay_listens(office: Office) -> None:
    relaying = asyncio.create_task(office.relay.run())
    try:
        application, number = await office.launch()
        async with asyncio.timeout(10):
            while not office.worker.took:
                await asyncio.sleep(0.02)
        [run] = office.prefect.runs.values()
        assert (run.parameters, office.prefect.keys()) == ({"application": number}, [number])
        assert await office.run_of(Case(application, number, run.id)) == runs.RunOf(
            application, number, False, "清河路项目", run.id, 0, -1, False
        )
        assert [taken.id for taken in office.worker.took] == [run.id]
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)


async def test_a_run_created_but_not_recorded_is_found_again_and_not_made_twice(office: Office) -> None:
    application, number = await office.launch()
    created = office.prefect.add(Scheduled(), key=number)

    await office.deliver()

    assert list(office.prefect.runs) == [created.id]
    assert (await office.run_of(Case(application, number, created.id))).flow_run_id == created.id


async def test_a_waiting_run_is_resumed_and_given_to_the_own_worker_without_being_read(office: Office) -> None:
    case = await office.case(Suspended())

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    [taken] = office.worker.took
    assert (taken.id, taken.parameters) == (case.run, {"application": case.number})
    assert "read_flow_run" not in office.prefect.calls


async def test_a_wake_while_the_run_is_executing_is_kept(office: Office, database: str) -> None:
    case = await office.case(Running())
    async with transaction() as session:
        await runs.claim(session, case.run, None, EXECUTOR)

    async with living(database, EXECUTOR):
        await office.deliver()

    assert (await office.kept())[case.id].delay < 0.1
    assert office.prefect.calls == []


async def test_a_wake_that_the_run_has_already_observed_is_dropped(office: Office) -> None:
    await office.case(Suspended())
    await office.execute("UPDATE application_runs SET observed_seq = 99")

    await office.deliver()

    assert (await office.kept(), office.prefect.calls) == ({}, [])


@pytest.mark.parametrize("state", [Running, Pending])
async def test_a_run_that_has_only_just_lost_its_executor_is_left_to_come_to_itself(
    state: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(state(), seconds_ago=3)
    before = office.state(case)

    await office.deliver()

    assert (await office.kept())[case.id].delay < 0.1
    assert (office.state(case), office.worker.took) == (before, [])


@pytest.mark.parametrize("state", [Running, Pending])
async def test_a_run_without_an_executor_for_longer_is_an_orphan_and_rescheduled(
    state: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(state(), seconds_ago=6)

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    assert [taken.id for taken in office.worker.took] == [case.run]


async def test_a_run_that_suspends_between_two_calls_is_tried_again_at_once(office: Office) -> None:
    case = await office.case(Running())

    async def suspends() -> None:
        office.prefect.enter(case.run, Suspended())

    office.prefect.meanwhile["read_flow_run"] = suspends

    await office.deliver()

    assert (await office.kept())[case.id].delay < 0.1
    await asyncio.sleep(0.05)
    await office.deliver()
    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)


@pytest.mark.parametrize("ending", [StateType.CANCELLED, StateType.CANCELLING])
async def test_a_run_that_a_manager_has_cancelled_stays_so_and_another_takes_its_place(
    ending: StateType, office: Office
) -> None:
    case = await office.case(State(type=ending))

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.CANCELLED, True)
    await assert_second_incarnation(office, case)


async def test_a_run_that_a_manager_has_deleted_is_made_anew(office: Office) -> None:
    case = await office.case(Suspended())
    del office.prefect.runs[case.run]

    await office.deliver()

    assert await office.handed_over(case)
    await assert_second_incarnation(office, case)


async def assert_second_incarnation(office: Office, case: Case) -> None:
    assert office.prefect.keys() == [case.number, f"{case.number}#1"]
    run = await office.run_of(case)
    assert run.incarnation == 1
    assert run.flow_run_id != case.run
    assert [taken.id for taken in office.worker.took] == [run.flow_run_id]


@pytest.mark.parametrize(
    ("run_count", "seconds_ago", "rest"), [(1, 0, 2), (3, 3, 5), (20, 0, 30)], ids=["first", "third", "at most"]
)
async def test_a_run_that_has_failed_is_left_alone_for_longer_each_time(
    run_count: int, seconds_ago: float, rest: float, office: Office
) -> None:
    case = await office.case(Failed(), run_count=run_count, seconds_ago=seconds_ago)

    await office.deliver()

    assert (await office.kept())[case.id].delay == pytest.approx(rest, abs=0.9)
    assert (office.state(case).type, office.worker.took) == (StateType.FAILED, [])


@pytest.mark.parametrize(
    ("state", "seconds_ago"), [(Failed, 9), (Crashed, 0), (Completed, 0)], ids=["failed", "crashed", "completed"]
)
async def test_an_ended_run_of_an_open_application_is_rescheduled(
    state: Callable[[], State[Any]], seconds_ago: float, office: Office
) -> None:
    case = await office.case(state(), run_count=3, seconds_ago=seconds_ago)

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    assert [taken.id for taken in office.worker.took] == [case.run]


@pytest.mark.parametrize("state", [Completed, Cancelled, Failed])
async def test_a_complete_application_does_not_need_its_ended_run(
    state: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(state())
    await office.execute("UPDATE applications SET complete = true")

    await office.deliver()

    assert (await office.kept(), office.worker.took) == ({}, [])
    assert office.state(case).is_final()


async def test_a_complete_application_still_has_its_waiting_run_come_to_an_end(office: Office) -> None:
    case = await office.case(Suspended())
    await office.execute("UPDATE applications SET complete = true")

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)


async def test_a_change_during_delivery_keeps_the_message(office: Office) -> None:
    case = await office.case(Suspended())
    delivered = (await office.kept())[case.id].seq

    async def withdraw() -> None:
        async with office.desk() as desk:
            await desk.withdraw(case.number)

    office.prefect.meanwhile["resume_flow_run"] = withdraw

    await office.deliver()

    assert office.state(case).type is StateType.SCHEDULED
    kept = (await office.kept())[case.id]
    assert (kept.seq > delivered, kept.delay <= 0) == (True, True)


async def test_one_poisoned_message_does_not_stop_the_others_and_shows_its_error(office: Office) -> None:
    cases = [await office.case(Suspended()) for _ in range(3)]
    office.prefect.poisoned.add(cases[1].run)

    with capture_logs() as logged:
        await office.deliver()

    assert [office.state(case).type for case in cases[::2]] == [StateType.SCHEDULED] * 2
    kept = (await office.kept())[cases[1].id]
    assert [entry["application_id"] for entry in logged if entry["event"] == "delivery_failed"] == [cases[1].id]
    assert kept.error == "ValueError: a response that nobody can read"
    assert kept.delay == pytest.approx(30, abs=1)


async def test_while_prefect_is_away_messages_are_postponed_for_longer_each_time(office: Office) -> None:
    case = await office.case(Suspended())
    office.prefect.away = True

    delays = []
    for _ in range(3):
        await office.execute("UPDATE outbox_messages SET available_at = now()")
        await office.deliver()
        delays.append((await office.kept())[case.id].delay)
    assert (await office.kept())[case.id].error == "ConnectError: connection refused"
    office.prefect.away = False
    await office.execute("UPDATE outbox_messages SET available_at = now()")
    await office.deliver()

    assert delays == [pytest.approx(seconds, abs=0.5) for seconds in (1, 2, 5)]
    assert (await office.handed_over(case, 30), office.state(case).type) == (True, StateType.SCHEDULED)


async def test_a_postponed_wake_is_hastened_when_the_run_is_let_go(office: Office) -> None:
    case = await office.case(Running())
    worker = DaibanWorker("daiban", executor=EXECUTOR)

    async with worker._claimed(case.run, case.number):
        async with office.desk() as desk:
            await desk.deliver(case.number)
            await desk.withdraw(case.number)
        await office.execute("UPDATE outbox_messages SET available_at = now() + interval '60 seconds'")

    assert (await office.kept())[case.id].delay <= 0
