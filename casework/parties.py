"""Who is who in a new application: its applicant and project, its agents, and its steward."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import ApplicantClass, Person, Project, Role
from rules.errors import InvalidIntakeError
from rules.vocabulary import EnterpriseClass

_NEW: Final = text("""
INSERT INTO applicants (credit_code, name, contact) VALUES (:credit_code, :name, :contact)
ON CONFLICT (credit_code) DO NOTHING RETURNING id
""")
# Locked as the update would lock it, so that of two launches at once each knows what the other called the applicant.
_KNOWN: Final = text("SELECT id, name, contact FROM applicants WHERE credit_code = :credit_code FOR NO KEY UPDATE")
_CHANGED: Final = text("UPDATE applicants SET name = :name, contact = coalesce(:contact, contact) WHERE id = :id")
_LEAST_BUSY: Final = text("""
SELECT p.id FROM people p
  LEFT JOIN applications a ON a.agent_id = p.id AND NOT a.complete
 WHERE p.active AND :role = ANY(p.roles) AND (CAST(:account AS text) IS NULL OR p.account <> :account)
 GROUP BY p.id ORDER BY count(a.id), p.id LIMIT 2
""")
_LAST_STEWARD: Final = text("""
SELECT p.id FROM applications a JOIN people p ON p.id = a.steward_id
 WHERE a.applicant_id = :applicant AND p.active AND 'steward' = ANY(p.roles) ORDER BY a.id DESC LIMIT 1
""")
# One who serves the class before one who serves none of the applicant's, and the least busy of either.
_STEWARD: Final = text("""
SELECT p.id FROM people p
  LEFT JOIN applications a ON a.steward_id = p.id AND NOT a.complete
 WHERE p.active AND 'steward' = ANY(p.roles)
 GROUP BY p.id
 ORDER BY NOT EXISTS (SELECT FROM steward_duties d WHERE d.person_id = p.id AND d.enterprise_class = ANY(:classes)),
          count(a.id), p.id
 LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class KnownApplicant:
    """An applicant, and what it was called until now when that was something else."""

    id: int
    renamed_from: str | None = None


async def applicant(session: AsyncSession, credit_code: str, name: str, contact: str | None) -> KnownApplicant:
    """Find or enter the applicant with this code, under its newest name.

    The credit code is the identity and outlives every change of name (企业更名), so a new name is taken over, not
    refused; the caller records it. A contact is kept until another is told.
    """
    given = {"credit_code": credit_code, "name": name, "contact": contact}
    new = await session.scalar(_NEW, given)
    if new is not None:
        return KnownApplicant(int(new))
    known = (await session.execute(_KNOWN, {"credit_code": credit_code})).one()
    if (known.name, known.contact) != (name, contact or known.contact):
        await session.execute(_CHANGED, {"id": known.id, "name": name, "contact": contact})
    return KnownApplicant(int(known.id), known.name if known.name != name else None)


async def registered(session: AsyncSession, credit_code: str, name: str) -> int:
    """Find the applicant with this code, or enter it under a name; one that is known keeps the name it has here."""
    given = {"credit_code": credit_code, "name": name, "contact": None}
    new = await session.scalar(_NEW, given)
    return int(new if new is not None else (await session.execute(_KNOWN, given)).one().id)


async def project(session: AsyncSession, name: str, code: str | None, applicant: int) -> int:
    """Find or enter the project. Raises InvalidIntakeError when its code belongs to another applicant."""
    values = {"applicant_id": applicant, "name": name, "code": code}
    statement = upsert(Project).values(values).on_conflict_do_nothing(index_elements=["code"])
    new = await session.scalar(statement.returning(col(Project.id)))
    if new is not None:
        return int(new)
    known = select(col(Project.id), col(Project.applicant_id)).where(col(Project.code) == code)
    found, owner = (await session.execute(known)).one()
    if owner != applicant:
        raise InvalidIntakeError(f"项目代码 {code} 属于另一申请人", project_code=code)
    return int(found)


async def agents(session: AsyncSession, account: str | None) -> tuple[int, int | None]:
    """Choose the agent and a stand-in (AB岗): the one asked for, else the least busy. Raises InvalidIntakeError."""
    free = list((await session.execute(_LEAST_BUSY, {"role": Role.AGENT, "account": account})).scalars())
    if account is not None:
        asked = await _with_role(session, account, Role.AGENT)
        if asked is None:
            raise InvalidIntakeError(f"没有代办员 {account}", agent=account)
        free.insert(0, asked)
    if not free:
        raise InvalidIntakeError("没有可用的代办员，请先登记代办员", agent=account)
    return free[0], free[1] if len(free) > 1 else None


async def steward(
    session: AsyncSession, applicant: int, account: str | None, classes: Collection[EnterpriseClass]
) -> int | None:
    """Choose the steward (项目管家): the one asked for, else the enterprise's own, else by its class.

    An enterprise of no class needs none. ``classes`` are added to those it is known to belong to. Raises
    InvalidIntakeError for an account that is no steward, or a class of enterprises while there is no steward at all.
    """
    if classes:
        rows = [{"applicant_id": applicant, "enterprise_class": each.value} for each in dict.fromkeys(classes)]
        await session.execute(upsert(ApplicantClass).on_conflict_do_nothing(), rows)
    if account is not None:
        asked = await _with_role(session, account, Role.STEWARD)
        if asked is None:
            raise InvalidIntakeError(f"没有项目管家 {account}", steward=account)
        return asked
    own = await session.scalar(_LAST_STEWARD, {"applicant": applicant})
    if own is not None:
        return int(own)
    statement = select(col(ApplicantClass.enterprise_class)).where(col(ApplicantClass.applicant_id) == applicant)
    known = list((await session.execute(statement)).scalars())
    if not known:
        return None
    found = await session.scalar(_STEWARD, {"classes": known})
    if found is None:
        raise InvalidIntakeError("该类企业须配项目管家，请先登记项目管家", classes=known)
    return int(found)


async def _with_role(session: AsyncSession, account: str, role: Role) -> int | None:
    statement = select(col(Person.id)).where(
        col(Person.account) == account, col(Person.active), col(Person.roles).contains([role.value])
    )
    found = await session.scalar(statement)
    return None if found is None else int(found)
