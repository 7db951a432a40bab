"""What managers do about sending: endpoints that are away, messages that do not get through, decisions that differ."""

from typing import Annotated, Any, Final, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict

from casework import decision_conflicts, inboxes, stuck_messages
from casework.endpoint_health import EndpointHealth, endpoint_health
from casework.queries import as_json
from kit import clock
from kit.settings import away_since
from portal import dispatch_examples
from portal.authentication import AsManager
from portal.dependencies import Now, Session
from portal.documentation import answers, problems
from portal.errors import BodyTooLargeError, InvalidRequestError, NotAuthenticatedError
from portal.fields import Body, Prose
from portal.rendering import json_answer
from rules import errors
from rules.catalog import Channel
from rules.vocabulary import ConflictResolution

_REFUSALS: Final = (NotAuthenticatedError, errors.ForbiddenError, InvalidRequestError)
_ACTS: Final = (*_REFUSALS, errors.NotFoundError, errors.NotAllowedNowError, BodyTooLargeError)
router = APIRouter(prefix="/api/v1", tags=["sending"])

Limit = Annotated[int, Query(ge=1, le=200)]
DepartmentCode = Annotated[str | None, Query(pattern=r"^[A-Z]{2,8}$", description="Code of a department")]
ConflictId = Annotated[int, Path(ge=1, le=2**63 - 1)]


class Because(Body):
    """Why a person does it; it is recorded as a step."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "部门来电，系统已恢复"}]})


class ChannelChoice(Body):
    """By which way one assignment goes: the department's inbox, or its own channel again."""

    channel: Literal["inbox", "own"]
    reason: Prose

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"channel": "inbox", "reason": "部门系统检修三天，改由收件箱办理"}]}
    )


class ConflictAnswer(Body):
    """What a person found about a decision that contradicts the recorded one."""

    resolution: ConflictResolution
    reason: Prose

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"resolution": "stands", "reason": "部门确认第二份系误报"}]}
    )


@router.get(
    "/departments/health",
    summary="部门系统状态 · How the departments' endpoints are",
    responses={**answers(dispatch_examples.HEALTH, EndpointHealth, whole="endpoints"), **problems(*_REFUSALS)},
)
async def show_health(_: AsManager, session: Session) -> Response:
    """Every department with a system of its own, those in trouble first."""
    wall = clock.wall_now()
    board = await endpoint_health(session, wall=wall, away_since=away_since(wall))
    return json_answer({"endpoints": [as_json(each) for each in board]})


@router.get(
    "/outbox",
    summary="未送达的消息 · Messages that did not get through, oldest first",
    responses={
        **answers(dispatch_examples.OUTBOX, stuck_messages.StuckMessage, page="messages"),
        **problems(*_REFUSALS),
    },
)
async def list_stuck(
    _: AsManager,
    session: Session,
    department: DepartmentCode = None,
    limit: Limit = 50,
    after: Annotated[UUID | None, Query(description="Id of the last message of the page before")] = None,
) -> Response:
    """What waits for its turn, is held, parked or refused; ``next`` is the address of the following page, or null."""
    found = await stuck_messages.stuck_messages(session, department=department, after=after, limit=limit + 1)
    page = found[:limit]
    only = f"&department={department}" if department else ""
    following = f"/api/v1/outbox?limit={limit}&after={page[-1].id}{only}" if len(found) > limit else None
    return json_answer({"messages": [as_json(each) for each in page], "next": following})


@router.post(
    "/outbox/{message}/retry",
    summary="重新送达 · Send a message again",
    responses={**answers(dispatch_examples.DONE), **problems(*_ACTS)},
)
async def retry(manager: AsManager, message: UUID, why: Because, session: Session, now: Now) -> Response:
    """Make it due at once; its schedule of retries begins anew."""
    await stuck_messages.retry(session, message, reason=why.reason, actor=manager.actor, now=now)
    return json_answer(_done(message))


@router.post(
    "/outbox/{message}/discard",
    summary="作废消息 · Give a message up",
    responses={**answers(dispatch_examples.DONE), **problems(*_ACTS)},
)
async def discard(manager: AsManager, message: UUID, why: Because, session: Session, now: Now) -> Response:
    """Never send it; what followed it is sent. A dispatch cannot be given up: let it go by the inbox."""
    await stuck_messages.discard(session, message, reason=why.reason, actor=manager.actor, now=now)
    return json_answer(_done(message))


@router.post(
    "/assignments/{assignment}/channel",
    summary="改变办理渠道 · Let an assignment go another way",
    responses={**answers(dispatch_examples.DONE), **problems(*_ACTS)},
)
async def choose_channel(
    manager: AsManager, assignment: UUID, choice: ChannelChoice, session: Session, now: Now
) -> Response:
    """Put one assignment in its department's inbox although it has a system, or take it back from there."""
    channel = Channel.INBOX if choice.channel == "inbox" else None
    await inboxes.choose_channel(session, assignment, channel, reason=choice.reason, actor=manager.actor, now=now)
    return json_answer(_done(assignment))


@router.get(
    "/decision-conflicts",
    summary="存疑决定 · Decisions that contradict the recorded one, oldest first",
    responses={
        **answers(dispatch_examples.CONFLICTS, decision_conflicts.ConflictLine, page="conflicts"),
        **problems(*_REFUSALS),
    },
)
async def list_conflicts(
    _: AsManager,
    session: Session,
    resolved: Annotated[bool, Query(description="Also those resolved")] = False,
    limit: Limit = 50,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="Id of the last conflict of the page before")] = 0,
) -> Response:
    """The first valid decision counts; a later one that differs waits here for a person."""
    found = await decision_conflicts.conflicts(session, unresolved=not resolved, after=after, limit=limit + 1)
    page = found[:limit]
    also = "&resolved=true" if resolved else ""
    following = f"/api/v1/decision-conflicts?limit={limit}&after={page[-1].id}{also}" if len(found) > limit else None
    return json_answer({"conflicts": [as_json(each) for each in page], "next": following})


@router.post(
    "/decision-conflicts/{conflict}/resolution",
    summary="处理存疑决定 · Resolve a contradiction",
    responses={**answers(dispatch_examples.DONE), **problems(*_ACTS)},
)
async def resolve_conflict(
    manager: AsManager, conflict: ConflictId, answer: ConflictAnswer, session: Session, now: Now
) -> Response:
    """Record what was found. The recorded decision is not edited: a department sets its own aside by its procedure."""
    await decision_conflicts.resolve(
        session, conflict, answer.resolution, reason=answer.reason, actor=manager.actor, now=now
    )
    return json_answer(_done(conflict))


def _done(subject: UUID | int) -> dict[str, Any]:
    return {"id": str(subject), "recorded": True}
