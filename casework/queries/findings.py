"""What supervisors should look at: the facts of the last months before the detectors of false closing and dragging."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.clocks import ClockEvent, ClockEventKind
from rules.findings import Course, FindingKind, Recorded, of_courses, of_steps
from rules.vocabulary import DecisionKind
from rules.workdays import OFFICIAL, end_of_day

_COURSES: Final = text("""
SELECT a.number, a.applicant_id, s.item, s.opened_at, s.legal_due, d.kind, d.decided_at, d.recorded_at,
  (SELECT jsonb_agg(jsonb_build_array(e.kind, e.at, e.days, e.reason) ORDER BY e.at, e.id)
     FROM clock_events e WHERE e.assignment_id = s.id) AS clock
  FROM assignments s JOIN applications a ON a.id = s.application_id
  LEFT JOIN decisions d ON d.assignment_id = s.id
 WHERE s.reused_from IS NULL AND (s.ended_at IS NULL OR s.ended_at >= :since)
""")
_STEPS: Final = text("""
SELECT a.number, r.serial, r.kind, r.at, r.actor, r.item, r.details
  FROM step_records r JOIN applications a ON a.id = r.application_id
 WHERE r.at >= :since
   AND r.kind IN ('closure.rejected', 'objection.raised', 'application.closed', 'complaint.closed',
                  'correction.noticed')
""")


@dataclass(frozen=True, slots=True)
class FindingLine:
    """Something unusual, where it stands, and the facts it rests on."""

    kind: FindingKind
    number: str
    item: str | None
    at: datetime
    evidence: dict[str, Any]


async def findings(session: AsyncSession, *, days: int, now: datetime) -> list[FindingLine]:
    """List what is unusual in the last ``days`` natural days, newest first."""
    since = now - timedelta(days=days)
    courses = [_course(row) for row in await session.execute(_COURSES, {"since": since})]
    steps = [Recorded(*row) for row in await session.execute(_STEPS, {"since": since})]
    found = [*of_courses(courses, OFFICIAL, now), *of_steps(steps)]
    found.sort(key=lambda each: (each.at, each.number, each.kind), reverse=True)
    return [FindingLine(each.kind, each.number, each.item, each.at, each.evidence) for each in found]


def _course(row: Any) -> Course:
    due: date | None = row.legal_due
    return Course(
        number=row.number,
        item=row.item,
        applicant=row.applicant_id,
        opened_at=row.opened_at,
        clock=tuple(
            ClockEvent(ClockEventKind(kind), datetime.fromisoformat(at), days, reason)
            for kind, at, days, reason in row.clock or ()
        ),
        decision=DecisionKind(row.kind) if row.kind else None,
        decided_at=row.decided_at,
        recorded_at=row.recorded_at,
        legal_due=end_of_day(due) if due else None,
    )
