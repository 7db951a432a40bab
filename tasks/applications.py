"""Look at an application, and launch one."""

from dataclasses import dataclass
from uuid import UUID

from prefect import task
from prefect.cache_policies import NO_CACHE

from casework import launching, runs, wording
from casework.casefile import Actor
from kit import clock
from kit.database import transaction
from rules.moves import SendMessage, SendNotice
from rules.planner import Plan


@dataclass(frozen=True, slots=True)
class Look:
    """What the flow sees when it looks: the plan, and how its moves and waits are named to people."""

    plan: Plan
    waiting: str
    #: Names of the messages to departments, and of all that is told to the applicant.
    labels: dict[UUID, str]
    telling: str


async def observe(number: str) -> Look:
    """Advance an application and return its plan.

    Not a Prefect task: a look has no effect outside, and a task run for each would bury the steps that do.
    """
    now = clock.now()
    async with transaction() as session:
        plan, network = await runs.observe(session, number, now=now)
    sending = [move for move in plan.outside if isinstance(move, SendMessage)]
    labels = {move.message: wording.message_label(network, move) for move in sending}
    telling = wording.notices_label([move.kind for move in plan.outside if isinstance(move, SendNotice)])
    return Look(plan, wording.waiting(network, plan), labels, telling)


@task(name="launch", cache_policy=NO_CACHE, persist_result=False)
async def launch(intake: launching.Intake, actor: str, key: str | None) -> str:
    """Register an application and return its number. Safe to repeat with the same key."""
    async with transaction() as session:
        number, _ = await launching.launch(session, intake, actor=Actor(actor, "prefect"), now=clock.now(), key=key)
    return number
