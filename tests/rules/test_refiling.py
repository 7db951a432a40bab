"""Applying again for a refused item while the rest of its application goes on."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from rules.acts.refiling import applied_again
from rules.catalog import ItemCode, Material, MaterialSource, RefusalPolicy
from rules.effects import entered
from rules.entries import Assigned, MessageQueued, Step
from rules.errors import ApplicationClosedError, NotAllowedNowError, NotFoundError, ReapplicationBarredError
from rules.identifiers import assignment_id
from rules.joining import Verdict
from rules.planner import settle
from rules.reapplication import Ban, Misconduct
from rules.snapshot import ApplicationSnapshot, AssignmentView
from rules.vocabulary import ApplicationStatus, AssignmentStatus, MessageKind
from tests.rules.networks import network, network_item

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
S = AssignmentStatus
#: B follows on A and C on B, D is decided after A, E and H stand alone, F follows on E, G on A and E.
SHAPE = network(
    [network_item(code) for code in "ABCDEFGH"],
    [("A", "B", "A"), ("B", "C", "A"), ("A", "D", "H"), ("E", "F", "A"), ("A", "G", "A"), ("E", "G", "A")],
    RefusalPolicy.STOP_DEPENDENTS,
)


def ended(**statuses: AssignmentStatus) -> ApplicationSnapshot:
    """An application whose items stand so, brought to rest."""
    views = {
        ItemCode(code): AssignmentView(assignment_id("N", code, 1), ItemCode(code), f"D{code}", 1, status)  # type: ignore[arg-type]
        for code, status in statuses.items()
    }
    return settle(ApplicationSnapshot("N", ApplicationStatus.IN_APPROVAL, SHAPE, views), NOW)[0]


def again(snapshot: ApplicationSnapshot, item: str = "A", *bans: Ban) -> ApplicationSnapshot:
    made = applied_again(snapshot, ItemCode(item), "已改正", bans, NOW)
    return settle(entered(snapshot, *made), NOW)[0]


def standing(snapshot: ApplicationSnapshot) -> dict[str, tuple[str, int]]:
    return {str(code): (view.status.value, view.round) for code, view in snapshot.assignments.items()}


@pytest.mark.parametrize("status", [S.REFUSED, S.NOT_ACCEPTED, S.RETURNED])
def test_the_item_goes_again_and_what_it_had_stopped_with_it(status: AssignmentStatus) -> None:
    before = ended(A=status, D=S.UNDER_REVIEW, E=S.UNDER_REVIEW)
    assert {code for code, (s, _) in standing(before).items() if s in ("blocked", "cancelled")} == set("BCDG")
    after = again(before)

    # D is beside A again; B, C and G wait for their turn; E has never noticed.
    assert standing(after) == {"A": ("opened", 2), "D": ("opened", 2), "E": ("under_review", 1), "H": ("opened", 1)}
    assert after.assignments[ItemCode("D")].awaits == ("A",)
    granted = replace(after.assignments[ItemCode("A")], status=S.GRANTED)
    later, _, _ = settle(replace(after, assignments={**after.assignments, granted.item: granted}), NOW)
    assert standing(later)["B"] == ("opened", 2)
    assert later.assignments[ItemCode("B")].id == assignment_id("N", "B", 2)
    assert later.assignments[ItemCode("D")].awaits == ()


def test_what_another_refusal_stops_stays_stopped() -> None:
    after = again(ended(A=S.REFUSED, E=S.REFUSED, D=S.UNDER_REVIEW))

    assert standing(after)["F"] == ("blocked", 1)
    assert standing(after)["G"] == ("blocked", 1)
    assert "B" not in standing(after)


def test_a_second_refusal_stops_everything_again_and_a_third_round_is_possible() -> None:
    second = again(ended(A=S.REFUSED, E=S.UNDER_REVIEW))
    refused = replace(second.assignments[ItemCode("A")], status=S.REFUSED)
    once_more, _, _ = settle(replace(second, assignments={**second.assignments, refused.item: refused}), NOW)
    assert standing(once_more)["B"] == ("blocked", 2)

    assert standing(again(once_more))["A"] == ("opened", 3)


def test_the_department_is_dispatched_anew_and_the_record_names_the_round_before() -> None:
    before = ended(A=S.REFUSED, E=S.UNDER_REVIEW)
    made = applied_again(before, ItemCode("A"), "已改正", (), NOW)

    assert [e.kind for e in made if isinstance(e, MessageQueued)] == [MessageKind.DISPATCHED]
    [assigned] = [e for e in made if isinstance(e, Assigned)]
    assert assigned.view.clock == ()
    steps = {(e.kind, e.item): e for e in made if isinstance(e, Step)}
    assert steps["assignment.refiled", "A"].details["previous"] == str(before.assignments[ItemCode("A")].id)
    assert ("assignment.revived", "B") in steps


def test_a_verdict_that_was_certain_is_certain_no_longer() -> None:
    before = ended(A=S.REFUSED, E=S.UNDER_REVIEW)
    assert before.verdict is Verdict.REJECTED
    assert again(before).verdict is None


@pytest.mark.parametrize("status", [S.GRANTED, S.UNDER_REVIEW, S.BLOCKED, S.CANCELLED, S.PARTLY_GRANTED])
def test_only_what_was_ended_against_the_applicant_goes_again(status: AssignmentStatus) -> None:
    snapshot = ended(A=S.GRANTED, E=S.UNDER_REVIEW)
    view = replace(snapshot.assignments[ItemCode("A")], status=status)
    with pytest.raises(NotAllowedNowError, match=status.zh):
        applied_again(replace(snapshot, assignments={**snapshot.assignments, view.item: view}), view.item, "", (), NOW)


def test_what_stands_against_it_is_named() -> None:
    before = ended(A=S.REFUSED, E=S.UNDER_REVIEW)
    with pytest.raises(NotFoundError):
        applied_again(before, ItemCode("Z"), "", (), NOW)
    with pytest.raises(NotAllowedNowError, match="撤回"):
        applied_again(replace(before, withdrawal_requested_at=NOW), ItemCode("A"), "", (), NOW)
    with pytest.raises(ApplicationClosedError):
        applied_again(replace(before, status=ApplicationStatus.CONCLUDED), ItemCode("A"), "", (), NOW)
    papers = tuple(Material(name, deferrable=False, source=MaterialSource.APPLICANT) for name in ("章程", "平面图"))
    items = (replace(SHAPE.items[0], materials=papers), *SHAPE.items[1:])
    lacking = replace(before, network=replace(SHAPE, items=items), materials_provided=frozenset({"章程"}))
    with pytest.raises(NotAllowedNowError, match="平面图") as refusal:
        applied_again(lacking, ItemCode("A"), "", (), NOW)
    assert refusal.value.details["materials"] == ["平面图"]
    lost = ended(A=S.REFUSED, B=S.REFUSED, E=S.UNDER_REVIEW)
    with pytest.raises(NotAllowedNowError, match="前置 A"):
        applied_again(lost, ItemCode("B"), "", (), NOW)


@pytest.mark.parametrize(("until", "item", "barred"), [((2, 1), "A", False), ((3, 2), "A", True), ((3, 2), "E", False)])
def test_a_bar_on_the_item_is_respected(until: tuple[int, int], item: str, barred: bool) -> None:
    before = ended(A=S.REFUSED, E=S.UNDER_REVIEW)
    ban = Ban(ItemCode(item), Misconduct.FALSE_PAPERS, date(2026, *until))
    if not barred:
        assert standing(again(before, "A", ban))["A"] == ("opened", 2)
        return
    with pytest.raises(ReapplicationBarredError, match="第七十八条"):
        again(before, "A", ban)
