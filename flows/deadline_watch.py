"""Every minute: let timers that have come take effect, bring back lost runs, tell stewards, count, scan files."""

import asyncio
from collections import deque
from datetime import timedelta

from prefect import flow, runtime
from prefect.client.schemas.objects import State
from prefect.states import Completed

from kit import clock
from kit.settings import settings
from tasks import boards, files, rescue, stewards, timers


@flow(name="deadline-watch", flow_run_name="时限巡查", persist_result=False)
async def deadline_watch() -> State[None] | None:
    """Make sure that no application waits with nobody knowing: what was missed is late by a minute, never lost."""
    if _is_stale() and _was_made_lately():
        return Completed(message="已有更近的巡查，本次从略")
    _made.append(clock.monotonic())
    # Together, so that trouble with one never keeps the other from its work.
    # Nothing rests on what stewards ask about or on boards: such a task shows its own trouble, the watch is complete.
    legal = asyncio.gather(timers.ring_due(), rescue.rescue_lost_runs(), return_exceptions=True)
    quarantine = [files.empty_quarantine()] if settings().scanner else []
    courteous = asyncio.gather(stewards.tell_stewards(), boards.count_boards(), *quarantine, return_exceptions=True)
    errors = [result for result in await legal if isinstance(result, BaseException)]
    await courteous
    if errors:
        raise BaseExceptionGroup("the watch was not complete", errors)
    return None


#: When this process last made a watch, in its monotonic time.
_made: deque[float] = deque(maxlen=1)


def _was_made_lately() -> bool:
    """Where everything starts late, every watch is stale: one gives way only to another that was in fact made."""
    return bool(_made) and clock.monotonic() - _made[0] < settings().watch_seconds


def _is_stale() -> bool:
    """After an outage every missed minute's watch is due; only one of them is worth making."""
    scheduled = runtime.flow_run.scheduled_start_time
    late = timedelta(seconds=2 * settings().watch_seconds)
    return scheduled is not None and clock.wall_now() - scheduled > late
