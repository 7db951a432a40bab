"""Hashes that are kept for good: the same content must hash the same in every release, and any change must show."""

import pytest

from rules.audit import chained
from rules.canonical import canonical_json, fingerprint

RECORD = {"serial": 1, "kind": "decision.granted", "details": {"原因": "齐全", "list": [1, 2.5, None, True]}}


def test_the_chain_of_step_records_hashes_as_it_always_has() -> None:
    assert chained("", RECORD) == "f0300b92008303ceb4433442797b1aebced8264432f1947eab0b5e01a8e0c5da"
    assert chained("ab", RECORD) == "8f47523bb4f7198495f9c5649a487ba59bd1dee48e501ad3464948ef55dd9967"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"a": 1.0}, {"a": 1}),
        ({"a": -0.0}, {"a": 0}),
        ({"a": 1e16}, {"a": 10000000000000000}),
        ({"a": [2.0, {"b": 3.0}]}, {"a": [2, {"b": 3}]}),
        ({"a": (1, 2)}, {"a": [1, 2]}),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_what_a_database_gives_back_otherwise_spelled_hashes_alike(one: object, other: object) -> None:
    assert chained("x", one) == chained("x", other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other"),
    [({"a": 1}, {"a": 2}), ({"a": 1}, {"b": 1}), ({"a": 1.5}, {"a": 1}), ({"a": [1, 2]}, {"a": [2, 1]})],
)
def test_any_change_of_a_record_or_its_predecessor_changes_the_hash(one: object, other: object) -> None:
    assert chained("x", one) != chained("x", other)  # type: ignore[arg-type]
    assert chained("x", one) != chained("y", one)  # type: ignore[arg-type]


def test_a_document_is_spelled_with_sorted_keys_no_blanks_and_chinese_as_it_is() -> None:
    assert canonical_json({"b": [1, 2], "a": "施工"}) == '{"a":"施工","b":[1,2]}'
    assert fingerprint({"b": [1, 2], "a": "施工"}) == "d5e0e112e39845afc377421fef1a5b27ecae4f34d13a418d774b11912a245fc7"


def test_what_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        canonical_json({"a": float("nan")})
