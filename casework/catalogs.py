"""Publish catalog versions, and read the newest one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.catalog_file import digest as content_digest
from casework.catalog_file import document, from_document
from models import ApprovalItem, CatalogVersion, Department, Journey
from rules.catalog import ApprovalItem as CatalogItem
from rules.catalog import Catalog, DepartmentCode
from rules.catalog import Department as CatalogDepartment
from rules.catalog import Journey as CatalogJourney
from rules.errors import CatalogNotLoadedError


@dataclass(frozen=True, slots=True)
class Offices:
    """The departments of a city, and which of them is the center."""

    city: str
    departments: Mapping[DepartmentCode, CatalogDepartment]
    center: DepartmentCode | None


_ALONE = text("SELECT pg_advisory_xact_lock(hashtext('daiban.catalog'))")
_BESIDE_OTHERS = text("SELECT pg_advisory_xact_lock_shared(hashtext('daiban.catalog'))")
_LOOK_AT_IT = text("UPDATE applications SET next_timer = :now WHERE status IN ('registered', 'in_approval')")
#: By digest, not by number: a version that was rolled back leaves its number to another content.
_known: dict[str, Catalog] = {}
_english: dict[int, tuple[Catalog, dict[str, str]]] = {}
_offices: dict[tuple[str, str], Offices] = {}


async def publish(session: AsyncSession, catalog: Catalog, *, now: datetime) -> tuple[int, bool]:
    """Publish a catalog as a new version; the same content again is the same version.

    Returns the version number and whether it is new. Applications under way look at it when their timers next ring,
    which is at once: what is not accepted yet moves to it (``casework.versions``). Waits for launches under way.
    """
    digest = content_digest(catalog)
    await session.execute(_ALONE)
    known = await session.scalar(select(col(CatalogVersion.number)).where(col(CatalogVersion.digest) == digest))
    if known is not None:
        return known, False
    number = ((await session.scalar(select(func.max(col(CatalogVersion.number))))) or 0) + 1
    written = document(catalog)
    await session.execute(
        insert(CatalogVersion),
        {
            "number": number,
            "digest": digest,
            "city": catalog.city,
            "division": catalog.division,
            "document": written,
            "published_at": now,
        },
    )
    await _write_departments(session, catalog)
    await session.execute(insert(ApprovalItem), [_item(number, item) for item in written["items"].values()])
    await session.execute(insert(Journey), [_journey(number, journey) for journey in written["journeys"].values()])
    await session.execute(_LOOK_AT_IT, {"now": now})
    return number, True


async def hold(session: AsyncSession) -> None:
    """Let nothing be published until this transaction ends: what it launches would not be told of it."""
    await session.execute(_BESIDE_OTHERS)


async def newest(session: AsyncSession) -> tuple[int, Catalog]:
    """Return the newest version's number and content. Raises CatalogNotLoadedError."""
    statement = select(col(CatalogVersion.number), col(CatalogVersion.digest))
    version = (await session.execute(statement.order_by(col(CatalogVersion.number).desc()).limit(1))).one_or_none()
    if version is None:
        raise CatalogNotLoadedError("尚未发布事项清单，请先运行 daiban catalog load")
    return version.number, await _content(session, version.number, version.digest)


async def english(session: AsyncSession) -> Mapping[str, str]:
    """Return what departments, items and journeys are called in English, by their Chinese names; none before a catalog.

    Of items that the newest catalog no longer has, their Chinese name is all there is.
    """
    try:
        number, catalog = await newest(session)
    except CatalogNotLoadedError:
        return {}
    if _english.get(number, (None, {}))[0] is not catalog:
        named: tuple[CatalogDepartment | CatalogItem | CatalogJourney, ...] = (
            *catalog.departments.values(),
            *catalog.items.values(),
            *catalog.journeys.values(),
        )
        _english[number] = catalog, {each.name: each.name_en for each in named if each.name_en}
    return _english[number][1]


async def published(session: AsyncSession, number: int) -> Catalog:
    """Return the content of a published version, on which an application may have been launched long ago."""
    digest = select(col(CatalogVersion.digest)).where(col(CatalogVersion.number) == number)
    return await _content(session, number, (await session.execute(digest)).scalar_one())


async def offices(session: AsyncSession, newest: str, pinned: str) -> Offices:
    """Return the departments of two catalog versions named by digest: as they are called now, and those gone since."""
    key = newest, pinned
    if key not in _offices:
        versions = [await _named(session, digest) for digest in dict.fromkeys((pinned, newest))]
        departments = {code: department for each in versions for code, department in each.departments.items()}
        _offices[key] = Offices(versions[-1].city, departments, versions[-1].center)
    return _offices[key]


async def _named(session: AsyncSession, digest: str) -> Catalog:
    number = select(col(CatalogVersion.number)).where(col(CatalogVersion.digest) == digest)
    return _known.get(digest) or await _content(session, (await session.execute(number)).scalar_one(), digest)


async def _content(session: AsyncSession, number: int, digest: str) -> Catalog:
    if digest not in _known:
        stored = select(col(CatalogVersion.document)).where(col(CatalogVersion.number) == number)
        _known[digest] = from_document((await session.execute(stored)).scalar_one())
    return _known[digest]


async def _write_departments(session: AsyncSession, catalog: Catalog) -> None:
    rows = [
        {
            "code": d.code,
            "name": d.name,
            "name_en": d.name_en,
            "relation": d.relation,
            "hall": d.hall,
            "channel": d.channel,
            "endpoint": d.endpoint,
        }
        for d in catalog.departments.values()
    ]
    statement = upsert(Department)
    newer = {name: statement.excluded[name] for name in rows[0] if name != "code"}
    await session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=newer), rows)


def _item(version: int, item: dict[str, Any]) -> dict[str, Any]:
    columns = {name: item[name] for name in ("code", "name", "name_en", "department", "kind")}
    return {"catalog_version": version, "document": item, **columns}


def _journey(version: int, journey: dict[str, Any]) -> dict[str, Any]:
    columns = {name: journey[name] for name in ("code", "name", "name_en", "refusal_policy")}
    return {"catalog_version": version, "document": journey, **columns}
