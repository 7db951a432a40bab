"""Every minute: let timers that have come take effect, and bring back runs that nobody executes."""

from prefect import flow

from tasks import rescue, timers


@flow(name="deadline-watch", persist_result=False)
async def deadline_watch() -> None:
    """Make sure that no application waits with nobody knowing: what was missed is late by a minute, never lost."""
    await timers.ring_due()
    await rescue.rescue_lost_runs()
