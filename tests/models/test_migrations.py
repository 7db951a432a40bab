"""The tables that the migrations make are those that the models declare, and documents in them stay as they are."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from models.migrate import differences
from tests.conftest import connection_to


async def test_models_and_migrations_agree(empty_database: str) -> None:
    async with connection_to(empty_database) as connection:
        assert await connection.run_sync(differences) == []


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
