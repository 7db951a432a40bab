"""The doctor sees whether what is installed is what we need."""

import importlib
import importlib.metadata
from pathlib import Path

import pytest

from deployments.doctor.findings import Grade
from deployments.doctor.installed import packages

REQUIRES = {"office": ["rich", "httpx>=0.1", "never; extra == 'local'"], "httpx": ["anyio"]}


@pytest.fixture
def required(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    known = {name: list(lines) for name, lines in REQUIRES.items()}
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: known.get(name, []))
    return known


def test_what_is_installed_here_is_whole() -> None:
    finding = packages()

    assert finding.grade is not Grade.FAIL, finding


def test_requirements_of_requirements_are_followed(required: dict[str, list[str]], tmp_path: Path) -> None:
    finding = packages("office", tmp_path / "none")

    assert finding.grade is Grade.OK
    assert "3 个相符" in finding.seen
    assert "2 个直接依赖" in finding.seen


@pytest.mark.parametrize(
    ("owner", "line", "said"),
    [
        ("office", "no-such-package-211282>=1", "缺少 no-such-package-211282"),
        ("office", "orjson<0.1", "orjson"),
        ("httpx", "no-such-package-211282", "缺少 no-such-package-211282"),
    ],
)
def test_a_missing_or_unfit_package_is_named(
    required: dict[str, list[str]], tmp_path: Path, owner: str, line: str, said: str
) -> None:
    required[owner].append(line)

    finding = packages("office", tmp_path / "none")

    assert finding.grade is Grade.FAIL
    assert said in finding.seen
    assert "rich" not in finding.seen
    assert "never" not in finding.seen


def test_a_package_that_cannot_be_imported_is_named(
    required: dict[str, list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: str) -> None:
        raise ImportError("libpq is gone")

    monkeypatch.setattr(importlib, "import_module", broken)

    finding = packages("office", tmp_path / "none")

    assert finding.grade is Grade.FAIL
    assert "rich" in finding.seen
    assert "libpq is gone" in finding.seen


def test_a_version_other_than_the_locks_is_a_warning(required: dict[str, list[str]], tmp_path: Path) -> None:
    lock = tmp_path / "requirements.lock"
    lock.write_text(
        "# made by hand\nrich==0.0.1 \\\n    --hash=sha256:00\nhttpx==0.0.2 ; sys_platform == 'win32' \\\n"
        "no-such-package-211282==1.0\n"
    )

    finding = packages("office", lock)

    assert finding.grade is Grade.WARN
    assert "rich" in finding.seen
    assert "httpx" not in finding.seen
    assert "no-such-package" not in finding.seen
