"""A department's system over a real socket that fails in every way that networks and programs know."""

import asyncio
import ssl
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

Reply = Callable[[asyncio.StreamWriter], Awaitable[None]]


def reply(status: int, body: bytes, *headers: str) -> Reply:
    """Answer properly."""

    async def answer(writer: asyncio.StreamWriter) -> None:
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", *headers]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()

    return answer


async def reset_in_the_middle(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 202 X\r\ncontent-length: 500\r\n\r\n{")
    await writer.drain()
    writer.transport.abort()


async def never(_: asyncio.StreamWriter) -> None:
    await asyncio.sleep(60)


async def drip(writer: asyncio.StreamWriter) -> None:
    """A byte now and then: each comes in time, the answer never does."""
    writer.write(b"HTTP/1.1 202 X\r\ncontent-length: 500\r\n\r\n")
    while True:
        writer.write(b" ")
        await writer.drain()
        await asyncio.sleep(0.05)


async def endless(writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 202 X\r\nconnection: close\r\n\r\n")
    while True:
        writer.write(b" " * 65536)
        await writer.drain()


async def babble(writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 mail.example ESMTP\r\n")
    await writer.drain()
    writer.close()


ACCEPT = reply(202, b'{"receipt_number": "SJ-1"}')


class FaultyDepartment:
    """Plays its replies one after the other, then accepts; counts what it has taken in by Idempotency-Key."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.requests = 0
        #: Work begun, by key: a second request with a known key begins none.
        self.begun: Counter[str] = Counter()
        #: Requests by key; also those that are not taken in.
        self.keys: Counter[str] = Counter()
        self.taking = True
        self.url = ""

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                first = await reader.readexactly(1)
                if first == b"\x16":  # a TLS greeting: as servers that speak none answer it
                    writer.write(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")
                    await writer.drain()
                    return
                head = (first + await reader.readuntil(b"\r\n\r\n")).decode().lower()
                headers = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
                await reader.readexactly(int(headers.get("content-length", "0")))
                self.requests += 1
                key = headers["idempotency-key"]
                self.keys[key] += 1
                play = self.replies.pop(0) if self.replies else ACCEPT
                if play in TAKES_IN and not self.begun[key]:
                    self.begun[key] += 1
                await play(writer)
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


#: After these the department has the assignment, whatever we heard.
TAKES_IN: set[Reply] = {ACCEPT, reset_in_the_middle, never, drip, endless}


@asynccontextmanager
async def faulty_department(tls: ssl.SSLContext | None = None) -> AsyncIterator[FaultyDepartment]:
    made = FaultyDepartment()
    running: set[Any] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        running.add(task)
        try:
            await made._serve(reader, writer)
        except asyncio.CancelledError:
            pass
        finally:
            running.discard(task)

    server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
    made.url = f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
