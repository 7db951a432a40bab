"""The last process of a local stack to end: when the supervisor is gone, by whatever death, it ends the others.

The supervisor holds the writing end of our standard input and nobody else does, so its death, even by SIGKILL, is an
end of file here. A parent-death signal would need code between fork and exec, exists on Linux only, and would miss
grandchildren and PostgreSQL, which is nobody's child. We inherit the lock of the data folder: a new stack waits for us.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import psutil

from kit.clock import monotonic

_GRACE_SECONDS = 10.0
_POLL_SECONDS = 0.05


class Reaper:
    """The supervisor's end: announces every process that must not outlive it."""

    def __init__(self, log: Path, lock: int) -> None:
        with log.open("ab") as errors:
            self._child = subprocess.Popen(
                [sys.executable, "-m", "deployments.reaper"],
                stdin=subprocess.PIPE,
                stdout=errors,
                stderr=errors,
                pass_fds=[lock],
                start_new_session=True,
            )

    def announce(self, pid: int, ending: signal.Signals = signal.SIGTERM) -> None:
        """Entrust a process; harmless for one that has ended already."""
        try:
            created = psutil.Process(pid).create_time()
        except psutil.NoSuchProcess:
            return
        stdin = self._pipe()
        stdin.write(json.dumps({"pid": pid, "created": created, "ending": ending.value}).encode() + b"\n")
        stdin.flush()

    def close(self) -> None:
        """Let the reaper end whatever is still running, and wait for it."""
        self._pipe().close()
        self._child.wait()

    def _pipe(self) -> IO[bytes]:
        stdin = self._child.stdin
        if stdin is None:  # pragma: no cover - Popen was given a pipe
            raise RuntimeError("the reaper has no standard input")
        return stdin


def end_session(leader: int) -> None:
    """Kill what is left of the session that a process we started led, so that no grandchild keeps a port."""
    for process in psutil.process_iter():
        try:
            if os.getsid(process.pid) == leader:
                process.kill()
        except (ProcessLookupError, psutil.NoSuchProcess):
            continue


def is_gone(process: psutil.Process) -> bool:
    """Tell whether a process has ended, also when nobody has collected its exit code (a container without an init)."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_until_gone(processes: Iterable[psutil.Process], seconds: float) -> bool:
    """Wait until all have ended; tell whether they did in time."""
    limit = monotonic() + seconds
    remaining = list(processes)
    while remaining := [process for process in remaining if not is_gone(process)]:
        if monotonic() > limit:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def _wait_and_reap(lines: Iterable[bytes]) -> None:
    entrusted = [json.loads(line) for line in lines if line.endswith(b"\n")]
    for ending in (signal.SIGTERM, signal.SIGINT):  # PostgreSQL, which ends by SIGINT, after those that use it
        asked: list[psutil.Process] = []
        for entry in entrusted:
            with contextlib.suppress(psutil.NoSuchProcess):
                process = psutil.Process(entry["pid"])
                if entry["ending"] == ending and process.create_time() == entry["created"]:
                    process.send_signal(ending)
                    asked.append(process)
        wait_until_gone(asked, _GRACE_SECONDS)
        for process in asked:
            end_session(process.pid)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _wait_and_reap(sys.stdin.buffer)
