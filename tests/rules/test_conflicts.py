"""Nobody judges what they brought in, and nobody countersigns their own refusal."""

import pytest

from rules.conflicts import Conflict, Duty, Hat, conflict, require_impartial
from rules.errors import ConflictOfInterestError
from rules.people import Account

WANG, LI = Account("wang"), Account("li")


@pytest.mark.parametrize("duty", Duty)
@pytest.mark.parametrize("hat", Hat)
def test_every_hat_on_the_applicants_side_bars_every_duty_for_a_department(hat: Hat, duty: Duty) -> None:
    involved = {each: [WANG] if each is hat else [LI] for each in Hat}

    found = conflict(WANG, duty, involved)

    assert found == Conflict(WANG, duty, (hat,))
    assert hat.zh in found.reason
    assert duty.zh in found.reason


@pytest.mark.parametrize("duty", Duty)
def test_who_had_no_part_in_it_may(duty: Duty) -> None:
    assert conflict(WANG, duty, {hat: [LI] for hat in Hat}, [LI]) is None
    assert conflict(WANG, duty, {}) is None
    require_impartial(WANG, duty, {Hat.AGENT: [LI]}, [LI])


def test_all_hats_are_named_in_their_order() -> None:
    found = conflict(WANG, Duty.DECIDE, {Hat.STEWARD: [WANG], Hat.FILED: [LI, WANG]})

    assert found is not None
    assert found.hats == (Hat.FILED, Hat.STEWARD)


@pytest.mark.parametrize(
    ("duty", "handlers", "barred"),
    [
        (Duty.COUNTERSIGN, [WANG], True),
        (Duty.COUNTERSIGN, [LI, WANG], True),  # B acted for A: neither of both
        (Duty.COUNTERSIGN, [LI], False),
        (Duty.COUNTERSIGN, [], False),
        (Duty.DECIDE, [WANG], False),
        (Duty.HANDLE, [WANG], False),
    ],
)
def test_a_refusal_is_countersigned_by_another_than_its_handler(
    duty: Duty, handlers: list[Account], barred: bool
) -> None:
    found = conflict(WANG, duty, {}, handlers)

    assert (found is not None) is barred
    if found is not None:
        assert found.own_work
        assert "经办人" in found.reason


def test_a_conflict_is_raised_with_everything_a_caller_needs() -> None:
    with pytest.raises(ConflictOfInterestError) as caught:
        require_impartial(WANG, Duty.DECIDE, {Hat.AGENT: [WANG]})

    assert caught.value.details == {"person": WANG, "duty": Duty.DECIDE, "hats": ["agent"], "own_work": False}
    assert caught.value.message == "wang 是同一申请的代办员，不得为部门作出决定（回避）"


def test_a_hat_weighs_more_than_own_work() -> None:
    found = conflict(WANG, Duty.COUNTERSIGN, {Hat.AGENT: [WANG]}, [WANG])

    assert found == Conflict(WANG, Duty.COUNTERSIGN, (Hat.AGENT,))
