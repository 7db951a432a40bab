"""What a newer catalog changes is found entry by entry, and nobody publishes alone."""

import pytest

from rules.errors import ForbiddenError
from rules.publishing import ChangeKind, FieldChange, differences, require_another

BEFORE = {"departments": {}, "journeys": {}, "items": {"E01": {"name": "甲", "terms": {"days": 5, "list": [1, 2]}}}}


@pytest.mark.parametrize(
    ("item", "fields"),
    [
        ({"name": "甲", "terms": {"days": 3, "list": [1, 2]}}, (FieldChange("terms.days", 5, 3),)),
        ({"name": "甲", "terms": {"days": 5, "list": [1, 9]}}, (FieldChange("terms.list[2]", 2, 9),)),
        ({"name": "甲", "terms": {"days": 5, "list": [1]}}, (FieldChange("terms.list", [1, 2], [1]),)),
        ({"name": "甲", "terms": {"list": [1, 2]}}, (FieldChange("terms.days", 5, None),)),
    ],
)
def test_a_change_is_told_where_it_is(item: dict[str, object], fields: tuple[FieldChange, ...]) -> None:
    (change,) = differences(BEFORE, {**BEFORE, "items": {"E01": item}})
    assert (change.kind, change.code, change.fields) == (ChangeKind.CHANGED, "E01", fields)


def test_what_is_new_and_what_is_gone_is_told_by_name() -> None:
    found = differences(BEFORE, {**BEFORE, "items": {"E02": {"name": "乙"}}})
    assert [(each.code, each.name, each.kind) for each in found] == [
        ("E01", "甲", ChangeKind.DROPPED),
        ("E02", "乙", ChangeKind.ADDED),
    ]
    assert differences(BEFORE, BEFORE) == ()


def test_nobody_publishes_what_they_proposed() -> None:
    require_another("qian", "han")
    with pytest.raises(ForbiddenError):
        require_another("qian", "qian")
