"""Who is away and who acts meanwhile (AB岗), for everybody to see; each records their own, managers anybody's."""

from typing import Final

from fastapi import APIRouter, Request, Response

from casework import posts
from casework.signing_in import Visit
from portal.authentication import OVERSEERS
from portal.dependencies import Now, Session
from portal.pages.administering import led_to
from portal.pages.forms import filled_in, listed
from portal.pages.rendering import page
from portal.pages.visiting import Anybody, PageRoute, SentForm, actor_of
from portal.rosters import AbsenceForm, ReturnForm
from rules.errors import ForbiddenError
from rules.workdays import local_date

router = APIRouter(prefix="/absences", route_class=PageRoute)
_LISTS: Final = ("items", "applications")


@router.get("")
async def show_absences(request: Request, seen: Anybody, session: Session, now: Now, done: str = "") -> Response:
    """Show who is away today or will be, and who acts today in the posts of one's own department, or of all."""
    today = local_date(now)
    own = None if seen.caller.department is None or _oversees(seen) else seen.caller.department
    return page(
        request,
        "absences.html",
        seen,
        absences=await posts.absences(session, today),
        posts=[each for each in await posts.posts(session, today) if own in (None, each.department)],
        today=today,
        oversees=_oversees(seen),
        done=bool(done),
    )


@router.post("")
async def go_away(request: Request, seen: Anybody, session: Session, now: Now, sent: SentForm) -> Response:
    """Record an absence; B acts meanwhile and nothing is reassigned."""
    form = filled_in(AbsenceForm, {**sent, **listed(sent, _LISTS)}, many=_LISTS)
    await posts.leave(
        session,
        _own(seen, form.account),
        form.first,
        form.last,
        items=form.items,
        applications=form.applications,
        backup=form.backup,
        reason=form.reason,
        actor=actor_of(request, seen),
        now=now,
    )
    return led_to("/absences?done=1")


@router.post("/returns")
async def come_back(seen: Anybody, session: Session, now: Now, sent: SentForm) -> Response:
    """End an absence before its time: A acts again from today."""
    form = filled_in(ReturnForm, sent, yes_no=("future",))
    await posts.come_back(session, _own(seen, form.account), local_date(now), future=form.future)
    return led_to("/absences?done=1")


def _oversees(seen: Visit) -> bool:
    return not seen.caller.roles.isdisjoint(OVERSEERS)


def _own(seen: Visit, account: str | None) -> str:
    """Name whom a form is about: oneself, or another for those who may speak for others. Raises ForbiddenError."""
    if account is not None and account != seen.caller.account and not _oversees(seen):
        raise ForbiddenError(f"{seen.caller.account} 只能登记自己的离岗", account=account)
    return account or seen.caller.account
