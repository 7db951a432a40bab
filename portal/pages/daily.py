"""The daily report (日报): one page to read in the evening, or to print."""

from datetime import date, timedelta
from typing import Final

from fastapi import APIRouter, Request, Response

from casework import queries
from portal.dependencies import Now, Session
from portal.errors import InvalidRequestError
from portal.pages.boards import Watching, scope_of
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute
from rules.clocks import Light
from rules.daily import DailyFigure
from rules.workdays import local_date

router = APIRouter(prefix="/board/daily", route_class=PageRoute)
#: Overdue assignments that are named, the longest overdue first; the board lists all.
_NAMED: Final = 20
_F = DailyFigure
_APPLICATIONS: Final = (_F.REGISTERED, _F.CONCLUDED, _F.DELIVERED)
_COURSE: Final = (_F.RECEIVED, _F.ACCEPTED, _F.CORRECTED, _F.GRANTED, _F.REFUSED, _F.LATE)
_STANDING: Final = (_F.OPEN, _F.DUE_TODAY, _F.YELLOW, _F.RED, _F.BLACK)
_TURNS: Final = (_F.BY_DEPARTMENT, _F.BY_LEADER, _F.BY_APPLICANT, _F.BY_PROCEDURE, _F.BY_CENTER)
_AROUND: Final = (_F.MATERIAL, _F.DELIVERY, _F.CONFIRMATION)


@router.get("")
async def show_daily_report(request: Request, seen: Watching, session: Session, now: Now, day: str = "") -> Response:
    """Show a day of the city, or to the head of a department of that department; today unless a day is named."""
    today = local_date(now)
    try:
        chosen = date.fromisoformat(day) if day else today
        before, after = chosen - timedelta(days=1), chosen + timedelta(days=1)
    except (ValueError, OverflowError):
        raise InvalidRequestError("日期不正确", errors=[]) from None
    own = scope_of(seen)
    report = await queries.daily_report(session, chosen, department=own)
    overdue: list[queries.OpenAssignment] = []
    if chosen == today:
        for light in (Light.BLACK, Light.RED):
            overdue += await queries.open_assignments(session, department=own, light=light, limit=_NAMED - len(overdue))
    return page(
        request,
        "daily.html",
        seen,
        report=report,
        today=today,
        before=before if report.first and before >= report.first else None,
        after=after if after <= today else None,
        overdue=overdue,
        own=own,
        applications=_APPLICATIONS,
        course=_COURSE,
        standing=_STANDING,
        turns=_TURNS,
        around=_AROUND,
        Figure=DailyFigure,
    )
