"""Refusal filings (否定备案), newest first: every negative decision with the two people behind it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.errors import NotFoundError
from rules.numbers import check_filing_number
from rules.vocabulary import DecisionKind

_LIST = """
SELECT f.number, a.number AS application, p.name AS project, t.name AS applicant, s.id AS assignment, s.item,
       i.name AS item_name, s.department, d.name AS department_name, f.kind, f.facts, f.reason, f.legal_basis,
       f.papers, f.handler, f.approver, f.filed_at, n.sent_at AS told_at
  FROM refusal_filings f
  JOIN applications a ON a.id = f.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
  JOIN assignments s ON s.id = f.assignment_id
  JOIN approval_items i ON i.catalog_version = s.catalog_version AND i.code = s.item
  JOIN departments d ON d.code = s.department
  JOIN notices n ON n.id = f.notice_id"""
_BEFORE = " WHERE (f.filed_at, f.number) < (SELECT filed_at, number FROM refusal_filings WHERE number = :before)"
_NEWEST = " ORDER BY f.filed_at DESC, f.number DESC LIMIT :limit"
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


async def filings(session: AsyncSession, *, limit: int, before: str | None = None) -> list[Filing]:
    """List up to ``limit`` filings, only those filed before the one numbered ``before``.

    Raises InvalidNumberError and NotFoundError for a ``before`` that is mistyped or unknown.
    """
    statement, given = _LIST, dict[str, object](limit=limit)
    if before is not None:
        check_filing_number(before)
        if not await session.scalar(_KNOWN, {"number": before}):
            raise NotFoundError(f"没有找到否定备案 {before}", wanted=before)
        statement, given = statement + _BEFORE, {**given, "before": before}
    rows = await session.execute(text(statement + _NEWEST), given)
    return [
        Filing(**{**row, "kind": DecisionKind(row["kind"]), "papers": tuple(row["papers"])}) for row in rows.mappings()
    ]
