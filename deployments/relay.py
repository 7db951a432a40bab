"""The relay: brings what our tables say to Prefect, at least once, and soon.

A wake starts or resumes an application's flow run. It is kept until the run has looked at the application after the
change, the last one until the run has ended. That Prefect has accepted a resumption is not enough: between that and the
look there is a worker that may be full or die, and a server whose answer may be lost.
"""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

import httpx
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.client.schemas.responses import DeploymentResponse, SetStateStatus
from prefect.exceptions import ObjectNotFound, PrefectHTTPStatusError
from prefect.states import Cancelled, Scheduled

from casework import outbox, runs
from casework.outbox import Owed
from casework.runs import RunOf
from deployments.mirror import Mirror
from deployments.prefect_setup import APPLICATION_DEPLOYMENT
from deployments.worker import DaibanWorker
from kit import clock
from kit.database import TROUBLE, listen, transaction
from kit.logs import get_logger
from kit.settings import settings
from models import OutboxKind
from portal.events import read_event
from tasks.letters import send_letters
from tasks.news_letters import tell_people
from tasks.polling import ask_departments
from tasks.report_letters import enter_reports
from tasks.rescue import rescue_abandoned_runs, rescue_astray_runs
from tasks.timers import ring_all
from tasks.turns import give_turns

log = get_logger("relay")

_WAKES_AT_ONCE: Final = 16
_MIRRORS_AT_ONCE: Final = 8
_LEASE_SECONDS: Final = 30.0
#: Real seconds that a delivery may take. Prefect's client repeats a request for minutes; a server that accepts and
#: never answers would take all places, each lease bringing a message anew while the one before is still under way.
_DELIVERY_SECONDS: Final = 25.0
#: Fall-back for notifications that were missed; also how long bursts of changes may become one mirror update.
_WAKE_POLL_SECONDS: Final = 1.0
_MIRROR_POLL_SECONDS: Final = 0.2
_RING_BY_HAND_SECONDS: Final = 0.3
#: Real seconds until a wake that found its run still running is tried again, growing to the last.
_BACKOFF_SECONDS: Final = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0)
#: Real seconds that a run which was made ready gets to look, before it is seen to again; longer when all are busy.
_LOOK_SECONDS: Final = (15.0, 15.0, 15.0, 30.0, 30.0, 30.0, 60.0)
_OUTAGE_SECONDS: Final = (1.0, 2.0, 5.0, 15.0, 30.0)
#: Real time after which a run that says Pending or Running without an executor is taken to be an orphan.
_ORPHANED: Final = timedelta(seconds=5)

_FAILED_AT_MOST_SECONDS: Final = 30.0
#: Real seconds between two looks for messages whose turn has come, while there are some and while there are none.
_TURNS_SECONDS: Final = 0.2
_POLL_ROUND_SECONDS: Final = 5.0
_NO_TURNS_SECONDS: Final = 1.0
#: Real seconds between two looks for people who are to be told something.
_LETTERS_SECONDS: Final = 1.0
#: Asking Prefect for the state of every waiting run is dear; what costs only a query of ours is done each round.
_ASTRAY_EVERY_ROUNDS: Final = 5

_PREFECT_TROUBLE = (httpx.HTTPError, PrefectHTTPStatusError, TimeoutError)


