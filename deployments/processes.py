"""Child processes of the local stack: started in order, watched, restarted, stopped in reverse."""

import asyncio
import contextlib
import os
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from deployments.reaper import end_session
from deployments.stack_state import StackError
from kit.clock import monotonic
from kit.logs import get_logger

_GRACE_SECONDS = 10.0
_LONGEST_PAUSE = 30.0
_STEADY_SECONDS = 60.0  # a process that ran this long starts again without a pause
_POLL_SECONDS = 0.1
_WATCH_SECONDS = 5.0
_SILENT_SECONDS = 60.0
_ANSWER_SECONDS = 10.0  # a machine under load answers late; only silence is a fault
_SHOWN_LINES = 20

log = get_logger("stack")


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process of the stack; ``after`` names those that must be ready before it starts."""

    name: str
    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    #: Ready when this address answers 2xx; without one, as soon as it runs. Asked for as long as the process lives.
    ready_url: str | None = None
    #: Ready when its log says this.
    ready_text: str | None = None
    after: tuple[str, ...] = ()
    #: A preparation: ready when it has ended with code 0.
    once: bool = False


def python(*arguments: str) -> tuple[str, ...]:
    """Name the command line of a module run by this interpreter."""
    return (sys.executable, "-m", *arguments)


class Supervisor:
    """Keeps a set of processes running until told to stop.

    One that lives but does not answer for ``silent_seconds`` is killed and started again: hanging is no better than
    dead, and nobody else would notice. One that was just started again has ``ready_seconds`` to answer first.
    """

    def __init__(
        self,
        specs: Sequence[ProcessSpec],
        logs_dir: Path,
        announce: Callable[[int], None],
        *,
        ready_seconds: float = 300.0,
        grace_seconds: float = _GRACE_SECONDS,
        silent_seconds: float = _SILENT_SECONDS,
        watch_seconds: float = _WATCH_SECONDS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._specs = tuple(specs)
        self._logs_dir = logs_dir
        self._announce = announce
        self._ready_seconds = ready_seconds
        self._grace_seconds = grace_seconds
        self._silent_seconds = silent_seconds
        self._watch_seconds = watch_seconds
        self._pause = pause
        self._ready = {spec.name: asyncio.Event() for spec in specs}
        self._children: dict[str, asyncio.subprocess.Process] = {}
        self._keepers: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Start everything that may run at once, each after those it needs, and wait until all is ready.

        Raises StackError with the last lines of its log when one fails; the others are stopped first.
        """
        try:
            async with asyncio.TaskGroup() as group:
                for spec in self._specs:
                    group.create_task(self._bring_up(spec))
        except ExceptionGroup as failures:
            await self.stop()
            raise failures.exceptions[0] from None
        except asyncio.CancelledError:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop all in reverse order: SIGTERM, after ten seconds SIGKILL. Safe to repeat."""
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        self._keepers.clear()
        for spec in reversed(self._specs):
            child = self._children.pop(spec.name, None)
            if child is not None:
                await self._end(spec.name, child)

    def pids(self) -> dict[str, int]:
        """Tell the pid of each process that was started last under its name."""
        return {name: child.pid for name, child in self._children.items()}

    async def _bring_up(self, spec: ProcessSpec) -> None:
        for name in spec.after:
            await self._ready[name].wait()
        began = self._log_size(spec)
        child = await self._spawn(spec)
        limit = monotonic() + self._ready_seconds
        while not (child.returncode == 0 if spec.once else await self._is_ready(spec, began)):
            if child.returncode is not None:
                raise StackError(f"{spec.name} ended with code {child.returncode} {self._last_lines(spec)}")
            if monotonic() > limit:
                raise StackError(f"{spec.name} was not ready after {self._ready_seconds:g} s {self._last_lines(spec)}")
            await asyncio.sleep(_POLL_SECONDS)
        if spec.once:
            del self._children[spec.name]
        else:
            self._keepers.append(asyncio.create_task(self._keep(spec, child), name=f"keep-{spec.name}"))
        self._ready[spec.name].set()

    async def _spawn(self, spec: ProcessSpec) -> asyncio.subprocess.Process:
        with self._log_path(spec).open("ab") as file:
            child = await asyncio.create_subprocess_exec(
                *spec.argv,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=file,
                stderr=file,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **spec.env},
                # Its own session: Ctrl-C in the terminal reaches only the supervisor, which stops them in order.
                start_new_session=True,
            )
        self._children[spec.name] = child
        try:
            self._announce(child.pid)
        except OSError as error:
            log.error("process_not_announced", process=spec.name, pid=child.pid, error=str(error))
        log.info("process_started", process=spec.name, pid=child.pid)
        return child

    async def _keep(self, spec: ProcessSpec, child: asyncio.subprocess.Process) -> None:
        seconds, patience = 1.0, self._silent_seconds
        while True:
            began = monotonic()
            code = await self._until_dead(spec, child, patience)
            end_session(child.pid)
            if monotonic() - began > _STEADY_SECONDS:
                seconds = 1.0
            log.error("process_died", process=spec.name, pid=child.pid, code=code, restart_seconds=seconds)
            await self._pause(seconds)
            seconds = min(seconds * 2, _LONGEST_PAUSE)
            child = await self._spawn_again(spec)
            patience = self._ready_seconds

    async def _spawn_again(self, spec: ProcessSpec) -> asyncio.subprocess.Process:
        """Start a process however often the machine has no room for it: nobody else would."""
        while True:
            try:
                return await self._spawn(spec)
            except OSError as error:
                log.error("process_not_started", process=spec.name, error=str(error), again_seconds=_LONGEST_PAUSE)
                await self._pause(_LONGEST_PAUSE)

    async def _until_dead(self, spec: ProcessSpec, child: asyncio.subprocess.Process, patience: float) -> int:
        """Wait for a process to die, and see to it that one which does not answer does; return its code."""
        dying = asyncio.ensure_future(child.wait())
        answered = monotonic()
        try:
            while spec.ready_url is not None:
                if (await asyncio.wait((dying,), timeout=self._watch_seconds))[0]:
                    break
                if await _answers(spec.ready_url, _ANSWER_SECONDS):
                    answered, patience = monotonic(), self._silent_seconds
                elif (silent := monotonic() - answered) > patience:
                    log.error("process_silent", process=spec.name, pid=child.pid, silent_seconds=round(silent))
                    with contextlib.suppress(ProcessLookupError):
                        child.kill()
                    break
            return await dying
        finally:
            dying.cancel()

    async def _end(self, name: str, child: asyncio.subprocess.Process) -> None:
        if child.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                child.terminate()
            try:
                await asyncio.wait_for(child.wait(), self._grace_seconds)
            except TimeoutError:
                log.warning("process_killed", process=name, pid=child.pid, waited_seconds=self._grace_seconds)
                with contextlib.suppress(ProcessLookupError):
                    child.kill()
                await child.wait()
        end_session(child.pid)
        log.info("process_stopped", process=name, pid=child.pid, code=child.returncode)

    async def _is_ready(self, spec: ProcessSpec, began: int) -> bool:
        if spec.ready_text is not None:
            with self._log_path(spec).open("rb") as file:
                file.seek(began)
                return spec.ready_text.encode() in file.read()
        return spec.ready_url is None or await _answers(spec.ready_url, seconds=2.0)

    def _log_path(self, spec: ProcessSpec) -> Path:
        return self._logs_dir / f"{spec.name}.log"

    def _log_size(self, spec: ProcessSpec) -> int:
        path = self._log_path(spec)
        return path.stat().st_size if path.exists() else 0

    def _last_lines(self, spec: ProcessSpec) -> str:
        path = self._log_path(spec)
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()[-_SHOWN_LINES:]
        return "\n".join([f"while the stack started; the last lines of {path}:", *lines])


async def _answers(url: str, seconds: float) -> bool:
    """Tell whether a process answers 2xx, and all of it within so many seconds."""
    try:
        # Not through a proxy: the address is our own machine.
        async with asyncio.timeout(seconds), httpx.AsyncClient(trust_env=False, timeout=seconds) as client:
            return (await client.get(url)).is_success
    except (httpx.HTTPError, TimeoutError):
        return False
