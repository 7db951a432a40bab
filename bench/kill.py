"""``kill -9`` at random moments while applications run: everything ends rightly, nothing is lost or done twice."""

import asyncio
import os
import signal
import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx
import psutil
from sqlalchemy import text

from bench.diagnosis import diagnose
from bench.office import Office, office
from kit.database import transaction
from rules.vocabulary import Outcome

#: Departments that refuse food licences of some projects and need a few office minutes for everything else.
BEHAVIOURS = """
defaults: {behaviour: approve, minutes: 20}
rules:
  - match: {item: E10, application: "*拒*"}
    behaviour: refuse
    reason: 布局流程不符合要求
    legal_basis: 《食品经营许可和备案管理办法》第十六条
    minutes: 20
"""
#: One office hour is 12 real seconds: an assignment takes about four.
CLOCK = "2026-03-02T09:00+08:00@300"
_ANSWER_SECONDS = 20.0
VICTIMS = ("worker", "portal", "prefect")

_DOUBLE = text("SELECT assignment_id FROM decisions GROUP BY assignment_id HAVING count(*) > 1")


@dataclass(slots=True)
class Killing:
    """What was killed, and what became of the applications."""

    applications: int = 0
    kills: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    unfinished: list[str] = field(default_factory=list)
    executed_twice: list[str] = field(default_factory=list)
    audit: list[Any] = field(default_factory=list)
    decided_twice: int = 0
    #: What each party knows of the unfinished ones.
    diagnosis: str = field(default="", repr=False)

    def __str__(self) -> str:
        return (
            f"applications={self.applications} kills={dict(self.kills)} unfinished={len(self.unfinished)} "
            f"wrong outcome={len(self.wrong)} dispatched twice={len(self.executed_twice)} "
            f"decided twice={self.decided_twice} audit findings={len(self.audit)}"
        )


async def kill(desk: Office, applications: int, kills: int, *, seed: int = 0, seconds: float = 300) -> Killing:
    """Launch ``applications``, half of them to be partly refused, and kill processes while they run."""
    result, random = Killing(applications), Random(seed)
    expected = {}
    for n in range(applications):
        refused = n % 2 == 1
        number = await _persistently(desk, "拒绝的餐饮店" if refused else "餐饮店")
        expected[number] = Outcome.PARTLY_GRANTED if refused else Outcome.GRANTED
        if kills and n % max(1, applications // kills) == 0:
            await _strike(desk, result, random)
    while result.kills.total() < kills:
        await asyncio.sleep(random.uniform(1, 4))
        await _strike(desk, result, random)
    await _until_all_completed(desk, list(expected), result, seconds)
    for number, outcome in expected.items():
        standing = await desk.standing(number)
        if standing.outcome != outcome:
            result.wrong.append(f"{number}: {standing.outcome} instead of {outcome}")
    stats = await _stats(desk)
    result.executed_twice = [assignment for assignment, times in stats["executed"].items() if times != 1]
    result.audit = await desk.audit_problems()
    async with transaction() as session:
        result.decided_twice = len((await session.execute(_DOUBLE)).all())
    return result


async def _persistently(desk: Office, name: str) -> str:
    while True:
        try:
            # Too small for the fire check, whose promise would be followed for weeks after the delivery.
            return await desk.launch("J3", name=name, area=120)
        except (httpx.TransportError, httpx.HTTPStatusError):
            await asyncio.sleep(0.2)  # the portal is being restarted


async def _strike(desk: Office, result: Killing, random: Random) -> None:
    victim = random.choice(VICTIMS)
    pid = desk.stack.pids().get(victim)
    if pid is None or not psutil.pid_exists(pid):
        return  # it is just being restarted
    os.kill(pid, signal.SIGKILL)
    result.kills[victim] += 1
    await asyncio.sleep(random.uniform(0.1, 1.0))


async def _until_all_completed(desk: Office, numbers: list[str], result: Killing, seconds: float) -> None:
    """Give all the same time, whatever one of them takes."""
    deadline = asyncio.get_running_loop().time() + seconds
    waiting = numbers
    while (waiting := [number for number in waiting if not await _has_completed(desk, number)]) and (
        asyncio.get_running_loop().time() < deadline
    ):
        await asyncio.sleep(0.25)
    if waiting:
        result.unfinished = waiting
        result.diagnosis = await diagnose(desk, waiting)
        print(result.diagnosis, flush=True)


async def _has_completed(desk: Office, number: str) -> bool:
    try:
        async with asyncio.timeout(_ANSWER_SECONDS):
            if not (await desk.standing(number)).complete:
                return False
            run = await desk.run(number)
    except (httpx.HTTPError, OSError):
        return False  # Prefect is being restarted, or says nothing
    return run.state is not None and run.state.is_completed()


async def _stats(desk: Office) -> dict[str, Any]:
    async with httpx.AsyncClient() as client:
        stats: dict[str, Any] = (await client.get(f"{desk.state.departments_url}/stats")).json()
    return stats


async def main(applications: int) -> None:
    async with office(behaviours=BEHAVIOURS, clock_setting=CLOCK, watch_seconds=10) as desk:
        print(await kill(desk, applications, kills=15))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50))
