"""One supervisor for a data folder: taking it, and asking the one that holds it to stop."""

import asyncio
import fcntl
import os
import signal
from pathlib import Path

import psutil

from deployments.reaper import wait_until_gone
from deployments.stack_state import StackError, read_stack
from kit.clock import monotonic

_PATIENCE_SECONDS = 45.0  # more than a reaper needs to end what a killed supervisor left
_POLL_SECONDS = 0.1


async def take_lock(data_dir: Path) -> int:
    """Take the data folder and return the descriptor that holds it; the kernel gives it back when we die.

    Raises StackError with the pid of the supervisor that has it.
    """
    path = data_dir / "stack.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        limit = monotonic() + _PATIENCE_SECONDS
        while not _try_lock(descriptor):
            holder = path.read_text().strip()
            if holder and psutil.pid_exists(int(holder)):
                raise StackError(f"a stack already runs on {data_dir}, pid {holder}: stop it with `daiban down`")
            if monotonic() > limit:
                raise StackError(f"{path} is still held by processes of a stack that was killed: look for them with ps")
            await asyncio.sleep(_POLL_SECONDS)
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def stop_running(data_dir: Path, seconds: float = 90.0) -> int | None:
    """Stop the stack that runs on a data folder and return its supervisor's pid, or None when none runs.

    Raises StackError when it is still there after ``seconds``.
    """
    state = read_stack(data_dir.expanduser().resolve())
    if state is None:
        return None
    process = psutil.Process(state.pid)
    process.send_signal(signal.SIGTERM)
    if not wait_until_gone([process], seconds):
        raise StackError(f"the stack, pid {state.pid}, has not stopped within {seconds:g} s: see {data_dir / 'logs'}")
    return state.pid


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
