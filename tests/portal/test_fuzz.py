"""Whatever is sent by whomever: no 5xx, no status that is not documented, nothing told of the inside.

``make fuzz`` sends more than 5,000 requests; here each operation gets a few from each caller.
"""

import asyncio
import contextlib
import os
import random
import re
import socket
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import httpx
import pytest
import requests
import schemathesis
import uvicorn
from fastapi import FastAPI
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as hypothesis_settings
from hypothesis.errors import Unsatisfiable
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi.checks import content_type_conformance, status_code_conformance
from sqlalchemy import text

from kit import signing
from kit.database import transaction
from kit.settings import settings
from portal.app import create_app
from portal.dependencies import current_time
from tests.portal.conftest import MONDAY, Portal

EXAMPLES = int(os.environ.get("DAIBAN_FUZZ_EXAMPLES", "1"))
SEED = int(os.environ.get("DAIBAN_FUZZ_SEED", "20260302"))
#: Account of each role, the department that signs, and nobody.
CALLERS = ("nobody", "zhang", "sun", "zhao", "qian", "wu", "MSB")
PASSING = [not_a_server_error, status_code_conformance, content_type_conformance]
INSIDE = re.compile(
    r"Traceback|File \"|site-packages|sqlalchemy|asyncpg|pydantic_core|postgresql\+|\bpg_|"
    r"SELECT .{0,80} FROM|INSERT INTO|UPDATE .{0,40} SET |/(?:tmp|home|root|usr|var|etc)/|\w\.py\b|0x[0-9a-f]{8}"
)


class Office:
    """The portal behind a socket in a thread of its own, with an application that departments work on."""

    def __init__(self, app: FastAPI) -> None:
        self._app = app
        self._listener = socket.socket()
        self._listener.bind(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="on"))
        self._thread = threading.Thread(target=lambda: asyncio.run(self._server.serve([self._listener])), daemon=True)
        self.known: dict[str, list[str]] = {}

    def __enter__(self) -> "Office":
        self._thread.start()
        while not self._server.started:
            assert self._thread.is_alive()
            threading.Event().wait(0.02)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.should_exit = True
        self._thread.join(30)
        self._listener.close()

    async def furnish(self) -> None:
        """Launch applications, let one be delivered to its departments, and learn the names of things."""
        async with httpx.AsyncClient(base_url=self.url, timeout=60) as client:
            portal = Portal(client)
            numbers = [await portal.launch(), await portal.launch(journey="J3")]
            for number in numbers:
                await portal.deliver(number)
            lines = [line for number in numbers for line in (await portal.report(number))["lines"]]
            pdf = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
            headers = {"Authorization": "Bearer token-of-zhang", "content-type": "application/octet-stream"}
            path = f"/api/v1/applications/{numbers[0]}/files"
            brought = await client.post(path, params={"material": "章程"}, content=pdf, headers=headers)
            enquiry = await portal.post("/api/v1/enquiries", {"topic": "咨询", "asker": "李明", "text": "怎么办理"})
        async with transaction() as session:
            people = (await session.execute(text("SELECT account FROM people"))).scalars().all()
        self.known = {
            "number": numbers,
            "assignment": [line["assignment"] for line in lines if line["assignment"]],
            "opinion": [str(uuid4())],
            "sha256": [brought.json().get("sha256", "0" * 64)],
            "department": ["MSB", "TAX", "XXX"],
            "account": list(people),
            "code": ["not-found", "J3", "E01"],
            "year": ["2026", "2027"],
            "id": [str(enquiry.json().get("id", 1)), "1", "2"],
            "serial": ["1", "2"],
            "credit_code": ["91211282MA0KYF01X8"],
        }


@pytest.fixture
def office(configured: None) -> Iterator[Office]:
    assert settings().environment == "production"  # where answers tell nothing of the inside
    app = create_app()

    async def now() -> Any:
        return MONDAY

    app.dependency_overrides[current_time] = now
    with Office(app) as made:

        async def furnish() -> None:
            from kit.database import dispose_engine

            await made.furnish()
            await dispose_engine()

        asyncio.run(furnish())
        yield made


