"""Errands of an application: each begun once, none waiting for another, and a place given back by who only waits."""

import asyncio
from types import SimpleNamespace
from typing import Any
from uuid import UUID, uuid4

import pytest
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errands import Errands
from kit import places
from rules.catalog import DepartmentCode, ItemCode
from rules.moves import SendMessage, SendNotice
from rules.vocabulary import MessageKind, NoticeKind
from tasks import applicants, departments
from tasks.applications import Look

SLOW, QUICK, LATER = uuid4(), uuid4(), uuid4()


def look(*messages: UUID, notices: tuple[UUID, ...] = ()) -> Look:
    moves: list[Any] = [
        SendMessage(each, DepartmentCode("MSB"), MessageKind.DISPATCHED, ItemCode("E01")) for each in messages
    ]
    moves += [SendNotice(each, NoticeKind.RECEIPT) for each in notices]
    return Look(SimpleNamespace(outside=moves), "", dict.fromkeys(messages, "x"), "")  # type: ignore[arg-type]


class Systems:
    """Departments of which one has not answered yet."""

    def __init__(self) -> None:
        self.asked: list[UUID] = []
        self.told: list[list[UUID]] = []
        self.answer = asyncio.Event()

    async def send(self, message: UUID, label: str, return_state: bool) -> State[Any]:
        self.asked.append(message)
        if message == SLOW:
            await self.answer.wait()
        return Completed()

    async def notify(self, notices: list[UUID], label: str) -> None:
        self.told.append(notices)


@pytest.fixture
def systems(monkeypatch: pytest.MonkeyPatch) -> Systems:
    made = Systems()
    monkeypatch.setattr(departments, "send", made.send)
    monkeypatch.setattr(applicants, "notify", made.notify)
    return made


async def test_a_department_that_takes_long_keeps_none_of_the_others_waiting(systems: Systems) -> None:
    async with Errands() as errands:
        errands.begin(look(SLOW, QUICK))
        await errands.settle()
        assert list(errands.under_way) == [SLOW]

        errands.begin(look(SLOW, LATER))  # it has not answered, so it is still due
        await errands.settle()
        assert systems.asked == [SLOW, QUICK, LATER]

        systems.answer.set()
        await errands.settle()
        assert errands.under_way == {}


async def test_the_applicant_is_told_everything_in_one_task(systems: Systems) -> None:
    first, second = uuid4(), uuid4()
    async with Errands() as errands:
        errands.begin(look(notices=(first, second)))
        errands.begin(look(notices=(first, second)))
        await errands.settle()
    assert systems.told == [[first, second]]


@pytest.mark.parametrize(("message", "left"), [(SLOW, 1), (QUICK, 0)])
async def test_who_only_waits_gives_its_place_back(systems: Systems, message: UUID, left: int) -> None:
    given_back: list[int] = []
    with places.held(lambda: given_back.append(1)):
        async with Errands() as errands:
            errands.begin(look(message))
            await errands.settle()
            systems.answer.set()
    assert len(given_back) == left


async def test_a_request_that_was_sent_is_still_answered_when_the_run_ends(systems: Systems) -> None:
    async with Errands() as errands:
        errands.begin(look(SLOW))
        pending = errands.under_way[SLOW]
        asyncio.get_running_loop().call_later(0.01, systems.answer.set)
    assert pending.done()
