"""Documents are issued with the case file, verified by their code, and printed again as they were."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from casework import documents, queries
from casework.casefile import Actor, CaseFile, open_by_number
from casework.documents import Issued
from casework.papers import render
from casework.writing import write
from kit.check_codes import secret_path
from kit.settings import settings
from kit.signing import SecretError, new_secret
from rules.canonical import canonical_json, fingerprint
from rules.documents import DocumentKind, check_document_number
from rules.errors import DocumentAlteredError, NotFoundError
from rules.workdays import SHANGHAI
from tests.rules.drafts import EXAMPLES, draft

pytestmark = pytest.mark.usefixtures("check_codes")
K = DocumentKind
CLERK = Actor("wang")


class Office:
    """An application, and what issues documents about it."""

    def __init__(self, desk: Any, number: str) -> None:
        self.session: AsyncSession = desk.session
        self.desk = desk
        self.number = number

    async def open(self) -> CaseFile:
        return await open_by_number(self.session, self.number, actor=CLERK, now=self.desk.now)

    def draft(self, kind: K, **changes: Any) -> Any:
        return draft(kind, matter=replace(EXAMPLES[kind][1], application=self.number), **changes)

    async def issue(self, kind: K, *, serial: int = 1, at: datetime | None = None, **changes: Any) -> Issued:
        case = await self.open()
        issued = documents.issue(case, self.draft(kind, **changes), serial=serial, at=at)
        case.record("document.issued", details=issued.step_details)
        await write(case)
        return issued

    async def tamper(self, statement: str, **given: str) -> None:
        """Change what cannot be changed, behind the trigger's back."""
        await self.session.execute(text("ALTER TABLE issued_documents DISABLE TRIGGER USER"))
        await self.session.execute(text(statement), given)


@pytest.fixture
async def office(desk: Any) -> Office:
    return Office(desk, await desk.launch())


async def test_an_issued_document_is_verified_by_its_number_and_code(office: Office) -> None:
    issued = await office.issue(K.REFUSAL)

    found = await documents.verify(office.session, issued.number, issued.check_code)
    check_document_number(issued.number)
    assert (found.kind, found.title, found.issuer) == (K.REFUSAL, "不予许可决定书", "开原市住房和城乡建设局")
    assert (found.dated, found.sha256, found.valid) == (date(2026, 3, 2), issued.sha256, True)
    assert found.issued_at == office.desk.now


async def test_a_code_is_accepted_as_people_type_it(office: Office) -> None:
    issued = await office.issue(K.GRANT)
    typed = issued.check_code.lower().replace("-", " ").replace("0", "o").replace("1", "l")

    assert (await documents.verify(office.session, issued.number, typed)).valid


async def test_a_wrong_code_and_an_unknown_number_are_refused_alike(office: Office) -> None:
    issued = await office.issue(K.GRANT)
    other = await office.issue(K.REFUSAL)
    refusals = []
    for number, code in (
        (issued.number, other.check_code),
        (issued.number, ""),
        ("ZX-211282-20260302-99999-D01-01-0", issued.check_code),
        ("ZX-211282-20260302-99999-D01-01-0", "0000-0000-0000-0000"),
    ):
        for ask in (documents.verify, documents.load_pdf):
            with pytest.raises(NotFoundError) as caught:
                await ask(office.session, number, code)
            refusals.append(caught.value.message)

    assert len(set(refusals)) == 1


