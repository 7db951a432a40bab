"""Change the rules in some of the thousands of small ways, chosen by chance: what share do the tests notice?"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from math import sqrt
from pathlib import Path
from random import Random

from mutmut.mutation.file_mutation import mutate_file_contents
from mutmut.stats import status_by_exit_code
from mutmut.utils.format_utils import get_mutant_name

from bench.mutation import LEAST, MUTANTS, NOTICED, UNTRIED, run

_NORMAL_95 = 1.959964


def changes(path: Path) -> list[str]:
    """Name every change of one file, as mutmut does; as it has done already, where the file is still the same."""
    made, kept = MUTANTS / path, MUTANTS / f"{path}.meta"
    if kept.exists() and made.stat().st_mtime > path.stat().st_mtime:
        return list(json.loads(kept.read_text())["exit_code_by_key"])
    return [get_mutant_name(path, name) for name in mutate_file_contents(str(path), path.read_text()).mutant_names]


def chosen(strata: Sequence[Sequence[str]], size: int, random: Random) -> list[str]:
    """Choose so many, each stratum giving its share: every n-th of them all, in random order within each."""
    names = [name for stratum in strata for name in random.sample(stratum, len(stratum))]
    step = max(1.0, len(names) / size)
    first = random.random() * step
    return [names[int(first + n * step)] for n in range(min(size, len(names)))]


def wilson(noticed: int, tried: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson 1927); nothing tried leaves everything open."""
    if tried == 0:
        return 0.0, 1.0
    share, z2 = noticed / tried, _NORMAL_95**2
    middle = (share + z2 / (2 * tried)) / (1 + z2 / tried)
    half = _NORMAL_95 / (1 + z2 / tried) * sqrt(share * (1 - share) / tried + z2 / (4 * tried * tried))
    return middle - half, middle + half


def ended(names: Sequence[str]) -> dict[str, str]:
    """Say how the changes of these names ended, as far as they were tried."""
    codes: dict[str, int | None] = {}
    for kept in MUTANTS.rglob("*.meta"):
        codes |= json.loads(kept.read_text())["exit_code_by_key"]
    found = {name: status_by_exit_code[codes.get(name)] for name in names}
    return {name: status for name, status in found.items() if status not in UNTRIED}


def report(names: Sequence[str], total: int) -> bool:
    """Print what became of the sample; whether all of it was tried and enough was noticed."""
    found = ended(names)
    counts = Counter(found.values())
    noticed = sum(counts[status] for status in NOTICED)
    low, high = wilson(noticed, len(found))
    for name, status in sorted(found.items()):
        if status not in NOTICED:
            print(f"{status:<12}{name}")
    print(
        f"{noticed} of {len(found)} noticed: {noticed / max(1, len(found)):.1%}, 95 % interval {low:.1%} to {high:.1%}"
    )
    print(f"sampled {len(names)} of {total} changes, {len(names) - len(found)} not tried")
    return len(found) == len(names) and noticed >= LEAST * len(found)


def main(arguments: list[str]) -> int:
    """Try a sample of the changes of all rules. The same seed and the same rules give the same sample."""
    parser = argparse.ArgumentParser(prog="bench.mutation_sample", description=__doc__)
    parser.add_argument("size", type=int, nargs="?", default=300, help="how many changes to try (default: 300)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--report", action="store_true", help="only report on what has been tried of this sample")
    asked = parser.parse_args(arguments)
    strata = [changes(path) for path in sorted(Path("rules").rglob("*.py"))]
    names = chosen(strata, asked.size, Random(asked.seed))
    code = 0 if asked.report else run(names)
    enough = report(names, sum(map(len, strata)))
    return code or int(not enough)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
