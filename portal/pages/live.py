"""What keeps an open page up to date: a stream of server-sent events that say when to look again.

The stream carries no content. Each page fetches its part anew, as any other request: with the viewer's own rights and
in the viewer's language. One connection per process hears of changes, however many look.
"""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from casework.outbox import CHANGES
from casework.signing_in import still_signed_in
from kit.clock import wall_now
from kit.database import TROUBLE, listen, transaction
from kit.logs import get_logger
from portal.authentication import CENTER

#: Browsers open six connections to a host at most: a person with many pages open could not load another.
MOST_OF_A_SESSION: Final = 4
#: Real seconds: changes of so short a time become one; a silent stream shows that it is there; sessions are looked at.
_TOGETHER_SECONDS: Final = 0.15
_SILENCE_SECONDS: Final = 15.0
_SESSIONS_SECONDS: Final = 5.0
_OUTAGE_SECONDS: Final = 1.0
#: Browsers come back after so many milliseconds when a stream breaks off.
_RETRY: Final = "retry: 2000\n\n"
log = get_logger("portal")


class Ended(StrEnum):
    """Why a page is kept up to date no longer, as it says itself."""

    SIGNED_OUT = "登录已结束，此页不再自动更新。请重新登录。"
    TOO_MANY = "打开的页面较多，此页不再自动更新。请刷新页面查看最新情况。"


class Viewer:
    """One open page: what it shows, the session it belongs to, and whether it should look again."""

    def __init__(self, application: int, session: str) -> None:
        self.application, self.session = application, session
        #: Why it is told to come no more; None while it may look.
        self.ended: Ended | None = None
        #: The process stops: the page comes back by itself, to the next one.
        self.leaving = False
        self._signal = asyncio.Event()

    def changed(self) -> None:
        """Let the page look again."""
        self._signal.set()

    def end(self, why: Ended) -> None:
        """End the stream for good."""
        self.ended = why
        self._signal.set()

    def leave(self) -> None:
        """Break the stream off."""
        self.leaving = True
        self._signal.set()

    async def events(self, say: Callable[[str], str]) -> AsyncIterator[str]:
        """Write the stream: ``changed`` for every change, at last ``ended`` with why, in words of ``say``."""
        yield _RETRY
        while not self.leaving:
            try:
                async with asyncio.timeout(_SILENCE_SECONDS):
                    await self._signal.wait()
            except TimeoutError:
                yield ": \n\n"
                continue
            self._signal.clear()
            if self.ended is not None:
                yield f"event: ended\ndata: {say(self.ended.value)}\n\n"
                return
            if not self.leaving:
                yield "event: changed\ndata: \n\n"
                await asyncio.sleep(_TOGETHER_SECONDS)


class Live:
    """The open pages of this process, and the one connection that hears for all of them."""

    def __init__(self) -> None:
        self._viewers: defaultdict[int, list[Viewer]] = defaultdict(list)
        self._hearing: asyncio.Task[None] | None = None

    @contextmanager
    def viewing(self, application: int, session: str) -> Iterator[Viewer]:
        """Count a page in for as long as it is open; of too many of one session the oldest has to go."""
        others = [each for each in self._all() if each.session == session]
        for oldest in others[: max(0, len(others) + 1 - MOST_OF_A_SESSION)]:
            oldest.end(Ended.TOO_MANY)
        viewer = Viewer(application, session)
        self._viewers[application].append(viewer)
        if self._hearing is None:
            self._hearing = asyncio.create_task(self._hear())
        try:
            yield viewer
        finally:
            self._forget(viewer)

    def leave(self) -> None:
        """Break all streams off, so that the process can stop."""
        for viewer in self._all():
            viewer.leave()

    async def close(self) -> None:
        """Hear no more."""
        self.leave()
        if self._hearing is not None:
            self._hearing.cancel()
            await asyncio.gather(self._hearing, return_exceptions=True)

    def _forget(self, viewer: Viewer) -> None:
        self._viewers[viewer.application].remove(viewer)
        if not self._viewers[viewer.application]:
            del self._viewers[viewer.application]
        if not self._viewers and self._hearing is not None:
            self._hearing.cancel()
            self._hearing = None

    def _all(self) -> list[Viewer]:
        return [viewer for viewers in self._viewers.values() for viewer in viewers]

    async def _hear(self) -> None:
        while True:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(listen(CHANGES, self._announced, began=self._look_again))
                    group.create_task(self._watch_sessions())
            except* TROUBLE as trouble:
                log.warning("live_interrupted", error=repr(trouble.exceptions[0]))
            await asyncio.sleep(_OUTAGE_SECONDS)

    def _announced(self, payload: str) -> None:
        for viewer in self._viewers.get(int(payload), ()):
            viewer.changed()

    def _look_again(self) -> None:
        """What was announced before anybody listened is lost: everybody looks."""
        for viewer in self._all():
            viewer.changed()

    async def _watch_sessions(self) -> None:
        """End the streams of sessions that have ended, of people who have left, and of those with other roles now."""
        while True:
            await asyncio.sleep(_SESSIONS_SECONDS)
            watched = {viewer.session for viewer in self._all()}
            async with transaction() as session:
                good = await still_signed_in(session, watched, CENTER, now=wall_now())
            for viewer in self._all():
                if viewer.session in watched - good:
                    viewer.end(Ended.SIGNED_OUT)
