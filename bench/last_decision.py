"""Time from the last decision accepted to the flow run Completed, one application at a time on an idle stack."""

import asyncio
import sys
from dataclasses import dataclass
from statistics import median, quantiles

from bench.office import Office, office
from kit import clock


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds, over all applications of a run."""

    applications: int
    median: float
    p99: float
    worst: float


async def measure(desk: Office, applications: int) -> Latency:
    """Measure so many applications; Prefect's own time stamp of Completed is compared with our answer's arrival."""
    seconds = []
    for _ in range(applications):
        number, last = await desk.to_last_decision()
        await asyncio.sleep(1)  # let the mirror come to rest: the stack is otherwise idle
        answer = await desk.grant(last)
        accepted = clock.wall_now()
        answer.raise_for_status()
        run = await desk.until_completed(number)
        assert run.state is not None
        seconds.append((run.state.timestamp - accepted).total_seconds())
    return Latency(applications, median(seconds), quantiles(seconds, n=100)[98], max(seconds))


async def main(applications: int) -> None:
    async with office() as desk:
        await measure(desk, 5)  # imports, connections, prepared statements
        print(await measure(desk, applications))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
