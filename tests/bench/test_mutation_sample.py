"""A sample of changed rules stands for all of them: each module by its share, and as sure as its size allows."""

import json
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from bench import mutation_sample as sample

STRATA = [[f"{module}.{n}" for n in range(size)] for module, size in (("a", 100), ("b", 10), ("c", 1), ("d", 889))]


@pytest.mark.parametrize("seed", range(5))
def test_each_module_gives_its_share_to_within_one(seed: int) -> None:
    names = sample.chosen(STRATA, 100, Random(seed))
    counts = Counter(name.partition(".")[0] for name in names)

    assert len(set(names)) == 100
    for stratum in STRATA:
        assert abs(counts[stratum[0].partition(".")[0]] - len(stratum) / 10) < 1


def test_a_seed_chooses_the_same_again_and_another_seed_others() -> None:
    first, again, other = (sample.chosen(STRATA, 50, Random(seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_a_sample_larger_than_all_is_all() -> None:
    assert sorted(sample.chosen(STRATA, 5000, Random(0))) == sorted(name for stratum in STRATA for name in stratum)


@pytest.mark.parametrize(
    ("noticed", "tried", "low", "high"),
    [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.278), (10, 10, 0.722, 1.0), (44, 78, 0.454, 0.669), (81, 263, 0.255, 0.366)],
)
def test_the_interval_is_that_of_wilson(noticed: int, tried: int, low: float, high: float) -> None:
    assert sample.wilson(noticed, tried) == pytest.approx((low, high), abs=0.001)


def kept(codes: dict[str, int | None], in_: Path) -> None:
    (in_ / "rules").mkdir()
    (in_ / "rules" / "a.py.meta").write_text(json.dumps({"exit_code_by_key": codes}))


def test_the_report_counts_what_was_tried_and_names_what_nobody_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit codes are pytest's: 1 a test failed, 0 all passed; None was not tried."""
    monkeypatch.setattr(sample, "MUTANTS", tmp_path)
    kept({"a.1": 1, "a.2": 0, "a.3": None, "a.4": 1, "other.1": 0}, tmp_path)

    enough = sample.report(["a.1", "a.2", "a.3", "a.4", "a.5"], 1000)

    said = capsys.readouterr().out.splitlines()
    assert said == [
        "survived    a.2",
        "2 of 3 noticed: 66.7%, 95 % interval 20.8% to 93.9%",
        "sampled 5 of 1000 changes, 2 not tried",
    ]
    assert not enough


def test_a_sample_is_good_enough_when_all_was_tried_and_nine_in_ten_were_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sample, "MUTANTS", tmp_path)
    names = [f"a.{n}" for n in range(11)]
    kept({"a.0": 0, **dict.fromkeys(names[1:], 1)}, tmp_path)

    assert sample.report(names[:10], 100)
    assert not sample.report(names[:9], 100)
    assert not sample.report([*names, "a.11"], 100)
