"""What publishing a catalog would do to the applications that are open now, by the rule that will move them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.snapshots import network
from rules.catalog import Catalog, ItemCode
from rules.network import Network
from rules.network.versions import Standing, may_follow, under_version

# Applications whose items have come as far are touched alike, and are looked at once.
_OPEN: Final = text("""
SELECT network, catalog_version, standings, count(*) AS applications FROM (
  SELECT a.network, a.catalog_version,
         (SELECT coalesce(jsonb_object_agg(s.item, CASE
                   WHEN s.ended_at IS NOT NULL THEN 'ended'
                   WHEN EXISTS (SELECT FROM clock_events e WHERE e.assignment_id = s.id AND e.kind = 'accepted')
                   THEN 'accepted' ELSE 'received' END), '{}')
            FROM assignments s
           WHERE s.application_id = a.id
             AND NOT EXISTS (SELECT FROM assignments newer WHERE newer.application_id = a.id
                                AND newer.item = s.item AND newer.round > s.round)) AS standings
    FROM applications a
   WHERE NOT a.complete AND a.status IN ('registered', 'in_approval') AND a.withdrawal_requested_at IS NULL) alike
 GROUP BY network, catalog_version, standings
""")
_LEAVING: Final = text("""
SELECT count(*) FROM applications
 WHERE NOT complete AND status IN ('registered', 'in_approval') AND withdrawal_requested_at IS NOT NULL
""")


@dataclass(frozen=True, slots=True)
class Impact:
    """How many open applications, and how many of their items, a newer version moves."""

    #: Applications in which nothing changes.
    untouched: int
    #: Applications of which something follows the new version, and how many of their items do.
    moving: int
    items_moving: int
    #: Items that the new version changes and that keep their law, because they were accepted before or have ended.
    items_keeping: int
    #: By version: applications with an item or a journey that is published no more; they keep their version wholly.
    staying: tuple[tuple[int, int], ...]


async def impact(session: AsyncSession, catalog: Catalog) -> Impact:
    """Preview what publishing a catalog would do now, as ``casework.versions`` will do it."""
    untouched = int(await session.scalar(_LEAVING) or 0)
    moving = items_moving = items_keeping = 0
    staying: Counter[int] = Counter()
    for row in (await session.execute(_OPEN)).all():
        seen = await network(session, row.network)
        if not may_follow(seen, catalog):
            staying[row.catalog_version] += row.applications
            continue
        moves, keeps = _items(seen, catalog, row.standings)
        items_moving += moves * row.applications
        items_keeping += keeps * row.applications
        moving += row.applications if moves else 0
        untouched += 0 if moves else row.applications
    return Impact(untouched, moving, items_moving, items_keeping, tuple(sorted(staying.items())))


def _items(seen: Network, catalog: Catalog, standings: Mapping[str, str]) -> tuple[int, int]:
    """Count the items of one network that move, and those that would if they had not been accepted."""
    codes = [item.code for item in seen.items]
    real = {code: Standing(standings.get(code, Standing.UNOPENED.value)) for code in codes}
    moved = _changed(seen, catalog, real)
    return len(moved), len(_changed(seen, catalog, dict.fromkeys(codes, Standing.UNOPENED)) - moved)


def _changed(seen: Network, catalog: Catalog, standings: Mapping[ItemCode, Standing]) -> set[ItemCode]:
    after = under_version(seen, catalog, standings)
    return {old.code for old, new in zip(seen.items, after.items, strict=True) if old != new}
