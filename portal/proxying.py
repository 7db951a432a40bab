"""Proxy handling (代办): the engagement of an application, and what stewards are told of slow progress."""

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict
from sqlalchemy.ext.asyncio import AsyncSession

from casework import alerts, engagements, enquiries, queries, suspending
from portal import proxy_examples as examples
from portal.applications import ROOT, Number
from portal.authentication import InCharge, OfTheCenter
from portal.dependencies import Now, Session
from portal.documentation import OF_A_CALLER, answers, problems
from portal.errors import InvalidRequestError
from portal.fields import Body, Name, Prose
from portal.intake import EngagementForm
from portal.rendering import json_answer
from rules import errors
from rules.engagement import EngagementEnd, EngagementTerms
from rules.workdays import local_date

router = APIRouter(
    tags=["proxy handling"],
    responses=problems(*OF_A_CALLER),
)
_ENGAGED = {
    **answers(examples.ENGAGEMENT, engagements.EngagementReport),
    **problems(errors.NotFoundError, errors.InvalidNumberError, InvalidRequestError),
}


class NewEngagement(EngagementForm):
    """A new entrustment in place of the one an application has, by the power of attorney ``reference`` names."""

    reference: Name
    #: Accounts of the agents; those the application has when absent.
    agent: Name | None = None
    deputy: Name | None = None

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"reference": "委托书〔2026〕9号", "representative": "刘强（法定代表人）", "express": ["withdraw"]}
            ]
        }
    )


class EngagementEnding(Body):
    """Why an engagement ends."""

    because: EngagementEnd
    note: Prose | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"because": "revoked", "note": "改由企业自行办理"}]})


class Suspension(Body):
    """Why proxy handling pauses, and what lets it go on."""

    because: EngagementEnd
    note: Prose
    resumes_when: Prose

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"because": "fees_unpaid", "note": "图审费用未缴纳", "resumes_when": "缴清图审费用"}]
        }
    )


class Resumption(Body):
    """What has been put right."""

    note: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"note": "图审费用已缴清"}]})


class Reminder(Body):
    """How the applicant was reminded, and of what."""

    how: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"how": "电话催告补交章程"}]})


class Acknowledgement(Body):
    """What the steward replies: what was found, what will be done."""

    reply: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"reply": "已与住建局联系，专家评审改在周四"}]})


@router.get(f"{ROOT}/{{number}}/engagement", summary="委托 · The engagement", responses=_ENGAGED)
async def show_engagement(_: OfTheCenter, number: Number, session: Session, now: Now) -> Response:
    """What the applicant has entrusted to whom, and whether it holds today."""
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/engagement",
    summary="签订委托 · A new engagement",
    responses={
        **_ENGAGED,
        **problems(
            errors.ApplicationClosedError,
            errors.InvalidEngagementError,
            errors.InvalidNumberError,
            InvalidRequestError,
        ),
    },
)
async def sign(caller: InCharge, number: Number, form: NewEngagement, session: Session, now: Now) -> Response:
    """Record a new engagement; the one before ends. This is also how an application comes to another agent."""
    terms = EngagementTerms(**form.terms())
    await engagements.sign(session, number, terms, agent=form.agent, deputy=form.deputy, actor=caller.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/engagement/end",
    summary="终止委托 · End the engagement",
    responses={**_ENGAGED, **problems(errors.NotAllowedNowError)},
)
async def end(caller: InCharge, number: Number, form: EngagementEnding, session: Session, now: Now) -> Response:
    """End the engagement: from then on no agent acts for the applicant; what departments do goes on."""
    await engagements.end(session, number, form.because, note=form.note, actor=caller.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/engagement/suspension",
    summary="中止代办 · Suspend proxy handling",
    responses={**_ENGAGED, **problems(errors.NotAllowedNowError)},
)
async def suspend(caller: InCharge, number: Number, form: Suspension, session: Session, now: Now) -> Response:
    """No agent acts until what is amiss has been put right; what departments do goes on, and their clocks run."""
    said = {"note": form.note, "resumes_when": form.resumes_when}
    await suspending.suspend(session, number, form.because, **said, actor=caller.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/engagement/resumption",
    summary="恢复代办 · Let proxy handling go on",
    responses={**_ENGAGED, **problems(errors.NotAllowedNowError)},
)
async def resume(caller: InCharge, number: Number, form: Resumption, session: Session, now: Now) -> Response:
    """Let the agents act again."""
    await suspending.resume(session, number, note=form.note, actor=caller.actor, now=now)
    return await _shown(session, number, now)


@router.post(
    f"{ROOT}/{{number}}/reminders",
    summary="催告申请人 · Remind the applicant",
    responses={**_ENGAGED, **problems(errors.ApplicationClosedError)},
)
async def remind(caller: InCharge, number: Number, form: Reminder, session: Session, now: Now) -> Response:
    """Record that the applicant was reminded; after several in vain the engagement may be ended as unresponsive."""
    await engagements.remind(session, number, how=form.how, actor=caller.actor, now=now)
    return await _shown(session, number, now)


@router.get(
    "/api/v1/alerts",
    summary="进展提醒 · Alerts of slow progress",
    responses=answers(examples.ALERTS, alerts.AlertLine, page="alerts"),
)
async def list_alerts(
    caller: OfTheCenter,
    session: Session,
    show: Annotated[Literal["open", "all"], Query(description="Only what nobody has replied to, or all")] = "open",
    mine: Annotated[bool, Query(description="Only what the caller is to ask about")] = False,
    after: Annotated[int, Query(ge=0, le=2**62, description="Id of the last one known")] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> Response:
    """Alerts in the order they were raised; ``enquiries`` are those passed on more than once and not resolved."""
    addressee = caller.caller.account if mine else None
    found = await alerts.alerts(session, addressee=addressee, unanswered=show == "open", after=after, limit=limit + 1)
    page = found[:limit]
    passed_on = await enquiries.enquiries(session, alarming=True, limit=200)
    given = f"show={show}&mine={str(mine).lower()}&limit={limit}"
    following = f"/api/v1/alerts?{given}&after={page[-1].id}" if len(found) > limit else None
    content = {
        "alerts": [queries.as_json(alert) for alert in page],
        "enquiries": [queries.as_json(enquiry) for enquiry in passed_on],
        "next": following,
    }
    return json_answer(content)


@router.post(
    "/api/v1/alerts/{alert}/acknowledgement",
    summary="答复提醒 · Reply to an alert",
    responses={
        **answers(examples.ALERT, alerts.AlertLine),
        **problems(errors.NotFoundError, errors.ForbiddenError, errors.NotAuthorisedError, errors.NotAllowedNowError),
    },
)
async def acknowledge(
    caller: OfTheCenter,
    alert: Annotated[int, Path(ge=1, le=2**62)],
    form: Acknowledgement,
    session: Session,
    now: Now,
) -> Response:
    """Record that the alert was seen, and the reply. The addressee's, or a manager's in their place."""
    line = await alerts.acknowledge(
        session, alert, reply=form.reply, actor=caller.actor, now=now, supervising=caller.oversees
    )
    return json_answer(queries.as_json(line))


async def _shown(session: AsyncSession, number: str, now: Now) -> Response:
    on: date = local_date(now)
    return json_answer(queries.as_json(await engagements.report(session, number, on=on)))
