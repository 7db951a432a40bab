"""Engagements (委托): record what an applicant entrusts to which agents, end it, and look at how it stands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from casework.advancing import advance
from casework.casefile import Actor, CaseFile, open_by_number
from casework.documents import issue_next
from models import Engagement as EngagementRow
from models import Person, Role
from rules.acts.applicant import require_open
from rules.catalog import ItemCode
from rules.engagement import Engagement, EngagementEnd, EngagementTerms, Verb, unresponsive
from rules.errors import InvalidEngagementError, NotAllowedNowError, NotFoundError
from rules.issuing import engagements as letters
from rules.network import Network
from rules.people import Account
from rules.workdays import local_date

# An application launched before engagements were recorded has the default one, for its agents and its whole life.
_NEWEST: Final = text("""
SELECT a.id AS application_id, g.account AS agent, b.account AS deputy, t.name AS applicant, t.credit_code,
       e.id, e.representative, e.reference, e.items, e.stages, e.verbs, e.excluded, e.signed_at,
       coalesce(e.valid_from, (a.registered_at AT TIME ZONE 'Asia/Shanghai')::date) AS valid_from, e.valid_until,
       e.ended_at, e.ended_because, e.end_note, e.suspended_at, e.suspended_because, e.suspension_note
  FROM applications a
  JOIN applicants t ON t.id = a.applicant_id
  LEFT JOIN engagements e ON e.application_id = a.id
  JOIN people g ON g.id = coalesce(e.agent_id, a.agent_id)
  LEFT JOIN people b ON b.id = CASE WHEN e.id IS NULL THEN a.backup_agent_id ELSE e.deputy_id END
 WHERE a.id = :id ORDER BY e.id DESC LIMIT 1
""")
_REMINDED: Final = text("""
SELECT array_agg(at) FILTER (WHERE kind = 'applicant.reminded') AS reminded,
       max(at) FILTER (WHERE kind IN ('material.received', 'material.replaced', 'tolerance.signed',
                                       'commitment.signed', 'milestone.reached')) AS answered
  FROM step_records WHERE application_id = :id
""")
_APPLICANT: Final = text("SELECT applicant_id FROM applications WHERE id = :id")
_ID: Final = text("SELECT id, network FROM applications WHERE number = :number")


@dataclass(frozen=True, slots=True)
class EngagementReport:
    """An application's newest engagement; ``ended`` is why it does not hold today, None while it does."""

    number: str
    applicant: str
    credit_code: str
    representative: str | None
    reference: str | None
    agent: str
    deputy: str | None
    items: tuple[str, ...]
    stages: tuple[str, ...]
    verbs: tuple[str, ...]
    excluded: tuple[str, ...]
    valid_from: date
    valid_until: date | None
    ended: EngagementEnd | None
    ended_at: datetime | None
    end_note: str | None
    #: Why no agent acts at present (代办中止), since when, and what lets it go on.
    suspended: EngagementEnd | None
    suspended_at: datetime | None
    resumes_when: str | None


async def newest(session: AsyncSession, application: int, network: Network) -> Engagement:
    """Return the newest engagement of an application, which may have ended, with its stages resolved to items."""
    row = (await session.execute(_NEWEST, {"id": application})).one()
    return _engagement(row, network)


async def report(session: AsyncSession, number: str, *, on: date) -> EngagementReport:
    """Report on an application's engagement as it stands on a day. Raises NotFoundError."""
    id_ = await session.scalar(_ID, {"number": number})
    if id_ is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    row = (await session.execute(_NEWEST, {"id": id_})).one()
    return EngagementReport(
        number=number,
        applicant=row.applicant,
        credit_code=row.credit_code,
        representative=row.representative,
        reference=row.reference,
        agent=row.agent,
        deputy=row.deputy,
        items=tuple(row.items or ()),
        stages=tuple(row.stages or ()),
        verbs=tuple(verb.value for verb in _verbs(row)),
        excluded=tuple(row.excluded or ()),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        ended=_engagement(row, None).end_on(on),
        ended_at=row.ended_at,
        end_note=row.end_note,
        suspended=EngagementEnd(row.suspended_because) if row.suspended_because else None,
        suspended_at=row.suspended_at,
        resumes_when=row.suspension_note,
    )


