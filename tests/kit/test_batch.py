"""Rows of several tables in one statement, checked in PostgreSQL."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import select

from kit.batch import Batch
from models import CatalogVersion, Person, Post, Role

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def person(id_: int, **more: Any) -> dict[str, Any]:
    return {"id": id_, "account": f"batch-{id_}", "name": f"人{id_}", "roles": [Role.HANDLER], **more}


async def people(session: AsyncSession) -> list[Person]:
    session.expire_all()
    query = select(Person).where(Person.id >= 900).order_by(Person.id)  # type: ignore[arg-type]
    return list(await session.scalars(query))


@pytest.fixture
async def sent(session: AsyncSession) -> list[str]:
    """Every statement that goes to the database."""
    statements: list[str] = []
    connection = await session.connection()

    def keep(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    event.listen(connection.sync_connection, "before_cursor_execute", keep)
    return statements


async def test_rows_of_several_tables_and_changes_are_one_statement(session: AsyncSession, sent: list[str]) -> None:
    first = Batch(session)
    first.insert(Person, [person(900, department="MSB", active=False)])
    await first.send()
    sent.clear()

    batch = Batch(session)
    batch.insert(Person, [person(901, department="MSB"), person(902)])
    batch.insert(Post, [{"department": "MSB", "principal_id": 901, "backup_id": None, "manager_id": 902}])
    published = {"city": "开原市", "division": "211282", "digest": "d", "published_at": NOW}
    batch.insert(CatalogVersion, [{"number": 77, "document": {"名": ["值", None]}, **published}])
    batch.update(Person, 900, {"name": "王'); --", "roles": [Role.AGENT, Role.STEWARD]})
    batch.change("DELETE FROM posts WHERE department = {} AND item = ANY({})", "HCB", ["none"])
    await batch.send()

    assert len(sent) == 1
    changed, *new = await people(session)
    assert (changed.name, changed.roles) == ("王'); --", ["agent", "steward"])
    assert [(each.department, each.active) for each in new] == [("MSB", True), (None, True)]
    post = (await session.scalars(select(Post).where(Post.principal_id == 901))).one()
    assert (post.item, post.backup_id) == ("", None)
    version = (await session.scalars(select(CatalogVersion).where(CatalogVersion.number == 77))).one()
    assert (version.document, version.published_at) == ({"名": ["值", None]}, NOW)


async def test_nothing_stays_of_a_statement_of_which_a_part_is_refused(session: AsyncSession) -> None:
    batch = Batch(session)
    batch.insert(Person, [person(901)])
    batch.insert(Post, [{"department": "NOWHERE", "principal_id": 901, "manager_id": 901}])

    with pytest.raises(IntegrityError):
        async with session.begin_nested():
            await batch.send()

    assert await people(session) == []


async def test_a_batch_that_has_been_sent_is_empty(session: AsyncSession) -> None:
    batch = Batch(session)
    for id_ in (901, 902):
        batch.insert(Person, [person(id_)])
        await batch.send()

    assert [each.id for each in await people(session)] == [901, 902]
