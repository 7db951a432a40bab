"""Who looks at a page, and whether what they send comes from a page of ours."""

import hmac
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Annotated, Any, Final
from urllib.parse import quote, urlsplit

from fastapi import Depends, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.routing import APIRoute
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.datastructures import FormData, UploadFile

from casework import catalogs
from casework.casefile import Actor
from casework.signing_in import Visit, visit
from kit.clock import wall_now
from kit.database import transaction
from kit.settings import settings
from models import Role
from portal.dependencies import Session
from portal.errors import ForeignFormError, InvalidRequestError, NotAuthenticatedError
from portal.pages.rendering import ENGLISH, language_of, page
from portal.problems import STATUS
from rules.errors import DaibanError, ForbiddenError

ENTRANCE: Final = "/sign-in"
#: The field of every form that repeats the session's token.
FORM_TOKEN: Final = "_token"  # noqa: S105 - the name of a field
#: How the addresses end that open pages ask by themselves.
OF_ITSELF: Final = ("/live", "/now")
#: What a page asks for that wants to be told of changes.
EVENTS: Final = "text/event-stream"
_CHALLENGE: Final = "Cookie"
_LONGEST_FORM: Final = 200


class PageRoute(APIRoute):
    """A route of a page: it answers an error with a page, and who has not signed in with the way to do so."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        answer = super().get_route_handler()

        async def answered(request: Request) -> Response:
            try:
                return await answer(request)
            except NotAuthenticatedError:
                if of_script(request):
                    # Followed in the background, the way to the entrance would end inside the page.
                    return Response(status_code=HTTPStatus.UNAUTHORIZED.value, headers={"HX-Refresh": "true"})
                return RedirectResponse(self.way_in(request), HTTPStatus.SEE_OTHER.value)
            except DaibanError as error:
                return failure(request, error)

        return answered

    def way_in(self, request: Request) -> str:
        """Return the address at which a stranger says who they are."""
        target = request.url.path if request.method == "GET" else "/"
        return f"{ENTRANCE}?next={quote(target)}"


def of_script(request: Request) -> bool:
    """Tell a request that a page makes by itself, for a part of itself, from one that a person makes."""
    return "hx-request" in request.headers or request.headers.get("accept") == EVENTS


def failure(request: Request, error: DaibanError, seen: Visit | None = None) -> Response:
    """Show why something was not done."""
    status = STATUS[type(error)]
    seen = seen or getattr(request.state, "seen", None)
    return page(
        request,
        "failure.html",
        seen,
        status=status.value,
        error=error,
        code=status.value,
        back=_came_from(request),
    )


def _came_from(request: Request) -> str:
    """Return the page of ours that a form was sent from; the first page where that is not told."""
    before = urlsplit(request.headers.get("referer", ""))
    return before.path if before.netloc == request.headers.get("host") and before.path.startswith("/") else "/"


def of_itself(request: Request) -> bool:
    """Tell what an open page asks without anybody's doing: to be told of changes, and then for what has changed."""
    return request.url.path.endswith(OF_ITSELF)


def session_cookie() -> str:
    """Return the cookie's name; over HTTPS one that no other host and no plain connection can set."""
    return "__Host-daiban" if secure() else "daiban"


def secure() -> bool:
    """Tell whether browsers reach the portal over HTTPS."""
    return urlsplit(settings().portal_url).scheme == "https"


async def learn_english(request: Request, session: AsyncSession) -> None:
    """Let an English page know the catalog's English names."""
    if language_of(request) == ENGLISH:
        request.state.catalog_words = await catalogs.english(session)


async def somebody(request: Request, session: Session) -> Visit | None:
    """Return who has signed in, if anybody has."""
    await learn_english(request, session)
    token = request.cookies.get(session_cookie())
    found = await visit(session, token, now=wall_now(), used=not of_itself(request)) if token else None
    request.state.seen = found
    return found


Somebody = Annotated[Visit | None, Depends(somebody)]


@dataclass(frozen=True, slots=True)
class Visiting:
    """A dependency that lets in people who have signed in and have one of ``roles``."""

    roles: tuple[Role, ...]

    async def __call__(self, found: Somebody) -> Visit:
        return self.require(found)

    def require(self, found: Visit | None) -> Visit:
        """Return who looks. Raises NotAuthenticatedError, ForbiddenError."""
        if found is None:
            raise NotAuthenticatedError("请先登录", _CHALLENGE)
        if found.caller.roles.isdisjoint(self.roles):
            raise ForbiddenError(f"{found.caller.account} 无权查看此页", needs=[role.value for role in self.roles])
        return found


@dataclass(frozen=True, slots=True)
class VisitingFirst(Visiting):
    """As ``Visiting``, before an upload: no connection is held while its body comes in."""

    async def __call__(self, request: Request) -> Visit:  # type: ignore[override]
        async with transaction() as session:
            return self.require(await somebody(request, session))


def visiting(*roles: Role) -> Visiting:
    """Make the dependency of a page for people who have one of ``roles``."""
    return Visiting(roles)


Anybody = Annotated[Visit, Depends(visiting(*Role))]


async def sent_form(request: Request, found: Somebody) -> Mapping[str, list[str]]:
    """Read a form that was sent from a page of ours. Raises ForeignFormError for any other (CSRF)."""
    require_own_origin(request)
    given = await request.form(max_files=0, max_fields=_LONGEST_FORM)
    fields = _fields(given)
    if found is None:
        raise NotAuthenticatedError("请先登录", _CHALLENGE)
    require_form_token(fields, found)
    return fields


def require_form_token(fields: dict[str, list[str]], seen: Visit) -> None:
    """Take the session's token out of a form's fields. Raises ForeignFormError where it is not the session's."""
    if not hmac.compare_digest("".join(fields.pop(FORM_TOKEN, [])).encode(), seen.form_token.encode()):
        raise ForeignFormError("页面已过期，请返回刷新后重试")


SentForm = Annotated[Mapping[str, list[str]], Depends(sent_form)]


def require_own_origin(request: Request) -> None:
    """Let through what a page of ours sends: browsers name its origin with every form. Raises ForeignFormError."""
    origin = request.headers.get("origin")
    own = {_origin(settings().portal_url), f"{request.url.scheme}://{request.headers.get('host', '')}"}
    if origin not in own:
        raise ForeignFormError("请求不是从本站页面发出的")


def inside(path: str) -> str:
    """Keep to addresses of our own: a path, and not the ``//host`` or ``/\\host`` that browsers take for a host."""
    own = path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable()
    return path if own else "/"


def actor_of(request: Request, seen: Visit) -> Actor:
    """Name who acts, and from where, for the records."""
    return Actor(seen.caller.account, request.client.host if request.client else None)


def department_of(seen: Visit) -> str:
    """Return the department whose work a person does. Raises ForbiddenError for somebody of none."""
    if seen.caller.department is None:
        raise ForbiddenError(f"{seen.caller.account} 不属于任何部门")
    return seen.caller.department


def _fields(given: FormData) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in given.multi_items():
        if isinstance(value, UploadFile):
            raise InvalidRequestError("此表单不接收文件", errors=[])
        found.setdefault(name, []).append(value)
    return found


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
