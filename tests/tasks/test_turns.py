"""A department that is away and comes back over a real socket: left alone, tried once at a time, given the rest."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from kit.database import transaction
from kit.department_http import close_department_clients
from kit.settings import settings
from kit.signing import ensure_department_secrets
from rules.moves import SendMessage
from rules.retrying import FAILURES
from tasks import applications, departments
from tasks.departments import DEFERRED, HELD
from tasks.turns import give_turns
from tests.conftest import Databases
from tests.deployments.relay_office import Office, open_office
from tests.faulty_department import ACCEPT, faulty_department

_SHORTEN = "UPDATE department_endpoints SET probe_at = now() - interval '1 second' WHERE department = 'MSB'"


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Office]:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_DEPARTMENT_AT_ONCE", "2")
    async with open_office(database, monkeypatch) as office:
        await office.execute("DELETE FROM department_endpoints")
        ensure_department_secrets(["MSB"])
        yield office
        await close_department_clients()


async def launched(office: Office, count: int) -> list[str]:
    async with office.desk() as desk:
        return [await desk.launch("J5") for _ in range(count)]


async def due(number: str) -> list[UUID]:
    look = await applications.observe(number)
    return [move.message for move in look.plan.outside if isinstance(move, SendMessage)]


async def states(numbers: list[str]) -> list[str | None]:
    """Send what is due of each application; the state's name, None where nothing is due."""
    found: list[str | None] = []
    for number in numbers:
        messages = await due(number)
        found.append((await departments.send.fn(messages[0], "派件")).name if messages else None)
    return found


async def test_an_outage_costs_few_requests_and_ends_by_itself(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", f"http://127.0.0.1:{port}")
    settings.cache_clear()
    numbers = await launched(office, FAILURES + 3)

    assert await states(numbers) == [HELD] * FAILURES + [DEFERRED] * 3
    assert await states(numbers) == [None] * len(numbers)  # no timer of theirs has come
    assert await give_turns() == 0

    await office.execute(_SHORTEN)
    assert await give_turns() == 1  # one tries, while it is away nobody else
    assert await give_turns() == 0
    assert sorted(filter(None, await states(numbers))) == [HELD]

    async with faulty_department() as system:
        monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", system.url)
        settings.cache_clear()
        await office.execute(_SHORTEN)
        assert await give_turns() == 1
        assert [state for state in await states(numbers) if state] == ["Completed"]
        for _ in range(10):
            given = await give_turns()
            assert given <= 2  # never more at once than it may get
            await states(numbers)
            if not given:
                break
        assert len(system.begun) == len(numbers)
        assert set(system.begun.values()) == {1}


async def test_no_more_are_under_way_than_it_may_get(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DISPATCH_TIMEOUT_SECONDS", "5")
    async with faulty_department() as system:
        monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", system.url)
        settings.cache_clear()
        numbers = await launched(office, 4)
        at_work, most = 0, 0

        async def slowly(writer: asyncio.StreamWriter) -> None:
            nonlocal at_work, most
            at_work += 1
            most = max(most, at_work)
            await asyncio.sleep(0.8)
            at_work -= 1
            await ACCEPT(writer)

        system.replies = [slowly] * 2
        messages = [(await due(number))[0] for number in numbers]
        ended = await asyncio.gather(*(departments.send.fn(message, "派件") for message in messages))

    assert most <= 2
    assert sorted(str(state.name) for state in ended).count(DEFERRED) == 2
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM sending_permits")) == 0
    assert timedelta(seconds=5) < departments.lease()
