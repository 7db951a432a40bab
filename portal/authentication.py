"""Who is calling: people by their token, departments by the signature on their message."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import ClientDisconnect

from casework.casefile import Actor
from casework.queries import Caller, caller_of, department_asked, department_of
from kit.logs import get_logger
from kit.signing import SecretError, SignatureError, SignatureReason, department_secrets, new_secret, verify
from models import Role
from portal.dependencies import Session
from portal.errors import InvalidRequestError, NotAuthenticatedError, UnavailableError, UnsupportedMediaTypeError
from rules.errors import ForbiddenError

_BEARER: Final = 'Bearer realm="daiban"'
_SIGNATURE: Final = 'StandardWebhooks realm="daiban"'
_EVENT_TYPES: Final = ("application/cloudevents+json", "application/json")
#: Who may look at every application of the center.
CENTER: Final = (Role.AGENT, Role.STEWARD, Role.MANAGER, Role.ADMINISTRATOR)
_OVERSEERS: Final = (Role.MANAGER, Role.ADMINISTRATOR)
log = get_logger("portal")

_token = HTTPBearer(auto_error=False, scheme_name="token", description="Token of a person: `Authorization: Bearer …`")
Token = Annotated[HTTPAuthorizationCredentials | None, Depends(_token)]


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A person who may do what the endpoint does, and where the request came from."""

    caller: Caller
    actor: Actor

    @property
    def oversees(self) -> bool:
        """The person may act on what is another's: a manager or an administrator."""
        return not self.caller.roles.isdisjoint(_OVERSEERS)


def having(*roles: Role) -> Callable[..., Awaitable[SignedIn]]:
    """Make a dependency that lets in the people who have one of ``roles``."""

    async def signed_in(request: Request, session: Session, token: Token) -> SignedIn:
        if token is None:
            raise NotAuthenticatedError("请在 Authorization: Bearer 中给出令牌", _BEARER)
        caller = await caller_of(session, token.credentials)
        if caller is None:
            raise NotAuthenticatedError("令牌无效", f'{_BEARER}, error="invalid_token"')
        if caller.roles.isdisjoint(roles):
            raise ForbiddenError(f"{caller.account} 无权进行此操作", needs=[role.value for role in roles])
        return SignedIn(caller, Actor(caller.account, _origin(request)))

    return signed_in


AsAgent = Annotated[SignedIn, Depends(having(Role.AGENT))]
#: Agents, and the manager who steps in when both agents of an application are away; whose turn it is, casework says.
InCharge = Annotated[SignedIn, Depends(having(Role.AGENT, Role.MANAGER))]
Overseer = Annotated[SignedIn, Depends(having(*_OVERSEERS))]
Anybody = Annotated[SignedIn, Depends(having(*Role))]
AsManager = Annotated[SignedIn, Depends(having(Role.MANAGER, Role.ADMINISTRATOR))]
OfTheCenter = Annotated[SignedIn, Depends(having(*CENTER))]


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message that its department has signed; ``assignment`` is what it speaks of, an opinion where one is asked."""

    assignment: UUID
    department: str
    actor: Actor
    body: bytes


async def signed_message(assignment: str, request: Request, session: Session) -> SignedMessage:
    """Read what a department reports of an assignment, signed by the department that has it."""
    return await _signed(assignment, department_of, request, session)


async def signed_opinion(opinion: str, request: Request, session: Session) -> SignedMessage:
    """Read what a department reports of an opinion, signed by the department that was asked."""
    return await _signed(opinion, department_asked, request, session)


async def _signed(
    subject: str, owner: Callable[[Session, UUID], Awaitable[str | None]], request: Request, session: Session
) -> SignedMessage:
    """Read a department's message and check its signature before anything in it is looked at.

    The department is the one it belongs to. Whether there is such an assignment or opinion shows only to who can sign
    for it: an unknown one is refused like a wrong signature, after the same work.
    """
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _EVENT_TYPES:
        raise UnsupportedMediaTypeError(f"请使用 {_EVENT_TYPES[0]}", accepted=list(_EVENT_TYPES))
    try:
        body = await request.body()
    except ClientDisconnect as error:
        raise InvalidRequestError("请求正文不完整", errors=[]) from error
    id_ = _uuid(subject)
    department = await owner(session, id_) if id_ else None
    try:
        verify(_secrets(department), request.headers, body)
    except SignatureError as error:
        raise _unsigned(error.reason, str(error)) from error
    if id_ is None or department is None:
        raise _unsigned(SignatureReason.MISMATCH, "the signature fits none of the secrets accepted")
    return SignedMessage(id_, department, Actor(f"department/{department}", _origin(request)), body)


Signed = Annotated[SignedMessage, Depends(signed_message)]
SignedOpinion = Annotated[SignedMessage, Depends(signed_opinion)]


def _unsigned(reason: SignatureReason, why: str) -> NotAuthenticatedError:
    return NotAuthenticatedError(f"签名无效：{why}", _SIGNATURE, reason=reason.value)


def _secrets(department: str | None) -> tuple[str, ...]:
    if department is None:
        return _never_given_away()
    try:
        return department_secrets(department)
    except SecretError as error:
        # Not a wrong signature, after which departments stop for good: somebody is just writing the file, or will.
        log.exception("department_secret_unusable", department=department, error=str(error))
        raise UnavailableError("暂时无法核对部门签名，请稍后再试") from error


@cache
def _never_given_away() -> tuple[str, ...]:
    return (new_secret(),)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _origin(request: Request) -> str | None:
    return request.client.host if request.client else None
