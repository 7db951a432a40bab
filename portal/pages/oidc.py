"""Signing in by the installation's own provider (OIDC): it says who somebody is, the office what they may do."""

from http import HTTPStatus
from typing import Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework import parties, signing_in, tracking
from kit import oidc
from kit.clock import wall_now
from kit.database import transaction
from kit.logs import get_logger
from kit.oidc import Attempt, Identity, OidcError, ProviderAwayError
from kit.settings import settings
from portal.pages.applicant_forms import visit_cookie
from portal.pages.entrance import entrance
from portal.pages.rendering import page
from portal.pages.visiting import ENTRANCE, PageRoute, inside, secure, session_cookie
from rules.errors import InvalidNumberError, NotFoundError
from rules.numbers import check_credit_code

router = APIRouter(prefix=f"{ENTRANCE}/oidc", route_class=PageRoute)
_LASTS_SECONDS: Final = 600
_LONGEST: Final = 4000
#: As the intake form's field.
_LONGEST_NAME: Final = 200
_APPLICANTS: Final = "/track/mine"
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
    """Begin a session for whom the provider has named: of the office, or where it is wanted an applicant."""
    _require_configured()
    try:
        attempt = Attempt.read(request.cookies.get(_cookie(), ""))
        told = {name: value[:_LONGEST] for name, value in request.query_params.items()}
        identity = await oidc.finish(attempt, told, _redirect())
    except ProviderAwayError as error:
        return _refused(request, _AWAY, HTTPStatus.BAD_GATEWAY, error)
    except OidcError as error:
        return _refused(request, _FAILED, HTTPStatus.BAD_REQUEST, error)
    entered = await _enter(request, identity) or await _enter_as_applicant(request, identity)
    if entered is None:
        unknown = OidcError(f"nobody here has the account {identity.account[:100]!r}")
        return _refused(request, _UNKNOWN, HTTPStatus.FORBIDDEN, unknown)
    cookie, token = entered
    after = attempt.after if cookie == session_cookie() else _APPLICANTS
    answer = RedirectResponse(inside(after), HTTPStatus.SEE_OTHER.value)
    answer.set_cookie(cookie, token, httponly=True, secure=secure(), samesite="lax", path="/")
    return _spent(answer)


async def _enter(request: Request, identity: Identity) -> tuple[str, str] | None:
    """Begin a session of somebody of the office; None where nobody has the account."""
    source = request.client.host if request.client else None
    async with transaction() as session:
        token = await signing_in.sign_in_as(
            session, identity.account, id_token=identity.id_token, source=source, now=wall_now()
        )
        if token is not None:
            await signing_in.sign_out(session, request.cookies.get(session_cookie(), ""))
    return None if token is None else (session_cookie(), token)


async def _enter_as_applicant(request: Request, identity: Identity) -> tuple[str, str] | None:
    """Begin a visit of the enterprise for which a stranger acts; None where that is not wanted or not certain."""
    if not settings().oidc_applicants or identity.enterprise is None:
        return None
    code, name = identity.enterprise
    try:
        check_credit_code(code)
    except InvalidNumberError as error:
        log.warning("oidc_refused", reason=str(error)[:300])
        return None
    async with transaction() as session:
        applicant = await parties.registered(session, code, name.strip()[:_LONGEST_NAME])
        token = await tracking.visit_as(session, applicant, id_token=identity.id_token, now=wall_now())
        await tracking.leave(session, request.cookies.get(visit_cookie(), ""))
    return visit_cookie(), token


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
