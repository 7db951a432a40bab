"""The daily round for stewards: every application in a transaction of its own, and one that fails stops nobody."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from kit import clock
from tasks import stewards, timers
from tests.conftest import Databases
from tests.deployments.relay_office import Office, open_office
from tests.tasks.test_timers import poison


@pytest.fixture
def database(databases: Databases, office_template: str) -> Iterator[str]:
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with open_office(database, monkeypatch) as opened:
        yield opened


async def silent(office: Office, count: int) -> list[int]:
    """Launch applications whose first assignment was received long ago and not heard of since."""
    launched = []
    for _ in range(count):
        application, _ = await office.launch()
        await office.execute("UPDATE assignments SET status = 'received' WHERE application_id = :id", id=application)
        await office.execute(
            "INSERT INTO clock_events (application_id, assignment_id, kind, at, reason)"
            " SELECT application_id, id, 'received', :at, '' FROM assignments WHERE application_id = :id",
            id=application,
            at=clock.now() - timedelta(days=30),
        )
        launched.append(application)
    return launched


async def test_everything_slow_is_told_once_a_day_and_once_at_all(office: Office) -> None:
    await silent(office, 2)
    await office.execute("UPDATE applications SET next_timer = :now", now=clock.now())
    await timers.ring_due.fn()  # what the silence has done is entered first

    # Each is silent, and accepted by that silence long enough ago to be past its promise.
    assert await stewards.tell_stewards.fn() == 4
    assert await stewards.tell_stewards.fn() == 0
    await office.execute("UPDATE steward_watches SET looked_on = looked_on - 1")
    assert await stewards.tell_stewards.fn() == 0


async def test_more_than_a_page_is_looked_at(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stewards, "_PAGE", 2)
    await silent(office, 5)

    assert await stewards.tell_stewards.fn() == 5


async def test_one_poisoned_application_does_not_stop_the_others(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stewards, "_PAGE", 1)
    applications = await silent(office, 3)
    await poison(office, applications[1])

    with capture_logs() as logged, pytest.raises(stewards.AlertsFailedError, match=rf"\[{applications[1]}\]"):
        await stewards.tell_stewards.fn()

    assert [entry["application_id"] for entry in logged if entry["event"] == "look_failed"] == [applications[1]]
    await office.execute("DROP FUNCTION refuse CASCADE")
    assert await stewards.tell_stewards.fn() == 1
