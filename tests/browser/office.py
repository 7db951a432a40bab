"""The portal that a browser is pointed at, and what goes on in its office meanwhile."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import uuid4

import httpx
import orjson
import pytest
from sqlalchemy import insert, update
from sqlmodel import col

from casework import board_counting, drafts, messages, notices, runs, signing_in, tracking
from kit import signing
from kit.check_codes import ensure_check_code_secret
from kit.clock import now, wall_now
from kit.database import dispose_engine, transaction
from kit.file_links import ensure_file_link_secret
from kit.passwords import hash_password
from kit.settings import settings
from models import Person, Role
from rules.moves import SendMessage
from tests.conftest import person_row
from tests.portal.conftest import EVENTS, FORM, MATERIALS, token
from tests.portal.test_server import PROGRAM, ROOT

PASSWORD = "correct horse battery"
#: People beside those of every test's office.
STAFF = (
    ("chen", (Role.HEAD,), "MSB", True),
    ("ma", (Role.HANDLER,), "TAX", True),
    ("deng", (Role.HEAD,), "TAX", True),
    ("he", (Role.SUPERVISOR,), None, True),
)
#: Departments whose systems report here.
SYSTEMS = ("MSB", "EEB", "PSB", "TAX", "NRB", "DRC", "HSB", "MIB", "HPF")
Found = TypeVar("Found")


class Office:
    """A portal under ``url``; what its flow and its departments do is done from here."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._sessions: dict[str, str] = {}
        #: The tracking code of each application launched here.
        self.codes: dict[str, str] = {}
        self._api = httpx.Client(base_url=url, timeout=20)

    def launch(self, **changes: Any) -> str:
        """Launch an application as agent zhang, and do what the flow would do."""
        materials = MATERIALS.get(changes.get("journey", FORM["journey"]), [])
        form = {**FORM, "materials": materials, **changes}
        answer = self._api.post("/api/v1/applications", json=form, headers=token("zhang"))
        assert answer.status_code == 201, answer.text
        number = str(answer.json()["number"])
        self.codes[number] = str(answer.json()["tracking_code"])
        self.deliver(number)
        return number

    def report(self, number: str) -> dict[str, Any]:
        answer = self._api.get(f"/api/v1/applications/{number}", headers=token("zhang"))
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def line(self, number: str, item: str) -> dict[str, Any]:
        return next(line for line in self.report(number)["lines"] if line["item"] == item)

    def tell(self, number: str, item: str, act: str, **content: Any) -> None:
        """Report an event as the system of the department that has the item, signed."""
        line = self.line(number, item)
        event = {
            "specversion": "1.0",
            "id": uuid4().hex,
            "source": f"department/{line['department']}",
            "type": f"daiban.assignment.{act}",
            "subject": line["assignment"],
            "time": now().isoformat(),
            "datacontenttype": "application/json",
            "data": content,
        }
        body = orjson.dumps(event)
        signed = signing.sign(signing.department_secret(line["department"]), uuid4().hex, body)
        path = f"/api/v1/assignments/{line['assignment']}/events"
        answer = self._api.post(path, content=body, headers={"content-type": EVENTS, **signed})
        assert answer.status_code == 200, answer.text

    def grant(self, number: str, *items: str) -> None:
        for item in items:
            self.tell(number, item, "decided", decision="granted", document_number=f"〔2026〕{item}号")

    def go_first(self, number: str) -> None:
        """Put an application in the green channel, as its agent."""
        said = {"authority": "开原市人民政府", "document": "开政函〔2026〕3号", "reason": "省重点项目"}
        self._post(f"/api/v1/applications/{number}/green-channel", said)

    def appoint(self, number: str, item: str, planned_at: str) -> None:
        """Ask the department that has an item for an appointment, as the agent."""
        said = {"item": item, "planned_at": planned_at, "purpose": "on_site", "visitor": "刘晓", "place": "清河路12号"}
        self._post(f"/api/v1/applications/{number}/appointments", said)

    def bring(self, number: str, material: str, content: bytes) -> None:
        """Bring the content of a material, as the agent."""
        path, headers = f"/api/v1/applications/{number}/files", {**token("zhang"), "content-type": "application/pdf"}
        answer = self._api.post(path, params={"material": material}, content=content, headers=headers)
        assert answer.is_success, answer.text

    def summon(self, number: str) -> None:
        """Summon the departments that have something to a joint inspection, as the agent."""
        report = self.report(number)
        items = [line["item"] for line in report["lines"] if line["status"] == "received"]
        stage = next(stage["code"] for stage in report["stages"] if stage["lead"])
        said = {"kind": "inspection", "stage": stage, "items": items, "planned_at": "2026-03-04T09:00:00+08:00"}
        self._post(f"/api/v1/applications/{number}/sessions", {**said, "place": "开发区一号路"})

    def _post(self, path: str, said: dict[str, Any]) -> None:
        answer = self._api.post(path, json=said, headers=token("zhang"))
        assert answer.is_success, answer.text

    def deliver(self, number: str) -> None:
        """Do what the flow does until nothing is due."""
        aside(_delivered(number))

    def be_away(self, first: str, last: str, reason: str) -> None:
        """Record that the agent is away."""
        self._post("/api/v1/absences", {"first": first, "last": last, "reason": reason})

    def ask(self, asker: str, subject: str, number: str) -> None:
        """Record what the agent was asked."""
        self._post("/api/v1/enquiries", {"asker": asker, "subject": subject, "number": number})

    def visit_to(self, number: str) -> str:
        """Begin an applicant's visit to an application: its cookie."""
        return aside(_visiting(number, self.codes[number]))

    def count(self) -> None:
        """Count what boards show, as the watch does."""
        aside(_counted())

    def session_of(self, account: str) -> str:
        """Begin a session as signing in does, once for each account: its cookie."""
        if account not in self._sessions:
            self._sessions[account] = aside(_signed_in(account))
        return self._sessions[account]

    def end_session_of(self, account: str) -> None:
        aside(_signed_out(self._sessions.pop(account)))

    def draft_of(self, account: str, journey: str) -> str:
        """Begin an intake form as an agent, and return its id."""
        return aside(_begun(account, journey))

    def close(self) -> None:
        self._api.close()


