"""Issue documents, verify them, and print them again at any time."""

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.casefile import CaseFile
from casework.papers import render
from kit.check_codes import check_code, is_ours, same
from kit.settings import settings
from models import IssuedDocument
from rules.canonical import fingerprint
from rules.catalog import ItemCode
from rules.documents import (
    TEMPLATE_VERSION,
    DocumentKind,
    Draft,
    document_id,
    document_number,
    issued_content,
)
from rules.entries import Entry
from rules.errors import DocumentAlteredError, NotFoundError
from rules.issuing import Facts, carried, following
from rules.workdays import local_date

#: Where the portal verifies documents, below its address; printed on every document.
ROOT: Final = "/api/v1/documents"
_CODE = text("SELECT check_code FROM issued_documents WHERE number = :number")
_ONE = text("SELECT number, kind, title, content, issued_at, sha256, check_code FROM issued_documents WHERE id = :id")
#: Compared with where there is no document, so that an unknown number costs what a wrong code does.
_NO_CODE: Final = "0000-0000-0000-0000"


@dataclass(frozen=True, slots=True)
class Issued:
    """What a step record and a notice say of a document that was just issued."""

    id: UUID
    kind: DocumentKind
    number: str
    title: str
    sha256: str
    check_code: str

    @property
    def step_details(self) -> dict[str, str]:
        """Return what the step record carries: the hash ties the document to the chain."""
        return {"number": self.number, "kind": self.kind.value, "sha256": self.sha256}

    @property
    def told(self) -> dict[str, str]:
        """Return what a notice carries: with number and code its reader verifies and fetches the document."""
        path = f"{ROOT}/{self.number}"
        return {
            "number": self.number,
            "title": self.title,
            "check_code": self.check_code,
            "verify": f"{path}?code={self.check_code}",
            "pdf": f"{path}/pdf?code={self.check_code}",
        }


@dataclass(frozen=True, slots=True)
class Verified:
    """What the office says of a document to who holds its check code."""

    number: str
    kind: DocumentKind
    title: str
    issuer: str
    addressee: str
    dated: date
    issued_at: datetime
    template_version: str
    sha256: str
    #: The stored content is what was issued, and the code was made by this office.
    valid: bool


def issue(
    case: CaseFile, draft: Draft, *, serial: int, assignment: UUID | None = None, at: datetime | None = None
) -> Issued:
    """Number, date and fix a document; it is written with the case file and printed only when asked for.

    ``serial`` counts from 1 among the application's documents of this kind for this item, over all rounds; the same
    serial twice violates the number's uniqueness. ``at`` is the legal moment, the case file's when absent.
    Raises SecretError without a secret for check codes.
    """
    matter = draft.matter
    if matter.application != case.number:
        raise ValueError(f"a document about {matter.application} cannot be issued in {case.number}")
    moment = at or case.now
    number = document_number(draft.kind, case.number, matter.item, serial)
    content = issued_content(
        draft,
        number=number,
        dated=local_date(moment),
        verified_at=f"{settings().portal_url.rstrip('/')}{ROOT}/{number}",
    )
    digest = fingerprint(content)
    issued = Issued(
        id=document_id(number),
        kind=draft.kind,
        number=number,
        title=draft.kind.zh,
        sha256=digest,
        check_code=check_code(_message(number, digest)),
    )
    case.add(
        IssuedDocument,
        **asdict(issued),
        item=matter.item,
        application_id=case.id,
        assignment_id=assignment,
        content=content,
        template_version=TEMPLATE_VERSION,
        issued_at=moment,
    )
    key = draft.kind, ItemCode(matter.item) if matter.item else None
    counted = {**case.snapshot.documents, key: max(serial, case.snapshot.documents.get(key, 0))}
    case.snapshot = replace(case.snapshot, documents=counted)
    return issued


def issue_next(case: CaseFile, draft: Draft, *, assignment: UUID | None = None, at: datetime | None = None) -> Issued:
    """Issue a document with the next serial of its kind and item, as the case file has counted them."""
    key = draft.kind, ItemCode(draft.matter.item) if draft.matter.item else None
    serial = case.snapshot.documents.get(key, 0) + 1
    return issue(case, draft, serial=serial, assignment=assignment, at=at)


def with_documents(case: CaseFile, entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """Issue every document that follows from entries, and return the entries that name them.

    Raises DocumentIncompleteError when an act lacks what its document must state.
    """
    papers = following(case.snapshot, entries, case.parties, case.now)
    if not papers:
        return entries
    facts = {}
    for paper in papers:
        issued = issue(case, paper.draft, serial=paper.serial, assignment=paper.assignment, at=paper.at)
        facts[paper.number] = Facts(issued.step_details, issued.told)
    return carried(entries, papers, facts)


async def verify(session: AsyncSession, number: str, code: str) -> Verified:
    """Tell what a document is. Raises NotFoundError alike for an unknown number and a wrong code."""
    row = await _opened(session, number, code)
    return Verified(
        number=row.number,
        kind=DocumentKind(row.kind),
        title=row.title,
        issuer=row.content["issuer"],
        addressee=row.content["addressee"],
        dated=date.fromisoformat(row.content["dated"]),
        issued_at=row.issued_at,
        template_version=row.content["template_version"],
        sha256=row.sha256,
        valid=_is_intact(row),
    )


async def load_pdf(session: AsyncSession, number: str, code: str) -> bytes:
    """Print a document as it was issued. Raises NotFoundError as ``verify``, DocumentAlteredError."""
    row = await _opened(session, number, code)
    if not _is_intact(row):
        raise DocumentAlteredError(f"文书 {number} 的存档内容与签发时不一致，请联系代办中心", number=number)
    return await render(row.content, row.check_code)


async def _opened(session: AsyncSession, number: str, code: str) -> Row[Any]:
    # The code alone first: what is read and compared is the same whether or not there is such a document.
    stored = await session.scalar(_CODE, {"number": number})
    if not same(code, stored or _NO_CODE) or stored is None:
        raise NotFoundError("编号或者校验码不符，请核对后重新输入", wanted=number)
    return (await session.execute(_ONE, {"id": document_id(number)})).one()


def _is_intact(row: Row[Any]) -> bool:
    digest = fingerprint(row.content)
    return digest == row.sha256 and is_ours(row.check_code, _message(row.number, digest))


def _message(number: str, digest: str) -> str:
    return f"{number}\n{digest}"
