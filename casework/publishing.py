"""Catalogs and calendars that one person proposes and another publishes, with what that would change."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework import administration, calendars, catalogs
from casework.casefile import Actor
from casework.catalog_file import digest, document, from_document
from models import CatalogVersion, Draft
from rules.catalog import Catalog
from rules.errors import NotAllowedNowError, NotFoundError
from rules.publishing import Change, DraftKind, DraftOutcome, differences, require_another
from rules.workdays import CalendarDocument

_VERSIONS: Final = text("""
SELECT v.number, v.city, v.published_at, left(v.digest, 12) AS digest,
       (SELECT count(*) FROM applications a WHERE a.catalog_version = v.number AND NOT a.complete) AS open,
       (SELECT count(*) FROM approval_items i WHERE i.catalog_version = v.number) AS items,
       (SELECT count(*) FROM journeys j WHERE j.catalog_version = v.number) AS journeys
  FROM catalog_versions v ORDER BY v.number DESC
""")
_DRAFTS: Final = text("""
SELECT id, kind, note, proposed_by, proposed_at, outcome, decided_by, decided_at, version
  FROM drafts WHERE kind = :kind ORDER BY outcome IS NOT NULL, id DESC LIMIT :limit
""")
_DRAFT: Final = text("SELECT id, kind, content, proposed_by, outcome FROM drafts WHERE id = :id FOR UPDATE")
_DECIDED: Final = text("""
UPDATE drafts SET outcome = :outcome, decided_by = :by, decided_at = :now, version = :version WHERE id = :id
""")


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A published version, and how many open applications stand on it."""

    number: int
    city: str
    published_at: datetime
    digest: str
    open: int
    items: int
    journeys: int


@dataclass(frozen=True, slots=True)
class DraftLine:
    """A proposal and what became of it."""

    id: int
    kind: DraftKind
    note: str
    proposed_by: str
    proposed_at: datetime
    outcome: DraftOutcome | None
    decided_by: str | None
    decided_at: datetime | None
    version: int | None


async def versions(session: AsyncSession) -> list[VersionLine]:
    """List the published versions, the newest first."""
    return [VersionLine(**row) for row in (await session.execute(_VERSIONS)).mappings()]


async def compared(session: AsyncSession, before: int, after: int) -> tuple[Change, ...]:
    """Say what one published version changes in another. Raises NotFoundError."""
    return differences(await _published(session, before), await _published(session, after))


async def propose_catalog(session: AsyncSession, catalog: Catalog, note: str, *, actor: Actor, now: datetime) -> int:
    """Keep a catalog for another person to publish; return the proposal's number.

    Raises NotAllowedNowError for one that is published already.
    """
    known = select(func.count()).where(col(CatalogVersion.digest) == digest(catalog))
    if await session.scalar(known):
        raise NotAllowedNowError("内容与已发布的版本相同，无需发布")
    return await _propose(session, DraftKind.CATALOG, document(catalog), note, actor, now)


async def propose_calendar(
    session: AsyncSession, documents: Sequence[CalendarDocument], note: str, *, actor: Actor, now: datetime
) -> int:
    """Keep documents about working days for another person to publish; return the proposal's number."""
    content = {
        "documents": [
            {"number": each.number, "year": each.year, "days": [[str(d), w, r] for d, w, r in each.days]}
            for each in documents
        ]
    }
    return await _propose(session, DraftKind.CALENDAR, content, note, actor, now)


async def drafts(session: AsyncSession, kind: DraftKind, *, limit: int) -> list[DraftLine]:
    """List proposals, those that wait for a decision first."""
    rows = (await session.execute(_DRAFTS, {"kind": kind.value, "limit": limit})).mappings()
    return [
        DraftLine(
            **{
                **row,
                "kind": DraftKind(row["kind"]),
                "outcome": DraftOutcome(row["outcome"]) if row["outcome"] else None,
            }
        )
        for row in rows
    ]


