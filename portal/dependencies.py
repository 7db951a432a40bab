"""What every endpoint asks for: a session in a transaction of its own, and the time of the office."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends
from sqlalchemy.ext.asyncio import AsyncSession

from kit import clock
from kit.database import transaction


async def open_session() -> AsyncIterator[AsyncSession]:
    """Open a session; what the endpoint did is committed when it returns, and undone when it raises."""
    async with transaction() as session:
        yield session


async def current_time() -> datetime:
    """Tell the time of the office."""
    return clock.now()


# FastAPI leaves an ordinary dependency only after the answer is sent: a commit that fails would still answer 200.
Session = Annotated[AsyncSession, Depends(open_session, scope="function")]
Now = Annotated[datetime, Depends(current_time)]
