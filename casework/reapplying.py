"""A new application after a refusal: what the earlier one has brought is taken over."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.casefile import CaseFile
from casework.entering import enter
from models import Material
from rules.catalog import ItemCode, NodeCode
from rules.errors import InvalidIntakeError
from rules.reapplying import EarlierResult, require_reappliable, reusable, reused
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome
from rules.workdays import local_date

_EARLIER = text("""
SELECT a.id, a.number, a.status, a.outcome, a.project_id, t.credit_code, p.code AS project_code
  FROM applications a JOIN applicants t ON t.id = a.applicant_id JOIN projects p ON p.id = a.project_id
 WHERE a.number = :number
""")
_RESULTS = text("""
SELECT DISTINCT ON (s.item) s.item, coalesce(s.reused_from, s.id) AS assignment, s.status, d.document_number,
       d.decided_at
  FROM assignments s LEFT JOIN decisions d ON d.assignment_id = coalesce(s.reused_from, s.id)
 WHERE s.application_id = :id ORDER BY s.item, s.round DESC
""")
# What was asked for anew and not brought counts as brought no longer.
_MATERIALS = text("""
SELECT name, provided_at, provided_by, sha256 FROM materials
 WHERE application_id = :id AND provided_at IS NOT NULL ORDER BY name
""")
_MILESTONES = text("""
SELECT code FROM milestones WHERE application_id = :id AND reached_at IS NOT NULL ORDER BY reached_at, code
""")


@dataclass(frozen=True, slots=True)
class Earlier:
    """The application that is applied for again."""

    id: int
    number: str
    project: int


async def earlier(session: AsyncSession, number: str, credit_code: str, project_code: str | None) -> Earlier:
    """Return the application that is applied for again.

    Raises InvalidIntakeError when there is none of this applicant's, when it is another project's, has not ended, or
    was granted.
    """
    row = (await session.execute(_EARLIER, {"number": number})).one_or_none()
    if row is None or row.credit_code != credit_code:
        raise InvalidIntakeError(f"该申请人没有代办件 {number}，不能重新申请", reapplies=number)
    if project_code is not None and project_code != row.project_code:
        raise InvalidIntakeError(f"项目代码 {project_code} 与 {number} 不符", reapplies=number)
    require_reappliable(number, ApplicationStatus(row.status), Outcome(row.outcome) if row.outcome else None)
    return Earlier(row.id, row.number, row.project_id)


async def bring_materials(session: AsyncSession, application: int, source: Earlier, new: set[str]) -> list[str]:
    """Copy the materials the earlier application has, except those handed in anew; return their names."""
    rows = await session.execute(_MATERIALS, {"id": source.id})
    brought = [dict(row._mapping) for row in rows if row.name not in new]
    if brought:
        await session.execute(insert(Material), [{"application_id": application, **material} for material in brought])
    return [material["name"] for material in brought]


async def take_over(case: CaseFile, source: Earlier, materials: list[str]) -> None:
    """Enter the earlier application's valid results and what has happened in the world."""
    rows = await case.session.execute(_RESULTS, {"id": source.id})
    results = reusable(case.snapshot.network, [_result(row) for row in rows], local_date(case.now))
    reached = (await case.session.execute(_MILESTONES, {"id": source.id})).scalars()
    milestones = [NodeCode(code) for code in reached]
    enter(case, reused(case.snapshot, source.number, results, materials, milestones))


def _result(row: Row[Any]) -> EarlierResult:
    return EarlierResult(
        ItemCode(row.item), row.assignment, AssignmentStatus(row.status), row.document_number, row.decided_at
    )
