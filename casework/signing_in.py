"""Signing in to the pages: a password for a session, counted when it fails, ended when nobody uses it."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, insert, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.people import token_digest
from casework.queries.callers import Caller
from kit.passwords import fits, hash_password
from models import Person, PortalSession, Role, SignInFailure
from rules.errors import NotFoundError

#: Wrong passwords of an account, or from an address, within ``PERIOD``, after which nobody may try for the rest of it.
OF_ACCOUNT: Final = 5
OF_SOURCE: Final = 30
PERIOD: Final = timedelta(minutes=15)
#: A session ends when it was not used for so long, and in any case after a working day.
IDLE: Final = timedelta(hours=1)
LONGEST: Final = timedelta(hours=12)
#: A session's last use is written no more often than this.
_NOTED_EVERY: Final = timedelta(minutes=1)

# One attempt at an account at a time: guesses sent all at once would otherwise all be made before the first is counted.
_ALONE = text("SELECT pg_try_advisory_xact_lock(211283, hashtext(:account))")
_PERSON = text("SELECT id, password_hash FROM people WHERE account = :account AND active")
# A success clears what came before it, for the account only: one address may be a whole office behind one router.
_FAILURES = text("""
SELECT count(*) FILTER (WHERE account = :account) AS of_account, count(*) FILTER (WHERE source = :source) AS of_source
  FROM sign_in_failures WHERE at > :since AND (account = :account OR source = :source)
""")
_SESSION = text("""
SELECT p.account, p.name, p.roles, p.department, d.name AS department_name, s.form_token, s.seen_at,
       (SELECT count(*) FROM (SELECT FROM notifications n WHERE n.person_id = p.id AND n.read_at IS NULL
                               LIMIT 100) u) AS unread
  FROM portal_sessions s JOIN people p ON p.id = s.person_id LEFT JOIN departments d ON d.code = p.department
 WHERE s.token_sha256 = :token AND p.active AND s.seen_at > :used_since AND s.began_at > :began_since
""")
_STILL = text("""
SELECT s.token_sha256, p.roles FROM portal_sessions s JOIN people p ON p.id = s.person_id
 WHERE s.token_sha256 = ANY(:tokens) AND p.active AND s.seen_at > :used_since AND s.began_at > :began_since
""")
_EXPIRED = text("DELETE FROM portal_sessions WHERE seen_at <= :used_since OR began_at <= :began_since")
_FORGOTTEN = text("DELETE FROM sign_in_failures WHERE at <= :since")


class Refused(StrEnum):
    """Why somebody was not let in; whether the account exists is not told."""

    WRONG = "wrong"
    TOO_OFTEN = "too_often"


@dataclass(frozen=True, slots=True)
class Visit:
    """A person signed in, and the token that each form of theirs repeats."""

    caller: Caller
    form_token: str
    #: Notifications that the person has not read, counted up to a hundred.
    unread: int = 0
    #: Of the person; empty for people of the center.
    department_name: str = ""


async def set_password(session: AsyncSession, account: str, password: str) -> None:
    """Give a person a password; whoever was signed in as them no longer is.

    Raises NotFoundError, and WeakPasswordError.
    """
    hashed = await hash_password(password, account)
    person = await session.scalar(
        update(Person).where(col(Person.account) == account).values(password_hash=hashed).returning(col(Person.id))
    )
    if person is None:
        raise NotFoundError(f"没有人员 {account}", wanted=account)
    await session.execute(delete(PortalSession).where(col(PortalSession.person_id) == person))


async def sign_in(
    session: AsyncSession, account: str, password: str, *, source: str | None, now: datetime
) -> str | Refused:
    """Begin a session and return its token, or say why not; ``now`` is the real time.

    A failure is entered: whoever is refused lets the transaction commit. The answer takes as long for an account that
    does not exist.
    """
    if await _too_often(session, account, source, now):
        return Refused.TOO_OFTEN
    person = (await session.execute(_PERSON, {"account": account})).one_or_none()
    if not await fits(password, person.password_hash if person else None) or person is None:
        await session.execute(insert(SignInFailure).values(account=account, source=source, at=now))
        return Refused.WRONG
    await session.execute(delete(SignInFailure).where(col(SignInFailure.account) == account))
    return await _begin(session, person.id, source, now)


async def sign_in_as(
    session: AsyncSession, account: str, *, id_token: str | None = None, source: str | None, now: datetime
) -> str | None:
    """Begin a session for somebody whom a trusted provider has named and return its token; None for nobody of ours.

    Who is not registered here is not let in, and what the provider says gives nobody a role. Wrong passwords stay
    counted: this proves nothing of the password. ``id_token`` is what the provider said, by which it ends its own
    session later.
    """
    person = (await session.execute(_PERSON, {"account": account})).one_or_none()
    return None if person is None else await _begin(session, person.id, source, now, id_token)


async def _begin(
    session: AsyncSession, person: int, source: str | None, now: datetime, id_token: str | None = None
) -> str:
    await session.execute(_FORGOTTEN, {"since": now - PERIOD})
    await session.execute(_EXPIRED, _limits(now))
    token = secrets.token_urlsafe(32)
    await session.execute(
        insert(PortalSession).values(
            token_sha256=token_digest(token),
            person_id=person,
            form_token=secrets.token_urlsafe(32),
            began_at=now,
            seen_at=now,
            source=source,
            id_token=id_token,
        )
    )
    return token


async def visit(session: AsyncSession, token: str, *, now: datetime, used: bool = True) -> Visit | None:
    """Return who has signed in with this token; None when nobody has, or not any more. ``now`` is the real time.

    What a page asks by itself does not count as ``used``: a page left open keeps nobody signed in.
    """
    digest = token_digest(token)
    row = (await session.execute(_SESSION, {"token": digest, **_limits(now)})).one_or_none()
    if row is None:
        return None
    if used and now - row.seen_at > _NOTED_EVERY:
        await session.execute(
            update(PortalSession).where(col(PortalSession.token_sha256) == digest).values(seen_at=now)
        )
    caller = Caller(row.account, row.name, frozenset(map(Role, row.roles)), row.department)
    return Visit(caller, row.form_token, row.unread, row.department_name or "")


async def still_signed_in(
    session: AsyncSession, sessions: Collection[str], roles: Collection[Role], *, now: datetime
) -> set[str]:
    """Return those of ``sessions``, named by ``session_of``, that go on and whose person still has one of ``roles``."""
    rows = await session.execute(_STILL, {"tokens": list(sessions), **_limits(now)})
    return {row.token_sha256 for row in rows if not set(row.roles).isdisjoint(roles)}


def session_of(token: str) -> str:
    """Name a session by its token's digest, which may be kept where the token may not."""
    return token_digest(token)


async def sign_out(session: AsyncSession, token: str) -> str | None:
    """End a session and return what a provider had said at its beginning, if one had. Safe to repeat."""
    ended = delete(PortalSession).where(col(PortalSession.token_sha256) == token_digest(token))
    found: str | None = await session.scalar(ended.returning(col(PortalSession.id_token)))
    return found


async def _too_often(session: AsyncSession, account: str, source: str | None, now: datetime) -> bool:
    if not await session.scalar(_ALONE, {"account": account}):
        return True
    given = {"account": account, "source": source, "since": now - PERIOD}
    failures = (await session.execute(_FAILURES, given)).one()
    return bool(failures.of_account >= OF_ACCOUNT or failures.of_source >= OF_SOURCE)


def _limits(now: datetime) -> dict[str, datetime]:
    return {"used_since": now - IDLE, "began_since": now - LONGEST}
