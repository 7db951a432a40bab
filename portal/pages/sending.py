"""How sending goes: departments' systems, messages that do not get through, decisions that contradict another."""

from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from casework import applicant_letters, decision_conflicts, inboxes, stuck_messages
from casework.endpoint_health import endpoint_health
from kit.clock import wall_now
from kit.settings import away_since
from portal.applications import Number
from portal.dependencies import Now, Session
from portal.dispatching import Because, ConflictAnswer, ConflictId
from portal.errors import InvalidRequestError
from portal.pages.boards import Overseeing
from portal.pages.forms import filled_in
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of
from rules.catalog import Channel
from rules.vocabulary import ConflictResolution

router = APIRouter(route_class=PageRoute)
_PAGE: Final = 50


@router.get("/sending")
async def show_sending(
    request: Request,
    seen: Overseeing,
    session: Session,
    department: Annotated[str, Query(pattern=r"^[A-Z]{0,8}$")] = "",
    after: UUID | None = None,
) -> Response:
    """How the departments' systems are, and what has not reached them, the oldest first."""
    wall = wall_now()
    found = await stuck_messages.stuck_messages(session, department=department or None, after=after, limit=_PAGE + 1)
    return page(
        request,
        "sending.html",
        seen,
        endpoints=await endpoint_health(session, wall=wall, away_since=away_since(wall)),
        messages=found[:_PAGE],
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
        department=department,
        unwritten=await applicant_letters.parked(session, limit=_PAGE),
    )


@router.post("/sending/{message}/{act}")
async def act_on_message(
    request: Request, seen: Overseeing, message: UUID, act: str, session: Session, now: Now, sent: SentForm
) -> Response:
    """Send a message again, give it up, or let its assignment go by the department's inbox; with the reason."""
    reason, actor = filled_in(Because, sent).reason, actor_of(request, seen)
    if act == "retry":
        await stuck_messages.retry(session, message, reason=reason, actor=actor, now=now)
    elif act == "discard":
        await stuck_messages.discard(session, message, reason=reason, actor=actor, now=now)
    elif act == "inbox":
        assignment = await stuck_messages.assignment_of(session, message)
        await inboxes.choose_channel(session, assignment, Channel.INBOX, reason=reason, actor=actor, now=now)
    else:
        raise InvalidRequestError("没有这个操作", errors=[])
    return RedirectResponse("/sending", HTTPStatus.SEE_OTHER.value)


@router.post("/sending/applicants/{number}/again")
async def write_again(_: Overseeing, number: Number, session: Session, sent: SentForm) -> Response:
    """Try once more to write to an applicant who could not be written to."""
    await applicant_letters.send_again(session, number, wall=wall_now())
    return RedirectResponse("/sending", HTTPStatus.SEE_OTHER.value)


@router.get("/conflicts")
async def list_conflicts(
    request: Request,
    seen: Overseeing,
    session: Session,
    all: bool = False,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    """Decisions that came later and say something else; the first valid one counts."""
    found = await decision_conflicts.conflicts(session, unresolved=not all, after=after, limit=_PAGE + 1)
    return page(
        request,
        "conflicts.html",
        seen,
        conflicts=found[:_PAGE],
        every=all,
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
        resolutions=list(ConflictResolution),
    )


@router.post("/conflicts/{conflict}")
async def resolve_conflict(
    request: Request, seen: Overseeing, conflict: ConflictId, session: Session, now: Now, sent: SentForm
) -> Response:
    """Record what was found; the recorded decision is not edited."""
    given, actor = filled_in(ConflictAnswer, sent), actor_of(request, seen)
    await decision_conflicts.resolve(session, conflict, given.resolution, reason=given.reason, actor=actor, now=now)
    return RedirectResponse("/conflicts", HTTPStatus.SEE_OTHER.value)
