"""The departments' working day: sleep until the next callback is due, send what is due, repeat."""

import asyncio
import sqlite3
from datetime import timedelta

from deployments.reference_department import outbox
from deployments.reference_department.delivery import Answer, Postman, RetryPolicy, office_span
from deployments.reference_department.outbox import Due, Outcome
from deployments.reference_department.store import Store
from kit import clock
from kit.logs import get_logger

# Also the longest nap, so that a clock set anew or a laptop that slept is noticed.
_LONGEST_NAP = 30.0
#: Where a clock is moved by hand, any callback may be due a moment later.
_NAP_BY_HAND = 0.2
_AFTER_STORE_TROUBLE = 0.5


class Scheduler:
    """One loop over the stored callbacks; it holds nothing that a restart would miss."""

    def __init__(self, store: Store, portal_url: str | None, retry: RetryPolicy, at_once: int) -> None:
        self._store = store
        self._postman = Postman(portal_url, at_once)
        self._retry = retry
        self._at_once = at_once
        self._in_flight: set[str] = set()
        self._woken = asyncio.Event()
        self._log = get_logger("department")

    def wake(self) -> None:
        """Look again at once: work came in, or a callback in flight ended."""
        self._woken.set()

    async def run(self) -> None:
        """Send callbacks for ever; trouble with the file is logged and everything is read from it anew.

        Whatever else ends it is our mistake: the server must end with it, or no department would ever answer again.
        """
        while True:
            self._in_flight.clear()
            try:
                await self._rounds()
            except* sqlite3.Error:
                self._log.exception("department_store_failed")
                await asyncio.sleep(_AFTER_STORE_TROUBLE)

    async def _rounds(self) -> None:
        async with asyncio.TaskGroup() as deliveries:
            while True:
                self._woken.clear()
                free = self._at_once - len(self._in_flight)
                if free > 0:
                    for due in outbox.take(self._store, clock.now(), self._in_flight, free):
                        self._in_flight.add(due.id)
                        deliveries.create_task(self._deliver(due))
                await self._nap()

    async def _nap(self) -> None:
        """Sleep until the next callback is due or somebody wakes us."""
        seconds = _NAP_BY_HAND if clock.is_moved_by_hand() else _LONGEST_NAP
        if len(self._in_flight) < self._at_once:
            due_at = outbox.next_due_at(self._store, self._in_flight)
            if due_at is not None:
                seconds = min(seconds, clock.real_seconds(max(due_at - clock.now(), timedelta())))
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            return

    async def _deliver(self, due: Due) -> None:
        log = self._log.bind(department=due.department, assignment=due.assignment, type=due.type, event=due.id)
        try:
            answer = await self._postman.deliver(due)
        except Exception as error:
            # A callback that fails as nobody foresaw keeps no other back and is tried again like any that failed.
            log.exception("callback_attempt_broke")
            answer = Answer(Outcome.FAILED, f"{type(error).__name__}: {error}")
        outbox.settle(self._store, due, answer.outcome, answer.words, clock.now(), self._wait(due, answer))
        self._in_flight.discard(due.id)
        self.wake()
        if answer.outcome is Outcome.DELIVERED:
            log.info("callback_delivered", attempts=due.attempts)
        else:
            log.warning("callback_not_delivered", outcome=answer.outcome, answer=answer.words, attempts=due.attempts)

    def _wait(self, due: Due, answer: Answer) -> timedelta:
        if answer.outcome is Outcome.PREREQUISITES_OPEN:
            return office_span(self._retry.prerequisites_seconds)
        return office_span(max(self._retry.wait(due.attempts), answer.retry_after))
