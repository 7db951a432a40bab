"""Count what the boards show."""

from typing import Final

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import board_counting
from kit import clock
from kit.database import transaction

#: Ended assignments counted in one transaction, and transactions in a round: a long outage takes several rounds.
_BATCH: Final = 500
_BATCHES: Final = 20


@task(name="count-boards", cache_policy=NO_CACHE, persist_result=False)
async def count_boards() -> int:
    """Bring the boards up to date; return how many ended assignments were counted."""
    counted = 0
    for _ in range(_BATCHES):
        async with transaction() as session:
            found = await board_counting.count(session, now=clock.now(), limit=_BATCH)
        counted += found
        if found < _BATCH:
            break
    async with transaction() as session:
        await board_counting.keep_findings(session, now=clock.now())
    return counted
