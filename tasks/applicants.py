"""Tell an applicant something."""

from uuid import UUID

from prefect import task

from casework import notices
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from tasks.policy import EFFECT

log = get_logger("applicants")


@task(task_run_name="{label}", **EFFECT)
async def notify(notice: UUID, label: str) -> bool:
    """Publish a notice to its applicant; tell whether it was new. Safe to repeat."""
    async with transaction() as session:
        delivered = await notices.deliver(session, notice, now=clock.now())
    log.info("notice_delivered", notice=label, new=delivered)
    return delivered
