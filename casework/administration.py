"""The people of the office as an administrator looks after them, with every act of that on record."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import delete, insert, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework import people, signing_in
from casework.casefile import Actor
from models import AdministrativeAct, Role, SignInFailure
from rules.errors import ForbiddenError

_PEOPLE: Final = text("""
SELECT p.account, p.name, p.roles, p.department, d.name AS department_name, p.active,
       p.password_hash IS NOT NULL AS has_password, p.token_sha256 IS NOT NULL AS has_token,
       count(s.person_id) AS sessions, max(s.seen_at) AS seen_at,
       (SELECT count(*) FROM sign_in_failures f WHERE f.account = p.account AND f.at > :since) AS failures
  FROM people p
  LEFT JOIN departments d ON d.code = p.department
  LEFT JOIN portal_sessions s ON s.person_id = p.id AND s.seen_at > :used_since
 WHERE CAST(:account AS text) IS NULL OR p.account = :account
 GROUP BY p.id, d.name ORDER BY p.active DESC, p.department NULLS FIRST, p.account
""")
_ACTIVITY: Final = text("UPDATE people SET active = :active WHERE account = :account")
_SESSIONS: Final = text(
    "DELETE FROM portal_sessions s USING people p WHERE p.id = s.person_id AND p.account = :account"
)
_SYMBOLS: Final = "abcdefghjkmnpqrstuvwxyz23456789"


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person as an administrator sees them; of password and token it is known whether there is one, no more."""

    account: str
    name: str
    roles: tuple[Role, ...]
    department: str | None
    department_name: str | None
    active: bool
    has_password: bool
    has_token: bool
    #: Browsers signed in now, and when one of them was last used (real time).
    sessions: int
    seen_at: datetime | None
    #: Wrong passwords lately.
    failures: int

    @property
    def locked(self) -> bool:
        """Nobody may try this account at the moment."""
        return self.failures >= signing_in.OF_ACCOUNT


async def staff(session: AsyncSession, *, wall: datetime, account: str | None = None) -> list[PersonLine]:
    """List the people of the office, or one of them; ``wall`` is the real time."""
    given = {"since": wall - signing_in.PERIOD, "used_since": wall - signing_in.IDLE, "account": account}
    return [
        PersonLine(**{**row, "roles": tuple(map(Role, row["roles"]))})
        for row in (await session.execute(_PEOPLE, given)).mappings()
    ]


async def enter_person(
    session: AsyncSession,
    account: str,
    name: str,
    roles: Sequence[Role],
    department: str | None,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Enter a person or change what they are; whoever is signed in as them has to do so again. Raises NotFoundError."""
    if account == actor.name and Role.ADMINISTRATOR not in roles:
        raise ForbiddenError("不能取消自己的管理员角色", account=account)
    await people.register(session, account, name, roles, department)
    await session.execute(_SESSIONS, {"account": account})
    details = {"name": name, "roles": [role.value for role in roles], "department": department}
    await record(session, "person.entered", account, actor=actor, now=now, details=details)


async def set_active(session: AsyncSession, account: str, *, active: bool, actor: Actor, now: datetime) -> None:
    """Let a person act, or act no longer; then their sessions and their token open nothing. Raises ForbiddenError."""
    if account == actor.name:
        raise ForbiddenError("不能停用自己", account=account)
    await people.require_account(session, account)
    await session.execute(_ACTIVITY, {"account": account, "active": active})
    await session.execute(_SESSIONS, {"account": account})
    await record(session, "person.activated" if active else "person.deactivated", account, actor=actor, now=now)


async def reset_password(session: AsyncSession, account: str, *, actor: Actor, now: datetime) -> str:
    """Give a person a random password, told this once, and let them try again. Raises NotFoundError."""
    password = "-".join("".join(secrets.choice(_SYMBOLS) for _ in range(5)) for _ in range(4))
    await signing_in.set_password(session, account, password)
    await session.execute(delete(SignInFailure).where(col(SignInFailure.account) == account))
    await record(session, "password.reset", account, actor=actor, now=now)
    return password


async def end_sessions(session: AsyncSession, account: str, *, actor: Actor, now: datetime) -> None:
    """Sign a person out everywhere. Safe to repeat. Raises NotFoundError."""
    await people.require_account(session, account)
    await session.execute(_SESSIONS, {"account": account})
    await record(session, "sessions.ended", account, actor=actor, now=now)


async def record(
    session: AsyncSession,
    kind: str,
    subject: str,
    *,
    actor: Actor,
    now: datetime,
    details: dict[str, Any] | None = None,
) -> None:
    """Enter who changed what about the office, in the transaction that changes it."""
    row = {"at": now, "kind": kind, "actor": actor.name, "subject": subject, "details": details or {}}
    await session.execute(insert(AdministrativeAct).values(**row, source=actor.source))
