"""Launch an application: one hand-in for everything a project needs."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.advancing import advance
from casework.casefile import Actor, open_by_id
from casework.catalogs import newest
from casework.commitments import sign
from models import (
    Applicant,
    Application,
    ApplicationRun,
    ApprovalNetwork,
    Material,
    NumberSeries,
    Person,
    Project,
    Role,
)
from rules.acts.commitments import Promise
from rules.catalog import JourneyCode
from rules.errors import InvalidIntakeError, LaunchKeyReusedError
from rules.network import Network, digest, resolve, to_document
from rules.numbers import application_number
from rules.vocabulary import ApplicationStatus
from rules.workdays import local_date


@dataclass(frozen=True, slots=True)
class Intake:
    """The intake form (登记表) of one project."""

    journey: str
    applicant_name: str
    credit_code: str
    project_name: str
    project_code: str | None = None
    contact: str | None = None
    answers: dict[str, str | bool | float] = field(default_factory=dict)
    #: Names of the materials handed in.
    materials: tuple[str, ...] = ()
    #: Account of the agent (代办员); the least busy one when absent.
    agent: str | None = None
    #: What the applicant commits to bring later, or promises (容缺受理, 告知承诺).
    commitments: tuple[Promise, ...] = ()

    @property
    def digest(self) -> str:
        """Name the content, to tell a repeated launch from a reused key."""
        return hashlib.sha256(orjson.dumps(self, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def launch(
    session: AsyncSession, intake: Intake, *, actor: Actor, now: datetime, key: str | None = None
) -> tuple[str, bool]:
    """Register an application on the newest catalog version and advance it as far as it goes inside.

    Returns its number, and False when the same ``key`` had launched it before. Raises InvalidIntakeError,
    CatalogNotLoadedError, LaunchKeyReusedError, and what ``rules.acts.commitments.committed`` raises.
    """
    if key is not None:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))"), {"key": key})
        found = await _launched_by(session, intake, key)
        if found is not None:
            return found, False
    version, catalog = await newest(session)
    network = resolve(catalog, JourneyCode(intake.journey), intake.answers)
    await _store_network(session, network, version)
    applicant = await _applicant(session, intake)
    project = await _project(session, intake, applicant)
    agent, backup = await _agents(session, intake.agent)
    number = await _next_number(session, catalog.division, now)
    row = {
        "number": number,
        "project_id": project,
        "applicant_id": applicant,
        "network": digest(network),
        "catalog_version": version,
        "journey": intake.journey,
        "answers": intake.answers,
        "agent_id": agent,
        "backup_agent_id": backup,
        "status": ApplicationStatus.REGISTERED,
        "registered_at": now,
        "launch_key": key,
        "launch_digest": intake.digest if key else None,
    }
    id_ = (await session.execute(insert(Application).returning(col(Application.id)), row)).scalar_one()
    await session.execute(insert(ApplicationRun), {"application_id": id_})
    materials = [
        {"application_id": id_, "name": name, "provided_at": now, "provided_by": intake.applicant_name}
        for name in dict.fromkeys(intake.materials)
    ]
    if materials:
        await session.execute(insert(Material), materials)
    case = await open_by_id(session, id_, actor=actor, now=now)
    case.record(
        "application.registered",
        after=ApplicationStatus.REGISTERED,
        details={
            "journey": intake.journey,
            "catalog_version": version,
            "items": len(network.items),
            "answers": intake.answers,
            "materials": list(intake.materials),
        },
    )
    await sign(case, intake.commitments)
    await advance(case)
    return number, True


async def _launched_by(session: AsyncSession, intake: Intake, key: str) -> str | None:
    statement = select(col(Application.number), col(Application.launch_digest)).where(
        col(Application.launch_key) == key
    )
    row = (await session.execute(statement)).one_or_none()
    if row is None:
        return None
    if row.launch_digest != intake.digest:
        raise LaunchKeyReusedError(f"Idempotency-Key {key} 已用于内容不同的申请 {row.number}", number=row.number)
    return str(row.number)


async def _store_network(session: AsyncSession, network: Network, version: int) -> None:
    row = {
        "digest": digest(network),
        "catalog_version": version,
        "journey": network.journey,
        "document": to_document(network),
    }
    await session.execute(upsert(ApprovalNetwork).on_conflict_do_nothing(), row)


async def _applicant(session: AsyncSession, intake: Intake) -> int:
    statement = upsert(Applicant).values(
        credit_code=intake.credit_code, name=intake.applicant_name, contact=intake.contact
    )
    statement = statement.on_conflict_do_update(
        index_elements=["credit_code"], set_={"name": statement.excluded.name, "contact": statement.excluded.contact}
    )
    return int((await session.execute(statement.returning(col(Applicant.id)))).scalar_one())


async def _project(session: AsyncSession, intake: Intake, applicant: int) -> int:
    values = {"applicant_id": applicant, "name": intake.project_name, "code": intake.project_code}
    statement = upsert(Project).values(values).on_conflict_do_nothing(index_elements=["code"])
    new = await session.scalar(statement.returning(col(Project.id)))
    if new is not None:
        return int(new)
    known = select(col(Project.id), col(Project.applicant_id)).where(col(Project.code) == intake.project_code)
    project, owner = (await session.execute(known)).one()
    if owner != applicant:
        raise InvalidIntakeError(f"项目代码 {intake.project_code} 属于另一申请人", project_code=intake.project_code)
    return int(project)


_LEAST_BUSY = text("""
SELECT p.id FROM people p
  LEFT JOIN applications a ON a.agent_id = p.id AND NOT a.complete
 WHERE p.active AND :role = ANY(p.roles) AND (CAST(:account AS text) IS NULL OR p.account <> :account)
 GROUP BY p.id ORDER BY count(a.id), p.id LIMIT 2
""")


async def _agents(session: AsyncSession, account: str | None) -> tuple[int, int | None]:
    """Choose the agent and a stand-in (AB岗): the one asked for, else the least busy."""
    free = list((await session.execute(_LEAST_BUSY, {"role": Role.AGENT, "account": account})).scalars())
    if account is not None:
        statement = select(col(Person.id)).where(col(Person.account) == account, col(Person.active))
        asked = await session.scalar(statement)
        if asked is None:
            raise InvalidIntakeError(f"没有代办员 {account}", agent=account)
        free.insert(0, asked)
    if not free:
        raise InvalidIntakeError("没有可用的代办员，请先登记代办员", agent=account)
    return free[0], free[1] if len(free) > 1 else None


async def _next_number(session: AsyncSession, division: str, now: datetime) -> str:
    day = local_date(now)
    statement = upsert(NumberSeries).values(prefix="DB", day=day.isoformat(), last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["prefix", "day"], set_={"last": col(NumberSeries.last) + 1}
    )
    serial = (await session.execute(statement.returning(col(NumberSeries.last)))).scalar_one()
    return application_number(division, day, serial)
