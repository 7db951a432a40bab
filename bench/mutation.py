"""Change the rules in thousands of small ways, one at a time, and count the changes that no test notices."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

from mutmut.stats import status_by_exit_code

#: The least share of changed rules that the tests must notice.
LEAST = 0.90
MUTANTS = Path("mutants")
#: A change that makes the tests hang or crash has been noticed too.
NOTICED = {"killed", "timeout", "segfault", "caught by type check"}
#: Of a finished run nothing is left over in these; a module that has some is not finished.
UNTRIED = {"not checked", "check was interrupted by user"}


def module_of(path: Path) -> str:
    """The dotted name of a file of rules/: mutmut names its mutants by it."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def tried(path: Path) -> Counter[str]:
    """How many changes of one file ended in which way; empty where mutmut made none."""
    kept = MUTANTS / f"{path}.meta"
    if not kept.exists():
        return Counter()
    return Counter(status_by_exit_code[code] for code in json.loads(kept.read_text())["exit_code_by_key"].values())


def share(counts: Counter[str]) -> float:
    """The share of the changes tried that a test noticed; none where none was tried."""
    total = counts.total() - sum(counts[status] for status in UNTRIED)
    return sum(counts[status] for status in NOTICED) / total if total else 0.0


def report(paths: list[Path]) -> bool:
    """Print a line for each module and one for all; whether all were tried and enough were noticed."""
    overall: Counter[str] = Counter()
    print(f"{'module':<34}{'killed':>8}{'survived':>10}{'no tests':>10}{'other':>7}{'untried':>9}{'share':>9}")
    for name, counts in [(module_of(path), tried(path)) for path in paths]:
        if counts:
            print(line(name, counts))
        overall += counts
    print(line("all", overall))
    return share(overall) >= LEAST and not any(overall[status] for status in UNTRIED)


def line(name: str, counts: Counter[str]) -> str:
    killed = sum(counts[status] for status in NOTICED)
    untried = sum(counts[status] for status in UNTRIED)
    other = counts.total() - killed - untried - counts["survived"] - counts["no tests"]
    return (
        f"{name:<34}{killed:>8}{counts['survived']:>10}{counts['no tests']:>10}{other:>7}{untried:>9}"
        f"{share(counts):>9.1%}"
    )


def left(path: Path) -> list[str]:
    """The names of the changes of one file that no test has noticed yet; a pattern for all where none was made."""
    kept = MUTANTS / f"{path}.meta"
    if not kept.exists():
        # Names of functions follow that of the module: "rules.acts.x_…" is not of acts/deciding.
        return [f"{module_of(path)}.{kind}*" for kind in ("x_", "xǁ")]
    codes = json.loads(kept.read_text())["exit_code_by_key"]
    return [name for name, code in codes.items() if status_by_exit_code[code] not in NOTICED]


def run(names: list[str]) -> int:
    """Try the changes of these names; without names all that have not been tried."""
    command = [sys.executable, "-m", "mutmut", "run", *names]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "mutation"}
    return subprocess.run(command, env=environment, check=False).returncode  # noqa: S603 our own tool


def main(names: list[str]) -> int:
    """Try the changes of the files and folders named that no test has noticed yet; without names go on with all."""
    chosen = [Path(name) for name in names] or [Path("rules")]
    files = sorted(file for path in chosen for file in (path.rglob("*.py") if path.is_dir() else [path]))
    unnoticed = [name for file in files for name in left(file)] if names else []
    ended = run(unnoticed) if unnoticed or not names else 0
    enough = report(files)
    return ended or int(not enough)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
