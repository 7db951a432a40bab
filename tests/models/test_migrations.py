"""The tables that the migrations make are those that the models declare, and documents in them stay as they are."""

import pytest
from alembic import command
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models.migrate import configuration, differences
from tests.conftest import connection_to


async def test_models_and_migrations_agree(empty_database: str) -> None:
    async with connection_to(empty_database) as connection:
        assert await connection.run_sync(differences) == []


async def test_every_migration_can_be_taken_back(empty_database: str) -> None:
    async with connection_to(empty_database) as connection:
        await connection.run_sync(lambda given: command.downgrade(configuration(given), "base"))
        left = await connection.run_sync(lambda given: inspect(given).get_table_names())
        functions = await connection.scalar(text("SELECT count(*) FROM pg_proc WHERE proname LIKE 'daiban%'"))

    assert (left, functions) == (["alembic_version"], 0)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE issued_documents SET title = 'x'", "DELETE FROM issued_documents", "TRUNCATE issued_documents"],
)
async def test_an_issued_document_cannot_be_changed(session: AsyncSession, statement: str) -> None:
    await session.execute(text("ALTER TABLE issued_documents DROP CONSTRAINT fk_issued_documents_application_id"))
    await session.execute(
        text(
            "INSERT INTO issued_documents VALUES"
            " (gen_random_uuid(), 1, NULL, 'grant', NULL, 'N', 'T', '{}', '1', now(), 'h', 'c')"
        )
    )

    with pytest.raises(IntegrityError, match="append-only"):
        await session.execute(text(statement))
