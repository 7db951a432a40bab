"""One application in full: where each item is, what it waits for, what it has been told."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncSession

from casework import wording
from casework.queries.afterwards import AFTERWARDS_PARTS, ClosingLine, closing_line
from casework.queries.joint import (
    JOINT_PARTS,
    JoinStanding,
    OpinionLine,
    SessionLine,
    join_standing,
    opinion_lines,
    session_lines,
)
from casework.queries.lines import LINE_PARTS, Line, line_of
from casework.snapshots import ALL_CLOCKS, PARTS, assembled
from rules.catalog import ItemCode, Stage
from rules.clocks import Light
from rules.errors import NotFoundError
from rules.joint import joint_clocks
from rules.ledgers import Balance, Holdings, balance, holdings
from rules.planner import Plan, Wait, settle
from rules.schedule import overlapped_days
from rules.snapshot import ApplicationSnapshot, GreenChannel
from rules.spans import OPEN, Span
from rules.vocabulary import ApplicationStatus, NoticeKind, Outcome
from rules.workdays import local_date

# One statement, so that everything shown is of the same instant though nothing is locked.
_REPORT: Final = text(f"""
SELECT a.id, a.number, a.status, a.outcome, a.complete, a.network, a.catalog_version, a.journey, a.registered_at,
       a.concluded_at, a.delivered_at, a.withdrawal_requested_at, a.next_timer, a.step_count, r.flow_run_id,
       p.name AS project, p.code AS project_code, t.name AS applicant, t.credit_code,
       g.account AS agent, g.name AS agent_name,
  (SELECT jsonb_agg(jsonb_build_array(w.code, w.opened_at, w.reached_at, w.reported_by))
     FROM milestones w WHERE w.application_id = a.id) AS milestone_rows,
  (SELECT jsonb_agg(jsonb_build_array(n.id, n.kind, n.title, n.body, n.created_at, n.sent_at)
                    ORDER BY n.created_at, n.id)
     FROM notices n WHERE n.application_id = a.id) AS notice_rows,
  (SELECT jsonb_agg(jsonb_build_array(t.asked_at, t.provided_at)) FROM materials t
    WHERE t.application_id = a.id AND t.asked_at IS NOT NULL) AS asked_rows,
  {LINE_PARTS}, {JOINT_PARTS}, {AFTERWARDS_PARTS}, {PARTS}, {ALL_CLOCKS}
  FROM applications a
  JOIN projects p ON p.id = a.project_id
  JOIN applicants t ON t.id = a.applicant_id
  JOIN people g ON g.id = a.agent_id
  JOIN application_runs r ON r.application_id = a.id
 WHERE a.number = :number
