"""Who is calling: the person a token belongs to, and the department that may speak of an assignment."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.people import token_digest
from models import Department, Opinion, Person, Role


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


async def department_asked(session: AsyncSession, opinion: UUID) -> tuple[str, ...]:
    """Return the department that was asked for an opinion; none when there is no such opinion."""
    statement = select(col(Opinion.department)).where(col(Opinion.id) == opinion)
    return tuple((await session.execute(statement)).scalars())


_DEPARTMENTS = text("""
SELECT department, 0 AS former FROM assignments WHERE id = :id
 UNION SELECT department, 1 FROM department_events e WHERE assignment_id = :id
          AND department <> (SELECT department FROM assignments WHERE id = :id)
 ORDER BY former, department
""")


async def departments_of(session: AsyncSession, assignment: UUID) -> tuple[str, ...]:
    """Return the department that has an assignment, then those that have handed it on; none for an unknown one."""
    return tuple((await session.execute(_DEPARTMENTS, {"id": assignment})).scalars())


async def department_codes(session: AsyncSession) -> tuple[str, ...]:
    """Return every department there is, in a fixed order."""
    statement = select(col(Department.code)).order_by(col(Department.code))
    return tuple((await session.execute(statement)).scalars())
