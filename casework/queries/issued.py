"""The documents of an application, as the center's people see them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.documents.kinds import DocumentKind
from rules.errors import NotFoundError

_ID = text("SELECT id FROM applications WHERE number = :number")
_DOCUMENTS = text("""
SELECT number, kind, title, content->>'issuer' AS issuer, content->>'item' AS item, assignment_id,
       content->>'dated' AS dated, issued_at, sha256, check_code, content->>'verified_at' AS verified_at
  FROM issued_documents WHERE application_id = :id ORDER BY issued_at, number
""")


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document that was issued, with the code that opens it."""

    number: str
    kind: DocumentKind
    title: str
    issuer: str
    item: str | None
    assignment: UUID | None
    dated: date
    issued_at: datetime
    sha256: str
    check_code: str
    #: Answers with ``?code=`` and the check code; with ``/pdf`` before it, the document itself.
    verified_at: str


async def issued_documents(session: AsyncSession, number: str) -> list[DocumentLine]:
    """List an application's documents in the order of their issue. Raises NotFoundError."""
    application = await session.scalar(_ID, {"number": number})
    if application is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    rows = (await session.execute(_DOCUMENTS, {"id": application})).all()
    return [
        DocumentLine(
            number=row.number,
            kind=DocumentKind(row.kind),
            title=row.title,
            issuer=row.issuer,
            item=row.item,
            assignment=row.assignment_id,
            dated=date.fromisoformat(row.dated),
            issued_at=row.issued_at,
            sha256=row.sha256,
            check_code=row.check_code,
            verified_at=row.verified_at,
        )
        for row in rows
    ]
