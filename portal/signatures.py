"""What departments report: read, bounded and verified before anything in it is looked at."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Final
from uuid import UUID

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import ClientDisconnect

from casework.casefile import Actor
from casework.queries import department_asked, department_codes, departments_of
from kit import protocol
from kit.clock import wall_now
from kit.database import transaction
from kit.logs import get_logger
from kit.signing import SecretError, SignatureError, SignatureReason, department_secrets, new_secret, verify
from portal.authentication import origin
from portal.dependencies import Session
from portal.errors import (
    InvalidRequestError,
    NotAuthenticatedError,
    StaleTimestampError,
    UnavailableError,
    UnsupportedMediaTypeError,
    UnsupportedVersionError,
)
from rules.errors import UnknownAssignmentError, WrongDepartmentError

_SIGNATURE: Final = 'StandardWebhooks realm="daiban"'
_EVENT_TYPES: Final = ("application/cloudevents+json", "application/json")
log = get_logger("portal")

Owners = Callable[[AsyncSession, UUID], Awaitable[tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class SignedMessage:
    """A message that its department has signed; ``assignment`` is what it speaks of, an opinion where one is asked."""

    assignment: UUID
    department: str
    actor: Actor
    body: bytes


async def signed_message(assignment: str, request: Request, session: Session) -> SignedMessage:
    """Read what a department reports of an assignment, signed by the department that has it."""
    return await _signed(assignment, departments_of, request, session)


async def signed_opinion(opinion: str, request: Request, session: Session) -> SignedMessage:
    """Read what a department reports of an opinion, signed by the department that was asked."""
    return await _signed(opinion, department_asked, request, session)


Signed = Annotated[SignedMessage, Depends(signed_message)]
SignedOpinion = Annotated[SignedMessage, Depends(signed_opinion)]


async def signed_upload(assignment: str, sha256: str, request: Request) -> SignedMessage:
    """Let a department in that has signed the hash of the file it is about to send; its body is not read here."""
    _require_version(request)
    async with transaction() as session:
        return await _verified(assignment, departments_of, request, session, sha256.encode())


SignedUpload = Annotated[SignedMessage, Depends(signed_upload)]


async def _signed(subject: str, owners: Owners, request: Request, session: Session) -> SignedMessage:
    return await _verified(subject, owners, request, session, await _body(request))


async def _verified(
    subject: str, owners: Owners, request: Request, session: AsyncSession, body: bytes
) -> SignedMessage:
    """Check a department's signature.

    The department is the one it belongs to, or one that has handed it on. Whether there is such an assignment or
    opinion shows only to who signs as some department: without a right signature an unknown one is refused like a
    known one, after the same work.
    """
    id_ = _uuid(subject)
    departments = await owners(session, id_) if id_ else ()
    for department in departments or (None,):
        if _signs(department, request, body) and id_ is not None and department is not None:
            return SignedMessage(id_, department, Actor(f"department/{department}", origin(request)), body)
    for other in await department_codes(session):
        if other not in departments and _may_sign(other, request, body):
            if departments:
                raise WrongDepartmentError("这件部门任务不属于本部门", wanted=subject)
            raise UnknownAssignmentError("没有这件部门任务", wanted=subject)
    raise NotAuthenticatedError(
        "签名无效：the signature fits none of the secrets accepted",
        _SIGNATURE,
        reason=SignatureReason.MISMATCH.value,
    )


async def _body(request: Request) -> bytes:
    """Read the body of a message in a form and a version that are understood here."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() not in _EVENT_TYPES:
        raise UnsupportedMediaTypeError(f"请使用 {_EVENT_TYPES[0]}", accepted=list(_EVENT_TYPES))
    if request.headers.get("content-encoding", "identity").strip().lower() != "identity":
        raise UnsupportedMediaTypeError("正文不得压缩", accepted=list(_EVENT_TYPES))
    _require_version(request)
    try:
        return await request.body()
    except ClientDisconnect as error:
        raise InvalidRequestError("请求正文不完整", errors=[]) from error


def _require_version(request: Request) -> None:
    asked = request.headers.get(protocol.HEADER)
    if not protocol.is_supported(asked):
        raise UnsupportedVersionError(f"不支持协议版本 {asked!r:.40}", supported=list(protocol.SUPPORTED))


def _signs(department: str | None, request: Request, body: bytes) -> bool:
    """Tell whether a department has signed. Raises when nobody can have, and when its secret cannot be read."""
    try:
        verify(_secrets(department), request.headers, body)
    except SignatureError as error:
        if error.reason is SignatureReason.MISMATCH:
            return False
        if error.reason is SignatureReason.STALE_TIMESTAMP:
            now = int(wall_now().timestamp())
            raise StaleTimestampError(
                f"签名时间相差过大：{error}", _SIGNATURE, reason=error.reason.value, now=now
            ) from error
        raise NotAuthenticatedError(f"签名无效：{error}", _SIGNATURE, reason=error.reason.value) from error
    return True


def _may_sign(department: str, request: Request, body: bytes) -> bool:
    """Tell whether a department has signed what is not its own; one without a secret has not."""
    try:
        verify(department_secrets(department), request.headers, body)
    except (SignatureError, SecretError):
        return False
    return True


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


#: The body of an event whose reporter is known by other means than a signature.
EventText = Annotated[bytes, Depends(_body)]
