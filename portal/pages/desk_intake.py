"""The intake form of one project: filled in over time, its materials uploaded once, launched when it is right."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from casework import drafts, queries
from casework.drafts import Draft
from casework.launching import Intake
from casework.signing_in import Visit
from casework.tracking import new_code
from kit.database import transaction
from models import Role
from portal.dependencies import Now, Session
from portal.intake import IntakeForm
from portal.pages.desk_answers import Answers
from portal.pages.rendering import names_of, page
from portal.pages.uploading import Upload, keep, name_of, uploaded
from portal.pages.visiting import PageRoute, SentForm, VisitingFirst, actor_of, visiting
from portal.problems import beside_fields
from rules.delivery.record import DeliveryChannel
from rules.errors import DaibanError, InvalidIntakeError
from rules.vocabulary import EnterpriseClass

router = APIRouter(prefix="/drafts", route_class=PageRoute)
Agent = Annotated[Visit, Depends(visiting(Role.AGENT))]
Bringing = Annotated[Visit, Depends(VisitingFirst((Role.AGENT,)))]
#: Fields of one line, those that may be chosen several of, and where each stands in what is launched.
_LINES: Final = (
    "applicant_name",
    "credit_code",
    "contact",
    "email",
    "mobile",
    "project_name",
    "project_code",
    "reapplies",
    "engagement.representative",
    "engagement.reference",
    "delivery.channel",
    "delivery.address",
    "signer",
)
_SEVERAL: Final = ("materials", "classes", "engagement.express", "promises", "delivery.together")
_LONGEST: Final = 400


@router.get("/{draft}")
async def show_draft(request: Request, seen: Agent, session: Session, draft: UUID, done: str = "") -> Response:
    """The form as it was left; one that was launched leads to its application."""
    if number := await drafts.launched(session, seen.caller.account, draft):
        return RedirectResponse(f"/applications/{number}", HTTPStatus.SEE_OTHER.value)
    return await _page(request, session, seen, await drafts.load(session, seen.caller.account, draft), done=done)


@router.post("/{draft}/discard")
async def discard(seen: Agent, session: Session, draft: UUID, _: SentForm) -> Response:
    """Throw the form away."""
    await drafts.discard(session, seen.caller.account, draft)
    return RedirectResponse("/desk", HTTPStatus.SEE_OTHER.value)


@router.post("/{draft}/files")
async def fill_in(request: Request, seen: Bringing, draft: UUID, now: Now) -> Response:
    """Keep everything that was filled in and every file that was chosen; then launch, where that was the button."""
    account = seen.caller.account
    async with uploaded(request, seen) as sent:
        async with transaction() as session:
            if number := await drafts.launched(session, account, draft):
                return RedirectResponse(f"/applications/{number}", HTTPStatus.SEE_OTHER.value)
            await drafts.load(session, account, draft)
        kept, refused = await _kept(sent)
        async with transaction() as session:
            form = await drafts.load(session, account, draft)
            form.fields = {name: _line(sent.fields, name) for name in _LINES}
            form.chosen = {name: [value[:_LONGEST] for value in sent.fields.get(name, [])] for name in _SEVERAL}
            form.files |= kept
            await drafts.save(session, form, now=now)
    if refused or _line(sent.fields, "do") != "launch":
        if not refused:
            return RedirectResponse(f"/drafts/{draft}?done=saved", HTTPStatus.SEE_OTHER.value)
        return await _again(request, seen, form, refused=refused)
    return await _launched(request, seen, form, now)


async def _launched(request: Request, seen: Visit, form: Draft, now: Now) -> Response:
    try:
        intake = intake_of(form)
    except ValidationError as error:
        return await _again(request, seen, form, wrong=_placed(error))
    code = new_code()
    try:
        async with transaction() as session:
            actor = actor_of(request, seen)
            number = await drafts.launch_draft(session, form, intake, actor=actor, now=now, tracking_code=code)
    except DaibanError as refusal:
        return await _again(request, seen, form, why=refusal)
    return page(request, "desk_launched.html", seen, number=number, code=code, project=intake.project_name)


def intake_of(form: Draft) -> Intake:
    """Turn what was filled in into what is launched. Raises pydantic's ValidationError."""
    given: dict[str, Any] = {"journey": form.journey, "answers": form.answers, "materials": sorted(form.materials)}
    for name, text in form.fields.items():
        if text and name != "signer":
            _put(given, name, text)
    for name in ("classes", "engagement.express"):
        _put(given, name, tuple(form.chosen.get(name, ())))
    _put(given, "delivery.together", bool(form.chosen.get("delivery.together")))
    promises = [promise.partition("/") for promise in form.chosen.get("promises", ())]
    signer = form.fields.get("signer", "")
    given["commitments"] = tuple({"item": item, "kind": kind, "signer": signer} for item, _, kind in promises)
    return IntakeForm.model_validate(given).intake()


async def _kept(sent: Upload) -> tuple[dict[str, drafts.DraftFile], dict[str, DaibanError]]:
    kept: dict[str, drafts.DraftFile] = {}
    refused: dict[str, DaibanError] = {}
    for material, file in sent.files.items():
        try:
            kept[material] = drafts.kept(await keep(file), name_of(file))
        except DaibanError as error:
            refused[material] = error
    return kept, refused


async def _again(request: Request, seen: Visit, form: Draft, **said: Any) -> Response:
    async with transaction() as session:
        return await _page(request, session, seen, form, status=HTTPStatus.UNPROCESSABLE_ENTITY, **said)


async def _page(
    request: Request,
    session: AsyncSession,
    seen: Visit,
    form: Draft,
    *,
    status: int = HTTPStatus.OK,
    wrong: Mapping[str, str] | None = None,
    refused: Mapping[str, DaibanError] | None = None,
    why: DaibanError | None = None,
    done: str = "",
) -> Response:
    journey = await queries.journey_of(session, form.journey)
    try:
        found = await queries.preview(session, form.journey, form.answers)
    except InvalidIntakeError as error:
        found, why = await queries.preview(session, form.journey, {}), error
    names = {item.code: names_of(request)(item.name) for item in found.network.items}
    return page(
        request,
        "desk_intake.html",
        seen,
        status=status,
        form=form,
        journey=journey,
        fields=Answers(form.answers, {}).fields(journey.questions),
        preview=found,
        names=names,
        missing=_missing(found, form),
        wrong=wrong or {},
        refused=refused or {},
        why=why,
        done=done,
        classes=list(EnterpriseClass),
        channels=list(DeliveryChannel),
    )


def _missing(found: queries.Preview, form: Draft) -> list[str]:
    """Name what is neither there nor committed to: what the items that need it will wait for."""
    promised = {
        name for offer in found.offers if offer.key in form.chosen.get("promises", ()) for name in offer.materials
    }
    return [each.name for each in found.to_bring if each.name not in form.materials | promised]


def _placed(error: ValidationError) -> dict[str, str]:
    """Put each finding beside the field it is about."""
    placed: dict[str, str] = {}
    for name, words in beside_fields(error).items():
        field = "signer" if name.startswith("commitments.") else name
        placed["delivery.address" if field == "delivery" else field] = words
    return placed


def _put(given: dict[str, Any], name: str, value: Any) -> None:
    group, _, part = name.rpartition(".")
    (given.setdefault(group, {}) if group else given)[part] = value


def _line(fields: Mapping[str, Iterable[str]], name: str) -> str:
    return next(iter(fields.get(name, ())), "").strip()[:_LONGEST]
