"""Files of an application: taken in, tied to a material or a decision, given out to who may have them."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.advancing import advance
from casework.casefile import Actor, open_by_assignment, open_by_number
from casework.entitlement import entitle
from casework.progress import needing, supply_materials
from kit import storage
from kit.file_kinds import MEDIA_TYPES, kind_of
from kit.scanning import Finding, scan
from kit.settings import settings
from models import FileAccess, MaterialFile, ResultFile, StoredFile
from rules.attendance import require_no_visits
from rules.engagement import Verb
from rules.errors import FileInfectedError, FileKindRefusedError, FileQuarantinedError, NotFoundError

_NAME_MATERIAL: Final = text("""
UPDATE materials SET sha256 = :sha256 WHERE application_id = :id AND name = :name AND version = :version
""")
_VERSION: Final = text("""
SELECT a.id, m.version FROM applications a JOIN materials m ON m.application_id = a.id
 WHERE a.number = :number AND m.name = :name
""")
_STORED: Final = text("SELECT sha256, size, media_type, finding FROM stored_files WHERE sha256 = :sha256")
_IN_QUARANTINE: Final = text("SELECT sha256 FROM stored_files WHERE finding = 'quarantined' ORDER BY stored_at")
_RELEASED: Final = text("UPDATE stored_files SET finding = :finding WHERE sha256 = :sha256 AND finding = 'quarantined'")
_DECIDED: Final = text("""
UPDATE result_files SET decided = true WHERE assignment_id = :assignment AND sha256 = :sha256 RETURNING sha256
""")
_OF_APPLICATION: Final = text("""
SELECT f.sha256, f.size, f.media_type, f.finding FROM stored_files f WHERE f.sha256 = :sha256 AND (
  EXISTS (SELECT FROM material_files m JOIN applications a ON a.id = m.application_id
           WHERE a.number = :number AND m.sha256 = f.sha256)
  OR EXISTS (SELECT FROM result_files r JOIN assignments s ON s.id = r.assignment_id
               JOIN applications a ON a.id = s.application_id
              WHERE a.number = :number AND r.sha256 = f.sha256))
""")
_FOR_APPLICANT: Final = text("""
SELECT f.sha256, f.size, f.media_type, f.finding
  FROM applications a JOIN assignments s ON s.application_id = a.id
  JOIN result_files r ON r.assignment_id = s.id AND r.decided
  JOIN stored_files f ON f.sha256 = r.sha256
 WHERE a.number = :number AND r.sha256 = :sha256 LIMIT 1
