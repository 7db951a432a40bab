"""Let the timers of applications take effect."""

from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import timers
from kit import clock
from kit.database import transaction
from kit.logs import get_logger

log = get_logger("timers")

_PAGE: Final = 500


class TimersFailedError(Exception):
    """Some applications could not be advanced; the others were."""


@task(name="ring-due-timers", cache_policy=NO_CACHE, persist_result=False)
async def ring_due() -> int:
    """Let every timer that has come take effect, shown in Prefect; return how many."""
    return await ring_all()


async def ring_all() -> int:
    """Advance every application whose next timer has come, each in its own transaction; return how many.

    One poisoned application never stops the sweep: it is logged, the others go on, and at the end
    TimersFailedError is raised.
    """
    now, failed, rung = clock.now(), [], 0
    page = [timers.BEGINNING]
    while page:
        async with transaction() as session:
            page = await timers.due(session, now=now, after=page[-1], limit=_PAGE)
        for _, application_id in page:
            try:
                async with transaction() as session:
                    await timers.ring(session, application_id, now=now)
                rung += 1
            except Exception:
                log.exception("timer_failed", application_id=application_id)
                failed.append(application_id)
    if failed:
        raise TimersFailedError(f"applications {failed} could not be advanced")
    return rung
