"""What holds for the whole tree and no linter knows."""

import ast
import importlib
import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import pytest
from prefect import Flow, Task
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel

from deployments.prefect_setup import deployed

ROOT = Path(__file__).parent.parent
PACKAGES = ("rules", "kit", "models", "casework", "tasks", "flows", "portal", "deployments")
SOURCES = sorted(
    path for package in PACKAGES for path in (ROOT / package).rglob("*.py") if path.parent.name != "versions"
)
_FORBIDDEN_NAMES = {"utils", "helpers", "common", "calendar", "types", "logging", "queue", "email"}


def _modules(package: str) -> Iterator[str]:
    for path in (ROOT / package).rglob("*.py"):
        yield ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("deployment", deployed(), ids=lambda d: d.flow.name)
def test_entrypoints_are_module_paths_to_flows(deployment: object) -> None:
    module, _, name = deployment.entrypoint.rpartition(".")  # type: ignore[attr-defined]

    found = getattr(importlib.import_module(module), name)

    assert isinstance(found, Flow)
    assert found is deployment.flow  # type: ignore[attr-defined]
    assert found.name == name.replace("_", "-") == module.rpartition(".")[2].replace("_", "-")


def test_no_task_takes_or_returns_a_session_or_a_table_row() -> None:
    tasks = 0
    for name in _modules("tasks"):
        for _, found in inspect.getmembers(importlib.import_module(name), lambda value: isinstance(value, Task)):
            tasks += 1
            for hint in get_type_hints(found.fn).values():
                row_or_session = inspect.isclass(hint) and issubclass(hint, AsyncSession | SQLModel)
                assert not row_or_session, f"{name}.{found.name}: {hint}"
    assert tasks >= 4


def test_only_the_transaction_commits() -> None:
    offenders = []
    for path in SOURCES:
        if path == ROOT / "kit" / "database.py" or "migrations" in path.parts or "reference_department" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "commit":
                offenders.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert offenders == []


def test_every_package_imports_with_an_empty_environment() -> None:
    names = [name for package in PACKAGES for name in _modules(package) if not name.endswith((".__main__", ".env"))]
    program = "import importlib,sys\nfor name in sys.argv[1:]: importlib.import_module(name)"
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/tmp")}  # noqa: S108 - a home that exists

    done = subprocess.run(  # noqa: S603 - our own interpreter and module names
        [sys.executable, "-c", program, *names], env=environment, cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_every_source_file_is_short_has_a_name_that_says_something_and_a_sentence_what_it_is_for(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) <= 400
    assert path.stem not in _FORBIDDEN_NAMES
    tree = ast.parse(text)
    assert not tree.body or ast.get_docstring(tree), "the module does not say what it is for"
