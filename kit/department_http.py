"""HTTP to the systems of departments: one pool for each, checked addresses, bounded time and bounded answers."""

import asyncio
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final
from weakref import WeakKeyDictionary

import httpx

from kit.addresses import Network, addresses_of
from kit.settings import settings

#: What an answer to a message may weigh, in bytes; a receipt number needs less than one kilobyte.
ANSWER_BYTES: Final = 64 * 1024
_IDLE_SECONDS: Final = 30.0


class OversizedAnswerError(Exception):
    """A department's system answered with more than it may; the rest was not read."""


class TlsFilesError(Exception):
    """The certificate or authority for a department cannot be used; the message names the file, never its content."""


class CheckedTransport(httpx.AsyncBaseTransport):
    """Connects to the very addresses that were checked, so that a name cannot point elsewhere a moment later."""

    def __init__(self, context: ssl.SSLContext, limits: httpx.Limits, also: tuple[Network, ...] | None = None) -> None:
        self._also = also
        self._inner = httpx.AsyncHTTPTransport(verify=context, limits=limits, trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request to the first address that takes the connection."""
        host = request.url.host
        request.extensions = {**request.extensions, "sni_hostname": host}
        *others, last = await addresses_of(request.url, self._also)
        for address in others:
            try:
                return await self._send(request, address)
            except (httpx.ConnectError, httpx.ConnectTimeout):
                continue  # nothing was sent
        return await self._send(request, last)

    async def _send(self, request: httpx.Request, address: str) -> httpx.Response:
        request.url = request.url.copy_with(host=address)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the pool."""
        await self._inner.aclose()


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of one department's mutual TLS, and when they were changed."""

    certificate: tuple[Path, int] | None
    authority: tuple[Path, int] | None


# A client belongs to the loop that opened its connections; a loop that is gone takes its entries along.
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, tuple[_Files, httpx.AsyncClient]]]
_clients = WeakKeyDictionary()


def department_client(code: str) -> httpx.AsyncClient:
    """Return the running event loop's client for a department; it follows no redirects and knows no proxy.

    A department with many hanging connections fills its own pool only. Raises TlsFilesError.
    """
    of_loop = _clients.setdefault(asyncio.get_running_loop(), {})
    files, known = _files(code), of_loop.get(code)
    if known is not None and known[0] == files and not known[1].is_closed:
        return known[1]
    chosen = settings()
    limits = httpx.Limits(max_connections=2 * chosen.department_at_once, keepalive_expiry=_IDLE_SECONDS)
    client = httpx.AsyncClient(
        transport=CheckedTransport(_context(files), limits),
        timeout=httpx.Timeout(chosen.dispatch_timeout_seconds, connect=chosen.connect_timeout_seconds),
        follow_redirects=False,
        trust_env=False,
        # Unpacked, a small answer may be a large one.
        headers={"user-agent": "daiban", "accept-encoding": "identity"},
    )
    of_loop[code] = (files, client)
    return client


async def close_department_clients() -> None:
    """Close the running event loop's clients. Safe to repeat."""
    for _, client in _clients.pop(asyncio.get_running_loop(), {}).values():
        await client.aclose()


async def ask(
    client: httpx.AsyncClient,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    content: bytes = b"",
    at_most: int = ANSWER_BYTES,
) -> httpx.Response:
    """Make one request; the answer is read whole, ``at_most`` bytes of it, within the time that one request may take.

    Raises httpx.TransportError, OversizedAnswerError, AddressRefusedError.
    """
    seconds = settings().dispatch_timeout_seconds
    try:
        async with asyncio.timeout(seconds), client.stream(method, url, headers=headers, content=content) as answer:
            if answer.headers.get("content-encoding", "identity") != "identity":
                raise httpx.DecodingError(f"{answer.status_code}: 部门系统的应答压缩过", request=answer.request)
            body = bytearray()
            async for piece in answer.aiter_bytes():
                body += piece
                if len(body) > at_most:
                    raise OversizedAnswerError(f"{answer.status_code}: 部门系统的应答超过 {at_most} 字节")
            kept = {name: value for name, value in answer.headers.items() if name not in _OF_THE_TRANSFER}
            return httpx.Response(answer.status_code, headers=kept, content=bytes(body), request=answer.request)
    except TimeoutError as error:
        raise httpx.ReadTimeout(f"{seconds:g} 秒内没有收到完整应答") from error


_OF_THE_TRANSFER: Final = frozenset({"content-encoding", "transfer-encoding", "content-length"})


def _files(code: str) -> _Files:
    folder = settings().secrets_dir / "tls" / code
    return _Files(_seen(folder / "client.pem"), _seen(folder / "ca.pem"))


def _seen(path: Path) -> tuple[Path, int] | None:
    try:
        return path, path.stat().st_mtime_ns
    except FileNotFoundError:
        return None


@lru_cache(maxsize=256)
def _context(files: _Files) -> ssl.SSLContext:
    try:
        if files.authority is None:
            context = httpx.create_ssl_context()
        else:
            context = ssl.create_default_context(cafile=files.authority[0])
        if files.certificate is not None:
            context.load_cert_chain(files.certificate[0])
    except (ssl.SSLError, OSError) as error:
        paths = "、".join(str(each[0]) for each in (files.certificate, files.authority) if each)
        raise TlsFilesError(f"{paths}: {type(error).__name__}") from error
    return context
