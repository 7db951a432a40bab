"""Bring a database to the newest version of the tables."""

import asyncio
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from models.base import metadata

_HERE = Path(__file__).parent / "migrations"


def upgrade(database_url: str) -> None:
    """Run all outstanding migrations; several processes may call this at once. Safe to repeat."""
    asyncio.run(_with_connection(database_url, _upgrade))


def outstanding(database_url: str) -> str | None:
    """Tell what separates a database from the newest version, or None when nothing does."""
    found: list[str | None] = []
    asyncio.run(_with_connection(database_url, lambda connection: found.append(outstanding_on(connection))))
    return found[0]


def outstanding_on(connection: Connection) -> str | None:
    """Tell what separates the database of an open connection from the newest version; None when nothing does."""
    head = _head()
    current = MigrationContext.configure(connection).get_current_revision()
    return None if current == head else f"{current or 'empty'} → {head}"


def differences(connection: Connection) -> list[Any]:
    """List what the models declare and the database lacks, or the reverse."""
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return list(compare_metadata(context, metadata))


def configuration(connection: Connection) -> Config:
    """Build Alembic's configuration on an open connection."""
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("file_template", "%%(year)d_%%(month).2d_%%(day).2d_%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config


@cache
def _head() -> str | None:
    return ScriptDirectory(str(_HERE)).get_current_head()


def _upgrade(connection: Connection) -> None:
    # Two processes that start together must not both create the tables.
    connection.exec_driver_sql("SELECT pg_advisory_xact_lock(211282, 0)")
    command.upgrade(configuration(connection), "head")


async def _with_connection(database_url: str, action: Callable[[Connection], Any]) -> None:
    engine = create_async_engine(database_url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(action)
    finally:
        await engine.dispose()
