"""Posts and absences (AB岗): who fills which post, who is away, and who therefore acts today."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, insert, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.casefile import Actor
from casework.people import known_ids
from models import Absence as AbsenceRow
from models import Post as PostRow
from rules.catalog import ItemCode
from rules.errors import InvalidRosterError, NotFoundError
from rules.people import Absence, Account, Acting, Matter, Post, acting

# A person who has left is away for everything and for good.
_AWAY: Final = text("""
SELECT p.account, s.first, least(s.last, s.returned_on - 1) AS last, s.items, s.applications, b.account AS backup
  FROM absences s JOIN people p ON p.id = s.person_id LEFT JOIN people b ON b.id = s.backup_id
 WHERE p.account = ANY(:accounts) AND s.first <= :on
   AND coalesce(least(s.last, s.returned_on - 1), 'infinity') >= :on
UNION ALL
SELECT p.account, '0001-01-01'::date, NULL, '{}', '{}', NULL
  FROM people p WHERE p.account = ANY(:accounts) AND NOT p.active
 ORDER BY first, account
""")
_POST: Final = text("""
SELECT a.account AS principal, b.account AS backup, m.account AS manager
  FROM posts o JOIN people a ON a.id = o.principal_id LEFT JOIN people b ON b.id = o.backup_id
  JOIN people m ON m.id = o.manager_id
 WHERE o.department = :department AND o.item IN (:item, '') ORDER BY o.item DESC LIMIT 1
""")
_POSTS: Final = text("""
SELECT o.department, o.item, a.account AS principal, b.account AS backup, m.account AS manager
  FROM posts o JOIN people a ON a.id = o.principal_id LEFT JOIN people b ON b.id = o.backup_id
  JOIN people m ON m.id = o.manager_id
 ORDER BY o.department, o.item
""")
#: More are not away or about to be in any office.
_MOST_ABSENCES: Final = 1_000
_ABSENCES: Final = text("""
SELECT s.id, p.account, s.first, least(s.last, s.returned_on - 1) AS last, s.items, s.applications,
       b.account AS backup, s.reason, s.recorded_by
  FROM absences s JOIN people p ON p.id = s.person_id LEFT JOIN people b ON b.id = s.backup_id
 WHERE coalesce(least(s.last, s.returned_on - 1), 'infinity') >= greatest(s.first, :since)
   AND (s.last IS NULL OR s.last >= :since)  -- follows from the line above, and has an index
 ORDER BY s.first, p.account, s.id LIMIT :limit
""")
_DEPARTMENT: Final = text("SELECT code FROM departments WHERE code = :department")
_ITEMS: Final = text("SELECT DISTINCT code FROM approval_items WHERE code = ANY(:items)")
_NUMBERS: Final = text("SELECT number FROM applications WHERE number = ANY(:applications)")
_RETURNED: Final = text("""
UPDATE absences s SET returned_on = :on FROM people p
 WHERE p.id = s.person_id AND p.account = :account AND coalesce(least(s.last, s.returned_on - 1), 'infinity') >= :on
   AND (s.first <= :on OR :future)
