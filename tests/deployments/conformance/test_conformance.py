"""The examination: the reference system passes, a wrong one fails with exactly the right lines."""

import asyncio
import json
import re
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from rich.console import Console
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from deployments.cli import main
from deployments.conformance.cases import CASES
from deployments.conformance.running import as_json, examine, is_well, report
from deployments.conformance.secret_references import secret_of
from deployments.conformance.sender import Target
from deployments.conformance.verdicts import Finding, Verdict
from deployments.reference_department.delivery import RetryPolicy
from deployments.reference_department.server import DepartmentConfig, create_app
from kit import signing
from kit.settings import settings
from kit.signing import SecretError

EVERY = [code for code, _, _ in CASES]


@asynccontextmanager
async def serving(app: Any) -> AsyncIterator[str]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on", access_log=False))
        running = asyncio.create_task(server.serve([listener]))
        while not server.started:
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        await running


@pytest.fixture
def secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A department's secret, and a clock by which a day passes each second."""
    monkeypatch.setenv("DAIBAN_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_ENVIRONMENT", "local")
    monkeypatch.setenv("DAIBAN_CLOCK", "2026-03-02T09:00+08:00@86400")
    monkeypatch.setenv("DAIBAN_CLOCK_ANCHOR", str(time.time()))
    settings.cache_clear()
    signing.ensure_department_secrets(["HCB"])
    yield signing.department_secret("HCB")
    settings.cache_clear()


def verdicts(findings: list[Finding], verdict: Verdict) -> list[str]:
    return [finding.case for finding in findings if finding.verdict is verdict]


async def test_the_reference_system_passes(secret: str, tmp_path: Path) -> None:
    config = DepartmentConfig(tmp_path / "d.sqlite", retry=RetryPolicy(0.2, 1.0, 1.0))
    async with serving(create_app(config)) as url:
        findings = await examine(Target(f"{url}/HCB", "HCB", secret), wait_seconds=20)

    bad = {f.case: f.seen for f in findings if f.verdict is not Verdict.PASSED and f.case != "opinion"}
    assert bad == {}
    assert is_well(findings)
    assert [finding.case for finding in findings] == EVERY


class Careless:
    """A system that takes everything, checks nothing, and makes a new receipt each time."""

    def __init__(self) -> None:
        self.receipts = 0

    async def take(self, request: Request) -> Response:
        await request.body()
        self.receipts += 1
        return JSONResponse({"receipt_number": f"R{self.receipts}"}, 202)


def app_of(endpoint: Any) -> Starlette:
    paths = ("/assignments", "/assignments/{id}/messages", "/opinions")
    return Starlette(routes=[Route(path, endpoint, methods=["POST"]) for path in paths])


async def test_a_careless_system_fails_where_it_is_careless_and_only_there(secret: str) -> None:
    async with serving(app_of(Careless().take)) as url:
        findings = await examine(Target(url, "HCB", secret), wait_seconds=0)

    assert verdicts(findings, Verdict.FAILED) == [
        "duplicate",
        "at-once",
        "wrong-signature",
        "no-signature",
        "altered",
        "stale",
        "version",
        "media-type",
        "key-reused",
        "malformed",
        "oversized",
    ]
    assert verdicts(findings, Verdict.SKIPPED) == ["callback", "callback-again"]
    assert not is_well(findings)
    assert all(finding.advice for finding in findings if finding.verdict is Verdict.FAILED)


async def refuse(request: Request) -> Response:
    await request.body()
    return JSONResponse({"error": "no"}, 500)


async def redirect(request: Request) -> Response:
    return RedirectResponse("http://127.0.0.1:1/elsewhere")


async def no_receipt(request: Request) -> Response:
    await request.body()
    return Response("ok", 202, media_type="text/plain")


@pytest.mark.parametrize(
    ("endpoint", "seen"),
    [(refuse, "应答 500"), (redirect, "应答 307"), (no_receipt, "应答 202 ok")],
    ids=["500", "redirect", "no receipt"],
)
async def test_a_dispatch_that_is_not_taken_is_told_with_what_came(secret: str, endpoint: Any, seen: str) -> None:
    async with serving(app_of(endpoint)) as url:
        findings = await examine(Target(url, "HCB", secret), wait_seconds=1)

    found = {finding.case: finding for finding in findings}
    assert found["dispatch"].verdict is Verdict.FAILED
    assert found["dispatch"].seen.startswith(seen)
    assert found["duplicate"].verdict is found["callback"].verdict is Verdict.SKIPPED


async def test_a_system_that_is_not_there_fails_everything_it_should_do(secret: str) -> None:
    findings = await examine(Target("http://127.0.0.1:1", "HCB", secret), wait_seconds=1)

    assert "ConnectError" in findings[0].seen
    assert verdicts(findings, Verdict.PASSED) == ["in-time", "problems"]


async def test_a_silent_system_is_told_that_no_callback_came(secret: str) -> None:
    async with serving(app_of(Careless().take)) as url:
        findings = await examine(Target(url, "HCB", secret), wait_seconds=0.1)

    found = {finding.case: finding for finding in findings}
    assert found["callback"].verdict is Verdict.FAILED
    assert "没有回调" in found["callback"].seen
    assert found["callback-again"].verdict is Verdict.SKIPPED


async def test_the_report_fits_eighty_columns_and_says_what_to_do(secret: str, capsys: Any) -> None:
    target = Target("http://127.0.0.1:1", "HCB", secret)
    findings = await examine(target, wait_seconds=0)
    report(target, findings, Console(width=80, highlight=False))

    out = capsys.readouterr().out
    assert "✘ 派件：存下并给回执" in out
    assert "办法 核对地址、端口、防火墙和证书；服务是否已启动" in out
    assert re.search(r"通过 \d+，未通过 \d+，提醒 \d+，未检查 \d+", out)
    wide = [line for line in out.splitlines() if sum(2 if ord(c) > 0x2E7F else 1 for c in line.rstrip()) > 80]
    assert wide == []
    assert secret not in out + json.dumps(as_json(target, findings))


def test_the_command_ends_with_one_when_something_failed_and_with_two_without_a_secret(
    secret: str, capsys: Any
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["department", "check", "http://127.0.0.1:1/HCB", "--wait", "0", "--json"])
    answer = json.loads(capsys.readouterr().out)
    assert (ended.value.code, answer["ok"], answer["department"]) == (1, False, "HCB")
    with pytest.raises(SystemExit) as ended:
        main(["department", "check", "http://127.0.0.1:1/XYZ", "--secret-ref", "env:NOT_THERE"])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_secret_is_read_from_where_it_is_said_to_be(
    secret: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = signing.new_secret()
    (tmp_path / "s").write_text(f"{other}\n")
    monkeypatch.setenv("THEIRS", other)
    assert secret_of(None, "HCB") == secret
    assert secret_of("env:THEIRS", "HCB") == secret_of(f"file:{tmp_path}/s", "HCB") == other
    monkeypatch.setenv("THEIRS", "hello")
    for reference in ("env:THEIRS", "env:NONE", "file:/nowhere", "hello"):
        with pytest.raises(SecretError):
            secret_of(reference, "HCB")
