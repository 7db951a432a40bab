"""The departments' HTTP server: receives assignments and messages, and runs the scheduler that calls back."""

import asyncio
import logging
import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import uvicorn
from pydantic import TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request as HttpRequest
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from deployments.reference_department import intake, stats
from deployments.reference_department.behaviours import Behaviours, load_behaviours
from deployments.reference_department.delivery import RetryPolicy
from deployments.reference_department.joint_protocol import ABOUT_ASSIGNMENT, OPINION, OPINION_MESSAGE
from deployments.reference_department.protocol import DISPATCH
from deployments.reference_department.scheduler import Scheduler
from deployments.reference_department.store import Store
from kit import clock, protocol
from kit.http import close_shared_client
from kit.logs import get_logger
from kit.signing import SecretError, SignatureError, department_secrets, verify

_Event = TypeVar("_Event")
_LARGEST_BODY = 1024 * 1024
_CALLBACKS_AT_ONCE = 16
_MEDIA_TYPES = ("application/cloudevents+json", "application/json")


@dataclass(frozen=True, slots=True)
class DepartmentConfig:
    """Where the departments keep their work, how they behave, and where they reach the office."""

    data_path: Path
    behaviours: Behaviours = field(default_factory=Behaviours)
    #: Replaces scheme, host and port of every callback address.
    portal_url: str | None = None
    retry: RetryPolicy = field(default_factory=RetryPolicy)


class _ProblemError(Exception):
    """A request that is refused (RFC 9457)."""

    def __init__(self, status: int, code: str, detail: str, **members: object) -> None:
        super().__init__(detail)
        self.status = status
        self.content = {"type": f"/problems/{code}", "title": code, "status": status, "detail": detail, **members}


def create_app(config: DepartmentConfig, scheduler_ended: Callable[[], object] = lambda: None) -> Starlette:
    """Build the server; its lifespan opens the file and starts the scheduler.

    ``scheduler_ended`` is called when the scheduler ends by itself, which it never should.
    """
    departments = _Departments(config, scheduler_ended)
    return Starlette(
        routes=[
            Route("/{department}/assignments", departments.dispatch, methods=["POST"]),
            Route("/{department}/assignments/{assignment}/messages", departments.message, methods=["POST"]),
            Route("/{department}/opinions", departments.ask, methods=["POST"]),
            Route("/{department}/opinions/{opinion}/messages", departments.tell, methods=["POST"]),
            Route("/stats", departments.stats, methods=["GET"]),
            Route("/healthz", departments.health, methods=["GET"]),
        ],
        exception_handlers={_ProblemError: _problem, sqlite3.Error: _store_trouble},
        lifespan=departments.lifespan,
    )


def serve(host: str, port: int, config_path: Path | None, data_path: Path, portal_url: str | None) -> None:
    """Run the departments until interrupted; without ``config_path`` everything is approved in the promised time.

    Raises BehavioursError; a data file that is in use ends the process with a line in the log.
    """
    behaviours = Behaviours() if config_path is None else load_behaviours(config_path)
    app = create_app(DepartmentConfig(data_path, behaviours, portal_url), _end_process)
    uvicorn.run(app, host=host, port=port, log_config=None, access_log=False)


def _end_process() -> None:
    """End at once with code 1: a server that takes in work and never answers is worse than none.

    Everything is in the file, and whoever starts the next process goes on from there.
    """
    logging.shutdown()
    os._exit(1)


