"""Settings come from the environment, when asked, and refuse what an office must not run with."""

import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

from kit.settings import Settings, settings, settings_table


def test_an_empty_environment_is_a_production_office_on_real_time() -> None:
    assert settings().environment == "production"
    assert settings().clock is None


def test_the_environment_is_read_again_only_after_the_cache_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings().portal_port
    monkeypatch.setenv("DAIBAN_PORTAL_PORT", str(before + 1))
    assert settings().portal_port == before
    settings.cache_clear()
    assert settings().portal_port == before + 1


def test_an_empty_variable_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_CLOCK", "")
    assert settings().clock is None


def test_secrets_live_in_the_data_folder_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_DATA_DIR", "/srv/daiban")
    assert settings().secrets_dir == Path("/srv/daiban/secrets")
    settings.cache_clear()
    monkeypatch.setenv("DAIBAN_SECRETS_DIR", "/run/secrets")
    assert settings().secrets_dir == Path("/run/secrets")


def test_an_accelerated_clock_is_refused_in_production_and_the_message_says_what_to_do() -> None:
    with pytest.raises(ValidationError, match=r"refused in production.*DAIBAN_ENVIRONMENT=local"):
        Settings(clock="2026-02-09T09:00+08:00@3600")


def test_an_accelerated_clock_is_accepted_locally() -> None:
    assert Settings(environment="local", clock="2026-02-09T09:00+08:00@3600").clock is not None


def test_a_database_password_does_not_reach_a_log_through_repr() -> None:
    url = "postgresql+asyncpg://daiban:hunter2@db/daiban"
    assert "hunter2" not in repr(Settings(database_url=url, prefect_database_url=url))


def test_every_setting_is_documented_in_the_table() -> None:
    table = settings_table().splitlines()
    assert len(table) == len(Settings.model_fields) + 2
    for name in Settings.model_fields:
        (row,) = [row for row in table if row.startswith(f"| `DAIBAN_{name.upper()}` |")]
        assert len(row.split("|")[3].strip()) > 10, row


def test_importing_the_plumbing_reads_no_environment() -> None:
    imports = "import kit.settings, kit.clock, kit.signing, kit.http, kit.logs"
    broken = {"DAIBAN_ENVIRONMENT": "nonsense", "DAIBAN_CLOCK": "nonsense", "PYTHONPATH": str(Path.cwd())}
    subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", imports], env=broken, check=True, timeout=30
    )
