"""The working days of the city: what is built in, and every document loaded since, each by two persons."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from typing import Any, Final

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import CalendarDay, CalendarNotice, Person
from rules.canonical import fingerprint
from rules.errors import CatalogError, ForbiddenError
from rules.workdays import OFFICIAL, Calendar, CalendarDocument

#: The name of the city's calendar, to be selected with whatever else is loaded: NULL when nothing has been loaded.
NEWEST: Final = "(SELECT digest FROM calendar_notices ORDER BY id DESC LIMIT 1)"
_NEWEST = text(f"SELECT {NEWEST}")
_LOCK = text("SELECT pg_advisory_xact_lock(hashtext('daiban.calendar'))")
_DOCUMENTS = text("""
SELECT n.id, n.document_number, n.year, n.digest, d.day, d.works, d.reason
  FROM calendar_notices n JOIN calendar_days d ON d.notice_id = n.id ORDER BY n.id, d.works, d.day
""")
# They compare what was told with what is true now; for what is closed no day counts any more.
_LOOK_AGAIN = text("""
UPDATE applications SET next_timer = :now WHERE status <> 'closed'
""")
#: By content: a document that was rolled back leaves its number to another.
_known: dict[str, Calendar] = {}


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did: documents that are new, those known before, and applications that look again."""

    new: tuple[str, ...]
    known: tuple[str, ...]
    applications: int


async def current(session: AsyncSession) -> Calendar:
    """Return the city's calendar as it is known now."""
    return await named(session, await session.scalar(_NEWEST))


async def named(session: AsyncSession, digest: str | None) -> Calendar:
    """Return the calendar of that name, which is its content's; None is the built-in one."""
    if digest is None:
        return OFFICIAL
    if digest not in _known:
        _known[digest] = reduce(Calendar.with_document, await _documents(session, digest), OFFICIAL)
    return _known[digest]


async def load(
    session: AsyncSession, documents: Sequence[CalendarDocument], *, by: str, approver: str, now: datetime
) -> Loaded:
    """Publish documents about working days; every open application looks at its deadlines again.

    Safe to repeat: a document already published with the same content is left alone. Raises ForbiddenError unless
    two different active people sign for it, CatalogError for a number published with other content.
    """
    await _require_two_people(session, by, approver)
    await session.execute(_LOCK)
    published = {document.number: document for document, _ in await _published(session)}
    new = [document for document in documents if document.number not in published]
    for document in documents:
        if published.get(document.number, document) != document:
            message = f"文号 {document.number} 已发布，内容不同；更正须有自己的文号"
            raise CatalogError(message, problems=[], document=document.number)
    digest = await session.scalar(_NEWEST)
    for document in new:
        digest = fingerprint([digest, document.number, document.year, [[str(d), w, r] for d, w, r in document.days]])
        await _insert(session, document, by, approver, now, digest)
    touched = 0
    if new:
        result: Any = await session.execute(_LOOK_AGAIN, {"now": now})
        touched = result.rowcount
    known = tuple(document.number for document in documents if document.number in published)
    return Loaded(tuple(document.number for document in new), known, touched)


async def _require_two_people(session: AsyncSession, by: str, approver: str) -> None:
    statement = select(col(Person.account)).where(col(Person.account).in_([by, approver]), col(Person.active))
    active = set((await session.execute(statement)).scalars())
    for account in (by, approver):
        if account not in active:
            raise ForbiddenError(f"没有在岗人员 {account}", account=account)
    if by == approver:
        raise ForbiddenError("日历须由另一人复核：--approved-by 不能与 --by 相同", account=by)


async def _insert(
    session: AsyncSession, document: CalendarDocument, by: str, approver: str, now: datetime, digest: str
) -> None:
    row = {
        "document_number": document.number,
        "year": document.year,
        "loaded_by": by,
        "approved_by": approver,
        "loaded_at": now,
        "digest": digest,
    }
    notice = await session.scalar(insert(CalendarNotice).returning(col(CalendarNotice.id)), row)
    days = [{"notice_id": notice, "day": day, "works": works, "reason": reason} for day, works, reason in document.days]
    await session.execute(insert(CalendarDay), days)


async def _published(session: AsyncSession) -> list[tuple[CalendarDocument, str]]:
    found: dict[int, tuple[str, int | None, str, list[tuple[date, bool, str]]]] = {}
    for row in await session.execute(_DOCUMENTS):
        entry = found.setdefault(row.id, (row.document_number, row.year, row.digest, []))
        entry[3].append((row.day, row.works, row.reason))
    return [(CalendarDocument(number, year, tuple(days)), digest) for number, year, digest, days in found.values()]


async def _documents(session: AsyncSession, digest: str) -> list[CalendarDocument]:
    """Return the documents up to the one that gave the calendar its name."""
    documents: list[CalendarDocument] = []
    for document, name in await _published(session):
        documents.append(document)
        if name == digest:
            break
    return documents
