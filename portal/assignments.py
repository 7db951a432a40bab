"""Assignments: where departments report what they do."""

from fastapi import APIRouter, Response

from casework.department_events import receive
from portal import examples
from portal.dependencies import Now, Session
from portal.documentation import EVENT_PROBLEMS, answers, event_body, problems
from portal.events import read_event
from portal.problems import problem
from portal.rendering import json_answer
from portal.signatures import Signed
from rules import errors

router = APIRouter(prefix="/api/v1/assignments", tags=["departments"])


@router.post(
    "/{assignment}/events",
    summary="部门事件 · A department's event",
    openapi_extra=event_body(),
    responses={
        **answers(examples.EVENT_ANSWER),
        **problems(
            *EVENT_PROBLEMS,
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
            errors.DocumentNotUploadedError,
            errors.WithdrawalPendingError,
        ),
    },
)
async def report_event(message: Signed, session: Session, now: Now) -> Response:
    """Record what a department reports, signed with its secret (Standard Webhooks) over the body as sent.

    Idempotent by the event's id. Once decided, the answer is 409 with the recorded decision.
    """
    event = read_event(message.body, message.assignment)
    try:
        answer = await receive(session, message.assignment, message.department, event, actor=message.actor, now=now)
    except errors.DaibanError as refusal:
        if not refusal.kept:
            raise
        # Answered and not raised: the transaction commits, and with it the record of the attempt.
        return problem(refusal)
    # The database does not keep the order of members, and a repeated event is answered to the byte.
    return json_answer(dict(sorted(answer.items())))
