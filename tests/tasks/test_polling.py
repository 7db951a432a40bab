"""Asking a department for its news over a real socket: each event has its effect once, and none is lost unseen."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from kit import clock
from kit.database import transaction
from kit.department_http import close_department_clients
from kit.settings import settings
from kit.signing import department_secrets, ensure_department_secrets, sign, verify
from portal.events import read_event
from tasks.polling import ask_departments
from tests.conftest import Databases
from tests.deployments.relay_office import Office, open_office

GRANTED = {"decision": "granted", "document_number": "〔2026〕1号"}


class Bureau:
    """A department that is asked: a list of events, ten of them a page, and the number of the last as cursor."""

    def __init__(self) -> None:
        self.events: list[Any] = []
        self.asked: list[str | None] = []
        self.signed = True
        self.page = 10

    def event(self, subject: UUID | str, act: str, content: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": uuid4().hex,
            "source": "department/MSB",
            "type": f"daiban.assignment.{act}",
            "subject": str(subject),
            "time": clock.now().isoformat(),
            "datacontenttype": "application/json",
            "data": content,
            **changes,
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        target = head.split(" ", 2)[1]
        given = dict(line.split(": ", 1) for line in head.split("\r\n")[1:] if line)
        verify(department_secrets("MSB"), given, b"")
        after = httpx.URL(f"http://x{target}").params.get("after")
        self.asked.append(after)
        begin = int(after or 0)
        page = self.events[begin : begin + self.page]
        body = orjson.dumps({"events": page, "cursor": str(begin + len(page))})
        headers = sign(department_secrets("MSB"), uuid4().hex, body) if self.signed else {}
        lines = ["HTTP/1.1 200 OK", f"content-length: {len(body)}", "connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        await writer.drain()
        writer.close()


@asynccontextmanager
async def listening(bureau: Bureau) -> AsyncIterator[str]:
    server = await asyncio.start_server(bureau.serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Office]:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_POLL_SECONDS", "0.001")
    async with open_office(database, monkeypatch) as office:
        await office.execute("DELETE FROM department_endpoints")
        await office.execute("UPDATE departments SET channel = 'poll' WHERE code = 'MSB'")
        ensure_department_secrets(["MSB"])
        yield office
        await close_department_clients()


@pytest.fixture
async def bureau(office: Office, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bureau]:
    made = Bureau()
    async with listening(made) as url:
        monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", url)
        settings.cache_clear()
        yield made


@pytest.fixture
async def assignment(office: Office) -> UUID:
    async with office.desk() as desk:
        number = await desk.launch("J5")
        await desk.deliver(number)
        return await desk.assignment(number, "E01")


async def steps() -> list[str]:
    async with transaction() as session:
        return list(await session.scalars(text("SELECT kind FROM step_records ORDER BY serial")))


async def endpoint() -> Any:
    async with transaction() as session:
        return (await session.execute(text("SELECT * FROM department_endpoints WHERE department = 'MSB'"))).one()


async def test_news_is_taken_in_as_callbacks_are_and_once(bureau: Bureau, assignment: UUID) -> None:
    bureau.page = 2
    bureau.events = [
        bureau.event(assignment, "accepted", {}),
        bureau.event(assignment, "claimed", {"handler": "王芳"}),
        bureau.event(assignment, "decided", GRANTED),
    ]

    assert await ask_departments(read_event) == 3
    assert bureau.asked == [None, "2", "3"]
    async with transaction() as session:
        await session.execute(text("UPDATE department_endpoints SET cursor = NULL"))  # as after a crash
    assert await ask_departments(read_event) == 3

    recorded = await steps()
    assert [recorded.count(kind) for kind in ("decision.granted", "decision.repeated", "event.refused")] == [1, 0, 0]
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM department_events")) == 3
    assert await ask_departments(read_event) == 0
    assert bureau.asked[-1] == "3"


async def test_what_is_refused_is_a_step_and_stops_nothing(bureau: Bureau, assignment: UUID) -> None:
    bureau.events = [
        bureau.event(assignment, "hold_ended", {}),
        bureau.event(assignment, "sings", {}),
        bureau.event(uuid4(), "accepted", {}),
        bureau.event("nothing", "accepted", {}),
        bureau.event(assignment, "decided", GRANTED),
        bureau.event(assignment, "decided", {"decision": "granted", "document_number": "〔2026〕别号"}),
    ]

    assert await ask_departments(read_event) == 6

    recorded = await steps()
    assert recorded.count("event.refused") == 2
    assert recorded.count("decision.granted") == 1
    assert recorded.count("decision.contradicted") == 1


async def test_a_department_is_asked_once_in_its_interval(
    bureau: Bureau, assignment: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_POLL_SECONDS", "60")
    settings.cache_clear()
    await asyncio.gather(*(ask_departments(read_event) for _ in range(3)))
    assert len(bureau.asked) == 1


async def test_unsigned_news_is_no_news(bureau: Bureau, assignment: UUID) -> None:
    bureau.signed = False
    bureau.events = [bureau.event(assignment, "decided", GRANTED)]

    assert await ask_departments(read_event) == 0

    assert "decision.granted" not in await steps()
    found = await endpoint()
    assert (found.failures, found.cursor, "GarbledAnswerError" in found.last_error) == (1, None, True)


@pytest.mark.parametrize("page", [[], {"events": {}, "cursor": "1"}, {"events": [1], "cursor": "1"}, {"events": []}])
async def test_a_page_that_is_none_is_left(
    bureau: Bureau, assignment: UUID, page: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(orjson, "dumps", lambda *_, _dumps=orjson.dumps, **__: _dumps(page))
    assert await ask_departments(read_event) == 0
    assert (await endpoint()).failures == 1


async def test_a_department_that_is_left_alone_is_not_asked(bureau: Bureau, assignment: UUID) -> None:
    async with transaction() as session:
        await session.execute(
            text(
                "INSERT INTO department_endpoints (department, failures, probes, opened_at, probe_at)"
                " VALUES ('MSB', 5, 0, now(), now() + interval '1 minute')"
            )
        )
    assert await ask_departments(read_event) == 0
    assert bureau.asked == []
