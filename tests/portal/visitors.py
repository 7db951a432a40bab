"""Everybody who may come to the portal, each in their own way, and the matrix of who may use what as documented."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from types import MappingProxyType
from uuid import UUID

import httpx
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework import signing_in, tracking
from casework.people import token_digest
from kit import signing
from kit.clock import wall_now
from kit.database import transaction
from models import Applicant, Person, PortalSession, Role
from portal.access import READERS, Nobody, Reader, Way
from rules.numbers import application_number
from tests.conftest import person_row
from tests.portal.conftest import EVENTS, token

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


async def sign_everybody_in() -> None:
    """Let a person of every role be signed in, with the session ``session-of-<account>``."""
    more = (("chen", (Role.HEAD,), "MSB", True), ("feng", (Role.SUPERVISOR,), None, True))
    async with transaction() as session:
        await signing_in.set_password(session, "zhang", PASSWORD)
        await session.execute(insert(Person), [person_row(*person) for person in more])
        for account in ACCOUNTS.values():
            await begin_session(session, account)


async def begin_session(session: AsyncSession, account: str) -> None:
    """Let somebody be signed in, without the time that a password takes."""
    row = {"token_sha256": token_digest(f"session-of-{account}"), "form_token": "form-token"}
    row["person_id"] = await session.scalar(select(col(Person.id)).where(col(Person.account) == account))
    await session.execute(insert(PortalSession).values(**row, began_at=wall_now(), seen_at=wall_now()))


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
        found: tracking.Visitor | tracking.Identified | None
        async with transaction() as session:
            if number == "mine":
                applicant = await session.scalar(select(col(Applicant.id)).limit(1))
                visit = await tracking.visit_as(session, applicant, id_token=None, now=wall_now())
                found = await tracking.identified(session, visit, now=wall_now())
            else:
                visit = await tracking.visit(session, number, self.code, now=wall_now())
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
