"""Who is calling: the person a token belongs to, and the department that may speak of an assignment."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.people import token_digest
from models import Assignment, Opinion, Person, Role


@dataclass(frozen=True, slots=True)
class Caller:
    """A person of the center or of a department, as the portal knows them."""

    account: str
    name: str
    roles: frozenset[Role]
    department: str | None


async def caller_of(session: AsyncSession, token: str) -> Caller | None:
    """Return the active person whose token this is.

    Looking the SHA-256 up in an index is safe: how long it takes depends on the digest alone, and nobody can steer the
    digest of a guess towards that of a random token of 256 bits.
    """
    columns = (col(Person.account), col(Person.name), col(Person.roles), col(Person.department))
    statement = select(*columns).where(col(Person.token_sha256) == token_digest(token), col(Person.active))
    row = (await session.execute(statement)).one_or_none()
    return None if row is None else Caller(row.account, row.name, frozenset(map(Role, row.roles)), row.department)


async def department_of(session: AsyncSession, assignment: UUID) -> str | None:
    """Return the department an assignment was given to; None when there is no such assignment."""
    statement = select(col(Assignment.department)).where(col(Assignment.id) == assignment)
    return (await session.execute(statement)).scalar_one_or_none()


async def department_asked(session: AsyncSession, opinion: UUID) -> str | None:
    """Return the department that was asked for an opinion; None when there is no such opinion."""
    statement = select(col(Opinion.department)).where(col(Opinion.id) == opinion)
    return (await session.execute(statement)).scalar_one_or_none()
