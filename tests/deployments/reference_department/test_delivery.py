"""No callback is forgotten: not by a failing office, a conflict or a killed server."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import JSONResponse

from deployments.reference_department import outbox
from deployments.reference_department.delivery import Answer, Postman, RetryPolicy, read_answer
from deployments.reference_department.outbox import Due, Outcome
from deployments.reference_department.store import Store, StoreError
from tests.deployments.reference_department.conftest import Departments, Office, OfficeSide, free_port, wait_until

Open = Callable[..., Awaitable[Departments]]


async def test_a_failing_office_is_tried_until_it_answers_and_sees_the_same_event(
    office: Office, open_departments: Open
) -> None:
    for status in (500, 503, 429, 408):
        office.refuse_next("accepted", status)
    await (await open_departments("approve", minutes=5)).dispatch()
    events = await office.wait_for(*["accepted"] * 5, "claimed", "decided")
    assert len({event["body"] for event in events[:5]}) == 1


async def test_an_office_that_is_down_gets_everything_when_it_is_back(office: Office, open_departments: Open) -> None:
    departments = await open_departments("approve", minutes=5)
    await departments.restart(portal_url=f"http://127.0.0.1:{free_port()}")
    await departments.dispatch()
    while (await departments.stats())["callbacks"]["attempts"] < 3:
        await asyncio.sleep(0.01)
    await departments.restart(portal_url=office.url)
    await office.wait_for("accepted", "claimed", "decided")


async def test_a_department_whose_secret_is_lost_calls_back_when_it_is_found(
    office: Office, open_departments: Open, tmp_path: Path
) -> None:
    departments = await open_departments("approve", minutes=5)
    secret, lost = tmp_path / "secrets" / "departments" / "HCB", tmp_path / "lost"
    office.refuse_next("accepted", 503)
    await departments.dispatch()
    secret.rename(lost)
    while (await departments.stats())["callbacks"]["attempts"] < 3:
        await asyncio.sleep(0.01)
    lost.rename(secret)
    await departments.wait_for_callbacks(delivered=3)


async def test_without_a_portal_the_callback_address_is_used_as_it_is(office: Office, open_departments: Open) -> None:
    departments = await open_departments("approve", minutes=5)
    await departments.restart(portal_url=None)
    await departments.dispatch(callback=f"{office.url}/elsewhere?department=HCB")
    events = await office.wait_for("accepted", "claimed", "decided")
    assert {event["url"] for event in events} == {f"{office.url}/elsewhere?department=HCB"}


async def test_trouble_with_the_file_is_survived(
    office: Office, open_departments: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments = await open_departments("approve", minutes=5)
    settle, failures = outbox.settle, iter([sqlite3.OperationalError("disk I/O error")])

    def settle_but_once(*arguments: Any) -> None:
        for failure in failures:
            raise failure
        settle(*arguments)

    monkeypatch.setattr(outbox, "settle", settle_but_once)
    await departments.dispatch()
    events = await office.wait_for("accepted", "accepted", "claimed", "decided")
    assert events[0]["body"] == events[1]["body"]


async def test_a_delivery_that_breaks_as_nobody_foresaw_is_tried_again_and_keeps_no_other_back(
    office: Office, open_departments: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    departments = await open_departments("approve", minutes=5)
    deliver, failures = Postman.deliver, iter([RuntimeError("the transport is closed")] * 2)

    async def break_twice(postman: Postman, due: Due) -> Answer:
        if due.assignment == "a1":
            for failure in failures:
                raise failure
        return await deliver(postman, due)

    monkeypatch.setattr(Postman, "deliver", break_twice)
    await departments.dispatch("a1")
    await departments.dispatch("a2")
    await office.wait_for("accepted", "claimed", "decided", assignment="a2")
    await office.wait_for("accepted", "claimed", "decided", assignment="a1")
    await departments.wait_for_callbacks(delivered=6, attempts=8)
    assert (await departments.client.get("/healthz")).is_success


@pytest.mark.parametrize("status", [401, 404, 409, 422])
async def test_a_refused_callback_is_not_repeated_and_the_next_one_goes(
    status: int, office: Office, open_departments: Open
) -> None:
    office.refuse_next("accepted", status, "not-allowed-now")
    departments = await open_departments("approve", minutes=5)
    await departments.dispatch()
    await office.wait_for("accepted", "claimed", "decided")
    await departments.wait_for_callbacks(delivered=2)
    assert (await departments.stats())["callbacks"]["refused"] == 1


async def test_a_closed_assignment_wants_nothing_more(office: Office, open_departments: Open) -> None:
    office.refuse_next("accepted", 409, "assignment-closed")
    departments = await open_departments("approve", minutes=5)
    await departments.dispatch()
    await departments.wait_for_callbacks(dropped=2)
    assert office.kinds() == ["accepted"]


async def test_a_decision_refused_for_open_prerequisites_comes_again_when_they_are_met(
    office: Office, open_departments: Open
) -> None:
    office.refuse_next("decided", 409, "prerequisites-open", awaits=["C01"])
    departments = await open_departments("approve", minutes=5)
    await departments.dispatch()
    await departments.wait_for_callbacks(due=1, attempts=3)
    await departments.tell("prerequisites_met", {"awaits": []})
    events = await office.wait_for("accepted", "claimed", "decided", "decided")
    assert events[2]["body"] == events[3]["body"]


async def test_prerequisites_met_while_the_decision_is_under_way_are_not_missed(
    office: Office, open_departments: Open
) -> None:
    office.refuse_next("decided", 409, "prerequisites-open", awaits=["C01"])
    office.answering.clear()
    departments = await open_departments("out_of_order", minutes=5)
    await departments.dispatch()
    await departments.wait_for_callbacks(due=1, attempts=1)
    await departments.tell("prerequisites_met", {"awaits": []})
    office.answering.set()
    await office.wait_for("decided", "decided", "claimed", "accepted")


async def test_a_decision_refused_for_open_prerequisites_comes_again_unasked(
    office: Office, open_departments: Open
) -> None:
    office.refuse_next("decided", 409, "prerequisites-open", awaits=["C01"])
    departments = await open_departments("approve", minutes=5)
    await departments.restart(retry=RetryPolicy(prerequisites_seconds=0.05))
    await departments.dispatch()
    await office.wait_for("accepted", "claimed", "decided", "decided")


async def test_the_same_key_gets_the_same_answer_and_the_work_is_not_repeated(
    office: Office, open_departments: Open
) -> None:
    departments = await open_departments("approve", minutes=5)
    answers = [await departments.dispatch(key="k") for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(202, answers[0].text)}
    for _ in range(2):
        assert (await departments.tell("reminded", {"light": "yellow", "due_on": "2026-03-04"}, key="r")).json() == {}
    await office.wait_for("accepted", "claimed", "decided")
    await departments.wait_for_callbacks(delivered=3)
    assert await departments.stats() == {
        "deliveries": {"k": 3, "r": 2},
        "dispatched": 1,
        "executed": {"a1": 1},
        "cancelled": 0,
        "questions": 0,
        "invitations": 0,
        "callbacks": {"planned": 0, "due": 0, "held": 0, "delivered": 3, "refused": 0, "dropped": 0, "attempts": 3},
        "next_callback_at": None,
    }
    summary = await departments.stats("?summary=1")
    assert summary["deliveries"] == {"total": 5, "keys": 2, "repeated": 2}
    assert summary["executed"] == {"total": 1, "repeated": 0}


async def test_a_restart_goes_on_with_the_work_and_remembers_the_answers(
    office: Office, open_departments: Open
) -> None:
    departments = await open_departments("approve", minutes=5)
    receipt = (await departments.dispatch(key="k", awaits=["C01"])).json()
    await departments.wait_for_callbacks(delivered=2, held=1)
    await departments.restart()
    assert (await departments.dispatch(key="k", awaits=["C01"])).json() == receipt
    await departments.tell("prerequisites_met", {"awaits": []})
    await office.wait_for("accepted", "claimed", "decided")
    assert (await departments.stats())["executed"] == {"a1": 1}


async def test_a_second_server_on_the_same_file_is_refused(open_departments: Open, tmp_path: Path) -> None:
    await open_departments("approve")
    with pytest.raises(StoreError, match=r"departments\.sqlite: .*another department server"):
        Store(tmp_path / "departments.sqlite")


async def start_server(data: Path, office: Office, first: str = "") -> tuple[subprocess.Popen[bytes], OfficeSide]:
    script = (
        "import sys; from pathlib import Path; from deployments.reference_department.server import serve\n"
        f"{first}\n"
        "serve('127.0.0.1', int(sys.argv[1]), None, Path(sys.argv[2]), sys.argv[3])"
    )
    port = free_port()
    arguments = [sys.executable, "-c", script, str(port), str(data), office.url]
    server = subprocess.Popen(arguments, env=dict(os.environ))  # noqa: S603 - our own interpreter
    client = httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}")
    deadline = time.monotonic() + 20
    while True:
        try:
            assert (await client.get("/healthz")).is_success
            return server, OfficeSide(client)
        except httpx.ConnectError:
            assert time.monotonic() < deadline
            assert server.poll() is None
            await asyncio.sleep(0.02)


async def test_a_killed_server_forgets_nothing(office: Office, tmp_path: Path) -> None:
    office.answers["accepted"].append(JSONResponse({}, 503))
    killed, departments = await start_server(tmp_path / "work.sqlite", office)
    try:
        await departments.dispatch()
        await wait_until(office.kinds)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
        await departments.client.aclose()
    server, departments = await start_server(tmp_path / "work.sqlite", office)
    try:
        events = await office.wait_for("accepted", "accepted", "claimed", "decided")
        assert events[0]["body"] == events[1]["body"]
        assert (await departments.stats())["executed"] == {"a1": 1}
    finally:
        server.terminate()
        server.wait()
        await departments.client.aclose()


async def test_a_server_whose_scheduler_ends_ends_with_it_to_be_started_again(office: Office, tmp_path: Path) -> None:
    broken = (
        "from deployments.reference_department import outbox\n"
        "take = outbox.take\n"
        "def take_nothing_due(*given):\n"
        "    if taken := take(*given):\n"
        "        raise LookupError(taken)\n"
        "    return taken\n"
        "outbox.take = take_nothing_due"
    )
    server, departments = await start_server(tmp_path / "work.sqlite", office, broken)
    try:
        assert (await departments.dispatch()).status_code == 202
        assert await asyncio.to_thread(server.wait, 10) == 1
    finally:
        server.kill()
        await departments.client.aclose()
    server, departments = await start_server(tmp_path / "work.sqlite", office)
    try:
        await office.wait_for("accepted", "claimed", "decided")
    finally:
        server.terminate()
        server.wait()
        await departments.client.aclose()


@given(st.integers(1, 10_000))
def test_the_wait_between_attempts_grows_to_a_cap_with_jitter(attempts: int) -> None:
    wait = RetryPolicy(first_seconds=1, cap_seconds=60).wait(attempts)
    longest = min(60.0, 2.0 ** min(attempts - 1, 10))
    assert longest / 2 <= wait <= longest


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (200, "{}", Outcome.DELIVERED),
        (204, "", Outcome.DELIVERED),
        (302, "", Outcome.REFUSED),
        (409, '{"type": "/problems/already-decided"}', Outcome.REFUSED),
        (409, '{"type": "/problems/prerequisites-open", "awaits": ["C01"]}', Outcome.PREREQUISITES_OPEN),
        (409, '{"type": "/problems/assignment-closed"}', Outcome.CLOSED),
        (409, "<html>", Outcome.REFUSED),
        (409, "[]", Outcome.REFUSED),
        (425, "", Outcome.FAILED),
        (502, "<html>", Outcome.FAILED),
    ],
)
def test_an_answer_ends_repeats_or_waits(status: int, body: str, outcome: Outcome) -> None:
    assert read_answer(httpx.Response(status, text=body)).outcome is outcome


@pytest.mark.parametrize(("given_", "seconds"), [("7", 7.0), ("999999", 3600.0), ("tomorrow", 0.0), ("-3", 0.0)])
def test_the_office_may_say_how_long_to_wait(given_: str, seconds: float) -> None:
    assert read_answer(httpx.Response(429, headers={"retry-after": given_})).retry_after == seconds