def aside(work: Coroutine[Any, Any, Found]) -> Found:
    """Run something in an event loop of its own: the browser's has this thread."""

    async def alone() -> Found:
        try:
            return await work
        finally:
            await dispose_engine()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, alone()).result()


@contextmanager
def open_office(database: str, folder: Path, **more: str) -> Iterator[Office]:
    """Start a portal on a database, with ``more`` settings, furnish it, and stop it in the end."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    environment = {
        "DAIBAN_ENVIRONMENT": "local",
        "DAIBAN_DATABASE_URL": database,
        "DAIBAN_DATA_DIR": str(folder),
        "DAIBAN_PORTAL_URL": url,
        "DAIBAN_PREFECT_UI_URL": "http://127.0.0.1:4200",
        "DAIBAN_LOG_LEVEL": "WARNING",
        # A day in the middle of a published year: what the pages show of days is the same whenever this runs.
        "DAIBAN_CLOCK": "2026-03-02T09:00+08:00@1",
        "DAIBAN_CLOCK_ANCHOR": str(time.time()),
        **more,
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        settings.cache_clear()
        ensure_check_code_secret()
        ensure_file_link_secret()
        signing.ensure_department_secrets(SYSTEMS)
        aside(_furnish())
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-c", PROGRAM, str(port)], cwd=ROOT, env={"PATH": os.environ["PATH"], **environment}
        )
        opened = Office(url)
        try:
            _wait_until_ready(url, process)
            yield opened
        finally:
            opened.close()
            process.terminate()
            process.wait(20)
    settings.cache_clear()


def _wait_until_ready(url: str, process: "subprocess.Popen[bytes]") -> None:
    for _ in range(900):
        assert process.poll() is None, "the portal has stopped"
        try:
            if httpx.get(f"{url}/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    pytest.fail("the portal was not ready in 90 seconds")


async def _furnish() -> None:
    hashed = await hash_password(PASSWORD, "somebody")
    async with transaction() as session:
        await session.execute(insert(Person), [person_row(*person) for person in STAFF])
        await session.execute(update(Person).where(col(Person.active)).values(password_hash=hashed))


async def _delivered(number: str) -> None:
    while True:
        at: datetime = now()
        async with transaction() as session:
            plan, _ = await runs.observe(session, number, now=at)
            for move in plan.outside:
                if isinstance(move, SendMessage):
                    await messages.record_delivered(session, move.message, receipt_number="R", now=at)
                else:
                    await notices.deliver(session, [move.notice], now=at)
        if not plan.outside:
            return


async def _visiting(number: str, code: str) -> str:
    async with transaction() as session:
        return await tracking.visit(session, number, code, now=wall_now())


async def _counted() -> None:
    async with transaction() as session:
        await board_counting.count(session, now=now(), limit=100)


async def _signed_in(account: str) -> str:
    async with transaction() as session:
        token = await signing_in.sign_in(session, account, PASSWORD, source="127.0.0.1", now=wall_now())
    assert isinstance(token, str)
    assert not isinstance(token, signing_in.Refused), token
    return token


async def _begun(account: str, journey: str) -> str:
    async with transaction() as session:
        return str(await drafts.begin(session, account, journey, {}, now=now()))


async def _signed_out(token: str) -> None:
    async with transaction() as session:
        await signing_in.sign_out(session, token)
