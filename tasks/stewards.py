"""Tell stewards of slow progress."""

from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import alerts
from kit import clock
from kit.database import transaction
from kit.logs import get_logger

log = get_logger("stewards")

_PAGE: Final = 500


class AlertsFailedError(Exception):
    """Some applications could not be looked at; the others were."""


@task(name="tell-stewards", cache_policy=NO_CACHE, persist_result=False)
async def tell_stewards() -> int:
    """Look once a day at every application in approval, each in its own transaction; return how many alerts that gave.

    One poisoned application never stops the round: it is logged, the others go on, and the task fails at the end.
    """
    now, failed, told = clock.now(), [], 0
    page = [0]
    while page:
        async with transaction() as session:
            page = await alerts.due(session, now=now, after=page[-1], limit=_PAGE)
        for application in page:
            try:
                async with transaction() as session:
                    told += await alerts.look(session, application, now=now)
            except Exception:
                log.exception("look_failed", application_id=application)
                failed.append(application)
    if failed:
        raise AlertsFailedError(f"applications {failed} could not be looked at")
    return told
