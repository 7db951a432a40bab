"""The files of an application, and the materials that a department may fetch."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from kit.scanning import Finding
from rules.errors import NotFoundError

_ID = text("SELECT id FROM applications WHERE number = :number")
_FILES = text("""
SELECT m.material, m.version, NULL::uuid AS assignment, m.file_name, m.brought_by, m.brought_at,
       f.sha256, f.size, f.media_type, f.finding, false AS decided
  FROM material_files m JOIN stored_files f ON f.sha256 = m.sha256 WHERE m.application_id = :id
 UNION ALL
SELECT NULL, NULL, r.assignment_id, r.file_name, 'department/' || r.department, r.received_at,
       f.sha256, f.size, f.media_type, f.finding, r.decided
  FROM result_files r JOIN assignments s ON s.id = r.assignment_id JOIN stored_files f ON f.sha256 = r.sha256
 WHERE s.application_id = :id
 ORDER BY brought_at, material, version, sha256
""")
_FETCHABLE = text("""
SELECT t.name, t.version, f.sha256, f.size, f.media_type
  FROM assignments s JOIN materials t ON t.application_id = s.application_id
  JOIN stored_files f ON f.sha256 = t.sha256
 WHERE s.id = :assignment AND f.finding IN ('clean', 'unscanned')
 ORDER BY t.name
""")


@dataclass(frozen=True, slots=True)
class FileLine:
    """A file: a version of a material, or the result document of an assignment."""

    material: str | None
    version: int | None
    assignment: UUID | None
    file_name: str
    brought_by: str
    brought_at: datetime
    sha256: str
    size: int
    media_type: str
    finding: Finding
    #: The decision names this result document.
    decided: bool


@dataclass(frozen=True, slots=True)
class FetchableFile:
    """The newest content of a material."""

    name: str
    version: int
    sha256: str
    size: int
    media_type: str


async def files(session: AsyncSession, number: str) -> list[FileLine]:
    """List an application's files, every version of each material. Raises NotFoundError."""
    application = await session.scalar(_ID, {"number": number})
    if application is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    rows = (await session.execute(_FILES, {"id": application})).mappings()
    return [FileLine(**{**row, "finding": Finding(row["finding"])}) for row in rows]


async def fetchable_files(session: AsyncSession, assignment: UUID) -> list[FetchableFile]:
    """List the newest contents of the materials of an assignment's application."""
    rows = (await session.execute(_FETCHABLE, {"assignment": assignment})).mappings()
    return [FetchableFile(**row) for row in rows]
