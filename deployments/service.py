"""One process of the execution plane: a worker and a relay sharing an event loop."""

import asyncio
import contextlib
import logging
import os
import signal
import threading
from typing import Any, NoReturn

from prefect import get_client

from deployments.relay import Relay, make_round
from deployments.worker import AT_ONCE, DaibanWorker, alive, shared_prefect_client
from kit.clock import monotonic
from kit.database import dispose_engine
from kit.department_http import close_department_clients
from kit.logs import get_logger
from kit.settings import settings
from tasks.timers import ring_all

log = get_logger("service")

#: Real seconds that runs under way get to come to their next suspension when the process is asked to stop.
_GRACE_SECONDS = 8.0
#: Real seconds without a sign of life of the event loop or of its connection to the database.
_LIFELESS_SECONDS = 60.0
_LOOK_SECONDS = 5.0


def run_worker_and_relay() -> None:
    """Run until SIGTERM or SIGINT.

    The event loop lives in a thread of its own: Prefect's engine takes over SIGTERM in the main thread while a flow
    runs, and a worker that is asked to stop must not kill the run that happens to be executing. The main thread sees
    to it that the loop is alive: one that hangs keeps its lock, so that nobody would take its runs for orphans.
    """
    pulse = Pulse()
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    failure: list[BaseException] = []

    def work() -> None:
        try:
            loop.run_until_complete(_serve(stop, pulse))
        except BaseException as error:
            failure.append(error)

    def ask_to_stop(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    thread = threading.Thread(target=work, name="daiban-worker")
    thread.start()
    while thread.is_alive():
        thread.join(_LOOK_SECONDS)
        if pulse.silent_seconds() > _LIFELESS_SECONDS:
            log.critical("event_loop_hangs", silent_seconds=round(pulse.silent_seconds()))
            logging.shutdown()
            os._exit(1)
    if failure:
        raise failure[0]


class Pulse:
    """When the event loop last gave a sign of life; before the first one it is still starting."""

    def __init__(self) -> None:
        self._last: float | None = None

    def beat(self) -> None:
        """Give a sign of life."""
        self._last = monotonic()

    def silent_seconds(self) -> float:
        """Real seconds since the last sign of life."""
        return 0.0 if self._last is None else monotonic() - self._last


async def _serve(stop: asyncio.Event, pulse: Pulse) -> None:
    # Without Prefect this process ends and is started again, for as long as Prefect is away. Legal time goes on.
    await make_round(ring_all)
    async with alive() as liveness, shared_prefect_client(), get_client() as client:
        worker = DaibanWorker(
            settings().work_pool,
            executor=liveness.executor,
            name=f"daiban-{liveness.executor}",
            prefetch_seconds=0,
            limit=AT_ONCE,
        )
        services: dict[str, asyncio.Future[Any]] = {
            "worker": asyncio.ensure_future(worker.start(printer=lambda _: None)),
            "relay": asyncio.ensure_future(Relay(client, worker).run()),
            "liveness": asyncio.ensure_future(liveness.watch(pulse.beat)),
            "claims": asyncio.ensure_future(worker.release_failed.wait()),
        }
        log.info("worker_started", executor=liveness.executor, pool=settings().work_pool)
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait([*services.values(), stopping], return_when=asyncio.FIRST_COMPLETED)
        for name, service in services.items():
            if service.done():
                _give_up(name, service)
        await _let_runs_finish(worker)
        for service in services.values():
            service.cancel()
        await asyncio.wait(services.values(), timeout=_GRACE_SECONDS)
    await close_department_clients()
    await dispose_engine()
    log.info("worker_stopped", executor=liveness.executor)


def _give_up(name: str, service: asyncio.Future[Any]) -> NoReturn:
    """End the process at once: whoever is started next finds what it left and goes on.

    Clearing up would wait for what has just failed, with the application runs of this process standing still.
    """
    error = None if service.cancelled() else service.exception()
    log.critical("service_ended", service=name, exc_info=error)
    logging.shutdown()
    os._exit(1)


async def _let_runs_finish(worker: DaibanWorker) -> None:
    worker.accepting = False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GRACE_SECONDS):
            while worker.limiter.borrowed_tokens:
                await asyncio.sleep(0.05)
