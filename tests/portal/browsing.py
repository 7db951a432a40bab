"""A browser in front of the pages, signed in without the password's slow check, and what it finds on a page."""

import re
import secrets
from typing import Any

import httpx
from sqlalchemy import insert, text

from casework.people import token_digest
from kit.clock import wall_now
from kit.database import transaction
from models import Person, PortalSession, Role
from tests.conftest import person_row
from tests.portal.conftest import Portal

ORIGIN = {"Origin": "http://office"}


class Visitor:
    """Somebody who has signed in."""

    def __init__(self, portal: Portal, token: str) -> None:
        transport = portal.client._transport
        self.client = httpx.AsyncClient(transport=transport, base_url="http://office", cookies={"daiban": token})

    async def get(self, path: str) -> httpx.Response:
        return await self.client.get(path)

    async def see(self, path: str) -> str:
        answer = await self.client.get(path)
        assert answer.status_code == 200, (path, answer.status_code, answer.text[:500])
        return answer.text

    async def send(self, page: str, path: str, **form: Any) -> httpx.Response:
        """Send a form with the token of a page, as a browser does."""
        token = re.findall(r'name="_token" value="([^"]+)"', await self.see(page))[0]
        return await self.client.post(path, data={"_token": token, **form}, headers=ORIGIN)


async def visitor(portal: Portal, account: str) -> Visitor:
    """Sign somebody in who is registered."""
    token = secrets.token_urlsafe(16)
    async with transaction() as session:
        person = await session.scalar(text("SELECT id FROM people WHERE account = :account"), {"account": account})
        row = {"token_sha256": token_digest(token), "person_id": person, "form_token": secrets.token_urlsafe(16)}
        await session.execute(insert(PortalSession), {**row, "began_at": wall_now(), "seen_at": wall_now()})
    return Visitor(portal, token)


async def registered(*people: tuple[str, Role, str | None]) -> None:
    """Register people who are not among those every test has."""
    async with transaction() as session:
        rows = [person_row(account, (role,), department, True) for account, role, department in people]
        await session.execute(insert(Person), rows)
