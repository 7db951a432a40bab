"""The table of the law names functions and tests that exist."""

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
ROWS = [
    [cell.strip() for cell in line.strip("| ").split("|")]
    for line in (ROOT / "docs" / "law.md").read_text().splitlines()
    if line.count("|") == 6 and line.startswith("| ") and not line.startswith("| rule ")
]


def exists(dotted: str) -> bool:
    """Whether the longest part that is a module has the rest as an attribute."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        path = ROOT.joinpath("rules", *parts[:end])
        if path.with_suffix(".py").exists() or (path / "__init__.py").exists():
            found: object = import_module(".".join(["rules", *parts[:end]]))
            for name in parts[end:]:
                found = getattr(found, name, None)
            return callable(found)
    return False


def sentences_of(file: str) -> set[str]:
    tree = ast.parse((ROOT / "tests" / "rules" / f"test_{file}.py").read_text())
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_every_rule_names_a_function_and_a_test_that_exist(row: list[str]) -> None:
    _, _, _, function, test = row
    file, _, sentence = test.partition(": ")

    assert exists(function.strip("`"))
    assert f"test_{sentence.replace(' ', '_')}" in sentences_of(file)


def test_the_table_is_read() -> None:
    assert len(ROWS) > 60
    assert not exists("clocks.no_such_function")
