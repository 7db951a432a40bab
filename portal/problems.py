"""Every refusal as a problem document (RFC 9457), from one table of errors and statuses."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from pydantic_core import to_jsonable_python
from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from starlette.exceptions import HTTPException

from kit.logs import get_logger
from kit.settings import settings
from kit.signing import SecretError
from portal.errors import (
    BodyTooLargeError,
    FileTooLargeError,
    ForeignFormError,
    InternalError,
    InvalidRequestError,
    LinkExpiredError,
    LinkInvalidError,
    MethodNotAllowedError,
    NotAuthenticatedError,
    RequestTimeoutError,
    StaleTimestampError,
    TooManyAttemptsError,
    UnavailableError,
    UnknownEventTypeError,
    UnsupportedMediaTypeError,
    UnsupportedVersionError,
)
from portal.rendering import json_answer
from rules import errors
from rules.errors import DaibanError, NotFoundError

MEDIA_TYPE: Final = "application/problem+json"
_RETRY_AFTER_SECONDS: Final = "5"
#: SQLSTATE classes of trouble that passes: connection, transaction rollback (deadlock), resources, operator.
_PASSING: Final = ("08", "40", "53", "57")
log = get_logger("portal")
#: What pydantic finds, as people are told of it.
WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing": "请填写",
        "string_too_short": "请填写",
        "string_too_long": "内容过长",
        "string_pattern_mismatch": "格式不正确",
        "too_short": "请至少选一项",
        "too_long": "选得太多",
        "enum": "请选择",
        "literal_error": "请选择",
        "date_from_datetime_parsing": "请填写日期，如 2026-03-13",
        "date_parsing": "请填写日期，如 2026-03-13",
        "float_parsing": "请填写数字",
        "float_type": "请填写数字",
    }
)


#: The one mapping of errors to statuses; a test fails on an error that is missing.
STATUS: Final[Mapping[type[DaibanError], HTTPStatus]] = MappingProxyType(
    {
        InvalidRequestError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidIntakeError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidEventError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ClockSkewError: HTTPStatus.UNPROCESSABLE_ENTITY,
        UnknownEventTypeError: HTTPStatus.UNPROCESSABLE_ENTITY,
        UnsupportedVersionError: HTTPStatus.BAD_REQUEST,
        errors.DocumentIncompleteError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidNumberError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.LaunchKeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidPlanError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidSessionError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidAppointmentError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.FilingIncompleteError: HTTPStatus.UNPROCESSABLE_ENTITY,
        NotAuthenticatedError: HTTPStatus.UNAUTHORIZED,
        StaleTimestampError: HTTPStatus.UNAUTHORIZED,
        errors.InvalidEngagementError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.InvalidRosterError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.ForbiddenError: HTTPStatus.FORBIDDEN,
        ForeignFormError: HTTPStatus.FORBIDDEN,
        errors.ConflictOfInterestError: HTTPStatus.FORBIDDEN,
        errors.NotAuthorisedError: HTTPStatus.FORBIDDEN,
        errors.InPersonRequiredError: HTTPStatus.FORBIDDEN,
        errors.WrongDepartmentError: HTTPStatus.FORBIDDEN,
        NotFoundError: HTTPStatus.NOT_FOUND,
        errors.UnknownAssignmentError: HTTPStatus.NOT_FOUND,
        MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
        errors.AlreadyDecidedError: HTTPStatus.CONFLICT,
        errors.AssignmentClosedError: HTTPStatus.CONFLICT,
        errors.PrerequisitesOpenError: HTTPStatus.CONFLICT,
        errors.OpinionsAwaitedError: HTTPStatus.CONFLICT,
        errors.OpinionsOpposedError: HTTPStatus.CONFLICT,
        errors.NotAllowedNowError: HTTPStatus.CONFLICT,
        errors.RefusedOnRecordError: HTTPStatus.CONFLICT,
        errors.EventReusedError: HTTPStatus.CONFLICT,
        errors.MilestoneNotOpenError: HTTPStatus.CONFLICT,
        errors.ApplicationClosedError: HTTPStatus.CONFLICT,
        errors.RefusedOnRecordError: HTTPStatus.CONFLICT,
        errors.WithdrawalPendingError: HTTPStatus.CONFLICT,
        errors.ReapplicationBarredError: HTTPStatus.CONFLICT,
        errors.ClosureRefusedError: HTTPStatus.CONFLICT,
        errors.CommitmentRefusedError: HTTPStatus.CONFLICT,
        errors.CureOpenError: HTTPStatus.CONFLICT,
        errors.CommitmentMissingError: HTTPStatus.CONFLICT,
        errors.FileQuarantinedError: HTTPStatus.CONFLICT,
        errors.DocumentNotUploadedError: HTTPStatus.CONFLICT,
        errors.FileInfectedError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.FileAlteredError: HTTPStatus.UNPROCESSABLE_ENTITY,
        errors.FileKindRefusedError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        FileTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        LinkInvalidError: HTTPStatus.FORBIDDEN,
        LinkExpiredError: HTTPStatus.GONE,
        RequestTimeoutError: HTTPStatus.REQUEST_TIMEOUT,
        BodyTooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
        UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
        InternalError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.DocumentAlteredError: HTTPStatus.INTERNAL_SERVER_ERROR,
        errors.CatalogError: HTTPStatus.INTERNAL_SERVER_ERROR,
        TooManyAttemptsError: HTTPStatus.TOO_MANY_REQUESTS,
        errors.CallBackMissingError: HTTPStatus.CONFLICT,
        errors.InvalidDeliveryError: HTTPStatus.UNPROCESSABLE_ENTITY,
        UnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
        errors.CatalogNotLoadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
BY_CODE: Final[Mapping[str, type[DaibanError]]] = MappingProxyType({kind.code: kind for kind in STATUS})
_OF_THE_FRAMEWORK: Final[Mapping[int, DaibanError]] = MappingProxyType(
    {
        HTTPStatus.NOT_FOUND: NotFoundError("没有这个地址"),
        HTTPStatus.METHOD_NOT_ALLOWED: MethodNotAllowedError("此地址不接受这种请求方法"),
        HTTPStatus.REQUEST_TIMEOUT: RequestTimeoutError("请求正文迟迟没有到齐，请稍后再试"),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: BodyTooLargeError("请求正文超过 1 MiB"),
    }
)


def title(kind: type[DaibanError]) -> str:
    """Say in one sentence what a kind of error means."""
    return " ".join((kind.__doc__ or "").split()).replace("``", "")


def problem_type(code: str) -> str:
    """Return the address that names and explains a kind of problem."""
    return f"{settings().portal_url.rstrip('/')}/problems/{code}"


def problem(error: DaibanError, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with an error's problem document; its details are extension members."""
    status = STATUS[type(error)]
    details = to_jsonable_python(error.details, fallback=str)
    # Last, so that no detail can take the place of a member the standard defines.
    standard = {
        "type": problem_type(error.code),
        "title": title(type(error)),
        "status": status.value,
        "detail": error.message,
    }
    extra = dict(headers or {})
    if isinstance(error, NotAuthenticatedError):
        extra["WWW-Authenticate"] = error.challenge
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        extra["Retry-After"] = str(error.details["retry_after"])
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        extra["Retry-After"] = _RETRY_AFTER_SECONDS
    return json_answer(_writable({**details, **standard}), status, extra, MEDIA_TYPE)


