"""Whoever holds a document can verify and fetch it; without its code nothing is told."""

from dataclasses import replace
from io import BytesIO
from typing import Any

import httpx
import pytest
from pypdf import PdfReader
from sqlalchemy import text

from casework import documents
from casework.casefile import Actor, open_by_number
from casework.documents import Issued
from casework.writing import write
from kit.database import transaction
from portal import record_examples
from rules.documents import DocumentKind, document_number
from tests.portal.test_applications import UNKNOWN, code
from tests.portal.test_openapi import compare, written  # noqa: F401 - a fixture
from tests.rules.drafts import EXAMPLES, draft

ROOT = "/api/v1/documents"


async def issued(portal: Any, number: str, *kinds: DocumentKind) -> list[Issued]:
    async with transaction() as session:
        case = await open_by_number(session, number, actor=Actor("wang"), now=portal.now)
        made = [
            documents.issue(case, draft(kind, matter=replace(EXAMPLES[kind][1], application=number)), serial=1)
            for kind in kinds
        ]
        await write(case)
    return made


@pytest.fixture
async def refusal(portal: Any) -> Issued:
    [made] = await issued(portal, await portal.launch(), DocumentKind.REFUSAL)
    return made


async def verified(portal: Any, number: str, given: str | None, path: str = "") -> httpx.Response:
    query = {} if given is None else {"code": given}
    answer: httpx.Response = await portal.get(f"{ROOT}/{number}{path}", account=None, params=query)
    return answer


async def test_a_document_is_verified_without_signing_in(portal: Any, refusal: Issued) -> None:
    answer = await verified(portal, refusal.number, refusal.check_code)

    assert answer.status_code == 200
    assert answer.json() == {
        "number": refusal.number,
        "kind": "refusal",
        "kind_zh": "不予许可决定书",
        "title": "不予许可决定书",
        "issuer": "开原市住房和城乡建设局",
        "addressee": "开原市云帆铸造有限公司",
        "dated": "2026-03-02",
        "issued_at": "2026-03-02T09:00:00+08:00",
        "template_version": "1",
        "sha256": refusal.sha256,
        "valid": True,
    }


async def test_the_document_itself_is_a_pdf_the_same_each_time(portal: Any, refusal: Issued) -> None:
    first = await verified(portal, refusal.number, refusal.check_code, "/pdf")
    again = await verified(portal, refusal.number, refusal.check_code.lower(), "/pdf")

    assert first.status_code == 200
    assert first.headers["content-type"] == "application/pdf"
    assert first.headers["content-disposition"] == f'attachment; filename="{refusal.number}.pdf"'
    assert first.headers["cache-control"] == "no-store"
    assert again.content == first.content
    printed = "".join(PdfReader(BytesIO(first.content)).pages[0].extract_text().split())
    assert refusal.check_code in printed
    assert f"https://daiban.example.gov.cn{ROOT}/{refusal.number}" in printed


@pytest.mark.parametrize("path", ["", "/pdf"])
async def test_an_unknown_number_and_a_wrong_code_are_answered_alike(portal: Any, refusal: Issued, path: str) -> None:
    unknown = document_number(DocumentKind.GRANT, UNKNOWN, "E01", 1)
    answers = [
        await verified(portal, refusal.number, "7K3M-9QXD-0TRW-4HZE", path),
        await verified(portal, refusal.number, "", path),
        await verified(portal, refusal.number, "校验码", path),
        await verified(portal, unknown, refusal.check_code, path),
        await verified(portal, unknown, "0000-0000-0000-0000", path),
    ]

    assert {(answer.status_code, code(answer)) for answer in answers} == {(404, "not-found")}
    assert len({answer.json()["detail"] for answer in answers}) == 1
    assert all(set(answer.json()) == {"type", "title", "status", "detail", "wanted"} for answer in answers)


@pytest.mark.parametrize("path", ["", "/pdf"])
async def test_a_mistyped_number_is_told_before_anything_is_looked_up(portal: Any, refusal: Issued, path: str) -> None:
    mistyped = await verified(portal, refusal.number[:-1] + ("0" if refusal.number[-1] != "0" else "1"), "x", path)
    missing = await verified(portal, refusal.number, None, path)
    endless = await verified(portal, refusal.number, "0" * 65, path)

    assert (mistyped.status_code, code(mistyped), mistyped.json()["fault"]) == (422, "invalid-number", "check")
    assert (missing.status_code, code(missing)) == (422, "invalid-request")
    assert (endless.status_code, code(endless)) == (422, "invalid-request")


async def test_an_altered_document_is_not_valid_and_not_printed(portal: Any, refusal: Issued) -> None:
    async with transaction() as session:
        await session.execute(text("ALTER TABLE issued_documents DISABLE TRIGGER USER"))
        await session.execute(text('UPDATE issued_documents SET content = content || \'{"addressee": "他人"}\''))

    assert (await verified(portal, refusal.number, refusal.check_code)).json()["valid"] is False
    printed = await verified(portal, refusal.number, refusal.check_code, "/pdf")
    assert (printed.status_code, code(printed)) == (500, "document-altered")


async def test_an_agent_sees_every_document_with_the_code_that_opens_it(portal: Any) -> None:
    number = await portal.launch()
    before = (await portal.get(f"/api/v1/applications/{number}/documents")).json()["documents"]
    assert [each["kind"] for each in before] == ["engagement"]
    kinds = (DocumentKind.RECEIPT, DocumentKind.ACCEPTANCE)
    made = await issued(portal, number, *kinds)

    everything = (await portal.get(f"/api/v1/applications/{number}/documents")).json()["documents"]
    listed = [each for each in everything if each["kind"] != "engagement"]

    assert {(each["number"], each["check_code"]) for each in listed} == {(m.number, m.check_code) for m in made}
    path = listed[0]["verified_at"].removeprefix("https://daiban.example.gov.cn")
    assert (await portal.get(path, account=None, params={"code": listed[0]["check_code"]})).status_code == 200


@pytest.mark.parametrize(("account", "status"), [(None, 401), ("wu", 403), ("gone", 401), ("zhao", 200)])
async def test_only_the_center_sees_the_list(portal: Any, account: str | None, status: int) -> None:
    number = await portal.launch()

    assert (await portal.get(f"/api/v1/applications/{number}/documents", account=account)).status_code == status


async def test_the_list_of_an_unknown_application_is_not_found(portal: Any) -> None:
    answer = await portal.get(f"/api/v1/applications/{UNKNOWN}/documents")

    assert (answer.status_code, code(answer)) == (404, "not-found")


async def test_answers_have_the_members_that_their_schemas_name(
    portal: Any,
    written: dict[str, Any],  # noqa: F811
) -> None:
    number = await portal.launch()
    [made] = await issued(portal, number, DocumentKind.GRANT)
    answer = await verified(portal, made.number, made.check_code)
    listed = (await portal.get(f"/api/v1/applications/{number}/documents")).json()["documents"]

    for example in (answer.json(), record_examples.VERIFIED):
        compare(written, {"$ref": "#/components/schemas/Verified"}, example)
    for example in (listed[0], record_examples.DOCUMENTS["documents"][0]):
        compare(written, {"$ref": "#/components/schemas/DocumentLine"}, example)
