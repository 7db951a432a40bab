"""Delivering a message to a department: what each answer of its system means for us."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID, uuid4

import httpx
import pytest

from casework.messages import OutgoingMessage
from kit.signing import department_secrets as secrets_of
from kit.signing import ensure_department_secrets, verify
from rules.vocabulary import MessageKind
from tasks import departments
from tasks.departments import DepartmentRefusedError
from tasks.policy import is_transient
from tests.rules.networks import network_item

Handler = Callable[[httpx.Request], httpx.Response]


@pytest.fixture
def outgoing() -> OutgoingMessage:
    return OutgoingMessage(
        id=uuid4(),
        kind=MessageKind.DISPATCHED,
        application_id=1,
        application="DB-211282-20260302-00001-X",
        assignment=UUID(int=7),
        department="HCB",
        channel="push",
        endpoint="{departments}/HCB",
        item=network_item("C04"),
        round=1,
        awaits=("C03",),
        project="厂房",
        applicant="开原某公司",
        credit_code="91211282MA0KYF01X8",
        provided=frozenset(),
        body={},
        created_at=datetime(2026, 3, 2, 1, tzinfo=UTC),
        settled=False,
    )


@pytest.fixture
def department(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> Callable[[Handler], None]:
    """Put a department's system behind the shared client."""
    monkeypatch.setenv("DAIBAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", "http://departments.test")
    departments.settings.cache_clear()
    ensure_department_secrets(["HCB"])

    def install(handler: Handler) -> None:
        client = httpx.AsyncClient(transport=httpx.MockTransport(handler))
        monkeypatch.setattr(departments, "shared_client", lambda: client)

    yield install  # type: ignore[misc]
    departments.settings.cache_clear()


async def test_a_dispatch_is_signed_and_carries_its_id_as_the_idempotency_key(
    outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    seen: list[httpx.Request] = []

    def accept(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(202, json={"receipt_number": "SJ-1"})

    department(accept)

    assert await departments._deliver(outgoing) == "SJ-1"
    (request,) = seen
    assert str(request.url) == "http://departments.test/HCB/assignments"
    assert request.headers["Idempotency-Key"] == str(outgoing.id)
    assert verify(secrets_of("HCB"), request.headers, request.content) == str(outgoing.id)
    body = json.loads(request.content)
    assert body["type"] == "daiban.assignment.dispatched"
    assert body["data"]["awaits"] == ["C03"]
    assert body["data"]["callback"].endswith(f"/api/v1/assignments/{outgoing.assignment}/events")


async def test_later_messages_go_to_the_assignment_they_are_about(
    outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    paths = []

    def accept(request: httpx.Request) -> httpx.Response:
        paths.append(request.url.path)
        return httpx.Response(202, json={})

    department(accept)

    assert await departments._deliver(replace(outgoing, kind=MessageKind.CANCELLED)) is None
    assert paths == [f"/HCB/assignments/{outgoing.assignment}/messages"]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
async def test_trouble_that_passes_is_worth_another_attempt(
    status: int, outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: httpx.Response(status))

    with pytest.raises(httpx.HTTPStatusError) as raised:
        await departments._deliver(outgoing)
    assert is_transient(raised.value)


@pytest.mark.parametrize("status", [400, 409, 413, 422])
async def test_a_refusal_goes_to_a_person(
    status: int, outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: httpx.Response(status))

    with pytest.raises(httpx.HTTPStatusError) as raised:
        await departments._deliver(outgoing)
    assert not is_transient(raised.value)


@pytest.mark.parametrize("trouble", [httpx.ConnectError, httpx.ReadTimeout, httpx.RemoteProtocolError])
async def test_no_answer_is_worth_another_attempt(
    trouble: type[httpx.TransportError], outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise trouble("no", request=request)

    department(fail)

    with pytest.raises(trouble) as raised:
        await departments._deliver(outgoing)
    assert is_transient(raised.value)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(302, headers={"Location": "http://elsewhere.test/"}),
        httpx.Response(202, content=b"not json"),
        httpx.Response(202, json={"number": "SJ-1"}),
        httpx.Response(202, json=["SJ-1"]),
    ],
    ids=["redirect", "no json", "no receipt number", "not an object"],
)
async def test_an_answer_that_breaks_the_protocol_is_a_refusal(
    answer: httpx.Response, outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: answer)

    with pytest.raises(DepartmentRefusedError):
        await departments._deliver(outgoing)


async def test_an_inbox_department_needs_no_request(outgoing: OutgoingMessage) -> None:
    assert await departments._deliver(replace(outgoing, channel="inbox", endpoint=None)) is None


async def test_a_channel_that_is_not_open_is_a_refusal_not_a_silent_wait(outgoing: OutgoingMessage) -> None:
    with pytest.raises(DepartmentRefusedError, match="poll"):
        await departments._deliver(replace(outgoing, channel="poll"))
