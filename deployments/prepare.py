"""What is done once before a stack can work: migrate our tables, furnish the office, tell Prefect about our flows."""

import asyncio
import sys

from kit.clock import monotonic
from kit.logs import configure_logs
from kit.settings import settings

_PATIENCE_SECONDS = 300.0


def migrate_database() -> None:
    """Bring our tables to the current version. Safe to repeat."""
    from models.migrate import upgrade  # noqa: PLC0415 - each preparation loads only what it needs

    url = settings().database_url
    if url is None:
        raise SystemExit("DAIBAN_DATABASE_URL is not set: which database is to be migrated?")
    upgrade(url)


def furnish_office() -> None:
    """Give a local office catalog, agents and secrets. Safe to repeat; refused in production."""
    from deployments.furnishing import furnish  # noqa: PLC0415 - each preparation loads only what it needs

    if settings().environment != "local":
        raise SystemExit("an office is furnished by itself only where DAIBAN_ENVIRONMENT is local")
    asyncio.run(furnish())


def register_with_prefect() -> None:
    """Create work pool, deployments and automations on the Prefect server, once it answers. Safe to repeat."""
    from deployments.prefect_setup import apply  # noqa: PLC0415 - importing Prefect takes two seconds

    # Waiting here and not before we are started lets both processes import Prefect at the same time.
    asyncio.run(_wait_for_prefect())
    asyncio.run(apply())


async def _wait_for_prefect() -> None:
    from prefect import get_client  # noqa: PLC0415 - importing Prefect takes two seconds

    limit = monotonic() + _PATIENCE_SECONDS
    async with get_client() as client:
        while (trouble := await client.api_healthcheck()) is not None:
            if monotonic() > limit:
                raise trouble
            await asyncio.sleep(0.2)


if __name__ == "__main__":
    configure_logs("prepare")
    preparations = {"database": migrate_database, "office": furnish_office, "prefect": register_with_prefect}
    preparations[sys.argv[1]]()
