"""Last decisions posted at random moments around the suspension of the run: none may be lost.

The deadline watch, which would find a lost wake-up within a minute, is switched off.
"""

import asyncio
import sys
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from bench.office import Office, OpenAssignment, office
from casework import runs
from kit import clock
from kit.database import transaction

#: Half the width of the window around the suspension, in seconds.
WINDOW = 0.05


@dataclass(slots=True)
class Race:
    """How it went; offsets are seconds from the suspension to the posting of the decision."""

    applications: int = 0
    late: list[str] = field(default_factory=list)
    worst: float = 0.0
    offsets: list[float] = field(default_factory=list)
    seen_at_once: int = 0

    def __str__(self) -> str:
        inside = sum(abs(offset) <= WINDOW for offset in self.offsets)
        before = sum(offset < 0 for offset in self.offsets)
        return (
            f"applications={self.applications} not completed within 5 s={len(self.late)} worst={self.worst:.2f} s "
            f"(decisions within ±50 ms of the suspension: {inside}, before it: {before}; "
            f"already seen by the run when it looked: {self.seen_at_once})"
        )


async def run(desk: Office, applications: int, *, seed: int = 0, at_once: int = 2) -> Race:
    """Race so many applications, ``at_once`` at a time."""
    race, random, slots = Race(), Random(seed), asyncio.Semaphore(at_once)

    async def one() -> None:
        async with slots:
            await _race(desk, race, random)

    async with asyncio.TaskGroup() as group:
        for _ in range(applications):
            group.create_task(one())
    return race


async def _race(desk: Office, race: Race, random: Random) -> None:
    number = await desk.launch()
    (first,) = await desk.until_waiting(number, 1)
    (await desk.grant(first)).raise_for_status()
    rest = await desk.until_waiting(number, 5)
    for assignment in rest[:-1]:
        (await desk.grant(assignment)).raise_for_status()
    woken = clock.wall_now()
    posted, accepted = await _post_around_the_next_suspension(desk, number, rest[-1], random.uniform(0, 2 * WINDOW))
    race.applications += 1
    try:
        run = await desk.until_completed(number, seconds=5)
    except TimeoutError:
        race.late.append(number)
        return
    assert run.state is not None
    race.worst = max(race.worst, (run.state.timestamp - accepted).total_seconds())
    states = await desk.prefect.read_flow_run_states(run.id)
    since = [s.timestamp for s in states if s.name == "Suspended" and s.timestamp > woken]
    if since:
        race.offsets.append((posted - since[0]).total_seconds())
    else:
        race.seen_at_once += 1


async def _post_around_the_next_suspension(
    desk: Office, number: str, last: OpenAssignment, delay: float
) -> tuple[datetime, datetime]:
    """Wake the run, and decide after it has looked at the application, about when it suspends.

    From its look to its suspension a run takes some 50 ms: the gap in which a decision could be lost.
    """
    async with transaction() as session:
        await runs.request_rescue(session, (await desk.standing(number)).id)
    async with asyncio.timeout(10):
        while (await desk.standing(number)).observed_seq < 0:
            await asyncio.sleep(0.001)
    await asyncio.sleep(delay)
    posted = clock.wall_now()
    answer = await desk.grant(last)
    answer.raise_for_status()
    return posted, clock.wall_now()


async def main(applications: int) -> None:
    async with office(watch_seconds=86_400) as desk:
        print(await run(desk, applications))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 500))