def invalid(findings: Sequence[Mapping[str, Any]], *within: str) -> InvalidRequestError:
    """Turn a validator's findings into one error; what was sent is not repeated, it may be personal."""
    listed = [
        {"location": ".".join(str(step) for step in (*within, *finding["loc"])), "message": str(finding["msg"])}
        for finding in findings
    ]
    return InvalidRequestError(f"请求有 {len(listed)} 处不符合要求", errors=listed)


def beside_fields(error: ValidationError) -> dict[str, str]:
    """Say of each field of a page's form what is wrong with it, in words for people; "" is the form as a whole."""
    said: dict[str, str] = {}
    for finding in error.errors(include_url=False, include_input=False):
        said.setdefault(".".join(map(str, finding["loc"])), in_words(finding))
    return said


def in_words(finding: Mapping[str, Any]) -> str:
    """Say what a validator found in words for people, which the pages' translations know."""
    return WORDS.get(finding["type"]) or str(finding["msg"]).removeprefix("Value error, ")


def install(app: FastAPI) -> None:
    """Let the application answer every error with its problem document."""
    handlers: dict[type[Exception], Any] = {
        DaibanError: _business,
        RequestValidationError: _validation,
        HTTPException: _framework,
        DBAPIError: _database,
        PoolExhaustedError: _database,
        OSError: _database,
        SecretError: _unready,
    }
    for kind, handler in handlers.items():
        app.add_exception_handler(kind, handler)


async def _business(_: Request, error: DaibanError) -> Response:
    return problem(error)


async def _validation(_: Request, error: RequestValidationError) -> Response:
    return problem(invalid(error.errors()))


async def _framework(_: Request, error: HTTPException) -> Response:
    known = _OF_THE_FRAMEWORK.get(error.status_code) or InvalidRequestError("无法读取请求正文", errors=[])
    return problem(known, error.headers)


async def _database(_: Request, error: Exception) -> Response:
    """Tell a database that is away, which passes, from a statement that it refused, which is our mistake."""
    if isinstance(error, DBAPIError) and not _passes(error):
        raise error
    log.warning("database_unavailable", error=f"{type(error).__name__}: {getattr(error, 'orig', error)}")
    return problem(UnavailableError("数据库暂时无法使用，请稍后再试"))


async def _unready(_: Request, error: Exception) -> Response:
    """A secret of the office is missing: whoever runs it is told in the log, the caller to come again."""
    log.error("secret_missing", error=str(error))
    return problem(UnavailableError("暂时无法办理，请稍后再试"))


def _passes(error: DBAPIError) -> bool:
    state = str(getattr(error.orig, "sqlstate", None) or "")
    return error.connection_invalidated or isinstance(error, InterfaceError) or state.startswith(_PASSING)


def _writable(value: Any) -> Any:
    """Replace lone surrogates, which JSON can spell and UTF-8 cannot; a caller's member name may hold one."""
    match value:
        case str():
            return value.encode("utf-8", "replace").decode()
        case dict():
            return {_writable(key): _writable(each) for key, each in value.items()}
        case list():
            return [_writable(each) for each in value]
        case _:
            return value
