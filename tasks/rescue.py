"""Find applications whose Prefect run is lost: its worker died, or a manager ended or deleted it."""

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Final

from prefect import get_client, task
from prefect.cache_policies import NO_CACHE
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterId,
)
from prefect.client.schemas.objects import FlowRun, StateType
from sqlalchemy.exc import SQLAlchemyError

from casework import runs
from kit import clock
from kit.database import transaction
from kit.logs import get_logger

log = get_logger("rescue")

_PAGE: Final = 200
#: Real time a run may take from being resumed to being claimed by its worker before it counts as lost.
_STARTING: Final = timedelta(seconds=15)
_ON_THE_WAY: Final = frozenset({StateType.PENDING, StateType.RUNNING, StateType.SCHEDULED})


@task(name="rescue-lost-runs", cache_policy=NO_CACHE, persist_result=False)
async def rescue_lost_runs() -> int:
    """Ask the relay to bring back every open application whose run nobody executes; return how many."""
    rescued = await rescue_abandoned_runs()
    async with get_client() as client:
        return rescued + await rescue_astray_runs(client)


async def rescue_astray_runs(client: PrefectClient) -> int:
    """Ask for the runs that Prefect says are neither waiting nor on their way, or are gone; return how many."""
    return sum([await _rescue(application_id, None) async for application_id in _astray(client)])


async def rescue_abandoned_runs() -> int:
    """Ask for the runs whose worker died and for those that were never created; return how many."""
    async with transaction() as session:
        lost: list[tuple[int, int | None]] = [*await runs.abandoned(session)]
        lost += [(application_id, None) for application_id in await runs.never_started(session)]
    return sum([await _rescue(*found) for found in lost])


async def _rescue(application_id: int, executor: int | None) -> bool:
    """One application that cannot be rescued never keeps the others from it; the next round tries it again."""
    try:
        async with transaction() as session:
            rescued = await runs.request_rescue(session, application_id, executor=executor)
    except SQLAlchemyError:
        log.exception("rescue_failed", application_id=application_id)
        return False
    if rescued:
        log.warning("run_rescued", application_id=application_id, executor=executor)
    return rescued


async def _astray(client: PrefectClient) -> AsyncIterator[int]:
    """Applications whose run is neither waiting nor on its way to a worker, or is gone."""
    after = 0
    while True:
        async with transaction() as session:
            page = await runs.open_runs(session, after=after, limit=_PAGE)
        if not page:
            return
        after = page[-1][0]
        found = await client.read_flow_runs(
            flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[run for _, run in page])), limit=_PAGE
        )
        waiting = {run.id for run in found if not _is_astray(run)}
        for application_id, run in page:
            if run not in waiting:
                yield application_id


def _is_astray(run: FlowRun) -> bool:
    if run.state is None or run.state.type is StateType.PAUSED:
        return run.state is None
    if run.state.type not in _ON_THE_WAY:
        return True
    since = max(run.state.timestamp, run.next_scheduled_start_time or run.state.timestamp)
    return clock.wall_now() - since > _STARTING
