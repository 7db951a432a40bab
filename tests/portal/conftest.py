"""The portal over ASGI on a database of each test's own, departments that sign, and a flow that delivers at once."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import orjson
import pytest
from fastapi import FastAPI

from casework import catalogs, messages, notices, runs
from kit import signing
from kit.check_codes import ensure_check_code_secret
from kit.database import transaction
from kit.file_links import ensure_file_link_secret
from kit.settings import settings
from portal import tracking
from portal.app import create_app
from portal.dependencies import current_time
from portal.traffic import Attempts
from rules.catalog import ItemCode
from rules.moves import SendMessage
from rules.workdays import SHANGHAI

MONDAY = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
ENTERPRISE = ["股东身份证明", "章程", "经办人实名", "住所使用文件"]
#: What the applicant brings to the journeys that the tests launch most.
MATERIALS = {"J5": [*ENTERPRISE, "职工名册"], "J3": [*ENTERPRISE, "布局与操作流程图", "食品安全管理制度"]}
FORM = {
    "journey": "J5",
    "applicant_name": "开原市清河餐饮有限公司",
    "credit_code": "91211282MA0KYF01X8",
    "project_name": "清河路项目",
    "materials": MATERIALS["J5"],
}
EVENTS = "application/cloudevents+json"


class Portal:
    """A client of the portal that may speak for anybody."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client
        self.now = MONDAY

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)

    async def get(self, path: str, account: str | None = "zhang", **options: Any) -> httpx.Response:
        return await self.client.get(path, headers=token(account), **options)

    async def post(self, path: str, content: Any, account: str | None = "zhang", **headers: str) -> httpx.Response:
        given = {**token(account), **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await self.client.post(path, json=content, headers=given)

    async def launch(self, **changes: Any) -> str:
        materials = MATERIALS.get(changes.get("journey", FORM["journey"]), [])
        answer = await self.post("/api/v1/applications", {**FORM, "materials": materials, **changes})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["number"])

    async def amend(self, item: str, **terms: Any) -> None:
        """Publish the catalog anew with other terms of an item."""
        async with transaction() as session:
            _, catalog = await catalogs.newest(session)
            code = ItemCode(item)
            changed = replace(catalog.items[code], terms=replace(catalog.items[code].terms, **terms))
            items = {**catalog.items, code: changed}
            await catalogs.publish(session, replace(catalog, items=items), now=self.now)

    async def report(self, number: str) -> dict[str, Any]:
        answer = await self.get(f"/api/v1/applications/{number}")
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def line(self, number: str, item: str) -> dict[str, Any]:
        return next(line for line in (await self.report(number))["lines"] if line["item"] == item)

    async def deliver(self, number: str) -> None:
        """Do what the flow does until nothing is due."""
        while True:
            async with transaction() as session:
                plan, _ = await runs.observe(session, number, now=self.now)
                for move in plan.outside:
                    if isinstance(move, SendMessage):
                        await messages.record_delivered(session, move.message, receipt_number="R", now=self.now)
                    else:
                        await notices.deliver(session, [move.notice], now=self.now)
            if not plan.outside:
                return

    def event(self, assignment: str, act: str, content: dict[str, Any], **changes: Any) -> dict[str, Any]:
        return {
            "specversion": "1.0",
            "id": uuid4().hex,
            "source": "department/MSB",
            "type": f"daiban.assignment.{act}",
            "subject": assignment,
            "time": self.now.isoformat(),
            "datacontenttype": "application/json",
            "data": content,
            **changes,
        }

    async def send(
        self, assignment: str, event: object, department: str | None = "MSB", content_type: str = EVENTS, **headers: str
    ) -> httpx.Response:
        """Post an event, signed by a department or, without one, not at all."""
        body = event if isinstance(event, bytes) else orjson.dumps(event)
        signed = {} if department is None else signing.sign(signing.department_secret(department), "m-1", body)
        given = {"content-type": content_type, **signed, **{n.replace("_", "-"): v for n, v in headers.items()}}
        return await self.client.post(f"/api/v1/assignments/{assignment}/events", content=body, headers=given)

    async def tell(self, number: str, item: str, act: str, **content: Any) -> httpx.Response:
        """Report an event as the department that has the item."""
        line = await self.line(number, item)
        return await self.send(line["assignment"], self.event(line["assignment"], act, content), line["department"])

    async def grant(self, number: str, *items: str) -> None:
        for item in items:
            if item == "E10":  # its site is looked at first
                await self.tell(number, item, "accepted", handler="王芳")
                await self.tell(number, item, "site_visited", officers=["王芳", "李强"], findings="一致")
            answer = await self.tell(number, item, "decided", decision="granted", document_number=f"〔2026〕{item}号")
            assert answer.status_code == 200, answer.text


def token(account: str | None) -> dict[str, str]:
    return {} if account is None else {"Authorization": f"Bearer token-of-{account}"}


@pytest.fixture(autouse=True)
def _no_wrong_guesses_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of all tests of a process together, whose guesses come from one address, there would be too many in the end."""
    monkeypatch.setattr(tracking, "_ATTEMPTS", Attempts(most=20, seconds=900))


@pytest.fixture
def database(committed_database: str) -> str:
    """The database the portal works on."""
    return committed_database


@pytest.fixture
def configured(database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", database)
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_FILES_URL", f"memory://{tmp_path}/files")
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "https://daiban.example.gov.cn")
    settings.cache_clear()
    ensure_check_code_secret()
    ensure_file_link_secret()
    signing.ensure_department_secrets(["MSB", "EEB", "PSB", "TAX", "NRB", "DRC"])
    yield
    settings.cache_clear()


@pytest.fixture
def plain_http(configured: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let browsers reach the office without HTTPS, as on a laptop."""
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "http://office")
    settings.cache_clear()


@pytest.fixture(scope="session")
def made_app() -> FastAPI:
    """The application as every test uses it: putting it together takes longer than most tests do."""
    return create_app()


@pytest.fixture
async def app(configured: None, made_app: FastAPI) -> AsyncIterator[FastAPI]:
    async with made_app.router.lifespan_context(made_app):
        yield made_app
    made_app.dependency_overrides.clear()


@pytest.fixture
async def portal(app: FastAPI) -> AsyncIterator[Portal]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://office") as client:
        made = Portal(client)

        async def now() -> datetime:
            return made.now

        app.dependency_overrides[current_time] = now
        yield made
