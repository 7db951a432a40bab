"""The in-process worker: whatever becomes of a run, nothing of it stays behind in the worker."""

from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

import anyio
import pytest
from prefect.client.schemas.objects import FlowRun
from prefect.exceptions import Abort
from structlog.testing import capture_logs

from deployments.worker import DaibanWorker


class Observer:
    """Stands in for the one that watches runs in flight for a manager's cancelling."""

    def __init__(self) -> None:
        self.watched: set[UUID] = set()

    def remove_in_flight_flow_run_id(self, run: UUID) -> None:
        self.watched.remove(run)


async def refused(_: FlowRun) -> bool:
    return False


async def aborted(_: FlowRun) -> bool:
    raise Abort("it has ended")


async def broken(_: FlowRun) -> bool:
    raise LookupError


@pytest.mark.parametrize("proposing", [refused, aborted, broken])
async def test_a_run_that_was_not_taken_leaves_nothing_behind(
    proposing: Callable[[FlowRun], Awaitable[bool]], monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, observer, run = DaibanWorker("daiban", executor=1), Observer(), FlowRun(flow_id=uuid4())
    monkeypatch.setattr(worker, "_propose_pending_state", proposing)
    worker._limiter = anyio.CapacityLimiter(1)
    worker._limiter.acquire_on_behalf_of_nowait(run.id)
    worker._submitting_flow_run_ids.add(run.id)
    worker._cancelling_observer = observer  # type: ignore[assignment]
    observer.watched.add(run.id)

    with capture_logs():
        await worker._submit_run(run)

    assert (worker.limiter.borrowed_tokens, worker._submitting_flow_run_ids, observer.watched) == (0, set(), set())
