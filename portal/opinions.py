"""Opinions: where departments heard on another department's item answer."""

from fastapi import APIRouter, Response
from pydantic import ValidationError

from casework.opinion_events import receive
from portal import examples
from portal.authentication import SignedOpinion
from portal.dependencies import Now, Session
from portal.documentation import answers, event_body, problems
from portal.errors import BodyTooLargeError, InvalidRequestError, NotAuthenticatedError, UnsupportedMediaTypeError
from portal.events import EVENT, Envelope
from portal.problems import invalid
from portal.rendering import json_answer
from rules import errors

router = APIRouter(prefix="/api/v1/opinions", tags=["assignments"])


@router.post(
    "/{opinion}/events",
    summary="答复意见 · A department's opinion",
    openapi_extra=event_body(),
    responses={
        **answers(examples.OPINION_ANSWER),
        **problems(
            InvalidRequestError,
            NotAuthenticatedError,
            BodyTooLargeError,
            UnsupportedMediaTypeError,
            errors.NotFoundError,
            errors.InvalidEventError,
            errors.AssignmentClosedError,
            errors.NotAllowedNowError,
            errors.EventReusedError,
        ),
    },
)
async def report_opinion(message: SignedOpinion, session: Session, now: Now) -> Response:
    """Record `claimed` or `opinion_given`, signed by the department that was asked. Idempotent by the event's id."""
    try:
        reported: Envelope = EVENT.validate_json(message.body)
    except ValidationError as error:
        raise invalid(error.errors(include_url=False, include_input=False, include_context=False), "body") from error
    if reported.subject != message.assignment:
        raise errors.InvalidEventError("subject 与地址中的征求意见不一致", subject=str(reported.subject))
    answer = await receive(
        session, message.assignment, message.department, reported.event(), actor=message.actor, now=now
    )
    return json_answer(dict(sorted(answer.items())))
