"""The departments and an office that records their callbacks on a real socket, where 100 ms are a day."""

import asyncio
import json
import os
import socket
import threading
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deployments.reference_department.behaviours import Behaviours
from deployments.reference_department.delivery import RetryPolicy
from deployments.reference_department.server import DepartmentConfig, create_app
from kit import signing
from kit.settings import settings

START = "2026-03-02T09:00+08:00"  # a Monday; the two weeks after it have no holiday
RATE = 864_000
SOON = 5.0
Json = dict[str, Any]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def wait_until(holds: Callable[[], object], seconds: float = SOON) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "waited in vain"
        await asyncio.sleep(0.003)


class Office:
    """Records every callback and answers 200, unless a test laid out another answer for its type."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.events: list[Json] = []
        self.answers: dict[str, list[Response]] = defaultdict(list)
        self.answering = threading.Event()
        self.answering.set()

    def receive(self, request: Request, body: bytes) -> Response:
        event = json.loads(body)
        department = event["source"].removeprefix("department/")
        assert signing.verify(signing.department_secrets(department), request.headers, body) == event["id"]
        assert request.headers["content-type"] == "application/cloudevents+json"
        kind = event["type"].removeprefix("daiban.assignment.")
        self.events.append({**event, "kind": kind, "url": str(request.url), "body": body})
        laid_out = self.answers[kind]
        return laid_out.pop(0) if laid_out else JSONResponse({"recorded": event["id"]})

    def refuse_next(self, kind: str, status: int, problem: str = "x", **members: object) -> None:
        content = {"type": f"https://office/problems/{problem}", "status": status, **members}
        self.answers[kind].append(JSONResponse(content, status, media_type="application/problem+json"))

    def kinds(self, assignment: str = "a1") -> list[str]:
        return [event["kind"] for event in self.events if event["subject"] == assignment]

    async def wait_for(self, *kinds: str, assignment: str = "a1") -> list[Json]:
        """Wait until exactly these callbacks of an assignment arrived in this order and return them."""
        try:
            await wait_until(lambda: len(self.kinds(assignment)) >= len(kinds))
        finally:
            assert self.kinds(assignment) == list(kinds)
        return [event for event in self.events if event["subject"] == assignment]


class OfficeSide:
    """Our side of the protocol towards the departments behind a client."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self._sent = 0

    async def post(self, path: str, event: Json, department: str = "HCB") -> httpx.Response:
        body, key = json.dumps(event).encode(), event["id"]
        headers = signing.sign(signing.department_secret(department), key, body)
        headers |= {"idempotency-key": key, "content-type": "application/cloudevents+json"}
        return await self.client.post(path, content=body, headers=headers)

    async def dispatch(self, assignment: str = "a1", key: str | None = None, **changes: Any) -> httpx.Response:
        content = dispatched(assignment, **changes)
        event = self.event("dispatched", assignment, content, key)
        return await self.post(f"/{content['department']}/assignments", event, content["department"])

    async def tell(self, kind: str, content: Json, assignment: str = "a1", key: str | None = None) -> httpx.Response:
        event = self.event(kind, assignment, content, key)
        return await self.post(f"/HCB/assignments/{assignment}/messages", event)

    def event(self, kind: str, assignment: str, content: Json, key: str | None = None) -> Json:
        self._sent += 1
        return {
            "specversion": "1.0",
            "id": key or f"message-{self._sent}",
            "source": "daiban/211282",
            "type": f"daiban.assignment.{kind}",
            "subject": assignment,
            "time": (datetime.fromisoformat(START) + timedelta(seconds=self._sent)).isoformat(),
            "datacontenttype": "application/json",
            "data": content,
        }

    async def stats(self, query: str = "") -> Json:
        counted: Json = (await self.client.get(f"/stats{query}")).json()
        return counted

    async def wait_for_callbacks(self, **counts: int) -> None:
        """Wait until that many callbacks are in each of the given states."""
        deadline = time.monotonic() + SOON
        while not counts.items() <= (callbacks := (await self.stats("?summary=1"))["callbacks"]).items():
            assert time.monotonic() < deadline, f"{callbacks} instead of {counts}"
            await asyncio.sleep(0.003)


