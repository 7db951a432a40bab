"""Administration of what is published: catalog versions and working days, proposed by one and published by another."""

from typing import Annotated, Final

from fastapi import APIRouter, Path, Query, Request, Response

from casework import publishing
from casework.catalog_file import from_document
from casework.impact import impact
from casework.queries import calendar_year
from portal.dependencies import Now, Session
from portal.pages.admin_uploads import Proposed, calendar_in, catalog_in
from portal.pages.administering import AsAdministrator, led_to
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of, failure
from rules.errors import CatalogError
from rules.publishing import DraftKind
from rules.workdays import local_date

router = APIRouter(prefix="/admin", route_class=PageRoute)
_SHOWN: Final = 50
Serial = Annotated[int, Path(ge=1, lt=2**62)]
Version = Annotated[int, Query(ge=1, lt=2**31)]


@router.get("/catalog")
async def show_catalog(request: Request, seen: AsAdministrator, session: Session) -> Response:
    """Published versions, proposals, and a form for another proposal."""
    return page(
        request,
        "admin_catalog.html",
        seen,
        versions=await publishing.versions(session),
        drafts=await publishing.drafts(session, DraftKind.CATALOG, limit=_SHOWN),
    )


@router.post("/catalog")
async def propose_catalog(
    request: Request, seen: AsAdministrator, proposal: Proposed, session: Session, now: Now
) -> Response:
    """Take in a catalog for another person to look at; what is wrong with it is told line by line."""
    try:
        catalog = catalog_in(proposal.content)
    except CatalogError as error:
        return _problems(request, seen, error)
    actor = actor_of(request, seen)
    id_ = await publishing.propose_catalog(session, catalog, proposal.note, actor=actor, now=now)
    return led_to(f"/admin/drafts/{id_}")


@router.get("/catalog/compare")
async def compare(
    request: Request, seen: AsAdministrator, session: Session, before: Version, after: Version
) -> Response:
    """What one published version changes in another."""
    changes = await publishing.compared(session, before, after)
    return page(request, "admin_compare.html", seen, changes=changes, before=before, after=after)


@router.get("/drafts/{draft}")
async def show_draft(request: Request, seen: AsAdministrator, session: Session, draft: Serial) -> Response:
    """A proposal: what it changes, whom that touches, and what can be decided."""
    line, content = await publishing.draft(session, draft)
    changes = await publishing.changes_of(session, content) if line.kind is DraftKind.CATALOG else ()
    return page(
        request,
        "admin_draft.html",
        seen,
        draft=line,
        changes=changes,
        impact=await impact(session, from_document(content)) if line.kind is DraftKind.CATALOG else None,
        documents=content.get("documents", []) if line.kind is DraftKind.CALENDAR else [],
    )


@router.post("/drafts/{draft}/publication")
async def publish(
    request: Request, seen: AsAdministrator, session: Session, now: Now, draft: Serial, _: SentForm
) -> Response:
    """Publish what another person has proposed."""
    await publishing.publish(session, draft, actor=actor_of(request, seen), now=now)
    return led_to(f"/admin/drafts/{draft}")


@router.post("/drafts/{draft}/rejection")
async def reject(
    request: Request, seen: AsAdministrator, session: Session, now: Now, draft: Serial, _: SentForm
) -> Response:
    """Send a proposal back."""
    await publishing.reject(session, draft, actor=actor_of(request, seen), now=now)
    return led_to(f"/admin/drafts/{draft}")


@router.get("/calendar")
async def show_calendar(
    request: Request,
    seen: AsAdministrator,
    session: Session,
    now: Now,
    year: Annotated[int | None, Query(ge=2004, le=2098)] = None,
) -> Response:
    """A year's days that are not as the week has them, proposals, and a form for another proposal."""
    chosen = year or local_date(now).year
    return page(
        request,
        "admin_calendar.html",
        seen,
        year=await calendar_year(session, chosen),
        chosen=chosen,
        drafts=await publishing.drafts(session, DraftKind.CALENDAR, limit=_SHOWN),
    )


@router.post("/calendar")
async def propose_calendar(
    request: Request, seen: AsAdministrator, proposal: Proposed, session: Session, now: Now
) -> Response:
    """Take in documents about working days for another person to look at."""
    try:
        documents = calendar_in(proposal.content)
    except CatalogError as error:
        return _problems(request, seen, error)
    actor = actor_of(request, seen)
    id_ = await publishing.propose_calendar(session, documents, proposal.note, actor=actor, now=now)
    return led_to(f"/admin/drafts/{id_}")


def _problems(request: Request, seen: AsAdministrator, error: CatalogError) -> Response:
    answer = page(request, "admin_problems.html", seen, status=422, problems=error.details["problems"])
    return answer if error.details["problems"] else failure(request, error, seen)