""")


@dataclass(frozen=True, slots=True)
class PostLine:
    """A post as people look at it; an empty ``item`` means all items of the department without a post of their own."""

    department: str
    item: str
    principal: str
    backup: str | None
    manager: str
    #: Who acts on the day asked for, and for whom.
    acting: str
    on_behalf_of: str | None


@dataclass(frozen=True, slots=True)
class AbsenceLine:
    """An absence, both days included; without ``last`` until further notice."""

    id: int
    account: str
    first: date
    last: date | None
    items: tuple[str, ...]
    applications: tuple[str, ...]
    backup: str | None
    reason: str | None
    recorded_by: str


async def fill(
    session: AsyncSession, department: str, *, principal: str, backup: str | None, manager: str, item: str = ""
) -> None:
    """Say who is A and B of a department's post, and which manager steps in. Safe to repeat.

    Raises NotFoundError for an unknown department, item or account, InvalidRosterError when A is named as B as well.
    """
    if backup == principal:
        raise InvalidRosterError(f"A岗与B岗不能是同一人：{principal}", principal=principal)
    if await session.scalar(_DEPARTMENT, {"department": department}) is None:
        raise NotFoundError(f"事项清单中没有部门 {department}", wanted=department)
    if item:
        await _require_known(session, _ITEMS, "items", [item], "事项清单中没有事项")
    ids = await known_ids(session, [principal, manager, *([backup] if backup else [])])
    filled = {
        "principal_id": ids[principal],
        "backup_id": ids[backup] if backup else None,
        "manager_id": ids[manager],
    }
    statement = upsert(PostRow).values(department=department, item=item, **filled)
    await session.execute(statement.on_conflict_do_update(index_elements=["department", "item"], set_=filled))


async def leave(
    session: AsyncSession,
    account: str,
    first: date,
    last: date | None,
    *,
    items: Sequence[str] = (),
    applications: Sequence[str] = (),
    backup: str | None = None,
    reason: str | None = None,
    actor: Actor,
    now: datetime,
) -> int:
    """Record that a person is away, both days included; return the absence's id. Nothing is reassigned.

    Raises NotFoundError for an unknown account, item or application, InvalidRosterError for an impossible absence.
    """
    if last is not None and last < first:
        raise InvalidRosterError(f"离岗结束日 {last} 早于开始日 {first}", first=first, last=last)
    if backup == account:
        raise InvalidRosterError(f"{account} 不能顶自己的岗", account=account)
    await _require_known(session, _ITEMS, "items", items, "事项清单中没有事项")
    await _require_known(session, _NUMBERS, "applications", applications, "没有找到")
    ids = await known_ids(session, [account, *([backup] if backup else [])])
    row = {
        "person_id": ids[account],
        "first": first,
        "last": last,
        "items": list(items),
        "applications": list(applications),
        "backup_id": ids[backup] if backup else None,
        "reason": reason,
        "recorded_at": now,
        "recorded_by": actor.name,
    }
    return int((await session.execute(insert(AbsenceRow).returning(col(AbsenceRow.id)), row)).scalar_one())


async def come_back(session: AsyncSession, account: str, on: date, *, future: bool = False) -> int:
    """Let a person act again from ``on``; return how many absences that ended, with ``future`` planned ones too.

    Raises NotFoundError for an unknown account. Safe to repeat.
    """
    await known_ids(session, [account])
    ended = await session.execute(_RETURNED, {"account": account, "on": on, "future": future})
    return int(ended.rowcount)  # type: ignore[attr-defined]


async def absences(session: AsyncSession, since: date) -> list[AbsenceLine]:
    """List the absences that last to ``since`` or later, the earliest first: a thousand at most."""
    rows = await session.execute(_ABSENCES, {"since": since, "limit": _MOST_ABSENCES})
    return [
        AbsenceLine(
            id=row.id,
            account=row.account,
            first=row.first,
            last=row.last,
            items=tuple(row.items),
            applications=tuple(row.applications),
            backup=row.backup,
            reason=row.reason,
            recorded_by=row.recorded_by,
        )
        for row in rows
    ]


async def posts(session: AsyncSession, on: date) -> list[PostLine]:
    """List the departments' posts with who acts in them on a day."""
    rows = (await session.execute(_POSTS)).all()
    found = [_post(row) for row in rows]
    away = await away_on(session, {a for post in found for a in (post.principal, post.backup) if a}, on)
    lines = []
    for row, post in zip(rows, found, strict=True):
        who = acting(post, away, on, Matter(ItemCode(row.item)) if row.item else Matter())
        filled = (post.principal, post.backup, post.manager, who.person, who.on_behalf_of)
        lines.append(PostLine(row.department, row.item, *filled))
    return lines


async def post_of(session: AsyncSession, department: str, item: str) -> Post | None:
    """Return the post that has an item: its own, else the department's; None where none is filled."""
    row = (await session.execute(_POST, {"department": department, "item": item})).one_or_none()
    return None if row is None else _post(row)


async def acting_in(
    session: AsyncSession, post: Post, matter: Matter, on: date, recused: Collection[Account] = ()
) -> Acting:
    """Name who acts in a post for a matter on a day."""
    accounts = {account for account in (post.principal, post.backup) if account}
    return acting(post, await away_on(session, accounts, on), on, matter, recused)


async def away_on(session: AsyncSession, accounts: Collection[str], on: date) -> list[Absence]:
    """Load the absences on a day of some people, and of the stand-ins that these absences name."""
    found = [_absence(row) for row in await session.execute(_AWAY, {"accounts": list(accounts), "on": on})]
    named = {absence.backup for absence in found if absence.backup} - set(accounts)
    if named:
        found += [_absence(row) for row in await session.execute(_AWAY, {"accounts": list(named), "on": on})]
    return found


def _post(row: Row[Any]) -> Post:
    return Post(Account(row.principal), Account(row.backup) if row.backup else None, Account(row.manager))


def _absence(row: Row[Any]) -> Absence:
    return Absence(
        Account(row.account),
        row.first,
        row.last,
        frozenset(map(ItemCode, row.items)),
        frozenset(row.applications),
        Account(row.backup) if row.backup else None,
    )


async def _require_known(session: AsyncSession, query: Any, name: str, wanted: Sequence[str], said: str) -> None:
    if not wanted:
        return
    found = set((await session.execute(query, {name: list(wanted)})).scalars())
    for code in wanted:
        if code not in found:
            raise NotFoundError(f"{said} {code}", wanted=code)
