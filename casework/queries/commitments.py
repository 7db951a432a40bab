"""An application's commitments, and an applicant's record of those that were not kept."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.catalogs import newest
from rules.commitments.tolerance import barred_until
from rules.errors import NotFoundError
from rules.vocabulary import BreachKind, CommitmentKind, CommitmentStatus
from rules.workdays import local_date

_OF_APPLICATION = text("""
SELECT c.* FROM applications a LEFT JOIN commitments c ON c.application_id = a.id
 WHERE a.number = :number ORDER BY c.signed_at, c.id
""")
_APPLICANT = text("SELECT id, name, credit_code FROM applicants WHERE credit_code = :code")
_RECORDS = text("""
SELECT r.id, a.number AS application, r.item, r.kind, r.at, r.repaired_at, r.repaired_by, r.repair_reason
  FROM credit_records r JOIN applications a ON a.id = r.application_id
 WHERE r.applicant_id = :applicant ORDER BY r.at DESC, r.id DESC
""")


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """A commitment of an application; ``letter`` is what was signed, ``signature`` its SHA-256."""

    id: UUID
    item: str
    kind: CommitmentKind
    status: CommitmentStatus
    materials: tuple[str, ...]
    form: str
    own_date: date | None
    #: The last day of what is awaited now; None before it runs.
    due_on: date | None
    reminded_at: datetime | None
    supplied_at: datetime | None
    orders: int
    signer: str
    signed_at: datetime
    signature: str
    text_version: str
    credit_check: dict[str, Any]
    letter: dict[str, Any]
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A commitment that was not kept."""

    id: int
    application: str
    item: str
    kind: BreachKind
    at: datetime
    repaired_at: datetime | None
    repaired_by: str | None
    repair_reason: str | None


@dataclass(frozen=True, slots=True)
class CreditReport:
    """Whether an applicant may be offered another commitment, and why not."""

    applicant: str
    credit_code: str
    eligible: bool
    #: The last day of the bar; None when there is none.
    barred_until: date | None
    records: tuple[CreditLine, ...]


async def commitments(session: AsyncSession, number: str) -> list[CommitmentLine]:
    """List the commitments of an application, in the order they were signed. Raises NotFoundError."""
    rows = (await session.execute(_OF_APPLICATION, {"number": number})).mappings().all()
    if not rows:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    return [_line(row) for row in rows if row["id"] is not None]


async def credit(session: AsyncSession, credit_code: str, *, now: datetime) -> CreditReport:
    """Report on an applicant's commitments that were not kept, latest first. Raises NotFoundError."""
    applicant = (await session.execute(_APPLICANT, {"code": credit_code})).one_or_none()
    if applicant is None:
        raise NotFoundError(f"没有找到申请人 {credit_code}", wanted=credit_code)
    rows = (await session.execute(_RECORDS, {"applicant": applicant.id})).mappings().all()
    records = tuple(CreditLine(**{**row, "kind": BreachKind(row["kind"])}) for row in rows)
    breached = max((local_date(record.at) for record in records if record.repaired_at is None), default=None)
    _, catalog = await newest(session)
    until = barred_until(breached, catalog.policies)
    barred = until is not None and local_date(now) <= until
    return CreditReport(applicant.name, applicant.credit_code, not barred, until if barred else None, records)


def _line(row: Any) -> CommitmentLine:
    values = {name: row[name] for name in CommitmentLine.__slots__}
    words = {"kind": CommitmentKind(row["kind"]), "status": CommitmentStatus(row["status"])}
    return CommitmentLine(**{**values, **words, "materials": tuple(row["materials"])})
