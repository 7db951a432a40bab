"""An applicant changes its name or kind while applications are open: a new version of the same party (个转企)."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import insert, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import words
from casework.advancing import advance
from casework.casefile import Actor, open_by_id
from casework.entering import enter
from models import ApplicantVersion
from rules.acts.party import PartyChange, party_changed, require_dated
from rules.errors import NotFoundError
from rules.workdays import local_date

_APPLICANT = text("""
SELECT t.id, t.name, v.kind FROM applicants t
  LEFT JOIN LATERAL (SELECT kind FROM applicant_versions WHERE applicant_id = t.id ORDER BY id DESC LIMIT 1) v ON true
 WHERE t.credit_code = :code FOR NO KEY UPDATE OF t
""")
_RENAMED = text("UPDATE applicants SET name = :name WHERE id = :id")
_OPEN = text("SELECT id FROM applications WHERE applicant_id = :id AND NOT complete ORDER BY id")
_VERSIONS = text("""
SELECT v.name, v.former_name, v.kind, v.document, v.changed_on, v.recorded_at, v.recorded_by
  FROM applicants t LEFT JOIN applicant_versions v ON v.applicant_id = t.id
 WHERE t.credit_code = :code ORDER BY v.id
""")


@dataclass(frozen=True, slots=True)
class PartyVersion:
    """What an applicant has been called from a day on, and by which document."""

    name: str
    former_name: str
    kind: str | None
    document: str
    changed_on: date
    recorded_at: datetime
    recorded_by: str


async def change(
    session: AsyncSession, credit_code: str, wanted: PartyChange, *, actor: Actor, now: datetime
) -> list[str]:
    """Record an applicant's new version and tell its open applications; return their numbers. Safe to repeat.

    Locks the applicant's row, then those of its open applications. Raises NotFoundError, InvalidIntakeError.
    """
    row = (await session.execute(_APPLICANT, {"code": credit_code})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到申请人 {credit_code}", wanted=credit_code)
    require_dated(wanted, local_date(now))
    if row.name == wanted.name and wanted.kind in (None, row.kind):
        return []
    await session.execute(_RENAMED, {"id": row.id, "name": wanted.name})
    await words.keep_anew(session, row.id)
    version = {
        "applicant_id": row.id,
        "name": wanted.name,
        "former_name": row.name,
        "kind": wanted.kind or row.kind,
        "document": wanted.document,
        "changed_on": wanted.changed_on,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
    await session.execute(insert(ApplicantVersion), version)
    numbers = []
    for id_ in (await session.execute(_OPEN, {"id": row.id})).scalars().all():
        case = await open_by_id(session, id_, actor=actor, now=now)
        enter(case, party_changed(case.snapshot, row.name, row.kind, wanted, now))
        await advance(case)
        numbers.append(case.number)
    return numbers


async def versions(session: AsyncSession, credit_code: str) -> list[PartyVersion]:
    """Return an applicant's versions, the oldest change first. Raises NotFoundError."""
    rows = (await session.execute(_VERSIONS, {"code": credit_code})).mappings().all()
    if not rows:
        raise NotFoundError(f"没有找到申请人 {credit_code}", wanted=credit_code)
    return [PartyVersion(**row) for row in rows if row["name"] is not None]
