"""Who acts in the system: the center's people and the departments' handlers, each known by an account and a token."""

import secrets
from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, insert, literal_column, select
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Department, Person, Role, StewardDuty
from rules.errors import InvalidRosterError, NotFoundError
from rules.vocabulary import EnterpriseClass


def token_digest(token: str) -> str:
    """Return what is stored of a token: its SHA-256 in hexadecimal. The token is random, so no salt is needed."""
    return sha256(token.encode()).hexdigest()


async def register(
    session: AsyncSession,
    account: str,
    name: str,
    roles: Sequence[Role],
    department: str | None = None,
    *,
    token: str | None = None,
    renew: bool = False,
) -> str | None:
    """Enter a person, or bring a known account up to date; return their token when there is a new one to tell.

    Only the token's digest is stored: a known account keeps the token it has, which nobody can tell again, unless
    ``renew`` asks for a new one or ``token`` sets a chosen one. Safe to repeat. Raises NotFoundError for a department
    that the catalog does not name.
    """
    if department is not None and await session.scalar(_named(department)) is None:
        raise NotFoundError(f"事项清单中没有部门 {department}", wanted=department)
    issued = token or secrets.token_urlsafe(32)
    replaced = renew or token is not None
    person: dict[str, Any] = {
        "name": name,
        "roles": [role.value for role in roles],
        "department": department,
        "active": True,
    }
    issuing = {"token_sha256": token_digest(issued)}
    statement = upsert(Person).values(account=account, **person, **issuing)
    statement = statement.on_conflict_do_update(
        index_elements=["account"], set_=person | issuing if replaced else person
    )
    # PostgreSQL leaves xmax at 0 in a row that this statement has inserted.
    inserted: bool = (await session.execute(statement.returning(literal_column("xmax = 0")))).scalar_one()
    return issued if inserted or replaced else None


async def known_ids(session: AsyncSession, accounts: Collection[str]) -> dict[str, int]:
    """Return the ids of people by account. Raises NotFoundError for an account that nobody has, or has any more."""
    statement = select(col(Person.account), col(Person.id)).where(col(Person.account).in_(accounts), col(Person.active))
    found = {row.account: row.id for row in await session.execute(statement)}
    for account in accounts:
        if account not in found:
            raise NotFoundError(f"没有人员 {account}", wanted=account)
    return found


async def require_account(session: AsyncSession, account: str) -> None:
    """Raise NotFoundError for an account that nobody has; one that is no longer active is one."""
    if await session.scalar(select(col(Person.id)).where(col(Person.account) == account)) is None:
        raise NotFoundError(f"没有人员 {account}", wanted=account)


async def serve(session: AsyncSession, account: str, classes: Sequence[EnterpriseClass]) -> None:
    """Say which classes of enterprises a steward (项目管家) serves; earlier ones are dropped. Safe to repeat.

    Raises NotFoundError, and InvalidRosterError for somebody who is no steward.
    """
    person = (await known_ids(session, [account]))[account]
    roles = await session.scalar(select(col(Person.roles)).where(col(Person.id) == person))
    if Role.STEWARD not in (roles or ()):
        raise InvalidRosterError(f"{account} 不是项目管家", account=account)
    await session.execute(delete(StewardDuty).where(col(StewardDuty.person_id) == person))
    rows = [{"person_id": person, "enterprise_class": each.value} for each in dict.fromkeys(classes)]
    if rows:
        await session.execute(insert(StewardDuty), rows)


def _named(department: str) -> Any:
    return select(Department.code).where(Department.code == department)  # type: ignore[call-overload]
