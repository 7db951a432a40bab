"""Processes start after those they need, come back when they die, and a failure says why."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from structlog.testing import capture_logs

from deployments import processes
from deployments.processes import ProcessSpec, Supervisor, python
from deployments.reaper import is_gone
from deployments.stack_state import StackError

SLEEP = "import time; time.sleep(600)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('deaf', flush=True); time.sleep(600)"
)

SLOW_SERVER = """
import http.server, time
began = time.monotonic()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200 if time.monotonic() - began > 0.5 else 503)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""

# The first process of a mark's life hangs some time after its first answer; those after it answer for ever.
HANGING_SERVER = """
import http.server, os, time
hangs = not os.path.exists({mark!r})
open({mark!r}, "w").close()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if hangs and time.monotonic() - began > 0.5:
            time.sleep(600)
        self.send_response(200)
        self.end_headers()

began = time.monotonic()
http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""

# Answers once in its life of restarts: the second process accepts connections and says nothing.
MUTE_AFTER_RESTART = """
import http.server, os, time
serial = len(os.listdir({folder!r}))
open(os.path.join({folder!r}, str(serial)), "w").close()

class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if serial == 1:
            time.sleep(600)
        self.send_response(200)
        self.end_headers()

http.server.HTTPServer(("127.0.0.1", {port}), Handler).serve_forever()
"""

Supervise = Callable[..., Supervisor]


def code(text: str) -> tuple[str, ...]:
    return (sys.executable, "-c", text)


@pytest.fixture
async def supervise(tmp_path: Path) -> AsyncIterator[Supervise]:
    started: list[Supervisor] = []

    def build(*specs: ProcessSpec, **seconds: Any) -> Supervisor:
        chosen = {"ready_seconds": 10.0, "grace_seconds": 5.0, "watch_seconds": 0.05} | seconds
        supervisor = Supervisor(specs, tmp_path, lambda _: None, **chosen)
        started.append(supervisor)
        return supervisor

    yield build
    for supervisor in started:
        await supervisor.stop()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.02)


async def test_a_process_starts_only_after_the_preparation_it_needs(supervise: Supervise, tmp_path: Path) -> None:
    mark = tmp_path / "prepared"
    prepare = ProcessSpec("prepare", code(f"import time; time.sleep(0.3); open({str(mark)!r}, 'w')"), once=True)
    needy = f"import os, time; print('mark', os.path.exists({str(mark)!r}), flush=True); time.sleep(600)"
    worker = ProcessSpec("worker", code(needy), ready_text="mark", after=("prepare",))
    supervisor = supervise(worker, prepare)
    await supervisor.start()
    assert (tmp_path / "worker.log").read_text() == "mark True\n"
    assert list(supervisor.pids()) == ["worker"]


async def test_a_server_is_ready_only_when_its_address_answers_well(supervise: Supervise, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/health"
    supervisor = supervise(ProcessSpec("portal", code(SLOW_SERVER.format(port=free_port)), ready_url=url))
    await supervisor.start()
    async with httpx.AsyncClient(trust_env=False) as client:
        assert (await client.get(url)).status_code == 200


async def test_a_server_that_never_answers_is_given_up(supervise: Supervise, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/health"
    supervisor = supervise(ProcessSpec("portal", code(SLEEP), ready_url=url), ready_seconds=0.3)
    with pytest.raises(StackError, match=r"portal was not ready after 0\.3 s"):
        await supervisor.start()


async def test_a_process_that_ends_while_starting_is_reported_with_its_last_words(supervise: Supervise) -> None:
    good = ProcessSpec("portal", code(SLEEP))
    bad = ProcessSpec(
        "worker", code("import sys; sys.exit('no such work pool')"), ready_text="ready", after=("portal",)
    )
    supervisor = supervise(good, bad)
    with pytest.raises(StackError, match=r"(?s)worker ended with code 1 .*worker\.log.*no such work pool"):
        await supervisor.start()
    assert supervisor.pids() == {}


async def test_a_process_that_dies_later_is_started_again(supervise: Supervise) -> None:
    supervisor = supervise(ProcessSpec("worker", code(SLEEP)))
    await supervisor.start()
    first = supervisor.pids()["worker"]
    psutil.Process(first).kill()
    await until(lambda: supervisor.pids()["worker"] != first)
    assert not is_gone(psutil.Process(supervisor.pids()["worker"]))


async def answers(url: str) -> bool:
    async with httpx.AsyncClient(trust_env=False, timeout=0.5) as client:
        try:
            return (await client.get(url)).is_success
        except httpx.TransportError:
            return False


async def test_a_server_that_hangs_is_killed_and_started_again(
    supervise: Supervise, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_ANSWER_SECONDS", 0.3)
    server = code(HANGING_SERVER.format(mark=str(tmp_path / "mark"), port=free_port))
    url = f"http://127.0.0.1:{free_port}/health"
    supervisor = supervise(ProcessSpec("prefect", server, ready_url=url), silent_seconds=0.5)
    with capture_logs() as logged:
        await supervisor.start()
        first = psutil.Process(supervisor.pids()["prefect"])
        await until(lambda: supervisor.pids()["prefect"] != first.pid)
    assert is_gone(first)
    assert [entry["pid"] for entry in logged if entry["event"] == "process_silent"] == [first.pid]
    async with asyncio.timeout(10):
        while not await answers(url):
            await asyncio.sleep(0.05)


async def test_a_server_that_never_answers_after_a_restart_is_started_once_more(
    supervise: Supervise, tmp_path: Path, free_port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_ANSWER_SECONDS", 0.3)
    (folder := tmp_path / "starts").mkdir()
    url = f"http://127.0.0.1:{free_port}/health"
    server = code(MUTE_AFTER_RESTART.format(folder=str(folder), port=free_port))
    supervisor = supervise(ProcessSpec("prefect", server, ready_url=url), ready_seconds=5.0)
    await supervisor.start()
    supervisor._ready_seconds = 3.0
    psutil.Process(supervisor.pids()["prefect"]).kill()
    await until(lambda: len(list(folder.iterdir())) == 3, 30)
    async with asyncio.timeout(30):
        while not await answers(url):
            await asyncio.sleep(0.05)


async def test_a_server_that_answers_is_left_alone(supervise: Supervise, free_port: int) -> None:
    url = f"http://127.0.0.1:{free_port}/health"
    server = ProcessSpec("portal", code(SLOW_SERVER.format(port=free_port)), ready_url=url)
    supervisor = supervise(server, silent_seconds=0.3)
    await supervisor.start()
    first = supervisor.pids()["portal"]
    await asyncio.sleep(1)
    assert supervisor.pids()["portal"] == first


async def test_the_pause_before_a_restart_doubles_up_to_half_a_minute(tmp_path: Path) -> None:
    pauses: list[float] = []

    async def remember(seconds: float) -> None:
        pauses.append(seconds)

    supervisor = Supervisor([ProcessSpec("worker", code("pass"))], tmp_path, lambda _: None, pause=remember)
    await supervisor.start()
    await until(lambda: len(pauses) >= 7, 20)
    await supervisor.stop()
    assert pauses[:7] == [1, 2, 4, 8, 16, 30, 30]


async def test_a_process_the_machine_had_no_room_for_is_started_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    async def remember(seconds: float) -> None:
        pauses.append(seconds)

    supervisor = Supervisor([ProcessSpec("worker", code(SLEEP))], tmp_path, lambda _: None, pause=remember)
    await supervisor.start()
    spawn, refusals = asyncio.create_subprocess_exec, iter([BlockingIOError("no more processes")] * 2)

    async def no_room(*given: Any, **options: Any) -> Any:
        for refusal in refusals:
            raise refusal
        return await spawn(*given, **options)

    monkeypatch.setattr(asyncio, "create_subprocess_exec", no_room)
    first = supervisor.pids()["worker"]
    psutil.Process(first).kill()
    await until(lambda: supervisor.pids()["worker"] != first)
    await supervisor.stop()
    assert pauses == [1, 30, 30]


async def test_processes_stop_in_reverse_order(supervise: Supervise, tmp_path: Path) -> None:
    order = tmp_path / "order"

    def farewell(name: str) -> tuple[str, ...]:
        say = f"lambda *_: (open({str(order)!r}, 'a').write('{name} '), sys.exit())"
        return code(f"import signal, sys, time; signal.signal(15, {say}); print('up', flush=True); time.sleep(600)")

    supervisor = supervise(*[ProcessSpec(name, farewell(name), ready_text="up") for name in ("a", "b", "c")])
    await supervisor.start()
    await supervisor.stop()
    assert order.read_text().split() == ["c", "b", "a"]


async def test_a_process_deaf_to_sigterm_is_killed_after_the_grace(supervise: Supervise) -> None:
    supervisor = supervise(ProcessSpec("worker", code(STUBBORN), ready_text="deaf"), grace_seconds=0.3)
    await supervisor.start()
    process = psutil.Process(supervisor.pids()["worker"])
    await supervisor.stop()
    assert is_gone(process)


async def test_ctrl_c_in_the_terminal_does_not_reach_the_processes(supervise: Supervise) -> None:
    supervisor = supervise(ProcessSpec("worker", code(SLEEP)))
    await supervisor.start()
    assert os.getsid(supervisor.pids()["worker"]) != os.getsid(0)


async def test_cancelling_the_start_leaves_nothing_running(supervise: Supervise) -> None:
    supervisor = supervise(ProcessSpec("portal", code(SLEEP)), ProcessSpec("worker", code(SLEEP), ready_text="never"))
    starting = asyncio.create_task(supervisor.start())
    await until(lambda: len(supervisor.pids()) == 2)
    processes = [psutil.Process(pid) for pid in supervisor.pids().values()]
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert all(is_gone(process) for process in processes)


def test_modules_are_run_by_this_interpreter() -> None:
    assert python("deployments.cli", "worker") == (sys.executable, "-m", "deployments.cli", "worker")
