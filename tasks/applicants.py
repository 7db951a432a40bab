"""Tell an applicant something."""

from collections.abc import Sequence
from uuid import UUID

from prefect import task

from casework import applicant_letters, notices
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from tasks.policy import EFFECT

log = get_logger("applicants")


@task(task_run_name="{label}", **EFFECT)
async def notify(due: Sequence[UUID], label: str) -> int:
    """Publish what is due to the applicant, in order and together; return how many were new. Safe to repeat."""
    async with transaction() as session:
        delivered = await notices.deliver(session, due, now=clock.now())
        await applicant_letters.owe(session, due, wall=clock.wall_now())
    log.info("notices_delivered", notices=label, new=delivered)
    return delivered
