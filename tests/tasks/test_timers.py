"""The sweep of due timers: every application in a transaction of its own, and one that fails stops nobody."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from kit import clock
from kit.database import transaction
from tasks import timers
from tests.conftest import Databases
from tests.deployments.relay_office import Office, open_office


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    """A furnished database for the tests of this file, each of which leaves it as it found it."""
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with open_office(database, monkeypatch) as opened:
        yield opened


async def due_since(office: Office, *minutes: int) -> list[int]:
    """Launch an application for each timer, that many minutes overdue."""
    launched = []
    for ago in minutes:
        application, _ = await office.launch()
        due = clock.now() - timedelta(minutes=ago)
        await office.execute("UPDATE applications SET next_timer = :due WHERE id = :id", due=due, id=application)
        launched.append(application)
    return launched


async def still_due() -> list[int]:
    query = "SELECT id FROM applications WHERE next_timer <= :now ORDER BY id"
    async with transaction() as session:
        return list((await session.execute(text(query), {"now": clock.now()})).scalars())


async def poison(office: Office, application: int) -> None:
    """Let PostgreSQL refuse every change of an application."""
    await office.execute(
        "CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poisoned row'; END $$"
    )
    await office.execute(
        f"CREATE TRIGGER poison_{application} BEFORE UPDATE ON applications FOR EACH ROW "
        f"WHEN (OLD.id = {application}) EXECUTE FUNCTION refuse()"
    )


async def test_what_is_due_is_advanced_and_nothing_else(office: Office) -> None:
    await due_since(office, 5, 0, -5)

    assert await timers.ring_due.fn() == 2

    assert await still_due() == []
    assert await timers.ring_due.fn() == 0


async def test_one_poisoned_application_does_not_stop_the_others_and_the_sweep_fails_at_the_end(office: Office) -> None:
    applications = await due_since(office, 9, 8, 7)
    await poison(office, applications[1])

    with capture_logs() as logged, pytest.raises(timers.TimersFailedError, match=rf"\[{applications[1]}\]"):
        await timers.ring_due.fn()

    assert await still_due() == [applications[1]]
    assert [entry["application_id"] for entry in logged if entry["event"] == "timer_failed"] == [applications[1]]


async def test_more_than_a_page_is_swept_even_past_what_stays_due(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_PAGE", 2)
    applications = await due_since(office, 9, 9, 8, 7, 6)
    for stuck in applications[:2]:  # a whole page
        await poison(office, stuck)

    with capture_logs(), pytest.raises(timers.TimersFailedError):
        await timers.ring_due.fn()

    assert await still_due() == applications[:2]


async def test_timers_that_ring_together_are_not_lost_between_pages(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "_PAGE", 2)
    await due_since(office, 5, 5, 5, 5, 5)
    await office.execute("UPDATE applications SET next_timer = (SELECT min(next_timer) FROM applications)")

    assert await timers.ring_due.fn() == 5

    assert await still_due() == []
