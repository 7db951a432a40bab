"""The portal as a process: it serves on its port, and answers what is under way before it stops."""

import asyncio
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

PROGRAM = """
import sys
from kit.logs import configure_logs
from portal.server import serve
configure_logs("portal")
serve("127.0.0.1", int(sys.argv[1]))
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
async def served(committed_database: str, tmp_path: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    async with portal_process(committed_database, tmp_path) as started:
        yield started


@asynccontextmanager
async def portal_process(
    database: str, folder: Path, **settings: str
) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        "PATH": os.environ["PATH"],
        "DAIBAN_DATABASE_URL": database,
        "DAIBAN_SECRETS_DIR": str(folder),
        **settings,
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", PROGRAM, str(port)),
        cwd=ROOT,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
    )
    yield process, f"http://127.0.0.1:{port}"
    if process.returncode is None:
        process.kill()
        await process.wait()


async def ready(client: httpx.AsyncClient) -> httpx.Response:
    for _ in range(900):
        try:
            return await client.get("/readyz")
        except httpx.ConnectError:
            await asyncio.sleep(0.1)
    raise AssertionError("the portal did not come up")


async def test_the_portal_serves_and_stops_when_asked(served: Any) -> None:
    process, url = served
    async with httpx.AsyncClient(base_url=url) as client:
        answer = await ready(client)
        assert answer.json() == {"status": "ready", "catalog_version": 1}
        assert "server" not in answer.headers
        # What a request says of its own origin is not believed.
        await client.get("/api/v1/applications", headers={"X-Forwarded-For": "203.0.113.7"})
    process.send_signal(signal.SIGTERM)
    _, log = await asyncio.wait_for(process.communicate(), timeout=30)

    lines = log.decode()
    assert '"client": "127.0.0.1"' in lines
    assert "203.0.113.7" not in lines
    assert '"event": "request_finished"' in lines
    assert "Traceback" not in lines


@pytest.mark.parametrize(("trusted", "source"), [("127.0.0.1", "203.0.113.9"), ("", "127.0.0.1")])
async def test_forwarding_headers_are_believed_of_trusted_proxies_alone(
    committed_database: str, tmp_path: Path, trusted: str, source: str
) -> None:
    async with portal_process(committed_database, tmp_path, DAIBAN_TRUSTED_PROXIES=trusted) as (process, url):
        async with httpx.AsyncClient(base_url=url) as client:
            await ready(client)
            await client.get("/nowhere", headers={"X-Forwarded-For": "203.0.113.9"})
        process.send_signal(signal.SIGTERM)
        _, log = await process.communicate()

    line = next(line for line in log.decode().splitlines() if "/nowhere" in line)
    assert source in line
