"""Count what the boards show, so that their pages read sums: what is open anew each time, what has ended once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import Row, text
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncSession

from casework import calendars, daily_counting
from casework.queries.findings import findings
from casework.snapshots import network
from models import AssignmentFigure, KeptFinding
from rules.catalog import ItemCode
from rules.clocks import ClockEvent, ClockEventKind
from rules.figures import figures
from rules.workdays import Calendar, local_date

#: Rows that reach the database late, though they carry an earlier time: looked for again so long.
_OVERLAP: Final = timedelta(days=2)
#: Before everything.
_BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
#: How often, in office time, and over how many days back the detectors look.
_FINDINGS_EVERY: Final = timedelta(hours=1)
_FINDINGS_DAYS: Final = 30
_ALONE: Final = text("SELECT pg_try_advisory_xact_lock(211284, 0)")
_ONCE: Final = text("INSERT INTO board_refreshes (id, at) VALUES (1, :now) ON CONFLICT (id) DO NOTHING")
_REFRESH: Final = text("SELECT at, counted_until, findings_at FROM board_refreshes WHERE id = 1")
_COUNTED: Final = text("UPDATE board_refreshes SET at = :now, counted_until = coalesce(:until, counted_until)")
_LOOKED: Final = text("UPDATE board_refreshes SET findings_at = :now")
# What a department has not worked on (前置未通过、终止、撤件) says nothing of how it works.
_ENDED: Final = text("""
SELECT s.id, s.item, s.department, s.opened_at, s.ended_at, a.journey, a.network, f.week AS former,
  (SELECT jsonb_agg(jsonb_build_array(e.kind, e.at, e.days, e.reason) ORDER BY e.at, e.id)
     FROM clock_events e WHERE e.assignment_id = s.id) AS clock
  FROM assignments s JOIN applications a ON a.id = s.application_id
  LEFT JOIN assignment_figures f ON f.assignment_id = s.id
 WHERE s.ended_at > :since AND s.reused_from IS NULL AND s.status NOT IN ('blocked', 'cancelled', 'withdrawn')
   AND f.ended_at IS DISTINCT FROM s.ended_at
 ORDER BY s.ended_at, s.id LIMIT :limit
""")
_FORGET_WEEKS: Final = text("DELETE FROM board_weeks WHERE week = ANY(:weeks)")
_SUM_WEEKS: Final = text("""
INSERT INTO board_weeks (week, department, journey, ended, timed, late, promised, used, applicant, center, stopped)
SELECT week, department, journey, count(*), count(*) FILTER (WHERE timed), count(*) FILTER (WHERE late),
       coalesce(sum(promised) FILTER (WHERE timed), 0), coalesce(sum(used) FILTER (WHERE timed), 0),
       sum(applicant), sum(center), sum(stopped)
  FROM assignment_figures WHERE week = ANY(:weeks) GROUP BY week, department, journey
""")
_FORGET_STANDINGS: Final = text("DELETE FROM board_standings")
_COUNT_STANDINGS: Final = text("""
INSERT INTO board_standings (department, journey, open, due_today, yellow, red, black)
SELECT s.department, a.journey, count(*), count(*) FILTER (WHERE s.promised_due = :today),
       count(*) FILTER (WHERE s.light = 'yellow'), count(*) FILTER (WHERE s.light = 'red'),
       count(*) FILTER (WHERE s.light = 'black')
  FROM assignments s JOIN applications a ON a.id = s.application_id WHERE s.ended_at IS NULL
 GROUP BY s.department, a.journey
 UNION ALL
SELECT '', w.journey, count(*), count(*) FILTER (WHERE w.due_today), count(*) FILTER (WHERE w.worst = 1),
       count(*) FILTER (WHERE w.worst = 2), count(*) FILTER (WHERE w.worst = 3)
  FROM (SELECT a.id, a.journey, coalesce(bool_or(s.promised_due = :today), false) AS due_today,
               max(CASE s.light WHEN 'black' THEN 3 WHEN 'red' THEN 2 WHEN 'yellow' THEN 1 ELSE 0 END) AS worst
          FROM applications a LEFT JOIN assignments s ON s.application_id = a.id AND s.ended_at IS NULL
         WHERE a.status IN ('registered', 'in_approval') GROUP BY a.id) w
 GROUP BY w.journey
