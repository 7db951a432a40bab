"""What supervision looks at: refusal filings to review, complaints with their own clock, findings, ratings."""

from http import HTTPStatus
from typing import Annotated, Final, TypeVar
from uuid import uuid4

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import Field

from casework import complaints, filing_reviews, queries, ratings
from casework.signing_in import Visit
from models import Role
from portal.complaints import AnswerForm, AssignmentForm, CallBackForm, Id, Reason
from portal.dependencies import Now, Session
from portal.errors import InvalidRequestError
from portal.fields import Body, Prose
from portal.pages.boards import OfTheCity, Overseeing, Watching, scope_of
from portal.pages.forms import filled_in
from portal.pages.rendering import page
from portal.pages.visiting import PageRoute, SentForm, actor_of
from rules.complaints import ComplaintStatus
from rules.errors import ForbiddenError
from rules.filing_review import FilingReview
from rules.findings import FindingKind
from rules.ratings import Grade

router = APIRouter(route_class=PageRoute)
Word_ = TypeVar("Word_", FindingKind, Grade)
_PAGE: Final = 50
_STEPS: Final = 1000
#: What the facts of a finding are called.
_EVIDENCE: Final = {
    "started_at": "开始时间",
    "told_days": "告知工作日",
    "working_days": "实际工作日",
    "working_days_left": "剩余工作日",
    "reason": "理由",
    "decided_at": "决定时间",
    "recorded_at": "上报时间",
    "legal_due": "法定时限",
    "returned": "原退件",
    "returned_at": "退件时间",
    "step": "步骤序号",
    "reasons": "理由",
    "by": "办理人",
    "within_minutes": "分钟内",
    "numbers": "代办件",
    "kind": "类别",
}


class ReviewForm(Body):
    """What is said of a filing; who sends it back or explains says why."""

    kind: FilingReview
    reason: Prose | None = None


class SetAsideForm(Reason):
    """Which rating does not count, and why."""

    number: str
    item: Annotated[str | None, Field(pattern=r"^[A-Z][A-Z0-9]{0,15}$")] = None


@router.get("/filings")
async def list_filings(request: Request, seen: Watching, session: Session, before: str | None = None) -> Response:
    """Negative decisions that wait for a second pair of eyes, and those filed, with what was said of them."""
    own = scope_of(seen)
    found = await queries.filings(session, limit=_PAGE + 1, before=before, department=own)
    shown = found[:_PAGE]
    return page(
        request,
        "filings.html",
        seen,
        filings=shown,
        reviews=await queries.reviews(session, [each.number for each in shown]),
        proposals=await queries.proposals(session, department=own, limit=_PAGE) if before is None else [],
        following=shown[-1].number if len(found) > _PAGE else None,
        own=own,
        is_head=Role.HEAD in seen.caller.roles,
        event=uuid4().hex,
        Review=FilingReview,
    )


@router.post("/filings/{number}/review")
async def review_filing(
    request: Request, seen: Watching, number: str, session: Session, now: Now, sent: SentForm
) -> Response:
    """Approve a filing or send it back; or, as the head of its department, explain it."""
    form = filled_in(ReviewForm, sent)
    own = scope_of(seen)
    if (form.kind is FilingReview.EXPLAINED) is not (own is not None):
        raise ForbiddenError("备案由监督人员审查，由作出决定的部门说明", needs=[])
    if form.kind is not FilingReview.APPROVED and form.reason is None:
        raise InvalidRequestError("请写明理由", errors=[])
    actor = actor_of(request, seen)
    await filing_reviews.review(session, number, form.kind, reason=form.reason, department=own, actor=actor, now=now)
    return _to("/filings")


@router.get("/complaints")
async def list_complaints(
    request: Request,
    seen: OfTheCity,
    session: Session,
    now: Now,
    all: bool = False,
    after: Annotated[int, Query(ge=0, le=2**62)] = 0,
) -> Response:
    """Tickets with their own clock, those that wait longest first."""
    found = await queries.complaints(session, every=all, after=after, limit=_PAGE + 1, now=now)
    following = found[_PAGE - 1].id if len(found) > _PAGE else None
    return page(request, "complaints.html", seen, tickets=found[:_PAGE], every=all, following=following)


@router.get("/complaints/{complaint}")
async def show_complaint(
    request: Request, seen: OfTheCity, complaint: Id, session: Session, now: Now, done: str = ""
) -> Response:
    """One ticket: its clock, what is still open of the matter, the step records that show it, and what can be done."""
    ticket = await queries.complaint(session, complaint, now=now)
    steps = await queries.steps(session, ticket.number, limit=_STEPS) if ticket.number else []
    cited = {serial for step in ticket.steps for serial in step["details"].get("steps", ())}
    return page(
        request,
        "complaint.html",
        seen,
        ticket=ticket,
        evidence=[step for step in steps if ticket.item in (None, step.item)],
        cited=[step for step in steps if step.serial in cited],
        acts=_acts(ticket.status, seen),
        done=bool(done),
    )


