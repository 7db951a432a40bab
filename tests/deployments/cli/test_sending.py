"""The commands about sending: what does not get through, endpoints, channels and contradicting decisions."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from casework import endpoints, messages
from kit.clock import wall_now
from rules.errors import AlreadyDecidedError
from rules.retrying import FAILURES
from rules.vocabulary import DepartmentAct
from tests.casework.conftest import Desk
from tests.conftest import connection_to


@dataclass(frozen=True)
class Stuck:
    number: str
    message: UUID
    assignment: UUID


def at_the_desk(database: str, work: Callable[[Desk], Awaitable[Any]]) -> Any:
    async def act() -> Any:
        async with connection_to(database) as connection, AsyncSession(connection) as session:
            answer = await work(Desk(session))
            await session.commit()
            return answer

    return asyncio.run(act())


@pytest.fixture
def stuck(office: Any, committed_database: str) -> Stuck:
    """A dispatch that the market bureau, whose system is away, did not get."""

    async def work(desk: Desk) -> Stuck:
        number = await desk.launch("J5")
        message = (await desk.look(number)).outside[0].message
        await messages.record_undelivered(desk.session, message, error="ConnectError", rejected=False, now=desk.now)
        for _ in range(FAILURES):
            await endpoints.fail(desk.session, message, "MSB", error="ConnectError", now=wall_now())
        return Stuck(number, message, await desk.assignment(number, "E01"))

    found: Stuck = at_the_desk(committed_database, work)
    return found


def kinds(office: Any, number: str) -> list[str]:
    return [step["kind"] for step in office("steps", number, "--json").document["steps"]]


def test_what_is_stuck_is_listed_and_sent_again(office: Any, stuck: Stuck) -> None:
    (line,) = office("outbox", "list", "--json").document["messages"]
    assert (line["id"], line["state"], line["last_error"]) == (str(stuck.message), "held", "ConnectError")
    assert "受阻待重试" in office("outbox", "list").out
    assert office("outbox", "list", "--department", "TAX").out.startswith("没有未送达的消息")

    assert office("outbox", "retry", "--reason", "已恢复").code == 2
    ran = office("outbox", "retry", "--department", "MSB", "--reason", "已恢复", "--json")
    assert ran.document == {"retried": [str(stuck.message)]}
    assert office("outbox", "list", "--json").document == {"messages": []}
    assert "message.resent" in kinds(office, stuck.number)

    again = office("outbox", "retry", str(stuck.message), "--reason", "再一次")
    assert (again.code, len(again.err.splitlines())) == (2, 1)


def test_a_dispatch_is_not_given_up(office: Any, stuck: Stuck) -> None:
    ran = office("outbox", "discard", str(stuck.message), "--reason", "不要了")
    assert (ran.code, "不得作废" in ran.err) == (2, True)
    assert office("outbox", "discard", str(uuid4()), "--reason", "不要了").code == 2


def test_the_board_shows_who_is_away(office: Any, stuck: Stuck) -> None:
    first = office("department", "health", "--json").document["endpoints"][0]
    assert (first["department"], first["state"], first["backlog"]) == ("MSB", "open", 1)
    assert "暂停送达" in office("department", "health").out


def test_an_assignment_goes_by_the_inbox_from_the_terminal(office: Any, stuck: Stuck) -> None:
    assert office("department", "channel", str(stuck.assignment), "fax", "--reason", "检修").code == 2
    assert office("department", "channel", str(stuck.assignment), "inbox", "--reason", "检修").code == 0
    assert "channel.changed" in kinds(office, stuck.number)
    assert office("department", "channel", str(stuck.assignment), "inbox", "--reason", "检修").code == 2


def test_a_contradiction_is_listed_and_resolved(office: Any, stuck: Stuck, committed_database: str) -> None:
    async def contradict(desk: Desk) -> None:
        await desk.grant(stuck.number, "E01")
        with pytest.raises(AlreadyDecidedError):
            await desk.tell(
                stuck.number, "E01", DepartmentAct.DECIDED, decision="granted", document_number="〔2026〕别号"
            )

    at_the_desk(committed_database, contradict)
    (line,) = office("conflict", "list", "--json").document["conflicts"]
    assert "〔2026〕别号" in line["claimed"]["document_number"]

    given = ("conflict", "resolve", str(line["id"]), "--reason", "部门确认")
    assert office(*given, "--outcome", "maybe").code == 2
    assert office(*given, "--outcome", "stands").code == 0
    assert office("conflict", "list").out.startswith("没有不一致的决定")
    assert "原决定有效" in office("conflict", "list", "--resolved").out.replace("\n", "")
    assert "conflict.resolved" in kinds(office, stuck.number)
