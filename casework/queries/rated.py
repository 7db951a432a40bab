"""Ratings (好差评) as people look at them, newest first, and how often each grade was given."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.ratings import Grade

_LINES: Final = """
SELECT r.id, a.number, p.name AS project, r.item, r.grade, r.words, r.rated_at, r.complaint_id, r.set_aside_at,
       r.set_aside_by, r.set_aside_because
  FROM ratings r JOIN applications a ON a.id = r.application_id JOIN projects p ON p.id = a.project_id
 WHERE true"""
_COUNTS: Final = text("""
SELECT b.department, coalesce(d.name, '') AS name, b.grade, b.number
  FROM board_ratings b LEFT JOIN departments d ON d.code = b.department ORDER BY b.department
""")


@dataclass(frozen=True, slots=True)
class RatingLine:
    """One rating; empty ``item`` is the application as a whole."""

    id: int
    number: str
    project: str
    item: str
    grade: Grade
    words: str | None
    rated_at: datetime
    #: The ticket of a bad one.
    complaint_id: int | None
    set_aside_at: datetime | None
    set_aside_by: str | None
    set_aside_because: str | None


async def rating_lines(
    session: AsyncSession, *, grade: Grade | None = None, before: int | None = None, limit: int
) -> list[RatingLine]:
    """List up to ``limit`` ratings, the newest first, those before the one of id ``before``; of one grade if named."""
    statement, given = _LINES, dict[str, Any](limit=limit)
    if grade is not None:
        statement, given = statement + " AND r.grade = :grade", {**given, "grade": grade}
    if before is not None:
        statement, given = statement + " AND r.id < :before", {**given, "before": before}
    rows = (await session.execute(text(statement + " ORDER BY r.id DESC LIMIT :limit"), given)).mappings()
    return [RatingLine(**{**row, "grade": Grade(row["grade"])}) for row in rows]


async def rating_counts(session: AsyncSession) -> dict[tuple[str, str], dict[Grade, int]]:
    """Tell how often each grade counts, by department (code, name); the empty one is of whole applications."""
    found: dict[tuple[str, str], dict[Grade, int]] = {}
    for row in await session.execute(_COUNTS):
        found.setdefault((row.department, row.name), {})[Grade(row.grade)] = row.number
    return found
