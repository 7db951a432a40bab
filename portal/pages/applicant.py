"""The applicant's pages, without an account: number and code open one application, and everything they may do."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework import applicant_letters, appointments, closing, complaints, files, queries, ratings, statements, tracking
from casework.casefile import Actor
from casework.complaints import Grievance
from kit.clock import wall_now
from kit.settings import settings
from portal.applications import Number
from portal.appointments import Serial, VisitRequest
from portal.dependencies import Now, Session
from portal.files import sent_file
from portal.pages.agent_acts import OfItem, in_office_time
from portal.pages.applicant_forms import ApplicantRoute, AsVisitor, SentByApplicant, visit_cookie
from portal.pages.forms import filled_in
from portal.pages.plain_words import sentences
from portal.pages.rendering import language_of, names_of, page
from portal.pages.visiting import require_own_origin, secure
from portal.statements import HearingRequest, Statement
from portal.tracking import CallingOff, Complaining, Objecting, RatingForm, Reminding, guess_of, shown_address
from rules.acts.speaking import Say
from rules.appointments import Purpose
from rules.complaints import ComplaintChannel, ComplaintSubject
from rules.delivery.record import ObjectionKind
from rules.errors import InvalidNumberError, NotFoundError
from rules.numbers import check_number
from rules.ratings import Grade

router = APIRouter(prefix="/track", route_class=ApplicantRoute)
#: What an applicant may complain of; a bad rating makes its ticket by itself.
_SUBJECTS: Final = tuple(each for each in ComplaintSubject if each is not ComplaintSubject.BAD_RATING)
_MOST_FIELDS: Final = 10


@router.get("")
async def ask_for_code(request: Request, session: Session, number: str = "", left: str = "") -> Response:
    """Ask for number and code, or lead on who has told them already."""
    token = request.cookies.get(visit_cookie(), "")
    if token and not number and await tracking.identified(session, token, now=wall_now()):
        return RedirectResponse("/track/mine", HTTPStatus.SEE_OTHER.value)
    known = await tracking.visited(session, token) if token else None
    if known and number in ("", known) and await tracking.visitor(session, token, known, now=wall_now()):
        return _to(known)
    return page(request, "track.html", None, **_door(number[:64], left=bool(left)))


@router.post("")
async def open_application(request: Request, session: Session) -> Response:
    """Begin a visit. A wrong code, an unknown number and a misspelt one are answered alike, and not for ever."""
    require_own_origin(request)
    form = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    number, code = (str(form.get(name, "")).strip()[:64] for name in ("number", "code"))
    number = number.upper()
    try:
        with guess_of(request):
            check_number(number)
            token = await tracking.visit(session, number, code, now=wall_now())
    except (NotFoundError, InvalidNumberError):
        why = "编号或者查询码不符，请核对后重新输入"
        return page(request, "track.html", None, status=HTTPStatus.NOT_FOUND.value, **_door(number, why))
    answer = _to(number)
    answer.set_cookie(visit_cookie(), token, httponly=True, secure=secure(), samesite="lax", path="/")
    return answer


@router.get("/{number}")
async def show(
    request: Request, visitor: AsVisitor, number: Number, session: Session, now: Now, done: str = ""
) -> Response:
    """Where the application is, what happens next, what to bring, what has come, and what to say about it."""
    found = await queries.applicants_view(session, number, now=now)
    return page(
        request,
        "track_application.html",
        None,
        visitor=visitor,
        view=found,
        tracked=found.tracked,
        sentences=sentences(found.waits, found.lines),
        names={line.item: names_of(request)(line.name) for line in found.lines},
        sayable=_sayable(found.lines),
        subjects=_SUBJECTS,
        grades=list(Grade),
        objections=list(ObjectionKind),
        purposes=list(Purpose),
        kinds=settings().file_kinds.replace(",", "、"),
        mebibytes=settings().file_bytes // (1024 * 1024),
        reminded=shown_address(await applicant_letters.address_of(session, number)),
        done=done,
    )


@router.get("/{number}/files/{sha256}")
async def fetch_result(
    request: Request, _: AsVisitor, number: Number, sha256: str, session: Session, now: Now
) -> Response:
    """The document of a decision, as the department made it; that it was fetched is recorded."""
    return sent_file(await files.for_applicant(session, number, sha256, actor=_applicant(request), now=now))


@router.post("/{number}/address")
async def choose_address(request: Request, sent: SentByApplicant, number: Number, session: Session) -> Response:
    """Be reminded of new notices there from now on, in the language of the page; nowhere if nothing is named."""
    form = filled_in(Reminding, {**sent, "language": [language_of(request)]})
    await applicant_letters.choose(session, number, form.address(), wall=wall_now())
    return _to(number, "reminded")


@router.post("/{number}/confirmation")
async def confirm(request: Request, _: SentByApplicant, number: Number, session: Session, now: Now) -> Response:
    """Confirm that everything has been received."""
    await closing.confirm(session, number, actor=_applicant(request), now=now)
    return _to(number, "confirmed")


@router.post("/{number}/objections")
async def object_to(request: Request, sent: SentByApplicant, number: Number, session: Session, now: Now) -> Response:
    """Object to what was delivered, or to its closing."""
    form = filled_in(Objecting, sent)
    await closing.object_to(session, number, form.kind, form.reason, form.item, actor=_applicant(request), now=now)
    return _to(number, "objected")


@router.post("/{number}/ratings")
async def rate(request: Request, sent: SentByApplicant, number: Number, session: Session, now: Now) -> Response:
    """Rate the application, or one item of it."""
    form = filled_in(RatingForm, sent)
    actor = _applicant(request)
    await ratings.rate(session, number, form.grade, item=form.item, words=form.words, actor=actor, now=now)
    return _to(number, "rated")


@router.post("/{number}/appointments")
async def ask_for_visit(
    request: Request, sent: SentByApplicant, number: Number, session: Session, now: Now
) -> Response:
    """Ask the department that has an item for an appointment; it confirms or moves it."""
    at = in_office_time("".join(sent.get("planned_at", [])))
    form = filled_in(VisitRequest, {**sent, "planned_at": [at]})
    await appointments.book(session, number, form.wanted(), own=True, actor=_applicant(request), now=now)
    return _to(number, "appointed")


@router.post("/{number}/appointments/{serial}/cancellation")
async def call_off(
    request: Request, sent: SentByApplicant, number: Number, serial: Serial, session: Session, now: Now
) -> Response:
    """Call an appointment off before its time."""
    form = filled_in(CallingOff, sent)
    await appointments.call_off(session, number, serial, form.reason, actor=_applicant(request), now=now)
    return _to(number, "called-off")


@router.post("/{number}/hearing-request")
async def request_hearing(
    request: Request, sent: SentByApplicant, number: Number, session: Session, now: Now
) -> Response:
    """Ask for the hearing that was offered."""
    of, form = filled_in(OfItem, sent), filled_in(HearingRequest, sent)
    await statements.request_hearing(session, number, of.item, by=form.by, actor=_applicant(request), now=now)
    return _to(number, "hearing")


@router.post("/{number}/statement")
async def state_case(request: Request, sent: SentByApplicant, number: Number, session: Session, now: Now) -> Response:
    """Say why a permit should not be revoked or struck off."""
    of, form = filled_in(OfItem, sent), filled_in(Statement, sent)
    said = form.model_dump()
    await statements.state_case(session, number, of.item, **said, actor=_applicant(request), now=now)
    return _to(number, "stated")


@router.post("/{number}/complaints")
async def complain(request: Request, sent: SentByApplicant, number: Number, session: Session, now: Now) -> Response:
    """Complain or ask, at any time."""
    form = filled_in(Complaining, sent)
    said = Grievance(
        form.subject,
        ComplaintChannel.PORTAL,
        "申请人",
        form.words,
        kind=form.kind,
        number=number,
        item=form.item,
        contact=form.contact,
    )
    await complaints.receive(session, said, actor=_applicant(request), now=now)
    return _to(number, "complained")


def _door(number: str, why: str | None = None, *, left: bool = False) -> dict[str, Any]:
    """Return what the entrance shows, with the provider by which applicants may sign in, if there is one."""
    provider = settings().oidc_label if settings().oidc_issuer and settings().oidc_applicants else None
    return {"number": number, "why": why, "left": left, "oidc": provider}


def _sayable(lines: Sequence[queries.Line]) -> dict[str, list[queries.Line]]:
    """Group the items of which something may be said; a permit is given up by a signed request, with the agent."""
    return {
        say.value: found
        for say in (Say.HEARING, Say.STATEMENT)
        if (found := [line for line in lines if say in line.sayable])
    }


def _applicant(request: Request) -> Actor:
    return Actor("applicant", request.client.host if request.client else None)


def _to(number: str, done: str = "") -> RedirectResponse:
    return RedirectResponse(f"/track/{number}" + (f"?done={done}" if done else ""), HTTPStatus.SEE_OTHER.value)
