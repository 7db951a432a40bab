"""What applications that wait cost: processes and memory."""

import asyncio
import sys
from dataclasses import dataclass

import psutil

from bench.office import Office, office

MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Waiting:
    """Processes of the whole stack and resident memory of the worker, before and with applications waiting."""

    applications: int
    processes_before: int
    processes_with: int
    worker_mib_before: float
    worker_mib_with: float

    @property
    def growth_mib(self) -> float:
        return self.worker_mib_with - self.worker_mib_before


async def measure(desk: Office, applications: int) -> Waiting:
    """Open so many applications and let them wait."""
    await _open(desk, 20)  # what the first runs load once
    before, memory_before = _processes(desk), _worker_mib(desk)
    await _open(desk, applications)
    return Waiting(applications, before, _processes(desk), memory_before, _worker_mib(desk))


async def _open(desk: Office, applications: int) -> None:
    numbers = [await desk.launch() for _ in range(applications)]
    for number in numbers:
        await desk.until_waiting(number, 1)


def _worker_mib(desk: Office) -> float:
    return float(psutil.Process(desk.stack.pids()["worker"]).memory_info().rss) / MIB


def _processes(desk: Office) -> int:
    """Processes we start, without PostgreSQL's own."""
    ours = [psutil.Process(pid) for name, pid in desk.stack.pids().items() if name != "postgres"]
    return len(ours) + sum(len(process.children(recursive=True)) for process in ours)


async def main(applications: int) -> None:
    async with office() as desk:
        print(await measure(desk, applications))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 200))
