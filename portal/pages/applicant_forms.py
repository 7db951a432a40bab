"""What applicants send: who sends it is told by number and code, never by an account, and a form by its token."""

import hmac
from collections.abc import AsyncIterator, Mapping
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import UploadFile

from casework import files, tracking
from casework.casefile import Actor
from casework.tracking import Visitor
from kit.clock import wall_now
from kit.database import transaction
from portal.applications import Number
from portal.dependencies import Now, Session
from portal.errors import ForeignFormError, InvalidRequestError, NotAuthenticatedError
from portal.files import incoming_file
from portal.pages.leaving import led_out
from portal.pages.visiting import FORM_TOKEN, PageRoute, learn_english, require_own_origin, secure

_MOST_FIELDS: Final = 20
_PIECE: Final = 64 * 1024


class ApplicantRoute(PageRoute):
    """A route of an applicant's page: who has not told number and code is asked for them."""

    def way_in(self, request: Request) -> str:
        """Return the address at which number and code are asked for."""
        return f"/track?number={quote(request.path_params.get('number', ''))}"


uploads = APIRouter(prefix="/track", route_class=ApplicantRoute)


def visit_cookie() -> str:
    """Return the cookie's name; over HTTPS one that no other host and no plain connection can set."""
    return "__Host-daiban-applicant" if secure() else "daiban-applicant"


async def visiting_applicant(request: Request, number: Number, session: Session) -> Visitor:
    """Return who has told number and code. Raises NotAuthenticatedError for everybody else."""
    return await _visitor(session, request, number)


AsVisitor = Annotated[Visitor, Depends(visiting_applicant)]


async def visiting_first(request: Request, number: Number) -> Visitor:
    """Return who has told number and code, as ``visiting_applicant``, before an upload: it holds no connection."""
    async with transaction() as session:
        return await _visitor(session, request, number)


async def sent_by_applicant(request: Request, visitor: AsVisitor) -> Mapping[str, list[str]]:
    """Read a form that was sent from an applicant's own page. Raises ForeignFormError for any other (CSRF)."""
    require_own_origin(request)
    given = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    fields = {name: [value] for name, value in given.items() if isinstance(value, str)}
    require_token(visitor.form_token, "".join(fields.pop(FORM_TOKEN, [])))
    return fields


SentByApplicant = Annotated[Mapping[str, list[str]], Depends(sent_by_applicant)]


@uploads.post("/{number}/leave")
async def leave(request: Request, visitor: Annotated[Visitor, Depends(visiting_first)], number: Number) -> Response:
    """End the visit, as on a machine that others use."""
    return await left(request, visitor.form_token)


@uploads.post("/{number}/materials")
async def bring_material(
    request: Request, visitor: Annotated[Visitor, Depends(visiting_first)], number: Number, now: Now
) -> Response:
    """Bring a material that is missing, was asked for, or was promised; no connection is held while it comes in."""
    require_own_origin(request)
    async with request.form(max_files=1, max_fields=_MOST_FIELDS) as given:
        require_token(visitor.form_token, str(given.get(FORM_TOKEN, "")))
        material, file = str(given.get("material", "")).strip()[:200], given.get("file")
        if not material or not isinstance(file, UploadFile) or not file.size:
            raise InvalidRequestError("请选择要上传的文件", errors=[])
        async with incoming_file(_pieces(file)) as incoming:
            kept = await files.keep(incoming)
        name = (file.filename or "file")[:200].replace("\0", "")
    actor = Actor("applicant", request.client.host if request.client else None)
    async with transaction() as session:
        await files.file_material(session, number, material, kept, name, actor=actor, now=now, own=True)
    return RedirectResponse(f"/track/{number}?done=brought", HTTPStatus.SEE_OTHER.value)


async def left(request: Request, form_token: str) -> Response:
    """End a visit, and the session at the provider that had begun it; no connection is held while that is asked.

    Raises ForeignFormError for a form that is not of the visit's pages.
    """
    require_own_origin(request)
    given = await request.form(max_files=0, max_fields=_MOST_FIELDS)
    require_token(form_token, str(given.get(FORM_TOKEN, "")))
    async with transaction() as session:
        id_token = await tracking.leave(session, request.cookies.get(visit_cookie(), ""))
    return await led_out(request, id_token, cookie=visit_cookie(), entrance="/track")


async def _visitor(session: AsyncSession, request: Request, number: str) -> Visitor:
    await learn_english(request, session)
    token = request.cookies.get(visit_cookie(), "")
    found = await tracking.visitor(session, token, number, now=wall_now()) if token else None
    if found is None:
        raise NotAuthenticatedError("请先输入编号和查询码", "Cookie")
    return found


def require_token(expected: str, given: str) -> None:
    """Let a form pass that repeats the visit's token. Raises ForeignFormError."""
    if not hmac.compare_digest(given.encode(), expected.encode()):
        raise ForeignFormError("页面已过期，请返回刷新后重试")


async def _pieces(file: UploadFile) -> AsyncIterator[bytes]:
    while piece := await file.read(_PIECE):
        yield piece
