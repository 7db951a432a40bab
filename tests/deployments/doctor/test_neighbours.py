"""The doctor knocks at the portal's, the departments' and Prefect's doors."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from prefect.settings import PREFECT_API_URL, temporary_settings

from casework.vital_signs import Reach
from deployments.cli.app import main
from deployments.doctor import execution, neighbours
from deployments.doctor.findings import Grade
from kit.check_codes import ensure_check_code_secret
from kit.settings import settings
from kit.signing import ensure_department_secrets


@asynccontextmanager
async def answering(status: str, said: dict[str, str] | None = None) -> AsyncIterator[str]:
    """Answer every request on a free port with one status, and with words in which ``URL`` is the address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        body = json.dumps(said).replace("URL", url) if said else ""
        head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
        writer.write(f"{head}\r\nconnection: close\r\n\r\n{body}".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


def closed_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.mark.parametrize(("status", "grade"), [("200 OK", Grade.OK), ("503 Unavailable", Grade.FAIL)])
async def test_the_portal_must_say_that_it_is_ready(status: str, grade: Grade, monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering(status) as url:
        monkeypatch.setenv("DAIBAN_PORTAL_URL", url)
        settings.cache_clear()
        assert (await neighbours.portal()).grade is grade


PROVIDER = {
    "issuer": "URL",
    "authorization_endpoint": "URL/authorize",
    "token_endpoint": "URL/token",
    "jwks_uri": "URL/keys",
}


@pytest.mark.parametrize(
    ("status", "said", "grade"),
    [
        ("200 OK", PROVIDER, Grade.OK),
        ("200 OK", {**PROVIDER, "issuer": "https://another.example"}, Grade.WARN),
        ("200 OK", {"issuer": "URL"}, Grade.WARN),
        ("503 Unavailable", PROVIDER, Grade.WARN),
    ],
)
async def test_the_provider_of_identities_must_be_who_the_settings_say(
    status: str, said: dict[str, str], grade: Grade, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await neighbours.provider()).grade is Grade.OK  # none is needed

    async with answering(status, said) as url:
        monkeypatch.setenv("DAIBAN_OIDC_ISSUER", url)
        monkeypatch.setenv("DAIBAN_OIDC_NETWORKS", "127.0.0.0/8")
        settings.cache_clear()
        finding = await neighbours.provider()

    assert (finding.grade, bool(finding.mend)) == (grade, grade is Grade.WARN)
    if grade is Grade.OK:
        assert finding.seen == url


async def test_a_portal_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", f"http://127.0.0.1:{closed_port()}")

    finding = await neighbours.portal()

    assert finding.grade is Grade.FAIL
    assert "daiban portal" in finding.mend


async def test_a_dead_department_is_a_warning_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async with answering("200 OK") as url:
        monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", url)
        settings.cache_clear()
        alive = [
            Reach("HCB", "住建局", "push", "{departments}/HCB"),
            Reach("MSB", "市监局", "push", "{departments}/MSB"),
        ]
        assert (await neighbours.departments(alive)).grade is Grade.OK
        dead = Reach("DRC", "发改局", "poll", f"http://127.0.0.1:{closed_port()}/DRC")
        finding = await neighbours.departments([*alive, dead])

    assert finding.grade is Grade.WARN
    assert "DRC" in finding.seen
    assert "HCB" not in finding.seen


async def test_without_department_systems_there_is_nothing_to_reach() -> None:
    assert (await neighbours.departments([])).grade is Grade.OK


def test_every_department_needs_a_secret_that_only_we_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    settings.cache_clear()
    asked = [Reach(code, code, "push", None) for code in ("HCB", "MSB")]

    missing = neighbours.secrets(asked)
    assert missing.grade is Grade.FAIL
    assert "HCB" in missing.seen

    ensure_department_secrets(["HCB", "MSB"])
    assert neighbours.secrets(asked).grade is Grade.OK

    (tmp_path / "departments" / "MSB").chmod(0o644)
    finding = neighbours.secrets(asked)
    assert finding.grade is Grade.FAIL
    assert "MSB" in finding.seen
    assert "chmod 600" in finding.mend

    (tmp_path / "departments" / "MSB").chmod(0o600)
    (tmp_path / "departments" / "HCB").write_text("not a secret\n")
    assert neighbours.secrets(asked).grade is Grade.FAIL


def test_documents_need_a_secret_that_only_we_can_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    settings.cache_clear()
    file = tmp_path / "office" / "check-codes"

    assert neighbours.check_codes().grade is Grade.FAIL
    ensure_check_code_secret()
    assert neighbours.check_codes().grade is Grade.OK
    file.chmod(0o640)
    assert "chmod 600" in neighbours.check_codes().mend
    file.write_text("not a secret")
    assert str(file) in neighbours.check_codes().seen


@pytest.mark.parametrize(
    ("server", "ours", "grade"),
    [("3.8.8", "3.8.8", Grade.OK), ("3.8.9", "3.8.8", Grade.WARN), ("3.9.0", "3.8.8", Grade.FAIL)],
)
def test_server_and_client_must_be_of_one_minor_version(server: str, ours: str, grade: Grade) -> None:
    assert execution.same_version(server, ours, "http://p/api").grade is grade


async def test_a_prefect_server_that_is_not_there_is_told() -> None:
    with temporary_settings({PREFECT_API_URL: f"http://127.0.0.1:{closed_port()}/api"}):
        [finding] = await execution.examine()

    assert finding.grade is Grade.FAIL
    assert "PREFECT_API_URL" in finding.mend


async def test_no_prefect_server_is_never_replaced_by_one_of_our_own() -> None:
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        [finding] = await execution.examine()

    assert finding.grade is Grade.FAIL
    assert "PREFECT_API_URL" in finding.seen


def examined(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    with pytest.raises(SystemExit) as ended:
        main(["doctor", *arguments])
    return int(ended.value.code or 0), capsys.readouterr().out


def test_where_nothing_runs_every_failure_comes_with_a_cure(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_PORTAL_URL", f"http://127.0.0.1:{closed_port()}")
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        code, out = examined(capsys, "--json", "--data-dir", str(tmp_path))
        shown = examined(capsys, "--data-dir", str(tmp_path))

    document = json.loads(out)
    assert code == 1
    assert document["ok"] is False
    failed = {check["name"].split()[-1] for check in document["checks"] if check["grade"] == "fail"}
    assert {"Database", "Prefect", "Portal"} <= failed
    assert document["failed"] == len(failed)
    assert all(check["mend"] for check in document["checks"] if check["grade"] != "ok")
    assert shown[0] == 1
    assert "→" in shown[1]


def test_without_settings_nothing_else_is_asked(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_CLOCK", "2026-03-02T09:00+08:00@3600")

    code, out = examined(capsys, "--json", "--data-dir", str(tmp_path))

    assert code == 1
    assert not any("Database" in check["name"] for check in json.loads(out)["checks"])