class Signed(requests.auth.AuthBase):
    """Signs what is sent as a department does."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        told = body.encode() if isinstance(body, str) else body
        if not isinstance(told, bytes):
            return request
        if "/results/" in (request.url or ""):
            told = str(request.url).partition("/results/")[2].partition("?")[0].encode()
        with contextlib.suppress(UnicodeDecodeError):  # what is no text cannot be signed, and is sent as it is
            request.headers.update(signing.sign(signing.department_secret("MSB"), uuid4().hex, told))
        return request


def call(case: Case, caller: str) -> Any:
    if caller == "MSB":
        return case.call(auth=Signed(), timeout=60)
    headers = {} if caller == "nobody" else {"Authorization": f"Bearer token-of-{caller}"}
    return case.call(headers=headers, timeout=60)


def aim(case: Case, known: dict[str, list[str]], chance: random.Random) -> None:
    """Let most requests speak of something that is there."""
    for where in (case.path_parameters, case.query):
        for name in list(where or {}):
            if name in known and chance.random() < 0.75:
                where[name] = chance.choice(known[name])


def told_of_the_inside(case: Case, answer: Any) -> list[str]:
    if "json" not in answer.headers.get("content-type", [""])[0]:
        return []
    sent = f"{case.formatted_path}{case.query}{case.body}"
    return [found for found in INSIDE.findall(answer.text) if found not in sent]


class Play:
    """What was sent as whom, and what was wrong with the answers."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.statuses: dict[str, Counter[int]] = {caller: Counter() for caller in CALLERS}
        self.findings: dict[str, str] = {}

    def send(self, case: Case, label: str) -> None:
        """Send one request as everybody, those who may do nothing first."""
        for caller in CALLERS:
            answer = call(case, caller)
            self.statuses[caller][answer.status_code] += 1
            try:
                case.validate_response(answer, checks=PASSING)
            except FailureGroup as group:
                for each in group.exceptions:
                    self._note(f"{label}: {type(each).__name__} {answer.status_code}", caller, answer)
            if inside := told_of_the_inside(case, answer):
                self._note(f"{label} tells {inside}", caller, answer)

    def _note(self, what: str, caller: str, answer: Any) -> None:
        self.findings.setdefault(what, f"{what}, first as {caller}: {answer.text[:300]}")


@pytest.mark.timeout(3600)
def test_no_request_gets_more_or_less_than_the_api_says(office: Office) -> None:
    config = schemathesis.Config.from_dict({"generation": {"with-security-parameters": False}})
    schema = schemathesis.openapi.from_url(f"{office.url}/openapi.json", config=config)
    play = Play(office)
    for result in schema.get_all_operations():
        for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
            fuzz(result.ok(), mode, play)

    for caller, statuses in play.statuses.items():
        sys.stderr.write(f"\n{caller}: {statuses.total()} requests, {dict(sorted(statuses.items()))}")
    assert list(play.findings.values()) == []
    assert all(statuses.total() >= 50 for statuses in play.statuses.values())


def fuzz(operation: Any, mode: GenerationMode, play: Play) -> None:
    chance = random.Random(f"{SEED}{operation.label}{mode}")

    @seed(SEED)
    @hypothesis_settings(
        max_examples=EXAMPLES,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case: Case) -> None:
        aim(case, play.office.known, chance)
        play.send(case, operation.label)

    try:
        send()
    except Unsatisfiable:
        assert mode is GenerationMode.NEGATIVE  # an operation without parameters has nothing to be wrong about


def test_the_inside_would_be_noticed() -> None:
    for leak in ('File "/srv/daiban/portal/app.py", line 3', "SELECT id FROM people", "asyncpg.exceptions.X", "a/b.py"):
        assert INSIDE.search(leak)
