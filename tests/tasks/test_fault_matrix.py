"""Every fault of a department's system over real sockets: what becomes of the message, and that its effect is one."""

import socket
import ssl
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from prefect.client.schemas.objects import State
from sqlalchemy import Row, text

from kit.clock import wall_now
from kit.database import transaction
from kit.department_http import close_department_clients
from kit.settings import settings
from kit.signing import department_secret, ensure_department_secrets
from rules.moves import SendMessage
from tasks import applications, departments
from tasks.departments import HELD, REJECTED
from tests.conftest import Databases
from tests.deployments.relay_office import Office, open_office
from tests.faulty_department import (
    FaultyDepartment,
    Reply,
    babble,
    drip,
    endless,
    faulty_department,
    never,
    reply,
    reset_in_the_middle,
)

SECONDS = 0.6  # that a request may take here
PROBLEM = b'{"type": "/problems/x", "title": "x", "status": 422}'


@dataclass(frozen=True)
class Fault:
    """What the system does, and what must come of it."""

    name: str
    replies: tuple[Reply, ...]
    #: The state after the first attempts; None: delivered after all.
    becomes: str | None
    #: Requests until then: trouble that may be over in a second is tried three times.
    requests: int
    #: The department had taken it in, although we heard nothing of it.
    taken: bool = False
    #: Bounds of the time until the next attempt by itself; None: none.
    again: tuple[timedelta, timedelta] | None = field(default=(timedelta(seconds=50), timedelta(seconds=70)))


FAULTS = (
    Fault("connection reset in the middle of the answer, three times", (reset_in_the_middle,) * 3, HELD, 3, True),
    Fault("reset once", (reset_in_the_middle,), None, 2, True),
    Fault("500, then 202", (reply(500, b""),), None, 2),
    Fault("503 three times", (reply(503, b""),) * 3, HELD, 3),
    Fault("no answer in time, but it has accepted", (never,), HELD, 1, True),
    Fault("a byte now and then (slow loris)", (drip,), HELD, 1, True),
    Fault("an answer without end", (endless,), HELD, 1, True),
    Fault(
        "429 with Retry-After: 300",
        (reply(429, b"", "retry-after: 300"),),
        HELD,
        1,
        again=(timedelta(seconds=295), timedelta(seconds=305)),
    ),
    Fault("202 with invalid JSON", (reply(202, b"{"),), HELD, 1),
    Fault("200 with a gateway's page", (reply(200, b"<html>", "content-type: text/html"),), HELD, 1),
    Fault("202 without a receipt number", (reply(202, b"{}"),), HELD, 1),
    Fault("compressed although not asked to", (reply(202, b"x" * 40, "content-encoding: gzip"),), HELD, 1),
    Fault("sent elsewhere", (reply(307, b"", "location: http://127.0.0.1:9/"),), HELD, 1),
    Fault("401, its secret is being changed", (reply(401, PROBLEM),), HELD, 1),
    Fault("422, it refuses", (reply(422, PROBLEM),), REJECTED, 1, again=None),
    Fault("no HTTP at all", (babble,) * 3, HELD, 3),
)


class Sender:
    """The dispatch of an application to the market bureau, and the task that delivers it."""

    def __init__(self, message: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
        self.message = message
        self._monkeypatch = monkeypatch

    async def task_run(self) -> State[Any]:
        """What Prefect makes of the task: three attempts at what may be over in a second."""
        for last in (False, False, True):
            self._monkeypatch.setattr(departments, "is_last_attempt", lambda last=last: last)
            try:
                return await departments.send.fn(self.message, "派件")
            except Exception as error:
                if last or not departments.is_transient(error):
                    raise
        raise AssertionError

    async def row(self) -> Row[Any]:
        query = """SELECT m.*, s.status, s.receipt_number FROM department_messages m
                     JOIN assignments s ON s.id = m.assignment_id WHERE m.id = :id"""
        async with transaction() as session:
            return (await session.execute(text(query), {"id": self.message})).one()

    async def steps(self) -> list[str]:
        async with transaction() as session:
            return list(await session.scalars(text("SELECT kind FROM step_records ORDER BY serial")))


@pytest.fixture(scope="module")
def database(databases: Databases, office_template: str) -> Iterator[str]:
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
async def office(database: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Office]:
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path))
    monkeypatch.setenv("DAIBAN_DISPATCH_TIMEOUT_SECONDS", str(SECONDS))
    async with open_office(database, monkeypatch) as office:
        await office.execute("DELETE FROM department_endpoints")
        ensure_department_secrets(["MSB"])
        yield office
        await close_department_clients()


@pytest.fixture
async def sender(office: Office, monkeypatch: pytest.MonkeyPatch) -> Sender:
    async with office.desk() as desk:
        number = await desk.launch("J5")
    look = await applications.observe(number)
    (message,) = [m.message for m in look.plan.outside if isinstance(m, SendMessage)]
    return Sender(message, monkeypatch)


