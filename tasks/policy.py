"""The one retry policy of outside effects, and the one answer to what is worth retrying."""

from http import HTTPStatus
from typing import Any, Final

import httpx
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State, TaskRun
from prefect.context import TaskRunContext

#: Seconds between attempts within one look at the application; longer outages are held and tried again by the clock.
RETRY_DELAYS_SECONDS: Final = [0.5, 2.0, 5.0]
_WORTH_RETRYING: Final = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def is_transient(error: BaseException | None) -> bool:
    """Tell trouble that passes by itself (no answer, overload, their fault) from a refusal."""
    if isinstance(error, httpx.HTTPStatusError):
        status = error.response.status_code
        return status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _WORTH_RETRYING
    return isinstance(error, httpx.TransportError)


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
