"""The way in and out, the first page, and the choice of language."""

from http import HTTPStatus
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from casework import signing_in
from casework.signing_in import Refused, Visit
from kit.clock import wall_now
from kit.database import transaction
from kit.oidc import configured
from kit.settings import settings
from models import Role
from portal.dependencies import Session
from portal.pages.leaving import led_out
from portal.pages.rendering import CHINESE, ENGLISH, LANGUAGE, page
from portal.pages.visiting import (
    ENTRANCE,
    FORM_TOKEN,
    Anybody,
    PageRoute,
    Somebody,
    VisitingFirst,
    inside,
    require_form_token,
    require_own_origin,
    secure,
    session_cookie,
)

router = APIRouter(route_class=PageRoute)
_FEW_FIELDS: Final = 10
_YEAR_SECONDS: Final = 365 * 24 * 3600
#: Where each role's work lies; the first that fits is a person's first page.
_DESKS: Final = (
    (Role.HANDLER, "/inbox"),
    (Role.HEAD, "/inbox"),
    (Role.MANAGER, "/board"),
    (Role.SUPERVISOR, "/board"),
    (Role.ADMINISTRATOR, "/board"),
)
_CENTER: Final = "/applications"
_WHY: Final = {
    Refused.WRONG: "账号或密码不正确",
    Refused.TOO_OFTEN: "尝试次数过多，请十五分钟后再试",
}


@router.get("/")
async def home(seen: Anybody) -> Response:
    """Lead everybody to their own work."""
    return _to(desk_of(seen))


def desk_of(seen: Visit) -> str:
    """Return a person's first page."""
    return next((path for role, path in _DESKS if role in seen.caller.roles), _CENTER)


@router.get(ENTRANCE)
async def show_entrance(request: Request, seen: Somebody, next: str = "/", left: str = "") -> Response:
    """Ask who it is; ``left`` tells that they have signed out here, and not at the provider."""
    return page(request, "sign_in.html", seen, **entrance(after=inside(next), left=bool(left)))


@router.post(ENTRANCE)
async def enter(request: Request, session: Session) -> Response:
    """Let somebody in who knows their password; a new session each time, so that none can be fixed beforehand."""
    require_own_origin(request)
    form = await request.form(max_files=0, max_fields=_FEW_FIELDS)
    account, password = (str(form.get(name, ""))[:500] for name in ("account", "password"))
    after = inside(str(form.get("next", "/")))
    source = request.client.host if request.client else None
    outcome = await signing_in.sign_in(session, account.strip(), password, source=source, now=wall_now())
    if isinstance(outcome, Refused):
        status = HTTPStatus.TOO_MANY_REQUESTS if outcome is Refused.TOO_OFTEN else HTTPStatus.UNAUTHORIZED
        told = entrance(after=after, why=_WHY[outcome], account=account)
        return page(request, "sign_in.html", None, status=status.value, **told)
    await signing_in.sign_out(session, request.cookies.get(session_cookie(), ""))
    answer = _to(after)
    answer.set_cookie(session_cookie(), outcome, httponly=True, secure=secure(), samesite="lax", path="/")
    return answer


@router.post("/sign-out")
async def leave(request: Request, seen: Annotated[Visit, Depends(VisitingFirst(tuple(Role)))]) -> Response:
    """End the session in the browser, on our side and at the provider that had let them in."""
    require_own_origin(request)
    given = await request.form(max_files=0, max_fields=_FEW_FIELDS)
    require_form_token({FORM_TOKEN: [str(given.get(FORM_TOKEN, ""))]}, seen)
    async with transaction() as session:
        id_token = await signing_in.sign_out(session, request.cookies.get(session_cookie(), ""))
    return await led_out(request, id_token, cookie=session_cookie(), entrance=ENTRANCE)


@router.get("/language/{language}")
async def choose_language(language: str, next: Annotated[str, Query()] = "/") -> Response:
    """Remember which language somebody reads."""
    answer = _to(inside(next))
    chosen = ENGLISH if language == ENGLISH else CHINESE
    answer.set_cookie(LANGUAGE, chosen, max_age=_YEAR_SECONDS, secure=secure(), samesite="lax", httponly=True, path="/")
    return answer


def entrance(*, after: str = "/", why: str | None = None, account: str = "", left: bool = False) -> dict[str, Any]:
    """Return what the entrance shows: why somebody was not let in, and the ways in that there are."""
    return {
        "after": after,
        "why": why,
        "account": account,
        "left": left,
        "oidc": settings().oidc_label if configured() else None,
    }


def _to(path: str) -> RedirectResponse:
    return RedirectResponse(path, HTTPStatus.SEE_OTHER.value)
