"""The life of one application (代办件): look at it, do what is due, wait, and look again, until it is delivered."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import structlog
from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.suspension import suspend
from rules.moves import SendMessage, SendNotice
from tasks import applicants, applications, departments


@flow(name="project-application", persist_result=False)
async def project_application(application: str) -> State[None]:
    """Carry an application through proxy handling and parallel approval (代办、并联审批).

    The tables know where it stands, so the flow remembers nothing: started, resumed or started anew after a crash, it
    looks, lets departments and applicant know what is due, and suspends while people work.
    """
    structlog.contextvars.bind_contextvars(application=application)
    while True:
        look = await applications.observe(application)
        if look.plan.outcome is not None:
            return Completed(message=look.plan.outcome.zh)
        if not look.plan.outside:
            await suspend(look.waiting)
        await asyncio.gather(
            *(send(move, look.labels[move.message]) for move in look.plan.outside if isinstance(move, SendMessage)),
            tell([move.notice for move in look.plan.outside if isinstance(move, SendNotice)], look.telling),
        )


async def send(move: SendMessage, label: str) -> None:
    """Tell a department something.

    A department that cannot be reached is on record, and its task run shows it; it stops nobody else. Any other
    failure ends the run as failed, to be seen, and brought back by the deadline watch.
    """
    # Prefect types a task called with return_state as if it were not awaited.
    state: State[None] = await departments.send(move.message, label, return_state=True)  # type: ignore[misc]
    if state.is_failed() and state.name not in (departments.HELD, departments.REJECTED):
        await state.aresult()


async def tell(notices: Sequence[UUID], label: str) -> None:
    """Tell the applicant everything that is due, in one task: a receipt and an acceptance of every item add up."""
    if notices:
        await applicants.notify(notices, label)
