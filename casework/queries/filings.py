"""Refusal filings (否定备案), newest first: every negative decision with the two people behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.errors import NotFoundError
from rules.filing_review import FilingReview
from rules.numbers import check_filing_number
from rules.vocabulary import DecisionKind

_LIST = """
SELECT f.number, a.number AS application, p.name AS project, t.name AS applicant, s.id AS assignment, s.item,
       i.name AS item_name, f.department, d.name AS department_name, f.kind, f.facts, f.reason, f.legal_basis,
       f.papers, f.handler, f.approver, f.filed_at, n.sent_at AS told_at
  FROM refusal_filings f
  JOIN applications a ON a.id = f.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
  JOIN assignments s ON s.id = f.assignment_id
  JOIN approval_items i ON i.catalog_version = s.catalog_version AND i.code = s.item
  JOIN departments d ON d.code = f.department
  JOIN notices n ON n.id = f.notice_id
 WHERE true"""
_REVIEWS = text("""
SELECT filing, kind, by, reason, at FROM filing_review_steps WHERE filing = ANY(:filings) ORDER BY filing, serial
""")
_PROPOSED = """
SELECT s.id AS assignment, a.number AS application, p.name AS project, s.item, s.department, d.name AS department_name,
       i.name AS item_name, s.proposal, s.promised_due
  FROM assignments s
  JOIN applications a ON a.id = s.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN departments d ON d.code = s.department
  JOIN approval_items i ON i.catalog_version = s.catalog_version AND i.code = s.item
 WHERE s.status = 'refusal_proposed'"""
_OLDEST = " ORDER BY s.opened_at, s.id LIMIT :limit"
_OF_DEPARTMENT = " AND s.department = :department"
_FILED_BY = " AND f.department = :department"
_BEFORE = " AND (f.filed_at, f.number) < (SELECT filed_at, number FROM refusal_filings WHERE number = :before)"
# The limit is written out: of one that it does not know PostgreSQL expects a tenth of the table, and sorts it all.
_NEWEST = " ORDER BY f.filed_at DESC, f.number DESC LIMIT {limit}"
_KNOWN = text("SELECT EXISTS (SELECT FROM refusal_filings WHERE number = :number)")


@dataclass(frozen=True, slots=True)
class Filing:
    """A negative decision as it was filed."""

    number: str
    application: str
    project: str
    applicant: str
    assignment: UUID
    item: str
    item_name: str
    department: str
    department_name: str
    kind: DecisionKind
    facts: str
    reason: str
    legal_basis: str
    #: What the applicant would have to bring.
    papers: tuple[str, ...]
    handler: str
    approver: str
    filed_at: datetime
    #: When the applicant was told; None while the notice is on its way.
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """A step of the review of a filing."""

    kind: FilingReview
    by: str
    reason: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Proposal:
    """A negative decision that waits for the second pair of eyes."""

    assignment: UUID
    application: str
    project: str
    item: str
    item_name: str
    department: str
    department_name: str
    #: As it was proposed: handler, facts, reason, legal basis.
    proposal: dict[str, Any]
    promised_due: date | None


async def reviews(session: AsyncSession, numbers: Sequence[str]) -> dict[str, list[ReviewLine]]:
    """Return what was said of each of these filings, in order."""
    found: dict[str, list[ReviewLine]] = {}
    for row in await session.execute(_REVIEWS, {"filings": list(numbers)}):
        found.setdefault(row.filing, []).append(ReviewLine(FilingReview(row.kind), row.by, row.reason, row.at))
    return found


async def proposals(session: AsyncSession, *, department: str | None = None, limit: int) -> list[Proposal]:
    """List what waits for the second pair of eyes, the oldest first; of one department if named."""
    statement, given = _PROPOSED, dict[str, object](limit=limit)
    if department is not None:
        statement, given = statement + _OF_DEPARTMENT, {**given, "department": department}
    return [Proposal(**row) for row in (await session.execute(text(statement + _OLDEST), given)).mappings()]


async def filings(
    session: AsyncSession, *, limit: int, before: str | None = None, department: str | None = None
) -> list[Filing]:
    """List up to ``limit`` filings, only those filed before the one numbered ``before``; of one department if named.

    Raises InvalidNumberError and NotFoundError for a ``before`` that is mistyped or unknown.
    """
    statement, given = _LIST, dict[str, object]()
    if before is not None:
        check_filing_number(before)
        if not await session.scalar(_KNOWN, {"number": before}):
            raise NotFoundError(f"没有找到否定备案 {before}", wanted=before)
        statement, given = statement + _BEFORE, {**given, "before": before}
    if department is not None:
        statement, given = statement + _FILED_BY, {**given, "department": department}
    rows = await session.execute(text(statement + _NEWEST.format(limit=int(limit))), given)
    return [
        Filing(**{**row, "kind": DecisionKind(row["kind"]), "papers": tuple(row["papers"])}) for row in rows.mappings()
    ]
