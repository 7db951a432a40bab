"""Count what the daily report shows: the days since it was counted last, and how today stands."""

from datetime import date, datetime, time, timedelta
from typing import Final

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from rules.daily import COUNTED, COURSE, TURNS, DailyFigure
from rules.workdays import SHANGHAI, local_date

#: The first count of an office that has worked for long looks so far back.
_FURTHEST: Final = timedelta(days=366)
#: Steps carry the time at which their transaction began: one of yesterday may have come after yesterday's last count.
_AGAIN: Final = timedelta(days=1)
_LAST: Final = text("SELECT max(day) FROM board_days")
_FORGET: Final = text("""
DELETE FROM board_days WHERE day >= :since AND figure = ANY(:course) OR day = :today
""")
# A step is of the department that had the assignment then; one of no assignment is of the application.
_COURSE: Final = text("""
INSERT INTO board_days (day, department, figure, number)
SELECT CAST(r.at AT TIME ZONE 'Asia/Shanghai' AS date) AS day, coalesce(s.department, ''), c.figure, count(*)
  FROM step_records r
  JOIN unnest(CAST(:kinds AS text[]), CAST(:figures AS text[])) AS c (kind, figure) ON c.kind = r.kind
  LEFT JOIN assignments s ON s.id = r.assignment_id
 WHERE r.at >= :since AND r.at < :until
 GROUP BY day, coalesce(s.department, ''), c.figure
""")
_LATE: Final = text("""
INSERT INTO board_days (day, department, figure, number)
SELECT CAST(ended_at AT TIME ZONE 'Asia/Shanghai' AS date) AS day, department, :figure, count(*)
  FROM assignment_figures
 WHERE week >= :week AND ended_at >= :since AND ended_at < :until AND late
 GROUP BY day, department
""")
# The boards have just been counted in the same transaction.
_STANDING: Final = text("""
INSERT INTO board_days (day, department, figure, number)
SELECT CAST(:today AS date), s.department, f.figure, sum(f.number)
  FROM board_standings s
 CROSS JOIN LATERAL (VALUES ('open', s.open), ('due_today', s.due_today), ('yellow', s.yellow), ('red', s.red),
                            ('black', s.black)) AS f (figure, number)
 WHERE s.department <> '' GROUP BY s.department, f.figure HAVING sum(f.number) > 0
 UNION ALL
SELECT CAST(:today AS date), '', 'applications', coalesce(sum(open), 0) FROM board_standings WHERE department = ''
""")
_TURNS: Final = text("""
INSERT INTO board_days (day, department, figure, number)
SELECT CAST(:today AS date), s.department, t.figure, count(*)
  FROM assignments s
  JOIN unnest(CAST(:statuses AS text[]), CAST(:figures AS text[])) AS t (status, figure) ON t.status = s.status
 WHERE s.ended_at IS NULL GROUP BY s.department, t.figure
 UNION ALL
SELECT CAST(:today AS date), '', 'material', count(DISTINCT m.application_id)
  FROM applications a JOIN materials m ON m.application_id = a.id
 WHERE a.status IN ('registered', 'in_approval') AND m.asked_at IS NOT NULL AND m.provided_at IS NULL
 UNION ALL
SELECT CAST(:today AS date), '', 'delivery', count(*) FROM applications WHERE status = 'concluded'
 UNION ALL
SELECT CAST(:today AS date), '', 'confirmation', count(*)
  FROM applications WHERE status = 'delivered' AND confirmed_at IS NULL
""")


async def count(session: AsyncSession, *, now: datetime) -> None:
    """Count the days up to now for the daily report; the boards' standings must have been counted before.

    Safe to repeat. What stood on a day stays as it was last counted on it; what happened is counted again once.
    """
    today = local_date(now)
    last = await session.scalar(_LAST)
    since = last - _AGAIN if last else today - _FURTHEST
    span = {"since": _start(since), "until": _start(today + timedelta(days=1))}
    await session.execute(_FORGET, {"since": since, "today": today, "course": [figure.value for figure in COURSE]})
    course = {"kinds": list(COUNTED), "figures": [figure.value for figure in COUNTED.values()]}
    await session.execute(_COURSE, {**span, **course})
    week = since - timedelta(days=since.weekday())
    await session.execute(_LATE, {**span, "week": week, "figure": DailyFigure.LATE.value})
    await session.execute(_STANDING, {"today": today})
    turns = {"statuses": list(TURNS), "figures": [figure.value for figure in TURNS.values()]}
    await session.execute(_TURNS, {"today": today, **turns})


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)
