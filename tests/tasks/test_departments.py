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
from tasks import channels, departments
from tasks.policy import GarbledAnswerError, RedirectedError, Trouble, is_transient, retry_after, trouble
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
        monkeypatch.setattr(channels, "department_client", lambda _: client)

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


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        *((status, Trouble.PASSING) for status in (408, 425, 500, 502, 503, 504)),
        (429, Trouble.BUSY),
        *((status, Trouble.MISCONFIGURED) for status in (401, 403, 404)),
        *((status, Trouble.REFUSED) for status in (400, 409, 413, 422)),
    ],
)
async def test_a_status_tells_what_kind_of_trouble_it_is(
    status: int, kind: Trouble, outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: httpx.Response(status))

    with pytest.raises(httpx.HTTPStatusError) as raised:
        await departments._deliver(outgoing)
    assert trouble(raised.value) is kind
    assert is_transient(raised.value) is (kind is Trouble.PASSING)


async def test_a_department_that_is_away_and_says_until_when_is_busy(
    outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: httpx.Response(503, headers={"Retry-After": "30"}))

    with pytest.raises(httpx.HTTPStatusError) as raised:
        await departments._deliver(outgoing)
    assert trouble(raised.value) is Trouble.BUSY


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (httpx.ConnectError, Trouble.PASSING),
        (httpx.RemoteProtocolError, Trouble.PASSING),
        (httpx.ReadTimeout, Trouble.SLOW),
        (httpx.ConnectTimeout, Trouble.SLOW),
        (httpx.PoolTimeout, Trouble.SLOW),
    ],
)
async def test_no_answer_tells_what_kind_of_trouble_it_is(
    error: type[httpx.TransportError],
    kind: Trouble,
    outgoing: OutgoingMessage,
    department: Callable[[Handler], None],
) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise error("no", request=request)

    department(fail)

    with pytest.raises(error) as raised:
        await departments._deliver(outgoing)
    assert trouble(raised.value) is kind


def test_a_mistake_of_ours_is_no_departments_trouble() -> None:
    assert trouble(LookupError("a mistake of ours")) is None


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("999999", 3600),
        ("9" * 20, None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("Fri, 01 Jan 1999 00:00:00 GMT", 1),
        ("Fri, 01 Jan 2100 00:00:00 GMT", 3600),
    ],
)
def test_a_department_may_ask_for_a_rest_within_bounds(header: str, seconds: float | None) -> None:
    request = httpx.Request("POST", "https://department.test/")
    answer = httpx.Response(429, headers={"Retry-After": header}, request=request)

    assert retry_after(httpx.HTTPStatusError("429", request=request, response=answer)) == seconds


async def test_a_redirect_is_not_followed(outgoing: OutgoingMessage, department: Callable[[Handler], None]) -> None:
    department(lambda _: httpx.Response(302, headers={"Location": "http://elsewhere.test/"}))

    with pytest.raises(RedirectedError) as raised:
        await departments._deliver(outgoing)
    assert trouble(raised.value) is Trouble.MISCONFIGURED


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(202, content=b"not json"),
        httpx.Response(202, json={"number": "SJ-1"}),
        httpx.Response(202, json=["SJ-1"]),
    ],
    ids=["no json", "no receipt number", "not an object"],
)
async def test_an_answer_that_breaks_the_protocol_proves_nothing(
    answer: httpx.Response, outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: answer)

    with pytest.raises(GarbledAnswerError) as raised:
        await departments._deliver(outgoing)
    assert trouble(raised.value) is Trouble.GARBLED


async def test_an_inbox_department_needs_no_request(outgoing: OutgoingMessage) -> None:
    assert await departments._deliver(replace(outgoing, channel="inbox", endpoint=None)) is None


async def test_a_department_that_is_asked_for_news_gets_its_assignments_like_any_other(
    outgoing: OutgoingMessage, department: Callable[[Handler], None]
) -> None:
    department(lambda _: httpx.Response(202, json={"receipt_number": "SJ-1"}))

    assert await departments._deliver(replace(outgoing, channel="poll")) == "SJ-1"
