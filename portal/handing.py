"""Delivery of results and the closing of applications, as the center does them."""

from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import ConfigDict, Field

from casework import closing, handing, queries, tracking
from portal import examples
from portal.applications import ROOT, Number
from portal.authentication import AsManager, InCharge
from portal.dependencies import Now, Session
from portal.documentation import OF_AN_APPLICATION, answers, problems
from portal.fields import Body, Name, Prose
from portal.problems import problem
from portal.rendering import json_answer
from rules import errors
from rules.delivery.record import DeliveryChannel

router = APIRouter(
    prefix=ROOT,
    tags=["delivery"],
    responses=problems(*OF_AN_APPLICATION),
)
Item = Annotated[str, Path(pattern=r"^[A-Z][A-Z0-9]{0,15}$", description="Code of an item")]
_SHOWN = answers(examples.REPORT, queries.ApplicationReport)
_HANDED = {**_SHOWN, **problems(errors.NotAuthorisedError, errors.NotAllowedNowError, errors.InvalidDeliveryError)}


class Sending(Body):
    """A letter with its number, or the agent who takes the result along."""

    tracking_number: Name | None = None
    carrier: Name | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"tracking_number": "EMS1234567890", "carrier": "EMS"}]})


class Evidence(Body):
    """What shows that a result has arrived: who signed, on which hand-over sheet, or the carrier's date."""

    signer: Name | None = None
    sheet: Name | None = None
    tracking_number: Name | None = None
    delivered_on: date | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"signer": "刘晓"}, {"sheet": "移交〔2026〕1号", "signer": "刘晓"}]}
    )


class Failure(Body):
    """Why a result did not arrive."""

    reason: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "收件人拒收"}]})


class Retry(Body):
    """The way of the next attempt; the same one only to another address."""

    channel: DeliveryChannel
    address: Name | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"channel": "window"}]})


class Receipt(Body):
    """Number of the receipt (送达回证) that the applicant has signed."""

    receipt: Name

    model_config = ConfigDict(json_schema_extra={"examples": [{"receipt": "送达回证〔2026〕1号"}]})


class ObjectionAnswer(Body):
    """What the applicant is answered."""

    answer: Annotated[Prose, Field()]

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "已更正并重新出具"}]})


@router.post("/{number}/deliveries/{item}/sending", summary="寄出结果 · Send a result", responses=_HANDED)
async def send(agent: InCharge, number: Number, item: Item, form: Sending, session: Session, now: Now) -> Response:
    """Record that a result has been posted, or that the agent has it to hand over."""
    evidence = form.model_dump(mode="json", exclude_none=True)
    await handing.send(session, number, item, evidence, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/deliveries/{item}/evidence", summary="送达 · A result has arrived", responses=_HANDED)
async def deliver(agent: InCharge, number: Number, item: Item, form: Evidence, session: Session, now: Now) -> Response:
    """Record that a result has reached the applicant, with the evidence that its way asks for."""
    evidence = form.model_dump(mode="json", exclude_none=True)
    await handing.deliver(session, number, item, evidence, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/deliveries/{item}/failure", summary="未能送达 · A result came back", responses=_HANDED)
async def fail(agent: InCharge, number: Number, item: Item, form: Failure, session: Session, now: Now) -> Response:
    """Record that a result was refused or could not be delivered; it is still owed, and its time goes on."""
    await handing.fail(session, number, item, form.reason, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/deliveries/{item}/attempts", summary="再次送达 · Try another way", responses=_HANDED)
async def retry(agent: InCharge, number: Number, item: Item, form: Retry, session: Session, now: Now) -> Response:
    """Begin another attempt after one that failed."""
    await handing.retry(session, number, item, form.channel, form.address, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    "/{number}/confirmation",
    summary="代交签收 · Hand in the applicant's receipt",
    responses={**_SHOWN, **problems(errors.NotAuthorisedError, errors.NotAllowedNowError)},
)
async def confirm(agent: InCharge, number: Number, form: Receipt, session: Session, now: Now) -> Response:
    """Record the receipt that the applicant has signed for everything. Safe to repeat."""
    await closing.confirm(session, number, receipt=form.receipt, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/objections/{objection}/answer", summary="答复异议 · Answer an objection", responses=_SHOWN)
async def answer(
    manager: AsManager, number: Number, objection: UUID, form: ObjectionAnswer, session: Session, now: Now
) -> Response:
    """Answer what the applicant objected; they may object again."""
    await closing.answer(session, number, objection, form.answer, actor=manager.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    "/{number}/closing",
    summary="结案 · Close",
    responses={**_SHOWN, **problems(errors.ClosureRefusedError)},
)
async def close(manager: AsManager, number: Number, session: Session, now: Now) -> Response:
    """Close an application; while anything stands in the way it is refused, and the attempt stays on record."""
    try:
        await closing.close(session, number, actor=manager.actor, now=now)
    except errors.ClosureRefusedError as refusal:
        # Answered and not raised: the transaction commits, and with it the record of the attempt.
        return problem(refusal)
    return await _shown(session, number, now)


@router.post(
    "/{number}/tracking-code",
    summary="换发查询码 · Issue a new tracking code",
    responses=answers({"number": examples.NUMBER, "tracking_code": "7K3M-9QXD-0TRW-4HZE"}),
)
async def issue_code(agent: InCharge, number: Number, session: Session, now: Now) -> Response:
    """Issue a new code for the applicant; it is told this once, and the one of before opens nothing any more."""
    code = await tracking.issue(session, number, actor=agent.actor, now=now)
    return json_answer({"number": number, "tracking_code": code})


async def _shown(session: Session, number: str, now: Now) -> Response:
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
