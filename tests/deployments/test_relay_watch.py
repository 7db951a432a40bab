"""What the relay keeps in its hands: a wake until the run has looked, and the watch that Prefect may not keep."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from prefect.client.schemas.objects import State, StateType
from prefect.states import Completed, Failed, Pending, Scheduled, Suspended

from casework import outbox, runs
from deployments import relay
from kit import clock
from kit.database import transaction
from kit.settings import settings
from tasks.timers import TimersFailedError
from tests.conftest import Databases
from tests.deployments.relay_office import EXECUTOR, Office, assert_second_incarnation, open_office


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


async def test_a_wake_is_gone_as_soon_as_the_run_has_looked_and_not_before(office: Office) -> None:
    case = await office.case(Suspended())
    await office.deliver()
    assert await office.handed_over(case)

    async with transaction() as session:
        await outbox.record_observed(session, case.id, (await office.kept())[case.id].seq)

    assert await office.kept() == {}


@pytest.mark.parametrize("found", [Scheduled, Pending], ids=["nobody had room for it", "its start was lost"])
async def test_a_run_that_was_resumed_and_has_not_looked_is_given_to_the_worker_again(
    found: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(Suspended())
    await office.deliver()
    lost = found()
    lost.timestamp = clock.wall_now() - timedelta(seconds=15)  # type: ignore[assignment]
    office.prefect.enter(case.run, lost)

    await office.execute("UPDATE outbox_messages SET available_at = now()")
    await office.deliver()

    assert [taken.id for taken in office.worker.took] == [case.run, case.run]
    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)


async def test_the_last_wake_of_an_application_is_kept_until_its_run_has_ended(office: Office) -> None:
    case = await office.case(Suspended())
    await office.execute("UPDATE applications SET complete = true")
    await office.deliver()
    async with transaction() as session:
        await outbox.record_observed(session, case.id, 99)

    for lost in (Scheduled(), Pending()):
        lost.timestamp = clock.wall_now() - timedelta(seconds=15)  # type: ignore[assignment]
        office.prefect.enter(case.run, lost)
        await office.execute("UPDATE outbox_messages SET available_at = now()")
        await office.deliver()
        assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    office.prefect.enter(case.run, Completed())
    await office.execute("UPDATE outbox_messages SET available_at = now()")
    await office.deliver()

    assert (await office.kept(), len(office.worker.took)) == ({}, 3)


async def test_a_complete_application_whose_run_was_deleted_gets_one_that_ends(office: Office) -> None:
    case = await office.case(Suspended())
    await office.execute("UPDATE applications SET complete = true")
    await office.execute("UPDATE application_runs SET observed_seq = 99")
    del office.prefect.runs[case.run]

    await office.deliver()

    await assert_second_incarnation(office, case)


async def test_without_prefects_scheduler_the_relay_itself_rings_timers_and_finds_lost_runs(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_WATCH_SECONDS", "1")
    settings.cache_clear()
    failed, abandoned = await office.case(Failed(), seconds_ago=60), await office.case(Suspended())
    await office.execute("DELETE FROM outbox_messages")
    relaying = asyncio.create_task(office.relay.run())
    try:
        async with asyncio.timeout(10):
            while failed.run not in [taken.id for taken in office.worker.took]:
                await asyncio.sleep(0.02)
        async with transaction() as session:
            await runs.claim(session, abandoned.run, None, EXECUTOR)  # by a worker that does not live
        await office.execute("UPDATE applications SET next_timer = now() - interval '30 years'")
        async with asyncio.timeout(10):
            while abandoned.run not in [taken.id for taken in office.worker.took]:
                await asyncio.sleep(0.02)
            while await office.overdue_timers():
                await asyncio.sleep(0.02)
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)


async def test_trouble_of_one_watch_ends_neither_the_relay_nor_the_other_watches(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_WATCH_SECONDS", "1")
    settings.cache_clear()
    case = await office.case(Suspended())
    await office.execute("DELETE FROM outbox_messages")
    office.prefect.away = True
    tried: list[str] = []

    async def poisoned() -> int:
        tried.append("timers")
        raise TimersFailedError("applications [1] could not be advanced")

    monkeypatch.setattr(relay, "ring_all", poisoned)
    relaying = asyncio.create_task(office.relay.run())
    try:
        async with transaction() as session:
            await runs.claim(session, case.run, None, EXECUTOR)
        async with asyncio.timeout(10):
            while len(tried) < 2 or not await office.kept():
                await asyncio.sleep(0.02)
        assert not relaying.done()
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)


async def test_a_prefect_that_accepts_and_never_answers_holds_no_message_for_longer_than_its_lease(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "_DELIVERY_SECONDS", 0.2)
    case = await office.case(Suspended())
    office.prefect.meanwhile["resume_flow_run"] = partial(asyncio.sleep, 600)

    await office.deliver()

    kept = (await office.kept())[case.id]
    assert (kept.error, kept.delay <= 1) == ("TimeoutError: ", True)
    await office.execute("UPDATE outbox_messages SET available_at = now()")
    await office.deliver()
    assert office.state(case).type is StateType.SCHEDULED
