"""What stewards (项目管家) are told of slow progress (进展缓慢有人问) and agents of delay, and what they reply."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework.advancing import advance
from casework.casefile import SYSTEM, Actor, CaseFile, open_by_id
from casework.entitlement import agent_acting
from casework.snapshots import ALL_CLOCKS, PARTS, assembled, network
from rules import service
from rules.catalog import ItemCode
from rules.errors import NotAllowedNowError, NotAuthorisedError, NotFoundError
from rules.slowness import Alert, AlertKind, slow
from rules.workdays import local_date

# What is slow changes when a day ends, so one look a day is enough. A permit is given up also after the end of an
# application, and what was told of ends also then.
_DUE: Final = text("""
SELECT a.id FROM (
    SELECT id FROM applications WHERE NOT complete AND status = 'in_approval' AND id > :after
     UNION
    SELECT application_id FROM assignments WHERE application_id > :after
       AND procedures #>> '{cancellation,ground}' = 'requested' AND procedures #> '{cancellation,struck_off_on}' IS NULL
     UNION
    SELECT application_id FROM steward_alerts WHERE application_id > :after AND ended_at IS NULL
  ) a
 WHERE NOT EXISTS (SELECT FROM steward_watches w WHERE w.application_id = a.id AND w.looked_on >= :today)
 ORDER BY a.id LIMIT :limit
""")
_LOOK: Final = text(f"""
SELECT a.id, a.number, a.status, a.outcome, a.network, a.withdrawal_requested_at, a.concluded_at,
  {PARTS}, {ALL_CLOCKS},
  (SELECT jsonb_object_agg(h.item, h.at) FROM (
      SELECT s.item, max(e.occurred_at) AS at FROM assignments s JOIN department_events e ON e.assignment_id = s.id
       WHERE s.application_id = a.id GROUP BY s.item) h) AS heard,
  ARRAY(SELECT t.kind || ' ' || t.subject FROM steward_alerts t
         WHERE t.application_id = a.id AND t.ended_at IS NULL) AS told
  FROM applications a WHERE a.id = :id
""")  # noqa: S608 - constants
_LOOKED: Final = text("""
INSERT INTO steward_watches (application_id, looked_on) VALUES (:id, :today)
ON CONFLICT (application_id) DO UPDATE SET looked_on = excluded.looked_on
""")
_ENDED: Final = text("""
UPDATE steward_alerts SET ended_at = :now
 WHERE application_id = :id AND ended_at IS NULL AND kind || ' ' || subject = ANY(:over)
""")
# Never nobody: without a steward who is still here the center's manager asks, and without one the agent. A late
# agent is told first, or who acts for them (AB岗), then the manager.
_RAISE: Final = text("""
INSERT INTO steward_alerts (application_id, kind, subject, department, addressee_id, since, days, raised_at)
SELECT a.id, :kind, :item, :department,
       coalesce((SELECT id FROM people WHERE id = a.steward_id AND active AND NOT :agent_late),
                (SELECT id FROM people WHERE account = :acting AND active AND :agent_first),
                (SELECT id FROM people WHERE active AND 'manager' = ANY(roles) AND department IS NULL
                  ORDER BY id LIMIT 1),
                a.agent_id),
       :since, :days, :now
  FROM applications a WHERE a.id = :id
ON CONFLICT (application_id, kind, subject) WHERE ended_at IS NULL DO NOTHING
RETURNING (SELECT account FROM people WHERE id = addressee_id)
""")
_LIST = """
SELECT t.id, a.number, a.network, p.name AS project, c.name AS applicant, t.kind, t.subject, t.department,
       g.account AS addressee, t.since, t.days, t.raised_at, t.ended_at, t.acknowledged_at, t.acknowledged_by, t.reply
  FROM steward_alerts t
  JOIN applications a ON a.id = t.application_id
  JOIN projects p ON p.id = a.project_id
  JOIN applicants c ON c.id = a.applicant_id
  JOIN people g ON g.id = t.addressee_id
 WHERE true"""
_ONE: Final = text("SELECT application_id FROM steward_alerts WHERE id = :id")
_ADDRESSED: Final = text("""
SELECT t.kind, t.subject, t.department, g.account AS addressee, t.acknowledged_at
  FROM steward_alerts t JOIN people g ON g.id = t.addressee_id WHERE t.id = :id
""")
_ACKNOWLEDGED: Final = text("""
UPDATE steward_alerts SET acknowledged_at = :now, acknowledged_by = :by, reply = :reply WHERE id = :id
""")


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert as people look at it; ``days`` are working days without a word, or beyond the time told or promised."""

    id: int
    number: str
    project: str
    applicant: str
    kind: AlertKind
    item: str
    item_name: str
    department: str
    department_name: str
    #: Account of the person who is to ask.
    addressee: str
    since: date
    days: int
    raised_at: datetime
    #: When it was found to be so no longer; what comes anew is an alert of its own.
    ended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    reply: str | None


async def due(session: AsyncSession, *, now: datetime, after: int = 0, limit: int) -> list[int]:
    """List applications in which something may be slow, or was, and nobody has looked today, those after an id.

    Oldest first.
    """
    given = {"today": local_date(now), "after": after, "limit": limit}
    return list((await session.execute(_DUE, given)).scalars())


