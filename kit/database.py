"""The database connection of this process, and the transaction: the only place that commits."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final
from weakref import WeakKeyDictionary

import asyncpg
import orjson
from sqlalchemy import event
from sqlalchemy.exc import DisconnectionError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.pool import ConnectionPoolEntry

from kit.clock import monotonic
from kit.settings import settings

#: What a database that is away, or refuses, raises: from SQLAlchemy, from the driver, from the network.
TROUBLE: Final = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, SQLAlchemyError)
#: A connection back for so long is asked whether it still works before it is used again.
_BELIEVED_SECONDS: Final = 1.0
_IDLE_SINCE: Final = "idle_since"

_engines: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncEngine] = WeakKeyDictionary()


class DatabaseNotConfiguredError(RuntimeError):
    """No database is named: neither ``DAIBAN_DATABASE_URL`` nor a running local stack."""


def engine() -> AsyncEngine:
    """Return the engine of the running event loop; asyncpg connections cannot move between loops."""
    loop = asyncio.get_running_loop()
    found = _engines.get(loop)
    if found is None:
        url = settings().database_url
        if url is None:
            message = "DAIBAN_DATABASE_URL is not set and no local stack is running (start one with `daiban up`)"
            raise DatabaseNotConfiguredError(message)
        found = _engines[loop] = create_async_engine(
            url,
            pool_size=settings().database_pool_size,
            max_overflow=settings().database_pool_size,
            json_serializer=_dumps,
            json_deserializer=orjson.loads,
        )
        event.listen(found.sync_engine, "checkin", _put_back)
        event.listen(found.sync_engine, "checkout", _taken_out)
    return found


@asynccontextmanager
async def transaction() -> AsyncIterator[AsyncSession]:
    """Open a session, commit when the block ends, roll back when it raises."""
    maker = async_sessionmaker(engine(), expire_on_commit=False, autoflush=False)
    async with maker() as session, session.begin():
        yield session


@asynccontextmanager
async def one_view() -> AsyncIterator[AsyncSession]:
    """Open a session in which everything is as it was at its first statement, whatever is committed meanwhile.

    For reading only: what is read by many statements, such as a record and its count, must belong together.
    """
    unmoved = engine().execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    async with async_sessionmaker(unmoved, expire_on_commit=False, autoflush=False)() as session, session.begin():
        yield session


async def listen(channel: str, heard: Callable[[str], None], *, began: Callable[[], None] | None = None) -> None:
    """Hear what is announced on a channel, over a connection of its own, until cancelled.

    ``began`` is called once listening: whatever was committed before has to be looked up. Raises what is in TROUBLE
    when the connection is lost or cannot be made.
    """
    url = (settings().database_url or "").replace("postgresql+asyncpg://", "postgresql://", 1)
    connection = await asyncpg.connect(url)
    lost = asyncio.Event()
    try:
        connection.add_termination_listener(lambda _: lost.set())
        await connection.add_listener(channel, lambda _connection, _pid, _channel, payload: heard(str(payload)))
        if began is not None:
            began()
        await lost.wait()
        raise ConnectionResetError(f"the connection that listened on {channel} was lost")
    finally:
        await connection.close(timeout=1)


async def dispose_engine() -> None:
    """Close the connections of the running event loop."""
    found = _engines.pop(asyncio.get_running_loop(), None)
    if found is not None:
        await found.dispose()


def _put_back(_connection: object, record: ConnectionPoolEntry) -> None:
    record.info[_IDLE_SINCE] = monotonic()


def _taken_out(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
    """Have a connection replaced that a restarted server has closed, instead of letting a request fail.

    One that was in use a moment ago is believed what the socket says; asking it takes as long as three statements.
    """
    if connection.driver_connection.is_closed():
        raise DisconnectionError
    if monotonic() - record.info.get(_IDLE_SINCE, -_BELIEVED_SECONDS) < _BELIEVED_SECONDS:
        return
    try:
        connection.ping()
    except (connection.dbapi.Error, OSError) as error:
        raise DisconnectionError from error


def _dumps(value: object) -> str:
    return orjson.dumps(value).decode()
