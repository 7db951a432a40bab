"""A request that cannot be carried out is one line on standard error and exit code 2."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from deployments.cli.refusals import line_for

_HEAVY = ("prefect", "fastapi", "sqlalchemy", "pydantic", "structlog", "httpx", "psutil")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["status"], "NUMBER"),
        (["status", "X", "--bar"], "--bar"),
        (["dance"], "dance"),
        (["list", "--limit", "many"], "--limit"),
        (["list", "--limit", "0"], "--limit"),
        (["list", "--status", "lost"], "in_approval"),
        (["person", "add", "dai03", "--name", "孙", "--role", "king"], "administrator"),
        (["person", "add", "DAI 03", "--name", "孙", "--role", "agent"], "DAI 03"),
        (["person", "add", "wang", "--name", "王", "--role", "handler"], "--department"),
        (["person", "add", "dai03", "--name", "孙", "--role", "agent", "--department", "MSB"], "--department"),
        (["list"], "daiban up"),
        (["status", "DB-211282-20260302-00001-B"], "daiban up"),
        (["audit", "verify"], "daiban up"),
        (["database", "upgrade"], "DAIBAN_DATABASE_URL"),
        (["launch", "nowhere.yaml"], "nowhere.yaml"),
        (["catalog", "load", "nowhere"], "没有这个文件夹"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_it_says_in_one_line_what_is_wrong(daiban: Any, arguments: list[str], said: str) -> None:
    ran = daiban(*arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith("daiban")
    assert ran.err.count("\n") == 1
    assert said in ran.err


def test_without_a_command_the_help_is_shown_once(daiban: Any) -> None:
    ran = daiban()

    assert ran.code == 2
    assert (ran.out + ran.err).count("Usage: ") == 1


def test_a_database_that_does_not_answer_is_named_without_its_password(
    daiban: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", "postgresql+asyncpg://daiban:hunter2@127.0.0.1:1/daiban")

    ran = daiban("list")

    assert ran.code == 2
    assert "没有应答" in ran.err
    assert "hunter2" not in ran.err


def test_a_database_without_our_tables_says_which_command_makes_them(
    daiban: Any, databases: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAIBAN_DATABASE_URL", databases.create())

    assert "daiban database upgrade" in daiban("list").err
    assert daiban("database", "upgrade", "--json").document["upgraded"] is True
    assert daiban("database", "upgrade", "--json").document == {"upgraded": False, "was": None}
    assert daiban("list", "--json").document == {"applications": []}


def test_an_accelerated_clock_in_production_is_refused(daiban: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAIBAN_CLOCK", "2026-03-02T09:00+08:00@3600")

    ran = daiban("list")

    assert ran.code == 2
    assert "refused in production" in ran.err
    assert ran.err.count("\n") == 1


def test_a_bug_keeps_its_traceback() -> None:
    assert line_for(ZeroDivisionError("division by zero")) is None


def test_the_help_loads_nothing_heavy() -> None:
    program = f"import sys, deployments.cli.app\nprint([name for name in {_HEAVY} if name in sys.modules])"

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)  # noqa: S603

    assert done.stdout.strip() == "[]"


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-m", "deployments.cli", "down", "--data-dir", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert str(tmp_path) in done.stdout
