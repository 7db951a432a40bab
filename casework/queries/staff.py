"""A department's own assignments, as its people work on them; never another department's."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import words
from casework.snapshots import network
from rules.catalog import ItemCode, MaterialSource
from rules.clocks import Light
from rules.errors import NotFoundError
from rules.network import Network
from rules.terms import SpecialProcedure
from rules.vocabulary import AssignmentStatus

_COLUMNS: Final = """
SELECT s.id, s.item, s.round, s.status, s.light, s.handler, s.opened_at, s.ended_at, s.promised_due, s.legal_due,
       s.provisional, s.asked, s.awaits, s.proposal, s.green, a.number, a.network, p.name AS project,
       t.name AS applicant
  FROM assignments s
  JOIN applications a ON a.id = s.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
 WHERE s.department = :department"""
# What goes first (绿色通道), then the most urgent; what has no deadline yet (not received,
# or stopped) after what has one. Parts, so that each is read from its index at the place where the page before ended.
_DATED: Final = " AND s.ended_at IS NULL AND {green} AND {after} ORDER BY s.promised_due, s.id"
_UNDATED: Final = (
    " AND s.ended_at IS NULL AND {green} AND s.promised_due IS NULL AND {after} ORDER BY s.promised_due, s.id"
)
_GREEN: Final = ("s.green", "NOT s.green")
#: Before what a place in the green part of the list is ordered by.
_FIRST: Final = "!"
#: Where each part begins that is shown from its beginning.
_BEGUN: Final = {_DATED: "s.promised_due IS NOT NULL", _UNDATED: "true"}
# A place says by itself that there is a date: said twice, PostgreSQL expects next to nothing after it.
_FURTHER: Final = {_DATED: "(s.promised_due, s.id) > (:by, :id)", _UNDATED: "s.id > :id"}
_ENDED: Final = " AND s.ended_at IS NOT NULL{after} ORDER BY s.ended_at DESC, s.id DESC"
_ONE = text(_COLUMNS + " AND s.id = :assignment")
# Only the conditions that are asked for.
_ASKED: Final = {
    "status": " AND s.status = :status",
    "light": " AND s.light = :light",
    "item": " AND s.item = :item",
    "handler": " AND s.handler = :handler",
}
_ITEMS = text("""
SELECT code, name, name_en FROM approval_items
 WHERE department = :department AND catalog_version = (SELECT max(number) FROM catalog_versions) ORDER BY code
""")
#: Counting stops here: more of a colour than this is told as so many and more.
MOST_COUNTED: Final = 99
_COUNTS = text("""
SELECT l.light, (SELECT count(*) FROM (SELECT FROM assignments s
                                        WHERE s.department = :department AND s.light = l.light AND s.ended_at IS NULL
                                        LIMIT :most) c) AS number
  FROM unnest(CAST(:lights AS text[])) AS l (light)
""")
_MATERIALS = text("""
SELECT m.name, m.version, m.provided_at, m.asked_at FROM materials m JOIN assignments s USING (application_id)
 WHERE s.id = :assignment
