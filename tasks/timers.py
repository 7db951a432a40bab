"""Let the timers of applications take effect."""

from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import timers
from kit import clock
from kit.database import transaction
from kit.logs import get_logger

log = get_logger("timers")

_AT_ONCE: Final = 500


class TimersFailedError(Exception):
    """Some applications could not be advanced; the others were."""


@task(name="ring-due-timers", cache_policy=NO_CACHE, persist_result=False)
async def ring_due() -> int:
    """Advance every application whose next timer has come, each in its own transaction; return how many.

    One poisoned application never stops the sweep: it is logged, the others go on, and the task fails at the end.
    """
    now = clock.now()
    async with transaction() as session:
        due = await timers.due(session, now=now, limit=_AT_ONCE)
    failed = []
    for application_id in due:
        try:
            async with transaction() as session:
                await timers.ring(session, application_id, now=now)
        except Exception:
            log.exception("timer_failed", application_id=application_id)
            failed.append(application_id)
    if failed:
        raise TimersFailedError(f"applications {failed} could not be advanced")
    return len(due)
