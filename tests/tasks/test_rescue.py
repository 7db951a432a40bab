"""Rescue: whoever has lost its run is found, and nobody else."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from prefect.client.schemas.objects import State, StateType
from prefect.states import Cancelled, Completed, Crashed, Failed, Pending, Running, Scheduled, Suspended
from structlog.testing import capture_logs

from casework import outbox, runs
from casework.casefile import SYSTEM, open_by_id
from deployments.worker import DaibanWorker
from kit import clock
from kit.database import transaction
from tasks import rescue
from tests.conftest import Databases
from tests.deployments.relay_office import EXECUTOR, Case, FakePrefect, Office, living, open_office


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    """A furnished database for the tests of this file, each of which leaves it as it found it."""
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    async with open_office(database, monkeypatch) as opened:

        @asynccontextmanager
        async def client() -> AsyncIterator[FakePrefect]:
            yield opened.prefect

        monkeypatch.setattr(rescue, "get_client", client)
        yield opened


async def quiet(office: Office, state: State[Any], seconds_ago: float = 0) -> Case:
    """An application that its run has seen, and which nothing will wake."""
    case = await office.case(state, seconds_ago=seconds_ago)
    async with transaction() as session:
        await outbox.record_observed(session, case.id, 99)
    await office.forget_wakes()
    return case


async def claim(case: Case, executor: int = EXECUTOR) -> None:
    async with transaction() as session:
        await runs.claim(session, case.run, case.number, executor)


async def assert_asked_for(office: Office, *cases: Case) -> None:
    assert sorted(await office.kept()) == sorted(case.id for case in cases)
    for case in cases:
        assert (await office.run_of(case)).observed_seq == -1


async def test_an_executor_is_missed_only_when_its_lock_is_gone(office: Office, database: str) -> None:
    lost, kept = [await quiet(office, Running()) for _ in range(2)]
    await claim(lost)
    await claim(kept, EXECUTOR + 1)

    async with living(database, EXECUTOR + 1):
        async with living(database, EXECUTOR):
            assert await rescue.rescue_abandoned_runs() == 0
        assert await rescue.rescue_abandoned_runs() == 1

    await assert_asked_for(office, lost)


async def test_the_abandoned_run_of_a_complete_application_is_rescued_too(office: Office) -> None:
    case = await quiet(office, Running())
    await claim(case)
    await office.execute("UPDATE applications SET complete = true")

    assert await rescue.rescue_abandoned_runs() == 1

    await assert_asked_for(office, case)


async def test_a_run_that_another_worker_has_claimed_meanwhile_is_not_rescued(office: Office) -> None:
    case = await quiet(office, Running())
    await claim(case, EXECUTOR + 1)

    async with transaction() as session:
        assert not await runs.request_rescue(session, case.id, executor=EXECUTOR)
        assert not await runs.request_rescue(session, case.id)

    assert await office.kept() == {}


async def test_an_application_whose_wake_was_lost_before_it_had_a_run_is_rescued(office: Office) -> None:
    application, number = await office.launch()
    assert await rescue.rescue_abandoned_runs() == 0  # its wake is still owed
    await office.forget_wakes()

    assert await rescue.rescue_abandoned_runs() == 1

    await assert_asked_for(office, Case(application, number, uuid4()))


@pytest.mark.parametrize("complete", [False, True])
async def test_a_run_let_go_by_an_error_is_asked_for_even_when_all_is_decided(complete: bool, office: Office) -> None:
    case = await quiet(office, Running())
    await claim(case)
    await office.execute("UPDATE applications SET complete = :complete", complete=complete)

    async with transaction() as session:
        await runs.release(session, case.run, EXECUTOR, abandoned=True)

    await assert_asked_for(office, case)
    assert await rescue.rescue_abandoned_runs() == 0


@pytest.mark.parametrize(
    ("state", "seconds_ago"),
    [(Suspended, 86_400), (Running, 10), (Pending, 10), (Scheduled, 10)],
    ids=["waiting for long", "just running", "just pending", "just scheduled"],
)
async def test_a_run_that_waits_or_is_on_its_way_is_not_astray(
    state: Callable[[], State[Any]], seconds_ago: float, office: Office
) -> None:
    await quiet(office, state(), seconds_ago)

    assert await rescue.rescue_lost_runs.fn() == 0

    assert await office.kept() == {}


@pytest.mark.parametrize(
    ("state", "seconds_ago"),
    [(Running, 20), (Pending, 20), (Scheduled, 20), (Completed, 0), (Crashed, 0), (Failed, 0), (Cancelled, 0)],
)
async def test_a_run_that_nobody_executes_is_astray(
    state: Callable[[], State[Any]], seconds_ago: float, office: Office
) -> None:
    case = await quiet(office, state(), seconds_ago)

    assert await rescue.rescue_lost_runs.fn() == 1

    await assert_asked_for(office, case)


async def test_a_run_scheduled_for_later_is_on_its_way_until_then(office: Office) -> None:
    case = await quiet(office, Scheduled(), 60)
    office.prefect.runs[case.run].next_scheduled_start_time = clock.wall_now() + timedelta(seconds=30)  # type: ignore[assignment]

    assert await rescue.rescue_lost_runs.fn() == 0


async def test_every_page_of_open_applications_is_looked_through(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescue, "_PAGE", 2)
    cases = [await quiet(office, Suspended()) for _ in range(5)]
    ended, deleted = cases[1], cases[4]
    office.prefect.enter(ended.run, Completed())
    del office.prefect.runs[deleted.run]

    assert await rescue.rescue_lost_runs.fn() == 2

    await assert_asked_for(office, ended, deleted)
    assert office.prefect.calls == ["read_flow_runs"] * 3


async def test_who_is_executed_or_asked_for_already_or_complete_is_not_looked_at(office: Office, database: str) -> None:
    executing, asked, complete = [await quiet(office, Completed()) for _ in range(3)]
    await claim(executing)
    await office.execute("UPDATE applications SET complete = true WHERE id = :id", id=complete.id)
    async with transaction() as session:
        await outbox.enqueue_wake(session, asked.id, 100)

    async with living(database, EXECUTOR):
        assert await rescue.rescue_lost_runs.fn() == 0

    assert list(await office.kept()) == [asked.id]


async def test_one_that_cannot_be_rescued_does_not_keep_the_others_from_it(office: Office) -> None:
    cases = [await quiet(office, Running()) for _ in range(3)]
    for case in cases[:2]:
        await claim(case)
    office.prefect.enter(cases[2].run, Completed())
    await office.execute(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'poisoned row'; END $$"
    )
    await office.execute(
        "CREATE TRIGGER poison BEFORE UPDATE ON application_runs FOR EACH ROW "
        f"WHEN (OLD.application_id = {cases[0].id}) EXECUTE FUNCTION refuse()"
    )

    with capture_logs() as logged:
        assert await rescue.rescue_lost_runs.fn() == 2

    await assert_asked_for(office, *cases[1:])
    assert [entry["application_id"] for entry in logged if entry["event"] == "rescue_failed"] == [cases[0].id]


async def test_what_the_rescue_asks_for_the_relay_brings_back(office: Office) -> None:
    case = await quiet(office, Running(), 60)
    await rescue.rescue_lost_runs.fn()

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)


async def test_a_rescue_and_a_decision_that_want_the_same_rows_do_not_wait_for_each_other_for_ever(
    office: Office,
) -> None:
    case = await office.case(Running())
    await office.forget_wakes()
    rescued = asyncio.Event()

    async def decide() -> None:
        async with transaction() as session:
            await open_by_id(session, case.id, actor=SYSTEM, now=clock.now())
            deciding.set()
            await rescued.wait()
            await outbox.record_observed(session, case.id, 99)
            await outbox.enqueue_wake(session, case.id, 99)

    deciding = asyncio.Event()
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        group.create_task(decide())
        await deciding.wait()
        async with transaction() as session:
            assert await runs.request_rescue(session, case.id)
            rescued.set()
            await asyncio.sleep(0.05)

    assert (await office.kept())[case.id].seq == 99
    assert (await office.run_of(case)).observed_seq == 99


async def test_a_run_that_leaves_its_worker_by_an_error_is_asked_for_again(office: Office) -> None:
    case = await office.case(Running())
    async with transaction() as session:
        await outbox.record_observed(session, case.id, 99)
    await office.forget_wakes()
    worker = DaibanWorker("daiban", executor=EXECUTOR)

    async with worker._claimed(case.run, case.number):
        pass
    assert await office.kept() == {}
    with pytest.raises(RuntimeError, match="engine"):
        async with worker._claimed(case.run, case.number):
            raise RuntimeError("the engine failed")

    assert list(await office.kept()) == [case.id]
    assert (await office.run_of(case)).observed_seq == -1