""")


@dataclass(frozen=True, slots=True)
class AssignmentLine:
    """One assignment of a department, whatever the channel it came by."""

    id: UUID
    application: str
    project: str
    applicant: str
    item: ItemCode
    item_name: str
    item_name_en: str
    round: int
    status: AssignmentStatus
    light: Light
    handler: str | None
    opened_at: datetime
    ended_at: datetime | None
    #: None before the clock starts, and while a stop holds it.
    promised_due: date | None
    legal_due: date | None
    provisional: bool
    #: It goes first (绿色通道).
    green: bool
    #: Items that must be granted first.
    awaits: tuple[str, ...]
    #: What was asked for in the one-time notice.
    asked: tuple[str, ...]
    #: A negative decision that waits for the second pair of eyes.
    proposal: dict[str, Any] | None
    #: The special procedures whose time is not counted (行政许可法 art. 45).
    procedures: tuple[SpecialProcedure, ...]

    @property
    def place(self) -> "InboxPlace":
        """Where the list goes on after this one."""
        at: date | datetime | None = self.ended_at if self.ended_at is not None else self.promised_due
        first = _FIRST if self.green and self.ended_at is None else ""
        return InboxPlace(first + (at.isoformat().replace("+00:00", "Z") if at else ""), self.id)


@dataclass(frozen=True, slots=True)
class MaterialLine:
    """A material of the item, and whether it is there; ``version`` is 0 before it was ever brought."""

    name: str
    source: MaterialSource
    deferrable: bool
    version: int
    provided_at: datetime | None
    asked_at: datetime | None


@dataclass(frozen=True, slots=True)
class InboxPlace:
    """Where a page of the inbox ended: what the last line is ordered by, if it has that, and its id."""

    by: str
    id: UUID

    @classmethod
    def read(cls, written: str) -> "InboxPlace":
        """Read what ``str`` wrote. Raises ValueError for anything else."""
        by, _, id_ = written.partition("~")
        return cls(by, UUID(id_))

    def __str__(self) -> str:
        return f"{self.by}~{self.id}"


@dataclass(frozen=True, slots=True)
class InboxFilter:
    """Which assignments somebody wants to see: those to which everything applies that is set."""

    status: AssignmentStatus | None = None
    light: Light | None = None
    item: str | None = None
    #: The account of who deals with it.
    handler: str | None = None
    #: A part of project, applicant or number, or a whole credit code.
    words: str | None = None

    def asked(self) -> dict[str, str]:
        """Return what is set, as text."""
        given = {name: getattr(self, name) for name in (*_ASKED, "words")}
        return {name: str(value) for name, value in given.items() if value}


_EVERYTHING: Final = InboxFilter()


async def assignments_of(
    session: AsyncSession,
    department: str,
    *,
    ended: bool = False,
    asked: InboxFilter = _EVERYTHING,
    after: InboxPlace | None = None,
    limit: int,
) -> tuple[list[AssignmentLine], dict[Light, int]]:
    """List a department's open assignments, the green channel first and then the most urgent, or its ended ones, the
    newest first.

    Only those asked for, and after a place. The second value counts its open ones by light, up to one more than
    ``MOST_COUNTED``. Raises ValueError for a place that is none of this list.
    """
    given: dict[str, Any] = {"department": department}
    if ended:
        parts = [_ENDED.format(after=" AND (s.ended_at, s.id) < (:by, :id)" if after else "")]
        given |= {"by": datetime.fromisoformat(after.by), "id": after.id} if after else {}
    else:
        parts, begun = _open_parts(after)
        given |= begun
    wanted = asked.asked()
    chosen = _COLUMNS + "".join(condition for name, condition in _ASKED.items() if name in wanted)
    if asked.words:
        called = await words.called(session, asked.words, id_="s.application_id")
        parts = parts if called else []
        chosen, wanted = (chosen + called[0], {**wanted, **called[1]}) if called else (chosen, wanted)
    rows: list[Row[Any]] = []
    for part in parts:
        if len(rows) < limit:
            # Written out: of a limit that it does not know PostgreSQL expects a tenth of the table, and sorts it all.
            statement = text(f"{chosen}{part} LIMIT {int(limit)}")
            rows += (await session.execute(statement, {**given, **wanted})).all()
    lines = [_line(row, await network(session, row.network)) for row in rows[:limit]]
    counted = {"department": department, "lights": [light.value for light in Light], "most": MOST_COUNTED + 1}
    counts = {Light(row.light): row.number for row in await session.execute(_COUNTS, counted) if row.number}
    return lines, counts


async def items_of(session: AsyncSession, department: str) -> list[tuple[str, str, str]]:
    """List the items of a department in the newest catalog: code, name, English name."""
    return [tuple(row) for row in await session.execute(_ITEMS, {"department": department})]


def _open_parts(after: InboxPlace | None) -> tuple[list[str], dict[str, Any]]:
    """Write the parts of the list of what is open that follow a place, each to be read from its index."""
    every = [(part, green) for green in _GREEN for part in (_DATED, _UNDATED)]
    if after is None:
        return [part.format(green=green, after=_BEGUN[part]) for part, green in every], {}
    by = after.by.removeprefix(_FIRST)
    at = every.index((_DATED if by else _UNDATED, _GREEN[0 if after.by.startswith(_FIRST) else 1]))
    (part, green), *rest = every[at:]
    begun = part.format(green=green, after=_FURTHER[part])
    given: dict[str, Any] = {"by": date.fromisoformat(by), "id": after.id} if by else {"id": after.id}
    return [begun, *(part.format(green=green, after=_BEGUN[part]) for part, green in rest)], given


async def assignment_of(
    session: AsyncSession, department: str, assignment: UUID
) -> tuple[AssignmentLine, tuple[MaterialLine, ...]]:
    """Return one assignment of a department with its materials. Raises NotFoundError, also for another department's."""
    row = (await session.execute(_ONE, {"department": department, "assignment": assignment})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到部门任务 {assignment}", wanted=str(assignment))
    known = {each.name: each for each in await session.execute(_MATERIALS, {"assignment": assignment})}
    net = await network(session, row.network)
    materials = tuple(
        MaterialLine(
            name=each.name,
            source=each.source,
            deferrable=each.deferrable,
            version=known[each.name].version if each.name in known else 0,
            provided_at=known[each.name].provided_at if each.name in known else None,
            asked_at=known[each.name].asked_at if each.name in known else None,
        )
        for each in net.item(ItemCode(row.item)).materials
    )
    return _line(row, net), materials


def _line(row: Row[Any], net: Network) -> AssignmentLine:
    item = net.item(ItemCode(row.item))
    return AssignmentLine(
        id=row.id,
        application=row.number,
        project=row.project,
        applicant=row.applicant,
        item=item.code,
        item_name=item.name,
        item_name_en=item.name_en,
        round=row.round,
        status=AssignmentStatus(row.status),
        light=Light(row.light),
        handler=row.handler,
        opened_at=row.opened_at,
        ended_at=row.ended_at,
        promised_due=row.promised_due,
        legal_due=row.legal_due,
        provisional=row.provisional,
        green=row.green,
        awaits=tuple(row.awaits),
        asked=tuple(row.asked),
        proposal=row.proposal,
        procedures=item.terms.procedures,
    )