""")
# The department that has the assignment, or one that is to be heard on its item and has not been dismissed.
_FOR_DEPARTMENT: Final = text("""
SELECT f.sha256, f.size, f.media_type, f.finding
  FROM assignments s JOIN material_files m ON m.application_id = s.application_id
  JOIN stored_files f ON f.sha256 = m.sha256
 WHERE s.id = :assignment AND f.sha256 = :sha256 AND (s.department = :department
   OR EXISTS (SELECT FROM opinions o
               WHERE o.assignment_id = s.id AND o.department = :department AND o.status <> 'void'))
 LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is in the store."""

    sha256: str
    size: int
    media_type: str
    finding: Finding


@asynccontextmanager
async def taken_in(pieces: AsyncIterator[bytes]) -> AsyncIterator[storage.Incoming]:
    """Take in a stream within the limit of size. Raises storage.TooLargeError."""
    async with storage.incoming(pieces, settings().file_bytes) as file:
        yield file


async def keep(file: storage.Incoming) -> Kept:
    """Look at a file and keep its content; no database is needed, and no transaction is held meanwhile.

    One that the scanner could not look at is kept in quarantine. Raises FileKindRefusedError, FileInfectedError.
    """
    kind = kind_of(file.content)
    accepted = settings().file_kinds.split(",")
    if kind not in accepted:
        raise FileKindRefusedError(f"只接收 {'、'.join(accepted)} 文件，以内容为准", accepted=accepted)
    finding = await scan(file.content)
    if finding is Finding.INFECTED:
        raise FileInfectedError("文件含有病毒，未予接收", sha256=file.sha256)
    await storage.keep(file)
    return Kept(file.sha256, file.size, MEDIA_TYPES[kind], finding)


async def file_material(
    session: AsyncSession,
    number: str,
    material: str,
    file: Kept,
    file_name: str,
    *,
    actor: Actor,
    now: datetime,
    own: bool = False,
) -> int:
    """Tie a file to a material of an application and return its version. Safe to repeat.

    A material that was only named so far gets its content; one that is not there is brought by it; one that has
    another content is replaced, with all that follows. Raises what ``supply_materials`` raises, whose ``own`` it has.
    """
    await _store(session, file, now)
    case = await open_by_number(session, number, actor=actor, now=now)
    require_no_visits(case.snapshot.network, [material])
    before = case.snapshot.material_versions.get(material)
    if material in case.snapshot.materials_provided and before is not None and before.sha256 is None:
        await entitle(case, Verb.SUPPLEMENT, needing(case.snapshot.network, [material]), by_request=own)
        details = {"name": material, "version": before.number, "sha256": file.sha256}
        case.record("material.filed", details=details)
        named = {"id": case.id, "name": material, "version": before.number, "sha256": file.sha256}
        await session.execute(_NAME_MATERIAL, named)
        await advance(case)
    else:
        there, hashes = material in case.snapshot.materials_provided, {material: file.sha256}
        await supply_materials(session, number, [material], actor=actor, now=now, replace=there, sha256=hashes, own=own)
    row = (await session.execute(_VERSION, {"number": number, "name": material})).one()
    brought = {
        "application_id": row.id,
        "material": material,
        "version": row.version,
        "sha256": file.sha256,
        "file_name": file_name,
        "brought_by": actor.name,
        "brought_at": now,
    }
    await session.execute(upsert(MaterialFile).values(brought).on_conflict_do_nothing())
    return int(row.version)


async def file_result(
    session: AsyncSession, assignment: UUID, department: str, file: Kept, file_name: str, *, actor: Actor, now: datetime
) -> None:
    """Keep a document that a department made of its decision; the decision names it by its hash. Safe to repeat."""
    await _store(session, file, now)
    case = await open_by_assignment(session, assignment, actor=actor, now=now)
    result = {
        "assignment_id": assignment,
        "sha256": file.sha256,
        "department": department,
        "file_name": file_name,
        "received_at": now,
        "decided": False,
    }
    added = upsert(ResultFile).values(result).on_conflict_do_nothing().returning(col(ResultFile.sha256))
    if (await session.execute(added)).scalar_one_or_none() is None:
        return
    details = {"sha256": file.sha256, "file_name": file_name, "size": file.size}
    case.record("result.received", assignment=assignment, department=department, details=details)
    await advance(case, announce=False)


async def decide_by(session: AsyncSession, assignment: UUID, sha256: str) -> bool:
    """Mark a result document as that of the decision; tell whether it has been uploaded."""
    found = await session.execute(_DECIDED, {"assignment": assignment, "sha256": sha256})
    return found.scalar_one_or_none() is not None


async def of_application(session: AsyncSession, number: str, sha256: str, *, actor: Actor, now: datetime) -> Kept:
    """Find a file of an application for one of the center's people, and record the access.

    Raises NotFoundError, FileQuarantinedError, FileInfectedError.
    """
    row = (await session.execute(_OF_APPLICATION, {"number": number, "sha256": sha256})).one_or_none()
    return await _given_out(session, row, None, actor, now)


async def for_applicant(session: AsyncSession, number: str, sha256: str, *, actor: Actor, now: datetime) -> Kept:
    """Find a document of a decision for the applicant, and record the access. Raises as ``of_application`` does."""
    row = (await session.execute(_FOR_APPLICANT, {"number": number, "sha256": sha256})).one_or_none()
    return await _given_out(session, row, None, actor, now)


async def for_department(
    session: AsyncSession, assignment: UUID, department: str, sha256: str, *, actor: Actor, now: datetime
) -> Kept:
    """Find a material for the department whose assignment needs it, and record the access.

    Raises NotFoundError where the assignment is not the department's (any more), and as ``of_application`` does.
    """
    asked = {"assignment": assignment, "department": department, "sha256": sha256}
    row = (await session.execute(_FOR_DEPARTMENT, asked)).one_or_none()
    return await _given_out(session, row, assignment, actor, now)


async def in_quarantine(session: AsyncSession) -> list[str]:
    """List the files that the scanner has still to look at, the oldest first."""
    return list((await session.execute(_IN_QUARANTINE)).scalars())


async def look_again(sha256: str) -> Finding:
    """Scan a file that is kept; no database is needed. Raises storage.MissingFileError."""
    async with storage.opened(sha256) as stored:
        return await scan(stored)


async def release(session: AsyncSession, sha256: str, finding: Finding) -> None:
    """Record what the scanner has found at last; what is infected is never given out."""
    await session.execute(_RELEASED, {"sha256": sha256, "finding": finding})


def content(file: Kept) -> Iterator[bytes]:
    """Read a file piece by piece. Raises storage.MissingFileError."""
    return storage.pieces_of(file.sha256)


async def _given_out(session: AsyncSession, row: Any, assignment: UUID | None, actor: Actor, now: datetime) -> Kept:
    if row is None:
        raise NotFoundError("没有这个文件")
    file = Kept(row.sha256, row.size, row.media_type, Finding(row.finding))
    if file.finding is Finding.QUARANTINED:
        raise FileQuarantinedError("文件尚未完成病毒扫描，请稍后再取", sha256=file.sha256)
    if file.finding is Finding.INFECTED:
        raise FileInfectedError("文件含有病毒，不予提供", sha256=file.sha256)
    access = {
        "sha256": file.sha256,
        "assignment_id": assignment,
        "actor": actor.name,
        "source": actor.source,
        "at": now,
    }
    await session.execute(insert(FileAccess).values(access))
    return file


async def _store(session: AsyncSession, file: Kept, now: datetime) -> None:
    row = {"sha256": file.sha256, "size": file.size, "media_type": file.media_type, "finding": file.finding}
    statement = upsert(StoredFile).values(**row, stored_at=now)
    # A content brought again has been looked at again; what is in quarantine may leave it, and nothing returns there.
    renewed = statement.on_conflict_do_update(
        index_elements=["sha256"],
        set_={"finding": statement.excluded.finding},
        where=col(StoredFile.finding) == Finding.QUARANTINED,
    )
    await session.execute(renewed)
