"""Ask departments of channel poll for their news, and take it in."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from casework import endpoints, polled_events
from casework.casefile import Actor
from casework.department_events import Event
from casework.polled_events import Asked
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.settings import settings
from rules.errors import DaibanError, InvalidEventError
from tasks.channels import Announced, ask_for_news
from tasks.policy import trouble

log = get_logger("polling")

#: Pages of one department in one round; what is left comes in the next.
_PAGES: Final = 20
#: Reads the body of a callback about an assignment; raises DaibanError for what the protocol does not know.
Reader = Callable[[bytes, UUID], Event]


async def ask_departments(read: Reader) -> int:
    """Ask every department that is due, all at once, and take in what they have; return how many events."""
    async with transaction() as session:
        due = await polled_events.take_due(
            session, every=timedelta(seconds=settings().poll_seconds), now=clock.wall_now()
        )
    return sum(await asyncio.gather(*(_ask(each, read) for each in due)))


async def _ask(asked: Asked, read: Reader) -> int:
    """Read a department's news to the end; trouble with it is its circuit's and nobody else's."""
    cursor, taken = asked.cursor, 0
    for _ in range(_PAGES):
        try:
            news = await ask_for_news(asked.department, asked.endpoint, cursor)
        except Exception as error:
            if trouble(error) is None:
                log.exception("poll_failed", department=asked.department)
                return taken
            text = f"{type(error).__name__}: {error}"[:500]
            log.warning("department_not_asked", department=asked.department, error=text)
            async with transaction() as session:
                await endpoints.fail(session, None, asked.department, error=text, now=clock.wall_now())
            return taken
        for event in news.events:
            await _take_in(asked.department, event, read)
        taken += len(news.events)
        async with transaction() as session:
            # After the events: a worker that dies in between reads them again, and each has its effect once.
            await polled_events.record_read(session, asked.department, news.cursor)
            await endpoints.succeed(session, None, asked.department, now=clock.wall_now())
        if not news.events or news.cursor == cursor:
            return taken
        cursor = news.cursor
    return taken


async def _take_in(department: str, event: Announced, read: Reader) -> None:
    """Take one event in; one that is refused is kept where there is a place for it, and told in the log."""
    actor = Actor(f"department/{department}", "poll")
    try:
        if event.about is None:
            raise InvalidEventError("事件没有 subject", event=event.id)
        said = read(event.body, event.about)
        async with transaction() as session:
            refusal = await _received(session, event.about, department, said, actor)
    except DaibanError as error:
        refusal = error
        async with transaction() as session:
            known = await polled_events.record_refused(
                session, event.about, department, event.id, error, actor=actor, now=clock.now()
            )
        if not known:
            log.error("polled_event_unplaced", department=department, id=event.id, body=event.body.decode())
    if refusal is not None:
        log.warning("polled_event_refused", department=department, id=event.id, code=refusal.code)


async def _received(
    session: AsyncSession, about: UUID, department: str, said: Event, actor: Actor
) -> DaibanError | None:
    """Take an event in; return the refusal whose record is to be committed."""
    try:
        await polled_events.take_in(session, about, department, said, actor=actor, now=clock.now())
    except DaibanError as refusal:
        if not refusal.kept:
            raise
        return refusal
    return None
