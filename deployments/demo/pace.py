"""The pace of the demonstration: its clock goes on as long as nobody is behind, however fast the machine is."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import httpx
from sqlalchemy import text

from kit import clock
from kit.database import transaction

#: By how much the clock is put forward at a time; less when a department is about to do something on the spot.
_STEP, _ON_THE_SPOT = timedelta(hours=8), timedelta(minutes=15)
#: Work that is due for longer holds the clock: a busy machine must not decide who is late.
_BEHIND: Final = timedelta(hours=48)
#: Real seconds that departments get for what they do on the spot.
_BREATH_SECONDS: Final = 0.1
# What the departments could not be told yet for a reason of theirs holds nobody up.
_OWED_SINCE: Final = text("""
SELECT least(
  (SELECT min(next_timer) FROM applications WHERE NOT complete),
  (SELECT min(created_at) FROM notices WHERE sent_at IS NULL),
  (SELECT min(created_at) FROM department_messages
    WHERE sent_at IS NULL AND voided_at IS NULL AND rejected_at IS NULL AND parked_at IS NULL AND retry_at IS NULL)
)
""")


async def go_on(departments_url: str, http: httpx.AsyncClient) -> None:
    """Put the office's clock forward by a step unless somebody is behind."""
    while True:
        owed, promised = await _owed_since(), await _promised_for(departments_url, http)
        now = clock.now()
        if any(since and now - since > _BEHIND for since in (owed, promised)):
            return
        if promised is None or not timedelta() < promised - now <= _ON_THE_SPOT:
            clock.move(now + _STEP)
            return
        clock.move(now + _ON_THE_SPOT)
        await asyncio.sleep(_BREATH_SECONDS)


async def _owed_since() -> datetime | None:
    """Tell since when the office owes what it owes first: a timer, a notice, a message."""
    async with transaction() as session:
        owed: datetime | None = await session.scalar(_OWED_SINCE)
    return owed


async def _promised_for(departments_url: str, http: httpx.AsyncClient) -> datetime | None:
    """Tell when the departments' next callback is due."""
    answer = (await http.get(f"{departments_url}/stats", params={"summary": "1"})).raise_for_status()
    promised: str | None = answer.json()["next_callback_at"]
    return None if promised is None else datetime.fromisoformat(promised)
