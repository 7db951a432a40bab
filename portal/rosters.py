"""Posts, absences and enquiries: who acts for whom (AB岗), and who answers for what was asked (首问负责)."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response
from pydantic import ConfigDict, Field, model_validator

from casework import enquiries, posts, queries
from portal import proxy_examples as examples
from portal.authentication import Anybody, Overseer, SignedIn
from portal.dependencies import Now, Session
from portal.documentation import OF_A_CALLER, answers, problems
from portal.errors import InvalidRequestError
from portal.fields import Body, Name, Prose
from portal.rendering import json_answer
from rules import errors
from rules.workdays import local_date

router = APIRouter(
    prefix="/api/v1",
    tags=["people"],
    responses=problems(*OF_A_CALLER),
)
ItemCode = Annotated[str, Field(pattern=r"^[A-Z][0-9]{2}$")]
Department = Annotated[str, Path(pattern=r"^[A-Z]{2,8}$", description="Code of a department")]
Id = Annotated[int, Path(ge=1, le=2**62)]
After = Annotated[int, Query(ge=0, le=2**62, description="Id of the last one known")]
Limit = Annotated[int, Query(ge=1, le=200)]
_REFUSED = problems(errors.NotFoundError, errors.InvalidRosterError, InvalidRequestError)
_TURNED = {
    **answers(examples.ENQUIRY, enquiries.EnquiryLine),
    **problems(errors.NotFoundError, errors.NotAuthorisedError, errors.ForbiddenError, errors.NotAllowedNowError),
}


class PostForm(Body):
    """Who fills a post: A, B, and the manager who steps in when both are away."""

    #: The item the post has; all items of the department without a post of their own when absent.
    item: ItemCode | None = None
    principal: Name
    backup: Name | None = None
    manager: Name

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"item": "E10", "principal": "wangf", "backup": "liq", "manager": "zhaoj"}]}
    )


class AbsenceForm(Body):
    """A person is away, both days included; without ``last`` until further notice."""

    #: Another person's account; the caller's own when absent.
    account: Name | None = None
    first: date
    last: date | None = None
    #: Only for these items and applications; for everything when both are empty.
    items: Annotated[tuple[ItemCode, ...], Field(max_length=200)] = ()
    applications: Annotated[tuple[Name, ...], Field(max_length=200)] = ()
    #: Who stands in this time, before the post's own backup.
    backup: Name | None = None
    reason: Prose | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"first": "2026-03-09", "last": "2026-03-13", "reason": "年休假"}]}
    )


class ReturnForm(Body):
    """A person is back and acts again from today."""

    account: Name | None = None
    #: Planned absences are called off as well.
    future: bool = False

    model_config = ConfigDict(json_schema_extra={"examples": [{"future": False}]})


class EnquiryForm(Body):
    """Something that somebody asked the caller, who thereby answers for it."""

    asker: Name
    subject: Prose
    number: Name | None = None

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"asker": "开原市清河餐饮有限公司", "subject": "食品经营许可何时能办结？"}]}
    )


class HandOverOffer(Body):
    """To whom an enquiry is offered."""

    to: Name
    reason: Prose | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"to": "li", "reason": "属李代办承办"}]})


class HandOverAnswer(Body):
    """Whether the hand-over is accepted; declining needs a reason."""

    accepted: bool
    reason: Prose | None = None

    model_config = ConfigDict(json_schema_extra={"examples": [{"accepted": True}]})

    @model_validator(mode="after")
    def _declined_with_a_reason(self) -> "HandOverAnswer":
        if not self.accepted and self.reason is None:
            raise ValueError("拒绝移交须说明理由")
        return self


class Resolution(Body):
    """What the asker was told."""

    answer: Prose

    model_config = ConfigDict(json_schema_extra={"examples": [{"answer": "已告知承诺时限及当前进度"}]})


@router.get(
    "/posts",
    summary="岗位 · Posts and who acts in them today",
    responses=answers(examples.POSTS, posts.PostLine, whole="posts"),
)
async def list_posts(_: Anybody, session: Session, now: Now) -> Response:
    """Every post of the departments, its A and B, and who acts today."""
    found = await posts.posts(session, local_date(now))
    return json_answer({"posts": [queries.as_json(post) for post in found]})


@router.put(
    "/posts/{department}",
    summary="设置岗位 · Fill a post",
    responses={**answers(examples.POSTS, posts.PostLine, whole="posts"), **_REFUSED},
)
async def fill_post(_: Overseer, department: Department, form: PostForm, session: Session, now: Now) -> Response:
    """Say who is A and B of a post. Safe to repeat."""
    await posts.fill(
        session,
        department,
        principal=form.principal,
        backup=form.backup,
        manager=form.manager,
        item=form.item or "",
    )
    found = await posts.posts(session, local_date(now))
    return json_answer({"posts": [queries.as_json(post) for post in found if post.department == department]})


@router.get(
    "/absences", summary="离岗 · Absences", responses=answers(examples.ABSENCES, posts.AbsenceLine, whole="absences")
)
async def list_absences(_: Anybody, session: Session, now: Now, since: date | None = None) -> Response:
    """Everybody who is away on a day, today unless told, or will be later."""
    found = await posts.absences(session, since or local_date(now))
    return json_answer({"absences": [queries.as_json(absence) for absence in found]})


@router.post(
    "/absences",
    status_code=201,
    summary="登记离岗 · Be away",
    responses={**answers(examples.ABSENCES, posts.AbsenceLine, whole="absences", status=201), **_REFUSED},
)
async def go_away(caller: Anybody, form: AbsenceForm, session: Session, now: Now) -> Response:
    """Record an absence; B acts meanwhile and nothing is reassigned. Another's absence is for managers to record."""
    account = _own(caller, form.account)
    made = await posts.leave(
        session,
        account,
        form.first,
        form.last,
        items=form.items,
        applications=form.applications,
        backup=form.backup,
        reason=form.reason,
        actor=caller.actor,
        now=now,
    )
    found = await posts.absences(session, min(form.first, local_date(now)))
    return json_answer({"absences": [queries.as_json(absence) for absence in found if absence.id == made]}, 201)


