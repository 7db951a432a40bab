"""One process of the execution plane: a worker and a relay sharing an event loop."""

import asyncio
import contextlib
import signal
import threading

from prefect import get_client

from deployments.relay import Relay
from deployments.worker import AT_ONCE, DaibanWorker, alive, shared_prefect_client
from kit.database import dispose_engine
from kit.http import close_shared_client
from kit.logs import get_logger
from kit.settings import settings

log = get_logger("service")

#: Real seconds that runs under way get to come to their next suspension when the process is asked to stop.
_GRACE_SECONDS = 8.0


def run_worker_and_relay() -> None:
    """Run until SIGTERM or SIGINT.

    The event loop lives in a thread of its own: Prefect's engine takes over SIGTERM in the main thread while a flow
    runs, and a worker that is asked to stop must not kill the run that happens to be executing.
    """
    loop = asyncio.new_event_loop()
    stop = asyncio.Event()
    failure: list[BaseException] = []

    def work() -> None:
        try:
            loop.run_until_complete(_serve(stop))
        except BaseException as error:
            failure.append(error)

    def ask_to_stop(*_: object) -> None:
        loop.call_soon_threadsafe(stop.set)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, ask_to_stop)
    thread = threading.Thread(target=work, name="daiban-worker")
    thread.start()
    thread.join()
    if failure:
        raise failure[0]


async def _serve(stop: asyncio.Event) -> None:
    async with alive() as executor, shared_prefect_client(), get_client() as client:
        worker = DaibanWorker(
            settings().work_pool,
            executor=executor,
            name=f"daiban-{executor}",
            prefetch_seconds=0,
            limit=AT_ONCE,
        )
        relay = Relay(client, worker)
        log.info("worker_started", executor=executor, pool=settings().work_pool)
        services = [
            asyncio.ensure_future(worker.start(printer=lambda _: None)),
            asyncio.ensure_future(worker.poll_when_nudged()),
            asyncio.ensure_future(relay.run()),
        ]
        stopping = asyncio.ensure_future(stop.wait())
        done, _ = await asyncio.wait([*services, stopping], return_when=asyncio.FIRST_COMPLETED)
        if stopping in done:
            await _let_runs_finish(worker)
        for service in services:
            service.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.gather(*services)
    await close_shared_client()
    await dispose_engine()
    log.info("worker_stopped", executor=executor)


async def _let_runs_finish(worker: DaibanWorker) -> None:
    worker.accepting = False
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_GRACE_SECONDS):
            while worker.limiter.borrowed_tokens:
                await asyncio.sleep(0.05)
