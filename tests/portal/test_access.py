"""Who may use what: the document says what the code does, and every cell of it is called."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import httpx
import pytest
from fastapi import APIRouter, FastAPI
from sqlalchemy import insert, select
from sqlmodel import col

from casework import signing_in, tracking
from casework.people import token_digest
from kit import file_links, signing
from kit.clock import wall_now
from kit.database import transaction
from kit.settings import settings
from models import Person, PortalSession, Role
from portal import access
from portal.access import READERS, Nobody, Reader, Way
from rules.numbers import application_number
from tests.conftest import person_row
from tests.portal.conftest import EVENTS, FORM, Portal, token

DOCUMENT = Path(__file__).parents[2] / "docs" / "access.md"
SHA256 = "0" * 64
UNKNOWN = application_number("211282", date(2020, 1, 1), 1)
PASSWORD = "a long passphrase"
ORIGIN = {"Origin": "http://office"}
NOWHERE = UUID("00000000-0000-4000-8000-000000000000")
CELLS = re.compile(r"^\| ([A-Z]+) \| `([^`]+)` \| ([a-z ]+) \| (.*) \|$", re.MULTILINE)
ACCOUNTS = {
    Role.AGENT: "zhang",
    Role.STEWARD: "sun",
    Role.HANDLER: "wu",
    Role.HEAD: "chen",
    Role.MANAGER: "zhao",
    Role.SUPERVISOR: "feng",
    Role.ADMINISTRATOR: "qian",
}
#: What stands for a parameter of an address: well-formed, and of nothing that exists.
PARAMETERS = {"department": "TAX", "item": "E01", "year": "2026", "sha256": SHA256, "serial": "1"}


def cells() -> list[tuple[str, str, Way, dict[Reader, bool]]]:
    """Read the document: method, address, way, and for every reader whether they may."""
    found = []
    for method, path, way, marks in CELLS.findall(DOCUMENT.read_text(encoding="utf-8")):
        allowed = [mark == "●" for mark in marks.split(" | ")]
        found.append((method, path, Way(way), dict(zip(READERS, allowed, strict=True))))
    return found


def address(path: str, number: str) -> str:
    known = {"number": number, **PARAMETERS}
    # Whatever else an address names is some id: an unknown one, in either form.
    return re.sub(r"\{(\w+)(?::\w+)?\}", lambda found: known.get(found[1], str(NOWHERE)), path)


def test_the_document_is_what_the_code_says(made_app: FastAPI) -> None:
    written = DOCUMENT.read_text(encoding="utf-8")
    assert written == access.written(made_app), "write it again: .venv/bin/daiban protocol docs"


def test_a_route_without_a_gate_is_noticed() -> None:
    app, router = FastAPI(docs_url=None, redoc_url=None), APIRouter()

    @router.get("/secrets")
    async def show() -> None: ...

    app.include_router(router)
    with pytest.raises(LookupError, match="/secrets has no gate"):
        access.matrix(app)


def test_no_address_is_said_to_be_open_that_is_not_there(made_app: FastAPI) -> None:
    assert set(access.OPEN) <= {row.path for row in access.matrix(made_app)}


@pytest.fixture
async def staffed(portal: Portal, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person of every role, each signed in with the session ``session-of-<account>``."""
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()
    more = (("chen", (Role.HEAD,), "MSB", True), ("feng", (Role.SUPERVISOR,), None, True))
    async with transaction() as session:
        await signing_in.set_password(session, "zhang", PASSWORD)
        await session.execute(insert(Person), [person_row(*person) for person in more])
        for account in ACCOUNTS.values():
            person = await session.scalar(select(col(Person.id)).where(col(Person.account) == account))
            await session.execute(
                insert(PortalSession).values(
                    token_sha256=token_digest(f"session-of-{account}"),
                    person_id=person,
                    form_token="form-token",
                    began_at=wall_now(),
                    seen_at=wall_now(),
                )
            )


class Visitor:
    """Sends requests the way that a reader does."""

    def __init__(self, client: httpx.AsyncClient, reader: Reader, code: str) -> None:
        self.client, self.reader, self.code = client, reader, code

    async def send(self, method: str, path: str) -> httpx.Response:
        if path == "/sign-in" and method == "POST":
            return await self.client.post(path, data={"account": "zhang", "password": PASSWORD}, headers=ORIGIN)
        match self.reader:
            case Nobody.ANONYMOUS:
                return await self._ask(method, path)
            case Nobody.APPLICANT if path.startswith("/track/"):
                return await self._visit(method, path)
            case Nobody.APPLICANT:
                return await self._ask(method, path, {"Tracking-Code": self.code})
            case Nobody.DEPARTMENT:
                said = SHA256.encode() if method == "PUT" else b"{}"
                return await self._ask(method, path, signing.sign(signing.department_secret("MSB"), "m-1", said))
            case role:
                return await self._act(method, path, ACCOUNTS[role])

    async def _act(self, method: str, path: str, account: str) -> httpx.Response:
        if path.startswith("/api/"):
            return await self._ask(method, path, token(account))
        form = {"_token": "form-token"} if method == "POST" else None
        visit = {"Cookie": f"daiban=session-of-{account}", **ORIGIN}
        return await self.client.request(method, path, data=form, headers=visit)

    async def _visit(self, method: str, path: str) -> httpx.Response:
        number = path.split("/")[2]
        async with transaction() as session:
            visit = await tracking.visit(session, number, self.code, now=wall_now())
        async with transaction() as session:
            found = await tracking.visitor(session, visit, number, now=wall_now())
        assert found is not None
        form = {"_token": found.form_token} if method == "POST" else None
        sent = {"Cookie": f"daiban-applicant={visit}", **ORIGIN}
        return await self.client.request(method, path, data=form, headers=sent)

    async def _ask(self, method: str, path: str, headers: Mapping[str, str] = MappingProxyType({})) -> httpx.Response:
        if method == "GET":
            return await self.client.get(path, headers=headers)
        return await self.client.request(
            method, path, content=b"{}", headers={"content-type": EVENTS, **ORIGIN, **headers}
        )


def passes(answer: httpx.Response, way: Way) -> bool:
    """Tell whether somebody passed the gate, whatever became of their request behind it."""
    if answer.status_code == 303 and answer.headers["location"].startswith(("/sign-in?", "/track?")):
        return False
    if way is Way.CODE and answer.url.path.startswith("/api/"):
        # A wrong code is answered as an application that does not exist, a missing one as a missing header.
        return answer.status_code != 404 and "Tracking-Code" not in answer.text
    if way is Way.LINK:
        return answer.status_code not in (403, 422)
    return answer.status_code not in (401, 403)


@pytest.mark.parametrize("reader", READERS)
async def test_every_cell_is_as_the_document_says(portal: Portal, staffed: None, reader: Reader) -> None:
    launched = (await portal.post("/api/v1/applications", FORM)).json()
    link, _ = file_links.link(SHA256, NOWHERE, "MSB")
    wrong = []
    async with httpx.AsyncClient(transport=portal.client._transport, base_url="http://office") as client:
        visitor = Visitor(client, reader, launched["tracking_code"])
        for method, path, way, allowed in cells():
            # Only who may track an application is asked about one that exists: nothing else here finds anything.
            target = address(path, launched["number"] if way is Way.CODE else UNKNOWN)
            if way is Way.LINK and reader is Nobody.DEPARTMENT:
                target = link
            answer = await visitor.send(method, target)
            if passes(answer, way) != allowed[reader]:
                wrong.append((method, path, answer.status_code, answer.text[:120]))
    assert wrong == []
