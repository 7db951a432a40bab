"""One pooled HTTP client for each event loop, so that every call to a department shares limits and time-outs."""

import asyncio
from weakref import WeakKeyDictionary

import httpx

from kit.settings import settings

_CONNECT_SECONDS = 3.0
_LIMITS = httpx.Limits(max_connections=200, max_keepalive_connections=50, keepalive_expiry=30.0)

# A client belongs to the loop that opened its connections; a loop that is gone takes its entry along.
_clients: WeakKeyDictionary[asyncio.AbstractEventLoop, httpx.AsyncClient] = WeakKeyDictionary()


def shared_client() -> httpx.AsyncClient:
    """Return the running event loop's client; it follows no redirects, so a signed body reaches one host only."""
    loop = asyncio.get_running_loop()
    client = _clients.get(loop)
    if client is None or client.is_closed:
        answer_seconds = settings().dispatch_timeout_seconds
        client = httpx.AsyncClient(
            timeout=httpx.Timeout(answer_seconds, connect=_CONNECT_SECONDS),
            limits=_LIMITS,
            follow_redirects=False,
            headers={"user-agent": "daiban"},
        )
        _clients[loop] = client
    return client


async def close_shared_client() -> None:
    """Close the running event loop's client. Safe to repeat."""
    client = _clients.pop(asyncio.get_running_loop(), None)
    if client is not None:
        await client.aclose()