async def look(session: AsyncSession, application: int, *, now: datetime) -> int:
    """Look whether an application is slow and tell its steward what is new; return how many alerts that were.

    Locks the application row only when there is something to tell. Safe to repeat: each alert is one record, however
    long it lasts; when it is over it ends, and what comes anew is told anew.
    """
    row = (await session.execute(_LOOK, {"id": application})).one()
    snapshot = await assembled(session, row, row)
    heard = {ItemCode(item): datetime.fromisoformat(at) for item, at in (row.heard or {}).items()}
    every = (*slow(snapshot, heard, now), *service.late(snapshot, now))
    lasting = {f"{alert.kind} {alert.item}" for alert in every}
    found = [alert for alert in every if f"{alert.kind} {alert.item}" not in row.told]
    if over := [told for told in row.told if told not in lasting]:
        await session.execute(_ENDED, {"id": application, "over": over, "now": now})
    await session.execute(_LOOKED, {"id": application, "today": local_date(now)})
    return await _tell(session, application, found, now) if found else 0


async def _tell(session: AsyncSession, application: int, found: Sequence[Alert], now: datetime) -> int:
    case = await open_by_id(session, application, actor=SYSTEM, now=now)
    acting, told = await agent_acting(case), 0
    for alert in found:
        given: dict[str, Any] = {"kind": alert.kind.value, "item": alert.item, "department": alert.department}
        given["agent_first"] = alert.kind is AlertKind.AGENT_LATE
        given["acting"] = acting
        given["agent_late"] = alert.kind in (AlertKind.AGENT_LATE, AlertKind.AGENT_STILL_LATE)
        given |= {"since": alert.since, "days": alert.days, "now": now, "id": application}
        addressee = await session.scalar(_RAISE, given)
        if addressee is not None:
            told += 1
            details = {"kind": alert.kind.value, "to": addressee, "since": alert.since.isoformat(), "days": alert.days}
            _record(case, "steward.alerted", alert.item, reason=alert.kind.zh, details=details)
    if told:
        await advance(case)
    return told


async def alerts(
    session: AsyncSession, *, addressee: str | None = None, unanswered: bool = True, after: int = 0, limit: int
) -> list[AlertLine]:
    """List alerts in the order they were raised, those after an id; only what nobody has replied to unless told."""
    statement, given = _LIST + " AND t.id > :after", dict[str, Any](after=after, limit=limit)
    if unanswered:
        statement += " AND t.acknowledged_at IS NULL"
    if addressee is not None:
        statement, given = statement + " AND g.account = :addressee", {**given, "addressee": addressee}
    rows = (await session.execute(text(statement + " ORDER BY t.id LIMIT :limit"), given)).all()
    return [await _line(session, row) for row in rows]


async def acknowledge(
    session: AsyncSession, alert: int, *, reply: str, actor: Actor, now: datetime, supervising: bool = False
) -> AlertLine:
    """Record that the addressee has seen an alert, and what they reply. Locks the application row.

    ``supervising`` lets another than the addressee reply. Raises NotFoundError, NotAuthorisedError, and
    NotAllowedNowError when somebody has replied already.
    """
    application = await session.scalar(_ONE, {"id": alert})
    if application is None:
        raise NotFoundError(f"没有找到提醒 {alert}", wanted=str(alert))
    case = await open_by_id(session, application, actor=actor, now=now)
    row = (await session.execute(_ADDRESSED, {"id": alert})).one()
    if not supervising and row.addressee != actor.name:
        raise NotAuthorisedError(f"提醒 {alert} 是给 {row.addressee} 的", person=actor.name, needs=row.addressee)
    if row.acknowledged_at is not None:
        raise NotAllowedNowError(f"提醒 {alert} 已有答复", acknowledged_at=row.acknowledged_at.isoformat())
    await session.execute(_ACKNOWLEDGED, {"id": alert, "now": now, "by": actor.name, "reply": reply})
    _record(case, "steward.replied", row.subject, reason=reply, details={"kind": row.kind})
    await advance(case)
    found = await session.execute(text(_LIST + " AND t.id = :id"), {"id": alert})
    return await _line(session, found.one())


def _record(case: CaseFile, kind: str, item: str, *, reason: str, details: dict[str, Any]) -> None:
    view = case.snapshot.assignments[ItemCode(item)]
    case.record(kind, assignment=view.id, department=view.department, item=view.item, reason=reason, details=details)


async def _line(session: AsyncSession, row: Row[Any]) -> AlertLine:
    item = (await network(session, row.network)).item(row.subject)
    return AlertLine(
        id=row.id,
        number=row.number,
        project=row.project,
        applicant=row.applicant,
        kind=AlertKind(row.kind),
        item=row.subject,
        item_name=item.name,
        department=row.department,
        department_name=item.department_name,
        addressee=row.addressee,
        since=row.since,
        days=row.days,
        raised_at=row.raised_at,
        ended_at=row.ended_at,
        acknowledged_at=row.acknowledged_at,
        acknowledged_by=row.acknowledged_by,
        reply=row.reply,
    )