""")  # noqa: S608 - constants


@dataclass(frozen=True, slots=True)
class MilestoneLine:
    """A real-world milestone: when the law let it happen, and when it did."""

    code: str
    name: str
    opened_at: datetime | None
    reached_at: datetime | None
    reported_by: str | None


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """A notice to the applicant; not sent yet without ``sent_at``."""

    id: UUID
    kind: NoticeKind
    title: str
    body: dict[str, Any]
    created_at: datetime
    sent_at: datetime | None


@dataclass(frozen=True, slots=True)
class JointLine:
    """A stage that several departments handle together; ``days`` are working days with any extension."""

    stage: str
    days: int
    used: int
    remaining: int
    #: None while only the applicant or a special procedure has anything in hand.
    due: date | None
    provisional: bool
    light: Light


@dataclass(frozen=True, slots=True)
class ApplicationReport:
    """Everything about one application at one instant."""

    number: str
    project: str
    project_code: str | None
    applicant: str
    credit_code: str
    journey: str
    journey_name: str
    catalog_version: int
    status: ApplicationStatus
    outcome: Outcome | None
    #: Nothing is left to do or to wait for.
    complete: bool
    #: The agent's account.
    agent: str
    agent_name: str
    registered_at: datetime
    concluded_at: datetime | None
    delivered_at: datetime | None
    withdrawal_requested_at: datetime | None
    #: Working days from registration to conclusion, or until now.
    working_days: int
    #: Who held the ball on each of them; until delivery, where that is later than conclusion.
    spent: Balance
    #: Working days in which everything is promised, and must be decided by law, side by side along the longest way.
    promised_days: int
    legal_days: int
    #: The stages that several departments handle together, each with its own limit.
    joint: tuple[JointLine, ...]
    #: Whom it waits for, in one line; empty when for nobody.
    waiting: str
    waits: tuple[Wait, ...]
    #: In the order of the journey; a line names its stage by code.
    stages: tuple[Stage, ...]
    lines: tuple[Line, ...]
    milestones: tuple[MilestoneLine, ...]
    notices: tuple[NoticeLine, ...]
    #: How many steps are recorded; ``steps`` returns them.
    steps: int
    next_timer: datetime | None
    flow_run_id: UUID | None
    #: How the required items become the outcome, and how their votes stand.
    join: JoinStanding
    opinions: tuple[OpinionLine, ...]
    sessions: tuple[SessionLine, ...]
    #: The refused application that this one answers.
    reapplies: str | None
    #: It goes first (绿色通道): by whose decision and why.
    green: GreenChannel | None
    closing: ClosingLine


async def report(session: AsyncSession, number: str, *, now: datetime) -> ApplicationReport:
    """Report on an application as it stands at ``now``. Raises NotFoundError."""
    return (await report_and_snapshot(session, number, now=now))[0]


async def report_and_snapshot(
    session: AsyncSession, number: str, *, now: datetime
) -> tuple[ApplicationReport, ApplicationSnapshot]:
    """Report on an application, and return what the report was made from. Raises NotFoundError."""
    row = (await session.execute(_REPORT, {"number": number})).one_or_none()
    if row is None:
        raise NotFoundError(f"没有找到 {number}", wanted=number)
    snapshot = await assembled(session, row, row)
    # Settled in memory only: a light may be due that no timer has shown yet, and the plan then says nothing of waits.
    _, _, plan = settle(snapshot, now)
    return _reported(row, snapshot, plan, now), snapshot


def _reported(row: Row[Any], snapshot: ApplicationSnapshot, plan: Plan, now: datetime) -> ApplicationReport:
    net = snapshot.network
    return ApplicationReport(
        number=row.number,
        project=row.project,
        project_code=row.project_code,
        applicant=row.applicant,
        credit_code=row.credit_code,
        journey=row.journey,
        journey_name=net.name,
        catalog_version=row.catalog_version,
        status=snapshot.status,
        outcome=snapshot.outcome,
        complete=row.complete,
        agent=row.agent,
        agent_name=row.agent_name,
        registered_at=row.registered_at,
        concluded_at=row.concluded_at,
        delivered_at=row.delivered_at,
        withdrawal_requested_at=row.withdrawal_requested_at,
        working_days=snapshot.calendar.count_working_days(
            local_date(row.registered_at), local_date(row.concluded_at or now)
        ),
        spent=_spent(row, snapshot, now),
        promised_days=overlapped_days(net, "promised"),
        legal_days=overlapped_days(net, "legal"),
        joint=_joint(row, snapshot, now),
        waiting=wording.waiting(net, plan) if plan.waits else "",
        waits=plan.waits,
        stages=net.stages,
        lines=tuple(line_of(snapshot, item, row, now) for item in net.items),
        milestones=_milestones(row, snapshot),
        notices=tuple(_notice(*notice) for notice in row.notice_rows or ()),
        steps=row.step_count,
        next_timer=row.next_timer,
        flow_run_id=row.flow_run_id,
        join=join_standing(snapshot),
        opinions=opinion_lines(snapshot, row.opinion_rows),
        sessions=session_lines(row.session_rows),
        reapplies=row.reapplies,
        green=snapshot.green,
        closing=closing_line(snapshot, row, now),
    )


def _tenures(row: Row[Any], snapshot: ApplicationSnapshot) -> dict[str, tuple[datetime, datetime | None]]:
    found: dict[str, tuple[datetime, datetime | None]] = {}
    for view in snapshot.assignments.values():
        # An assignment that is opened only by settling in memory has no row yet.
        if (known := (row.particulars or {}).get(str(view.id))) is not None:
            found[view.item] = (datetime.fromisoformat(known["opened_at"]), _instant(known["ended_at"]))
    return found


def _spent(row: Row[Any], snapshot: ApplicationSnapshot, now: datetime) -> Balance:
    """Divide the days since registration between the parties; construction and missing papers are the applicant's."""
    held = Holdings(
        applicant=tuple(
            Span(local_date(datetime.fromisoformat(begun)), local_date(datetime.fromisoformat(over)) if over else OPEN)
            for begun, over in (*(row.asked_rows or ()), *((m[1], m[2]) for m in row.milestone_rows or ()))
        )
    )
    for item, (opened_at, ended_at) in _tenures(row, snapshot).items():
        view = snapshot.assignments[ItemCode(item)]
        held += holdings(view.clock, opened_at, ended_at, now, snapshot.calendar)
    return balance(held, row.registered_at, row.delivered_at or now, snapshot.calendar)


def _joint(row: Row[Any], snapshot: ApplicationSnapshot, now: datetime) -> tuple[JointLine, ...]:
    tenures = _tenures(row, snapshot)
    known = {item: view for item, view in snapshot.assignments.items() if item in tenures}
    clocks = joint_clocks(replace(snapshot, assignments=known), tenures, now)
    return tuple(
        JointLine(
            each.stage,
            each.days,
            each.clock.used,
            each.clock.remaining,
            each.clock.legal_due,
            each.clock.provisional,
            each.clock.light,
        )
        for each in clocks
    )


def _milestones(row: Row[Any], snapshot: ApplicationSnapshot) -> tuple[MilestoneLine, ...]:
    opened = {code: (_instant(at), _instant(reached), by) for code, at, reached, by in row.milestone_rows or ()}
    return tuple(
        MilestoneLine(code, wording.MILESTONES.get(code, code), *opened.get(code, (None, None, None)))
        for code in snapshot.network.milestones
    )


def _notice(id_: str, kind: str, title: str, body: dict[str, Any], created: str, sent: str | None) -> NoticeLine:
    return NoticeLine(UUID(id_), NoticeKind(kind), title, body, datetime.fromisoformat(created), _instant(sent))


def _instant(moment: str | None) -> datetime | None:
    return datetime.fromisoformat(moment) if moment else None
