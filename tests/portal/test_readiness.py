"""Ready means: the database answers, its tables are the newest, and there is something to apply for."""

import pytest
from sqlalchemy import text

from kit.database import transaction
from tests.portal.conftest import Portal


@pytest.fixture
def database(empty_database: str) -> str:
    return empty_database


async def test_without_a_catalog_the_office_is_not_ready(portal: Portal) -> None:
    answer = await portal.client.get("/readyz")

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "catalog-not-loaded")
    assert (await portal.client.get("/healthz")).status_code == 200
    assert (await portal.client.get("/api/v1/catalog/journeys")).status_code == 503


async def test_with_old_tables_the_office_is_not_ready(portal: Portal) -> None:
    async with transaction() as session:
        await session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    answer = await portal.client.get("/readyz")

    assert (answer.status_code, answer.json()["type"].rpartition("/")[2]) == (503, "unavailable")
    assert answer.json()["missing"].startswith("0000 → ")
