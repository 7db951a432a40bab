"""How a command becomes part of the office it is to look at: the production database, or the local stack running."""

import asyncio
import getpass
import os
import socket
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncSession

from casework.casefile import Actor
from deployments.stack_state import environment_of, read_stack
from kit.database import dispose_engine, transaction
from kit.settings import settings

_Answer = TypeVar("_Answer")
_Within = Callable[[], AbstractAsyncContextManager[AsyncSession]]


class OfficeUnreachableError(Exception):
    """The database of the office does not answer."""


def join_office(data_dir: Path) -> None:
    """Make this process see the office: the environment's database, else the stack that runs on ``data_dir``.

    Where neither is there, nothing happens, and the first use of the database says so.
    """
    if not os.environ.get("DAIBAN_DATABASE_URL"):
        state = read_stack(data_dir.expanduser().resolve())
        if state is not None:
            os.environ.update(environment_of(state))
    settings.cache_clear()


def in_office(
    data_dir: Path, work: Callable[[AsyncSession], Awaitable[_Answer]], *, within: _Within = transaction
) -> _Answer:
    """Do work in one transaction of the office's database, or ``within`` another kind of session.

    Raises DatabaseNotConfiguredError without an office, OfficeUnreachableError when its database does not answer.
    """
    join_office(data_dir)
    return asyncio.run(_transacted(work, within))


def caller() -> Actor:
    """Name who sits at this terminal, as the steps record it."""
    return Actor(f"cli:{getpass.getuser()}", source=socket.gethostname())


async def _transacted(work: Callable[[AsyncSession], Awaitable[_Answer]], within: _Within) -> _Answer:
    try:
        async with within() as session:
            return await work(session)
    except OSError as error:
        raise OfficeUnreachableError(f"数据库没有应答 · the database does not answer: {error}") from error
    finally:
        await dispose_engine()
