"""The in-process worker: runs flows in its own event loop instead of starting an operating-system process for each.

Starting a process costs ten seconds and two of CPU per resumption; an application resumes dozens of times. This polls
an ordinary work pool through Prefect's documented extension point, so more machines are more workers, and the same
flows also run on a stock process or Kubernetes pool.
"""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, Final
from uuid import UUID

import structlog
from prefect import Flow
from prefect.client.schemas.objects import FlowRun
from prefect.client.schemas.responses import WorkerFlowRunResponse
from prefect.context import AsyncClientContext
from prefect.exceptions import Abort, Pause
from prefect.flow_engine import run_flow_async
from prefect.flows import load_flow_from_entrypoint
from prefect.workers.base import BaseJobConfiguration, BaseVariables, BaseWorker, BaseWorkerResult
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from casework import runs
from deployments.prefect_setup import WORKER_TYPE, deployed
from kit import places
from kit.database import engine, transaction
from kit.logs import get_logger

log = get_logger("worker")

#: Runs executed at once; a run is mostly waiting for HTTP, and Prefect's server is the narrower place.
AT_ONCE: Final = 16
_HEARTBEAT_SECONDS: Final = 2.0
_ANY_QUEUE: Final = UUID(int=0)
_LOCK = text("SELECT pg_try_advisory_lock(:namespace, :executor)")


class DaibanWorker(BaseWorker[BaseJobConfiguration, BaseVariables, BaseWorkerResult]):
    """Executes flow runs as coroutines. ``executor`` names this process in our tables while it lives."""

    type = WORKER_TYPE
    job_configuration = BaseJobConfiguration
    job_configuration_variables = BaseVariables
    _description = "Runs approval flows inside the worker's own process."

    def __init__(self, work_pool_name: str, *, executor: int, **options: Any) -> None:
        super().__init__(work_pool_name, **options)
        self.executor = executor
        #: Cleared when the process is asked to stop: runs under way finish, no new one begins.
        self.accepting = True
        self.release_failed = asyncio.Event()

    async def get_and_submit_flow_runs(self) -> list[FlowRun]:
        """Poll for runs that are due and start them."""
        return await super().get_and_submit_flow_runs() if self.accepting else []

    async def take(self, flow_run: FlowRun) -> None:
        """Execute a run that has just been made ready, without polling for it: a poll costs Prefect four reads.

        Whoever else polls may be quicker; the first to propose Pending gets it.
        """
        if self.accepting and self.is_setup and self.work_pool is not None:
            nowhere = WorkerFlowRunResponse(work_pool_id=self.work_pool.id, work_queue_id=_ANY_QUEUE, flow_run=flow_run)
            await self._submit_scheduled_flow_runs([nowhere])

    async def _submit_run(self, flow_run: FlowRun) -> None:
        """Claim and execute a run here.

        Replaces the base class's submission to remote infrastructure, which reads the deployment, resolves a job
        template, labels the run and proposes a Submitting state: five calls that mean nothing in one's own process.
        """
        try:
            if await self._propose_pending_state(flow_run):
                await self.run(flow_run, BaseJobConfiguration())
        except (Pause, Abort) as moved:
            # Somebody was quicker: the run is waiting again, or has ended. These are no Exceptions to Python.
            log.debug("run_not_taken", flow_run=str(flow_run.id), why=str(moved))
        except Exception:
            log.exception("run_lost", flow_run=str(flow_run.id))
        finally:
            self._submitting_flow_run_ids.discard(flow_run.id)
            self._release_limit_slot(flow_run.id)
            if self._cancelling_observer is not None:
                self._cancelling_observer.remove_in_flight_flow_run_id(flow_run.id)

    async def run(
        self,
        flow_run: FlowRun,
        configuration: BaseJobConfiguration,
        task_status: Any = None,
    ) -> BaseWorkerResult:
        """Execute a run to its end or to its next suspension; both are success."""
        flow = _flow(await self._entrypoint(flow_run))
        # A run that waits for a department to answer gives its place to another one.
        leave = partial(self._release_limit_slot, flow_run.id)
        async with self._claimed(flow_run.id, flow_run.parameters.get("application")):
            with places.held(leave):
                await _execute(flow, flow_run)
        return BaseWorkerResult(identifier=str(flow_run.id), status_code=0)

    async def _entrypoint(self, flow_run: FlowRun) -> str:
        known = _entrypoints().get(str(flow_run.deployment_id))
        if known is None:
            deployment = await self.client.read_deployment(flow_run.deployment_id)  # type: ignore[arg-type]
            known = _entrypoints()[str(flow_run.deployment_id)] = deployment.entrypoint or ""
        return known

    @asynccontextmanager
    async def _claimed(self, flow_run: UUID, number: str | None) -> AsyncIterator[None]:
        async with transaction() as session:
            await runs.claim(session, flow_run, number, self.executor)
        abandoned = True
        try:
            yield
            abandoned = False
        finally:
            try:
                async with transaction() as session:
                    await runs.release(session, flow_run, self.executor, abandoned=abandoned)
            except Exception:
                # A claim that stays would keep everybody else from the run for as long as this process lives.
                self.release_failed.set()
                raise


@cache
def _entrypoints() -> dict[str, str]:
    return {}


@cache
def _flow(entrypoint: str) -> Flow[Any, Any]:
    ours = {deployment.entrypoint: deployment.flow for deployment in deployed()}
    return ours.get(entrypoint) or load_flow_from_entrypoint(entrypoint)


async def _execute(flow: Flow[Any, Any], flow_run: FlowRun) -> None:
    # For runs of a deployment the engine starts a thread with a websocket that watches for suspension from outside,
    # and joins it in the event loop, which makes concurrent runs wait for each other. A suspension from outside is
    # found by the flow itself when it next proposes a state.
    unobserved = flow_run.model_copy(update={"deployment_id": None})
    structlog.contextvars.clear_contextvars()
    try:
        await run_flow_async(flow, flow_run=unobserved, parameters=flow_run.parameters, return_type="state")
    except (Pause, Abort) as ended:
        log.debug("run_left", flow_run=str(flow_run.id), why=type(ended).__name__)


@asynccontextmanager
async def alive() -> AsyncIterator["Liveness"]:
    """Hold an advisory lock for as long as this process lives.

    PostgreSQL drops the lock the moment the process dies, however it dies, so others can tell at once that the runs
    it was executing are orphans.
    """
    async with engine().connect() as connection:
        connection = await connection.execution_options(isolation_level="AUTOCOMMIT")
        while True:
            executor = secrets.randbelow(2**31 - 1) + 1
            taken = await connection.scalar(_LOCK, {"namespace": runs.LOCK_NAMESPACE, "executor": executor})
            if taken:
                break
        yield Liveness(executor, connection)


@dataclass(frozen=True, slots=True)
class Liveness:
    """The number under which our tables know this process, and the connection whose lock proves that it lives."""

    executor: int
    connection: AsyncConnection

    async def watch(self, beat: Callable[[], object]) -> None:
        """Raise when the connection is lost: without the lock others take our runs for orphans.

        ``beat`` is called whenever the connection has answered.
        """
        while True:
            await asyncio.sleep(_HEARTBEAT_SECONDS)
            await self.connection.execute(text("SELECT 1"))
            beat()


@asynccontextmanager
async def shared_prefect_client() -> AsyncIterator[None]:
    """Let all runs of this process use one connection pool to the Prefect API."""
    async with AsyncClientContext.get_or_create():
        yield
