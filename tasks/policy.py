"""The one retry policy of outside effects, and the one answer to what is worth retrying."""

import email.utils
import ssl
from collections.abc import Iterator
from enum import Enum, auto
from http import HTTPStatus
from typing import Any, Final

import httpx
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext

from kit import clock
from kit.addresses import AddressRefusedError
from kit.department_http import OversizedAnswerError, TlsFilesError
from kit.signing import SecretError

#: Seconds between attempts within one look at the application; a run that waits keeps a place, so they are few.
RETRY_DELAYS_SECONDS: Final = [0.5, 2.0]
#: What a department may ask for by ``Retry-After``, in real seconds.
_LEAST_WAIT, _LONGEST_WAIT = 1.0, 3600.0
_PASSING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY})
#: A department that is just changing its secret or its address answers so: tried again, not given up.
_MISCONFIGURED: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND})
_OURS_TO_MEND: Final = (SecretError, httpx.InvalidURL, httpx.UnsupportedProtocol, AddressRefusedError, TlsFilesError)


class Trouble(Enum):
    """What kept a message from arriving, by what is to be done about it."""

    #: Not there, gone in the middle, or failing: it may be there again in a second.
    PASSING = auto()
    #: No answer in time. Another attempt would cost as much time again, at everybody's expense: later.
    SLOW = auto()
    #: It asks for a rest.
    BUSY = auto()
    #: It took the request and answered something else than the protocol says: a gateway's page, half a reply.
    GARBLED = auto()
    #: Ends when somebody mends a setting, a certificate or an address, ours or theirs.
    MISCONFIGURED = auto()
    #: It says no: a person must look.
    REFUSED = auto()


class GarbledAnswerError(Exception):
    """A department's system answered something else than the protocol says."""


class RedirectedError(Exception):
    """A department's system sent us elsewhere; a signed body goes to the address in the catalog and no other."""


def trouble(error: BaseException) -> Trouble | None:
    """Tell what kind of trouble an error of sending is; None for what no department can cause."""
    if isinstance(error, httpx.HTTPStatusError):
        return _of_status(error.response)
    if isinstance(error, (*_OURS_TO_MEND, RedirectedError)) or _is_tls(error):
        return Trouble.MISCONFIGURED
    if isinstance(error, httpx.TimeoutException):
        return Trouble.SLOW
    if isinstance(error, GarbledAnswerError | OversizedAnswerError | httpx.DecodingError):
        return Trouble.GARBLED
    return Trouble.PASSING if isinstance(error, httpx.TransportError) else None


def is_transient(error: BaseException | None) -> bool:
    """Tell trouble that may be over in a second, and is tried again at once, from all other."""
    return error is not None and trouble(error) is Trouble.PASSING


def retry_after(error: BaseException) -> float | None:
    """Tell for how many real seconds a department has asked to be left alone, within bounds; None: it has not."""
    if not isinstance(error, httpx.HTTPStatusError):
        return None
    text = error.response.headers.get("retry-after", "").strip()
    if not text:
        return None
    if text.isascii() and text.isdigit() and len(text) < 10:
        seconds = float(text)
    else:
        try:
            seconds = (email.utils.parsedate_to_datetime(text) - clock.wall_now()).total_seconds()
        except (ValueError, TypeError):  # no date, or one without an offset
            return None
    return min(max(seconds, _LEAST_WAIT), _LONGEST_WAIT)


def _of_status(answer: httpx.Response) -> Trouble:
    status = answer.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Trouble.BUSY
    if status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in answer.headers:
        return Trouble.BUSY
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return Trouble.PASSING
    return Trouble.MISCONFIGURED if status in _MISCONFIGURED else Trouble.REFUSED


def _is_tls(error: BaseException) -> bool:
    return any(isinstance(each, ssl.SSLError) for each in _causes(error))


def _causes(error: BaseException) -> Iterator[BaseException]:
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__ or each.__context__


async def _retry(_task: Any, _run: TaskRun, state: State[Any]) -> bool:
    return is_transient(await state.aresult(raise_on_failure=False))


#: Outside effects carry our own idempotency keys: Prefect neither caches nor stores their results.
EFFECT: Final[dict[str, Any]] = {
    "cache_policy": NO_CACHE,
    "persist_result": False,
    "retries": len(RETRY_DELAYS_SECONDS),
    "retry_delay_seconds": RETRY_DELAYS_SECONDS,
    "retry_jitter_factor": 0.5,
    "retry_condition_fn": _retry,
}


def is_last_attempt() -> bool:
    """Tell whether the running task will not be tried again; outside a task run there is only one attempt."""
    context = TaskRunContext.get()
    return context is None or context.task_run.run_count > len(RETRY_DELAYS_SECONDS)
