"""Joint handling of one application: its plan revised, those still at work decided on, departments brought together."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Response

from casework import joint_sessions, queries, revising
from models import Role
from portal import examples
from portal.applications import ROOT, Number
from portal.authentication import AsAgent, InCharge, SignedIn, having
from portal.dependencies import Now, Session
from portal.documentation import OF_AN_APPLICATION, answers, problems
from portal.joint_forms import (
    AnotherRound,
    ItemOf,
    PlanRevision,
    SessionCancelled,
    SessionProceedings,
    SessionSummons,
    SiblingsAnswer,
)
from portal.rendering import json_answer
from rules import errors

router = APIRouter(
    prefix=ROOT,
    tags=["applications"],
    responses=problems(
        *OF_AN_APPLICATION,
        errors.ApplicationClosedError,
        errors.NotAllowedNowError,
        errors.InvalidPlanError,
        errors.InvalidSessionError,
    ),
)
Serial = Annotated[int, Path(ge=1, le=9999, description="Number of the session within the application")]
OfTheLead = Annotated[SignedIn, Depends(having(Role.AGENT, Role.HANDLER))]
_ONE = answers(examples.REPORT, queries.ApplicationReport)


@router.post("/{number}/items", summary="增减事项 · Revise the plan", responses=_ONE)
async def revise_plan(agent: AsAgent, number: Number, form: PlanRevision, session: Session, now: Now) -> Response:
    """Add an item found to be needed, or drop one that no longer applies; what departments have goes on."""
    why = revising.Why(form.reason, form.asked_by)
    if form.action == "add":
        await revising.add_item(session, number, form.addition(), why, actor=agent.actor, now=now)
    else:
        await revising.drop_item(session, number, form.item, why, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    "/{number}/items/{item}/rounds",
    summary="再次申请事项 · Apply again for a refused item",
    responses={**_ONE, **problems(errors.NotAuthorisedError, errors.ReapplicationBarredError)},
)
async def apply_again(
    agent: InCharge, number: Number, item: ItemOf, again: AnotherRound, session: Session, now: Now
) -> Response:
    """Open the item's next round while the rest goes on; what had stopped because of the refusal can be filed again.

    For an item that was refused, not accepted or returned. Materials and results that are there count.
    """
    await revising.apply_again(session, number, item, reason=again.reason, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/siblings", summary="决定其余事项 · Decide on those still at work", responses=_ONE)
async def decide_siblings(
    agent: AsAgent, number: Number, answer: SiblingsAnswer, session: Session, now: Now
) -> Response:
    """Say whether the items still at work go on although the matter is settled without them. Safe to repeat."""
    await revising.decide_siblings(session, number, answer.decision, reason=answer.reason, actor=agent.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    "/{number}/sessions",
    status_code=201,
    summary="安排联合审查（踏勘） · Summon departments to a joint session",
    responses=answers(examples.SUMMONED, status=201),
)
async def schedule(caller: OfTheLead, number: Number, form: SessionSummons, session: Session, now: Now) -> Response:
    """Tell every department once. For an agent, or a handler of the department that leads the stage."""
    serial = await joint_sessions.schedule(
        session, number, form.summons(), by=_department(caller), actor=caller.actor, now=now
    )
    return json_answer({"number": number, "session": serial}, 201)


@router.post("/{number}/sessions/{serial}/hold", summary="记录联合审查（踏勘） · Record a session", responses=_ONE)
async def hold(
    caller: OfTheLead, number: Number, serial: Serial, form: SessionProceedings, session: Session, now: Now
) -> Response:
    """Record who was there, what was written down and concluded; the clocks it stopped run again."""
    await joint_sessions.hold(
        session, number, serial, form.proceedings(), by=_department(caller), actor=caller.actor, now=now
    )
    return await _shown(session, number, now)


@router.post("/{number}/sessions/{serial}/cancel", summary="取消联合审查（踏勘） · Call a session off", responses=_ONE)
async def cancel(
    caller: OfTheLead, number: Number, serial: Serial, form: SessionCancelled, session: Session, now: Now
) -> Response:
    """Tell everybody summoned that it does not take place."""
    await joint_sessions.cancel(
        session, number, serial, form.reason, by=_department(caller), actor=caller.actor, now=now
    )
    return await _shown(session, number, now)


def _department(signed_in: SignedIn) -> str | None:
    """Return the department a handler acts for; an agent acts for the center."""
    caller = signed_in.caller
    return None if Role.AGENT in caller.roles else caller.department or ""


async def _shown(session: Session, number: str, now: Now) -> Response:
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