class _Departments:
    def __init__(self, config: DepartmentConfig, scheduler_ended: Callable[[], object]) -> None:
        self._scheduler_ended = scheduler_ended
        self._config = config
        self._log = get_logger("department")
        self._store: Store
        self._scheduler: Scheduler
        self._working: asyncio.Task[None]

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        self._store = Store(self._config.data_path)
        self._scheduler = Scheduler(self._store, self._config.portal_url, self._config.retry, _CALLBACKS_AT_ONCE)
        self._working = asyncio.create_task(self._scheduler.run(), name="department scheduler")
        self._working.add_done_callback(self._report_end)
        try:
            yield
        finally:
            self._working.cancel()
            await asyncio.wait((self._working,))
            await close_shared_client()
            self._store.close()

    async def dispatch(self, request: HttpRequest) -> Response:
        department, key, body = await self._verified(request)
        event = _read(DISPATCH, body)
        if event.subject != event.data.assignment or event.data.department != department:
            raise _ProblemError(422, "invalid-message", "subject or department contradicts the address or the data")
        return self._answer(intake.Request(department, key, event))

    async def message(self, request: HttpRequest) -> Response:
        department, key, body = await self._verified(request)
        if _is_of_tomorrow(body):
            return JSONResponse({}, status_code=202)
        event = _read(ABOUT_ASSIGNMENT, body)
        if event.subject != request.path_params["assignment"]:
            raise _ProblemError(422, "invalid-message", "subject is not the assignment of the address")
        return self._answer(intake.Request(department, key, event))

    async def ask(self, request: HttpRequest) -> Response:
        department, key, body = await self._verified(request)
        event = _read(OPINION, body)
        if event.subject != event.data.opinion or event.data.department != department:
            raise _ProblemError(422, "invalid-message", "subject or department contradicts the address or the data")
        return self._answer(intake.Request(department, key, event))

    async def tell(self, request: HttpRequest) -> Response:
        department, key, body = await self._verified(request)
        event = _read(OPINION_MESSAGE, body)
        if event.subject != request.path_params["opinion"]:
            raise _ProblemError(422, "invalid-message", "subject is not the opinion of the address")
        return self._answer(intake.Request(department, key, event))

    async def stats(self, request: HttpRequest) -> Response:
        summary = request.query_params.get("summary") == "1"
        count = stats.counts if summary else stats.everything
        return JSONResponse(count(self._store.reading))

    async def health(self, _: HttpRequest) -> Response:
        if self._working.done():
            raise _ProblemError(503, "scheduler-stopped", "callbacks are not sent, restart the server")
        return JSONResponse({"status": "ok", "office_time": clock.now().isoformat()})

    async def _verified(self, request: HttpRequest) -> tuple[str, str, bytes]:
        """Check address, version, size, signature and key, in this order."""
        department: str = request.path_params["department"]
        try:
            accepted = department_secrets(department)
        except SecretError as error:
            self._log.warning("unknown_department", department=department, reason=str(error))
            raise _ProblemError(404, "unknown-department", f"no department {department} works here") from error
        if not protocol.is_supported(request.headers.get(protocol.HEADER)):
            raise _ProblemError(
                400, "unsupported-protocol-version", "see supported", supported=list(protocol.SUPPORTED)
            )
        if request.headers.get("content-type", _MEDIA_TYPES[0]).split(";")[0].strip().lower() not in _MEDIA_TYPES:
            raise _ProblemError(415, "unsupported-media-type", f"use {_MEDIA_TYPES[0]}")
        body = await _body(request)
        try:
            message_id = verify(accepted, request.headers, body)
        except SignatureError as error:
            raise _ProblemError(401, "bad-signature", str(error), reason=error.reason) from error
        key = request.headers.get("idempotency-key")
        if key != message_id:
            raise _ProblemError(422, "invalid-message", "header Idempotency-Key must repeat webhook-id")
        return department, key, body

    def _answer(self, request: intake.Request) -> Response:
        try:
            given = intake.receive(self._store, self._config.behaviours, request, clock.now())
        except intake.KeyReusedError as error:
            raise _ProblemError(422, "key-reused", str(error)) from error
        if given is None:
            raise _ProblemError(503, "out-of-service", "this department fails on purpose, try again")
        self._scheduler.wake()
        return JSONResponse(given, status_code=202)

    def _report_end(self, working: asyncio.Task[None]) -> None:
        if working.cancelled():
            return
        self._log.critical("department_scheduler_stopped", exc_info=working.exception())
        self._scheduler_ended()


async def _body(request: HttpRequest) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > _LARGEST_BODY:
            raise _ProblemError(413, "too-large", f"a body may have {_LARGEST_BODY} bytes")
    return bytes(body)


def _is_of_tomorrow(body: bytes) -> bool:
    """Tell a message of a type that this version does not know yet, which is taken and ignored."""
    try:
        ABOUT_ASSIGNMENT.validate_json(body)
    except ValidationError as error:
        unknown = error.errors(include_url=False, include_input=False)[0]
        return unknown["type"] == "union_tag_invalid" and str(unknown.get("ctx", {}).get("tag", "")).startswith(
            "daiban.assignment."
        )
    return False


def _read(form: TypeAdapter[_Event], body: bytes) -> _Event:
    try:
        return form.validate_json(body)
    except ValidationError as error:
        findings = error.errors(include_url=False, include_context=False, include_input=False)
        raise _ProblemError(422, "invalid-message", "the body does not fit the protocol", errors=findings) from error


async def _problem(_: HttpRequest, error: Exception) -> Response:
    if not isinstance(error, _ProblemError):
        raise error
    return JSONResponse(error.content, status_code=error.status, media_type="application/problem+json")


async def _store_trouble(_: HttpRequest, error: Exception) -> Response:
    get_logger("department").error("department_store_failed", exc_info=error)
    content = {"type": "/problems/store-trouble", "title": "store-trouble", "status": 503, "detail": "try again"}
    return JSONResponse(content, status_code=503, media_type="application/problem+json")
