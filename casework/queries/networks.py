"""The network of one application, the state an open page compares, and each of its materials once for all items."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.snapshots import network
from kit.scanning import Finding
from rules.attendance import attendances
from rules.catalog import MaterialSource
from rules.commitments.tolerance import deferrable
from rules.errors import NotFoundError
from rules.network import Network

_DIGEST = text("SELECT network FROM applications WHERE number = :number")
_STATE = text("SELECT id, step_count FROM applications WHERE number = :number")
_MATERIALS = text("""
SELECT m.name, m.asked_at, m.provided_at, m.version, m.sha256, f.size, f.media_type, f.finding
  FROM materials m JOIN applications a ON a.id = m.application_id LEFT JOIN stored_files f ON f.sha256 = m.sha256
 WHERE a.number = :number ORDER BY m.name
""")


@dataclass(frozen=True, slots=True)
class NeededMaterial:
    """A material, once, with every item that rests on it; what a department asked for may belong to no list."""

    name: str
    source: MaterialSource
    items: tuple[str, ...]
    #: Every item that needs it may be accepted without it, against a commitment (容缺受理).
    deferrable: bool
    #: The applicant may promise instead of proving (告知承诺).
    waived: bool
    asked_at: datetime | None = None
    provided_at: datetime | None = None
    version: int = 0
    sha256: str | None = None
    size: int | None = None
    media_type: str | None = None
    finding: Finding | None = None
    #: No paper: the applicant comes in person (行政许可法 art. 29(2)).
    in_person: bool = False

    @property
    def missing(self) -> bool:
        """The applicant has still to bring it."""
        return self.provided_at is None and self.source is MaterialSource.APPLICANT and not self.waived


async def network_of(session: AsyncSession, number: str) -> Network:
    """Return the network an application has now. Raises NotFoundError."""
    digest = await session.scalar(_DIGEST, {"number": number})
    if digest is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    return await network(session, digest)


async def application_state(session: AsyncSession, number: str) -> tuple[int, int]:
    """Return an application's id and how many steps it has, by which a page knows what it has not seen.

    Raises NotFoundError.
    """
    row = (await session.execute(_STATE, {"number": number})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    return int(row.id), int(row.step_count)


async def materials_of(session: AsyncSession, number: str, net: Network) -> list[NeededMaterial]:
    """List every material of an application once, what is missing first."""
    rows = {row.name: row for row in await session.execute(_MATERIALS, {"number": number})}
    found = [_with(each, rows.pop(each.name, None)) for each in needed(net)]
    visits = attendances(net)
    for name, row in rows.items():
        items = (visits[name],) if name in visits else ()
        other = NeededMaterial(name, MaterialSource.APPLICANT, items, False, False, in_person=name in visits)
        found.append(_with(other, row))
    return sorted(found, key=lambda each: (not each.missing, each.source is not MaterialSource.APPLICANT))


def needed(net: Network) -> Sequence[NeededMaterial]:
    """List what the items of a network need, each material once however many items rest on it."""
    sources: dict[str, MaterialSource] = {}
    items: dict[str, list[str]] = {}
    main: set[str] = set()
    waived: set[str] = set()
    for item in net.items:
        later = deferrable(item)
        for material in item.materials:
            sources.setdefault(material.name, material.source)
            items.setdefault(material.name, []).append(item.code)
            if material.name not in later:
                main.add(material.name)
        for name in item.waived:
            sources.setdefault(name, MaterialSource.APPLICANT)
            items.setdefault(name, []).append(item.code)
            waived.add(name)
            main.add(name)
    required = {material.name for item in net.items for material in item.materials}
    return [
        NeededMaterial(name, source, tuple(items[name]), name not in main, name in waived - required)
        for name, source in sources.items()
    ]


def _with(material: NeededMaterial, row: object) -> NeededMaterial:
    if row is None:
        return material
    known = {
        name: getattr(row, name) for name in ("asked_at", "provided_at", "version", "sha256", "size", "media_type")
    }
    finding = Finding(found) if (found := getattr(row, "finding", None)) else None
    return replace(material, **known, finding=finding)
