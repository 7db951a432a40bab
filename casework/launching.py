"""Launch an application: one hand-in for everything a project needs."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

import orjson
from sqlalchemy import insert, select, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework import applicant_letters, bans, calendars, engagements, parties, tracking, words
from casework.advancing import advance
from casework.applicant_letters import Address
from casework.casefile import Actor, open_by_id
from casework.catalogs import hold, newest
from casework.commitments import sign
from casework.reapplying import bring_materials, earlier, take_over
from models import (
    Application,
    ApplicationRun,
    ApprovalNetwork,
    Material,
    NumberSeries,
)
from rules.acts.commitments import Promise
from rules.catalog import JourneyCode
from rules.delivery.record import DeliveryWish
from rules.engagement import EngagementTerms
from rules.errors import LaunchKeyReusedError
from rules.materials import listed, require_known
from rules.network import Network, digest, resolve, to_document
from rules.numbers import application_number
from rules.reapplication import require_allowed
from rules.renewal import Renewing, renewals
from rules.vocabulary import ApplicationStatus, EnterpriseClass
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
    #: Where the applicant is reminded of new notices.
    email: str | None = None
    mobile: str | None = None
    answers: dict[str, str | bool | float] = field(default_factory=dict)
    #: Names of the materials handed in.
    materials: tuple[str, ...] = ()
    #: Account of the agent (代办员); the least busy one when absent.
    agent: str | None = None
    #: Account of the steward (项目管家); the enterprise's own, or by its class, when absent.
    steward: str | None = None
    #: Classes of enterprises the applicant belongs to, beyond those already known.
    classes: tuple[EnterpriseClass, ...] = ()
    #: What is entrusted to the agents; the default is everything but withdrawal and commitment, for the whole life.
    engagement: EngagementTerms = field(default_factory=EngagementTerms)
    #: Number of the refused application that this one answers: its results and materials count here.
    reapplies: str | None = None
    #: What the applicant commits to bring later, or promises (容缺受理, 告知承诺).
    commitments: tuple[Promise, ...] = ()
    #: How the applicant wants the results.
    delivery: DeliveryWish = field(default_factory=DeliveryWish)

    #: Permits of the applicant's that the application asks to renew (延续).
    renewals: tuple[Renewing, ...] = ()

    @property
    def digest(self) -> str:
        """Name the content, to tell a repeated launch from a reused key."""
        return hashlib.sha256(orjson.dumps(self, option=orjson.OPT_SORT_KEYS)).hexdigest()


async def launch(
    session: AsyncSession,
    intake: Intake,
    *,
    actor: Actor,
    now: datetime,
    key: str | None = None,
    tracking_code: str | None = None,
) -> tuple[str, bool]:
    """Register an application on the newest catalog version and advance it as far as it goes inside.

    With ``tracking_code`` the applicant looks it up; only its digest is kept.

    Returns its number, and False when the same ``key`` had launched it before. Raises InvalidIntakeError,
    InvalidEngagementError, CatalogNotLoadedError, LaunchKeyReusedError, ReapplicationBarredError.
    And what ``rules.acts.commitments.committed`` raises.
    """
    if key is not None:
        await session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 7))"), {"key": key})
        found = await _launched_by(session, intake, key)
        if found is not None:
            return found, False
    source = (
        await earlier(session, intake.reapplies, intake.credit_code, intake.project_code) if intake.reapplies else None
    )
    await hold(session)
    version, catalog = await newest(session)
    network = resolve(catalog, JourneyCode(intake.journey), intake.answers)
    require_known(intake.materials, listed(network))
    await _store_network(session, network, version)
    applicant = await parties.applicant(session, intake.credit_code, intake.applicant_name, intake.contact)
    require_allowed(network, await bans.of(session, applicant.id), local_date(now))
    if source:
        project = source.project
    else:
        project = await parties.project(session, intake.project_name, intake.project_code, applicant.id)
    renewing = renewals(network, intake.renewals, local_date(now), await calendars.current(session))
    agent, backup = await parties.agents(session, intake.agent)
    steward = await parties.steward(session, applicant.id, intake.steward, intake.classes)
    number = await _next_number(session, catalog.division, now)
    row = {
        "number": number,
        "project_id": project,
        "applicant_id": applicant.id,
        "network": digest(network),
        "catalog_version": version,
        "journey": intake.journey,
        "answers": intake.answers,
        "agent_id": agent,
        "backup_agent_id": backup,
        "steward_id": steward,
        "status": ApplicationStatus.REGISTERED,
        "registered_at": now,
        "delivery_channel": intake.delivery.channel.value,
        "delivery_together": intake.delivery.together,
        "delivery_address": intake.delivery.address,
        "closing_refused": [],
        "tracking_sha256": tracking.digest(tracking_code) if tracking_code else None,
        "renewals": {
            item: [each.document_number, each.expires_on.isoformat(), each.in_time] for item, each in renewing.items()
        }
        or None,
        "launch_key": key,
        "launch_digest": intake.digest if key else None,
        "reapplies_id": source.id if source else None,
    }
    id_ = (await session.execute(insert(Application).returning(col(Application.id)), row)).scalar_one()
    await session.execute(insert(ApplicationRun), {"application_id": id_})
    if intake.email or intake.mobile:
        await applicant_letters.choose(session, number, Address(intake.email, intake.mobile), wall=now)
    if applicant.renamed_from is None:
        await words.keep(session, id_)
    else:
        await words.keep_anew(session, applicant.id)
    materials = [
        {"application_id": id_, "name": name, "provided_at": now, "provided_by": intake.applicant_name, "version": 1}
        for name in dict.fromkeys(intake.materials)
    ]
    if materials:
        await session.execute(insert(Material), materials)
    brought = await bring_materials(session, id_, source, set(intake.materials)) if source else []
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
            **({"reapplies": source.number} if source else {}),
            **({"renews": row["renewals"]} if renewing else {}),
        },
    )
    if applicant.renamed_from is not None:
        case.record("applicant.renamed", before=applicant.renamed_from, after=intake.applicant_name)
    await engagements.enter(case, intake.engagement, applicant=applicant.id, agent=agent, deputy=backup)
    if source:
        await take_over(case, source, brought)
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


async def _next_number(session: AsyncSession, division: str, now: datetime) -> str:
    day = local_date(now)
    statement = upsert(NumberSeries).values(prefix="DB", day=day.isoformat(), last=1)
    statement = statement.on_conflict_do_update(
        index_elements=["prefix", "day"], set_={"last": col(NumberSeries.last) + 1}
    )
    serial = (await session.execute(statement.returning(col(NumberSeries.last)))).scalar_one()
    return application_number(division, day, serial)
