"""Signing in by the installation's own provider (OIDC): it says who somebody is, the office what they may do."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework import signing_in
from kit import oidc
from kit.clock import wall_now
from kit.database import transaction
from kit.logs import get_logger
from kit.oidc import Attempt, OidcError, ProviderAwayError
from kit.settings import settings
from portal.pages.entrance import entrance
from portal.pages.rendering import page
from portal.pages.visiting import ENTRANCE, PageRoute, inside, secure, session_cookie
from rules.errors import NotFoundError

router = APIRouter(prefix=f"{ENTRANCE}/oidc", route_class=PageRoute)
_LASTS_SECONDS: Final = 600
_LONGEST: Final = 4000
_AWAY: Final = "统一身份认证服务暂时无法连接，请稍后重试或用账号密码登录"
_FAILED: Final = "统一身份认证未成功，请重试或用账号密码登录"
_UNKNOWN: Final = "统一身份认证成功，但本系统没有您的账号，请联系系统管理员"
log = get_logger("portal")


@router.get("")
async def begin(request: Request, next: str = "/") -> Response:
    """Lead to the provider; what has to come back from it stays in this browser."""
    _require_configured()
    try:
        url, attempt = await oidc.begin(inside(next[:_LONGEST]), _redirect())
    except OidcError as error:
        return _refused(request, _AWAY, HTTPStatus.BAD_GATEWAY, error)
    answer = RedirectResponse(url, HTTPStatus.SEE_OTHER.value)
    answer.set_cookie(
        _cookie(), attempt.kept(), max_age=_LASTS_SECONDS, httponly=True, secure=secure(), samesite="lax", path="/"
    )
    return answer


@router.get("/callback")
async def finish(request: Request) -> Response:
    """Begin a session for the person whom the provider has named, if the office knows them."""
    _require_configured()
    try:
        attempt = Attempt.read(request.cookies.get(_cookie(), ""))
        told = {name: value[:_LONGEST] for name, value in request.query_params.items()}
        account = await oidc.finish(attempt, told, _redirect())
    except ProviderAwayError as error:
        return _refused(request, _AWAY, HTTPStatus.BAD_GATEWAY, error)
    except OidcError as error:
        return _refused(request, _FAILED, HTTPStatus.BAD_REQUEST, error)
    source = request.client.host if request.client else None
    async with transaction() as session:
        token = await signing_in.sign_in_as(session, account, source=source, now=wall_now())
        if token is not None:
            await signing_in.sign_out(session, request.cookies.get(session_cookie(), ""))
    if token is None:
        unknown = OidcError(f"nobody here has the account {account[:100]!r}")
        return _refused(request, _UNKNOWN, HTTPStatus.FORBIDDEN, unknown)
    answer = RedirectResponse(inside(attempt.after), HTTPStatus.SEE_OTHER.value)
    answer.set_cookie(session_cookie(), token, httponly=True, secure=secure(), samesite="lax", path="/")
    return _spent(answer)


def _refused(request: Request, why: str, status: HTTPStatus, error: OidcError) -> Response:
    log.warning("oidc_refused", reason=str(error)[:300])
    return _spent(page(request, "sign_in.html", None, status=status.value, **entrance(why=why)))


def _spent(answer: Response) -> Response:
    """An attempt is good for one answer of the provider, whatever it was."""
    answer.delete_cookie(_cookie(), path="/", secure=secure(), httponly=True, samesite="lax")
    return answer


def _require_configured() -> None:
    if not oidc.configured():
        raise NotFoundError("未启用统一身份认证")


def _cookie() -> str:
    return "__Host-daiban-oidc" if secure() else "daiban-oidc"


def _redirect() -> str:
    return f"{settings().portal_url.rstrip('/')}{ENTRANCE}/oidc/callback"
