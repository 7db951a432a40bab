"""The center's desk: applications with their lights, and one application in full."""

from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Request, Response

from casework import queries
from casework.signing_in import Visit
from portal.applications import Number
from portal.authentication import CENTER
from portal.dependencies import Now, Session
from portal.pages.gantt import chart
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, visiting
from rules.vocabulary import ApplicationStatus

router = APIRouter(prefix="/applications", route_class=PageRoute)
OfTheCenter = Annotated[Visit, Depends(visiting(*CENTER))]
_PAGE: Final = 50
_LAST_STEPS: Final = 1000


@router.get("")
async def list_applications(
    request: Request,
    seen: OfTheCenter,
    session: Session,
    status: Annotated[str, Query()] = "",
    before: Annotated[str | None, Query()] = None,
) -> Response:
    """A page of applications, the newest first."""
    wanted = ApplicationStatus(status) if status in set(ApplicationStatus) else None
    found = await queries.applications(session, status=wanted, limit=_PAGE + 1, before=before)
    return page(
        request,
        "applications.html",
        seen,
        applications=found[:_PAGE],
        following=found[_PAGE - 1].number if len(found) > _PAGE else None,
        chosen=wanted,
        statuses=list(ApplicationStatus),
    )


@router.get("/{number}")
async def show_application(request: Request, seen: OfTheCenter, number: Number, session: Session, now: Now) -> Response:
    """One application: whom it waits for, every item with its clock, the timeline, notices, documents, steps."""
    report = await queries.report(session, number, now=now)
    return page(
        request,
        "application.html",
        seen,
        report=report,
        chart=chart(report, now),
        steps=await queries.steps(session, number, limit=_LAST_STEPS),
        documents=await queries.issued_documents(session, number),
        names={line.item: line.name for line in report.lines},
    )