def client_of(app: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://departments")


class Departments(OfficeSide):
    """All departments in this process; callbacks leave it over a socket."""

    def __init__(self, config: DepartmentConfig) -> None:
        self._config = config
        self._running = AsyncExitStack()
        super().__init__(client_of(create_app(config)))

    async def start(self) -> None:
        app = create_app(self._config)
        await self._running.enter_async_context(app.router.lifespan_context(app))
        self.client = await self._running.enter_async_context(client_of(app))

    async def stop(self) -> None:
        await self._running.aclose()

    async def restart(self, **changes: Any) -> None:
        """Stop, and start on the same file with the configuration changed."""
        await self.stop()
        self._config = replace(self._config, **changes)
        await self.start()


def dispatched(assignment: str = "a1", promised_days: int = 2, **changes: object) -> Json:
    """Write the content of a dispatch of item C04 to HCB."""
    return {
        "assignment": assignment,
        "application": "211282-20260302-0001",
        "project": {"name": "开原市新能源装备厂房"},
        "applicant": {"name": "开原新能源有限公司", "credit_code": "91211282MA0XXXXX0X"},
        "item": {"code": "C04", "name": "建筑工程施工许可证核发"},
        "department": "HCB",
        "round": 1,
        "limits": {
            "legal": {"days": 7, "unit": "WD", "start": "acceptance"},
            "promised": {"days": promised_days, "unit": "WD", "start": "acceptance"},
        },
        "materials": [
            {"name": "申请表", "deferrable": False, "provided": True},
            {"name": "施工合同", "deferrable": False, "provided": False},
        ],
        "awaits": [],
        "procedures": [
            {"kind": "expert_review", "name": "专家评审", "basis": "行政许可法第四十五条", "max_days": None},
            {"kind": "testing", "name": "检测", "basis": "行政许可法第四十五条", "max_days": None},
        ],
        "callback": f"http://office.invalid/api/v1/assignments/{assignment}/events",
        **changes,
    }


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith("DAIBAN_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_CLOCK", f"{START}@{RATE}")
    monkeypatch.setenv("DAIBAN_CLOCK_ANCHOR", str(time.time()))
    settings.cache_clear()
    signing.ensure_department_secrets(["HCB", "EEB"])
    yield
    settings.cache_clear()


class Offices:
    """One real server for the offices of all tests, each below its own path: uvicorn takes 0.3 s to stop."""

    def __init__(self) -> None:
        self._open: dict[str, Office] = {}
        self._names = (f"office-{number}" for number in count(1))
        app = Starlette(routes=[Route("/{office}/{path:path}", self._receive, methods=["POST"])])
        self._server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None))
        self._thread = threading.Thread(target=self._server.run, daemon=True)
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive(), "the office did not start"
            time.sleep(0.01)
        self._port: int = self._server.servers[0].sockets[0].getsockname()[1]

    def open(self) -> Office:
        name = next(self._names)
        self._open[name] = Office(f"http://127.0.0.1:{self._port}/{name}")
        return self._open[name]

    async def _receive(self, request: Request) -> Response:
        office = self._open[request.path_params["office"]]
        answer = office.receive(request, await request.body())
        await asyncio.to_thread(office.answering.wait, SOON)
        return answer

    def close(self) -> None:
        self._server.should_exit = True
        self._thread.join(SOON)


@pytest.fixture(scope="session")
def offices() -> Iterator[Offices]:
    offices = Offices()
    yield offices
    offices.close()


@pytest.fixture
def office(offices: Offices) -> Office:
    return offices.open()


@pytest.fixture
async def open_departments(environment: None, office: Office, tmp_path: Path) -> AsyncIterator[Callable[..., Any]]:
    """Open departments that behave as given in the form of the behaviours file."""
    opened: list[Departments] = []

    async def open_(behaviour: str = "approve", *, rules: list[Json] | None = None, **options: object) -> Departments:
        behaviours = Behaviours.model_validate({"defaults": {"behaviour": behaviour, **options}, "rules": rules or []})
        retry = RetryPolicy(first_seconds=0.02, cap_seconds=0.1, prerequisites_seconds=30)
        config = DepartmentConfig(tmp_path / "departments.sqlite", behaviours, office.url, retry)
        opened.append(Departments(config))
        await opened[-1].start()
        return opened[-1]

    yield open_
    for departments in opened:
        await departments.stop()
