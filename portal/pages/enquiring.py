"""Enquiries (咨询) on pages: who was asked first answers for it until another accepts to (首问负责)."""

from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from casework import enquiries
from portal.dependencies import Now, Session
from portal.pages.administering import led_to
from portal.pages.forms import filled_in
from portal.pages.rendering import page
from portal.pages.visiting import Anybody, PageRoute, SentForm, actor_of
from portal.rosters import EnquiryForm, HandOverAnswer, HandOverOffer, Id, Resolution

router = APIRouter(prefix="/enquiries", route_class=PageRoute)
_PAGE: Final = 50


@router.get("")
async def show_enquiries(
    request: Request,
    seen: Anybody,
    session: Session,
    every: Annotated[bool, Query(alias="all")] = False,
    alarming: bool = False,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    """Show what is not answered yet, or everything; ``alarming`` was passed on more than once in vain."""
    found = await enquiries.enquiries(session, unresolved=not every, alarming=alarming, after=after, limit=_PAGE + 1)
    return page(
        request,
        "enquiries.html",
        seen,
        enquiries=found[:_PAGE],
        every=every,
        alarming=alarming,
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
    )


@router.post("")
async def ask(seen: Anybody, session: Session, now: Now, sent: SentForm) -> Response:
    """Record what one was asked: one is responsible from now on."""
    form = filled_in(EnquiryForm, sent)
    await enquiries.ask(session, form.asker, form.subject, first=seen.caller.account, number=form.number, now=now)
    return led_to("/enquiries")


@router.post("/{enquiry}/hand-over")
async def offer(request: Request, seen: Anybody, enquiry: Id, session: Session, now: Now, sent: SentForm) -> Response:
    """Offer it to another, and stay responsible until they accept."""
    form = filled_in(HandOverOffer, sent)
    await enquiries.offer(session, enquiry, form.to, reason=form.reason, actor=actor_of(request, seen), now=now)
    return led_to("/enquiries")


@router.post("/{enquiry}/hand-over/answer")
async def answer_offer(
    request: Request, seen: Anybody, enquiry: Id, session: Session, now: Now, sent: SentForm
) -> Response:
    """Accept what one is offered, or decline it with a reason."""
    form, actor = filled_in(HandOverAnswer, sent, yes_no=("accepted",)), actor_of(request, seen)
    if form.accepted:
        await enquiries.accept(session, enquiry, actor=actor, now=now)
    else:
        await enquiries.decline(session, enquiry, reason=form.reason or "", actor=actor, now=now)
    return led_to("/enquiries")


@router.post("/{enquiry}/resolution")
async def resolve(request: Request, seen: Anybody, enquiry: Id, session: Session, now: Now, sent: SentForm) -> Response:
    """Record what the asker was told."""
    form = filled_in(Resolution, sent)
    await enquiries.resolve(session, enquiry, answer=form.answer, actor=actor_of(request, seen), now=now)
    return led_to("/enquiries")
