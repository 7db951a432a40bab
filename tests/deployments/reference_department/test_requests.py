"""A request that is not ours, not readable or not for this department is refused with its reason."""

import asyncio
import json
import sqlite3
from collections.abc import Awaitable, Callable

import httpx
import pytest

from deployments.reference_department import intake, outbox
from kit import signing
from tests.deployments.reference_department.conftest import Departments, Json, dispatched

Open = Callable[..., Awaitable[Departments]]


@pytest.fixture
async def departments(open_departments: Open) -> Departments:
    return await open_departments("silent")


def problem_of(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    problem: Json = answer.json()
    assert problem["status"] == answer.status_code
    return answer.status_code, problem["type"].removeprefix("/problems/")


async def test_a_foreign_signature_is_refused_and_nothing_is_recorded(departments: Departments) -> None:
    body = json.dumps(departments.event("dispatched", "a1", dispatched(), "k")).encode()
    headers = signing.sign(signing.new_secret(), "k", body) | {"idempotency-key": "k"}
    answer = await departments.client.post("/HCB/assignments", content=body, headers=headers)
    assert problem_of(answer) == (401, "bad-signature")
    assert answer.json()["reason"] == "mismatch"
    assert (await departments.stats())["deliveries"] == {}


async def test_a_changed_body_is_refused(departments: Departments) -> None:
    body = json.dumps(departments.event("dispatched", "a1", dispatched(), "k")).encode()
    headers = signing.sign(signing.department_secret("HCB"), "k", body) | {"idempotency-key": "k"}
    answer = await departments.client.post("/HCB/assignments", content=body + b" ", headers=headers)
    assert problem_of(answer) == (401, "bad-signature")


@pytest.mark.parametrize("department", ["XYZ", "hcb", "..%2Fapi-token"])
async def test_an_unknown_department_is_not_found(departments: Departments, department: str) -> None:
    answer = await departments.client.post(f"/{department}/assignments", content=b"{}")
    assert answer.status_code == 404


async def test_a_body_over_one_mebibyte_is_refused_before_it_is_read(departments: Departments) -> None:
    answer = await departments.client.post("/HCB/assignments", content=b" " * (1024 * 1024 + 1))
    assert problem_of(answer) == (413, "too-large")


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"round": 0}, ["data", "round"]),
        ({"callback": "nowhere"}, ["data", "callback"]),
        ({"limits": {}}, ["data", "limits", "legal"]),
    ],
)
async def test_an_invalid_body_is_refused_with_the_place(
    departments: Departments, changes: Json, place: list[str]
) -> None:
    answer = await departments.dispatch(**changes)
    assert problem_of(answer) == (422, "invalid-message")
    assert place in [finding["loc"] for finding in answer.json()["errors"]]


async def test_a_body_that_is_no_json_is_refused(departments: Departments) -> None:
    headers = signing.sign(signing.department_secret("HCB"), "k", b"<xml/>") | {"idempotency-key": "k"}
    answer = await departments.client.post("/HCB/assignments", content=b"<xml/>", headers=headers)
    assert problem_of(answer) == (422, "invalid-message")


async def test_a_message_of_a_type_of_tomorrow_is_taken_and_one_that_is_not_ours_refused(
    departments: Departments,
) -> None:
    answer = await departments.tell("of_tomorrow", {})
    assert (answer.status_code, answer.json()) == (202, {})
    foreign = {**departments.event("cancelled", "a1", {"reason": "x"}), "type": "other.kind"}
    assert problem_of(await departments.post("/HCB/assignments/a1/messages", foreign)) == (422, "invalid-message")


async def test_a_message_for_another_assignment_than_its_address_is_refused(departments: Departments) -> None:
    event = departments.event("cancelled", "a2", {"reason": "x"})
    assert problem_of(await departments.post("/HCB/assignments/a1/messages", event)) == (422, "invalid-message")


async def test_a_dispatch_for_another_department_than_its_address_is_refused(departments: Departments) -> None:
    event = departments.event("dispatched", "a1", dispatched(department="EEB"))
    assert problem_of(await departments.post("/HCB/assignments", event)) == (422, "invalid-message")


async def test_the_idempotency_key_must_be_the_signed_message_id(departments: Departments) -> None:
    body = json.dumps(departments.event("dispatched", "a1", dispatched(), "k")).encode()
    headers = signing.sign(signing.department_secret("HCB"), "k", body) | {"idempotency-key": "other"}
    answer = await departments.client.post("/HCB/assignments", content=body, headers=headers)
    assert problem_of(answer) == (422, "invalid-message")


async def test_a_key_used_for_another_assignment_is_refused(departments: Departments) -> None:
    await departments.dispatch("a1", key="k")
    assert problem_of(await departments.dispatch("a2", key="k")) == (422, "key-reused")
    assert (await departments.stats())["deliveries"] == {"k": 1}


async def test_a_healthy_server_says_so(departments: Departments) -> None:
    answer = await departments.client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


async def test_a_server_that_sends_nothing_any_more_is_not_healthy(
    open_departments: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    def defect(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(outbox, "take", defect)
    departments = await open_departments("approve")
    while (answer := await departments.client.get("/healthz")).is_success:
        await asyncio.sleep(0.003)
    assert problem_of(answer) == (503, "scheduler-stopped")


async def test_trouble_with_the_file_asks_for_another_attempt(
    departments: Departments, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(intake, "receive", fail)
    assert problem_of(await departments.dispatch(key="k")) == (503, "store-trouble")
