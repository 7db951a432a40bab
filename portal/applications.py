"""Applications: launch one, look at one or many, report what happens to it."""

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Path, Query, Response
from sqlalchemy.ext.asyncio import AsyncSession

from casework import progress, queries
from casework.joint_handling import extend_stage
from casework.launching import launch
from casework.tracking import new_code
from portal import examples, record_examples
from portal.authentication import AsAgent, AsManager, InCharge, OfTheCenter
from portal.dependencies import Now, Session
from portal.documentation import OF_A_CALLER, answers, problems
from portal.errors import InvalidRequestError
from portal.intake import IntakeForm, JointExtensionRequest, MaterialsBrought, MilestoneReport, WithdrawalRequest
from portal.problems import problem
from portal.rendering import json_answer
from rules import errors
from rules.numbers import check_number
from rules.terms import Approver
from rules.vocabulary import ApplicationStatus

ROOT = "/api/v1/applications"
router = APIRouter(
    prefix=ROOT,
    tags=["applications"],
    responses=problems(*OF_A_CALLER),
)


def well_written(number: Annotated[str, Path(description="`DB-211282-20260302-00001-B`")]) -> str:
    """Let a number through whose check character fits, so that a slip of the pen is told from an unknown number."""
    check_number(number)
    return number


# After the person in every signature: dependencies are asked in order, and a stranger learns nothing of numbers.
Number = Annotated[str, Depends(well_written)]
Limit = Annotated[int, Query(ge=1, le=200)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        pattern=r"^[\x21-\x7e]{1,200}$",
        description="Repeated with the same form it answers with the application launched first.",
    ),
]
OF_ONE = problems(errors.NotFoundError, errors.InvalidNumberError, InvalidRequestError)
_ONE = {**answers(examples.REPORT, queries.ApplicationReport), **OF_ONE}
_ACTED = {**_ONE, **problems(errors.ForbiddenError, errors.NotAuthorisedError)}


@router.post(
    "",
    status_code=201,
    summary="登记代办件 · Launch an application",
    responses={
        **answers({**examples.LAUNCHED, "tracking_code": "7K3M-9QXD-0TRW-4HZE"}, status=201),
        **answers(examples.LAUNCHED, why="The key had launched it before."),
        **problems(
            InvalidRequestError,
            errors.InvalidIntakeError,
            errors.InvalidEngagementError,
            errors.LaunchKeyReusedError,
            errors.CatalogNotLoadedError,
            errors.LaunchKeyReusedError,
            errors.CatalogNotLoadedError,
            errors.ReapplicationBarredError,
            errors.CommitmentRefusedError,
            errors.NotAllowedNowError,
        ),
    },
)
async def launch_application(
    agent: AsAgent, form: IntakeForm, session: Session, now: Now, idempotency_key: IdempotencyKey = None
) -> Response:
    """Register a project's application on the newest catalog and start its parallel approval.

    ``tracking_code`` is for the applicant, who needs no account with it; it is told this once.
    """
    # A key is its sender's own: another agent's may be the same by chance.
    key = f"{agent.caller.account}:{idempotency_key}" if idempotency_key else None
    code = new_code()
    number, new = await launch(session, form.intake(), actor=agent.actor, now=now, key=key, tracking_code=code)
    location = f"{ROOT}/{number}"
    told = {"tracking_code": code} if new else {}
    return json_answer({"number": number, "url": location, **told}, 201 if new else 200, {"Location": location})


@router.get(
    "",
    summary="代办件列表 · List applications, newest first",
    responses=answers(examples.LISTED, queries.Summary, page="applications"),
)
async def list_applications(
    _: OfTheCenter,
    session: Session,
    status: ApplicationStatus | None = None,
    waiting_on: Annotated[str | None, Query(pattern=r"^[A-Z]{2,8}$", description="Code of a department")] = None,
    limit: Limit = 50,
    before: Annotated[str | None, Query(description="Number of the last application of the page before")] = None,
) -> Response:
    """A page of applications; ``next`` is the address of the following page, or null."""
    if before is not None:
        check_number(before)
    found = await queries.applications(session, status=status, waiting_on=waiting_on, limit=limit + 1, before=before)
    page = found[:limit]
    following = None
    if len(found) > limit:
        given = {"status": status, "waiting_on": waiting_on, "limit": limit, "before": page[-1].number}
        following = f"{ROOT}?" + "&".join(f"{name}={value}" for name, value in given.items() if value is not None)
    return json_answer({"applications": [queries.as_json(each) for each in page], "next": following})


@router.get("/{number}", summary="代办件详情 · One application in full", responses=_ONE)
async def show_application(_: OfTheCenter, number: Number, session: Session, now: Now) -> Response:
    """Every item with its clock and decision, the milestones, the notices, and whom it waits for."""
    return await _shown(session, number, now)


