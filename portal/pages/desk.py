"""The agent's desk: choose a journey, answer its questions, and see at once what it takes."""

from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from casework import drafts, queries
from casework.signing_in import Visit
from models import Role
from portal.dependencies import Now, Session
from portal.pages.desk_answers import PREFIX, Answers, read_answers, written
from portal.pages.graph import graph
from portal.pages.rendering import ENGLISH, language_of, names_of, page
from portal.pages.visiting import PageRoute, SentForm, of_script, visiting
from rules.errors import InvalidIntakeError

router = APIRouter(route_class=PageRoute)
Agent = Annotated[Visit, Depends(visiting(Role.AGENT))]
_PLANNED: Final = "later"


@router.get("/desk")
async def show_desk(request: Request, seen: Agent, session: Session) -> Response:
    """The journeys that may be chosen, and the forms that were begun."""
    begun = await drafts.drafts(session, seen.caller.account)
    return page(request, "desk.html", seen, journeys=await queries.journeys(session), drafts=begun)


@router.get("/desk/{journey}")
async def plan(
    request: Request, seen: Agent, session: Session, journey: str, draft: Annotated[UUID | None, Query()] = None
) -> Response:
    """What the answers lead to. The page asks anew when an option changes; without scripts a button does."""
    template = await queries.journey_of(session, journey)
    answers = read_answers(template.questions, request.query_params)
    content: dict[str, Any] = {"preview": None, "graph": None, "why": None}
    try:
        found = await queries.preview(session, journey, answers.given)
    except InvalidIntakeError as error:
        content["why"] = error
    else:
        tones = {str(item.code): _PLANNED for item in found.network.items}
        drawn = graph(found.network, tones, english=language_of(request) == ENGLISH, called=names_of(request))
        content |= {"preview": found, "graph": drawn}
    return page(
        request,
        "desk_plan.html",
        seen,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if answers.wrong and not of_script(request) else HTTPStatus.OK,
        journey=template,
        answers=answers,
        typed={key: value for key, value in request.query_params.items() if key.startswith(PREFIX)},
        written=written,
        prefix=PREFIX,
        draft=draft,
        **content,
    )


@router.post("/desk/{journey}")
async def begin(seen: Agent, session: Session, now: Now, journey: str, sent: SentForm) -> Response:
    """Begin the intake form of a journey, with the answers given."""
    answers = await _answers(session, journey, sent)
    id_ = await drafts.begin(session, seen.caller.account, journey, answers.given, now=now)
    return RedirectResponse(f"/drafts/{id_}", HTTPStatus.SEE_OTHER.value)


@router.post("/drafts/{draft}/answers")
async def change_answers(seen: Agent, session: Session, now: Now, draft: UUID, sent: SentForm) -> Response:
    """Answer the questions of a form under way anew; what was filled in stays."""
    changed = await drafts.load(session, seen.caller.account, draft)
    changed.answers = (await _answers(session, changed.journey, sent)).given
    await drafts.save(session, changed, now=now)
    return RedirectResponse(f"/drafts/{draft}", HTTPStatus.SEE_OTHER.value)


async def _answers(session: Session, journey: str, sent: SentForm) -> Answers:
    template = await queries.journey_of(session, journey)
    return read_answers(template.questions, {name: values[0] for name, values in sent.items()})