async def test_a_document_is_printed_again_as_it_was(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    issued = await office.issue(K.CORRECTION_NOTICE)
    first = await documents.load_pdf(office.session, issued.number, issued.check_code)
    office.desk.wait(days=400)
    monkeypatch.setenv("DAIBAN_PORTAL_URL", "https://moved.example.gov.cn")
    settings.cache_clear()

    assert await documents.load_pdf(office.session, issued.number, issued.check_code) == first
    assert first.startswith(b"%PDF-")


async def test_the_stored_content_has_the_fingerprint_that_the_step_carries(office: Office) -> None:
    issued = await office.issue(K.REFUSAL)

    content = await office.session.scalar(text("SELECT content FROM issued_documents WHERE kind <> 'engagement'"))
    [step] = [s for s in await queries.steps(office.session, office.number, limit=100) if s.kind == "document.issued"]
    assert fingerprint(content) == issued.sha256
    assert step.details == {"number": issued.number, "kind": "refusal", "sha256": issued.sha256}
    assert issued.check_code not in str(step), "who may read the record may not therefore open the document"
    pdf = await documents.load_pdf(office.session, issued.number, issued.check_code)
    assert pdf == await render(content, issued.check_code)


@pytest.mark.parametrize(
    "forgery",
    [
        "UPDATE issued_documents SET content = jsonb_set(content, '{issuer}', '\"开原市财政局\"')",
        "UPDATE issued_documents SET sha256 = repeat('0', 64)",
        "UPDATE issued_documents SET content = content || '{\"sealed\": false}'",
    ],
)
async def test_an_altered_document_is_told_and_not_printed(office: Office, forgery: str) -> None:
    issued = await office.issue(K.GRANT)
    await office.tamper(forgery)

    assert not (await documents.verify(office.session, issued.number, issued.check_code)).valid
    with pytest.raises(DocumentAlteredError):
        await documents.load_pdf(office.session, issued.number, issued.check_code)


async def test_whoever_can_write_the_database_cannot_make_a_valid_document(office: Office) -> None:
    issued = await office.issue(K.GRANT)
    content = await office.session.scalar(text("SELECT content FROM issued_documents WHERE kind <> 'engagement'"))
    forged = {**content, "addressee": "另一公司"}
    given = {"content": canonical_json(forged), "sha256": fingerprint(forged), "code": "7K3M-9QXD-0TRW-4HZE"}
    await office.tamper(
        "UPDATE issued_documents SET content = CAST(:content AS jsonb), sha256 = :sha256, check_code = :code"
        " WHERE kind = 'grant'",
        **given,
    )

    assert not (await documents.verify(office.session, issued.number, "7K3M-9QXD-0TRW-4HZE")).valid


async def test_documents_stay_valid_when_the_secret_is_changed_and_the_old_one_kept(office: Office) -> None:
    issued = await office.issue(K.GRANT)
    secret_path().write_text(f"{new_secret()}\n{secret_path().read_text()}")

    assert (await documents.verify(office.session, issued.number, issued.check_code)).valid


async def test_nothing_is_issued_without_a_secret(office: Office) -> None:
    secret_path().unlink()

    with pytest.raises(SecretError, match="check-codes"):
        await office.issue(K.GRANT)


async def test_serials_count_by_kind_and_item_also_within_one_transaction(office: Office) -> None:
    case = await office.open()
    first = documents.issue_next(case, office.draft(K.SPECIAL_PROCEDURE))
    second = documents.issue_next(case, office.draft(K.SPECIAL_PROCEDURE))
    grant = documents.issue_next(case, office.draft(K.GRANT))
    await write(case)
    later = await office.open()
    third = documents.issue_next(later, office.draft(K.SPECIAL_PROCEDURE))
    whole = documents.issue_next(later, office.draft(K.WITHDRAWAL))

    serials = [each.number.split("-")[4:6] for each in (first, second, third, grant, whole)]
    assert serials == [["D01", "01"], ["D01", "02"], ["D01", "03"], ["D01", "01"], ["000", "01"]]


async def test_one_number_is_issued_once(office: Office) -> None:
    await office.issue(K.GRANT)

    with pytest.raises(IntegrityError, match="issued_documents"):
        await office.issue(K.GRANT)


async def test_a_document_about_another_application_is_refused(office: Office) -> None:
    matter = replace(EXAMPLES[K.GRANT][1], application="DB-211282-20260302-00002-7")
    about_another = draft(K.GRANT, matter=matter)

    with pytest.raises(ValueError, match="cannot be issued"):
        documents.issue(await office.open(), about_another, serial=1)


async def test_a_document_is_dated_by_the_legal_moment_in_shanghai(office: Office) -> None:
    late = datetime(2026, 3, 3, 0, 30, tzinfo=SHANGHAI)
    issued = await office.issue(K.REFUSAL, at=late)

    found = await documents.verify(office.session, issued.number, issued.check_code)
    assert found.dated == date(2026, 3, 3)
    assert found.issued_at == late


async def test_the_documents_of_an_application_are_listed_in_the_order_of_their_issue(office: Office) -> None:
    start = office.desk.now
    kinds = [K.RECEIPT, K.ACCEPTANCE, K.GRANT]
    issued = [await office.issue(kind, at=start + timedelta(days=n)) for n, kind in enumerate(kinds)]

    listed = [each for each in await queries.issued_documents(office.session, office.number) if each.item]

    assert [(each.kind, each.number, each.check_code) for each in listed] == [
        (each.kind, each.number, each.check_code) for each in issued
    ]
    assert listed[2].dated == date(2026, 3, 4)
    assert listed[0].verified_at.endswith(f"/api/v1/documents/{issued[0].number}")
    with pytest.raises(NotFoundError):
        await queries.issued_documents(office.session, "DB-211282-20260302-99999-0")
