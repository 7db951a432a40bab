"""A local stack starts whole, ends whole, by whatever death, and is the same one after a restart."""

import asyncio
import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from deployments.postgres import EmbeddedPostgres, ensure_database
from deployments.reaper import is_gone, wait_until_gone
from deployments.stack import Stack, StackError, StackState, environment_of, read_stack, stop_running
from kit.settings import Settings

PROGRAM = Path(__file__).parent / "fake_office.py"


class Office:
    """A running ``fake_office.py`` and the processes it reported."""

    def __init__(self, data_dir: Path) -> None:
        self.supervisor = subprocess.Popen(  # noqa: S603 - our own interpreter
            [sys.executable, str(PROGRAM), str(data_dir)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.supervisor.stdout is not None
        line = self.supervisor.stdout.readline()
        if not line:
            pytest.fail(self.supervisor.communicate(timeout=30)[1])
        self.processes = {name: psutil.Process(pid) for name, pid in json.loads(line).items()}

    def wait(self) -> int:
        self.supervisor.communicate(timeout=30)
        return self.supervisor.returncode

    def close(self) -> None:
        if self.supervisor.poll() is None:
            self.supervisor.terminate()
        self.wait()


@contextmanager
def own_folder() -> Iterator[Path]:
    """Make a folder outside pytest's, which the next pytest run closes to the user that PostgreSQL runs as for root."""
    with tempfile.TemporaryDirectory(prefix="daiban-") as folder:
        yield Path(folder)


@pytest.fixture(scope="module")
def data_dir() -> Iterator[Path]:
    with own_folder() as folder:
        yield folder


@pytest.fixture
def office(data_dir: Path) -> Iterator[Office]:
    running = Office(data_dir)
    yield running
    running.close()


@pytest.fixture(scope="module")
def standing() -> Iterator[StackState]:
    """Keep one office for all tests that only look at it."""
    with own_folder() as folder:
        running = Office(folder)
        state = read_stack(folder)
        assert state is not None
        yield state
        running.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_every_process_and_the_exit_code_is_zero(office: Office, number: signal.Signals) -> None:
    assert sorted(office.processes) == ["grandchild", "portal", "postgres", "worker"]
    office.supervisor.send_signal(number)
    assert office.wait() == 0
    assert all(is_gone(process) for process in office.processes.values())


def test_no_process_survives_a_supervisor_that_was_killed(office: Office) -> None:
    office.supervisor.kill()
    office.wait()
    assert wait_until_gone(office.processes.values(), 15)


def test_after_a_kill_a_new_stack_waits_for_the_remains_and_keeps_the_ports(office: Office, data_dir: Path) -> None:
    before = read_stack(data_dir)
    office.supervisor.kill()
    office.wait()
    successor = Office(data_dir)
    after = read_stack(data_dir)
    try:
        assert all(is_gone(process) for process in office.processes.values())
        assert not any(is_gone(process) for process in successor.processes.values())
    finally:
        successor.close()
    assert before is not None
    assert after is not None
    assert (after.portal_url, after.prefect_url, after.departments_url) == (
        before.portal_url,
        before.prefect_url,
        before.departments_url,
    )


def test_a_killed_postgres_comes_back_at_the_same_address(office: Office, data_dir: Path) -> None:
    state = read_stack(data_dir)
    assert state is not None
    killed = office.processes["postgres"]
    killed.kill()
    pid_file = data_dir / "postgres" / "postmaster.pid"

    def is_back() -> bool:
        text = pid_file.read_text() if pid_file.exists() else ""
        return text.rstrip().endswith("ready") and not text.startswith(f"{killed.pid}\n")

    async def until_it_answers() -> None:
        while not is_back():
            await asyncio.sleep(0.1)
        await ensure_database(state.database_url)

    asyncio.run(asyncio.wait_for(until_it_answers(), 15))


def test_a_second_stack_on_the_same_folder_is_refused_with_the_pid(standing: StackState) -> None:
    with pytest.raises(StackError, match=f"already runs.*pid {standing.pid}"):
        asyncio.run(Stack(standing.data_dir).start())
    assert standing.is_running()


def test_another_terminal_finds_the_stack_and_stops_it(office: Office, data_dir: Path) -> None:
    state = read_stack(data_dir)
    assert state is not None
    assert state.pid == office.supervisor.pid
    assert stop_running(data_dir) == state.pid
    assert office.wait() == 0
    assert read_stack(data_dir) is None
    assert stop_running(data_dir) is None


def test_the_environment_of_a_stack_is_accepted_by_our_settings(
    standing: StackState, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment_of(standing).items():
        monkeypatch.setenv(name, value)
    joined = Settings()
    assert joined.database_url == standing.database_url
    assert joined.portal_url.endswith(f":{joined.portal_port}")
    assert joined.secrets_dir == standing.data_dir / "secrets"
    assert joined.clock is None


def test_what_holds_passwords_and_secrets_is_readable_by_its_owner_only(standing: StackState) -> None:
    private = ["stack.json", "stack.lock", "secrets", "logs", "prefect", "postgres"]
    for name in private:
        assert stat.S_IMODE((standing.data_dir / name).stat().st_mode) & 0o077 == 0, name


def test_another_process_that_got_the_pid_is_not_taken_for_the_stack(standing: StackState) -> None:
    assert standing.is_running()
    assert not standing.model_copy(update={"pid": os.getpid()}).is_running()
    assert not standing.model_copy(update={"created": standing.created - 60}).is_running()


def test_postgres_runs_on_a_path_too_long_for_a_socket_and_outlives_a_stale_pid(data_dir: Path) -> None:
    folder = data_dir / ("长 路径" * 12) / ("d" * 100) / "postgres"
    folder.parent.mkdir(parents=True)
    postgres = EmbeddedPostgres(folder)
    postgres.start()
    try:
        assert len(str(folder)) > 150
        asyncio.run(ensure_database(postgres.url("daiban")))
        asyncio.run(ensure_database(postgres.url("daiban")))
    finally:
        postgres.stop()
    assert not postgres.is_running()
    # After a crash of the machine the pid in the file belongs to somebody else: to us.
    (folder / "postmaster.pid").write_text(f"{os.getpid()}\n{folder}\n0\n5432\n{folder}\n\n0 0\nready\n")
    (folder / ".handle_pids.json").write_text("[1]")
    postgres.start()
    try:
        asyncio.run(ensure_database(postgres.url("daiban")))
    finally:
        postgres.stop()
    assert not postgres.is_running()


def test_a_database_server_that_does_not_answer_is_named_without_its_password() -> None:
    with pytest.raises(StackError, match=r"daiban:\*\*\*@127\.0\.0\.1:1/daiban") as caught:
        asyncio.run(ensure_database("postgresql+asyncpg://daiban:hunter2@127.0.0.1:1/daiban"))
    assert "hunter2" not in str(caught.value)
