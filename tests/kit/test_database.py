"""Connections that the server has closed are replaced before anybody notices."""

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from kit import database
from kit.database import dispose_engine, transaction
from kit.settings import settings


@pytest.fixture
async def connected(empty_database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[None]:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", empty_database)
    settings.cache_clear()
    yield
    await dispose_engine()
    settings.cache_clear()


async def backend() -> int:
    """Who serves the next transaction."""
    async with transaction() as session:
        return int((await session.execute(text("SELECT pg_backend_pid()"))).scalar_one())


@pytest.mark.parametrize("believed", [3600.0, 0.0], ids=["what the socket says", "what the server answers"])
async def test_a_connection_that_the_server_has_closed_is_replaced(
    connected: None, monkeypatch: pytest.MonkeyPatch, believed: float
) -> None:
    monkeypatch.setattr(database, "_BELIEVED_SECONDS", believed)
    async with transaction() as session:
        await session.execute(text("SELECT 1"))  # has a connection of its own from here on
        ended = await backend()
        await session.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": ended})

    assert ended not in {await backend() for _ in range(3)}


async def test_a_connection_in_steady_use_is_not_asked_each_time(
    connected: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    await backend()
    monkeypatch.setattr("sqlalchemy.dialects.postgresql.asyncpg.AsyncAdapt_asyncpg_connection.ping", pytest.fail)

    await backend()
