"""Simulate many applications on all processors; the same seed gives the same result on any number of them."""

import gc
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from random import Random

import orjson

from deployments.simulation import habits
from deployments.simulation.course import Course
from deployments.simulation.tally import Tally
from rules.catalog import Catalog, JourneyCode
from rules.errors import InvalidIntakeError
from rules.intake import Answer
from rules.network import Network, resolve
from rules.numbers import application_number
from rules.workdays import OFFICIAL

_SHARE = 100  # applications a process takes at a time


@dataclass(frozen=True, slots=True)
class Simulation:
    """What to simulate: hand-ins are spread over the days from ``first`` to ``last``."""

    catalog: Catalog
    applications: int = 10_000
    first: date = date(2024, 1, 2)
    last: date = date(2025, 12, 31)
    seed: int = 0


def simulate(simulation: Simulation, processes: int | None = None) -> Iterator[Tally]:
    """Play all applications and yield their tallies as they come in. Raises BrokenPromiseError."""
    shares = range(0, simulation.applications, _SHARE)
    workers = min(processes or os.cpu_count() or 1, len(shares))
    if workers <= 1:
        yield from (_share(simulation, first) for first in shares)
        return
    # Spawned, because the caller may have threads; each worker is told once what to simulate.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context, initializer=_prepare, initargs=(simulation,)) as pool:
        yield from pool.map(_prepared_share, shares)


_simulation: list[Simulation] = []


def _prepare(simulation: Simulation) -> None:
    _simulation[:] = [simulation]
    # What is loaded now stays, and frozen values seldom form circles: looking for some at every turn costs a twentieth.
    gc.freeze()
    gc.set_threshold(100_000)


def _prepared_share(first: int) -> Tally:
    return _share(_simulation[0], first)


def _share(simulation: Simulation, first: int) -> Tally:
    tally = Tally()
    for n in range(first, min(first + _SHARE, simulation.applications)):
        course = _course(simulation, n)
        course.play()
        tally.add(course)
    return tally


def _course(simulation: Simulation, n: int) -> Course:
    random = Random(f"{simulation.seed}/{n}")
    days = (simulation.last - simulation.first).days
    day = OFFICIAL.roll_forward(simulation.first + timedelta(days=random.randint(0, days))).on
    number = application_number(simulation.catalog.division, day, n % 99_999 + 1)
    return Course(number, _network(simulation.catalog, random), random, habits.moment(random, day))


def _network(catalog: Catalog, random: Random) -> Network:
    offered = [(code, weight) for code, weight in habits.DEMAND.items() if code in catalog.journeys]
    # A catalog of another city has its own journeys, all in equal demand.
    codes = [code for code, _ in offered] or sorted(catalog.journeys)
    weights = [weight for _, weight in offered] or [1] * len(codes)
    while True:
        code = JourneyCode(random.choices(codes, weights)[0])
        answers = habits.answers(random, catalog.journeys[code])
        try:
            return _resolved(_Hashed(catalog), code, orjson.dumps(answers, option=orjson.OPT_SORT_KEYS))
        except InvalidIntakeError:
            continue  # these answers need no approval at all


class _Hashed:
    """A catalog as a key of the cache: one is the same as itself."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog

    def __hash__(self) -> int:
        return id(self.catalog)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Hashed) and other.catalog is self.catalog


@lru_cache(maxsize=4096)
def _resolved(key: _Hashed, code: JourneyCode, answers: bytes) -> Network:
    read: dict[str, Answer] = orjson.loads(answers)
    return resolve(key.catalog, code, read)
