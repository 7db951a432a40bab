"""A behaviours file chooses by the first rule that fits and is refused with the line that is wrong."""

from pathlib import Path

import pytest

from deployments.reference_department.behaviours import BehavioursError, load_behaviours
from deployments.reference_department.protocol import Dispatched
from tests.deployments.reference_department.conftest import Json, dispatched

FILE = """\
defaults: {behaviour: approve, minutes: 30}
handlers: {HCB: 王芳}
rules:
  - match: {department: HCB, item: C04, application: "*光伏*"}
    behaviour: refuse
    reason: 缺少施工图审查合格书
    legal_basis: 《中华人民共和国建筑法》第八条
  - {match: {application: "211282-2026*"}, behaviour: slow, factor: 3}
  - {match: {item: "C*"}, behaviour: silent}
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "behaviours.yaml"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "chosen"),
    [
        ({"project": {"name": "开原光伏一期"}}, "refuse"),
        ({"project": {"name": "开原光伏一期"}, "department": "EEB"}, "slow"),
        ({"application": "211282-20250101-0007"}, "silent"),
        ({"application": "211282-20250101-0007", "item": {"code": "P02", "name": "环评"}}, "approve"),
    ],
)
def test_the_first_rule_that_fits_is_chosen(tmp_path: Path, changes: Json, chosen: str) -> None:
    behaviours = load_behaviours(written(tmp_path, FILE))
    assignment = Dispatched.model_validate(dispatched(**changes))
    assert behaviours.of(assignment).behaviour == chosen


def test_an_empty_file_approves_everything_in_the_promised_time(tmp_path: Path) -> None:
    chosen = load_behaviours(written(tmp_path, "# nothing yet\n")).of(Dispatched.model_validate(dispatched()))
    assert (chosen.behaviour, chosen.model_dump()["working_days"]) == ("approve", "promised")


def test_the_handler_named_for_a_department_signs(tmp_path: Path) -> None:
    behaviours = load_behaviours(written(tmp_path, FILE))
    assert (behaviours.handler_of("HCB"), behaviours.handler_of("EEB")) == ("王芳", "EEB 经办人")


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("rules:\n  - {behaviour: refuse, legal_basis: x}\n", ":2: rules.0.reason: Field required"),
        ("rules:\n  - behaviour: hold\n    days: 0\n", ":3: rules.0.days: Input should be greater than"),
        ("rules:\n\n  - {behaviour: sleepy}\n", ":3: rules.0: Input tag 'sleepy' found"),
        ("defaults: {behaviour: approve, fail_times: 2}\n", ":1: defaults.fail_times: Extra inputs are not permitted"),
        ("defaults: {behaviour: approve, working_days: soon}\n", ":1: defaults.working_days: Input should be"),
        ("defaults: {behaviour: approve, working_days: 1, minutes: 5}\n", "working_days or minutes, not both"),
        ("defaults: {behaviour: approve, match: {item: C04}}\n", "take no match"),
        ("rules:\n  - {behaviour: silent, match: {dept: HCB}}\n", ":2: rules.0.match.dept: Extra inputs"),
        ("rules: [}\n", "line 1"),
        ("- rules\n", ":1: the file: Input should be"),
    ],
)
def test_a_wrong_file_is_refused_with_place_and_reason(tmp_path: Path, text: str, finding: str) -> None:
    with pytest.raises(BehavioursError) as refusal:
        load_behaviours(written(tmp_path, text))
    assert finding in str(refusal.value)


def test_every_finding_is_told_at_once(tmp_path: Path) -> None:
    text = "rules:\n  - {behaviour: refuse}\n  - {behaviour: hold}\n"
    with pytest.raises(BehavioursError) as refusal:
        load_behaviours(written(tmp_path, text))
    assert len(str(refusal.value).splitlines()) == 3


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BehavioursError, match=r"absent\.yaml"):
        load_behaviours(tmp_path / "absent.yaml")