@router.post("/complaints/{complaint}/{act}")
async def act_on_complaint(
    request: Request, seen: OfTheCity, complaint: Id, act: str, session: Session, now: Now, sent: SentForm
) -> Response:
    """Assign, answer, call back, close or open a ticket again; whose act it is, is asked first."""
    ticket = await queries.complaint(session, complaint, now=now)
    if act not in _acts(ticket.status, seen):
        raise ForbiddenError("当前不能进行此操作", needs=[])
    actor = actor_of(request, seen)
    if act == "assignment":
        await complaints.assign(session, complaint, filled_in(AssignmentForm, sent).to, actor=actor, now=now)
    elif act == "answer":
        given = filled_in(AnswerForm, sent, many=("steps",))
        await complaints.answer(session, complaint, given.answer, steps=given.steps, actor=actor, now=now)
    elif act == "call-back":
        said = filled_in(CallBackForm, sent, yes_no=("satisfied",))
        await complaints.call_back(session, complaint, said.words, satisfied=said.satisfied, actor=actor, now=now)
    elif act == "closing":
        await complaints.close(session, complaint, actor=actor, now=now)
    else:
        await complaints.reopen(session, complaint, filled_in(Reason, sent).reason, actor=actor, now=now)
    return _to(f"/complaints/{complaint}?done=1")


@router.get("/findings")
async def list_findings(
    request: Request, seen: OfTheCity, session: Session, kind: str = "", before: str = ""
) -> Response:
    """What the detectors have found, with the facts it rests on."""
    chosen = _word(FindingKind, kind)
    try:
        place = queries.FindingPlace.read(before) if before else None
    except ValueError:
        raise InvalidRequestError("筛选条件不正确", errors=[]) from None
    found = await queries.kept_findings(session, kind=chosen, before=place, limit=_PAGE + 1)
    following = found[_PAGE - 1].place if len(found) > _PAGE else None
    return page(
        request,
        "findings.html",
        seen,
        findings=found[:_PAGE],
        chosen=chosen,
        kinds=list(FindingKind),
        evidence_names=_EVIDENCE,
        following=following,
    )


@router.get("/ratings")
async def list_ratings(
    request: Request,
    seen: OfTheCity,
    session: Session,
    grade: str = "",
    before: Annotated[int | None, Query(ge=1, le=2**62)] = None,
) -> Response:
    """How applicants rate, by department, and what they say."""
    chosen = _word(Grade, grade)
    found = await queries.rating_lines(session, grade=chosen, before=before, limit=_PAGE + 1)
    return page(
        request,
        "ratings.html",
        seen,
        lines=found[:_PAGE],
        counts=await queries.rating_counts(session),
        grades=list(Grade),
        chosen=chosen,
        following=found[_PAGE - 1].id if len(found) > _PAGE else None,
        may_set_aside=_manages(seen),
    )


@router.post("/ratings/set-aside")
async def set_rating_aside(request: Request, seen: Overseeing, session: Session, now: Now, sent: SentForm) -> Response:
    """Grant an appeal against a malicious rating: it stays on file and does not count."""
    form = filled_in(SetAsideForm, sent)
    await ratings.set_aside(session, form.number, form.item, form.reason, actor=actor_of(request, seen), now=now)
    return _to("/ratings")


def _acts(status: ComplaintStatus, seen: Visit) -> tuple[str, ...]:
    """Name what fits a ticket and is this person's to do: managers answer, whoever watches calls back."""
    answering = {
        ComplaintStatus.RECEIVED: ("assignment",),
        ComplaintStatus.REOPENED: ("assignment",),
        ComplaintStatus.ASSIGNED: ("answer", "assignment"),
        ComplaintStatus.CALLED_BACK: ("closing",),
    }.get(status, ())
    done = (ComplaintStatus.ANSWERED, ComplaintStatus.CALLED_BACK, ComplaintStatus.CLOSED)
    watching = (("call-back",) if status is ComplaintStatus.ANSWERED else ()) + (
        ("reopening",) if status in done else ()
    )
    return (answering if _manages(seen) else ()) + watching


def _manages(seen: Visit) -> bool:
    return not seen.caller.roles.isdisjoint((Role.MANAGER, Role.ADMINISTRATOR))


def _word(words: type[Word_], given: str) -> Word_ | None:
    return next((word for word in words if word.value == given), None)


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER.value)
