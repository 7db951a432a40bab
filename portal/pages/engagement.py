"""The engagement (委托) of an application: what the applicant has entrusted to whom, signed anew, paused or ended."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy.ext.asyncio import AsyncSession

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


@dataclass(frozen=True, slots=True)
class Acting:
    """Who does what to which engagement: what every form of the page is sent with."""

    session: AsyncSession
    number: str
    sent: Mapping[str, list[str]]
    how: dict[str, Any]

    def back(self) -> Response:
        """Lead back to the page, which shows what has become of it."""
        return led_to(f"/applications/{self.number}/engagement?done=1")


async def acting(
    request: Request, seen: InCharge, number: Number, session: Session, now: Now, sent: SentForm
) -> Acting:
    """Take a form of the page, from those in charge."""
    return Acting(session, number, sent, {"actor": actor_of(request, seen), "now": now})


Act = Annotated[Acting, Depends(acting)]


@router.post("")
async def sign(act: Act) -> Response:
    """Record a new engagement; the one before ends."""
    form = filled_in(NewEngagement, {**act.sent, **listed(act.sent, _LISTS)}, many=_LISTS)
    terms = EngagementTerms(**form.terms())
    await engagements.sign(act.session, act.number, terms, agent=form.agent, deputy=form.deputy, **act.how)
    return act.back()


@router.post("/end")
async def end(act: Act) -> Response:
    """End the engagement: from then on no agent acts for the applicant."""
    form = filled_in(EngagementEnding, act.sent)
    await engagements.end(act.session, act.number, form.because, note=form.note, **act.how)
    return act.back()


@router.post("/suspension")
async def suspend(act: Act) -> Response:
    """Let no agent act until what is amiss has been put right."""
    form = filled_in(Suspension, act.sent)
    note, until = form.note, form.resumes_when
    await suspending.suspend(act.session, act.number, form.because, note=note, resumes_when=until, **act.how)
    return act.back()


@router.post("/resumption")
async def resume(act: Act) -> Response:
    """Let the agents act again."""
    await suspending.resume(act.session, act.number, note=filled_in(Resumption, act.sent).note, **act.how)
    return act.back()


@router.post("/reminders")
async def remind(act: Act) -> Response:
    """Record that the applicant was reminded: after several in vain the engagement may be ended as unresponsive."""
    await engagements.remind(act.session, act.number, how=filled_in(Reminder, act.sent).how, **act.how)
    return act.back()
