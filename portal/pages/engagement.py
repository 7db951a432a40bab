"""The engagement (委托) of an application: what the applicant has entrusted to whom, signed anew, paused or ended."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from casework import engagements, suspending
from casework.signing_in import Visit
from models import Role
from portal.applications import Number
from portal.authentication import CENTER
from portal.dependencies import Now, Session
from portal.pages.administering import led_to
from portal.pages.forms import filled_in, listed
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of, visiting
from portal.proxying import EngagementEnding, NewEngagement, Reminder, Resumption, Suspension
from rules.engagement import EXPRESS, SUSPENDING, EngagementEnd, EngagementTerms, Verb
from rules.workdays import local_date

router = APIRouter(prefix="/applications/{number}/engagement", route_class=PageRoute)
_IN_CHARGE: Final = (Role.AGENT, Role.MANAGER)
Looking = Annotated[Visit, Depends(visiting(*CENTER, Role.SUPERVISOR))]
InCharge = Annotated[Visit, Depends(visiting(*_IN_CHARGE))]
_LISTS: Final = ("items", "stages", "express", "excluded")


@router.get("")
async def show_engagement(
    request: Request, seen: Looking, number: Number, session: Session, now: Now, done: str = ""
) -> Response:
    """Show what the engagement says and whether it holds today, and to those in charge what can be done about it."""
    return page(
        request,
        "engagement.html",
        seen,
        report=await engagements.report(session, number, on=local_date(now)),
        in_charge=not seen.caller.roles.isdisjoint(_IN_CHARGE),
        verbs={verb.value: verb for verb in Verb},
        express=[verb for verb in Verb if verb in EXPRESS],
        endings=list(EngagementEnd),
        pauses=[each for each in EngagementEnd if each in SUSPENDING],
        today=local_date(now),
        done=bool(done),
    )


@router.post("")
async def sign(
    request: Request, seen: InCharge, number: Number, session: Session, now: Now, sent: SentForm
) -> Response:
    """Record a new engagement; the one before ends."""
    form = filled_in(NewEngagement, {**sent, **listed(sent, _LISTS)}, many=_LISTS)
    terms, actor = EngagementTerms(**form.terms()), actor_of(request, seen)
    await engagements.sign(session, number, terms, agent=form.agent, deputy=form.deputy, actor=actor, now=now)
    return _to(number)


@router.post("/end")
async def end(request: Request, seen: InCharge, number: Number, session: Session, now: Now, sent: SentForm) -> Response:
    """End the engagement: from then on no agent acts for the applicant."""
    form = filled_in(EngagementEnding, sent)
    await engagements.end(session, number, form.because, note=form.note, actor=actor_of(request, seen), now=now)
    return _to(number)


@router.post("/suspension")
async def suspend(
    request: Request, seen: InCharge, number: Number, session: Session, now: Now, sent: SentForm
) -> Response:
    """Let no agent act until what is amiss has been put right."""
    form = filled_in(Suspension, sent)
    said = {"note": form.note, "resumes_when": form.resumes_when}
    await suspending.suspend(session, number, form.because, **said, actor=actor_of(request, seen), now=now)
    return _to(number)


@router.post("/resumption")
async def resume(
    request: Request, seen: InCharge, number: Number, session: Session, now: Now, sent: SentForm
) -> Response:
    """Let the agents act again."""
    form = filled_in(Resumption, sent)
    await suspending.resume(session, number, note=form.note, actor=actor_of(request, seen), now=now)
    return _to(number)


@router.post("/reminders")
async def remind(
    request: Request, seen: InCharge, number: Number, session: Session, now: Now, sent: SentForm
) -> Response:
    """Record that the applicant was reminded: after several in vain the engagement may be ended as unresponsive."""
    form = filled_in(Reminder, sent)
    await engagements.remind(session, number, how=form.how, actor=actor_of(request, seen), now=now)
    return _to(number)


def _to(number: str) -> Response:
    return led_to(f"/applications/{number}/engagement?done=1")
