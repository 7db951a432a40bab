"""The boards of managers and supervisors: what is open, what is late, who used the time; down to each application."""

from datetime import date
from http import HTTPStatus
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from casework import board_counting, queries
from casework.signing_in import Visit
from models import Role
from portal.authentication import OVERSEERS
from portal.dependencies import Now, Session
from portal.errors import InvalidRequestError
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, department_of, visiting
from rules.clocks import Light
from rules.workdays import local_date

#: Who looks at the whole city.
CITY: Final = (*OVERSEERS, Role.SUPERVISOR)
router = APIRouter(prefix="/board", route_class=PageRoute)
OfTheCity = Annotated[Visit, Depends(visiting(*CITY))]
Watching = Annotated[Visit, Depends(visiting(*CITY, Role.HEAD))]
Overseeing = Annotated[Visit, Depends(visiting(*OVERSEERS))]
Code = Annotated[str, Query(pattern=r"^[A-Z0-9]{0,16}$")]
_PAGE: Final = 50
_BATCH: Final = 500


def scope_of(seen: Visit) -> str | None:
    """Return the one department that somebody may look at; None for those who look at all of them."""
    return department_of(seen) if seen.caller.roles.isdisjoint(CITY) else None


@router.get("")
async def show_board(request: Request, seen: Watching, session: Session, now: Now) -> Response:
    """Show the city, or the head of a department that department."""
    board = await queries.city_board(session, department=scope_of(seen), now=now)
    return page(
        request,
        "board.html",
        seen,
        board=board,
        today=local_date(now),
        whole=scope_of(seen) is None,
        may_refresh=not seen.caller.roles.isdisjoint(OVERSEERS),
        most=max([week.ended for week in board.weeks], default=0) or 1,
    )


@router.post("/refresh")
async def refresh(_seen: Overseeing, _sent: SentForm, session: Session, now: Now) -> Response:
    """Count now, as the watch does every minute; the office works without it."""
    await board_counting.count(session, now=now, limit=_BATCH)
    return RedirectResponse("/board", HTTPStatus.SEE_OTHER.value)


@router.get("/assignments")
async def list_assignments(
    request: Request,
    seen: Watching,
    session: Session,
    department: Code = "",
    light: str = "",
    due: str = "",
    after: str = "",
) -> Response:
    """Open assignments, the most urgent first; of a department, a light, a day."""
    try:
        shown = Light(light) if light else None
        due_on = date.fromisoformat(due) if due else None
        place = queries.Place.read(after) if after else None
    except ValueError:
        raise InvalidRequestError("筛选条件不正确", errors=[]) from None
    own = scope_of(seen)
    wanted = own or department or None
    found = await queries.open_assignments(
        session, department=wanted, light=shown, due_on=due_on, after=place, limit=_PAGE + 1
    )
    return page(
        request,
        "board_assignments.html",
        seen,
        lines=found[:_PAGE],
        following=found[_PAGE - 1].place if len(found) > _PAGE else None,
        department=wanted,
        own=own,
        light=shown,
        lights=list(Light),
        due=due_on,
    )


@router.get("/applications")
async def list_applications(
    request: Request,
    seen: OfTheCity,
    session: Session,
    journey: Code = "",
    green: bool = False,
    before: Annotated[str | None, Query()] = None,
) -> Response:
    """The open applications, the newest first, with their runs: all, of a journey, or those that go first."""
    found = await queries.applications(
        session, journey=journey or None, unfinished=True, green=green, limit=_PAGE + 1, before=before
    )
    shown = found[:_PAGE]
    return page(
        request,
        "board_applications.html",
        seen,
        applications=shown,
        runs=await queries.flow_runs(session, [each.number for each in shown]),
        journey=journey,
        green=green,
        following=found[_PAGE - 1].number if len(found) > _PAGE else None,
    )
