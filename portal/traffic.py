"""What every request gets: an id, a bounded body, safe headers, a line in the log, an answer to the unforeseen."""

import asyncio
import re
from collections import deque
from http import HTTPStatus
from typing import Final
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit import protocol
from kit.clock import monotonic
from kit.logs import get_logger
from kit.settings import settings
from portal.errors import BodyTooLargeError, InternalError, TooManyAttemptsError
from portal.problems import problem

LARGEST_BODY: Final = 1024 * 1024
#: Where files come in, which bound their size themselves.
_UPLOADS: Final = re.compile(
    r"/api/v1/(applications/[^/]+/files|assignments/[^/]+/results/[^/]+)|/track/[^/]+/materials"
    r"|/(applications|drafts)/[^/]+/files"
)
#: Whoever trickles a body holds no connection for long: so many seconds, and one more for each so many bytes.
_GRACE_SECONDS: Final = 30.0
_LEAST_BYTES_PER_SECOND: Final = 16 * 1024
#: So many sources of wrong guesses are remembered before those of long ago are forgotten.
_SOURCES: Final = 10_000
_REQUEST_ID: Final = re.compile(r"[A-Za-z0-9._-]{1,64}")
_SAFE_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
#: Asked every few seconds by machines.
_QUIET: Final = ("/healthz", "/readyz")
log = get_logger("portal")


class Attempts:
    """Counts wrong guesses by where they come from, in this process; right ones are never counted."""

    def __init__(self, most: int, seconds: float) -> None:
        self._most, self._seconds = most, seconds
        self._failed: dict[str, deque[float]] = {}

    def require(self, source: str) -> None:
        """Raise TooManyAttemptsError after too many wrong guesses from ``source`` lately."""
        recent = self._recent(source)
        if len(recent) >= self._most:
            wait = max(1, round(self._seconds - (monotonic() - recent[0])))
            raise TooManyAttemptsError("查询码错误次数过多，请稍后再试", retry_after=wait)

    def failed(self, source: str) -> None:
        """Count a wrong guess."""
        if len(self._failed) >= _SOURCES:
            self._failed = {each: found for each in list(self._failed) if (found := self._recent(each))}
        self._failed.setdefault(source, deque(maxlen=self._most)).append(monotonic())

    def _recent(self, source: str) -> deque[float]:
        found = self._failed.get(source, deque())
        while found and monotonic() - found[0] >= self._seconds:
            found.popleft()
        return found


class Traffic:
    """Wraps the application; bodies, query strings and headers never reach the log."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else uuid4().hex
        with structlog.contextvars.bound_contextvars(request=request_id):
            await self._serve(scope, receive, send, request_id)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        began, status = monotonic(), 0

        async def answer(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableHeaders(scope=message)
                headers["X-Request-Id"] = request_id
                headers[protocol.HEADER] = protocol.VERSION
                for name, value in _SAFE_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        try:
            await self._bounded(scope, receive, answer)
        except Exception:
            log.exception("request_failed", method=scope["method"], path=scope["path"])
            if status:
                raise  # half an answer is on its way: only closing the connection tells the caller
            failure = problem(InternalError("系统内部错误，请联系代办中心并告知请求编号", request_id=request_id))
            await failure(scope, receive, answer)
        finally:
            spent = round((monotonic() - began) * 1000, 1)
            client = (scope.get("client") or ("-",))[0]
            level = log.debug if scope["path"] in _QUIET else log.info
            level(
                "request_finished",
                method=scope["method"],
                path=scope["path"],
                status=status,
                milliseconds=spent,
                client=client,
            )

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a body that is announced too large before reading it, and any other while it comes in."""
        announced = Headers(scope=scope).get("content-length", "0")
        upload = scope["method"] in ("POST", "PUT") and _UPLOADS.fullmatch(scope["path"])
        largest = settings().file_bytes + LARGEST_BODY if upload else LARGEST_BODY
        if announced.isdecimal() and int(announced) > largest:
            await problem(BodyTooLargeError("请求正文超过 1 MiB"))(scope, receive, send)
            return
        taken, expects_more, began = 0, True, asyncio.get_running_loop().time()

        async def counted() -> Message:
            nonlocal taken, expects_more
            last = began + _GRACE_SECONDS + taken / _LEAST_BYTES_PER_SECOND
            try:
                async with asyncio.timeout_at(last if expects_more else None):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(HTTPStatus.REQUEST_TIMEOUT) from None
            expects_more = message.get("more_body", False)
            taken += len(message.get("body", b""))
            if taken > largest:
                # FastAPI lets exactly this exception through while it reads a body.
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, counted, send)
