"""Who did what: a search over everything that is on record, for those who watch over the office."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from casework import deeds
from portal.dependencies import Now, Session
from portal.pages.administering import AsWatcher
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute
from rules.workdays import SHANGHAI, local_date

router = APIRouter(prefix="/admin/deeds", route_class=PageRoute)
_SHOWN: Final = 100
_SPAN: Final = timedelta(days=30)
Text = Annotated[str, Query(max_length=100)]


@router.get("")
async def search(
    request: Request,
    seen: AsWatcher,
    session: Session,
    now: Now,
    actor: Text = "",
    kind: Text = "",
    subject: Text = "",
    first: Text = "",
    last: Text = "",
) -> Response:
    """What was done within a time, the newest first."""
    until = _day(last) or local_date(now)
    since = _day(first) or until - _SPAN
    found = await deeds.search(
        session,
        since=datetime.combine(since, time(), SHANGHAI),
        before=datetime.combine(until + timedelta(days=1), time(), SHANGHAI),
        limit=_SHOWN + 1,
        actor=_sought(actor),
        kind=_sought(kind),
        subject=_sought(subject),
    )
    asked = {"actor": actor, "kind": kind, "subject": subject}
    return page(
        request, "admin_deeds.html", seen, deeds=found[:_SHOWN], more=len(found) > _SHOWN,
        asked=asked, first=since, last=until,
    )  # fmt: skip


def _sought(typed: str) -> str | None:
    return typed.strip().replace("\0", "") or None


def _day(typed: str) -> date | None:
    """Read a day; one that is none, or at the ends of time, is as good as not asked for."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 2000 <= found.year < 2100 else None
