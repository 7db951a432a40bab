"""The life of one application (代办件): look at it, do what is due, wait, and look again, until it is delivered."""

import structlog
from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.errands import Errands
from flows.suspension import suspend
from tasks import applications


@flow(name="project-application", persist_result=False)
async def project_application(application: str) -> State[None]:
    """Carry an application through proxy handling and parallel approval (代办、并联审批).

    The tables know where it stands, so the flow remembers nothing: started, resumed or started anew after a crash, it
    looks, lets departments and applicant know what is due, and suspends while people work. A department that takes long
    to answer keeps none of the others waiting.
    """
    structlog.contextvars.bind_contextvars(application=application)
    async with Errands() as errands:
        while True:
            look = await applications.observe(application)
            errands.begin(look)
            if not errands.under_way:
                if look.plan.outcome is not None:
                    return Completed(message=look.plan.outcome.zh)
                await suspend(look.waiting)
            await errands.settle()
