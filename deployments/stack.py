"""The local stack: a whole office on one machine, started, kept and stopped by one supervisor."""

import asyncio
import os
import signal
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType

import psutil
from sqlalchemy.engine import make_url

from deployments.office_processes import office_processes
from deployments.ports import USUAL_PORTS, choose_ports
from deployments.postgres import EmbeddedPostgres, ensure_database
from deployments.processes import ProcessSpec, Supervisor
from deployments.reaper import Reaper
from deployments.stack_clock import HEARTBEAT_SECONDS, continue_clock
from deployments.stack_lock import stop_running, take_lock
from deployments.stack_state import (
    StackError,
    StackState,
    environment_of,
    last_alive,
    last_stack,
    mark_alive,
    read_stack,
    write_stack,
)
from kit.clock import forget_moves
from kit.logs import get_logger
from kit.settings import settings

__all__ = ["ProcessSpec", "Stack", "StackError", "StackState", "environment_of", "read_stack", "stop_running"]

_SIGNALS = (signal.SIGINT, signal.SIGTERM)

log = get_logger("stack")


class Stack:
    """A supervisor for one data folder; an asynchronous context manager that yields the state once all is ready."""

    def __init__(
        self,
        data_dir: Path,
        *,
        ports: Mapping[str, int] | None = None,
        clock: str | None = None,
        behaviours: Path | None = None,
        processes: Callable[[StackState, Path | None], Sequence[ProcessSpec]] = office_processes,
    ) -> None:
        """Plan a stack; ``behaviours`` is what the reference departments are told, ``processes`` what is run."""
        self._data_dir = data_dir.expanduser().resolve()
        self._logs_dir = self._data_dir / "logs"
        self._ports = ports or {}
        self._clock = clock
        self._behaviours = behaviours
        self._processes = processes
        self._lock: int | None = None
        self._reaper: Reaper | None = None
        self._postgres: EmbeddedPostgres | None = None
        self._supervisor: Supervisor | None = None
        self._watch: asyncio.Task[None] | None = None

    async def __aenter__(self) -> StackState:
        return await self.start()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> StackState:
        """Start everything and wait until it is ready; what was started is stopped again when anything fails.

        Raises StackError with the reason: running already, a port taken, a process that ended while starting.
        """
        try:
            return await self._start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop everything in reverse order. Safe to repeat."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        if self._supervisor is not None:
            await self._supervisor.stop()
        if self._postgres is not None:
            await asyncio.to_thread(self._postgres.stop)
        if self._reaper is not None:
            await asyncio.to_thread(self._reaper.close)
        if self._lock is not None:
            os.close(self._lock)
        self._watch = self._supervisor = self._postgres = self._reaper = self._lock = None

    async def serve(self, announce: Callable[[StackState], None]) -> None:
        """Run until SIGINT or SIGTERM, calling ``announce`` once all is ready; a signal while starting stops it too."""
        asked = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in _SIGNALS:
            loop.add_signal_handler(number, asked.set)
        stopping = asyncio.create_task(asked.wait())
        starting = asyncio.create_task(self.start())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                announce(starting.result())
                await stopping
        finally:
            log.info("stack_stopping")
            for task in (starting, stopping):
                task.cancel()
            await asyncio.gather(starting, stopping, return_exceptions=True)
            await self.stop()
            for number in _SIGNALS:
                loop.remove_signal_handler(number)

    def pids(self) -> dict[str, int]:
        """Tell the pid of each process, PostgreSQL's among them."""
        running = {} if self._supervisor is None else self._supervisor.pids()
        if self._postgres is not None and self._postgres.pid is not None:
            running["postgres"] = self._postgres.pid
        return running

    async def _start(self) -> StackState:
        for folder, mode in ((self._data_dir, 0o755), (self._logs_dir, 0o700), (self._data_dir / "prefect", 0o700)):
            folder.mkdir(mode=mode, parents=True, exist_ok=True)
        self._lock = await take_lock(self._data_dir)
        self._reaper = Reaper(self._logs_dir / "reaper.log", self._lock)
        state = await self._settle()
        state.secrets_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_stack(state)
        for url in (state.database_url, state.prefect_database_url):
            await ensure_database(url)
        self._watch = asyncio.create_task(self._keep_alive(), name="keep-alive")
        self._supervisor = Supervisor(self._processes(state, self._behaviours), self._logs_dir, self._reaper.announce)
        await self._supervisor.start()
        log.info("stack_ready", portal=state.portal_url, prefect=state.prefect_url)
        return state

    async def _settle(self) -> StackState:
        """Decide addresses, clock and databases, starting PostgreSQL unless a server is named."""
        chosen = settings()
        before = last_stack(self._data_dir)
        remembered = {} if before is None else {name: getattr(before, f"{name}_port") for name in USUAL_PORTS}
        ports = await asyncio.to_thread(choose_ports, self._ports, remembered)
        alive = None if before is None else last_alive(self._data_dir)
        clock, anchor = continue_clock(before, self._clock or chosen.clock, alive)
        if before is None or clock != before.clock:
            forget_moves(self._data_dir)
        elsewhere = "secrets_dir" in chosen.model_fields_set
        ours = chosen.database_url or await self._start_postgres()
        prefects = chosen.prefect_database_url or make_url(ours).set(database="prefect").render_as_string(
            hide_password=False
        )
        me = psutil.Process()
        return StackState(
            pid=me.pid,
            created=me.create_time(),
            data_dir=self._data_dir,
            secrets_dir=chosen.secrets_dir.resolve() if elsewhere else self._data_dir / "secrets",
            portal_port=ports["portal"],
            prefect_port=ports["prefect"],
            departments_port=ports["departments"],
            clock=clock,
            clock_anchor=anchor,
            database_url=ours,
            prefect_database_url=prefects,
        )

    async def _start_postgres(self) -> str:
        self._postgres = EmbeddedPostgres(self._data_dir / "postgres")
        await self._run_postgres(self._postgres)
        return self._postgres.url("daiban")

    async def _run_postgres(self, postgres: EmbeddedPostgres) -> None:
        starting = asyncio.create_task(asyncio.to_thread(postgres.start))
        try:
            await asyncio.shield(starting)
        except asyncio.CancelledError:
            await asyncio.wait({starting})  # a thread cannot be cancelled, and a server half started not be stopped
            raise
        if self._reaper is not None and postgres.pid is not None:
            self._reaper.announce(postgres.pid, signal.SIGINT)

    async def _keep_alive(self) -> None:
        while True:
            await asyncio.sleep(HEARTBEAT_SECONDS)
            mark_alive(self._data_dir)
            if self._postgres is not None and not self._postgres.is_running():
                log.error("process_died", process="postgres", pid=self._postgres.pid)
                try:
                    await self._run_postgres(self._postgres)
                except StackError as error:
                    log.error("postgres_not_restarted", reason=str(error))
