"""The applicant's own door: number and code instead of an account."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Final, Literal

from fastapi import APIRouter, Depends, Header, Request, Response
from pydantic import ConfigDict, Field

from casework import applicant_letters, appointments, closing, complaints, queries, ratings, statements, tracking
from casework.applicant_letters import Address
from casework.casefile import Actor
from casework.complaints import Grievance
from kit.clock import wall_now
from portal import after_examples
from portal.applications import Number
from portal.appointments import Serial, VisitRequest
from portal.dependencies import Now, Session
from portal.documentation import answers, problems
from portal.errors import BodyTooLargeError, InvalidRequestError, TooManyAttemptsError
from portal.fields import Body, Email, Mobile, Name, Prose
from portal.joint_forms import ItemOf
from portal.rendering import json_answer
from portal.statements import HearingRequest, Statement
from portal.traffic import Attempts
from rules import errors
from rules.addresses import masked_email, masked_mobile
from rules.complaints import ComplaintChannel, ComplaintKind, ComplaintSubject
from rules.delivery.record import ObjectionKind
from rules.ratings import Grade

#: Wrong codes from one address within a quarter of an hour.
_ATTEMPTS: Final = Attempts(most=20, seconds=900)
router = APIRouter(
    prefix="/api/v1/tracking",
    tags=["tracking"],
    responses=problems(
        InvalidRequestError, errors.NotFoundError, errors.InvalidNumberError, BodyTooLargeError, TooManyAttemptsError
    ),
)
_SHOWN = answers(after_examples.TRACKED, queries.Tracked)
_ACTED = {**_SHOWN, **problems(errors.NotAllowedNowError)}
_OBJECTED = {
    **answers(after_examples.TRACKED, queries.Tracked, status=201),
    **problems(errors.NotAllowedNowError),
}
_ASKED = {**_OBJECTED, **problems(errors.ApplicationClosedError, errors.InvalidAppointmentError)}
Code = Annotated[
    str, Header(alias="Tracking-Code", max_length=64, description="The code told at the launch: `7K3M-9QXD-0TRW-4HZE`")
]


async def applicant_of(number: Number, code: Code, request: Request, session: Session) -> Actor:
    """Let the holder of an application's code in; a wrong code and an unknown number are answered alike."""
    with guess_of(request):
        await tracking.require(session, number, code)
    return Actor("applicant", request.client.host if request.client else "-")


@contextmanager
def guess_of(request: Request) -> Iterator[None]:
    """Count a wrong number or code against where it comes from. Raises TooManyAttemptsError after too many."""
    source = request.client.host if request.client else "-"
    _ATTEMPTS.require(source)
    try:
        yield
    except (errors.NotFoundError, errors.InvalidNumberError):
        _ATTEMPTS.failed(source)
        raise


AsApplicant = Annotated[Actor, Depends(applicant_of)]


Item = Annotated[str, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")]


class Objecting(Body):
    """What the applicant says against a delivery or a closing."""

    kind: ObjectionKind
    reason: Prose
    item: Item | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"kind": "not_received", "reason": "没有收到营业执照", "item": "E01"}]}
    )


class RatingForm(Body):
    """What the applicant thinks of the application, or of one item."""

    grade: Grade
    words: Prose | None = None
    item: Item | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"grade": "very_good"}]})


class Complaining(Body):
    """What the applicant complains of, or asks."""

    subject: ComplaintSubject
    words: Prose
    item: Item | None = None
    contact: Name | None = None
    #: A question (咨询) has a time of its own, shorter than a complaint's.
    kind: Literal[ComplaintKind.COMPLAINT, ComplaintKind.CONSULTATION] = ComplaintKind.COMPLAINT

    model_config = ConfigDict(json_schema_extra={"examples": [{"subject": "dragging", "words": "半个月没有答复"}]})


class CallingOff(Body):
    """Why the applicant does not want the appointment any more, if they like to say it."""

    reason: Prose | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"reason": "改日再约"}]})


class Reminding(Body):
    """Where the applicant wants to be reminded of new notices; neither means nowhere."""

    email: Email | None = None
    mobile: Mobile | None = None
    language: Literal["zh", "en"] = "zh"

    model_config = ConfigDict(json_schema_extra={"examples": [{"email": "liu@kaiyuan.example"}]})

    def address(self) -> Address:
        """Turn the form into what is kept."""
        return Address(self.email, self.mobile, self.language)


def shown_address(address: Address) -> dict[str, str | None]:
    """Show an address so far as its owner knows it again."""
    return {
        "email": masked_email(address.email) if address.email else None,
        "mobile": masked_mobile(address.mobile) if address.mobile else None,
        "language": address.language,
    }


