"""The center's desk: applications with their lights, and one application in full, kept up to date while it is open."""

from collections.abc import AsyncIterator, Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse, StreamingResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from casework import files, queries
from casework.signing_in import Visit, session_of
from kit.database import transaction
from models import Role
from portal.applications import Number
from portal.authentication import CENTER
from portal.dependencies import Now, Session
from portal.files import sent_file
from portal.pages.agent_acts import Act, Doing, acts_for, perform, read
from portal.pages.gantt import chart, tone
from portal.pages.graph import graph
from portal.pages.live import Live
from portal.pages.rendering import ENGLISH, language_of, names_of, page, translator
from portal.pages.uploading import keep, name_of, uploaded
from portal.pages.visiting import EVENTS, PageRoute, SentForm, VisitingFirst, actor_of, session_cookie, visiting
from portal.pages.waiting_words import waiting
from portal.problems import beside_fields
from rules.appointments import Purpose
from rules.clocks import Light
from rules.errors import DaibanError
from rules.vocabulary import ApplicationStatus, Party

router = APIRouter(prefix="/applications", route_class=PageRoute)
#: Supervision looks at an application for the evidence of what it watches over, but not into the applicant's papers.
Looking = Annotated[Visit, Depends(visiting(*CENTER, Role.SUPERVISOR))]
OfTheCenter = Annotated[Visit, Depends(visiting(*CENTER))]
_ACTING: Final = (Role.AGENT, Role.MANAGER)
InCharge = Annotated[Visit, Depends(visiting(*_ACTING))]
Bringing = Annotated[Visit, Depends(VisitingFirst(_ACTING))]
#: Those whose work applications are: they see their own first.
_OWNING: Final = (Role.AGENT, Role.STEWARD)
_PAGE: Final = 50
_LAST_STEPS: Final = 1000
_LAST_APPOINTMENTS: Final = 100
#: A reverse proxy that gathered the events would bring them too late.
_UNBUFFERED: Final = {"X-Accel-Buffering": "no"}


@router.get("")
async def list_applications(request: Request, seen: Looking, session: Session) -> Response:
    """A page of applications, the newest first: one's own or all, by status, light and words."""
    given = {name: value.replace("\0", "").strip()[:100] for name, value in request.query_params.items()}
    asked = {name: given.get(name, "") for name in ("whose", "status", "light", "words")}
    own = asked["whose"] != "all" and not seen.caller.roles.isdisjoint(_OWNING)
    status = ApplicationStatus(asked["status"]) if asked["status"] in set(ApplicationStatus) else None
    light = Light(asked["light"]) if asked["light"] in set(Light) else None
    found = await queries.applications(
        session,
        status=status,
        light=light,
        person=seen.caller.account if own else None,
        matching=asked["words"] or None,
        limit=_PAGE + 1,
        before=given.get("before"),
    )
    shown = found[:_PAGE]
    kept = {name: value for name, value in asked.items() if value}
    following = urlencode({**kept, "before": shown[-1].number}) if len(found) > _PAGE else None
    return page(
        request,
        "applications.html",
        seen,
        applications=shown,
        awaited=await queries.awaited(session, [each.number for each in shown]),
        following=following,
        asked=asked,
        own=own,
        owning=not seen.caller.roles.isdisjoint(_OWNING),
        statuses=list(ApplicationStatus),
        lights=list(Light),
        Party=Party,
    )


@router.get("/{number}")
async def show_application(
    request: Request, seen: Looking, number: Number, session: Session, now: Now, done: str = ""
) -> Response:
    """One application: whom it waits for, every item with its clock, the timeline, notices, documents, steps, acts."""
    return await _page(request, session, seen, number, now, done=done)


@router.post("/{number}/acts/{act}")
async def do(
    request: Request, seen: InCharge, number: Number, session: Session, now: Now, act: Act, sent: SentForm
) -> Response:
    """Do what a form of the agent says; what is filled in wrongly is said beside the fields."""
    try:
        bodies = read(act, sent)
    except ValidationError as error:
        wrong = beside_fields(error)
        return await _page(request, session, seen, number, now, status=422, tried=act, wrong=wrong, sent=sent)
    await perform(Doing(session, number, actor_of(request, seen), now), act, bodies)
    return RedirectResponse(f"/applications/{number}?done={act.value}", HTTPStatus.SEE_OTHER.value)


