"""The inbox of a department: its people see there what is theirs to do, and report it without a system of their own."""

from typing import Annotated, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Response

from casework import inboxes
from casework.department_events import Event, receive
from casework.queries import as_json
from kit import clock
from kit.settings import away_since
from models import Role
from portal import dispatch_examples, examples
from portal.authentication import SignedIn, having
from portal.dependencies import Now, Session
from portal.documentation import EVENT_PROBLEMS, answers, event_body, problems
from portal.errors import InvalidRequestError, NotAuthenticatedError
from portal.events import read_event
from portal.problems import problem
from portal.rendering import json_answer
from portal.signatures import EventText
from rules import errors
from rules.vocabulary import DepartmentAct

#: Acts of the second pair of eyes: who signs is the approver.
_BY_APPROVER: Final = frozenset({DepartmentAct.REFUSAL_APPROVED, DepartmentAct.REFUSAL_RETURNED})
router = APIRouter(prefix="/api/v1/inbox", tags=["sending"])
AsHandler = Annotated[SignedIn, Depends(having(Role.HANDLER))]


@router.get(
    "",
    summary="收件箱 · What is to be done in the inbox, oldest first",
    responses={
        **answers(dispatch_examples.INBOX, inboxes.InboxLine, page="assignments"),
        **problems(NotAuthenticatedError, errors.ForbiddenError, InvalidRequestError),
    },
)
async def list_inbox(
    handler: AsHandler,
    session: Session,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    after: Annotated[UUID | None, Query(description="Id of the last assignment of the page before")] = None,
) -> Response:
    """Assignments of the caller's department: its own channel, put there by a person, or because its system is away."""
    since = away_since(clock.wall_now())
    found = await inboxes.inbox(session, _department(handler), away_since=since, after=after, limit=limit + 1)
    page = found[:limit]
    following = f"/api/v1/inbox?limit={limit}&after={page[-1].assignment}" if len(found) > limit else None
    return json_answer({"assignments": [as_json(each) for each in page], "next": following})


@router.post(
    "/{assignment}/events",
    summary="在收件箱中办理 · Report what was done in the inbox",
    openapi_extra={"requestBody": event_body()["requestBody"]},
    responses={
        **answers(examples.EVENT_ANSWER),
        **problems(
            *EVENT_PROBLEMS,
            errors.ForbiddenError,
            errors.NotFoundError,
            errors.AlreadyDecidedError,
            errors.PrerequisitesOpenError,
            errors.OpinionsAwaitedError,
            errors.OpinionsOpposedError,
            errors.RefusedOnRecordError,
            errors.ConflictOfInterestError,
            errors.NotAuthorisedError,
            errors.FilingIncompleteError,
            errors.CureOpenError,
            errors.CommitmentMissingError,
            errors.WithdrawalPendingError,
        ),
    },
)
async def report_in_inbox(
    handler: AsHandler, assignment: UUID, body: EventText, session: Session, now: Now
) -> Response:
    """Record what a person of the department did, by the same use case as its system's callbacks.

    Whichever of the two decides first counts; the other one is kept as evidence.
    """
    department = _department(handler)
    await inboxes.require_in_inbox(session, assignment, department, away_since=away_since(clock.wall_now()))
    event = _signed_by(handler, read_event(body, assignment))
    try:
        answer = await receive(session, assignment, department, event, actor=handler.actor, now=now)
    except errors.DaibanError as refusal:
        if not refusal.kept:
            raise
        return problem(refusal)  # answered and not raised, so that the record of the attempt is committed
    return json_answer(dict(sorted(answer.items())))


def _department(handler: SignedIn) -> str:
    return handler.caller.department or ""


def _signed_by(handler: SignedIn, event: Event) -> Event:
    """Let a person sign in their own name only. Raises NotAuthorisedError."""
    role = "approver" if event.act in _BY_APPROVER else "handler"
    caller = handler.caller
    named = event.details.get(role)
    if named not in (None, caller.account, caller.name):
        raise errors.NotAuthorisedError(f"{caller.account} 不得以 {named} 的名义办理", person=caller.account)
    return Event(event.id, event.act, event.occurred_at, {**event.details, role: caller.account})
