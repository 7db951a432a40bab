"""The mirror: Prefect's picture of an application is late but true, and never in the way of a wake."""

from collections.abc import AsyncIterator, Iterator
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from prefect.client.schemas.objects import StateType
from prefect.events import Event
from prefect.exceptions import PrefectHTTPStatusError
from prefect.states import Suspended

from casework import outbox, runs
from casework.outbox import Owed
from deployments import bars, mirror
from deployments.mirror import Mirror
from kit import clock
from kit.database import transaction
from rules.vocabulary import DepartmentAct
from tests.conftest import Databases
from tests.deployments.relay_office import Case, Office, http_error, open_office


class Gallery:
    """An office whose applications are shown, and everything that Prefect is sent for it."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.prefect = office.prefect
        self.mirror = Mirror(office.prefect)  # type: ignore[arg-type]
        self.events: list[Event] = []
        self.seconds = 1000.0

    async def case(self) -> Case:
        """An application whose departments have their messages, whose run waits, and which nothing will wake."""
        case = await self.office.case(Suspended(message="旧"))
        async with self.office.desk() as desk:
            await desk.deliver(case.number)
        await self.office.forget_wakes()
        return case

    async def show(self, case: Case) -> float | None:
        return await self.mirror.show(Owed(1, case.id, "mirror", 1, attempts=1))

    def steps(self) -> list[str]:
        return [event.event for event in self.events if not event.event.startswith("prefect.")]

    def bars(self, since: int = 0) -> list[tuple[str, str]]:
        return [
            (event.resource["prefect.resource.name"].partition(" · ")[2], event.resource["prefect.state-type"])
            for event in self.events[since:]
            if event.event.startswith("prefect.task-run.")
        ]

    def calls(self) -> list[str]:
        made, self.prefect.calls = self.prefect.calls, []
        return made


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    """A furnished database for the tests of this file, each of which leaves it as it found it."""
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def gallery(database: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gallery]:
    async with open_office(database, monkeypatch) as office:
        made = Gallery(office)

        def send(**given: Any) -> None:
            made.events.append(Event(**given))

        monkeypatch.setattr(bars, "emit_event", send)
        monkeypatch.setattr(mirror, "emit_event", send)
        monkeypatch.setattr(clock, "monotonic", lambda: made.seconds)
        yield made


async def grant(gallery: Gallery, case: Case, *items: str) -> None:
    async with gallery.office.desk() as desk:
        await desk.grant(case.number, *items)
        await desk.deliver(case.number)
    await gallery.office.forget_wakes()


async def test_labels_change_every_two_seconds_at_most_but_bars_at_once(gallery: Gallery) -> None:
    case = await gallery.case()
    assert await gallery.show(case) is None
    assert gallery.prefect.runs[case.run].tags == ["agent:zhang", "journey:J5", "waiting:msb"]
    await grant(gallery, case, "E01")
    gallery.calls()
    before = len(gallery.events)
    gallery.seconds += 1.5

    assert await gallery.show(case) == pytest.approx(0.5)
    assert gallery.calls() == []
    assert ("企业设立登记", "COMPLETED") in gallery.bars(before)

    gallery.seconds += 0.5
    assert await gallery.show(case) is None
    assert "waiting:psb" in gallery.prefect.runs[case.run].tags
    assert "update_artifact" in gallery.calls()


async def test_applications_do_not_wait_for_each_others_labels(gallery: Gallery) -> None:
    cases = [await gallery.case() for _ in range(2)]

    assert [await gallery.show(case) for case in cases] == [None, None]


async def test_what_is_shown_already_costs_no_call(gallery: Gallery) -> None:
    case = await gallery.case()
    await gallery.show(case)
    gallery.calls()
    shown = len(gallery.events)
    gallery.seconds += 5

    assert await gallery.show(case) is None
    assert (gallery.calls(), len(gallery.events)) == ([], shown)


async def test_nothing_is_drawn_for_what_was_never_filed_and_all_is_drawn_again_at_the_end(gallery: Gallery) -> None:
    case = await gallery.case()
    await gallery.show(case)
    async with gallery.office.desk() as desk:
        await desk.refuse(case.number, "E01")
    await gallery.show(case)
    ended = len(gallery.events)
    async with gallery.office.desk() as desk:
        await desk.deliver(case.number)
        assert len([status for status in (await desk.statuses(case.number)).values() if status == "blocked"]) == 5

    assert await gallery.show(case) is None  # at once: nobody will look again

    assert gallery.bars(ended) == [("企业设立登记", "RUNNING"), ("企业设立登记", "FAILED")]
    assert {name for name, _ in gallery.bars()} == {"企业设立登记"}
    assert "outcome:refused" in gallery.prefect.runs[case.run].tags


async def test_every_step_is_told_once(gallery: Gallery) -> None:
    case = await gallery.case()
    await gallery.show(case)
    first = gallery.steps()
    await grant(gallery, case, "E01")
    gallery.seconds += 5
    await gallery.show(case)

    async with gallery.office.desk() as desk:
        assert gallery.steps() == [f"daiban.{kind}" for kind in await desk.steps(case.number)]
    assert 0 < len(first) < len(gallery.steps())


async def waiting_for_others(gallery: Gallery) -> Case:
    """A case that is shown as waiting for one, and now waits for others."""
    case = await gallery.case()
    await gallery.show(case)
    await grant(gallery, case, "E01")
    gallery.calls()
    gallery.seconds += 5
    return case


async def test_the_message_of_a_waiting_run_follows_what_it_waits_for(gallery: Gallery) -> None:
    case = await waiting_for_others(gallery)
    before = gallery.office.state(case)

    await gallery.show(case)

    after = gallery.office.state(case)
    assert (after.type, after.name) == (StateType.PAUSED, "Suspended")
    assert after.message is not None
    assert after.message != before.message
    assert "公章刻制备案" in after.message
    assert after.state_details.pause_reschedule  # or resuming it would set it Running with nobody executing it
    assert await gallery.office.kept() == {}


async def test_the_message_is_not_touched_while_a_wake_is_owed(gallery: Gallery) -> None:
    case = await waiting_for_others(gallery)
    before = gallery.office.state(case)
    async with transaction() as session:
        await outbox.enqueue_wake(session, case.id, 99)

    await gallery.show(case)

    assert gallery.office.state(case) is before
    assert not {"read_flow_run", "set_flow_run_state"} & set(gallery.calls())


async def test_the_message_is_not_touched_while_a_worker_has_the_run(gallery: Gallery) -> None:
    case = await waiting_for_others(gallery)
    before = gallery.office.state(case)
    async with transaction() as session:
        await runs.claim(session, case.run, None, 7)

    await gallery.show(case)

    assert gallery.office.state(case) is before


async def test_the_message_of_a_run_that_is_not_waiting_is_not_touched(gallery: Gallery) -> None:
    case = await waiting_for_others(gallery)
    await gallery.prefect.resume_flow_run(case.run)

    await gallery.show(case)

    assert gallery.office.state(case).type is StateType.SCHEDULED


async def test_a_decision_during_the_change_of_the_message_has_the_run_woken_once_more(gallery: Gallery) -> None:
    case = await waiting_for_others(gallery)

    async def decides_and_is_delivered() -> None:
        async with gallery.office.desk() as desk:
            await desk.tell(case.number, "E02", DepartmentAct.CLAIMED)
            await desk.look(case.number)
        await gallery.office.forget_wakes()

    gallery.prefect.meanwhile["set_flow_run_state"] = decides_and_is_delivered

    await gallery.show(case)

    assert list(await gallery.office.kept()) == [case.id]
    assert (await gallery.office.run_of(case)).observed_seq == -1


async def test_a_wake_during_the_change_of_the_message_counts_even_if_the_run_has_looked(gallery: Gallery) -> None:
    case = await waiting_for_others(gallery)

    async def wakes() -> None:
        async with transaction() as session:
            await outbox.enqueue_wake(session, case.id, 1)

    gallery.prefect.meanwhile["set_flow_run_state"] = wakes

    await gallery.show(case)

    assert (await gallery.office.run_of(case)).observed_seq == -1


async def test_an_application_without_a_run_is_looked_at_again_later_each_time(gallery: Gallery) -> None:
    application, _ = await gallery.office.launch()

    shown = [await gallery.mirror.show(Owed(1, application, "mirror", 1, attempts)) for attempts in (1, 2, 3, 9)]

    assert shown == [1, 2, 4, 15]
    assert gallery.events == []


async def test_a_deleted_run_is_waited_for_but_other_trouble_is_told(gallery: Gallery) -> None:
    case = await gallery.case()
    run = gallery.prefect.runs.pop(case.run)
    assert await gallery.show(case) == 5

    gallery.prefect.runs[case.run] = run
    gallery.seconds += 5

    async def breaks() -> None:
        raise http_error(HTTPStatus.INTERNAL_SERVER_ERROR)

    gallery.prefect.meanwhile["update_flow_run"] = breaks
    with pytest.raises(PrefectHTTPStatusError):
        await gallery.show(case)


async def test_a_run_made_anew_is_given_everything_again(gallery: Gallery) -> None:
    case = await gallery.case()
    await gallery.show(case)
    before = gallery.bars()
    again = gallery.prefect.add(Suspended())
    async with transaction() as session:
        await runs.record_created(session, case.id, again.id, 1)
    gallery.seconds += 5
    since = len(gallery.events)

    await gallery.show(case)

    assert gallery.bars(since) == before
    assert again.tags == gallery.prefect.runs[case.run].tags
    assert len(gallery.prefect.tables) == 2
    assert {UUID(event.related[0].id.rpartition(".")[2]) for event in gallery.events[since:]} == {again.id}
