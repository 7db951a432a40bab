"""A Prefect and a worker in memory, an office of real tables, and the relay between them."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
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
from prefect.states import Running, Scheduled
from sqlalchemy import text

from casework import runs
from deployments.prefect_setup import APPLICATION_DEPLOYMENT
from deployments.relay import Relay
from kit import clock
from kit.check_codes import ensure_check_code_secret
from kit.database import dispose_engine, transaction
from kit.settings import settings
from tests.casework.conftest import Desk
from tests.conftest import connection_to

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


async def assert_second_incarnation(office: Office, case: Case) -> None:
    assert office.prefect.keys() == [case.number, f"{case.number}#1"]
    run = await office.run_of(case)
    assert run.incarnation == 1
    assert run.flow_run_id != case.run
    assert [taken.id for taken in office.worker.took] == [run.flow_run_id]
