"""Many departments answer one application at the same moment: one join, no decision lost, no error shown."""

import asyncio
import sys
from dataclasses import dataclass, field, replace
from random import Random

import httpx

from bench.office import Office, OpenAssignment, office
from casework.catalogs import publish
from kit import clock
from kit.database import transaction
from rules.catalog import Catalog, Channel, Journey, JourneyCode, JourneyItem, Stage

#: Seconds in which all decisions of one application are posted.
WINDOW = 0.05


def with_parallel_journey(catalog: Catalog, code: str, departments: int) -> Catalog:
    """Add a journey of so many items, each at a department of its own: none waits for another."""
    # One department alone decides, at once and for good: no opinion is awaited, no promise stays open after the grant,
    # nobody must look at a site or come in person.
    alone = [i for i in catalog.items.values() if i.terms.cooperation is None and not i.terms.by_commitment]
    plain = [i for i in alone if not i.terms.site_visit and not i.terms.in_person]
    first = {item.department: item.code for item in reversed(plain)}
    reachable = [d for d in first if catalog.departments[d].channel is Channel.PUSH][:departments]
    assert len(reachable) == departments
    journey = Journey(
        code=JourneyCode(code),
        name=f"{departments}部门并联",
        name_en=f"{departments} departments in parallel",
        stages=(Stage("all", "并联", "parallel", None),),
        items=tuple(JourneyItem(first[d], "all") for d in reachable),
        edges=(),
    )
    return replace(catalog, journeys={**catalog.journeys, journey.code: journey})


@dataclass(slots=True)
class Storm:
    """How it went, over all applications."""

    applications: int = 0
    decisions: int = 0
    errors: list[str] = field(default_factory=list)
    joins: list[int] = field(default_factory=list)
    decided: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"applications={self.applications} decisions={self.decisions} errors={len(self.errors)} "
            f"joins other than one={sum(join != 1 for join in self.joins)}"
        )


async def storm(desk: Office, applications: int, *, departments: int = 20, seed: int = 0) -> Storm:
    """Let ``departments`` answer within 50 ms, once per application."""
    journey = f"J{departments}"
    async with transaction() as session:
        await publish(session, with_parallel_journey(desk.catalog, journey, departments), now=clock.now())
    result, random = Storm(), Random(seed)
    for _ in range(applications):
        number = await desk.launch(journey)
        waiting = await desk.until_waiting(number, departments)
        answers = await asyncio.gather(*(_answer(desk, each, random.uniform(0, WINDOW)) for each in waiting))
        result.errors += [f"{answer.status_code}: {answer.text}" for answer in answers if answer.status_code != 200]
        await desk.until_completed(number)
        result.applications += 1
        result.decisions += len(answers)
        result.joins.append(await desk.steps(number, "application.concluded"))
        result.decided.append(await desk.steps(number, "decision.granted"))
    return result


async def _answer(desk: Office, assignment: OpenAssignment, delay: float) -> httpx.Response:
    await asyncio.sleep(delay)
    return await desk.grant(assignment)


async def main(applications: int) -> None:
    async with office() as desk:
        print(await storm(desk, applications))


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
