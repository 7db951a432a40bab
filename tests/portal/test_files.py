"""Files: brought by agents, told by their content, fetched by departments, never lost and never given to others."""

import asyncio
import hashlib
import io
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import httpx
import orjson
import pytest
from sqlalchemy import text

from casework import messages
from kit import signing, storage
from kit.clock import wall_now
from kit.database import transaction
from kit.settings import settings
from tasks import files as quarantine
from tasks.departments import envelope
from tests.portal.conftest import Portal

PDF = b"%PDF-1.7\n1 0 obj\n<< >>\nendobj\n%%EOF\n"
INFECTED = PDF + b"EICAR"


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def code(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def bring(
    portal: Portal, number: str, content: Any, material: str = "章程", account: str = "zhang", **query: str
) -> httpx.Response:
    return await portal.client.post(
        f"/api/v1/applications/{number}/files",
        params={"material": material, **query},
        content=content,
        headers={"Authorization": f"Bearer token-of-{account}", "content-type": "application/octet-stream"},
    )


@pytest.fixture
async def number(portal: Portal) -> str:
    return await portal.launch()


@pytest.fixture
async def assignment(portal: Portal, number: str) -> str:
    await portal.deliver(number)
    return str((await portal.line(number, "E01"))["assignment"])


async def kinds(portal: Portal, number: str) -> list[str]:
    steps = (await portal.get(f"/api/v1/applications/{number}/steps")).json()["steps"]
    return [step["kind"] for step in steps]


async def test_the_content_of_a_named_material_is_filed_once_and_fetched_again(portal: Portal, number: str) -> None:
    answers = [await bring(portal, number, PDF, name="公司章程.pdf") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json() == {
        "material": "章程",
        "version": 1,
        "sha256": sha(PDF),
        "size": len(PDF),
        "media_type": "application/pdf",
        "finding": "unscanned",
    }
    assert answers[1].json() == answers[0].json()
    assert (await kinds(portal, number)).count("material.filed") == 1
    [listed] = (await portal.get(f"/api/v1/applications/{number}/files")).json()["files"]
    assert (listed["material"], listed["file_name"], listed["brought_by"]) == ("章程", "公司章程.pdf", "zhang")
    fetched = await portal.get(f"/api/v1/applications/{number}/files/{sha(PDF)}")
    assert (fetched.content, fetched.headers["content-type"]) == (PDF, "application/pdf")
    assert fetched.headers["content-disposition"].startswith("attachment;")
    async with transaction() as session:
        [access] = (await session.execute(text("SELECT actor, sha256 FROM file_accesses"))).all()
    assert tuple(access) == ("zhang", sha(PDF))


async def test_another_content_is_a_new_version_and_the_old_one_stays(portal: Portal, number: str) -> None:
    await bring(portal, number, PDF)
    second = PDF + b"% second\n"
    answer = await bring(portal, number, second)

    assert answer.json()["version"] == 2
    files = (await portal.get(f"/api/v1/applications/{number}/files")).json()["files"]
    assert [(file["version"], file["sha256"]) for file in files] == [(1, sha(PDF)), (2, sha(second))]
    assert "material.replaced" in await kinds(portal, number)


async def test_a_material_that_was_not_there_is_brought_by_its_file(portal: Portal) -> None:
    number = await portal.launch(journey="J3", materials=["股东身份证明"])
    answer = await bring(portal, number, PDF, "章程")

    assert (answer.status_code, answer.json()["version"]) == (200, 1)
    waits = [wait["what"] for wait in (await portal.report(number))["waits"]]
    assert "章程" not in waits


async def test_one_content_is_kept_once_for_all(portal: Portal, number: str) -> None:
    other = await portal.launch(agent="zhang")
    names = ("章程", "职工名册")
    answers = await asyncio.gather(*(bring(portal, each, PDF, name) for each in (number, other) for name in names))

    assert [answer.status_code for answer in answers] == [200] * 4, [answer.text for answer in answers]
    async with transaction() as session:
        assert await session.scalar(text("SELECT count(*) FROM stored_files")) == 1
        assert await session.scalar(text("SELECT count(*) FROM material_files")) == 4
    assert b"".join(storage.pieces_of(sha(PDF))) == PDF


def package(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as opened:
        for name in names:
            opened.writestr(name, "<x/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PDF, "application/pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(30), "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF\0\1", "image/jpeg"),
        (package("OFD.xml", "Doc_0/Document.xml"), "application/ofd"),
    ],
    ids=["pdf", "png", "jpeg", "ofd"],
)
async def test_what_a_file_is_its_content_says(portal: Portal, number: str, content: bytes, media_type: str) -> None:
    answer = await bring(portal, number, content, name="x.txt")

    assert (answer.status_code, answer.json()["media_type"]) == (200, media_type)


@pytest.mark.parametrize(
    "content",
    [
        b"#!/bin/sh\nrm -rf /\n",
        b"<html><script>alert(1)</script>",
        b"MZ\x90\0" + bytes(100),
        b"",
        b" " + PDF,
        package("word/document.xml"),
        b"PK\x03\x04" + bytes(100),
        b"II*\0" + bytes(100),
    ],
    ids=["script", "html", "program", "empty", "pdf inside", "word", "torn zip", "tiff"],
)
async def test_a_file_of_another_kind_is_refused_whatever_its_name(portal: Portal, number: str, content: bytes) -> None:
    answer = await bring(portal, number, content, name="章程.pdf")

    assert (answer.status_code, code(answer)) == (415, "file-kind-refused")
    assert answer.json()["accepted"] == ["pdf", "png", "jpeg", "ofd"]
    assert (await portal.get(f"/api/v1/applications/{number}/files")).json()["files"] == []


async def chunks(content: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


@pytest.mark.parametrize("announced", [True, False], ids=["announced", "chunked"])
async def test_a_file_is_bounded_by_the_setting_and_not_by_that_of_other_bodies(
    portal: Portal, number: str, announced: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_FILE_BYTES", str(2 * 1024 * 1024))
    settings.cache_clear()
    large, too_large = PDF + bytes(1_900_000), PDF + bytes(2_200_000)

    assert (await bring(portal, number, large if announced else chunks(large, 65536))).status_code == 200
    answer = await bring(portal, number, too_large if announced else chunks(too_large, 65536))
    assert (answer.status_code, code(answer)) == (413, "file-too-large")
    huge = await bring(portal, number, bytes(3_500_000) if announced else chunks(bytes(3_500_000), 65536))
    assert huge.status_code == 413


async def test_only_who_may_act_uploads_and_only_the_center_looks(portal: Portal, number: str) -> None:
    unknown = f"/api/v1/applications/{number}/files/{'0' * 64}"

    assert (await bring(portal, number, PDF, account="wu")).status_code == 403
    assert (await bring(portal, number, PDF, account="sun")).status_code == 403
    assert (await bring(portal, number, PDF, account="nobody")).status_code == 401
    await bring(portal, number, PDF)
    other = await portal.launch()
    elsewhere = await portal.get(f"/api/v1/applications/{other}/files/{sha(PDF)}")
    assert (elsewhere.status_code, (await portal.get(unknown)).status_code) == (404, 404)
    for account, status in (("wu", 403), (None, 401)):
        for path in (f"/api/v1/applications/{number}/files", unknown):
            assert (await portal.get(path, account)).status_code == status


async def test_a_material_nobody_knows_is_refused(portal: Portal, number: str) -> None:
    answer = await bring(portal, number, PDF, "不存在的材料")

    assert (answer.status_code, code(answer)) == (422, "invalid-intake")


async def dispatched(number: str) -> dict[str, Any]:
    async with transaction() as session:
        query = text("SELECT m.id FROM department_messages m JOIN applications a ON a.id = m.application_id"
                     " WHERE a.number = :number AND m.kind = 'dispatched' ORDER BY m.created_at LIMIT 1")  # fmt: skip
        id_: UUID = (await session.execute(query, {"number": number})).scalar_one()
        written: dict[str, Any] = envelope(await messages.load(session, id_))
        return written


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


async def test_a_dispatch_leads_its_department_to_the_content(portal: Portal, number: str, assignment: str) -> None:
    await bring(portal, number, PDF)
    materials = {material["name"]: material for material in (await dispatched(number))["data"]["materials"]}
    file = materials["章程"]["file"]

    assert (file["sha256"], file["size"], file["media_type"]) == (sha(PDF), len(PDF), "application/pdf")
    assert all("file" not in material for name, material in materials.items() if name != "章程")
    fetched = await portal.client.get(path_of(file["url"]))
    assert (fetched.status_code, fetched.content) == (200, PDF)
    async with transaction() as session:
        [access] = (await session.execute(text("SELECT actor, assignment_id FROM file_accesses"))).all()
    assert tuple(access) == ("department/MSB", UUID(assignment))


@pytest.mark.parametrize("changed", ["sha256", "assignment", "department", "expires", "signature"])
async def test_a_link_that_was_altered_is_none(portal: Portal, number: str, assignment: str, changed: str) -> None:
    await bring(portal, number, PDF)
    [material] = [each for each in (await dispatched(number))["data"]["materials"] if "file" in each]
    parts = urlsplit(material["file"]["url"])
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    path = parts.path
    match changed:
        case "sha256":
            path = path.replace(sha(PDF), "0" * 64)
        case "assignment":
            query["assignment"] = str(uuid4())
        case "department":
            query["department"] = "TAX"
        case "expires":
            query["expires"] = str(int(query["expires"]) + 1)
        case "signature":
            query["signature"] = "0" * 64

    answer = await portal.client.get(path, params=query)

    assert (answer.status_code, code(answer)) == (403, "link-invalid")


async def test_a_link_ends_and_a_new_one_is_given_to_who_signs(
    portal: Portal, number: str, assignment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bring(portal, number, PDF)
    [material] = [each for each in (await dispatched(number))["data"]["materials"] if "file" in each]
    from kit import file_links

    later = wall_now().timestamp() + 61 * 60
    monkeypatch.setattr(file_links, "has_expired", lambda given: given.expires < later)
    expired = await portal.client.get(path_of(material["file"]["url"]))
    assert (expired.status_code, code(expired)) == (410, "link-expired")
    monkeypatch.undo()

    path = f"/api/v1/assignments/{assignment}/materials"
    signed = {"content-type": "application/json", **signing.sign(signing.department_secret("MSB"), "m-9", b"{}")}
    renewed = (await portal.client.post(path, content=b"{}", headers=signed)).json()["materials"]
    assert [(each["name"], each["file"]["sha256"]) for each in renewed] == [("章程", sha(PDF))]
    stranger = {"content-type": "application/json", **signing.sign(signing.department_secret("TAX"), "m-9", b"{}")}
    assert (await portal.client.post(path, content=b"{}", headers=stranger)).status_code == 403


async def test_a_department_that_has_handed_the_assignment_on_gets_nothing_more(
    portal: Portal, number: str, assignment: str
) -> None:
    await bring(portal, number, PDF)
    [material] = [each for each in (await dispatched(number))["data"]["materials"] if "file" in each]
    assert (await portal.tell(number, "E01", "transferred", department="EEB", reason="职责调整")).status_code == 200

    answer = await portal.client.get(path_of(material["file"]["url"]))

    assert (answer.status_code, code(answer)) == (404, "not-found")


async def upload_result(
    portal: Portal, assignment: str, content: bytes, department: str = "MSB", announced: str | None = None
) -> httpx.Response:
    name = announced or sha(content)
    headers = signing.sign(signing.department_secret(department), "r-1", name.encode())
    path = f"/api/v1/assignments/{assignment}/results/{name}?name=营业执照.pdf"
    return await portal.client.put(path, content=content, headers=headers)


async def test_a_result_document_comes_with_the_decision_that_names_it(
    portal: Portal, number: str, assignment: str
) -> None:
    grant = {"decision": "granted", "document_number": "〔2026〕1号", "document": sha(PDF)}
    event = portal.event(assignment, "decided", grant)
    early = await portal.send(assignment, event)
    assert (early.status_code, code(early)) == (409, "document-not-uploaded")

    uploads = [await upload_result(portal, assignment, PDF) for _ in range(2)]
    assert [upload.status_code for upload in uploads] == [200, 200]
    decided = await portal.send(assignment, event)

    assert (decided.status_code, decided.json()["status"]) == (200, "granted")
    [listed] = (await portal.get(f"/api/v1/applications/{number}/files")).json()["files"]
    assert (listed["file_name"], listed["brought_by"], listed["decided"]) == ("营业执照.pdf", "department/MSB", True)
    assert (await kinds(portal, number)).count("result.received") == 1
    assert (await portal.get(f"/api/v1/applications/{number}/files/{sha(PDF)}")).content == PDF


async def test_a_result_is_taken_from_its_department_only_and_only_as_announced(
    portal: Portal, assignment: str
) -> None:
    other = await upload_result(portal, assignment, PDF, "TAX")
    altered = await upload_result(portal, assignment, PDF + b"x", announced=sha(PDF))
    script = await upload_result(portal, assignment, b"#!/bin/sh\n")
    unknown = await upload_result(portal, str(uuid4()), PDF)
    unsigned = await portal.client.put(f"/api/v1/assignments/{assignment}/results/{sha(PDF)}", content=PDF)

    answers = [(answer.status_code, code(answer)) for answer in (other, altered, script, unknown, unsigned)]
    assert answers == [
        (403, "wrong-department"),
        (422, "file-altered"),
        (415, "file-kind-refused"),
        (404, "unknown-assignment"),
        (401, "not-authenticated"),
    ]


@pytest.fixture
def scanner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """A scanner that finds EICAR, ends with another code while a file says so."""
    program = tmp_path / "scan.sh"
    program.write_text(f"[ -e {tmp_path}/away ] && exit 2\ngrep -q EICAR && exit 1 || exit 0\n")
    monkeypatch.setenv("DAIBAN_SCANNER", f"command:sh {program}")
    settings.cache_clear()
    return tmp_path / "away"


async def test_an_infected_file_is_refused_and_not_kept(portal: Portal, number: str, scanner: Path) -> None:
    answer = await bring(portal, number, INFECTED)
    clean = await bring(portal, number, PDF)

    assert (answer.status_code, code(answer)) == (422, "file-infected")
    with pytest.raises(storage.MissingFileError):
        storage.pieces_of(sha(INFECTED))
    assert (clean.status_code, clean.json()["finding"]) == (200, "clean")


async def test_while_the_scanner_is_away_files_are_kept_but_not_given_out(
    portal: Portal, number: str, scanner: Path
) -> None:
    scanner.touch()
    answers = [await bring(portal, number, PDF, "章程"), await bring(portal, number, INFECTED, "职工名册")]
    assert [answer.json()["finding"] for answer in answers] == ["quarantined"] * 2
    path = f"/api/v1/applications/{number}/files/"
    waiting = await portal.get(path + sha(PDF))
    assert (waiting.status_code, code(waiting)) == (409, "file-quarantined")
    assert all("file" not in each for each in (await dispatched(number))["data"]["materials"])
    assert await quarantine.empty_quarantine.fn() == 0

    scanner.unlink()
    assert await quarantine.empty_quarantine.fn() == 2

    assert (await portal.get(path + sha(PDF))).content == PDF
    infected = await portal.get(path + sha(INFECTED))
    assert (infected.status_code, code(infected)) == (422, "file-infected")


async def test_a_file_that_the_store_has_lost_is_told_as_trouble_of_ours(portal: Portal, number: str) -> None:
    await bring(portal, number, PDF)
    system, path = storage._place(sha(PDF))
    system.rm(path)

    answer = await portal.get(f"/api/v1/applications/{number}/files/{sha(PDF)}")

    assert (answer.status_code, code(answer)) == (503, "unavailable")
    assert orjson.loads(answer.content)["detail"].isprintable()
