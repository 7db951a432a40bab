"""One client serves an event loop, gives up in time and never carries a signed body to another host."""

import asyncio

import httpx
import pytest

from kit.http import close_shared_client, shared_client
from kit.settings import settings


async def client_seen_in_this_loop() -> httpx.AsyncClient:
    first, second = shared_client(), shared_client()
    assert first is second
    return first


def test_each_event_loop_has_its_own_client() -> None:
    async def ask_and_close() -> httpx.AsyncClient:
        client = await client_seen_in_this_loop()
        await close_shared_client()
        return client

    assert asyncio.run(ask_and_close()) is not asyncio.run(ask_and_close())


async def test_a_closed_client_is_replaced_and_closing_twice_is_harmless() -> None:
    first = shared_client()
    await close_shared_client()
    await close_shared_client()
    assert first.is_closed
    assert not shared_client().is_closed
    await close_shared_client()


async def test_the_answer_time_out_is_the_configured_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DISPATCH_TIMEOUT_SECONDS", "2.5")
    settings.cache_clear()
    timeout = shared_client().timeout
    await close_shared_client()
    assert (timeout.connect, timeout.read) == (3.0, 2.5)


async def test_a_redirect_is_handed_back_and_not_followed() -> None:
    async def redirect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(
            b"HTTP/1.1 307 Temporary Redirect\r\nlocation: http://elsewhere.invalid/\r\ncontent-length: 0\r\n\r\n"
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(redirect, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    try:
        assert (await shared_client().post(f"http://127.0.0.1:{port}/assignments")).status_code == 307
    finally:
        await close_shared_client()
        server.close()
        await server.wait_closed()