@router.get("/{number}", summary="进度查询 · Look at one's application", responses=_SHOWN)
async def show(_: AsApplicant, number: Number, session: Session, now: Now) -> Response:
    """Where the application is, whom it waits for, what has been told and delivered."""
    return await _shown(session, number, now)


@router.put(
    "/{number}/address",
    summary="消息提醒 · Choose where to be reminded",
    responses=answers({"email": "l***@kaiyuan.example", "mobile": None, "language": "zh"}),
)
async def choose_address(_: AsApplicant, number: Number, form: Reminding, session: Session) -> Response:
    """Be reminded of new notices by e-mail or text message from now on; without either, not at all. Safe to repeat."""
    await applicant_letters.choose(session, number, form.address(), wall=wall_now())
    return json_answer(shown_address(form.address()))


@router.post("/{number}/confirmation", summary="确认签收 · Confirm the receipt", responses=_ACTED)
async def confirm(applicant: AsApplicant, number: Number, session: Session, now: Now) -> Response:
    """Confirm that everything has been received; the application closes unless something is open. Safe to repeat."""
    await closing.confirm(session, number, actor=applicant, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/objections", summary="提出异议 · Object", status_code=201, responses=_OBJECTED)
async def object_to(applicant: AsApplicant, number: Number, form: Objecting, session: Session, now: Now) -> Response:
    """Object to what was delivered, or to its closing: the application is open again until it is answered."""
    await closing.object_to(session, number, form.kind, form.reason, form.item, actor=applicant, now=now)
    return await _shown(session, number, now, 201)


@router.post("/{number}/ratings", summary="好差评 · Rate", status_code=201, responses=_OBJECTED)
async def rate(applicant: AsApplicant, number: Number, form: RatingForm, session: Session, now: Now) -> Response:
    """Rate the application, or one item of it, once each. A bad rating is called back and put right in its time."""
    await ratings.rate(session, number, form.grade, item=form.item, words=form.words, actor=applicant, now=now)
    return await _shown(session, number, now, 201)


@router.post(
    "/{number}/complaints",
    summary="投诉 · Complain",
    status_code=201,
    responses=answers({"complaint": 1}, status=201),
)
async def complain(applicant: AsApplicant, number: Number, form: Complaining, session: Session, now: Now) -> Response:
    """Complain of how the application is handled, at any time; it is not closed while the complaint is open."""
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
    ticket = await complaints.receive(session, said, actor=applicant, now=now)
    return json_answer({"complaint": ticket}, 201)


@router.post("/{number}/appointments", summary="预约 · Ask for an appointment", status_code=201, responses=_ASKED)
async def ask_for_visit(
    applicant: AsApplicant, number: Number, form: VisitRequest, session: Session, now: Now
) -> Response:
    """Ask the department that has an item for a time; it confirms it or asks for another."""
    await appointments.book(session, number, form.wanted(), own=True, actor=applicant, now=now)
    return await _shown(session, number, now, 201)


@router.post("/{number}/appointments/{serial}/cancellation", summary="取消预约 · Call it off", responses=_ACTED)
async def call_off(
    applicant: AsApplicant, number: Number, serial: Serial, form: CallingOff, session: Session, now: Now
) -> Response:
    """Call an appointment off before its time, whoever had asked for it; the department is told."""
    await appointments.call_off(session, number, serial, form.reason, actor=applicant, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/items/{item}/hearing-request", summary="申请听证 · Ask for a hearing", responses=_ACTED)
async def request_hearing(
    applicant: AsApplicant, number: Number, item: ItemOf, form: HearingRequest, session: Session, now: Now
) -> Response:
    """Within five working days of being told (行政许可法 art. 47), free of charge; the department must hold it."""
    await statements.request_hearing(session, number, item, by=form.by, actor=applicant, now=now)
    return await _shown(session, number, now)


@router.post("/{number}/items/{item}/statement", summary="陈述、申辩 · State a case", responses=_ACTED)
async def state_case(
    applicant: AsApplicant, number: Number, item: ItemOf, form: Statement, session: Session, now: Now
) -> Response:
    """Be heard before a permit is revoked (撤销) or struck off (注销) (行政许可法 art. 7, 69)."""
    await statements.state_case(session, number, item, **form.model_dump(), actor=applicant, now=now)
    return await _shown(session, number, now)


async def _shown(session: Session, number: str, now: Now, status: int = 200) -> Response:
    return json_answer(queries.as_json(await queries.tracked(session, number, now=now)), status)
