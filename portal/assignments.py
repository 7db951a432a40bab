"""Assignments: where departments report what they do."""

from fastapi import APIRouter, Response
from pydantic import ValidationError

from casework.department_events import receive
from portal import examples
from portal.authentication import Signed
from portal.dependencies import Now, Session
from portal.documentation import answers, event_body, problems
from portal.errors import (
    BodyTooLargeError,
    InvalidRequestError,
    NotAuthenticatedError,
    UnsupportedMediaTypeError,
)
from portal.events import EVENT, Envelope
from portal.problems import invalid, problem
from portal.rendering import json_answer
from rules import errors

router = APIRouter(prefix="/api/v1/assignments", tags=["assignments"])


@router.post(
    "/{assignment}/events",
    summary="部门事件 · A department's event",
    openapi_extra=event_body(),
    responses={
        **answers(examples.EVENT_ANSWER),
        **problems(
            InvalidRequestError,
            NotAuthenticatedError,
            BodyTooLargeError,
            UnsupportedMediaTypeError,
            errors.InvalidEventError,
            errors.AlreadyDecidedError,
            errors.AssignmentClosedError,
            errors.PrerequisitesOpenError,
            errors.OpinionsAwaitedError,
            errors.OpinionsOpposedError,
            errors.NotAllowedNowError,
            errors.RefusedOnRecordError,
            errors.EventReusedError,
            errors.ConflictOfInterestError,
            errors.NotAuthorisedError,
            errors.FilingIncompleteError,
            errors.WithdrawalPendingError,
        ),
    },
)
async def report_event(message: Signed, session: Session, now: Now) -> Response:
    """Record what a department reports, signed with its secret (Standard Webhooks) over the body as sent.

    Idempotent by the event's id. Once decided, the answer is 409 with the recorded decision.
    """
    try:
        reported: Envelope = EVENT.validate_json(message.body)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False), "body") from error
    if reported.subject != message.assignment:
        raise errors.InvalidEventError("subject 与地址中的部门任务不一致", subject=str(reported.subject))
    event = reported.event()
    try:
        answer = await receive(session, message.assignment, message.department, event, actor=message.actor, now=now)
    except errors.RefusedOnRecordError as refusal:
        # Answered and not raised: the transaction commits, and with it the record of the attempt.
        return problem(refusal)
    # The database does not keep the order of members, and a repeated event is answered to the byte.
    return json_answer(dict(sorted(answer.items())))