""")
_FORGET_RATINGS: Final = text("DELETE FROM board_ratings")
_COUNT_RATINGS: Final = text("""
INSERT INTO board_ratings (department, grade, number)
SELECT coalesce(s.department, ''), r.grade, count(*)
  FROM ratings r
  LEFT JOIN LATERAL (SELECT department FROM assignments
                      WHERE application_id = r.application_id AND item = r.item ORDER BY round DESC LIMIT 1) s
    ON r.item <> ''
 WHERE r.set_aside_at IS NULL GROUP BY 1, 2
""")


async def count(session: AsyncSession, *, now: datetime, limit: int) -> int:
    """Count what is open, and up to ``limit`` of what has ended since; return how many those were.

    Safe to repeat: as long as it returns ``limit`` there may be more. Returns 0 when somebody else is counting.
    """
    if not await session.scalar(_ALONE):
        return 0
    await session.execute(_ONCE, {"now": now})
    known = (await session.execute(_REFRESH)).one()
    since = known.counted_until - _OVERLAP if known.counted_until else _BEGINNING
    rows = (await session.execute(_ENDED, {"since": since, "limit": limit})).all()
    if rows:
        await _figure(session, rows)
    await session.execute(_FORGET_STANDINGS)
    await session.execute(_COUNT_STANDINGS, {"today": local_date(now)})
    await session.execute(_FORGET_RATINGS)
    await session.execute(_COUNT_RATINGS)
    await daily_counting.count(session, now=now)
    await session.execute(_COUNTED, {"now": now, "until": max((row.ended_at for row in rows), default=None)})
    return len(rows)


async def keep_findings(session: AsyncSession, *, now: datetime) -> int:
    """Let the detectors look, once an hour, and keep what they find; return how much of it is new."""
    known = (await session.execute(_REFRESH)).one_or_none()
    if known is None or (known.findings_at is not None and now - known.findings_at < _FINDINGS_EVERY):
        return 0
    found = await findings(session, days=_FINDINGS_DAYS, now=now)
    await session.execute(_LOOKED, {"now": now})
    ids = await _ids(session, [line.number for line in found])
    rows = [
        {
            "application_id": ids[line.number],
            "kind": line.kind.value,
            "item": line.item or "",
            "at": line.at,
            "evidence": line.evidence,
        }
        for line in found
    ]
    if not rows:
        return 0
    # Evidence grows (a stop that is too long gets longer); the matter is the same.
    statement = upsert(KeptFinding)
    kept = statement.on_conflict_do_update(
        index_elements=["application_id", "kind", "item", "at"], set_={"evidence": statement.excluded.evidence}
    )
    await session.execute(kept, rows)
    return len(rows)


async def sum_weeks(session: AsyncSession, weeks: Sequence[date]) -> None:
    """Sum the figures of these weeks anew. Safe to repeat."""
    await session.execute(_FORGET_WEEKS, {"weeks": list(weeks)})
    await session.execute(_SUM_WEEKS, {"weeks": list(weeks)})


async def _figure(session: AsyncSession, rows: Sequence[Row[Any]]) -> None:
    calendar = await calendars.current(session)
    kept = [await _figures_of(session, row, calendar) for row in rows]
    statement = upsert(AssignmentFigure)
    changed = {name: getattr(statement.excluded, name) for name in kept[0] if name != "assignment_id"}
    await session.execute(statement.on_conflict_do_update(index_elements=["assignment_id"], set_=changed), kept)
    await sum_weeks(session, sorted({row["week"] for row in kept} | {row.former for row in rows if row.former}))


async def _figures_of(session: AsyncSession, row: Row[Any], calendar: Calendar) -> dict[str, Any]:
    item = (await network(session, row.network)).item(ItemCode(row.item))
    clock = tuple(
        ClockEvent(ClockEventKind(kind), datetime.fromisoformat(at), days, reason)
        for kind, at, days, reason in row.clock or ()
    )
    found = figures(item.legal, item.promised, clock, row.opened_at, row.ended_at, calendar)
    ended_on = local_date(row.ended_at)
    return {
        "assignment_id": row.id,
        "week": ended_on - timedelta(days=ended_on.weekday()),
        "department": row.department,
        "journey": row.journey,
        "ended_at": row.ended_at,
        "timed": found.timed,
        "late": found.late,
        "promised": found.promised,
        "used": found.department,
        "applicant": found.applicant,
        "center": found.center,
        "stopped": found.stopped,
    }


_IDS: Final = text("SELECT number, id FROM applications WHERE number = ANY(:numbers)")


async def _ids(session: AsyncSession, numbers: Sequence[str]) -> dict[str, int]:
    return {row.number: row.id for row in await session.execute(_IDS, {"numbers": sorted(set(numbers))})}
