"""Opinions: where departments heard on another department's item answer."""

from fastapi import APIRouter, Response

from casework.opinion_events import receive
from portal import examples
from portal.dependencies import Now, Session
from portal.documentation import EVENT_PROBLEMS, answers, event_body, problems
from portal.events import read_event
from portal.rendering import json_answer
from portal.signatures import SignedOpinion

router = APIRouter(prefix="/api/v1/opinions", tags=["departments"])


@router.post(
    "/{opinion}/events",
    summary="答复意见 · A department's opinion",
    openapi_extra=event_body(),
    responses={
        **answers(examples.OPINION_ANSWER),
        **problems(*EVENT_PROBLEMS),
    },
)
async def report_opinion(message: SignedOpinion, session: Session, now: Now) -> Response:
    """Record `claimed` or `opinion_given`, signed by the department that was asked. Idempotent by the event's id."""
    event = read_event(message.body, message.assignment)
    answer = await receive(session, message.assignment, message.department, event, actor=message.actor, now=now)
    return json_answer(dict(sorted(answer.items())))