class Relay:
    """Delivers outbox messages to a Prefect server; the own worker is told at once which run is ready."""

    def __init__(self, client: PrefectClient, worker: DaibanWorker) -> None:
        self._client = client
        self._worker = worker
        self._mirror = Mirror(client)
        self._signal = asyncio.Event()
        self._delivering = 0
        self._deployment: DeploymentResponse | None = None

    async def run(self) -> None:
        """Deliver until cancelled."""
        # Without waiting for the deadline watch: a worker that is started again finds what its predecessor left.
        await rescue_abandoned_runs()
        async with asyncio.TaskGroup() as group:
            group.create_task(_steadily(self._listen))
            group.create_task(_steadily(partial(self._deliver_wakes, group)))
            group.create_task(_steadily(self._deliver_mirrors))
            group.create_task(_steadily(_ring))
            group.create_task(_steadily(_give_turns))
            group.create_task(_steadily(_write_to_people))
            group.create_task(_steadily(_poll))
            group.create_task(_steadily(partial(_watch, rescue_abandoned_runs)))
            group.create_task(
                _steadily(partial(_watch, partial(rescue_astray_runs, self._client), every=_ASTRAY_EVERY_ROUNDS))
            )

    async def _listen(self) -> None:
        """Be told of new wakes by PostgreSQL; polling covers the time without a connection."""
        await listen(outbox.CHANNEL, lambda _: self._signal.set())

    async def _deliver_wakes(self, group: asyncio.TaskGroup) -> None:
        """Deliver what is due, then sleep until told of more or until the next is due."""
        self._signal.clear()
        pause = _WAKE_POLL_SECONDS
        if free := _WAKES_AT_ONCE - self._delivering:
            async with transaction() as session:
                taken = await outbox.take(session, OutboxKind.WAKE, limit=free, lease_seconds=_LEASE_SECONDS)
                until_next = await outbox.seconds_until_next(session, OutboxKind.WAKE)
            for owed in taken:
                self._delivering += 1
                group.create_task(self._deliver_wake(owed))
            if until_next is not None:
                pause = min(max(until_next, 0.005), pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._signal.wait(), pause)

    async def _deliver_wake(self, owed: Owed) -> None:
        try:
            await self._deliver(owed, self._wake)
        finally:
            self._delivering -= 1
            self._signal.set()

    async def _deliver_mirrors(self) -> None:
        async with transaction() as session:
            taken = await outbox.take(session, OutboxKind.MIRROR, limit=_MIRRORS_AT_ONCE, lease_seconds=_LEASE_SECONDS)
        await asyncio.gather(*(self._deliver(owed, self._mirror.show) for owed in taken))
        if len(taken) < _MIRRORS_AT_ONCE:
            await asyncio.sleep(_MIRROR_POLL_SECONDS)

    async def _deliver(self, owed: Owed, deliver: Callable[[Owed], Awaitable[float | None]]) -> None:
        """Deliver one message; ``deliver`` returns None when done or the real seconds after which to try again."""
        error = None
        try:
            async with asyncio.timeout(_DELIVERY_SECONDS):
                again = await deliver(owed)
        except _PREFECT_TROUBLE as trouble:
            error = f"{type(trouble).__name__}: {trouble}"[:500]
            again = _step(_OUTAGE_SECONDS, owed.attempts)
            log.warning("delivery_postponed", kind=owed.kind, application_id=owed.application_id, error=error)
        except Exception as trouble:
            # One poisoned message must not stop the others: it is kept, shown with its error, and tried again late.
            error = f"{type(trouble).__name__}: {trouble}"[:500]
            again = _OUTAGE_SECONDS[-1]
            log.exception("delivery_failed", kind=owed.kind, application_id=owed.application_id)
        try:
            async with transaction() as session:
                if again is None:
                    await outbox.finish(session, owed)
                else:
                    await outbox.postpone(session, owed, delay_seconds=again, error=error)
        except TROUBLE as trouble:
            log.warning("outbox_unreachable", error=str(trouble))  # the lease brings the message back

    async def _wake(self, owed: Owed) -> float | None:
        async with transaction() as session:
            run = await runs.run_of(session, owed.application_id)
        if run.flow_run_id is None:
            await self._start(run, run.incarnation)
            return _step(_LOOK_SECONDS, owed.attempts)
        seen = run.observed_seq >= owed.seq
        if seen and not run.complete:
            return None
        if run.executing:
            return _step(_BACKOFF_SECONDS, owed.attempts)
        if seen and await self._has_ended(run.flow_run_id):
            return None
        try:
            resumed = await self._client.resume_flow_run(run.flow_run_id)
        except PrefectHTTPStatusError:
            # For a deleted run the server fails instead of saying so; whether it is gone, reading it tells.
            return await self._bring_back(owed, run, run.flow_run_id)
        if resumed.status is SetStateStatus.ACCEPT:
            await self._worker.take(await self._ready(run, run.flow_run_id))
            return _step(_LOOK_SECONDS, owed.attempts)
        return await self._bring_back(owed, run, run.flow_run_id)

    async def _bring_back(self, owed: Owed, run: RunOf, flow_run_id: UUID) -> float | None:
        """Deal with a run that is not waiting: it is on its way, or lost, or a manager has ended it."""
        try:
            found = await self._client.read_flow_run(flow_run_id)
        except ObjectNotFound:
            await self._start(run, run.incarnation + 1)
            return _step(_LOOK_SECONDS, owed.attempts)
        state = found.state
        if run.complete and state is not None and state.is_final():
            return None
        if state is None or state.type is StateType.SCHEDULED:
            await self._worker.take(found)
        elif state.type is StateType.PAUSED:
            return _BACKOFF_SECONDS[0]  # suspended between our two calls
        elif state.type in (StateType.PENDING, StateType.RUNNING):
            if clock.wall_now() - state.timestamp < _ORPHANED:
                return _step(_BACKOFF_SECONDS, owed.attempts)
            await self._reschedule(found, "执行该运行的进程已失联，重新排程")
        elif state.type in (StateType.CANCELLING, StateType.CANCELLED):
            # The cancelled run stays as the manager left it; the law knows no cancel button.
            if state.type is StateType.CANCELLING:
                await self._client.set_flow_run_state(found.id, Cancelled(), force=True)
            await self._start(run, run.incarnation + 1)
        elif (rest := _rest_after_failure(found)) > 0:
            return rest
        else:
            await self._reschedule(found, f"运行{state.name}，代办件尚未办结，重新排程")
        return _step(_LOOK_SECONDS, owed.attempts)

    async def _has_ended(self, flow_run_id: UUID) -> bool:
        try:
            found = await self._client.read_flow_run(flow_run_id)
        except ObjectNotFound:
            return False
        return found.state is not None and found.state.is_final()

    async def _reschedule(self, found: FlowRun, message: str) -> None:
        await self._client.set_flow_run_state(found.id, Scheduled(message=message), force=True)
        log.warning("run_rescheduled", flow_run=str(found.id), was=found.state_name)
        await self._worker.take(found)

    async def _start(self, run: RunOf, incarnation: int) -> None:
        """Create the flow run that stands for the application. Repeated, it finds the run it had created."""
        deployment = await self._application_deployment()
        created = await self._client.create_flow_run_from_deployment(
            deployment.id,
            parameters={"application": run.number},
            name=f"{run.number} {run.project}",
            idempotency_key=run.number if incarnation == 0 else f"{run.number}#{incarnation}",
        )
        async with transaction() as session:
            await runs.record_created(session, run.application_id, created.id, incarnation)
        await self._worker.take(created)

    async def _ready(self, run: RunOf, flow_run_id: UUID) -> FlowRun:
        """Describe a run by what we know of it, sparing a read."""
        deployment = await self._application_deployment()
        return FlowRun(
            id=flow_run_id,
            flow_id=deployment.flow_id,
            deployment_id=deployment.id,
            name=f"{run.number} {run.project}",
            parameters={"application": run.number},
        )

    async def _application_deployment(self) -> DeploymentResponse:
        if self._deployment is None:
            self._deployment = await self._client.read_deployment_by_name(APPLICATION_DEPLOYMENT)
        return self._deployment