async def enter(case: CaseFile, terms: EngagementTerms, *, applicant: int, agent: int, deputy: int | None) -> None:
    """Write an engagement and its step into a case file that has none that holds. Raises InvalidEngagementError."""
    today = local_date(case.now)
    start = terms.valid_from or today
    _check(terms, start, case.snapshot.network)
    row = {
        "application_id": case.id,
        "applicant_id": applicant,
        "representative": terms.representative,
        "reference": terms.reference,
        "agent_id": agent,
        "deputy_id": deputy,
        "items": list(terms.items),
        "stages": list(terms.stages),
        "verbs": [verb.value for verb in terms.granted],
        "excluded": [verb.value for verb in terms.excluded],
        "valid_from": start,
        "valid_until": terms.valid_until,
        "signed_at": case.now,
    }
    await case.session.execute(insert(EngagementRow), row)
    scope = {name: row[name] for name in ("items", "stages", "excluded") if row[name]}
    period = {"valid_from": start.isoformat()} | (
        {"valid_until": terms.valid_until.isoformat()} if terms.valid_until else {}
    )
    signed = {name: row[name] for name in ("representative", "reference") if row[name]}
    names = await _names(case, agent, deputy)
    letter = issue_next(case, letters.engaged(case.snapshot, case.parties, terms, names, start))
    details = {"verbs": row["verbs"], **scope, **period, **signed, "documents": [letter.step_details]}
    case.record("entrustment.signed", details=details)


async def sign(
    session: AsyncSession,
    number: str,
    terms: EngagementTerms,
    *,
    agent: str | None = None,
    deputy: str | None = None,
    actor: Actor,
    now: datetime,
) -> None:
    """Record a new engagement of an application under way, in place of the one it has; agents stay where none is named.

    This is also how an application comes to another agent: the applicant entrusts them. Locks the application row.
    Raises NotFoundError, ApplicationClosedError, InvalidEngagementError.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    require_open(case.snapshot)
    before = await newest(session, case.id, case.snapshot.network)
    agent = agent or before.agents[0]
    deputy = deputy or next((account for account in before.agents[1:] if account != agent), None)
    if deputy == agent:
        raise InvalidEngagementError(f"A岗与B岗代办员不能是同一人：{agent}", agent=agent)
    ids = await _agents(session, [account for account in (agent, deputy) if account])
    end = before.end_on(local_date(now)) or EngagementEnd.REVOKED
    await _close(session, case.id, end, None, now)
    applicant = (await session.execute(_APPLICANT, {"id": case.id})).scalar_one()
    chosen, second = ids[agent], ids[deputy] if deputy else None
    await enter(case, terms, applicant=applicant, agent=chosen, deputy=second)
    case.application_changes.update(agent_id=chosen, backup_agent_id=second)
    await advance(case)


async def end(
    session: AsyncSession, number: str, because: EngagementEnd, *, note: str | None, actor: Actor, now: datetime
) -> None:
    """End an engagement: the applicant revokes it, or the center terminates it for one of the closed set of reasons.

    Locks the application row. Raises NotFoundError; NotAllowedNowError when it has ended, is said to have expired and
    has not, or the applicant has not been reminded often and long enough to count as unresponsive.
    """
    case = await open_by_number(session, number, actor=actor, now=now)
    current = await newest(session, case.id, case.snapshot.network)
    today = local_date(now)
    if current.ended_on is not None:
        raise NotAllowedNowError(f"委托已终止：{current.ended_because and current.ended_because.zh}", number=number)
    if (because is EngagementEnd.EXPIRED) != (current.end_on(today) is EngagementEnd.EXPIRED):
        raise NotAllowedNowError("委托期未满" if because is EngagementEnd.EXPIRED else "委托已期满", number=number)
    if because is EngagementEnd.APPLICANT_UNRESPONSIVE and not await _unresponsive(case, today):
        raise NotAllowedNowError("催告次数或等待时间不足，尚不能以申请人无回应终止委托", number=number)
    if not await _close(session, case.id, because, note, now):
        await _write_default(case, because, note)
    step = "revoked" if because is EngagementEnd.REVOKED else "expired" if because is EngagementEnd.EXPIRED else None
    told = issue_next(case, letters.ended(case.snapshot, case.parties, because, note, today))
    details = {"because": because.value, "documents": [told.step_details]}
    case.record(f"entrustment.{step or 'terminated'}", reason=note or because.zh, details=details)
    await advance(case)


async def remind(session: AsyncSession, number: str, *, how: str, actor: Actor, now: datetime) -> None:
    """Record that the applicant was reminded (催告) of what they owe. Raises NotFoundError, ApplicationClosedError."""
    case = await open_by_number(session, number, actor=actor, now=now)
    require_open(case.snapshot)
    case.record("applicant.reminded", reason=how)
    await advance(case)


def _check(terms: EngagementTerms, start: date, network: Network) -> None:
    problems = []
    if terms.valid_until is not None and terms.valid_until < start:
        problems.append(f"有效期止 {terms.valid_until} 早于起 {start}")
    known = {str(item.code) for item in network.items}
    problems += [f"本申请没有事项 {item}" for item in terms.items if item not in known]
    stages = {stage.code for stage in network.stages}
    problems += [f"本申请没有阶段 {stage}" for stage in terms.stages if stage not in stages]
    covered = set(terms.items) | {str(item.code) for item in network.items if item.stage in terms.stages}
    if (terms.items or terms.stages) and not covered and not problems:
        problems.append("委托范围内没有任何事项")
    if not set(terms.granted) - set(terms.excluded):
        problems.append("没有委托任何行为")
    if problems:
        raise InvalidEngagementError(f"委托有误：{'；'.join(problems)}", problems=problems)


async def _agents(session: AsyncSession, accounts: Sequence[str]) -> dict[str, int]:
    statement = select(col(Person.account), col(Person.id)).where(
        col(Person.account).in_(accounts), col(Person.active), col(Person.roles).contains([Role.AGENT.value])
    )
    found = {row.account: row.id for row in await session.execute(statement)}
    for account in accounts:
        if account not in found:
            raise InvalidEngagementError(f"没有代办员 {account}", agent=account)
    return found


async def _names(case: CaseFile, agent: int, deputy: int | None) -> tuple[str, ...]:
    chosen = [agent, *([deputy] if deputy else [])]
    statement = select(col(Person.id), col(Person.name)).where(col(Person.id).in_(chosen))
    found = {row.id: row.name for row in await case.session.execute(statement)}
    return tuple(found[id_] for id_ in chosen)


async def _close(
    session: AsyncSession, application: int, because: EngagementEnd, note: str | None, now: datetime
) -> bool:
    ended = await session.execute(
        update(EngagementRow)
        .where(col(EngagementRow.application_id) == application, col(EngagementRow.ended_at).is_(None))
        .values(ended_at=now, ended_because=because.value, end_note=note),
        execution_options={"synchronize_session": False},
    )
    return bool(ended.rowcount)  # type: ignore[attr-defined]


async def _write_default(case: CaseFile, because: EngagementEnd, note: str | None) -> None:
    """Write down the default engagement of an application from before engagements were recorded, as ended."""
    await case.session.execute(
        text("""
