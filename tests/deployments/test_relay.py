"""The relay: a wake is kept until Prefect has taken it or the run has looked, whatever became of the run."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest
from prefect.client.schemas.objects import State, StateType
from prefect.states import Cancelled, Completed, Crashed, Failed, Pending, Running, Scheduled, Suspended
from structlog.testing import capture_logs

from casework import runs
from deployments.worker import DaibanWorker
from kit import clock
from kit.database import transaction
from tests.conftest import Databases
from tests.deployments.relay_office import (
    EXECUTOR,
    Case,
    Office,
    assert_second_incarnation,
    living,
    open_office,
)


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


async def test_a_launch_is_heard_of_and_becomes_a_run_while_the_relay_listens(office: Office) -> None:
    relaying = asyncio.create_task(office.relay.run())
    try:
        application, number = await office.launch()
        async with asyncio.timeout(10):
            while not office.worker.took:
                await asyncio.sleep(0.02)
        [run] = office.prefect.runs.values()
        assert (run.parameters, office.prefect.keys()) == ({"application": number}, [number])
        assert await office.run_of(Case(application, number, run.id)) == runs.RunOf(
            application, number, False, "清河路项目", run.id, 0, -1, False
        )
        assert [taken.id for taken in office.worker.took] == [run.id]
    finally:
        relaying.cancel()
        await asyncio.gather(relaying, return_exceptions=True)


async def test_a_run_created_but_not_recorded_is_found_again_and_not_made_twice(office: Office) -> None:
    application, number = await office.launch()
    created = office.prefect.add(Scheduled(), key=number)

    await office.deliver()

    assert list(office.prefect.runs) == [created.id]
    assert (await office.run_of(Case(application, number, created.id))).flow_run_id == created.id


async def test_a_waiting_run_is_resumed_and_given_to_the_own_worker_without_being_read(office: Office) -> None:
    case = await office.case(Suspended())

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    [taken] = office.worker.took
    assert (taken.id, taken.parameters) == (case.run, {"application": case.number})
    assert "read_flow_run" not in office.prefect.calls


async def test_a_wake_while_the_run_is_executing_is_kept(office: Office, database: str) -> None:
    case = await office.case(Running())
    async with transaction() as session:
        await runs.claim(session, case.run, None, EXECUTOR)

    async with living(database, EXECUTOR):
        await office.deliver()

    assert (await office.kept())[case.id].delay < 0.1
    assert office.prefect.calls == []


async def test_a_wake_that_the_run_has_already_observed_is_dropped(office: Office) -> None:
    await office.case(Suspended())
    await office.execute("UPDATE application_runs SET observed_seq = 99")

    await office.deliver()

    assert (await office.kept(), office.prefect.calls) == ({}, [])


@pytest.mark.parametrize("state", [Running, Pending])
async def test_a_run_that_has_only_just_lost_its_executor_is_left_to_come_to_itself(
    state: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(state(), seconds_ago=3)
    before = office.state(case)

    await office.deliver()

    assert (await office.kept())[case.id].delay < 0.1
    assert (office.state(case), office.worker.took) == (before, [])


@pytest.mark.parametrize("state", [Running, Pending])
async def test_a_run_without_an_executor_for_longer_is_an_orphan_and_rescheduled(
    state: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(state(), seconds_ago=6)

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    assert [taken.id for taken in office.worker.took] == [case.run]


async def test_a_run_that_suspends_between_two_calls_is_tried_again_at_once(office: Office) -> None:
    case = await office.case(Running())

    async def suspends() -> None:
        office.prefect.enter(case.run, Suspended())

    office.prefect.meanwhile["read_flow_run"] = suspends

    await office.deliver()

    assert (await office.kept())[case.id].delay < 0.1
    await asyncio.sleep(0.05)
    await office.deliver()
    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)


@pytest.mark.parametrize("ending", [StateType.CANCELLED, StateType.CANCELLING])
async def test_a_run_that_a_manager_has_cancelled_stays_so_and_another_takes_its_place(
    ending: StateType, office: Office
) -> None:
    case = await office.case(State(type=ending))

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.CANCELLED, True)
    await assert_second_incarnation(office, case)


async def test_a_run_that_a_manager_has_deleted_is_made_anew(office: Office) -> None:
    case = await office.case(Suspended())
    del office.prefect.runs[case.run]

    await office.deliver()

    assert await office.handed_over(case)
    await assert_second_incarnation(office, case)


@pytest.mark.parametrize(
    ("run_count", "seconds_ago", "rest"), [(1, 0, 2), (3, 3, 5), (20, 0, 30)], ids=["first", "third", "at most"]
)
async def test_a_run_that_has_failed_is_left_alone_for_longer_each_time(
    run_count: int, seconds_ago: float, rest: float, office: Office
) -> None:
    case = await office.case(Failed(), run_count=run_count, seconds_ago=seconds_ago)

    await office.deliver()

    delay = (await office.kept())[case.id].delay
    failed_for = (clock.wall_now() - office.state(case).timestamp).total_seconds()
    assert failed_for + delay == pytest.approx(seconds_ago + rest, abs=0.5)  # however long the look has taken
    assert (office.state(case).type, office.worker.took) == (StateType.FAILED, [])


@pytest.mark.parametrize(
    ("state", "seconds_ago"), [(Failed, 9), (Crashed, 0), (Completed, 0)], ids=["failed", "crashed", "completed"]
)
async def test_an_ended_run_of_an_open_application_is_rescheduled(
    state: Callable[[], State[Any]], seconds_ago: float, office: Office
) -> None:
    case = await office.case(state(), run_count=3, seconds_ago=seconds_ago)

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)
    assert [taken.id for taken in office.worker.took] == [case.run]


@pytest.mark.parametrize("state", [Completed, Cancelled, Failed])
async def test_a_complete_application_does_not_need_its_ended_run(
    state: Callable[[], State[Any]], office: Office
) -> None:
    case = await office.case(state())
    await office.execute("UPDATE applications SET complete = true")

    await office.deliver()

    assert (await office.kept(), office.worker.took) == ({}, [])
    assert office.state(case).is_final()


async def test_a_complete_application_still_has_its_waiting_run_come_to_an_end(office: Office) -> None:
    case = await office.case(Suspended())
    await office.execute("UPDATE applications SET complete = true")

    await office.deliver()

    assert (office.state(case).type, await office.handed_over(case)) == (StateType.SCHEDULED, True)


async def test_a_change_during_delivery_keeps_the_message(office: Office) -> None:
    case = await office.case(Suspended())
    delivered = (await office.kept())[case.id].seq

    async def withdraw() -> None:
        async with office.desk() as desk:
            await desk.withdraw(case.number)

    office.prefect.meanwhile["resume_flow_run"] = withdraw

    await office.deliver()

    assert office.state(case).type is StateType.SCHEDULED
    kept = (await office.kept())[case.id]
    assert (kept.seq > delivered, kept.delay <= 0) == (True, True)


async def test_one_poisoned_message_does_not_stop_the_others_and_shows_its_error(office: Office) -> None:
    cases = [await office.case(Suspended()) for _ in range(3)]
    office.prefect.poisoned.add(cases[1].run)

    with capture_logs() as logged:
        await office.deliver()

    assert [office.state(case).type for case in cases[::2]] == [StateType.SCHEDULED] * 2
    kept = (await office.kept())[cases[1].id]
    assert [entry["application_id"] for entry in logged if entry["event"] == "delivery_failed"] == [cases[1].id]
    assert kept.error == "ValueError: a response that nobody can read"
    assert kept.delay == pytest.approx(30, abs=1)


async def test_while_prefect_is_away_messages_are_postponed_for_longer_each_time(office: Office) -> None:
    case = await office.case(Suspended())
    office.prefect.away = True

    delays = []
    for _ in range(3):
        await office.execute("UPDATE outbox_messages SET available_at = now()")
        await office.deliver()
        delays.append((await office.kept())[case.id].delay)
    assert (await office.kept())[case.id].error == "ConnectError: connection refused"
    office.prefect.away = False
    await office.execute("UPDATE outbox_messages SET available_at = now()")
    await office.deliver()

    assert delays == [pytest.approx(seconds, abs=0.5) for seconds in (1, 2, 5)]
    assert (await office.handed_over(case, 30), office.state(case).type) == (True, StateType.SCHEDULED)


async def test_a_postponed_wake_is_hastened_when_the_run_is_let_go(office: Office) -> None:
    case = await office.case(Running())
    worker = DaibanWorker("daiban", executor=EXECUTOR)

    async with worker._claimed(case.run, case.number):
        async with office.desk() as desk:
            await desk.deliver(case.number)
            await desk.withdraw(case.number)
        await office.execute("UPDATE outbox_messages SET available_at = now() + interval '60 seconds'")

    assert (await office.kept())[case.id].delay <= 0
