"""Deployment tests start from the settings of an empty environment."""

import os
from collections.abc import Iterator

import pytest

from kit.settings import settings


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name in [name for name in os.environ if name.startswith(("DAIBAN_", "PREFECT_"))]:
        monkeypatch.delenv(name)
    settings.cache_clear()
    yield
    settings.cache_clear()
