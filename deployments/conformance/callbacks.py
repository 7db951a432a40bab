"""The centre's callback address for the time of an examination: verifies, refuses once, and keeps what came."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from kit.signing import SignatureError, verify


@dataclass(frozen=True, slots=True)
class Received:
    """A callback as it came."""

    subject: str
    body: bytes
    #: Empty where the signature is right.
    trouble: str
    id: str


@dataclass
class Callbacks:
    """What has come back, and whether the next is answered 503 to see it come again."""

    secret: str
    received: list[Received] = field(default_factory=list)
    refused: set[str] = field(default_factory=set)
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def take(self, request: Request) -> Response:
        """Answer the first callback of each assignment 503 and all others 200."""
        body = await request.body()
        subject, trouble = request.path_params["subject"], ""
        try:
            verify((self.secret,), request.headers, body)
        except SignatureError as error:
            trouble = str(error)
        async with self.arrived:
            self.received.append(Received(subject, body, trouble, _id(body)))
            self.arrived.notify_all()
        if trouble:
            return _problem(401, "not-authenticated")
        if subject not in self.refused:
            self.refused.add(subject)
            return _problem(503, "unavailable", {"Retry-After": "1"})
        return JSONResponse({"assignment": subject, "event": _id(body), "status": "received", "status_zh": "已收件"})

    async def wait(self, subject: str, count: int, seconds: float) -> list[Received]:
        """Wait until so many callbacks about a subject have come, or the time is over; return them."""

        def of_it() -> list[Received]:
            return [each for each in self.received if each.subject == subject]

        try:
            async with asyncio.timeout(seconds), self.arrived:
                await self.arrived.wait_for(lambda: len(of_it()) >= count)
        except TimeoutError:
            pass
        return of_it()


@asynccontextmanager
async def listening(callbacks: Callbacks, host: str, port: int) -> AsyncIterator[str]:
    """Serve the callback address; 0 chooses a free port. Yields its URL."""
    paths = ("/api/v1/assignments/{subject}/events", "/api/v1/opinions/{subject}/events")
    app = Starlette(routes=[Route(path, callbacks.take, methods=["POST"]) for path in paths])
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started and not running.done():
            await asyncio.sleep(0.01)
        try:
            yield f"http://{host}:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            await running


def _problem(status: int, code: str, headers: dict[str, str] | None = None) -> Response:
    content: dict[str, Any] = {"type": f"/problems/{code}", "title": code, "status": status, "detail": "联调"}
    return JSONResponse(content, status, headers, media_type="application/problem+json")


def _id(body: bytes) -> str:
    try:
        return str(json.loads(body)["id"])
    except (ValueError, KeyError, TypeError):
        return ""
