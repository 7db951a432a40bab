"""After a refusal only what was not granted, or rests on it, goes to departments again."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.catalog import ItemCode, NodeCode, RefusalPolicy
from rules.effects import entered
from rules.entries import Assigned, Step
from rules.errors import InvalidIntakeError
from rules.network import Network
from rules.planner import settle
from rules.planning.readiness import GATES_AN_ITEM
from rules.reapplying import EarlierResult, require_reappliable, reusable, reused
from rules.snapshot import ApplicationSnapshot
from rules.vocabulary import ApplicationStatus, AssignmentStatus, Outcome
from tests.rules.networks import network, network_item, networks

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
TODAY = date(2026, 3, 2)
S = AssignmentStatus
#: B follows on A, C may be decided after A, D stands alone.
SHAPE = network(
    [network_item(code) for code in "ABCD"], [("A", "B", "A"), ("A", "C", "H")], RefusalPolicy.STOP_DEPENDENTS
)


def result(item: str, status: AssignmentStatus = S.GRANTED, until: date | None = None) -> EarlierResult:
    return EarlierResult(ItemCode(item), UUID(int=ord(item[-1])), status, f"〔2026〕{item}号", NOW, until)


@pytest.mark.parametrize(
    ("results", "kept"),
    [
        ((result("A"), result("B"), result("C"), result("D")), "ABCD"),
        ((result("A"), result("B", S.REFUSED), result("C")), "AC"),
        ((result("A", S.REFUSED), result("B", S.BLOCKED), result("D")), "D"),
        # What rests on something that must be decided anew is decided anew.
        ((result("A", S.REFUSED), result("C"), result("D")), "D"),
        ((result("A", until=date(2026, 3, 1)), result("B"), result("C"), result("D")), "D"),
        ((result("A", until=TODAY), result("B")), "AB"),
        ((result("A", S.NOT_REQUIRED), result("B", S.DEEMED_APPROVED), result("C", S.PARTLY_GRANTED)), "AB"),
        ((result("D", S.CANCELLED), result("Z")), ""),
        ((), ""),
    ],
)
def test_valid_results_count_and_what_rests_on_them(results: tuple[EarlierResult, ...], kept: str) -> None:
    assert "".join(each.item for each in reusable(SHAPE, results, TODAY)) == kept


def test_results_enter_by_reference_and_only_the_rest_goes_to_departments() -> None:
    begun = ApplicationSnapshot("N2", ApplicationStatus.REGISTERED, SHAPE)
    results = reusable(SHAPE, [result("A"), result("B", S.REFUSED), result("D")], TODAY)
    made = reused(begun, "N1", results, ["章程"], [])
    after, _, _ = settle(entered(begun, *made), NOW)

    assert {item: view.status for item, view in after.assignments.items()} == {
        "A": S.GRANTED,
        "D": S.GRANTED,
        "B": S.OPENED,
        "C": S.OPENED,
    }
    assert after.assignments[ItemCode("C")].awaits == ()
    assert [entry.reused_from for entry in made if isinstance(entry, Assigned)] == [UUID(int=65), UUID(int=68)]
    steps = {entry.kind: entry for entry in made if isinstance(entry, Step) and entry.item != "D"}
    assert steps["result.reused"].details["source"] == "N1"
    assert steps["result.reused"].details["document_number"] == "〔2026〕A号"
    assert steps["material.reused"].details == {"source": "N1", "materials": ["章程"]}


def test_what_has_happened_in_the_world_has_happened() -> None:
    shape = network(
        [network_item("A"), network_item("B")],
        [("A", "#START", "S"), ("#START", "B", "A")],
        RefusalPolicy.STOP_DEPENDENTS,
    )
    begun = ApplicationSnapshot("N2", ApplicationStatus.REGISTERED, shape)
    results = reusable(shape, [result("A"), result("B", S.REFUSED)], TODAY)
    made = reused(begun, "N1", results, [], [NodeCode("#START"), NodeCode("#OPER")])
    after, _, _ = settle(entered(begun, *made), NOW)

    assert after.milestones_reached == {"#START"}
    assert after.assignments[ItemCode("B")].status is S.OPENED


def test_an_application_whose_every_result_counts_is_granted_at_once() -> None:
    begun = ApplicationSnapshot("N2", ApplicationStatus.REGISTERED, SHAPE)
    after, _, _ = settle(entered(begun, *reused(begun, "N1", [result(code) for code in "ABCD"], [], [])), NOW)

    assert after.outcome is Outcome.GRANTED


@pytest.mark.parametrize("outcome", [Outcome.REFUSED, Outcome.PARTLY_GRANTED, Outcome.WITHDRAWN, Outcome.LAPSED])
def test_only_what_has_ended_without_everything_granted_is_applied_for_again(outcome: Outcome) -> None:
    for status in (ApplicationStatus.CONCLUDED, ApplicationStatus.DELIVERED):
        require_reappliable("N1", status, outcome)
        with pytest.raises(InvalidIntakeError, match="全部准予"):
            require_reappliable("N1", status, Outcome.GRANTED)
    for status in (ApplicationStatus.REGISTERED, ApplicationStatus.IN_APPROVAL):
        with pytest.raises(InvalidIntakeError, match="办结后"):
            require_reappliable("N1", status, None)


@given(networks(), st.dictionaries(st.sampled_from([f"X{n}" for n in range(8)]), st.sampled_from(list(S))))
def test_nothing_is_kept_whose_basis_is_not(shape: Network, ended: dict[str, AssignmentStatus]) -> None:
    kept = {r.item for r in reusable(shape, [result(item, status) for item, status in ended.items()], TODAY)}

    for item in shape.items:
        befores = [b for b in shape.prerequisites(item.code, *GATES_AN_ITEM) if not b.startswith("#")]
        good = ended.get(item.code) in (S.GRANTED, S.DEEMED_APPROVED, S.NOT_REQUIRED)
        assert (item.code in kept) == (good and all(before in kept for before in befores))


def test_the_department_is_the_one_that_has_the_item_now() -> None:
    moved = replace(SHAPE, items=(replace(SHAPE.items[0], department="NEW"), *SHAPE.items[1:]))  # type: ignore[arg-type]
    begun = ApplicationSnapshot("N2", ApplicationStatus.REGISTERED, moved)

    [assigned] = [e for e in reused(begun, "N1", [result("A")], [], []) if isinstance(e, Assigned)]
    assert assigned.view.department == "NEW"
