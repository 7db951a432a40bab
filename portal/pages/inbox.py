"""A department's inbox: its assignments by due date, and one assignment with all that is needed to decide it."""

from http import HTTPStatus
from typing import Annotated, Final
from uuid import UUID, uuid4

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse

from casework import files, queries
from casework.department_events import receive
from casework.saved_filters import saved_filters
from casework.signing_in import Visit
from kit.file_kinds import MEDIA_TYPES
from models import Role
from portal.dependencies import Now, Session
from portal.errors import InvalidRequestError
from portal.files import SHOWN, sent_file
from portal.pages.act_forms import Widget
from portal.pages.acts import BATCH, event_from, form_of, forms_for
from portal.pages.inbox_filters import asked_for, query_of
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of, department_of, failure, visiting
from rules import errors
from rules.clocks import Light
from rules.vocabulary import AssignmentStatus

router = APIRouter(prefix="/inbox", route_class=PageRoute)
Staff = Annotated[Visit, Depends(visiting(Role.HANDLER, Role.HEAD))]
_PAGE: Final = 50
_STEPS: Final = 1000
_SHOWN: Final = frozenset(MEDIA_TYPES[kind] for kind in SHOWN)


@router.get("")
async def show_inbox(request: Request, seen: Staff, session: Session, ended: bool = False, after: str = "") -> Response:
    """Show the department's assignments, the most urgent first: all, or those that a filter asks for."""
    department, account = department_of(seen), seen.caller.account
    asked = asked_for(request.query_params, account)
    try:
        place = queries.InboxPlace.read(after) if after else None
        lines, counts = await queries.assignments_of(
            session, department, ended=ended, asked=asked, after=place, limit=_PAGE + 1
        )
    except ValueError:
        raise InvalidRequestError("页码不正确", errors=[]) from None
    kept = await saved_filters(session, account)
    return page(
        request,
        "inbox.html",
        seen,
        lines=lines[:_PAGE],
        following=lines[_PAGE - 1].place if len(lines) > _PAGE else None,
        counts=counts,
        most=queries.MOST_COUNTED,
        ended=ended,
        asked=asked,
        query=query_of(asked),
        items=await queries.items_of(session, department),
        statuses=[each for each in AssignmentStatus if each.final == ended],
        lights=list(Light),
        kept={name: query_of(asked_for(each, account)) for name, each in kept.items()},
        batch=[form_of(key, seen.caller.roles) for key in BATCH],
        event=uuid4().hex,
    )


@router.get("/{assignment}")
async def show_assignment(
    request: Request, seen: Staff, session: Session, now: Now, assignment: UUID, done: str = ""
) -> Response:
    """Show one assignment: papers, clock, what was done, and what can be done."""
    line, materials = await queries.assignment_of(session, department_of(seen), assignment)
    report = await queries.report(session, line.application, now=now)
    shown = next(each for each in report.lines if each.item == line.item)
    steps = await queries.steps(session, line.application, limit=_STEPS)
    current = shown.assignment == line.id
    promises = await queries.commitments(session, line.application)
    committed = any(each.item == line.item and each.ended_at is None for each in promises)
    late = line.light is Light.BLACK
    return page(
        request,
        "assignment.html",
        seen,
        line=line,
        materials=materials,
        contents={each.name: each for each in await queries.fetchable_files(session, assignment)},
        shown=_SHOWN,
        clock=shown,
        opinions=[each for each in report.opinions if each.item == line.item],
        steps=[step for step in steps if step.item == line.item],
        forms=forms_for(line.status, seen.caller.roles, committed=committed, late=late) if current else [],
        event=uuid4().hex,
        done=bool(done),
        Widget=Widget,
    )


@router.get("/{assignment}/files/{sha256}")
async def show_material(
    request: Request, seen: Staff, session: Session, now: Now, assignment: UUID, sha256: str
) -> Response:
    """The content of a material, to be looked at beside the form; who looked is recorded."""
    actor = actor_of(request, seen)
    kept = await files.for_department(session, assignment, department_of(seen), sha256, actor=actor, now=now)
    return sent_file(kept, within_a_page=True)


@router.post("/{assignment}/{key}")
async def act(
    request: Request, seen: Staff, session: Session, now: Now, assignment: UUID, key: str, sent: SentForm
) -> Response:
    """Do what a form says, in the name of who is signed in; a form sent twice is done once."""
    try:
        id_ = UUID("".join(sent.get("event", []))).hex
    except ValueError:
        raise InvalidRequestError("表单不完整，请刷新页面后重试", errors=[]) from None
    event = event_from(form_of(key, seen.caller.roles), sent, id_=id_, signed_by=seen.caller.account, now=now)
    department = department_of(seen)
    # First of all, and again under the lock: another department's assignment is one that does not exist.
    await queries.assignment_of(session, department, assignment)
    try:
        await receive(session, assignment, department, event, actor=actor_of(request, seen), now=now)
    except errors.RefusedOnRecordError as refusal:
        # Answered and not raised: the transaction commits, and with it the record of the attempt.
        return failure(request, refusal, seen)
    if key == "transfer":
        return RedirectResponse("/inbox", HTTPStatus.SEE_OTHER.value)
    return RedirectResponse(f"/inbox/{assignment}?done=1", HTTPStatus.SEE_OTHER.value)
