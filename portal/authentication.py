"""Who is calling: people, by their token."""

from dataclasses import dataclass
from typing import Annotated, Final

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from sqlalchemy.ext.asyncio import AsyncSession

from casework.casefile import Actor
from casework.queries import Caller, caller_of
from kit.database import transaction
from models import Role
from portal.dependencies import Session
from portal.errors import NotAuthenticatedError
from rules.errors import ForbiddenError

_BEARER: Final = 'Bearer realm="daiban"'
#: Who may look at every application of the center.
CENTER: Final = (Role.AGENT, Role.STEWARD, Role.MANAGER, Role.ADMINISTRATOR)
OVERSEERS: Final = (Role.MANAGER, Role.ADMINISTRATOR)
_SUPERVISING: Final = (*OVERSEERS, Role.SUPERVISOR)

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
        return not self.caller.roles.isdisjoint(OVERSEERS)


@dataclass(frozen=True, slots=True)
class Having:
    """A dependency that lets in the people who have one of ``roles``."""

    roles: tuple[Role, ...]

    async def __call__(self, request: Request, session: Session, token: Token) -> SignedIn:
        return await _identified(request, session, token, self.roles)


@dataclass(frozen=True, slots=True)
class HavingFirst:
    """A dependency as ``Having``, for a request whose body takes long: it holds no connection meanwhile."""

    roles: tuple[Role, ...]

    async def __call__(self, request: Request, token: Token) -> SignedIn:
        async with transaction() as session:
            return await _identified(request, session, token, self.roles)


def having(*roles: Role) -> Having:
    """Make the dependency of an endpoint for people who have one of ``roles``."""
    return Having(roles)


def having_first(*roles: Role) -> HavingFirst:
    """Make the dependency of an upload for people who have one of ``roles``."""
    return HavingFirst(roles)


async def _identified(
    request: Request, session: AsyncSession, token: HTTPAuthorizationCredentials | None, roles: tuple[Role, ...]
) -> SignedIn:
    if token is None:
        raise NotAuthenticatedError("请在 Authorization: Bearer 中给出令牌", _BEARER)
    caller = await caller_of(session, token.credentials)
    if caller is None:
        raise NotAuthenticatedError("令牌无效", f'{_BEARER}, error="invalid_token"')
    if caller.roles.isdisjoint(roles):
        raise ForbiddenError(f"{caller.account} 无权进行此操作", needs=[role.value for role in roles])
    return SignedIn(caller, Actor(caller.account, origin(request)))


AsAgent = Annotated[SignedIn, Depends(having(Role.AGENT))]
#: Agents, and the manager who steps in when both agents of an application are away; whose turn it is, casework says.
InCharge = Annotated[SignedIn, Depends(having(Role.AGENT, Role.MANAGER))]
#: As ``InCharge``, for uploads.
InChargeFirst = Annotated[SignedIn, Depends(having_first(Role.AGENT, Role.MANAGER))]
Overseer = Annotated[SignedIn, Depends(having(*OVERSEERS))]
Anybody = Annotated[SignedIn, Depends(having(*Role))]
AsManager = Annotated[SignedIn, Depends(having(Role.MANAGER, Role.ADMINISTRATOR))]
AsSupervisor = Annotated[SignedIn, Depends(having(*_SUPERVISING))]
OfTheCenter = Annotated[SignedIn, Depends(having(*CENTER))]


def origin(request: Request) -> str | None:
    """Tell the address a request came from."""
    return request.client.host if request.client else None
