"""Many applications, a line each, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import words
from casework.snapshots import network
from rules.acts.reminding import DEPARTMENTS_TURN
from rules.clocks import Light
from rules.errors import NotFoundError
from rules.network import Network
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome, Party

_COLUMNS = """
SELECT a.number, a.status, a.outcome, a.complete, a.journey, a.network, a.registered_at, a.concluded_at, a.next_timer,
       a.green IS NOT NULL AS green,
       p.name AS project, t.name AS applicant, g.account AS agent,
       (SELECT jsonb_agg(jsonb_build_array(c.status, c.light, c.items))
          FROM (SELECT s.status, s.light, count(*) AS items FROM assignments s
                 WHERE s.application_id = a.id
                   AND NOT EXISTS (SELECT FROM assignments newer WHERE newer.application_id = a.id
                                      AND newer.item = s.item AND newer.round > s.round)
                 GROUP BY s.status, s.light) c) AS counts
  FROM applications a
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
  JOIN people g ON g.id = a.agent_id
 WHERE true"""
_WITH_STATUS = " AND a.status = :status"
_OF_JOURNEY = " AND a.journey = :journey"
_GREEN = " AND a.green IS NOT NULL"
_UNFINISHED = " AND a.status IN ('registered', 'in_approval')"
# The statuses in which the planner waits for the department and not for the office or the applicant.
_WAITING_ON = """
   AND EXISTS (SELECT FROM assignments s WHERE s.application_id = a.id AND s.department = :department
                  AND s.status IN ('received', 'accepted', 'under_review', 'special_procedure',
                                   'refusal_proposed'))"""
_OF_PERSON = """
   AND a.id IN (SELECT o.id FROM people g JOIN applications o
                 ON o.agent_id = g.id OR o.backup_agent_id = g.id OR o.steward_id = g.id WHERE g.account = :person)"""
_WITH_LIGHT = """
   AND EXISTS (SELECT FROM assignments s WHERE s.application_id = a.id AND s.light = :light AND s.ended_at IS NULL)"""
_BEFORE = " AND a.id < :before"
# The limit is written out: of one that it does not know PostgreSQL expects a tenth of the table, and sorts it all.
_NEWEST = " ORDER BY a.id DESC LIMIT {limit}"
_RUNS = text("""
SELECT a.number, r.flow_run_id FROM applications a JOIN application_runs r ON r.application_id = a.id
 WHERE a.number = ANY(:numbers) AND r.flow_run_id IS NOT NULL
""")
_AWAITED = text("""
SELECT a.number, 'department' AS party, d.name FROM applications a
  JOIN assignments s ON s.application_id = a.id JOIN departments d ON d.code = s.department
 WHERE a.number = ANY(:numbers) AND s.status = ANY(:at_work)
 UNION
SELECT a.number, 'applicant', '' FROM applications a
 WHERE a.number = ANY(:numbers)
   AND (a.status = 'delivered' AND a.confirmed_at IS NULL
        OR EXISTS (SELECT FROM materials m WHERE m.application_id = a.id AND m.asked_at IS NOT NULL
                      AND m.provided_at IS NULL AND a.status IN ('registered', 'in_approval'))
        OR EXISTS (SELECT FROM assignments s WHERE s.application_id = a.id
                      AND s.status IN ('correction_required', 'pending_cure')))
 ORDER BY party DESC, name
