"""The worker's process: one whose event loop hangs ends, so that others can tell that its runs are orphans."""

import asyncio
import subprocess
import sys
from typing import NoReturn

import httpx
import pytest

from deployments import service

HANGING = """
import asyncio, time
from deployments import service

async def serve(stop, pulse):
    pulse.beat()
    await asyncio.sleep(0.1)
    time.sleep({seconds})

service._serve, service._LIFELESS_SECONDS, service._LOOK_SECONDS = serve, 1.0, 0.1
service.run_worker_and_relay()
"""


def run(seconds: float) -> subprocess.CompletedProcess[str]:
    script = HANGING.format(seconds=seconds)
    return subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )


def test_a_process_whose_event_loop_hangs_ends_and_says_why() -> None:
    ended = run(60)

    assert ended.returncode == 1
    assert "event_loop_hangs" in ended.stdout + ended.stderr


def test_a_loop_that_is_only_busy_for_a_moment_goes_on_to_its_end() -> None:
    assert run(0.3).returncode == 0


async def test_timers_ring_even_if_prefect_is_away_and_the_worker_cannot_start(monkeypatch: pytest.MonkeyPatch) -> None:
    rung: list[str] = []

    async def ring() -> int:
        rung.append("timers")
        return 1

    def away() -> NoReturn:
        raise httpx.ConnectError("connection refused")

    monkeypatch.setattr(service, "ring_all", ring)
    monkeypatch.setattr(service, "alive", away)
    with pytest.raises(httpx.ConnectError):
        await service._serve(asyncio.Event(), service.Pulse())

    assert rung == ["timers"]