def point_to(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DAIBAN_DEPARTMENT_BASE_URL", url)
    settings.cache_clear()


async def is_delivered_once(sender: Sender, system: FaultyDepartment) -> None:
    """Another attempt, whenever it is made, ends it: under the same key, and with one effect."""
    if (await sender.row()).sent_at is None:
        async with transaction() as session:
            await session.execute(text("DELETE FROM department_endpoints"))  # its rest is over
        assert (await sender.task_run()).is_completed()
    row = await sender.row()
    assert (row.status, row.receipt_number) == ("received", "SJ-1")
    assert dict(system.begun) == {str(sender.message): 1}
    assert set(system.keys) == {str(sender.message)}
    assert (await sender.steps()).count("assignment.received") == 1
    assert (await sender.task_run()).message == "无需再送达"


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
async def test_a_fault_has_its_outcome_and_one_effect(
    fault: Fault, sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with faulty_department() as system:
        point_to(monkeypatch, system.url)
        system.replies = list(fault.replies)

        state = await sender.task_run()

        row = await sender.row()
        if fault.becomes is None:
            assert state.is_completed()
        else:
            assert (state.is_failed(), state.name) == (True, fault.becomes)
            assert row.last_error
            assert row.sent_at is None
            until = None if row.retry_at is None else row.retry_at - row.held_since
            assert (until is None) if fault.again is None else fault.again[0] <= until <= fault.again[1]
        assert system.requests == fault.requests
        assert sum(system.begun.values()) == (fault.taken or fault.becomes is None)
        await is_delivered_once(sender, system)


async def test_a_refused_connection_is_tried_again(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        point_to(monkeypatch, f"http://127.0.0.1:{free.getsockname()[1]}")

    assert (await sender.task_run()).name == HELD
    assert "ConnectError" in (await sender.row()).last_error
    async with faulty_department() as system:
        point_to(monkeypatch, system.url)
        await is_delivered_once(sender, system)


class Authority:
    """An authority of the test's own, and what it has issued."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test authority")])
        self.path = self._write("ca", self.key, self.key, x509.BasicConstraints(ca=True, path_length=None), bare=True)

    def issue(self, name: str) -> Path:
        """Write a certificate for this machine with its key into one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        return self._write(name, key, self.key, x509.SubjectAlternativeName([x509.IPAddress(IPv4Address("127.0.0.1"))]))

    def _write(self, name: str, key: Any, signer: Any, extension: x509.ExtensionType, *, bare: bool = False) -> Path:
        subject = self.name if bare else x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        today = wall_now()
        built = (
            x509.CertificateBuilder(self.name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(today - timedelta(days=1))
            .not_valid_after(today + timedelta(days=1))
            .add_extension(extension, critical=bare)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
            .sign(signer, hashes.SHA256())
        )
        pem = built.public_bytes(serialization.Encoding.PEM)
        if not bare:
            pem += key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        path = self.folder / f"{name}.pem"
        path.write_bytes(pem)
        return path


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    (tmp_path / "made").mkdir()
    return Authority(tmp_path / "made")


def server_side(authority: Authority, *, mutual: bool = False) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.issue("server"))
    if mutual:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(authority.path)
    return context


async def test_a_certificate_that_nobody_vouches_for_gets_nothing(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with faulty_department(server_side(authority)) as system:
        point_to(monkeypatch, system.url)

        assert (await sender.task_run()).name == HELD
        assert "CERTIFICATE_VERIFY_FAILED" in (await sender.row()).last_error
        assert system.requests == 0

        trust(authority)
        await is_delivered_once(sender, system)


async def test_a_system_without_tls_gets_nothing_at_an_https_address(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with faulty_department() as system:
        point_to(monkeypatch, system.url.replace("http:", "https:"))

        assert (await sender.task_run()).name == HELD
        assert (await sender.row()).attempts == 1  # no use in trying again at once
        assert system.requests == 0
        point_to(monkeypatch, system.url)
        await is_delivered_once(sender, system)


async def test_a_department_may_ask_for_our_certificate(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with faulty_department(server_side(authority, mutual=True)) as system:
        point_to(monkeypatch, system.url)
        folder = trust(authority)
        assert (await sender.task_run()).name == HELD
        assert system.requests == 0

        (folder / "client.pem").write_bytes(authority.issue("client").read_bytes())
        await is_delivered_once(sender, system)


async def test_certificate_files_that_are_none_are_ours_to_mend(
    sender: Sender, monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    async with faulty_department() as system:
        point_to(monkeypatch, system.url)
        (trust(authority) / "client.pem").write_text("no certificate")

        assert (await sender.task_run()).name == HELD
        assert "client.pem" in (await sender.row()).last_error
        assert system.requests == 0


def trust(authority: Authority) -> Path:
    folder = settings().secrets_dir / "tls" / "MSB"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "ca.pem").write_bytes(authority.path.read_bytes())
    return folder


async def test_an_address_inside_is_refused_before_anything_is_sent(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with faulty_department() as system:
        point_to(monkeypatch, system.url)
        monkeypatch.setenv("DAIBAN_ENVIRONMENT", "production")
        monkeypatch.delenv("DAIBAN_CLOCK")
        settings.cache_clear()
        assert (await sender.task_run()).name == HELD
        assert "DAIBAN_DEPARTMENT_NETWORKS" in (await sender.row()).last_error
        assert system.requests == 0

        monkeypatch.setenv("DAIBAN_DEPARTMENT_NETWORKS", "127.0.0.0/8")
        settings.cache_clear()
        assert (await sender.task_run()).is_completed()


async def test_no_log_shows_a_secret(
    sender: Sender,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    secret = department_secret("MSB")
    async with faulty_department() as system:
        point_to(monkeypatch, system.url)
        system.replies = [reply(500, b"")] * 3
        await sender.task_run()
        await is_delivered_once(sender, system)

    written = "".join(capfd.readouterr()) + caplog.text
    assert "message_undelivered" in written
    assert secret.removeprefix("whsec_") not in written
    assert "webhook-signature" not in written