@router.get(
    "/{number}/steps",
    summary="办理步骤 · The recorded steps",
    responses={**answers(examples.STEPS, queries.Step, page="steps"), **OF_ONE},
)
async def list_steps(
    _: OfTheCenter,
    number: Number,
    session: Session,
    after: Annotated[int, Query(ge=0, le=2**31 - 1, description="Serial of the last step known")] = 0,
    limit: Limit = 200,
) -> Response:
    """The append-only record, in order, each step chained by hash to the one before."""
    found = await queries.steps(session, number, after=after, limit=limit + 1)
    page = found[:limit]
    following = f"{ROOT}/{number}/steps?after={page[-1].serial}&limit={limit}" if len(found) > limit else None
    return json_answer({"steps": [queries.as_json(step) for step in page], "next": following})


@router.get(
    "/{number}/documents",
    summary="文书列表 · The documents issued",
    responses={**answers(record_examples.DOCUMENTS, queries.DocumentLine, whole="documents"), **OF_ONE},
)
async def list_documents(_: OfTheCenter, number: Number, session: Session) -> Response:
    """Every document in the order of its issue, with the check code that opens it."""
    found = await queries.issued_documents(session, number)
    return json_answer({"documents": [queries.as_json(document) for document in found]})


@router.post(
    "/{number}/milestones",
    summary="报告里程碑 · Report a milestone",
    responses={
        **_ACTED,
        **problems(errors.MilestoneNotOpenError, errors.ApplicationClosedError, errors.InvalidIntakeError),
    },
)
async def report_milestone(
    agent: InCharge, number: Number, reached: MilestoneReport, session: Session, now: Now
) -> Response:
    """Report that construction has begun, is done, or the business has opened, and on which day. Safe to repeat."""
    await progress.report_milestone(
        session, number, reached.milestone, happened_on=reached.happened_on, actor=agent.actor, now=now
    )
    return await _shown(session, number, now)


@router.post(
    "/{number}/materials",
    summary="补交材料 · Bring materials",
    responses={
        **_ACTED,
        **problems(errors.ApplicationClosedError),
        **problems(
            errors.InvalidNumberError, InvalidRequestError, errors.InvalidIntakeError, errors.InPersonRequiredError
        ),
    },
)
async def bring_materials(
    agent: InCharge, number: Number, brought: MaterialsBrought, session: Session, now: Now
) -> Response:
    """Take in materials; items that waited for them open, answered corrections go to their departments.

    With ``replace`` they take the place of documents already there: departments at work are told, and items decided on
    the old ones are opened again. Names that the application does not know are refused with the closest ones.
    """
    await progress.supply_materials(
        session,
        number,
        brought.names,
        actor=agent.actor,
        now=now,
        replace=brought.replace,
        sha256=brought.sha256,
    )
    return await _shown(session, number, now)


@router.post(
    "/{number}/withdrawal",
    summary="撤件 · Withdraw",
    responses={**_ACTED, **problems(errors.ApplicationClosedError)},
)
async def withdraw(agent: InCharge, number: Number, request: WithdrawalRequest, session: Session, now: Now) -> Response:
    """Stop what is not begun, tell departments at work to stop, and confirm it when no earlier decision can come.

    A decision dated before the request stands; a permit that was granted can be cancelled (注销). Safe to repeat.
    Withdrawing is the applicant's own right: `applicant_request` names the request they signed, unless the engagement
    gives the agent express authority to withdraw.
    """
    asked, signed = request.reason, request.applicant_request
    await progress.request_withdrawal(
        session, number, reason=asked, applicant_request=signed, actor=agent.actor, now=now
    )
    return await _shown(session, number, now)


@router.post(
    "/{number}/joint-extensions",
    summary="并联办理延期 · Extend a stage's joint limit",
    responses={**_ONE, **problems(errors.RefusedOnRecordError)},
)
async def extend_joint_limit(
    manager: AsManager, number: Number, request: JointExtensionRequest, session: Session, now: Now
) -> Response:
    """Record that the head of the government has extended a stage handled jointly, once; the applicant is told why."""
    try:
        await extend_stage(
            session,
            number,
            request.stage,
            days=request.days,
            approver=request.approver,
            level=Approver(request.approver_level),
            reason=request.reason,
            actor=manager.actor,
            now=now,
        )
    except errors.RefusedOnRecordError as refusal:
        # Answered and not raised: the transaction commits, and with it the record of the attempt.
        return problem(refusal)
    return await _shown(session, number, now)


async def _shown(session: AsyncSession, number: str, now: Now) -> Response:
    return json_answer(queries.as_json(await queries.report(session, number, now=now)))