async def draft(session: AsyncSession, id_: int) -> tuple[DraftLine, dict[str, Any]]:
    """Return a proposal and its content. Raises NotFoundError."""
    row = (await session.execute(select(Draft).where(col(Draft.id) == id_))).scalar_one_or_none()
    if row is None:
        raise NotFoundError(f"没有草案 {id_}", wanted=id_)
    outcome = DraftOutcome(row.outcome) if row.outcome else None
    line = DraftLine(
        row.id, DraftKind(row.kind), row.note, row.proposed_by, row.proposed_at,
        outcome, row.decided_by, row.decided_at, row.version,
    )  # fmt: skip
    return line, row.content


async def changes_of(session: AsyncSession, content: dict[str, Any]) -> tuple[Change, ...]:
    """Say what a proposed catalog would change in the newest version."""
    _, newest = await catalogs.newest(session)
    return differences(document(newest), content)


async def publish(session: AsyncSession, id_: int, *, actor: Actor, now: datetime) -> int | None:
    """Publish what another person has proposed; return the version of a catalog. Locks the proposal.

    Raises NotFoundError, NotAllowedNowError when it was decided on, ForbiddenError to who proposed it, CatalogError.
    """
    row = await _waiting(session, id_)
    require_another(row.proposed_by, actor.name)
    version = None
    if row.kind == DraftKind.CATALOG:
        version, _ = await catalogs.publish(session, from_document(row.content), now=now)
    else:
        documents = [_calendar_document(each) for each in row.content["documents"]]
        await calendars.load(session, documents, by=row.proposed_by, approver=actor.name, now=now)
    await _decided(session, row, DraftOutcome.PUBLISHED, actor, now, version)
    return version


async def reject(session: AsyncSession, id_: int, *, actor: Actor, now: datetime) -> None:
    """Send a proposal back; its proposer may take it back too. Locks it. Raises NotFoundError, NotAllowedNowError."""
    await _decided(session, await _waiting(session, id_), DraftOutcome.REJECTED, actor, now, None)


async def _propose(
    session: AsyncSession, kind: DraftKind, content: dict[str, Any], note: str, actor: Actor, now: datetime
) -> int:
    row = {"kind": kind.value, "content": content, "note": note, "proposed_by": actor.name, "proposed_at": now}
    id_: int = (await session.execute(insert(Draft).values(**row).returning(col(Draft.id)))).scalar_one()
    await administration.record(session, f"{kind}.proposed", str(id_), actor=actor, now=now, details={"note": note})
    return id_


async def _waiting(session: AsyncSession, id_: int) -> Any:
    row = (await session.execute(_DRAFT, {"id": id_})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有草案 {id_}", wanted=id_)
    if row.outcome is not None:
        raise NotAllowedNowError(f"草案 {id_} {DraftOutcome(row.outcome).zh}", outcome=row.outcome)
    return row


async def _decided(
    session: AsyncSession, row: Any, outcome: DraftOutcome, actor: Actor, now: datetime, version: int | None
) -> None:
    given = {"id": row.id, "outcome": outcome.value, "by": actor.name, "now": now, "version": version}
    await session.execute(_DECIDED, given)
    details = {"proposed_by": row.proposed_by, "version": version}
    await administration.record(session, f"{row.kind}.{outcome}", str(row.id), actor=actor, now=now, details=details)


async def _published(session: AsyncSession, number: int) -> dict[str, Any]:
    found = await session.scalar(select(col(CatalogVersion.document)).where(col(CatalogVersion.number) == number))
    if found is None:
        raise NotFoundError(f"没有第 {number} 版", wanted=number)
    return dict(found)


def _calendar_document(written: dict[str, Any]) -> CalendarDocument:
    days = tuple((date.fromisoformat(day), works, reason) for day, works, reason in written["days"])
    return CalendarDocument(written["number"], written["year"], days)