INSERT INTO engagements (application_id, applicant_id, agent_id, deputy_id, items, stages, verbs, excluded,
                         valid_from, signed_at, ended_at, ended_because, end_note)
SELECT id, applicant_id, agent_id, backup_agent_id, '{}', '{}', :verbs, '{}',
       (registered_at AT TIME ZONE 'Asia/Shanghai')::date, registered_at, :now, :because, :note
  FROM applications WHERE id = :id
"""),
        {
            "id": case.id,
            "verbs": [verb.value for verb in EngagementTerms().granted],
            "now": case.now,
            "because": because.value,
            "note": note,
        },
    )


async def _unresponsive(case: CaseFile, today: date) -> bool:
    row = (await case.session.execute(_REMINDED, {"id": case.id})).one()
    answered = local_date(row.answered) if row.answered else None
    return unresponsive([local_date(at) for at in row.reminded or ()], answered, today)


def _verbs(row: Row[Any]) -> tuple[Verb, ...]:
    return EngagementTerms().granted if row.verbs is None else tuple(Verb(word) for word in row.verbs)


def _engagement(row: Row[Any], network: Network | None) -> Engagement:
    items: frozenset[ItemCode] | None = None
    if row.items or row.stages:
        staged = {item.code for item in network.items if item.stage in row.stages} if network else set()
        items = frozenset({ItemCode(code) for code in row.items} | staged)
    return Engagement(
        agents=tuple(Account(account) for account in (row.agent, row.deputy) if account),
        valid_from=row.valid_from,
        valid_until=row.valid_until,
        items=items,
        verbs=frozenset(_verbs(row)),
        excluded=frozenset(Verb(word) for word in row.excluded or ()),
        ended_on=local_date(row.ended_at) if row.ended_at else None,
        ended_because=EngagementEnd(row.ended_because) if row.ended_because else None,
        suspended=EngagementEnd(row.suspended_because) if row.suspended_because else None,
    )