@router.post("/{number}/files")
async def bring_files(request: Request, seen: Bringing, number: Number, now: Now) -> Response:
    """Take in one file for each material chosen; every item that needs the material has it from then on."""
    refused: dict[str, DaibanError] = {}
    async with uploaded(request, seen) as sent:
        for material, file in sent.files.items():
            try:
                kept = await keep(file)
                async with transaction() as session:
                    actor = actor_of(request, seen)
                    await files.file_material(session, number, material, kept, name_of(file), actor=actor, now=now)
            except DaibanError as error:
                refused[material] = error
    if not refused:
        return RedirectResponse(f"/applications/{number}?done=files#materials", HTTPStatus.SEE_OTHER.value)
    async with transaction() as session:
        return await _page(request, session, seen, number, now, status=422, refused=refused)


@router.get("/{number}/files/{sha256}")
async def fetch_file(
    request: Request, seen: OfTheCenter, number: Number, sha256: str, session: Session, now: Now
) -> Response:
    """The content of a file, to be saved; who fetched it is recorded."""
    return sent_file(await files.of_application(session, number, sha256, actor=actor_of(request, seen), now=now))


@router.get("/{number}/now")
async def show_current(request: Request, seen: Looking, number: Number, session: Session, now: Now) -> Response:
    """The part of the page that changes; asked for by the page itself when it is told of a change."""
    return page(request, "application_now.html", seen, **await _shown(request, session, seen, number, now))


@router.get("/{number}/live")
async def watch_application(
    request: Request, _: Looking, number: Number, session: Session, steps: Annotated[int, Query(ge=0)]
) -> Response:
    """Tell an open page, which has seen so many ``steps``, of every change until the session ends."""
    say = translator(language_of(request))
    application, recorded = await queries.application_state(session, number)
    digest = session_of(request.cookies.get(session_cookie(), ""))
    events = _told(request.app.state.live, application, digest, say, late=recorded != steps)
    return StreamingResponse(events, media_type=EVENTS, headers=_UNBUFFERED)


async def _told(
    live: Live, application: int, digest: str, say: Callable[[str], str], *, late: bool
) -> AsyncIterator[str]:
    with live.viewing(application, digest) as viewer:
        if late:
            viewer.changed()
        async for event in viewer.events(say):
            yield event


async def _page(
    request: Request, session: AsyncSession, seen: Visit, number: str, now: datetime, *, status: int = 200, **said: Any
) -> Response:
    """Show the whole page; ``tried``, ``wrong`` and ``sent`` are of a form to be mended, ``refused`` of files."""
    shown = await _shown(request, session, seen, number, now)
    nothing: dict[str, Any] = {"done": "", "tried": None, "wrong": {}, "sent": {}, "refused": {}}
    return page(request, "application.html", seen, status=status, **{**nothing, **said}, **shown)


async def _shown(request: Request, session: AsyncSession, seen: Visit, number: str, now: datetime) -> dict[str, Any]:
    report = await queries.report(session, number, now=now)
    called, english = names_of(request), language_of(request) == ENGLISH
    network = await queries.network_of(session, number)
    materials = await queries.materials_of(session, number, network)
    steps = await queries.steps(session, number, limit=_LAST_STEPS)
    tones = {line.item: tone(line) for line in report.lines if line.status is not None}
    reached = {mark.code: "granted" if mark.reached_at else "green" for mark in report.milestones if mark.opened_at}
    return {
        "report": report,
        "chart": chart(report, now),
        "graph": graph(network, {**tones, **reached}, english=english, called=called),
        "steps": steps,
        "notes": [step for step in reversed(steps) if step.kind == "note.received"],
        "documents": await queries.issued_documents(session, number),
        "files": await queries.files(session, number),
        "appointments": await queries.appointments(session, number=number, limit=_LAST_APPOINTMENTS),
        "purposes": list(Purpose),
        "materials": materials,
        "names": {line.item: called(line.name) for line in report.lines},
        "waiting": waiting(report.waits, report.lines, called) if english else report.waiting,
        "acts": acts_for(report, network, materials, called)
        if not seen.caller.roles.isdisjoint((Role.AGENT, Role.MANAGER))
        else {},
        "Act": Act,
        "now": now,
    }