""")
_ID = text("SELECT id FROM applications WHERE number = :number")


@dataclass(frozen=True, slots=True)
class Summary:
    """One application in a list."""

    number: str
    project: str
    applicant: str
    journey: str
    journey_name: str
    status: ApplicationStatus
    outcome: Outcome | None
    complete: bool
    agent: str
    registered_at: datetime
    concluded_at: datetime | None
    next_timer: datetime | None
    #: It goes first (绿色通道).
    green: bool
    #: How many approval items it has, and how many of them are in each status; the rest is not opened yet.
    items: int
    items_by_status: dict[str, int]
    #: The worst light last shown of an assignment under way; None when none is.
    light: Light | None


async def applications(
    session: AsyncSession,
    *,
    status: ApplicationStatus | None = None,
    waiting_on: str | None = None,
    journey: str | None = None,
    unfinished: bool = False,
    green: bool = False,
    person: str | None = None,
    matching: str | None = None,
    light: Light | None = None,
    limit: int,
    before: str | None = None,
) -> list[Summary]:
    """List up to ``limit`` applications, newest first, only those registered before the number ``before``.

    ``waiting_on`` is the code of a department that has work to do, ``unfinished`` are those not concluded, ``green``
    those that go first (绿色通道), ``person`` is the account of an agent, deputy or steward, ``matching`` a part of
    project, applicant or number or a whole credit code, ``light`` that of an assignment at work.

    Raises NotFoundError for an unknown ``before``.
    """
    statement, given = _COLUMNS, dict[str, Any]()
    # Only the conditions that are asked for: PostgreSQL plans each statement once, whatever its values.
    if status is not None:
        statement, given = statement + _WITH_STATUS, {**given, "status": status}
    if journey is not None:
        statement, given = statement + _OF_JOURNEY, {**given, "journey": journey}
    if unfinished:
        statement += _UNFINISHED
    if green:
        statement += _GREEN
    if waiting_on is not None:
        statement, given = statement + _WAITING_ON, {**given, "department": waiting_on}
    if person is not None:
        statement, given = statement + _OF_PERSON, {**given, "person": person}
    if light is not None:
        statement, given = statement + _WITH_LIGHT, {**given, "light": light}
    if before is not None:
        statement, given = statement + _BEFORE, {**given, "before": await _id_of(session, before)}
    if matching:
        called = await words.called(session, matching)
        if called is None:
            return []
        statement, given = statement + called[0], {**given, **called[1]}
    rows = (await session.execute(text(statement + _NEWEST.format(limit=int(limit))), given)).all()
    return [_summary(row, await network(session, row.network)) for row in rows]


async def flow_runs(session: AsyncSession, numbers: Sequence[str]) -> dict[str, UUID]:
    """Name the Prefect run of each of these applications that has one."""
    rows = await session.execute(_RUNS, {"numbers": list(numbers)})
    return {row.number: row.flow_run_id for row in rows}


async def awaited(session: AsyncSession, numbers: Sequence[str]) -> dict[str, list[tuple[Party, str]]]:
    """Tell whom each of some applications waits for now: the applicant, and departments by name."""
    given = {"numbers": list(numbers), "at_work": [status.value for status in DEPARTMENTS_TURN]}
    found: dict[str, list[tuple[Party, str]]] = {}
    for number, party, name in await session.execute(_AWAITED, given):
        found.setdefault(number, []).append((Party(party), name))
    return found


async def _id_of(session: AsyncSession, number: str) -> int:
    found = await session.scalar(_ID, {"number": number})
    if found is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    return int(found)


def _summary(row: Row[Any], net: Network) -> Summary:
    by_status: dict[str, int] = {}
    lights: set[Light] = set()
    for status, light, items in row.counts or ():
        by_status[status] = by_status.get(status, 0) + items
        if not AssignmentStatus(status).final:
            lights.add(Light(light))
    return Summary(
        number=row.number,
        project=row.project,
        applicant=row.applicant,
        journey=row.journey,
        journey_name=net.name,
        status=ApplicationStatus(row.status),
        outcome=Outcome(row.outcome) if row.outcome else None,
        complete=row.complete,
        agent=row.agent,
        registered_at=row.registered_at,
        concluded_at=row.concluded_at,
        next_timer=row.next_timer,
        green=row.green,
        items=len(net.items),
        items_by_status=by_status,
        light=max(lights, key=list(Light).index, default=None),
    )
