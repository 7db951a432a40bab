"""The demonstration never touches an office that happens to be named in the environment."""

import os

import pytest

from deployments.demo.performance import forget_other_offices
from kit.settings import settings


def test_addresses_of_a_real_office_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "DAIBAN_DATABASE_URL": "postgresql+asyncpg://db.kaiyuan/daiban",
        "DAIBAN_PREFECT_DATABASE_URL": "postgresql+asyncpg://db.kaiyuan/prefect",
        "DAIBAN_SECRETS_DIR": "/etc/daiban/secrets",
        "PREFECT_API_URL": "http://prefect.kaiyuan/api",
        "DAIBAN_LOG_LEVEL": "DEBUG",
    }.items():
        monkeypatch.setenv(name, value)
    settings.cache_clear()

    forget_other_offices()

    left = {name for name in os.environ if name.startswith(("DAIBAN_", "PREFECT_"))}
    assert left == {"DAIBAN_LOG_LEVEL"}
    assert settings().database_url is None
