"""Supervision of overdue assignments (督办): who has been asked to reply by when, and what people have referred."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import ConfigDict

from casework import queries, supervising
from portal import after_examples, examples
from portal.authentication import AsSupervisor
from portal.dependencies import Now, Session
from portal.documentation import answers, problems
from portal.errors import BodyTooLargeError, InvalidRequestError, NotAuthenticatedError
from portal.fields import Body, Name, Prose
from portal.rendering import json_answer
from rules import errors

router = APIRouter(
    prefix="/api/v1/supervision",
    tags=["supervision"],
    responses=problems(InvalidRequestError, NotAuthenticatedError, errors.ForbiddenError),
)


class Referral(Body):
    """To whom an overdue assignment is referred, by which document and why."""

    to: Name
    document_number: Name
    reason: Prose

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"to": "开原市纪委监委", "document_number": "开营商移〔2026〕1号", "reason": "两次督办后仍不办理"}
            ]
        }
    )


@router.get(
    "",
    summary="督办清单 · Assignments under supervision",
    responses=answers(after_examples.SUPERVISED, queries.Supervised, whole="supervised"),
)
async def list_supervised(
    _: AsSupervisor, session: Session, limit: Annotated[int, Query(ge=1, le=1000)] = 200
) -> Response:
    """Overdue assignments that are not ended, with the last order, its addressee and the day to reply."""
    found = await queries.supervised(session, limit=limit)
    return json_answer({"supervised": [queries.as_json(each) for each in found]})


@router.post(
    "/{assignment}/referral",
    summary="移送 · Refer an overdue assignment",
    responses={
        **answers(examples.REPORT, queries.ApplicationReport),
        **problems(errors.NotFoundError, errors.NotAllowedNowError, BodyTooLargeError),
    },
)
async def refer(supervisor: AsSupervisor, assignment: UUID, form: Referral, session: Session, now: Now) -> Response:
    """Record that a person has referred it, once every order has gone unheeded; nothing about the matter changes."""
    number = await supervising.refer(
        session,
        assignment,
        to=form.to,
        document=form.document_number,
        reason=form.reason,
        actor=supervisor.actor,
        now=now,
    )
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
