"""What an application has to do outside, all at once: each department's message, and all that the applicant is told."""

import asyncio
from collections.abc import Coroutine, Sequence
from types import TracebackType
from typing import Any, Final, Self
from uuid import UUID

from prefect.client.schemas.objects import State

from kit import places
from rules.moves import SendMessage, SendNotice
from tasks import applicants, departments
from tasks.applications import Look

#: Real seconds after which the application is looked at again although somebody has not answered yet; growing.
_LOOK_AGAIN_SECONDS: Final = 0.5
_RARELY_SECONDS: Final = 2.0


class Errands:
    """The errands under way, each by what it is about: begun once, however often the application is looked at."""

    def __init__(self) -> None:
        self.under_way: dict[UUID, asyncio.Task[None]] = {}
        self._patience = _LOOK_AGAIN_SECONDS

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let what is under way come to its end: a request that was sent is still answered."""
        if self.under_way:
            await asyncio.gather(*set(self.under_way.values()), return_exceptions=True)

    def begin(self, look: Look) -> None:
        """Begin what is due and not under way."""
        outside = look.plan.outside
        for move in outside:
            if isinstance(move, SendMessage) and move.message not in self.under_way:
                self.under_way[move.message] = _begun(send(move.message, look.labels[move.message]))
        notices = [m.notice for m in outside if isinstance(m, SendNotice) and m.notice not in self.under_way]
        if notices:
            # In one task: a receipt and an acceptance of every item add up.
            telling = _begun(tell(notices, look.telling))
            self.under_way.update(dict.fromkeys(notices, telling))

    async def settle(self) -> None:
        """Wait until all are done, or for a while; raise what nobody expected once the others are done too."""
        running = set(self.under_way.values())
        done, waiting = await asyncio.wait(running, timeout=self._patience)
        if waiting:
            places.leave()
        # A look costs the others time, too: while nothing happens they become rarer.
        self._patience = _LOOK_AGAIN_SECONDS if done else min(2 * self._patience, _RARELY_SECONDS)
        if any(errand.exception() for errand in done):
            done, _ = await asyncio.wait(running)
        self.under_way = {key: errand for key, errand in self.under_way.items() if errand not in done}
        if errors := [error for errand in done if (error := errand.exception())]:
            raise errors[0]


async def send(message: UUID, label: str) -> None:
    """Tell a department something.

    A department that cannot be reached is on record, and its task run shows it; it stops nobody else. Any other
    failure ends the run as failed, to be seen, and brought back by the deadline watch.
    """
    # Prefect types a task called with return_state as if it were not awaited.
    state: State[None] = await departments.send(message, label, return_state=True)  # type: ignore[misc]
    if state.is_failed() and state.name not in departments.UNDELIVERED:
        await state.aresult()


async def tell(notices: Sequence[UUID], label: str) -> None:
    """Tell the applicant everything that is due."""
    await applicants.notify(notices, label)


def _begun(errand: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
    return asyncio.get_running_loop().create_task(errand)
