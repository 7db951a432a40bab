"""Give messages that wait for their department's endpoint their turn: when there is room, and when it is back."""

from typing import Final

from casework import endpoints, stuck_messages
from kit import clock
from kit.database import transaction
from kit.logs import get_logger
from kit.settings import settings
from tasks.departments import lease

log = get_logger("turns")

#: Messages of one department looked at in a round.
_AT_MOST: Final = 8


async def give_turns() -> int:
    """Make due what endpoints can take now, each message in its own transaction; return how many.

    Of an endpoint that may be tried, one message. The turn is reserved, so that the next round does not give it again.
    """
    async with transaction() as session:
        waiting = await endpoints.stuck(session, now=clock.wall_now(), limit=_AT_MOST)
    given = 0
    for message, department in waiting:
        try:
            async with transaction() as session:
                if await endpoints.reserve(
                    session,
                    message,
                    department,
                    at_once=settings().department_at_once,
                    lease=lease(),
                    now=clock.wall_now(),
                ):
                    given += 1
                else:
                    continue
            async with transaction() as session:
                await stuck_messages.free(session, message, now=clock.now())
        except Exception:
            # One poisoned application keeps nobody else's message back; its own stands in the list and comes again.
            log.exception("turn_failed", message=str(message), department=department)
    return given
