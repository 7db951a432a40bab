"""Signing out: the session here has ended; one at the installation's provider ends there (RP-initiated logout)."""

from http import HTTPStatus

from fastapi import Request, Response
from fastapi.responses import RedirectResponse

from kit import oidc
from kit.logs import get_logger
from kit.oidc import ProviderAwayError
from kit.settings import settings
from portal.pages.rendering import page
from portal.pages.visiting import secure

log = get_logger("portal")


async def led_out(request: Request, id_token: str | None, *, cookie: str, entrance: str) -> Response:
    """Take the cookie back and lead to the entrance, past the provider where it had let them in.

    A page leads there, not this answer: browsers hold an answer to a form to the addresses that forms may go to. Where
    the provider is away the entrance says that they may still be signed in there. No connection may be held.
    """
    place = await _provider(id_token, entrance) if id_token and oidc.configured() else None
    if place is None:
        left = "?left=here" if id_token else ""
        answer: Response = RedirectResponse(f"{entrance}{left}", HTTPStatus.SEE_OTHER.value)
    else:
        answer = page(request, "signing_out.html", None, place=place, provider=settings().oidc_label)
    answer.delete_cookie(cookie, path="/", secure=secure(), httponly=True, samesite="lax")
    return answer


async def _provider(id_token: str, entrance: str) -> str | None:
    try:
        return await oidc.leaving(id_token, f"{settings().portal_url.rstrip('/')}{entrance}")
    except ProviderAwayError as error:
        log.warning("oidc_not_signed_out", reason=str(error)[:300])
        return None
