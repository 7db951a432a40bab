"""An applicant who has signed in by the installation's provider: all of their applications, and the way out."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Request, Response

from casework import queries, tracking
from casework.tracking import Identified
from kit.clock import wall_now
from kit.database import transaction
from portal.dependencies import Session
from portal.errors import NotAuthenticatedError
from portal.pages.applicant_forms import ApplicantRoute, left, visit_cookie
from portal.pages.rendering import page

router = APIRouter(prefix="/track/mine", route_class=ApplicantRoute)
_MOST: Final = 100


async def visiting_party(request: Request) -> Identified:
    """Return the applicant who has signed in. Raises NotAuthenticatedError. No connection is held afterwards."""
    async with transaction() as session:
        token = request.cookies.get(visit_cookie(), "")
        found = await tracking.identified(session, token, now=wall_now()) if token else None
    if found is None:
        raise NotAuthenticatedError("请先登录", "Cookie")
    return found


AsParty = Annotated[Identified, Depends(visiting_party)]


@router.get("")
async def show_own(request: Request, party: AsParty, session: Session) -> Response:
    """List the applications of the applicant, the newest first; each opens as with its code."""
    found = await queries.own_applications(session, party.applicant, limit=_MOST)
    return page(request, "track_mine.html", None, party=party, applications=found)


@router.post("/leave")
async def leave(request: Request, party: AsParty) -> Response:
    """End the visit, and the session at the provider."""
    return await left(request, party.form_token)
