"""One look of an application's flow: what each department answers, and that none of them keeps another waiting."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from prefect.client.schemas.objects import State
from prefect.exceptions import Pause
from prefect.states import exception_to_failed_state
from sqlalchemy import Row, text

from flows import project_application as life
from flows.errands import Errands
from flows.project_application import project_application
from kit.database import transaction
from kit.signing import ensure_department_secrets
from tasks import applicants, applications, channels, departments
from tests.conftest import Databases
from tests.deployments.relay_office import Office, open_office

Answer = Callable[[httpx.Request], httpx.Response]
_SEND = departments.send.fn


async def as_task_run(message: UUID, label: str, return_state: bool) -> State[Any]:
    """What Prefect makes of the task: the state it returns, or Failed with what it raised."""
    assert return_state
    try:
        return await _SEND(message, label)
    except Exception as error:
        return await exception_to_failed_state(error)


class Correspondence:
    """An application with a registered enterprise, and the systems of the departments it is sent to next."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.answers: dict[str, Answer] = {}
        self.asked: list[str] = []

    async def registered(self) -> str:
        async with self.office.desk() as desk:
            number = await desk.launch("J5")
            await desk.deliver(number)
            await desk.grant(number, "E01")
        return number

    async def answer(self, request: httpx.Request) -> httpx.Response:
        department = request.url.path.split("/")[1]
        self.asked.append(department)
        return self.answers.get(department, lambda _: httpx.Response(202, json={"receipt_number": "SJ-1"}))(request)

    async def messages(self) -> dict[str, Row[Any]]:
        """The messages that wait for their answer or have it, by department."""
        query = """SELECT m.department, m.sent_at, m.retry_at, m.rejected_at, m.last_error, s.status
                     FROM department_messages m JOIN assignments s ON s.id = m.assignment_id WHERE s.item <> 'E01'"""
        async with transaction() as session:
            return {row.department: row for row in await session.execute(text(query))}


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    """A furnished database for the tests of this file, each of which leaves it as it found it."""
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def sent(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Correspondence]:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", "http://departments.test")
    async with open_office(database, monkeypatch) as office:
        made = Correspondence(office)
        async with transaction() as session:
            # What the test before taught about the endpoints is forgotten.
            await session.execute(text("DELETE FROM department_endpoints"))
            ensure_department_secrets((await session.scalars(text("SELECT code FROM departments"))).all())
        async with httpx.AsyncClient(transport=httpx.MockTransport(made.answer)) as client:
            monkeypatch.setattr(channels, "department_client", lambda _: client)
            monkeypatch.setattr(departments, "send", as_task_run)
            monkeypatch.setattr(applicants, "notify", applicants.notify.fn)
            yield made


async def suspended(number: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Let the flow go on until it waits, and tell what for."""
    waiting = []

    async def leave(message: str) -> None:
        waiting.append(message)
        raise Pause

    monkeypatch.setattr(life, "suspend", leave)
    with pytest.raises(Pause):
        await project_application.fn(number)
    return waiting[0]


async def test_a_held_and_a_rejected_message_stop_neither_the_others_nor_the_run(
    sent: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await sent.registered()
    sent.answers = {"PSB": lambda _: httpx.Response(503), "TAX": lambda _: httpx.Response(422)}

    waiting = await suspended(number, monkeypatch)

    messages = await sent.messages()
    held, rejected = messages.pop("PSB"), messages.pop("TAX")
    assert (held.sent_at, held.rejected_at, held.retry_at is None) == (None, None, False)
    assert (rejected.sent_at, rejected.rejected_at is None, rejected.retry_at) == (None, False, None)
    assert len(messages) >= 2
    assert [message.status for message in messages.values()] == ["received"] * len(messages)
    assert waiting
    assert sorted(sent.asked).count("TAX") == 1  # a person must look first


async def test_an_unexpected_failure_ends_the_run_but_not_the_deliveries_beside_it(sent: Correspondence) -> None:
    number = await sent.registered()

    def break_down(_: httpx.Request) -> httpx.Response:
        raise LookupError("a mistake of ours")

    sent.answers = {"PSB": break_down}
    async with Errands() as errands:
        errands.begin(await applications.observe(number))
        with pytest.raises(LookupError, match="a mistake of ours"):
            await errands.settle()

    assert not errands.under_way
    assert len(sent.asked) >= 3
    message = (await sent.messages())["PSB"]
    assert (message.sent_at, message.rejected_at, message.retry_at) == (None, None, None)


async def test_the_flow_itself_fails_with_what_was_not_expected(sent: Correspondence) -> None:
    number = await sent.registered()

    def break_down(_: httpx.Request) -> httpx.Response:
        raise LookupError("a mistake of ours")

    sent.answers = {"PSB": break_down}

    with pytest.raises(LookupError):
        await project_application.fn(number)


@pytest.mark.parametrize("status", [301, 401, 403, 404, 408, 425, 429, 500, 503])
async def test_a_department_that_is_being_mended_is_tried_again(
    status: int, sent: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await sent.registered()
    sent.answers = {"PSB": lambda _: httpx.Response(status)}

    await suspended(number, monkeypatch)

    message = (await sent.messages())["PSB"]
    assert (message.rejected_at, message.retry_at is None, message.status) == (None, False, "opened")
    assert str(status) in message.last_error


@pytest.mark.parametrize("status", [400, 409, 413, 422])
async def test_a_refusal_is_not_tried_again(status: int, sent: Correspondence, monkeypatch: pytest.MonkeyPatch) -> None:
    number = await sent.registered()
    sent.answers = {"PSB": lambda _: httpx.Response(status, headers={"Location": "http://elsewhere.test"})}

    await suspended(number, monkeypatch)

    message = (await sent.messages())["PSB"]
    assert (message.rejected_at is None, message.retry_at, message.status) == (False, None, "opened")


@pytest.mark.parametrize("number", ["", "S" * 201, "SJ\n1", "SJ\x001", "SJ\u202e1"])
async def test_a_receipt_number_that_cannot_be_stored_or_shown_proves_nothing(
    number: str, sent: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = await sent.registered()
    sent.answers = {"PSB": lambda _: httpx.Response(202, json={"receipt_number": number})}

    await suspended(application, monkeypatch)

    message = (await sent.messages())["PSB"]
    assert (message.rejected_at, message.retry_at is None, message.status) == (None, False, "opened")
    assert "收件编号" in message.last_error


async def test_the_longest_receipt_number_is_taken(sent: Correspondence, monkeypatch: pytest.MonkeyPatch) -> None:
    application = await sent.registered()
    sent.answers = {"PSB": lambda _: httpx.Response(202, json={"receipt_number": "收" * 200})}

    await suspended(application, monkeypatch)

    assert (await sent.messages())["PSB"].status == "received"


async def test_an_application_that_is_delivered_ends_its_run(
    sent: Correspondence, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await sent.registered()
    await suspended(number, monkeypatch)
    async with sent.office.desk() as desk:
        await desk.grant(number, "E02", "E03", "E04", "E05", "E06")

    ended = await project_application.fn(number)

    assert (ended.is_completed(), ended.message) == (True, "准予许可")
