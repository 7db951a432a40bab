"""Departments call back over real sockets: twice, at once, in any order, too early, too late; recorded exactly once."""

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import text
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from kit.database import transaction
from kit.http import close_shared_client
from kit.settings import settings
from portal import traffic
from portal.dependencies import current_time
from tasks import departments
from tests.portal.conftest import Portal

GRANT = {"decision": "granted", "document_number": "〔2026〕1号"}
REFUSE = {
    "decision": "refused",
    "reason": "不符合条件",
    "legal_basis": "行政许可法第三十八条",
    "handler": "王芳",
    "approver": "李强",
}


@contextlib.asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    """Serve on a free port of this machine, in this event loop."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off", access_log=False))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running


@pytest.fixture
async def office(app: FastAPI) -> AsyncIterator[Portal]:
    """The portal behind a socket; every request takes a connection of its own to PostgreSQL."""
    async with serving(app) as url, httpx.AsyncClient(base_url=url, timeout=60) as client:
        made = Portal(client)

        async def now() -> Any:
            return made.now

        app.dependency_overrides[current_time] = now
        yield made


@pytest.fixture
async def number(office: Portal) -> str:
    launched = await office.launch()
    await office.deliver(launched)
    return launched


@pytest.fixture
async def assignment(office: Portal, number: str) -> str:
    return str((await office.line(number, "E01"))["assignment"])


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def kinds(office: Portal, number: str) -> list[str]:
    steps = (await office.get(f"/api/v1/applications/{number}/steps?limit=200")).json()["steps"]
    return [step["kind"] for step in steps]


async def test_a_callback_sent_again_and_again_is_answered_alike_and_recorded_once(
    office: Portal, number: str, assignment: str
) -> None:
    event = office.event(assignment, "decided", GRANT)
    answers = [await office.send(assignment, event) for _ in range(5)]

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (await kinds(office, number)).count("decision.granted") == 1


async def test_a_callback_that_comes_many_times_at_once_is_answered_alike_and_recorded_once(
    office: Portal, number: str, assignment: str
) -> None:
    event = office.event(assignment, "decided", GRANT)
    answers = await asyncio.gather(*(office.send(assignment, event) for _ in range(16)))

    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert (await kinds(office, number)).count("decision.granted") == 1


async def test_of_decisions_that_contradict_each_other_at_once_one_is_recorded_and_told_to_the_others(
    office: Portal, number: str, assignment: str
) -> None:
    events = [office.event(assignment, "decided", GRANT if n % 2 else REFUSE) for n in range(8)]
    answers = await asyncio.gather(*(office.send(assignment, event) for event in events))

    taken = [answer for answer in answers if answer.status_code == 200]
    refused = [answer for answer in answers if answer.status_code == 409]
    assert (len(taken), len(refused)) == (1, 7)
    assert {code(answer) for answer in refused} == {"already-decided"}
    assert {answer.json()["decision"]["kind"] for answer in refused} == {taken[0].json()["status"]}
    steps = await kinds(office, number)
    assert steps.count("decision.granted") + steps.count("decision.refused") == 1


async def test_one_id_with_two_contents_at_once_is_recorded_once(office: Portal, number: str, assignment: str) -> None:
    first = office.event(assignment, "note", {"text": "一"})
    second = {**first, "data": {"text": "二"}}
    answers = await asyncio.gather(office.send(assignment, first), office.send(assignment, second))

    assert sorted(answer.status_code for answer in answers) == [200, 409]
    assert code(next(answer for answer in answers if answer.status_code == 409)) == "event-id-reused"


async def test_callbacks_in_the_wrong_order_are_each_recorded_once_under_their_own_time(
    office: Portal, number: str, assignment: str
) -> None:
    office.wait(hours=1)
    claimed = office.event(assignment, "claimed", {"handler": "王芳"})
    accepted = office.event(assignment, "accepted", {"handler": "王芳"})
    office.wait(hours=1)
    decided = office.event(assignment, "decided", GRANT)

    answers = [await office.send(assignment, event) for event in (decided, accepted, claimed, accepted)]

    assert [answer.status_code for answer in answers] == [200] * 4
    assert answers[1].content == answers[3].content
    steps = await kinds(office, number)
    assert [steps.count(kind) for kind in ("decision.granted", "late.accepted", "late.claimed")] == [1, 1, 1]


async def test_after_the_application_was_withdrawn_a_callback_has_no_effect(
    office: Portal, number: str, assignment: str
) -> None:
    before = office.event(assignment, "decided", GRANT)
    office.wait(minutes=1)
    withdrawal = {"reason": "取消", "applicant_request": "撤件书"}
    assert (await office.post(f"/api/v1/applications/{number}/withdrawal", withdrawal)).status_code == 200
    office.wait(minutes=1)
    pending = await office.send(assignment, office.event(assignment, "decided", GRANT))
    assert (pending.status_code, code(pending)) == (409, "withdrawal-pending")
    office.wait(hours=24)
    await office.deliver(number)
    steps = await kinds(office, number)

    late = [await office.send(assignment, event) for event in (before, office.event(assignment, "decided", GRANT))]

    assert [(answer.status_code, code(answer)) for answer in late] == [(409, "assignment-closed")] * 2
    # Nothing comes of it, but that it was said is kept as evidence.
    assert await kinds(office, number) == [*steps, "decision.came_late", "decision.came_late"]
    assert (await office.line(number, "E01"))["status"] == "withdrawn"


async def test_a_decision_dated_before_the_withdrawal_was_asked_for_stands(
    office: Portal, number: str, assignment: str
) -> None:
    before = office.event(assignment, "decided", GRANT)
    office.wait(minutes=1)
    withdrawal = {"reason": "取消", "applicant_request": "撤件书"}
    await office.post(f"/api/v1/applications/{number}/withdrawal", withdrawal)
    office.wait(minutes=1)

    answers = await asyncio.gather(*(office.send(assignment, before) for _ in range(4)))

    assert {answer.status_code for answer in answers} == {200}
    assert (await kinds(office, number)).count("decision.granted") == 1


class Hasty:
    """A department that decides, and says so, before it has answered the dispatch."""

    def __init__(self, office: Portal) -> None:
        self.office = office
        self.answers: list[httpx.Response] = []

    async def dispatch(self, request: Request) -> JSONResponse:
        subject = (await request.json())["subject"]
        for act, content in (("accepted", {}), ("decided", GRANT)):
            self.answers.append(await self.office.send(subject, self.office.event(subject, act, content)))
        return JSONResponse({"receipt_number": "R-1"}, 202)


async def test_a_decision_that_comes_before_our_dispatch_has_returned_is_recorded_once(
    office: Portal, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await office.launch()
    async with transaction() as session:
        query = text("SELECT id FROM department_messages WHERE kind = 'dispatched'")
        message: UUID = (await session.execute(query)).scalar_one()
        await session.execute(text("UPDATE departments SET channel = 'push', endpoint = '{departments}/MSB'"))
    hasty = Hasty(office)
    app = Starlette(routes=[Route("/MSB/assignments", hasty.dispatch, methods=["POST"])])
    async with serving(app) as url:
        monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", url)
        monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")  # a department on this machine is refused in production
        settings.cache_clear()
        monkeypatch.setattr(departments.clock, "now", lambda: office.now)
        state = await departments.send.fn(message, "住建局")
        await close_shared_client()

    assert state.is_completed(), state
    assert [answer.status_code for answer in hasty.answers] == [200, 200]
    steps = await kinds(office, number)
    assert (steps.count("decision.granted"), steps.count("assignment.received")) == (1, 1)
    line = await office.line(number, "E01")
    assert (line["status"], line["receipt_number"]) == ("granted", "R-1")


async def pieces(count: int, pause: float) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b" " * 65536
        await asyncio.sleep(pause)


async def test_a_chunked_body_without_length_is_bounded(office: Portal, assignment: str) -> None:
    path = f"/api/v1/assignments/{assignment}/events"
    headers = {"content-type": "application/cloudevents+json"}
    try:
        answer = await office.client.post(path, content=pieces(400, 0), headers=headers)
    except httpx.WriteError:
        return  # the connection was closed while most of the body was still to come
    assert (answer.status_code, code(answer)) == (413, "body-too-large")


async def test_a_body_that_trickles_in_is_given_up(
    office: Portal, assignment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traffic, "_GRACE_SECONDS", 0.3)
    monkeypatch.setattr(traffic, "_LEAST_BYTES_PER_SECOND", 10_000_000)
    path = f"/api/v1/assignments/{assignment}/events"
    answer = await office.client.post(
        path, content=pieces(10, 0.2), headers={"content-type": "application/cloudevents+json"}
    )

    assert (answer.status_code, code(answer)) == (408, "request-timeout")


async def test_a_line_of_text_sent_raw_is_refused_before_anything_is_parsed(office: Portal, assignment: str) -> None:
    answer = await office.send(assignment, b"{" * 1000, None)

    assert (answer.status_code, code(answer)) == (401, "not-authenticated")
    assert orjson.loads(answer.content)["reason"] == "missing-header"
