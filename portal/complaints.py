"""Complaints and consultations (投诉、咨询), for those who take them in, answer them and watch over them."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field, StrictBool

from casework import complaints, queries, ratings
from casework.complaints import Grievance
from portal import after_examples
from portal.applications import Limit, Number
from portal.authentication import Anybody, AsManager, AsSupervisor
from portal.dependencies import Now, Session
from portal.documentation import OF_AN_APPLICATION, answers, problems
from portal.fields import Body, Name, Prose
from portal.rendering import json_answer
from rules import errors
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintSubject

ROOT = "/api/v1/complaints"
router = APIRouter(
    prefix="/api/v1",
    tags=["complaints"],
    responses=problems(*OF_AN_APPLICATION),
)
Id = Annotated[int, Path(ge=1, le=2**62, alias="complaint")]
_ONE = answers(after_examples.COMPLAINT, queries.ComplaintLine)
_TURNED = {**_ONE, **problems(errors.NotAllowedNowError)}


class GrievanceForm(Body):
    """What somebody says, and of what."""

    subject: ComplaintSubject
    channel: ComplaintChannel
    complainant: Name
    words: Prose
    kind: ComplaintKind = ComplaintKind.COMPLAINT
    number: Name | None = None
    item: Annotated[str | None, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")] = None
    contact: Name | None = None
    #: Of the ticket at 12345.
    external_number: Name | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "subject": "dragging",
                    "channel": "hotline",
                    "complainant": "刘晓",
                    "words": "食品经营许可半个月没有答复",
                    "number": "DB-211282-20260302-00001-B",
                    "item": "E10",
                    "external_number": "12345-2026-0311",
                }
            ]
        }
    )


class AssignmentForm(Body):
    """Account of the person who looks into it."""

    to: Name

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "zhang"}]})


class AnswerForm(Body):
    """What the complainant is answered; ``steps`` are serials of the step records that show it."""

    answer: Prose
    steps: Annotated[tuple[Annotated[int, Field(ge=1, le=2**31 - 1)], ...], Field(max_length=100)] = ()

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "已于今日受理", "steps": [9]}]})


class CallBackForm(Body):
    """What the complainant says of the answer, in their own words."""

    satisfied: StrictBool
    words: Prose

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"satisfied": True, "words": "电话回访：已收到受理通知"}]}
    )


class Reason(Body):
    """Why."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "来电称仍未办理"}]})


class SetAside(Reason):
    """Why a rating does not count; without ``item`` that of the application as a whole."""

    item: Annotated[str | None, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")] = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "经查与办理无关，属恶意差评"}]})


@router.post(
    "/complaints",
    summary="登记投诉 · Take in a complaint",
    status_code=201,
    responses=answers(after_examples.COMPLAINT, queries.ComplaintLine, status=201),
)
async def receive(caller: Anybody, form: GrievanceForm, session: Session, now: Now) -> Response:
    """Take in what somebody complains of or asks, by whatever way it came."""
    ticket = await complaints.receive(session, Grievance(**dict(form)), actor=caller.actor, now=now)
    return await _shown(session, ticket, now, 201)


@router.get(
    "/complaints",
    summary="投诉列表 · List complaints",
    responses=answers(after_examples.COMPLAINTS, queries.ComplaintLine, page="complaints"),
)
async def list_complaints(
    _: AsSupervisor,
    session: Session,
    now: Now,
    all: bool = False,
    after: Annotated[int, Query(ge=0, le=2**62, description="Id of the last one known")] = 0,
    limit: Limit = 50,
) -> Response:
    """Tickets not closed yet, or ``all``, with their own clock and what is still open of the matter."""
    found = await queries.complaints(session, every=all, after=after, limit=limit + 1, now=now)
    page = found[:limit]
    given = f"all={str(all).lower()}&limit={limit}"
    following = f"{ROOT}?{given}&after={page[-1].id}" if len(found) > limit else None
    return json_answer({"complaints": [queries.as_json(each) for each in page], "next": following})


@router.get("/complaints/{complaint}", summary="投诉详情 · One complaint", responses=_ONE)
async def show(_: AsSupervisor, complaint: Id, session: Session, now: Now) -> Response:
    """A ticket with its steps."""
    return await _shown(session, complaint, now)


@router.post("/complaints/{complaint}/assignment", summary="交办 · Assign", responses=_TURNED)
async def assign(manager: AsManager, complaint: Id, form: AssignmentForm, session: Session, now: Now) -> Response:
    """Give a ticket to somebody to look into."""
    await complaints.assign(session, complaint, form.to, actor=manager.actor, now=now)
    return await _shown(session, complaint, now)


@router.post("/complaints/{complaint}/answer", summary="答复 · Answer", responses=_TURNED)
async def answer(manager: AsManager, complaint: Id, form: AnswerForm, session: Session, now: Now) -> Response:
    """Answer the complainant."""
    await complaints.answer(session, complaint, form.answer, steps=form.steps, actor=manager.actor, now=now)
    return await _shown(session, complaint, now)


@router.post("/complaints/{complaint}/call-back", summary="回访 · Call back", responses=_TURNED)
async def call_back(
    supervisor: AsSupervisor, complaint: Id, form: CallBackForm, session: Session, now: Now
) -> Response:
    """Record what the complainant says; by another than who answered. Who is not satisfied is heard again."""
    actor = supervisor.actor
    await complaints.call_back(session, complaint, form.words, satisfied=form.satisfied, actor=actor, now=now)
    return await _shown(session, complaint, now)


@router.post(
    "/complaints/{complaint}/closing",
    summary="投诉办结 · Close a complaint",
    responses={**_ONE, **problems(errors.CallBackMissingError)},
)
async def close(manager: AsManager, complaint: Id, session: Session, now: Now) -> Response:
    """Close a ticket that has been called back; the matter it is about is not closed by it. Safe to repeat."""
    await complaints.close(session, complaint, actor=manager.actor, now=now)
    return await _shown(session, complaint, now)


@router.post("/complaints/{complaint}/reopening", summary="重新办理 · Open again", responses=_TURNED)
async def reopen(supervisor: AsSupervisor, complaint: Id, form: Reason, session: Session, now: Now) -> Response:
    """Open a ticket again; its time runs anew."""
    await complaints.reopen(session, complaint, form.reason, actor=supervisor.actor, now=now)
    return await _shown(session, complaint, now)


@router.post(
    "/applications/{number}/ratings/appeal",
    summary="差评申诉 · Set a rating aside",
    responses=answers({"set_aside": True}),
)
async def set_aside(manager: AsManager, number: Number, form: SetAside, session: Session, now: Now) -> Response:
    """Grant an appeal against a malicious rating: it stays on file and does not count."""
    await ratings.set_aside(session, number, form.item, form.reason, actor=manager.actor, now=now)
    return json_answer({"set_aside": True})


async def _shown(session: Session, ticket: int, now: Now, status: int = 200) -> Response:
    return json_answer(queries.as_json(await queries.complaint(session, ticket, now=now)), status)