def _rest_after_failure(found: FlowRun) -> float:
    """Real seconds for which a run that has failed is left alone: what fails each time must not fail all the time."""
    if found.state is None or found.state.type is not StateType.FAILED:
        return 0
    rest = min(2.0**found.run_count, _FAILED_AT_MOST_SECONDS)
    return rest - (clock.wall_now() - found.state.timestamp).total_seconds()


async def _steadily(body: Callable[[], Awaitable[None]]) -> None:
    """Repeat ``body`` for ever; a database that is away for a while is waited for."""
    while True:
        try:
            await body()
        except TROUBLE as trouble:
            log.warning("database_unreachable", error=str(trouble))
            await asyncio.sleep(1)


async def _watch(duty: Callable[[], Awaitable[int]], every: int = 1) -> None:
    """Make a round of the deadline watch, then rest for so many of its intervals.

    The watch is a flow so that managers see it. What it promises must hold without Prefect's scheduler: legal time goes
    on when that stands still.
    """
    await make_round(duty)
    await asyncio.sleep(every * settings().watch_seconds)


async def _ring() -> None:
    """Ring the timers whose time has come. Where a clock is moved by hand, any may have come a moment later."""
    await make_round(ring_all)
    await asyncio.sleep(_RING_BY_HAND_SECONDS if clock.is_moved_by_hand() else settings().watch_seconds)


async def _poll() -> None:
    """Ask departments for news; a round looks often who is due, each department is asked by its interval."""
    await make_round(partial(ask_departments, read_event))
    await asyncio.sleep(min(settings().poll_seconds, _POLL_ROUND_SECONDS))


async def _write_to_people() -> None:
    """Tell people of the office what is new, and write to those who want it; to applicants, too."""
    await make_round(tell_people)
    await make_round(enter_reports)
    await make_round(send_letters)
    await asyncio.sleep(_LETTERS_SECONDS)


async def _give_turns() -> None:
    """Let messages whose department is back, or has room again, go on; more often the more there are."""
    given: list[int] = []

    async def duty() -> int:
        given.append(await give_turns())
        return given[0]

    await make_round(duty)
    await asyncio.sleep(_TURNS_SECONDS if given and given[0] else _NO_TURNS_SECONDS)


async def make_round(duty: Callable[[], Awaitable[object]]) -> None:
    """Do a duty of the watch once; trouble with it, unless it is the database's, is left to the next round."""
    try:
        await duty()
    except _PREFECT_TROUBLE as trouble:
        log.warning("watch_postponed", error=f"{type(trouble).__name__}: {trouble}")
    except TROUBLE:
        raise
    except Exception:
        log.exception("watch_failed")


def _step(delays: tuple[float, ...], attempts: int) -> float:
    return delays[min(attempts, len(delays)) - 1]
