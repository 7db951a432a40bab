"""Filters of the inbox that people keep under a name."""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import delete, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models import Person, SavedFilter
from rules.errors import NotAllowedNowError

MOST: Final = 20
_LOCKED = text("SELECT id FROM people WHERE account = :account FOR UPDATE")


async def saved_filters(session: AsyncSession, account: str) -> dict[str, dict[str, str]]:
    """Return what a person has kept: what each asks for, by its name."""
    rows = await session.execute(
        select(col(SavedFilter.name), col(SavedFilter.asked))
        .join(Person, col(Person.id) == col(SavedFilter.person_id))
        .where(col(Person.account) == account)
        .order_by(col(SavedFilter.name))
    )
    return {name: dict(asked) for name, asked in rows}


async def save(session: AsyncSession, account: str, name: str, asked: Mapping[str, str]) -> None:
    """Keep a filter; one of the same name is replaced. Raises NotAllowedNowError for more than ``MOST``."""
    person = await session.scalar(_LOCKED, {"account": account})
    kept = await saved_filters(session, account)
    if name not in kept and len(kept) >= MOST:
        raise NotAllowedNowError(f"最多保存 {MOST} 个筛选，请先删除不用的", most=MOST)
    row = insert(SavedFilter).values(person_id=person, name=name, asked=dict(asked))
    await session.execute(row.on_conflict_do_update(index_elements=["person_id", "name"], set_={"asked": dict(asked)}))


async def forget(session: AsyncSession, account: str, name: str) -> None:
    """Keep a filter no longer. Safe to repeat."""
    person = select(col(Person.id)).where(col(Person.account) == account).scalar_subquery()
    await session.execute(
        delete(SavedFilter).where(col(SavedFilter.person_id) == person, col(SavedFilter.name) == name)
    )