@router.post("/absences/returns", summary="销假 · Be back", responses={**answers(examples.RETURNED), **_REFUSED})
async def come_back(caller: Anybody, form: ReturnForm, session: Session, now: Now) -> Response:
    """End an absence before its time: A acts again from today, B no more. Safe to repeat."""
    account = _own(caller, form.account)
    ended = await posts.come_back(session, account, local_date(now), future=form.future)
    return json_answer({"account": account, "ended": ended})


@router.get(
    "/enquiries",
    summary="咨询 · Enquiries",
    responses=answers(examples.ENQUIRIES, enquiries.EnquiryLine, page="enquiries"),
)
async def list_enquiries(
    _: Anybody, session: Session, all: bool = False, alarming: bool = False, after: After = 0, limit: Limit = 50
) -> Response:
    """Enquiries not resolved yet, or ``all``; ``alarming`` ones were passed on more than once and are not resolved."""
    found = await enquiries.enquiries(session, unresolved=not all, alarming=alarming, after=after, limit=limit + 1)
    page = found[:limit]
    given = f"all={str(all).lower()}&alarming={str(alarming).lower()}&limit={limit}"
    following = f"/api/v1/enquiries?{given}&after={page[-1].id}" if len(found) > limit else None
    return json_answer({"enquiries": [queries.as_json(each) for each in page], "next": following})


@router.post(
    "/enquiries",
    status_code=201,
    summary="登记咨询 · Take in an enquiry",
    responses={
        **answers(examples.ENQUIRY, enquiries.EnquiryLine, status=201),
        **problems(errors.NotFoundError, InvalidRequestError),
    },
)
async def ask(caller: Anybody, form: EnquiryForm, session: Session, now: Now) -> Response:
    """Record what the caller was asked; the caller is responsible until another accepts to take over."""
    first = caller.caller.account
    made = await enquiries.ask(session, form.asker, form.subject, first=first, number=form.number, now=now)
    return json_answer(queries.as_json(made), 201)


@router.post("/enquiries/{enquiry}/hand-over", summary="提请移交 · Offer to hand over", responses=_TURNED)
async def offer(caller: Anybody, enquiry: Id, form: HandOverOffer, session: Session, now: Now) -> Response:
    """Offer an enquiry to another person; the caller stays responsible until it is accepted."""
    turned = await enquiries.offer(session, enquiry, form.to, reason=form.reason, actor=caller.actor, now=now)
    return json_answer(queries.as_json(turned))


@router.post("/enquiries/{enquiry}/hand-over/answer", summary="答复移交 · Accept or decline", responses=_TURNED)
async def answer_offer(caller: Anybody, enquiry: Id, form: HandOverAnswer, session: Session, now: Now) -> Response:
    """Accept an enquiry, or send it back with a reason. Both count as one more time it was passed on."""
    if form.accepted:
        turned = await enquiries.accept(session, enquiry, actor=caller.actor, now=now)
    else:
        turned = await enquiries.decline(session, enquiry, reason=form.reason or "", actor=caller.actor, now=now)
    return json_answer(queries.as_json(turned))


@router.post("/enquiries/{enquiry}/resolution", summary="答复办结 · Resolve", responses=_TURNED)
async def resolve(caller: Anybody, enquiry: Id, form: Resolution, session: Session, now: Now) -> Response:
    """Record the answer that the responsible person gave."""
    resolved = await enquiries.resolve(session, enquiry, answer=form.answer, actor=caller.actor, now=now)
    return json_answer(queries.as_json(resolved))


def _own(caller: SignedIn, account: str | None) -> str:
    """Name whom a form is about: the caller, or another if the caller may speak for others."""
    if account is not None and account != caller.caller.account and not caller.oversees:
        raise errors.ForbiddenError(f"{caller.caller.account} 只能登记自己的离岗", account=account)
    return account or caller.caller.account
